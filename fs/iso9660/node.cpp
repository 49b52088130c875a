// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Records, extended attribute records and Rock Ridge to Attr.
#include "fs/iso9660/node.hpp"

#include <algorithm>

#include "fs/iso9660/times.hpp"
#include "vfs/intrusive.hpp"

namespace rump::iso9660 {
namespace {

constexpr u32 kModeTypeMask = 0170000, kModePermissions = 07777;
/// What Linux gives files of which nothing is said: anybody may read and run them.
constexpr u32 kModeDefault = 0555;
/// 4096 extents of nearly 4 GiB are 16 TiB.
constexpr u32 kExtentsMax = 4096;
/// How far a directory without a record of its own is followed.
constexpr u64 kGuessedSectorsMax = 1024;

FileType type_of_mode(u32 mode) {
  switch (mode & kModeTypeMask) {
    case 0120000:
      return FileType::symlink;
    case 0060000:
      return FileType::block;
    case 0020000:
      return FileType::chr;
    case 0010000:
      return FileType::fifo;
    case 0140000:
      return FileType::socket;
    default:
      return FileType::file;
  }
}

/// The reading and executing that an extended attribute record permits.
u32 mode_of(u16 permissions) {
  struct Permission {
    u16 bit;
    u32 mode;
  };
  static constexpr Permission kPermissions[] = {{kXarOwnerRead, 0400}, {kXarOwnerExecute, 0100},
                                                {kXarGroupRead, 0040}, {kXarGroupExecute, 0010},
                                                {kXarOtherRead, 0004}, {kXarOtherExecute, 0001}};
  u32 mode = 0;
  for (const Permission& permission : kPermissions)
    if (!(permissions & permission.bit)) mode |= permission.mode;
  return mode;
}

/// Owner and mode from the extended attribute record, which counts where the record is protected.
Result<> read_extended(const IsoMount& mount, const DirEntry& entry, Attr& attr) {
  if (entry.xar_blocks == 0 || !entry.has(kRecordProtected)) return {};
  const u64 start = u64{entry.extent} << mount.volume().block_shift;
  const ReadBuf sector = TRY(mount.read_sector(start >> kSectorShift));
  const auto view = Record<ExtendedAttributes, BigEndian>::at(sector.bytes(), start % kSectorBytes);
  // One that crosses sectors, of small blocks, is passed over.
  if (!view || view->get(ExtendedAttributes::version) != 1) return {};
  const auto little =
      TRY((Record<ExtendedAttributes, LittleEndian>::at(sector.bytes(), start % kSectorBytes)));
  attr.uid = little.get(ExtendedAttributes::owner);
  attr.gid = little.get(ExtendedAttributes::group);
  const auto bytes = view->bytes(ExtendedAttributes::permissions);
  attr.mode = mode_of(static_cast<u16>(static_cast<u32>(bytes[0]) << 8 | static_cast<u32>(bytes[1])));
  return {};
}

/// Owner, mode, times and what else Rock Ridge says. The type is known.
void apply_rock(const RockRidge& rock, Attr& attr) {
  if (rock.has_attributes) {
    attr.mode = rock.mode & kModePermissions;
    attr.nlink = std::max<u32>(rock.links, 1);
    attr.uid = rock.uid;
    attr.gid = rock.gid;
  }
  if (attr.type == FileType::block || attr.type == FileType::chr)
    attr.device = rock.device.value_or(DeviceNumber{});
  if (attr.type == FileType::symlink) attr.size = rock.target_length;
  if (attr.type == FileType::file && rock.sparse_size) attr.size = *rock.sparse_size;
  attr.birth = rock.creation.value_or(Time{});
  attr.modify = rock.modify.value_or(attr.modify);
  attr.access = rock.access.value_or(attr.access);
  // Some writers keep the time of change in the place of that of creation.
  attr.change = rock.attributes.value_or(rock.creation.value_or(attr.change));
}

void apply_options(const Options& options, bool has_rock, Attr& attr) {
  attr.uid = options.uid.value_or(attr.uid);
  attr.gid = options.gid.value_or(attr.gid);
  if (has_rock && !options.override_rock_permissions) return;
  if (attr.type == FileType::dir)
    attr.mode = options.dmode.value_or(attr.mode);
  else if (attr.type == FileType::file)
    attr.mode = options.mode.value_or(attr.mode);
}

/// Hard links are records of their own. They are taken for one file where everything that is said of them is
/// the same: the serial number if there are any, else the place of the data. What has neither stays alone.
void number_links(const RockRidge& rock, u64 start, Attr& attr) {
  if (attr.nlink < 2 || (!rock.serial && (attr.type != FileType::file || attr.size == 0))) return;
  u64 hash = 0;
  for (const u64 value : {u64{rock.serial.value_or(0)}, start, attr.size, u64{rock.mode}, u64{attr.nlink},
                          u64{attr.uid} << 32 | attr.gid, static_cast<u64>(attr.modify.seconds),
                          u64{attr.device.major} << 32 | attr.device.minor})
    hash = mix_hash(hash ^ value) + value;
  // Above all positions.
  attr.ino = hash >> 2 | u64{1} << 62;
}

/// How long a directory is that does not say so: to the first sector that begins with no record, or with
/// another directory's own.
Result<u64> guess_bytes(const IsoMount& mount, u64 start) {
  u64 sector = start >> kSectorShift;
  const u64 end = std::min(mount.cache().blocks(), sector + kGuessedSectorsMax);
  for (++sector; sector < end; ++sector) {
    const ReadBuf bytes = TRY(mount.read_sector(sector));
    DirEntry first;
    if (!EntryCursor(bytes.bytes(), 0, kSectorBytes).next(first) || first.is_self()) break;
  }
  return (sector << kSectorShift) - start;
}

/// Everything that does not depend on what the extents add up to.
Result<> describe_entry(const IsoMount& mount, const DirEntry& entry, u64 position, RockRidge& rock,
                        Node& node) {
  Attr& attr = node.attr;
  attr.access = attr.modify = attr.change = short_time(entry.recorded.first<kShortTimeBytes>());
  attr.mode = kModeDefault;
  attr.nlink = 1;
  // Entries that break off cost a file what they would have said.
  const Result<> read = mount.read_rock(entry, position, RockPart::attributes, rock);
  if (!read && (read.error().code != Errc::corrupt || !rock.has_attributes))
    return std::unexpected(read.error());
  attr.type = is_dir_key(node.key) ? FileType::dir : type_of(entry, rock);
  TRY(read_extended(mount, entry, attr));
  return {};
}

Result<Node> read_dir_node(const IsoMount& mount, Key key) {
  Node node;
  node.key = key;
  node.position = position_of(key);
  node.attr.ino = node.position >> kInoShift;
  const ReadBuf sector = TRY(mount.read_sector(node.position >> kSectorShift));
  DirEntry first;
  if (!EntryCursor(sector.bytes(), node.position % kSectorBytes, kSectorBytes).next(first))
    return fail(Errc::corrupt, "there is no directory where one should be");
  RockRidge rock;
  if (first.is_self()) {
    TRY(describe_entry(mount, first, node.position, rock, node));
    node.attr.size = first.bytes;
    apply_rock(rock, node.attr);
  } else {
    node.attr.type = FileType::dir;
    node.attr.mode = kModeDefault;
    node.attr.nlink = 1;
    node.attr.size = TRY(guess_bytes(mount, node.position));
  }
  node.attr.allocated = (node.attr.size + 511) / 512 * 512;
  apply_options(mount.options(), rock.has_attributes, node.attr);
  return node;
}

Result<Node> read_file_node(const IsoMount& mount, Key key) {
  Node node;
  node.key = key;
  node.position = position_of(key);
  node.attr.ino = node.position >> kInoShift;
  ExtentCursor cursor(mount, node.position);
  DirEntry entry;
  RockRidge rock;
  u64 start = 0, bytes = 0;
  for (bool first = true; TRY(cursor.next(entry)); first = false) {
    if (first) {
      TRY(describe_entry(mount, entry, node.position, rock, node));
      start = entry.data_block();
    }
    bytes += entry.bytes;
  }
  Attr& attr = node.attr;
  attr.size = attr.type == FileType::file ? bytes : 0;
  attr.allocated = (attr.size + 511) / 512 * 512;
  apply_rock(rock, attr);
  if (attr.type == FileType::file && rock.zisofs) {
    node.zisofs = rock.zisofs;
    attr.size = rock.zisofs->size;
    attr.flags = kFlagCompressed;
  }
  if (attr.size > ~u64{0} >> 1) return fail(Errc::corrupt, "the file's size is out of range");
  node.is_sparse = attr.type == FileType::file && rock.sparse_size;
  node.is_hollow = attr.type == FileType::dir;
  number_links(rock, start, attr);
  apply_options(mount.options(), rock.has_attributes, attr);
  return node;
}

}  // namespace

FileType type_of(const DirEntry& entry, const RockRidge& rock) {
  if (entry.has(kRecordDirectory) || rock.child) return FileType::dir;
  if (rock.has_attributes) return type_of_mode(rock.mode);
  return rock.is_link ? FileType::symlink : FileType::file;
}

Result<Node> read_node(const IsoMount& mount, Key key) {
  return is_dir_key(key) ? read_dir_node(mount, key) : read_file_node(mount, key);
}

Result<bool> ExtentCursor::next(DirEntry& entry) {
  if (!continues_) return false;
  if (++extents_ > kExtentsMax) return fail(Errc::corrupt, "the file has too many extents");
  if (!TRY(find(entry))) {
    // The last extent says that it is not the last: what there is of the file is shown.
    if (extents_ > 1) return false;
    return fail(Errc::corrupt, "there is no directory record where one should be");
  }
  continues_ = entry.has(kRecordContinues);
  if (extents_ == 1 && continues_) {
    name_length_ = static_cast<u8>(entry.name.size());
    entry.name.copy(name_.data(), name_.size());
  }
  return true;
}

/// The record at position_, or where the next sector begins.
Result<bool> ExtentCursor::find(DirEntry& entry) {
  for (int sectors = 0; sectors < 2; ++sectors) {
    const u64 sector = position_ >> kSectorShift;
    if (extents_ > 1 && sector >= mount_.cache().blocks()) return false;
    if (!sector_ || sector_->block() != sector) sector_.emplace(TRY(mount_.read_sector(sector)));
    if (EntryCursor(sector_->bytes(), position_ % kSectorBytes, kSectorBytes).next(entry)) {
      position_ = (sector << kSectorShift) + entry.end;
      return extents_ == 1 || entry.name == Name(name_.data(), name_length_);
    }
    if (extents_ == 1) return false;
    position_ = (sector + 1) << kSectorShift;
  }
  return false;
}

}  // namespace rump::iso9660
