// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The hypercalls: all that the rump kernel asks of its host, and the only door between them.
///
/// A program links exactly one host (posix, memory or fault). Rules that hold for every call:
///  - any thread may call, at any time, without a lock of the host's held on return;
///  - fixed-width types only; pointers stay the caller's unless the contract says otherwise;
///  - a call either does all it says or returns why not; nothing is dropped, flush results least of all.
#pragma once

#include <cstddef>
#include <cstdint>

namespace rump {
using u8 = std::uint8_t;
using u16 = std::uint16_t;
using u32 = std::uint32_t;
using u64 = std::uint64_t;
using i32 = std::int32_t;
using i64 = std::int64_t;
}  // namespace rump

namespace rump::host {

/// Why a hypercall did not do its work.
enum class Status : i32 {
  ok = 0,
  io,             ///< The medium or the host's file system failed.
  end,            ///< The range runs past the end of the file.
  no_space,       ///< The host has no room for the write.
  no_memory,      ///< The host refused the memory.
  not_supported,  ///< This host, or this kind of file, cannot do it.
  denied,         ///< Policy or permission forbids it.
  not_found,      ///< No such sibling.
  busy,           ///< Somebody else holds it.
  invalid,        ///< The call's arguments are wrong: a bug of the kernel's.
  broken_pipe,    ///< The reader of a stream has gone.
};

// ---- memory

/// Memory of `bytes` bytes, aligned to `alignment` (a power of two), not zeroed; nullptr when the host has
/// none. For sizes that an image chooses and for caches; small objects come from operator new.
[[nodiscard]] void* allocate(u64 bytes, u64 alignment);
/// Gives back what allocate() returned, with the same size and alignment. nullptr is allowed.
void release(void* memory, u64 bytes, u64 alignment);

// ---- block I/O, on files that the host's own side has opened

/// An open file, block device or stream of the host's. The host side hands it to the kernel and keeps owning
/// it, except for siblings, which the kernel closes.
using Handle = u32;
/// In place of an offset: the handle is a stream (pipe, terminal), or its own position is meant.
inline constexpr u64 kStream = ~u64{0};

/// One piece of memory of a scattered transfer.
struct IoPart {
  void* base;
  u64 length;
};

/// Size in bytes of the file or device.
Status io_size(Handle handle, u64* bytes);
/// Reads the bytes from `offset` into the parts, in order. All of them, or an error: `end` when the file is
/// shorter. At most 1024 parts.
Status io_read(Handle handle, u64 offset, const IoPart* parts, u32 count);
/// Writes the parts at `offset` (or kStream), in order. After an error any part of the range may have
/// changed.
Status io_write(Handle handle, u64 offset, const IoPart* parts, u32 count);
/// Everything written before is on stable storage when this returns ok. After a failure the host may have
/// lost writes for good: the caller must not believe a later success.
Status io_flush(Handle handle);
/// The range's content no longer matters: the host may free its space. What it reads as from then on is not
/// promised (files and disks in memory: zeroes; a real device: its own affair).
Status io_discard(Handle handle, u64 offset, u64 length);
/// Moves `length` bytes from one handle to another without passing them through the kernel's memory where the
/// host can. `to_offset` may be kStream. `*moved` says how many bytes arrived, also after an error; fewer
/// than `length` with ok does not happen. The source's own position is left alone. Ranges of one file must
/// not overlap. `end`: the source is shorter.
Status io_move(Handle from, u64 from_offset, Handle to, u64 to_offset, u64 length, u64* moved);
/// Opens, for reading, the file `name` (one component, `length` bytes, not terminated) beside the file behind
/// `handle`, if the host's policy allows it. The kernel closes what it gets.
Status io_open_sibling(Handle handle, const char* name, u32 length, Handle* sibling);
/// Closes a handle that io_open_sibling gave.
Status io_close(Handle handle);

// ---- time, chance, console

/// Wall-clock time since 1970-01-01 UTC.
void clock_realtime(i64* seconds, u32* nanoseconds);
/// Nanoseconds on a clock that never goes back.
u64 clock_monotonic();
/// Fills the memory with unpredictable bytes.
void random_bytes(void* memory, u64 bytes);
/// A line for the person who runs the host, without the newline; the host adds what it likes in front.
void console(const char* text, u64 bytes);
/// Stops this program: a bug of the kernel's was found. `what` is one sentence.
[[noreturn]] void panic(const char* what);

// ---- threads

/// A running thread, to be joined exactly once.
using Thread = u64;
/// Room for the host's lock; its address must not change between init and destroy.
struct alignas(8) MutexState {
  std::byte bytes[48];
};
/// Room for the host's condition variable; likewise.
struct alignas(8) CondState {
  std::byte bytes[56];
};

/// Starts a thread that runs entry(argument). `name` is copied.
Status thread_create(void (*entry)(void*), void* argument, const char* name, Thread* thread);
/// Waits until the thread's entry has returned.
void thread_join(Thread thread);

/// A plain, non-recursive mutex. Locking twice from one thread is a bug and may hang.
void mutex_init(MutexState* mutex);
void mutex_destroy(MutexState* mutex);
void mutex_lock(MutexState* mutex);
void mutex_unlock(MutexState* mutex);
/// Unlocks, waits for a wake, locks again. May return without one: callers test their condition in a loop.
void cond_init(CondState* cond);
void cond_destroy(CondState* cond);
void cond_wait(CondState* cond, MutexState* mutex);
void cond_wake_one(CondState* cond);
void cond_wake_all(CondState* cond);

}  // namespace rump::host
