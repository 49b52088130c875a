// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The GUID partition table: UEFI Specification 2.10, section 5.3.
#include "images/gpt.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "images/crc32.hpp"
#include "images/mbr.hpp"
#include "vfs/disk.hpp"

namespace rump::images {
namespace {

constexpr std::array<u32, 2> kSectorSizes = {512, 4096};
constexpr u32 kSectorMax = 4096;
constexpr u32 kEntriesMax = 1024;
constexpr u32 kEntryBytesMax = 4096;
constexpr u64 kPrimary = 1;  // the sector of the primary header

/// UEFI 2.10, table 5.5.
struct RawHeader : Layout<RawHeader, 92> {
  static constexpr At<u8, 0, 8> signature{};
  static constexpr At<u32, 8> revision{};
  static constexpr At<u32, 12> header_bytes{};
  static constexpr At<u32, 16> header_crc{};
  static constexpr At<u64, 24> my_sector{};
  static constexpr At<u64, 32> alternate_sector{};
  static constexpr At<u8, 56, 16> disk_guid{};
  static constexpr At<u64, 72> entries_sector{};
  static constexpr At<u32, 80> entry_count{};
  static constexpr At<u32, 84> entry_bytes{};
  static constexpr At<u32, 88> entries_crc{};
};

/// UEFI 2.10, table 5.6 and 5.8 (attributes).
struct RawEntry : Layout<RawEntry, 128> {
  static constexpr At<u8, 0, 16> type{};
  static constexpr At<u8, 16, 16> unique{};
  static constexpr At<u64, 32> first{};
  static constexpr At<u64, 40> last{};
  static constexpr At<u64, 48> attributes{};
  static constexpr At<u16, 56, 36> name{};
};
constexpr u64 kAttributeLegacyBoot = 1 << 2;

struct GptType {
  std::string_view guid;
  const char* name;
  Purpose purpose = Purpose::data;
};

/// UEFI 2.10, table 5.7; the others are registered by their systems.
constexpr std::array kTypes = {
    GptType{"c12a7328-f81f-11d2-ba4b-00a0c93ec93b", "EFI system"},
    GptType{"21686148-6449-6e6f-744e-656564454649", "BIOS boot", Purpose::loader},
    GptType{"9e1a2d38-c612-4316-aa26-8b49521e5a8b", "PReP boot", Purpose::loader},
    GptType{"0fc63daf-8483-4772-8e79-3d69d8477de4", "Linux"},
    GptType{"0657fd6d-a4ab-43c4-84e5-0933c84b4f4f", "Linux swap", Purpose::swap},
    GptType{"e6d6d379-f507-44c2-a23c-238f2a3df928", "Linux LVM"},
    GptType{"a19d880f-05fc-4d3b-a006-743f0f84911e", "Linux RAID"},
    GptType{"933ac7e1-2eb4-4f13-b844-0e14e2aef915", "Linux home"},
    GptType{"bc13c2ff-59e6-4262-a352-b275fd6f7172", "Linux extended boot"},
    GptType{"44479540-f297-41b2-9af7-d131d5f0458a", "Linux root (x86)"},
    GptType{"4f68bce3-e8cd-4db1-96e7-fbcaf984b709", "Linux root (x86-64)"},
    GptType{"b921b045-1df0-41c3-af44-4c6f280d3fae", "Linux root (ARM-64)"},
    GptType{"ebd0a0a2-b9e5-4433-87c0-68b6b72699c7", "basic data"},
    GptType{"e3c9e316-0b5c-4db8-817d-f92df00215ae", "Microsoft reserved"},
    GptType{"de94bba4-06d1-4d40-a16a-bfd50179d6ac", "Windows recovery"},
    GptType{"83bd6b9d-7f41-11dc-be0b-001560b84f0f", "FreeBSD boot", Purpose::loader},
    GptType{"516e7cb4-6ecf-11d6-8ff8-00022d09712b", "FreeBSD"},
    GptType{"516e7cb5-6ecf-11d6-8ff8-00022d09712b", "FreeBSD swap", Purpose::swap},
    GptType{"516e7cb6-6ecf-11d6-8ff8-00022d09712b", "FreeBSD UFS"},
    GptType{"516e7cba-6ecf-11d6-8ff8-00022d09712b", "FreeBSD ZFS"},
    GptType{"49f48d32-b10e-11dc-b99b-0019d1879648", "NetBSD swap", Purpose::swap},
    GptType{"49f48d5a-b10e-11dc-b99b-0019d1879648", "NetBSD FFS"},
    GptType{"49f48d82-b10e-11dc-b99b-0019d1879648", "NetBSD LFS"},
    GptType{"824cc7a0-36a8-11e3-890a-952519ad3f61", "OpenBSD"},
    GptType{"48465300-0000-11aa-aa11-00306543ecac", "Apple HFS+"},
    GptType{"7c3457ef-0000-11aa-aa11-00306543ecac", "Apple APFS"},
    GptType{"55465300-0000-11aa-aa11-00306543ecac", "Apple UFS"},
};

/// A GUID as text: the first three fields are little-endian numbers (UEFI 2.10, appendix A).
Text<36> guid_text(std::span<const std::byte> guid) {
  constexpr std::array<u8, 16> kOrder = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
  Text<36> text;
  for (u32 i = 0; i < kOrder.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text.put('-');
    text.put_hex(static_cast<u8>(guid[kOrder[i]]), 2);
  }
  return text;
}

void put_utf8(Text<108>& text, u32 code) {
  const auto put = [&text](u32 byte) { text.put(static_cast<char>(byte)); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xC0 | code >> 6);
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
  }
  put(0x80 | (code & 0x3F));
}

/// The name up to its first zero; what is not UTF-16 becomes U+FFFD. It always fits: three bytes a unit.
Text<108> name_text(Record<RawEntry, LittleEndian> entry) {
  constexpr u32 kUnits = 36;
  Text<108> text;
  for (u32 i = 0; i < kUnits; ++i) {
    const u32 unit = entry.get(RawEntry::name, i);
    if (unit == 0) break;
    const u32 next = i + 1 < kUnits ? entry.get(RawEntry::name, i + 1) : 0;
    if (unit >= 0xD800 && unit < 0xDC00 && next >= 0xDC00 && next < 0xE000) {
      put_utf8(text, 0x10000 + ((unit - 0xD800) << 10) + (next - 0xDC00));
      ++i;
    } else {
      put_utf8(text, unit >= 0xD800 && unit < 0xE000 ? 0xFFFD : unit);
    }
  }
  return text;
}

/// Whether a GUID is not all zeroes: the entry is in use.
bool in_use(Record<RawEntry, LittleEndian> entry) {
  return std::ranges::any_of(entry.bytes(RawEntry::type), [](std::byte b) { return b != std::byte{0}; });
}

/// A header whose checksum and numbers are right.
struct Header {
  u64 entries_offset = 0;  ///< bytes
  u32 entry_count = 0, entry_bytes = 0, entries_crc = 0;
  Text<36> disk_guid;
};

/// Looks for the tables of one device in sectors of one size.
class Finder {
 public:
  Finder(BlockDevice& device, u32 sector_bytes)
      : device_(device), sector_bytes_(sector_bytes), sectors_(device.size() / sector_bytes) {}

