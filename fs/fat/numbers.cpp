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

/// The file with this key has the number. There is room.
void Numbers::set(Key key, u64 number) {
  if (number == key) {
    numbers_.erase(key);
    away_.erase(key);
  } else {
    numbers_.set(key, number);
    if (number < kFirstOther) away_.set(number, 1);
  }
}

Result<> Numbers::moved(Key from, Key to) {
  MutexLock hold(lock_);
  TRY(numbers_.make_room());
  TRY(away_.make_room());
  const u64 number = number_locked(from);
  numbers_.erase(from);
  set(to, number);
  return {};
}

Result<> Numbers::exchanged(Key one, Key other) {
  MutexLock hold(lock_);
  TRY(numbers_.make_room(2));
  TRY(away_.make_room(2));
  const u64 first = number_locked(one), second = number_locked(other);
  set(one, second);
  set(other, first);
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
