// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Transfers cut into runs that lie in one piece.
#include "fs/ext2/overlay.hpp"

#include <algorithm>
#include <array>

#include "fs/ext2/journal_disk.hpp"

namespace rump::ext2 {
namespace {

constexpr std::array kMagicBytes{std::byte{kJournalMagic >> 24}, std::byte{kJournalMagic >> 16 & 0xFF},
                                 std::byte{kJournalMagic >> 8 & 0xFF}, std::byte{kJournalMagic & 0xFF}};

/// The memory of a scattered transfer, taken from the front.
class Memory {
 public:
  explicit Memory(std::span<const host::IoPart> parts) : parts_(parts) {}

  /// The next bytes, at most `length` and at most as many as lie in a few parts; nothing at the end.
  std::span<const host::IoPart> take(u64 length) {
    std::size_t count = 0;
    while (count < room_.size() && length > 0 && !parts_.empty()) {
      const host::IoPart& part = parts_.front();
      const u64 piece = std::min(length, part.length - used_);
      room_[count++] = {static_cast<std::byte*>(part.base) + used_, piece};
      used_ += piece;
      length -= piece;
      if (used_ < part.length) break;
      parts_ = parts_.subspan(1);
      used_ = 0;
    }
    return std::span(room_).first(count);
  }

 private:
  std::span<const host::IoPart> parts_;
  u64 used_ = 0;  ///< of the first part
  std::array<host::IoPart, 32> room_;
};

u64 bytes_of(std::span<const host::IoPart> parts) {
  u64 length = 0;
  for (const host::IoPart& part : parts) length += part.length;
  return length;
}

/// The magic's bytes from `skip` on; the parts hold no more than those.
void copy_magic(std::size_t skip, std::span<const host::IoPart> parts) {
  for (const host::IoPart& part : parts) {
    std::memcpy(part.base, &kMagicBytes[skip], part.length);
    skip += part.length;
  }
}

Result<> check_inside(u64 offset, u64 length, u64 size) {
  if (offset > size || length > size - offset) return fail(Errc::corrupt, "range past the end of the device");
  return {};
}

}  // namespace

Overlay::Run Overlay::run(u64 offset, u64 length) const {
  if (length == 0) return {offset, 0};
  const Replacement* next = std::ranges::lower_bound(table_, offset >> shift_, {}, &Replacement::block);
  if (next == table_.end()) return {offset, length};
  if (next->block << shift_ > offset) return {offset, std::min(length, (next->block << shift_) - offset)};
  return replaced_run(next, offset, length);
}

Overlay::Run Overlay::replaced_run(const Replacement* at, u64 offset, u64 length) const {
  const u64 inside = offset & ((u64{1} << shift_) - 1);
  if (at->escaped && inside < kMagicBytes.size())
    return {kMagic, std::min(length, kMagicBytes.size() - inside), static_cast<u32>(inside)};
  const u64 from = (at->source << shift_) + inside;
  u64 end = (at->block + 1) << shift_;
  for (const Replacement* next = at + 1; end - offset < length && next != table_.end(); ++at, ++next) {
    if (next->escaped || next->block != at->block + 1 || next->source != at->source + 1) break;
    end += u64{1} << shift_;
  }
  return {from, std::min(length, end - offset)};
}

Result<> Overlay::read(u64 offset, std::span<const host::IoPart> parts) {
  const u64 length = bytes_of(parts);
  TRY(check_inside(offset, length, size()));
  const Run whole = run(offset, length);
  if (whole.length == length && whole.from != kMagic) return parent_.read(whole.from, parts);
  Memory memory(parts);
  for (u64 done = 0; done < length;) {
    const Run piece = run(offset + done, length - done);
    const auto into = memory.take(piece.length);  // perhaps less, in many small parts
    if (piece.from == kMagic)
      copy_magic(piece.skip, into);
    else
      TRY(parent_.read(piece.from, into));
    done += bytes_of(into);
  }
  return {};
}

Result<HostRange> Overlay::host_range(u64 offset, u64 length, MapFor purpose) {
  TRY(check_inside(offset, length, size()));
  if (purpose == MapFor::write) return HostRange{};
  const Run piece = run(offset, length);
  if (piece.from == kMagic) return HostRange{};
  return parent_.host_range(piece.from, piece.length, purpose);
}

}  // namespace rump::ext2
