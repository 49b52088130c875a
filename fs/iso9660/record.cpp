// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Raw directory records to DirEntry.
#include "fs/iso9660/record.hpp"

#include <algorithm>

namespace rump::iso9660 {

/// The record at at_.
bool EntryCursor::read(DirEntry& entry) const {
  const auto record = Record<DirRecord, LittleEndian>::at(sector_, at_);
  if (!record) return false;
  const std::size_t length = record->get(DirRecord::length);
  const std::size_t name_length = record->get(DirRecord::name_length);
  if (length > sector_.size() - at_ || name_length == 0 || DirRecord::size + name_length > length)
    return false;
  const auto bytes = sector_.subspan(at_, length);
  // The name is padded to an even length; a record may end before that.
  const std::size_t after_name = DirRecord::size + name_length + (name_length % 2 == 0);
  entry.extent = record->get(DirRecord::extent);
  entry.xar_blocks = record->get(DirRecord::xar_blocks);
  entry.bytes = record->get(DirRecord::bytes);
  entry.flags = record->get(DirRecord::flags);
  entry.unit_blocks = record->get(DirRecord::unit_blocks);
  entry.gap_blocks = record->get(DirRecord::gap_blocks);
  entry.recorded = record->bytes(DirRecord::recorded);
  entry.name = text_of(bytes.subspan(DirRecord::size, name_length));
  entry.system_use = bytes.subspan(std::min(after_name, length));
  entry.offset = at_;
  entry.end = at_ + static_cast<u32>(length);
  return true;
}

bool EntryCursor::next(DirEntry& entry) {
  if (at_ >= sector_.size() || sector_[at_] == std::byte{0}) return false;
  if (!read(entry)) {
    damaged_ = true;
    at_ = static_cast<u32>(sector_.size());
    return false;
  }
  at_ = entry.end;
  return true;
}

bool read_self(std::span<const std::byte> sector, u64 offset, DirEntry& entry) {
  return EntryCursor(sector, static_cast<u32>(offset), kSectorBytes).next(entry) && entry.is_self();
}

}  // namespace rump::iso9660