  /// The table whose header lies at the sector; nullopt where there is no header or it is damaged. Errors:
  /// the device's, no_memory.
  Result<std::optional<PartitionTable>> table_at(u64 sector) {
    const std::optional<Header> header = TRY(header_at(sector));
    if (!header) return std::nullopt;
    auto entries = TRY(Array<std::byte>::make(u64{header->entry_count} * header->entry_bytes));
    TRY(device_.read(header->entries_offset, entries.span()));
    if (crc32(0, entries.span()) != header->entries_crc) return std::nullopt;
    return TRY(table_of(*header, entries.span()));
  }

  /// The backup's table: at the end, where the primary header says, or before `protected_end`.
  Result<std::optional<PartitionTable>> backup(u64 protected_end) {
    for (const u64 sector : {sectors_ - 1, alternate_, protected_end - 1}) {
      if (sector <= kPrimary || sector >= sectors_) continue;
      std::optional<PartitionTable> table = TRY(table_at(sector));
      if (table) return table;
    }
    return std::nullopt;
  }

  /// Whether table_at() met a header, be it damaged.
  bool met_header() const { return met_header_; }

 private:
  Result<std::optional<Header>> header_at(u64 sector) {
    if (sector >= sectors_) return std::nullopt;
    std::array<std::byte, kSectorMax> room;
    const std::span<std::byte> block = std::span(room).first(sector_bytes_);
    TRY(device_.read(sector * sector_bytes_, block));
    using H = RawHeader;
    const auto raw = TRY((Record<H, LittleEndian, std::byte>::at(block, 0)));
    if (padded_text(raw.bytes(H::signature)) != "EFI PART") return std::nullopt;
    met_header_ = true;
    if (sector == kPrimary) alternate_ = raw.get(H::alternate_sector);

    const u32 crc = raw.get(H::header_crc);
    const u32 header_bytes = raw.get(H::header_bytes);
    if (header_bytes < H::size || header_bytes > sector_bytes_) return std::nullopt;
    raw.set(H::header_crc, 0);  // what the checksum was made with
    if (crc32(0, block.first(header_bytes)) != crc) return std::nullopt;

    Header header{.entry_count = raw.get(H::entry_count),
                  .entry_bytes = raw.get(H::entry_bytes),
                  .entries_crc = raw.get(H::entries_crc),
                  .disk_guid = guid_text(raw.bytes(H::disk_guid))};
    if (raw.get(H::revision) >> 16 != 1 || raw.get(H::my_sector) != sector) return std::nullopt;
    if (header.entry_count == 0 || header.entry_count > kEntriesMax || header.entry_bytes < RawEntry::size ||
        header.entry_bytes > kEntryBytesMax || !std::has_single_bit(header.entry_bytes))
      return std::nullopt;
    const u64 first = raw.get(H::entries_sector);
    if (first <= kPrimary || first >= sectors_) return std::nullopt;
    header.entries_offset = first * sector_bytes_;
    if (u64{header.entry_count} * header.entry_bytes > device_.size() - header.entries_offset)
      return std::nullopt;
    return header;
  }

