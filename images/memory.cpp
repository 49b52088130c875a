// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A sparse device in memory: a table of tables of pieces.
#include "images/memory.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "images/bounds.hpp"
#include "vfs/memory.hpp"

namespace rump::images {
namespace {

constexpr u64 kPieceBytes = 65536;
constexpr u64 kPieceAlignment = 64;
constexpr u64 kTablePieces = 4096;
constexpr u64 kTableBytes = kTablePieces * kPieceBytes;
constexpr u64 kLargestDevice = u64{1} << 50;  // its table of tables takes 32 MiB

/// What a slot of a table points to, made by whatever thread.
template <class T>
T* load(T*& slot) {
  return std::atomic_ref(slot).load(std::memory_order_acquire);
}

/// Puts `made` into the empty slot, unless another thread was faster; whether it did.
template <class T>
bool install(T*& slot, T* made) {
  T* empty = nullptr;
  return std::atomic_ref(slot).compare_exchange_strong(empty, made, std::memory_order_acq_rel);
}

/// The pieces of 256 MiB.
struct Table {
  std::byte* pieces[kTablePieces];
};

/// Tables and pieces appear by one compare-exchange, so nothing waits. A table stays; a piece goes only when
/// all of it is discarded, and by the caller's order nobody else uses any byte of it then.
class MemoryDevice final : public BlockDevice {
 public:
  MemoryDevice(u64 size, Array<Table*> tables) : size_(size), tables_(std::move(tables)) {}

  ~MemoryDevice() override {
    for (Table* table : tables_) {
      if (!table) continue;
      for (std::byte* piece : table->pieces) release_piece(piece);
      host::release(table, sizeof(Table), alignof(Table));
    }
  }

  u64 size() const override { return size_; }

  Result<> read(u64 offset, std::span<const host::IoPart> parts) override {
    TRY(check_inside(offset, parts, size_));
    for (const host::IoPart& part : parts) {
      auto* to = static_cast<std::byte*>(part.base);
      for (u64 done = 0; done < part.length;) {
        const Place place = place_at(offset, part.length - done);
        const std::byte* piece = find_piece(place);
        if (piece)
          std::memcpy(to + done, piece + place.inside, place.length);
        else
          std::memset(to + done, 0, place.length);
        done += place.length;
        offset += place.length;
      }
    }
    return {};
  }

  Result<> write(u64 offset, std::span<const host::IoPart> parts) override {
    TRY(check_inside(offset, parts, size_));
    for (const host::IoPart& part : parts) {
      const auto* from = static_cast<const std::byte*>(part.base);
      for (u64 done = 0; done < part.length;) {
        const Place place = place_at(offset, part.length - done);
        std::byte* piece = TRY(make_piece(place));
        std::memcpy(piece + place.inside, from + done, place.length);
        done += place.length;
        offset += place.length;
      }
    }
    return {};
  }

  Result<> discard(u64 offset, u64 length) override {
    TRY(check_inside(offset, length, size_));
    for (const u64 end = offset + length; offset < end;) {
      const Place place = place_at(offset, end - offset);
      offset += place.length;
      std::byte* piece = find_piece(place);
      if (!piece) continue;
      // The device's last piece may reach past its end.
      if (place.inside == 0 && (place.length == kPieceBytes || offset == size_))
        release_piece(std::atomic_ref(slot_of(place)).exchange(nullptr, std::memory_order_acq_rel));
      else
        std::memset(piece + place.inside, 0, place.length);
    }
    return {};
  }

 private:
  /// A range inside one piece.
  struct Place {
    u64 table, piece;    ///< indexes
    u64 inside, length;  ///< bytes
  };

  static Place place_at(u64 offset, u64 length) {
    const u64 inside = offset % kPieceBytes;
    return {offset / kTableBytes, offset / kPieceBytes % kTablePieces, inside,
            std::min(length, kPieceBytes - inside)};
  }

  /// The slot of a piece whose table exists.
  std::byte*& slot_of(const Place& place) { return load(tables_[place.table])->pieces[place.piece]; }

  std::byte* find_piece(const Place& place) {
    if (!load(tables_[place.table])) return nullptr;
    return load(slot_of(place));
  }

  /// The piece, made if need be: zeroed, unless all of it is about to be written.
  Result<std::byte*> make_piece(const Place& place) {
    TRY(make_table(tables_[place.table]));
    std::byte*& slot = slot_of(place);
    if (std::byte* piece = load(slot)) return piece;
    auto* made = static_cast<std::byte*>(host::allocate(kPieceBytes, kPieceAlignment));
    if (!made) return fail(Errc::no_memory, "no memory for the content of a device in memory");
    if (place.length < kPieceBytes) std::memset(made, 0, kPieceBytes);
    if (install(slot, made)) return made;
    release_piece(made);
    return load(slot);
  }

  static Result<> make_table(Table*& slot) {
    if (load(slot)) return {};
    auto* made = static_cast<Table*>(host::allocate(sizeof(Table), alignof(Table)));
    if (!made) return fail(Errc::no_memory, "no memory for the table of a device in memory");
    std::memset(made, 0, sizeof(Table));
    if (!install(slot, made)) host::release(made, sizeof(Table), alignof(Table));
    return {};
  }

  static void release_piece(std::byte* piece) { host::release(piece, kPieceBytes, kPieceAlignment); }

  const u64 size_;
  Array<Table*> tables_;  ///< nullptr: nothing was written there yet
};

}  // namespace

Result<std::unique_ptr<BlockDevice>> make_memory(u64 size) {
  if (size > kLargestDevice) return fail(Errc::no_memory, "a device in memory has at most 1 PiB");
  Array<Table*> tables = TRY(Array<Table*>::make((size + kTableBytes - 1) / kTableBytes));
  return std::make_unique<MemoryDevice>(size, std::move(tables));
}

}  // namespace rump::images
