// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Memory of the fault host: the C heap, refusing what an AllocationPlan says.
#include <atomic>

#include "hypercall/fault/fault.hpp"
#include "hypercall/posix/heap.hpp"

namespace rump::host {
namespace {

constexpr u64 kNever = ~u64{0};

/// The orders of the one AllocationPlan; allocate() is a free function and finds them nowhere else.
struct Orders {
  std::atomic<bool> active = false;
  std::atomic<u64> asked = 0;
  std::atomic<u64> first_refused = kNever;
  std::atomic<u64> last_refused = 0;
  std::atomic<u64> largest = kNever;

  bool refuse(u64 bytes) {
    const u64 number = asked.fetch_add(1) + 1;
    return bytes > largest || (number >= first_refused && number <= last_refused);
  }
  void reset() {
    asked = 0;
    first_refused = kNever;
    last_refused = 0;
    largest = kNever;
  }
};
constinit Orders orders;

}  // namespace

namespace fault {

AllocationPlan::AllocationPlan() {
  orders.reset();
  if (orders.active.exchange(true)) panic("two allocation plans at once");
}

AllocationPlan::~AllocationPlan() { orders.active = false; }

void AllocationPlan::fail(u64 nth, Times times) {
  const u64 number = orders.asked + nth;
  orders.last_refused = times == Times::once ? number : kNever;
  orders.first_refused = number;
}

void AllocationPlan::refuse_above(u64 bytes) { orders.largest = bytes; }

u64 AllocationPlan::count() const { return orders.asked; }

}  // namespace fault

void* allocate(u64 bytes, u64 alignment) {
  if (orders.active && orders.refuse(bytes)) return nullptr;
  return posix::heap_allocate(bytes, alignment);
}

void release(void* memory, u64 /*bytes*/, u64 /*alignment*/) { std::free(memory); }

}  // namespace rump::host
