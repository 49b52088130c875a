// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Memory from the C heap, and what happens when operator new finds none.
#include <new>

#include "hypercall/posix/heap.hpp"

namespace rump::host {
namespace {

// Kernel code is built without exceptions, so bad_alloc must never start to unwind through it.
[[maybe_unused]] const std::new_handler kFormerHandler =
    std::set_new_handler([] { panic("out of memory for a small object"); });

}  // namespace

void* allocate(u64 bytes, u64 alignment) { return posix::heap_allocate(bytes, alignment); }

void release(void* memory, u64 /*bytes*/, u64 /*alignment*/) { std::free(memory); }

}  // namespace rump::host
