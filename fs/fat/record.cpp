// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Directory records, decoded and encoded.
#include "fs/fat/record.hpp"

#include <algorithm>

namespace rump::fat {
namespace {

template <class Byte>
Record<DirRecord, LittleEndian, Byte> view_of(std::span<Byte> record) {
  const auto view = Record<DirRecord, LittleEndian, Byte>::at(record, 0);
  invariant(view.has_value(), "a directory record is cut");
  return *view;
}

}  // namespace

RecordKind kind_of(std::span<const std::byte> record) {
  const auto view = view_of(record);
  const u8 first = static_cast<u8>(view.bytes(DirRecord::name)[0]);
  const u8 attributes = view.get(DirRecord::attributes);
  if (first == kNameEnd) return RecordKind::end;
  if (first == kNameDeleted) return RecordKind::deleted;
  if ((attributes & kAttrLongMask) == kAttrLong) return RecordKind::long_part;
  if (attributes & kAttrLabel) return RecordKind::label;
  return RecordKind::file;
}

FileRecord decode_record(std::span<const std::byte> record, FatType type) {
  const auto view = view_of(record);
  FileRecord file;
  file.attributes = view.get(DirRecord::attributes);
  file.start = view.get(DirRecord::cluster_lo);
  // Other systems keep something else there on the smaller types.
  if (type == FatType::fat32) file.start |= (u32{view.get(DirRecord::cluster_hi)} << 16) & kEntryMask;
  if (!file.is_dir()) file.size = view.get(DirRecord::file_size);
  file.created = {view.get(DirRecord::created_date), view.get(DirRecord::created_time),
                  view.get(DirRecord::created_10ms)};
  file.accessed = {.date = view.get(DirRecord::accessed_date)};
  file.written = {view.get(DirRecord::written_date), view.get(DirRecord::written_time)};
  return file;
}

u8 case_bits_of(std::span<const std::byte> record) { return view_of(record).get(DirRecord::case_bits); }

void encode_name(std::span<const u8, 11> name, u8 case_bits, std::span<std::byte> record) {
  const auto view = view_of(record);
  std::ranges::copy(std::as_bytes(name), view.bytes(DirRecord::name).begin());
  view.set(DirRecord::case_bits, case_bits);
}

void encode_record(const FileRecord& file, FatType type, std::span<std::byte> record) {
  const auto view = view_of(record);
  view.set(DirRecord::attributes, file.attributes);
  view.set(DirRecord::cluster_lo, static_cast<u16>(file.start));
  if (type == FatType::fat32) view.set(DirRecord::cluster_hi, static_cast<u16>(file.start >> 16));
  view.set(DirRecord::file_size, file.size);
  view.set(DirRecord::created_date, file.created.date);
  view.set(DirRecord::created_time, file.created.time);
  view.set(DirRecord::created_10ms, file.created.hundredths);
  view.set(DirRecord::accessed_date, file.accessed.date);
  view.set(DirRecord::written_date, file.written.date);
  view.set(DirRecord::written_time, file.written.time);
}

}  // namespace rump::fat
