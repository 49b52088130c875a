// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Fallible memory for every size that an image chooses.
#pragma once

#include <cstring>
#include <span>
#include <type_traits>
#include <utility>

#include "vfs/error.hpp"

namespace rump {

/// What two threads change at once lies in different lines of the processor's cache, or each waits for the
/// other.
inline constexpr std::size_t kCacheLine = 64;

/// A fixed number of plain values, zeroed, from the host's fallible allocator. Movable, not copyable.
template <class T>
  requires std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>
class Array {
 public:
  Array() = default;
  Array(Array&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  Array& operator=(Array&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~Array() { host::release(data_, size_ * sizeof(T), alignof(T)); }

  /// `count` zeroed values; no_memory when the host refuses or the size does not fit.
  static Result<Array> make(u64 count) {
    Array array;
    if (count == 0) return array;
    if (count > ~u64{0} / 2 / sizeof(T)) return fail(Errc::no_memory, "size does not fit into memory");
    void* memory = host::allocate(count * sizeof(T), alignof(T));
    if (!memory) return fail(Errc::no_memory, "the host has no memory left");
    std::memset(memory, 0, count * sizeof(T));
    array.data_ = static_cast<T*>(memory);
    array.size_ = count;
    return array;
  }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T* data() { return data_; }
  const T* data() const { return data_; }
  T& operator[](std::size_t i) {
    invariant(i < size_, "array index out of range");
    return data_[i];
  }
  const T& operator[](std::size_t i) const {
    invariant(i < size_, "array index out of range");
    return data_[i];
  }
  T* begin() { return data_; }
  T* end() { return data_ + size_; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }
  std::span<T> span() { return {data_, size_}; }
  std::span<const T> span() const { return {data_, size_}; }

 private:
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace rump
