// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The descriptors in words.
#include "fs/iso9660/info.hpp"

#include <algorithm>
#include <ranges>

#include "fs/iso9660/record.hpp"
#include "fs/iso9660/sessions.hpp"
#include "fs/iso9660/susp.hpp"
#include "fs/iso9660/times.hpp"

namespace rump::iso9660 {
namespace {

using VolumeView = Record<VolumeDescriptor, LittleEndian>;

/// A cache for one record's system use entries.
constexpr u64 kCacheBytes = u64{64} << 10;
/// The most names of a standard in one record.
constexpr int kFieldsMax = 256;
/// UDF's own descriptors follow those of ISO 9660 (ECMA-167, 2/8.3).
constexpr u64 kUdfSectorsMax = 32;
constexpr std::array<std::string_view, 2> kUdfIds = {"NSR02", "NSR03"};

void add_text(std::string_view key, std::span<const std::byte> padded, DetailSink& sink) {
  if (const std::string_view text = trimmed_text(padded); !text.empty()) sink.text(key, text);
}

template <std::size_t O>
std::span<const std::byte, kLongTimeBytes> stamp_of(const VolumeView& view,
                                                    Field<VolumeDescriptor, u8, O, kLongTimeBytes> field) {
  return view.bytes(field).template first<kLongTimeBytes>();
}

template <std::size_t O>
void add_time(std::string_view key, const VolumeView& view,
              Field<VolumeDescriptor, u8, O, kLongTimeBytes> field, DetailSink& sink) {
  const Time time = long_time(stamp_of(view, field));
  if (time != Time{}) sink.time(key, time.seconds);
}

/// The time of writing in the form that stands for an identifier elsewhere: "2026-11-25-08-30-00-00".
void add_uuid(const VolumeView& view, DetailSink& sink) {
  auto stamp = stamp_of(view, VolumeDescriptor::modified);
  if (long_time(stamp) == Time{}) stamp = stamp_of(view, VolumeDescriptor::created);
  if (long_time(stamp) == Time{}) return;
  const std::string_view digits = text_of(stamp.first<16>());
  std::array<char, 22> text;
  std::size_t length = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i >= 4 && i % 2 == 0) text[length++] = '-';
    text[length++] = digits[i];
  }
  sink.text("uuid", {text.data(), length});
}

/// Whether a number is the same in both byte orders that it is recorded in.
template <class T, std::size_t O>
bool agrees(const VolumeView& view, Field<VolumeDescriptor, T, O>) {
  const auto both = view.bytes().subspan(O, 2 * sizeof(T));
  return std::ranges::equal(both.first(sizeof(T)), both.last(sizeof(T)) | std::views::reverse);
}

bool agrees(const VolumeView& view) {
  using D = VolumeDescriptor;
  return agrees(view, D::blocks) && agrees(view, D::set_size) && agrees(view, D::sequence_number) &&
         agrees(view, D::block_bytes) && agrees(view, D::path_table_bytes);
}

void add_state(const VolumeView& view, const Descriptors& volume, u64 device_bytes, DetailSink& sink) {
  if (volume.bytes() > device_bytes) sink.text("damage", "the image ends before its volume does");
  if (!agrees(view)) sink.text("damage", "numbers that are recorded in both byte orders differ");
}

/// The standards that the root's own record says the volume follows.
Result<> add_extensions(BlockDevice& device, const Descriptors& volume, DetailSink& sink) {
  const auto cache = TRY(BufferCache::make(device, kSectorBytes, device.size() >> kSectorShift, kCacheBytes));
  const u64 root = volume.primary.root;
  const ReadBuf sector = TRY(cache->read(root >> kSectorShift));
  DirEntry self;
  if (!read_self(sector.bytes(), root % kSectorBytes, self)) return {};
  // Where the entries begin with "SP", perhaps behind the attributes of XA.
  auto area = self.system_use;
  const auto xa = Record<XaAttributes, LittleEndian>::at(area, 0);
  if (xa && text_of(xa->bytes(XaAttributes::id)) == kXaId) area = area.subspan(XaAttributes::size);
  SuspCursor cursor(*cache, volume.block_shift, area);
  SuspField field;
  for (int i = 0; i < kFieldsMax && TRY(cursor.next(field)); ++i) {
    const auto view = Record<SuspExtension, LittleEndian>::at(field.bytes, 0);
    if (field.signature != signature('E', 'R') || !view) continue;
    const auto rest = field.bytes.subspan(SuspExtension::size);
    const std::size_t length = std::min<std::size_t>(view->get(SuspExtension::id_length), rest.size());
    sink.item("extensions", text_of(rest.first(length)));
  }
  return {};
}

