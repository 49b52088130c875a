// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Disks in memory: a table of slots that is read without a lock, and bytes that never change their
/// address.
#include "hypercall/memory/disks.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <mutex>

namespace rump::host::memory {

/// Reserved once at its full room, so that growing moves nothing and readers need no lock.
struct Disk::State {
  std::byte* bytes = nullptr;
  std::atomic<u64> size = 0;
  u64 room = 0;
  bool owned = false;  ///< `bytes` is a mapping of ours
  bool writable = true;
  std::mutex appending;
  Handle handle = 0;

  ~State() {
    if (owned) munmap(bytes, room);
  }
};

namespace {

constexpr u32 kSlotMask = Disk::kDisksMax - 1;
static_assert((Disk::kDisksMax & kSlotMask) == 0);
constexpr u64 kPage = 4096;

/// Disks by handle: slot number in the low bits, and above them how often the slot was used, so that a handle
/// of a former disk is noticed.
class Table {
 public:
  void add(Disk::State& disk) {
    const std::lock_guard hold(lock_);
    for (std::size_t tried = 0; tried < slots_.size(); ++tried) {
      const u32 slot = next_++ & kSlotMask;
      if (slots_[slot].load(std::memory_order_relaxed)) continue;
      disk.handle = ++uses_[slot] * static_cast<u32>(Disk::kDisksMax) + slot;
      slots_[slot].store(&disk, std::memory_order_release);
      return;
    }
    panic("too many disks in memory");
  }

  void remove(const Disk::State& disk) {
    slots_[disk.handle & kSlotMask].store(nullptr, std::memory_order_release);
  }

  Disk::State* find(Handle handle) const {
    Disk::State* disk = slots_[handle & kSlotMask].load(std::memory_order_acquire);
    return disk && disk->handle == handle ? disk : nullptr;
  }

