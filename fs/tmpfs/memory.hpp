// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Growing arrays, and objects with bytes behind them, in the host's fallible memory.
#pragma once

#include <algorithm>
#include <memory>
#include <new>

#include "vfs/memory.hpp"

namespace rump::tmpfs {

/// Makes the array at least `count` long and at least twice as long as it was, so that growing one by one
/// costs little. After no_memory it is as before.
template <class T>
Result<> grow_array(Array<T>& array, u64 count) {
  if (count <= array.size()) return {};
  Array<T> larger = TRY(Array<T>::make(std::max<u64>(count, 2 * array.size())));
  std::ranges::copy(array, larger.begin());
  array = std::move(larger);
  return {};
}

/// Gives back a T and the T::tail_bytes() bytes behind it.
template <class T>
struct TailDeleter {
  void operator()(T* object) const { host::release(object, sizeof(T) + object->tail_bytes(), alignof(T)); }
};
/// A T and the bytes behind it, in one piece.
template <class T>
using WithTail = std::unique_ptr<T, TailDeleter<T>>;

/// A copy of `value` with value.tail_bytes() bytes behind it, which hold anything. no_memory.
template <class T>
  requires std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>
Result<WithTail<T>> make_with_tail(const T& value) {
  void* memory = host::allocate(sizeof(T) + value.tail_bytes(), alignof(T));
  if (!memory) return fail(Errc::no_memory, "the host has no memory left");
  return WithTail<T>(new (memory) T(value));
}

}  // namespace rump::tmpfs