Result<bool> has_udf(BlockDevice& device, u64 first) {
  for (u64 sector = first; sector < first + kUdfSectorsMax; ++sector) {
    std::array<std::byte, VolumeDescriptor::size> bytes;
    if (sector >= device.size() >> kSectorShift) break;
    TRY(device.read(sector << kSectorShift, bytes));
    const VolumeView view = TRY(VolumeView::at(bytes, 0));
    if (std::ranges::find(kUdfIds, text_of(view.bytes(VolumeDescriptor::id))) != kUdfIds.end()) return true;
  }
  return false;
}

Result<> add_features(BlockDevice& device, const Descriptors& volume, DetailSink& sink) {
  static constexpr std::string_view kJolietLevels[] = {"Joliet level 1", "Joliet level 2", "Joliet level 3"};
  if (volume.joliet) sink.item("features", kJolietLevels[volume.joliet_level - 1]);
  if (volume.enhanced) sink.item("features", "ISO 9660:1999");
  if (volume.boot_catalog) sink.item("features", "El Torito");
  if (volume.is_xa) sink.item("features", "CD-ROM XA");
  if (TRY(has_udf(device, volume.sector))) sink.item("features", "UDF");
  return {};
}

void add_origin(const VolumeView& view, DetailSink& sink) {
  add_text("system", view.bytes(VolumeDescriptor::system_id), sink);
  add_text("volume_set", view.bytes(VolumeDescriptor::volume_set_id), sink);
  if (const u16 volumes = view.get(VolumeDescriptor::set_size); volumes > 1) {
    sink.number("volumes", volumes);
    sink.number("volume_number", view.get(VolumeDescriptor::sequence_number));
  }
  add_text("publisher", view.bytes(VolumeDescriptor::publisher), sink);
  add_text("preparer", view.bytes(VolumeDescriptor::preparer), sink);
  add_text("application", view.bytes(VolumeDescriptor::application), sink);
  add_text("copyright_file", view.bytes(VolumeDescriptor::copyright_file), sink);
  add_text("abstract_file", view.bytes(VolumeDescriptor::abstract_file), sink);
  add_text("bibliographic_file", view.bytes(VolumeDescriptor::bibliographic_file), sink);
  add_time("created", view, VolumeDescriptor::created, sink);
  add_time("written", view, VolumeDescriptor::modified, sink);
  add_time("effective", view, VolumeDescriptor::effective, sink);
  add_time("expires", view, VolumeDescriptor::expires, sink);
}

}  // namespace

Result<> describe(BlockDevice& device, DetailSink& sink) {
  const Sessions sessions = TRY(find_sessions(device));
  sink.text("type", "iso9660");
  const auto read = read_descriptors(device, sessions.sectors[sessions.count - 1]);
  if (!read && read.error().code == Errc::corrupt) sink.text("damage", read.error().reason);
  // Of High Sierra there is nothing more to tell.
  if (!read && read.error().code != Errc::io) return {};
  const Descriptors volume = TRY(read);
  std::array<std::byte, VolumeDescriptor::size> bytes;
  TRY(device.read(volume.primary_sector << kSectorShift, bytes));
  const VolumeView view = TRY(VolumeView::at(bytes, 0));
  add_text("label", view.bytes(VolumeDescriptor::volume_id), sink);
  add_uuid(view, sink);
  add_state(view, volume, device.size(), sink);
  sink.bytes("size", volume.bytes());
  sink.bytes("block_size", volume.block_bytes());
  sink.number("sessions", sessions.count);
  TRY(add_features(device, volume, sink));
  // What cannot be read of the root does not keep the rest from being told.
  const Result<> told = add_extensions(device, volume, sink);
  if (!told && told.error().code != Errc::corrupt) return told;
  add_origin(view, sink);
  return {};
}

}  // namespace rump::iso9660
