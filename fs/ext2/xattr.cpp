// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Extended attributes ("Extended Attributes").
#include "fs/ext2/xattr.hpp"

#include <algorithm>
#include <cstring>
#include <optional>

#include "fs/ext2/bmap.hpp"
#include "fs/ext2/checksum.hpp"

namespace rump::ext2 {
namespace {

using EntryView = Record<XattrEntry, LittleEndian>;
using BlockView = Record<XattrBlockHead, LittleEndian>;
using Bytes = std::span<const std::byte>;

/// A name space; an exact one has no name behind its prefix.
struct NameSpace {
  u8 index;
  Name prefix;
  bool exact;
};
constexpr NameSpace kNameSpaces[] = {{1, "user.", false},
                                     {2, "system.posix_acl_access", true},
                                     {3, "system.posix_acl_default", true},
                                     {4, "trusted.", false},
                                     {6, "security.", false},
                                     {10, "gnu.", false}};

const NameSpace* name_space_of(u8 index) {
  const auto found = std::ranges::find(kNameSpaces, index, &NameSpace::index);
  return found == std::end(kNameSpaces) ? nullptr : found;
}

/// One attribute.
struct Attribute {
  u8 index;
  Name name;        ///< behind the prefix
  Bytes value;      ///< empty where it lies in an inode of its own
  u32 value_inode;  ///< 0: none
  u32 value_size;
};

/// Walks the entries of an area; value offsets count from the area's start.
class Cursor {
 public:
  Cursor(Bytes area, std::size_t first) : area_(area), at_(first) {}

  /// The next attribute; false at the end of the list; corrupt.
  Result<bool> next(Attribute& attribute) {
    // Four zero bytes end the list; so does the end of an area that has no room for them.
    if (area_.size() - at_ < sizeof(u32)) return false;
    const Bytes mark = area_.subspan(at_, sizeof(u32));
    if (std::ranges::all_of(mark, [](std::byte b) { return b == std::byte{0}; })) return false;
    const EntryView entry = TRY(EntryView::at(area_, at_));
    const std::size_t name_at = at_ + XattrEntry::size;
    const std::size_t name_bytes = entry.get(XattrEntry::name_length);
    if (name_bytes > area_.size() - name_at)
      return fail(Errc::corrupt, "an attribute's name runs out of its area");
    const Bytes name = area_.subspan(name_at, name_bytes);
    attribute.index = entry.get(XattrEntry::name_index);
    attribute.name = {reinterpret_cast<const char*>(name.data()), name.size()};
    if (attribute.name.find('\0') != attribute.name.npos)
      return fail(Errc::corrupt, "an attribute's name holds a NUL byte");
    attribute.value_inode = entry.get(XattrEntry::value_inode);
    attribute.value_size = entry.get(XattrEntry::value_size);
    attribute.value = {};
    if (attribute.value_inode == 0 && attribute.value_size > 0) {
      const u64 offset = entry.get(XattrEntry::value_offset);
      if (offset > area_.size() || attribute.value_size > area_.size() - offset)
        return fail(Errc::corrupt, "an attribute's value lies outside its area");
      attribute.value = area_.subspan(offset, attribute.value_size);
    }
    at_ = std::min(area_.size(), name_at + (name_bytes + 3) / 4 * 4);
    return true;
  }

