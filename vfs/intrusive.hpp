// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Containers of the kernel's caches: a hash table and a second-chance ring, linked through their
/// elements.
#pragma once

#include <bit>

#include "vfs/memory.hpp"

namespace rump {

/// Spreads a key over all 64 bits.
constexpr u64 mix_hash(u64 key) {
  key *= 0x9E3779B97F4A7C15u;
  return key ^ (key >> 32);
}

/// A hash table of T, chained through the member `Next`. It owns nothing. Not locked.
template <class T, T* T::* Next>
class HashTable {
 public:
  /// Room for about `elements`; more only make the chains longer.
  static Result<HashTable> make(u64 elements) {
    HashTable table;
    table.buckets_ = TRY(Array<T*>::make(std::bit_ceil(elements)));
    return table;
  }

  /// The first element of that hash's chain for which `matches` holds, or nullptr.
  template <class Matches>
  T* find(u64 hash, Matches matches) {
    T* element = bucket(hash);
    while (element && !matches(*element)) element = element->*Next;
    return element;
  }
  void insert(u64 hash, T& element) { element.*Next = std::exchange(bucket(hash), &element); }
  /// The element must be there.
  void remove(u64 hash, T& element) {
    T** link = &bucket(hash);
    while (*link != &element) link = &((*link)->*Next);
    *link = element.*Next;
  }

 private:
  T*& bucket(u64 hash) { return buckets_[hash & (buckets_.size() - 1)]; }
  Array<T*> buckets_;
};

/// Neighbours in a ClockRing.
template <class T>
struct RingLinks {
  T* before = nullptr;
  T* after = nullptr;
};

/// A ring of T with a hand, for eviction by second chance. It owns nothing. Not locked.
template <class T, RingLinks<T> T::* Links>
class ClockRing {
 public:
  u32 count() const { return count_; }

  /// Puts the element where the hand comes last.
  void insert(T& element) {
    T& after = hand_ ? *hand_ : element;
    T& before = hand_ ? *(hand_->*Links).before : element;
    element.*Links = {&before, &after};
    (before.*Links).after = &element;
    (after.*Links).before = &element;
    if (!hand_) hand_ = &element;
    ++count_;
  }
  void remove(T& element) {
    const RingLinks<T> links = element.*Links;
    if (hand_ == &element) hand_ = links.after == &element ? nullptr : links.after;
    (links.before->*Links).after = links.after;
    (links.after->*Links).before = links.before;
    --count_;
  }
  /// The element under the hand, or nullptr.
  T* front() const { return hand_; }
  /// Calls visit(element) for each; it may remove the element that it is given, and no other.
  template <class Visit>
  void for_each(Visit visit) const {
    T* element = hand_;
    for (u32 left = count_; left > 0; --left) {
      T* after = (element->*Links).after;
      visit(*element);
      element = after;
    }
  }
  /// An element that may go: `evictable` holds and it was not used since the hand last passed
  /// (`T::recently_used`, cleared by the hand). Goes round at most twice; nullptr when there is none.
  template <class Evictable>
  T* choose_victim(Evictable evictable) {
    for (u32 steps = 2 * count_; steps > 0; --steps) {
      T* element = hand_;
      hand_ = (element->*Links).after;
      if (!evictable(*element)) continue;
      if (!element->recently_used) return element;
      element->recently_used = false;
    }
    return nullptr;
  }

 private:
  T* hand_ = nullptr;
  u32 count_ = 0;
};

}  // namespace rump