  Result<PartitionTable> table_of(const Header& header, std::span<const std::byte> entries) {
    PartitionTable table;
    table.sector_bytes = sector_bytes_;
    table.id = header.disk_guid;
    u32 used = 0;
    for (u32 i = 0; i < header.entry_count; ++i) used += in_use(TRY(entry_at(header, entries, i))) ? 1 : 0;
    table.partitions = TRY(Array<Partition>::make(used));
    u32 next = 0;
    for (u32 i = 0; i < header.entry_count; ++i) {
      const auto entry = TRY(entry_at(header, entries, i));
      if (in_use(entry)) table.partitions[next++] = partition_of(i + 1, entry);
    }
    return table;
  }

  static Result<Record<RawEntry, LittleEndian>> entry_at(const Header& header,
                                                         std::span<const std::byte> entries, u32 index) {
    return Record<RawEntry, LittleEndian>::at(entries, std::size_t{index} * header.entry_bytes);
  }

  Partition partition_of(u32 number, Record<RawEntry, LittleEndian> entry) const {
    Partition partition;
    partition.number = number;
    const u64 first = entry.get(RawEntry::first);
    const u64 last = entry.get(RawEntry::last);
    // What ends before it begins has no length.
    place(partition, first, last < first ? 0 : last - first + 1, sector_bytes_, device_.size());
    partition.bootable = (entry.get(RawEntry::attributes) & kAttributeLegacyBoot) != 0;
    partition.type = guid_text(entry.bytes(RawEntry::type));
    for (const GptType& type : kTypes) {
      if (type.guid != partition.type.view()) continue;
      partition.type_name = type.name;
      partition.purpose = type.purpose;
    }
    partition.uuid = guid_text(entry.bytes(RawEntry::unique));
    partition.name = name_text(entry);
    return partition;
  }

  BlockDevice& device_;
  const u32 sector_bytes_;
  const u64 sectors_;
  u64 alternate_ = 0;  // where a primary header, be it damaged, says that its backup is
  bool met_header_ = false;
};

}  // namespace

Result<std::optional<PartitionTable>> read_gpt(BlockDevice& device) {
  const MbrSummary mbr = TRY(summarize_mbr(device));
  if (mbr.kind == MbrSummary::Kind::table) return std::nullopt;
  std::array finders = {Finder(device, kSectorSizes[0]), Finder(device, kSectorSizes[1])};
  for (Finder& finder : finders) {
    std::optional<PartitionTable> table = TRY(finder.table_at(kPrimary));
    if (table) return table;
  }
  for (Finder& finder : finders) {
    std::optional<PartitionTable> table = TRY(finder.backup(mbr.protected_end));
    if (!table) continue;
    table->from_backup = true;
    return table;
  }
  const bool expected =
      mbr.kind == MbrSummary::Kind::protective || std::ranges::any_of(finders, &Finder::met_header);
  if (expected) return fail(Errc::corrupt, "the GPT is damaged, and so is its backup");
  return std::nullopt;
}

}  // namespace rump::images
