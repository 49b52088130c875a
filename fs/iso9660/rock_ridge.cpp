// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The entries of the Rock Ridge Interchange Protocol (IEEE P1282).
#include "fs/iso9660/rock_ridge.hpp"

#include <algorithm>

#include "fs/iso9660/times.hpp"

namespace rump::iso9660 {
namespace {

/// The layout's view of an entry, or an error where the entry is too short for it.
template <class L>
auto view_of(const SuspField& field) {
  return Record<L, LittleEndian>::at(field.bytes, 0);
}

void read_attributes(const SuspField& field, RockRidge& rock) {
  const auto view = view_of<RockAttributes>(field);
  if (!view || rock.has_attributes) return;
  rock.has_attributes = true;
  rock.mode = view->get(RockAttributes::mode);
  rock.links = view->get(RockAttributes::links);
  rock.uid = view->get(RockAttributes::uid);
  rock.gid = view->get(RockAttributes::gid);
  if (const auto with_serial = view_of<RockSerial>(field)) rock.serial = with_serial->get(RockSerial::serial);
}

/// The number of a device as its system keeps it in one word, major in the middle: so for 16 bits everywhere,
/// for more so on Linux.
DeviceNumber unpacked(u32 word) { return {word >> 8 & 0xFFF, (word & 0xFF) | (word >> 12 & 0xFFF00)}; }

/// Two halves as the specification has it, or all in the low one.
void read_device(const SuspField& field, RockRidge& rock) {
  const auto view = view_of<RockDevice>(field);
  if (!view || rock.device) return;
  const u32 high = view->get(RockDevice::high), low = view->get(RockDevice::low);
  rock.device = high == 0 ? unpacked(low) : DeviceNumber{high, low};
}

void read_name(const SuspField& field, RockRidge& rock) {
  const auto view = view_of<RockText>(field);
  if (!view || rock.name_ends) return;
  const u8 flags = view->get(RockText::flags);
  // "." and ".." have their own records; a host's name is none of a file's.
  if (flags & (kTextCurrent | kTextParent | kTextHost)) {
    rock.name_ends = true;
    return;
  }
  rock.name.add(text_of(field.bytes.subspan(RockText::size)));
  rock.name_ends = !(flags & kTextContinues);
}

std::optional<u32> read_block(const SuspField& field) {
  const auto view = view_of<RockRelocation>(field);
  if (!view) return std::nullopt;
  return view->get(RockRelocation::block);
}

void read_times(const SuspField& field, RockRidge& rock) {
  const auto view = view_of<RockTimes>(field);
  if (!view) return;
  const u8 flags = view->get(RockTimes::flags);
  const bool is_long = flags & kTimeLongForm;
  auto stamps = field.bytes.subspan(RockTimes::size);
  std::optional<Time>* const fields[] = {&rock.creation, &rock.modify, &rock.access, &rock.attributes};
  for (u32 i = 0; i < std::size(fields); ++i) {
    if (!(flags & 1u << i)) continue;
    const std::size_t bytes = is_long ? kLongTimeBytes : kShortTimeBytes;
    if (stamps.size() < bytes) return;
    if (!*fields[i])
      *fields[i] =
          is_long ? long_time(stamps.first<kLongTimeBytes>()) : short_time(stamps.first<kShortTimeBytes>());
    stamps = stamps.subspan(bytes);
  }
}

void read_zisofs(const SuspField& field, RockRidge& rock) {
  const auto view = view_of<RockZisofs>(field);
  if (!view || rock.zisofs) return;
  ZisofsInfo info;
  info.version = field.version;
  const std::string_view algorithm = text_of(view->bytes(RockZisofs::algorithm));
  std::ranges::copy(algorithm, info.algorithm.begin());
  info.header_words = view->get(RockZisofs::header_words);
  info.log_block = view->get(RockZisofs::log_block);
  info.size = view->get(RockZisofs::size_low);
  if (info.version >= 2) info.size |= u64{view->get(RockZisofs::size_high)} << 32;
  rock.zisofs = info;
}

void read_sparse(const SuspField& field, RockRidge& rock) {
  if (rock.sparse_size) return;
  if (const auto view = view_of<RockSparse>(field))
    rock.sparse_size = u64{view->get(RockSparse::size_high)} << 32 | view->get(RockSparse::size_low);
  else if (const auto old = view_of<RockSparseOld>(field))
    rock.sparse_size = old->get(RockSparseOld::bytes);
}

/// What a name stands for; false where the entry says something else.
bool read_identity(const SuspField& field, RockRidge& rock) {
  switch (field.signature) {
    case signature('P', 'X'):
      read_attributes(field, rock);
      return true;
    case signature('C', 'L'):
      if (!rock.child) rock.child = read_block(field);
      return true;
    case signature('P', 'L'):
      if (!rock.parent) rock.parent = read_block(field);
      return true;
    case signature('R', 'E'):
      rock.is_relocated = true;
      return true;
    case signature('S', 'L'):
      rock.is_link = true;
      return false;
    default:
      return false;
  }
}

/// What is said of the file besides.
void read_rest(const SuspField& field, RockRidge& rock, LinkBuilder& target) {
  switch (field.signature) {
    case signature('P', 'N'):
      return read_device(field, rock);
    case signature('S', 'L'):
      if (field.bytes.size() > RockText::size) target.add(field.bytes.subspan(RockText::size));
      return;
    case signature('T', 'F'):
      return read_times(field, rock);
    case signature('S', 'F'):
      return read_sparse(field, rock);
    case signature('Z', 'F'):
      return read_zisofs(field, rock);
    default:
      return;
  }
}

}  // namespace

void LinkBuilder::add(std::string_view text) {
  const u64 start = std::min<u64>(length_, room_.size());
  text.copy(room_.data() + start, room_.size() - start);
  length_ += text.size();
}

void LinkBuilder::add(std::span<const std::byte> components) {
  while (components.size() >= RockComponent::size) {
    const auto view = *Record<RockComponent, LittleEndian>::at(components, 0);
    const u8 flags = view.get(RockComponent::flags);
    components = components.subspan(RockComponent::size);
    const auto text =
        components.first(std::min<std::size_t>(view.get(RockComponent::length), components.size()));
    components = components.subspan(text.size());
    if (flags & kTextRoot) {
      // The root can only be first, and is its own slash.
      if (length_ == 0) add("/");
      needs_slash_ = false;
      continue;
    }
    if (needs_slash_) add("/");
    if (flags & kTextCurrent)
      add(".");
    else if (flags & kTextParent)
      add("..");
    else
      add(text_of(text));
    needs_slash_ = !(flags & kTextContinues);
  }
}

std::optional<Name> RockRidge::legal_text() {
  const Name text = name.finish();
  if (!legal_name(text)) return std::nullopt;
  return text;
}

Result<> read_rock_ridge(SuspCursor cursor, RockPart part, RockRidge& rock, LinkBuilder& target) {
  SuspField field;
  while (TRY(cursor.next(field))) {
    if (read_identity(field, rock)) continue;
    if (part == RockPart::attributes)
      read_rest(field, rock, target);
    else if (field.signature == signature('N', 'M'))
      read_name(field, rock);
  }
  rock.target_length = target.length();
  return {};
}

}  // namespace rump::iso9660
