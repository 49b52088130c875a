// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Finding sessions.
#include "fs/iso9660/sessions.hpp"

#include <algorithm>

#include "fs/iso9660/record.hpp"
#include "vfs/memory.hpp"

namespace rump::iso9660 {
namespace {

using VolumeView = Record<VolumeDescriptor, LittleEndian>;

/// Where libburnia's writers begin the first session of an image that more are to follow: the descriptors at
/// the usual place are then a copy of the last session's.
constexpr u64 kEmulatedStart = 32;
/// How far behind the end of a session the next one is looked for: what a CD's lead-out, lead-in and gap
/// take, and some padding.
constexpr u64 kGapSectorsMax = 11400 + 600;
constexpr u64 kChunkSectors = 64;

/// A session, as its primary descriptor tells.
struct Session {
  u64 start;  ///< sector; its descriptors begin kDescriptorSector later
  u64 end;    ///< sector
  u64 root;   ///< sector of the root directory
};

bool is_primary(const VolumeView& view) {
  return text_of(view.bytes(VolumeDescriptor::id)) == kStandardId &&
         view.get(VolumeDescriptor::type) == kDescriptorPrimary;
}

/// The session whose primary descriptor this is. Its addresses count from the start of the volume, its length
/// from its own.
Result<Session> session_of(const VolumeView& view, u64 descriptor) {
  const auto root = TRY((Record<DirRecord, LittleEndian>::at(view.bytes(VolumeDescriptor::root), 0)));
  const u64 block_bytes = view.get(VolumeDescriptor::block_bytes);
  const u64 start = descriptor - kDescriptorSector;
  const u64 root_block = u64{root.get(DirRecord::extent)} + root.get(DirRecord::xar_blocks);
  return Session{.start = start,
                 .end = start + ((view.get(VolumeDescriptor::blocks) * block_bytes) >> kSectorShift),
                 .root = (root_block * block_bytes) >> kSectorShift};
}

/// The session at a sector, if one begins there.
Result<std::optional<Session>> session_at(BlockDevice& device, u64 start) {
  const u64 descriptor = start + kDescriptorSector;
  if (!TRY(has_primary(device, descriptor))) return std::nullopt;
  std::array<std::byte, kSectorBytes> bytes;
  TRY(device.read(descriptor << kSectorShift, bytes));
  return TRY(session_of(TRY(VolumeView::at(bytes, 0)), descriptor));
}

/// Whether the root directory of a later session is where its descriptor says, behind the session's start: an
/// image that lies there for other reasons counts from its own start.
Result<bool> is_later_session(BlockDevice& device, const Session& session) {
  if (session.root < session.start || session.root >= device.size() >> kSectorShift) return false;
  std::array<std::byte, kSectorBytes> bytes;
  TRY(device.read(session.root << kSectorShift, bytes));
  DirEntry self;
  return read_self(bytes, 0, self);
}

/// The first session that begins at or behind the end of the one before.
Result<std::optional<Session>> session_after(BlockDevice& device, const Session& before) {
  const u64 sectors = device.size() >> kSectorShift;
  u64 sector = std::max(before.start + 1, before.end) + kDescriptorSector;
  if (sector >= sectors) return std::nullopt;
  const u64 end = std::min(sectors, sector + kGapSectorsMax);
  Array<std::byte> chunk = TRY(Array<std::byte>::make(kChunkSectors * kSectorBytes));
  while (sector < end) {
    const u64 count = std::min(kChunkSectors, end - sector);
    TRY(device.read(sector << kSectorShift, chunk.span().first(count << kSectorShift)));
    for (u64 i = 0; i < count; ++i) {
      const VolumeView view = TRY(VolumeView::at(chunk.span(), i << kSectorShift));
      if (!is_primary(view)) continue;
      const Session session = TRY(session_of(view, sector + i));
      if (TRY(is_later_session(device, session))) return session;
    }
    sector += count;
  }
  return std::nullopt;
}

}  // namespace

Result<Sessions> find_sessions(BlockDevice& device) {
  Sessions sessions;
  const auto add = [&](const Session& session) {
    sessions.sectors[sessions.count++] = session.start + kDescriptorSector;
  };
  std::optional<Session> session = TRY(session_at(device, 0));
  const std::optional<Session> first = session;
  const auto emulated = TRY(session_at(device, kEmulatedStart));
  if (emulated && TRY(is_later_session(device, *emulated))) session = emulated;
  bool has_first = false;
  while (session && sessions.count < kSessionsMax) {
    add(*session);
    has_first |= first && session->root == first->root;
    session = TRY(session_after(device, *session));
  }
  // What stands at the usual place is the latest, if it is none of those that were found.
  if (sessions.count == 0 || (first && !has_first && sessions.count < kSessionsMax))
    sessions.sectors[sessions.count++] = kDescriptorSector;
  return sessions;
}

Result<u64> find_session(BlockDevice& device, std::optional<u32> number) {
  const Sessions sessions = TRY(find_sessions(device));
  if (number && *number > sessions.count) return fail(Errc::not_found, "the volume has no such session");
  return sessions.sectors[number.value_or(sessions.count) - 1];
}

}  // namespace rump::iso9660