 private:
  std::mutex lock_;  ///< one add() at a time
  u32 next_ = 0;
  std::array<u32, Disk::kDisksMax> uses_{};
  std::array<std::atomic<Disk::State*>, Disk::kDisksMax> slots_{};
};

/// Hypercalls are free functions, so the disks that their handles mean have no other home.
constinit Table table;

u64 pages(u64 bytes) { return (bytes + kPage - 1) / kPage * kPage; }

std::unique_ptr<Disk::State> reserve(u64 size, u64 room) {
  auto disk = std::make_unique<Disk::State>();
  disk->room = pages(std::max({size, room, u64{1}}));
  void* bytes =
      mmap(nullptr, disk->room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (bytes == MAP_FAILED) panic("no address space for a disk in memory");
  disk->bytes = static_cast<std::byte*>(bytes);
  disk->owned = true;
  disk->size = size;
  return disk;
}

std::unique_ptr<Disk::State> borrow(std::byte* bytes, u64 size, bool writable) {
  auto disk = std::make_unique<Disk::State>();
  disk->bytes = bytes;
  disk->size = disk->room = size;
  disk->writable = writable;
  return disk;
}

/// Zeroes a range of ours; whole pages go back to the system.
void clear(Disk::State& disk, u64 from, u64 to) {
  const u64 first_page = pages(from);
  const u64 last_page = to / kPage * kPage;
  if (!disk.owned || first_page >= last_page) {
    std::memset(disk.bytes + from, 0, to - from);
    return;
  }
  std::memset(disk.bytes + from, 0, first_page - from);
  if (madvise(disk.bytes + first_page, last_page - first_page, MADV_DONTNEED) != 0)
    panic("a disk in memory could not be cleared");
  std::memset(disk.bytes + last_page, 0, to - last_page);
}

u64 length_of(const IoPart* parts, u32 count) {
  u64 length = 0;
  for (u32 i = 0; i < count; ++i) length += parts[i].length;
  return length;
}

void raise_size(Disk::State& disk, u64 size) {
  u64 now = disk.size.load(std::memory_order_relaxed);
  while (now < size && !disk.size.compare_exchange_weak(now, size, std::memory_order_release)) {
  }
}

Status write_at(Disk::State& disk, u64 offset, const IoPart* parts, u32 count) {
  const u64 length = length_of(parts, count);
  if (length == 0) return Status::ok;  // grows nothing, wherever it is
  if (offset > disk.room || length > disk.room - offset) return Status::no_space;
  std::byte* to = disk.bytes + offset;
  for (u32 i = 0; i < count; ++i) {
    // memmove: io_move may hand in bytes of this very disk.
    if (parts[i].length > 0) std::memmove(to, parts[i].base, parts[i].length);
    to += parts[i].length;
  }
  raise_size(disk, offset + length);
  return Status::ok;
}

}  // namespace

Disk::Disk(std::unique_ptr<State> state) : state_(std::move(state)) { table.add(*state_); }
Disk::Disk(Disk&& other) noexcept = default;
Disk& Disk::operator=(Disk&& other) noexcept {
  std::swap(state_, other.state_);
  return *this;
}
Disk::~Disk() {
  if (state_) table.remove(*state_);
}

Disk Disk::zeroed(u64 bytes, u64 room) { return Disk(reserve(bytes, room)); }

Disk Disk::copy_of(std::span<const std::byte> contents, u64 room) {
  auto state = reserve(contents.size(), room);
  if (!contents.empty()) std::memcpy(state->bytes, contents.data(), contents.size());
  return Disk(std::move(state));
}

Disk Disk::over(std::span<const std::byte> bytes) {
  // Never written through: `writable` stays false for good.
  return Disk(borrow(const_cast<std::byte*>(bytes.data()), bytes.size(), false));
}

Disk Disk::over_writable(std::span<std::byte> bytes) {
  return Disk(borrow(bytes.data(), bytes.size(), true));
}

Handle Disk::handle() const { return state_->handle; }

std::span<const std::byte> Disk::contents() const {
  return {state_->bytes, state_->size.load(std::memory_order_acquire)};
}

void Disk::resize(u64 bytes) {
  if (!state_->owned || bytes > state_->room) panic("this disk in memory cannot have that size");
  const u64 before = state_->size.exchange(bytes);
  if (bytes < before) clear(*state_, bytes, before);
}

Status size(Handle handle, u64* bytes) {
  const Disk::State* disk = table.find(handle);
  if (!disk) return Status::invalid;
  *bytes = disk->size.load(std::memory_order_acquire);
  return Status::ok;
}

Status view(Handle handle, u64 offset, u64 length, std::span<std::byte>* bytes) {
  const Disk::State* disk = table.find(handle);
  if (!disk) return Status::invalid;
  const u64 size = disk->size.load(std::memory_order_acquire);
  if (offset > size) return Status::end;
  *bytes = {disk->bytes + offset, std::min(length, size - offset)};
  return Status::ok;
}

Status read(Handle handle, u64 offset, const IoPart* parts, u32 count) {
  const u64 length = length_of(parts, count);
  std::span<std::byte> bytes;
  if (const Status status = view(handle, offset, length, &bytes); status != Status::ok) return status;
  if (bytes.size() < length) return Status::end;
  for (u32 i = 0; i < count; ++i) {
    if (parts[i].length > 0) std::memcpy(parts[i].base, bytes.data(), parts[i].length);
    bytes = bytes.subspan(parts[i].length);
  }
  return Status::ok;
}

Status write(Handle handle, u64 offset, const IoPart* parts, u32 count) {
  Disk::State* disk = table.find(handle);
  if (!disk) return Status::invalid;
  if (!disk->writable) return Status::denied;
  if (offset != kStream) return write_at(*disk, offset, parts, count);
  const std::lock_guard hold(disk->appending);
  return write_at(*disk, disk->size.load(std::memory_order_acquire), parts, count);
}

Status discard(Handle handle, u64 offset, u64 length) {
  Disk::State* disk = table.find(handle);
  if (!disk) return Status::invalid;
  if (!disk->writable) return Status::denied;
  const u64 size = disk->size.load(std::memory_order_acquire);
  if (offset < size) clear(*disk, offset, offset + std::min(length, size - offset));
  return Status::ok;
}

}  // namespace rump::host::memory
