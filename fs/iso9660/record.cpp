// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Raw directory records to DirEntry.
#include "fs/iso9660/record.hpp"

#include <algorithm>

namespace rump::iso9660 {

Result<DirEntry> read_entry(std::span<const std::byte> sector, u32 offset) {
  const auto record = TRY((Record<DirRecord, LittleEndian>::at(sector, offset)));
  const u32 length = record.get(DirRecord::length);
  const u32 name_length = record.get(DirRecord::name_length);
  if (length > sector.size() - offset) return fail(Errc::corrupt, "a directory record runs past its sector");
  if (name_length == 0 || DirRecord::size + name_length > length)
    return fail(Errc::corrupt, "a directory record's name runs past the record");
  const auto bytes = sector.subspan(offset, length);
  // The name is padded to an even length; a record may end before that.
  const std::size_t after_name = DirRecord::size + name_length + (name_length % 2 == 0);
  return DirEntry{.extent = record.get(DirRecord::extent),
                  .xar_blocks = record.get(DirRecord::xar_blocks),
                  .bytes = record.get(DirRecord::bytes),
                  .flags = record.get(DirRecord::flags),
                  .unit_blocks = record.get(DirRecord::unit_blocks),
                  .gap_blocks = record.get(DirRecord::gap_blocks),
                  .recorded = record.bytes(DirRecord::recorded).first<kShortTimeBytes>(),
                  .name = text_of(bytes.subspan(DirRecord::size, name_length)),
                  .system_use = bytes.subspan(std::min<std::size_t>(after_name, length)),
                  .offset = offset,
                  .end = offset + length};
}

std::optional<DirEntry> EntryCursor::next() {
  if (at_ >= sector_.size() || sector_[at_] == std::byte{0}) return std::nullopt;
  const Result<DirEntry> entry = read_entry(sector_, at_);
  if (!entry) {
    damaged_ = true;
    at_ = static_cast<u32>(sector_.size());
    return std::nullopt;
  }
  at_ = entry->end;
  return *entry;
}

}  // namespace rump::iso9660