 private:
  Bytes area_;
  std::size_t at_;
};

/// Calls visit(attribute) for each attribute in the inode and in its block until it answers true.
template <class Visit>
Result<> for_each(const Ext2Mount& mount, const Inode& inode, Visit visit) {
  const auto walk = [&](Cursor cursor) -> Result<bool> {
    Attribute attribute;
    while (TRY(cursor.next(attribute)))
      if (TRY(visit(attribute))) return true;
    return false;
  };
  const Geometry& g = mount.geometry();
  if (inode.xattr_offset + XattrInodeHead::size <= g.inode_bytes) {
    const Ext2Mount::RawInode raw = TRY(mount.read_inode(inode.ino));
    const auto head = TRY((Record<XattrInodeHead, LittleEndian>::at(raw.bytes, inode.xattr_offset)));
    if (head.get(XattrInodeHead::magic) == kXattrMagic &&
        TRY(walk(Cursor(raw.bytes.subspan(inode.xattr_offset + XattrInodeHead::size), 0))))
      return {};
  }
  if (inode.xattr_block == 0) return {};
  const ReadBuf block =
      TRY(mount.read_checked(inode.xattr_block, Role::xattrs, inode.ino, [&](Bytes bytes) -> Result<> {
        const BlockView head = TRY(BlockView::at(bytes, 0));
        if (head.get(XattrBlockHead::magic) != kXattrMagic || head.get(XattrBlockHead::blocks) != 1)
          return fail(Errc::corrupt, "an attribute block's head is wrong");
        if (!g.checks()) return {};
        constexpr std::array<std::byte, sizeof(u32)> kZero{};
        u32 crc = crc32c_number(g.checksum_seed, inode.xattr_block);
        crc = crc32c(crc, bytes.first(kXattrChecksumOffset));
        crc = crc32c(crc32c(crc, kZero), bytes.subspan(kXattrChecksumOffset + kZero.size()));
        if (crc != head.get(XattrBlockHead::checksum))
          return fail(Errc::corrupt, "an attribute block's checksum is wrong (verify=off reads on)");
        return {};
      }));
  static_cast<void>(TRY(walk(Cursor(block.bytes(), XattrBlockHead::size))));
  return {};
}

/// A value in an inode of its own ("Extended Attributes", ea_inode).
Result<> read_value_inode(const Ext2Mount& mount, const Attribute& attribute, std::span<std::byte> value) {
  if (!mount.geometry().has(kIncompatValueInodes))
    return fail(Errc::corrupt, "an attribute's value lies in an inode without the feature for it");
  const u32 ino = attribute.value_inode;
  const Ext2Mount::RawInode raw = TRY(mount.read_inode(ino));
  const Inode inode = TRY(decode_inode(mount.geometry(), ino, raw.bytes));
  if (!inode.has(kInodeXattrValue) || inode.size != attribute.value_size)
    return fail(Errc::corrupt, "an attribute's value lies in an inode that is not made for it");
  return read_content(mount, inode, value);
}

/// Copies into the caller's room, or only tells the length when there is none.
Result<std::size_t> give(const Ext2Mount& mount, const Attribute& attribute, std::span<std::byte> room) {
  const std::size_t size = attribute.value_size;
  if (room.empty()) return size;
  if (size > room.size()) return fail(Errc::range, "the attribute's value does not fit");
  if (attribute.value_inode != 0)
    TRY(read_value_inode(mount, attribute, room.first(size)));
  else
    std::ranges::copy(attribute.value, room.begin());
  return size;
}

/// A stored ACL in the form that Linux shows: every entry with an id (acl(5), linux/posix_acl_xattr.h).
Result<std::size_t> give_acl(Bytes stored, std::span<std::byte> room) {
  const auto head = TRY((Record<AclHead, LittleEndian>::at(stored, 0)));
  if (head.get(AclHead::version) != kAclVersionDisk)
    return fail(Errc::not_supported, "the access control list's version is unknown");
  std::size_t given = AclHead::size;
  const auto writable = [&](std::size_t at) { return at <= room.size() ? room.subspan(at) : room.first(0); };
  const bool counting = room.empty();
  if (!counting) {
    auto out = Record<AclHead, LittleEndian, std::byte>::at(room, 0);
    if (!out) return fail(Errc::range, "the attribute's value does not fit");
    out->set(AclHead::version, kAclVersionUser);
  }
  for (std::size_t at = AclHead::size; at < stored.size();) {
    const auto entry = TRY((Record<AclShort, LittleEndian>::at(stored, at)));
    const u16 tag = entry.get(AclShort::tag);
    u32 id = ~u32{0};
    at += AclShort::size;
    if (tag == kAclUser || tag == kAclGroup) {
      id = TRY((Record<AclLong, LittleEndian>::at(stored, at - AclShort::size))).get(AclLong::id);
      at += AclLong::size - AclShort::size;
    }
    if (!counting) {
      auto out = Record<AclLong, LittleEndian, std::byte>::at(writable(given), 0);
      if (!out) return fail(Errc::range, "the attribute's value does not fit");
      out->set(AclLong::tag, tag);
      out->set(AclLong::permissions, entry.get(AclShort::permissions));
      out->set(AclLong::id, id);
    }
    given += AclLong::size;
  }
  return given;
}

}  // namespace

Result<std::size_t> xattr_get(const Ext2Mount& mount, const Inode& inode, Name name,
                              std::span<std::byte> room) {
  const auto space = std::ranges::find_if(kNameSpaces, [&](const NameSpace& candidate) {
    return candidate.exact ? name == candidate.prefix : name.starts_with(candidate.prefix);
  });
  if (space == std::end(kNameSpaces)) return fail(Errc::not_supported, "unknown attribute name space");
  const Name rest = name.substr(space->prefix.size());
  std::optional<std::size_t> length;
  TRY(for_each(mount, inode, [&](const Attribute& attribute) -> Result<bool> {
    if (attribute.index != space->index || attribute.name != rest) return false;
    length = TRY(space->exact ? give_acl(attribute.value, room) : give(mount, attribute, room));
    return true;
  }));
  if (!length) return fail(Errc::no_data, "no such attribute");
  return *length;
}

Result<> xattr_list(const Ext2Mount& mount, const Inode& inode, NameSink& sink) {
  return for_each(mount, inode, [&](const Attribute& attribute) -> Result<bool> {
    const NameSpace* space = name_space_of(attribute.index);
    if (!space || (space->exact && !attribute.name.empty())) return false;
    std::array<char, 2 * kXattrNameMax> full;
    const std::size_t prefix = space->prefix.copy(full.data(), full.size());
    const std::size_t rest = attribute.name.copy(full.data() + prefix, full.size() - prefix);
    return !sink.add({full.data(), prefix + rest});
  });
}

Result<Array<std::byte>> inline_content(const Ext2Mount& mount, const Inode& inode) {
  Array<std::byte> content;
  TRY(for_each(mount, inode, [&](const Attribute& attribute) -> Result<bool> {
    if (attribute.index != kXattrIndexSystem || attribute.name != "data") return false;
    content = TRY(Array<std::byte>::make(inode.block.size() + attribute.value.size()));
    std::ranges::copy(attribute.value, content.begin() + inode.block.size());
    return true;
  }));
  if (content.empty()) return fail(Errc::corrupt, "the inode's inline data has no attribute");
  std::ranges::copy(inode.block, content.begin());
  return content;
}

}  // namespace rump::ext2
