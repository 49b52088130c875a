// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file On-disk records: fields at byte offsets, loaded and stored in the format's byte order, never
/// overlaid.
#pragma once

#include <bit>
#include <concepts>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

#include "vfs/error.hpp"

namespace rump {

/// Byte orders. A format with one order costs nothing; FFS carries a flag found at mount.
struct LittleEndian {
  static constexpr bool swapped = std::endian::native != std::endian::little;
};
struct BigEndian {
  static constexpr bool swapped = std::endian::native != std::endian::big;
};
struct EitherEndian {
  bool swapped;
};

/// A field of the on-disk record `Of`: type, byte offset, count. It holds no data.
template <class Of, std::unsigned_integral T, std::size_t Offset, std::size_t Count = 1>
struct Field {};

/// Base of every on-disk layout of `Size` bytes; `At<T, Offset, Count>` declares a field of it.
template <class Self, std::size_t Size>
struct Layout {
  static constexpr std::size_t size = Size;
  template <class T, std::size_t Offset, std::size_t Count = 1>
  using At = Field<Self, T, Offset, Count>;
};

/// A record inside a block. at() checks the block once; the compiler checks each field's owner and offset;
/// loads are safe at any alignment. Byte is const std::byte, or std::byte for a record that may be changed.
template <class L, class Order, class Byte = const std::byte>
class Record {
 public:
  /// The record of layout L at byte `offset` of `block`; corrupt when it does not lie inside.
  static Result<Record> at(std::span<Byte> block, std::size_t offset, Order order = {}) {
    if (offset > block.size() || block.size() - offset < L::size)
      return fail(Errc::corrupt, "record outside its block");
    return Record(block.data() + offset, order);
  }

  /// Element `i` of the field, in the host's byte order.
  template <class T, std::size_t O, std::size_t N>
  T get(Field<L, T, O, N>, std::size_t i = 0) const {
    static_assert(O + sizeof(T) * N <= L::size, "field outside its record");
    invariant(i < N, "record field index out of range");
    T value;
    std::memcpy(&value, at_ + O + i * sizeof(T), sizeof value);
    return order_.swapped ? std::byteswap(value) : value;
  }

  /// Stores element `i` of the field in the record's byte order.
  template <class T, std::size_t O, std::size_t N>
  void set(Field<L, T, O, N>, std::type_identity_t<T> value, std::size_t i = 0) const
    requires(!std::is_const_v<Byte>)
  {
    static_assert(O + sizeof(T) * N <= L::size, "field outside its record");
    invariant(i < N, "record field index out of range");
    if (order_.swapped) value = std::byteswap(value);
    std::memcpy(at_ + O + i * sizeof(T), &value, sizeof value);
  }

  /// The raw bytes of an array field (names, UUIDs).
  template <std::size_t O, std::size_t N>
  std::span<Byte> bytes(Field<L, u8, O, N>) const {
    static_assert(O + N <= L::size, "field outside its record");
    return {at_ + O, N};
  }

  /// The whole record.
  std::span<Byte> bytes() const { return {at_, L::size}; }

 private:
  Record(Byte* at, Order order) : at_(at), order_(order) {}
  Byte* at_;
  [[no_unique_address]] Order order_;
};

/// The text of a fixed-size, zero-padded on-disk string; it stays inside the bytes given.
inline std::string_view padded_text(std::span<const std::byte> bytes) {
  if (bytes.empty()) return {};  // memchr takes no null pointer
  const auto* text = reinterpret_cast<const char*>(bytes.data());
  const void* end = std::memchr(text, 0, bytes.size());
  return {text, end ? static_cast<std::size_t>(static_cast<const char*>(end) - text) : bytes.size()};
}

}  // namespace rump
