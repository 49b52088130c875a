// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Which number a file has.
#include "fs/fat/numbers.hpp"

namespace rump::fat {

u64 Numbers::number_of(Key key) const {
  MutexLock hold(lock_);
  return number_locked(key);
}

Result<> Numbers::created(Key key) {
  MutexLock hold(lock_);
  if (!away_.find(key)) return {};
  TRY(numbers_.make_room());
  numbers_.set(key, next_other_++);
  return {};
}

Result<> Numbers::moved(Key from, Key to) {
  MutexLock hold(lock_);
  TRY(numbers_.make_room());
  TRY(away_.make_room());
  const u64 number = number_locked(from);
  numbers_.erase(from);
  if (number == from) away_.set(from, 1);
  if (number == to)
    away_.erase(to);
  else
    numbers_.set(to, number);
  return {};
}

void Numbers::gone(Key key) {
  MutexLock hold(lock_);
  away_.erase(number_locked(key));
  numbers_.erase(key);
}

Key Numbers::homeless_key() {
  MutexLock hold(lock_);
  return next_homeless_++;
}

}  // namespace rump::fat
