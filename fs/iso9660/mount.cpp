// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Mounting, the choice of names, statfs, and the driver's export.
#include "fs/iso9660/mount.hpp"

#include <algorithm>

#include "fs/iso9660/info.hpp"
#include "fs/iso9660/iso9660.hpp"
#include "fs/iso9660/sessions.hpp"
#include "fs/iso9660/vnode.hpp"
#include "fs/iso9660/zisofs.hpp"

namespace rump::iso9660 {
namespace {

/// For the indexes of all directories of a mount: four million names.
constexpr u64 kIndexBytesMax = u64{32} << 20;

/// Directories lie one after the other.
constexpr u64 kReadAheadSectors = 32;

/// How much of the root is looked through for the directory of moved ones.
constexpr u64 kMovedSectorsMax = 64;

/// How many records of the root are looked at for Rock Ridge that nothing announces.
constexpr int kGuessedRecordsMax = 16;

bool is_rock_ridge_id(std::string_view text) {
  return std::ranges::find(kRockRidgeIds, text) != kRockRidgeIds.end();
}

/// "SP", if the area begins with it: the bytes to skip elsewhere.
std::optional<u32> read_indicator(std::span<const std::byte> area) {
  const auto entry = Record<SuspEntry, LittleEndian>::at(area, 0);
  const auto view = Record<SuspIndicator, LittleEndian>::at(area, 0);
  if (!entry || !view || entry->get(SuspEntry::signature) != signature('S', 'P') ||
      view->get(SuspIndicator::check0) != kSuspCheck0 || view->get(SuspIndicator::check1) != kSuspCheck1)
    return std::nullopt;
  return view->get(SuspIndicator::skip);
}

/// Whether an area says that its volume follows the Rock Ridge protocol, by name or by what is in it.
Result<bool> has_rock(SuspCursor cursor) {
  SuspField field;
  while (TRY(cursor.next(field))) {
    const u16 type = field.signature;
    if (type == signature('P', 'X') || type == signature('R', 'R') || type == signature('T', 'F'))
      return true;
    const auto view = Record<SuspExtension, LittleEndian>::at(field.bytes, 0);
    if (type != signature('E', 'R') || !view) continue;
    const auto rest = field.bytes.subspan(SuspExtension::size);
    const std::size_t length = std::min<std::size_t>(view->get(SuspExtension::id_length), rest.size());
    if (is_rock_ridge_id(text_of(rest.first(length)))) return true;
  }
  return false;
}

}  // namespace

const FsType kFsType{
    .name = "iso9660", .probe = probe, .mount = IsoMount::make, .describe = describe, .hosts_table = true};

IsoMount::IsoMount(BlockDevice& device, const MountOptions& options, const Options& own,
                   const Descriptors& volume, std::unique_ptr<BufferCache> cache)
    : Mount(device, options),
      options_(own),
      volume_(volume),
      cache_(std::move(cache)),
      zisofs_cache_(std::make_unique<ZisofsCache>()),
      index_bytes_(kIndexBytesMax) {}

IsoMount::~IsoMount() = default;

Result<std::unique_ptr<Mount>> IsoMount::make(BlockDevice& device, const MountOptions& options) {
  const Options own = TRY(parse_options(options.text));
  if (!options.read_only) return fail(Errc::read_only, "ISO 9660 is for reading only");
  const Descriptors volume = TRY(read_descriptors(device, TRY(find_session(device, own.session))));
  auto cache =
      TRY(BufferCache::make(device, kSectorBytes, device.size() >> kSectorShift, options.cache_bytes));
  std::unique_ptr<IsoMount> mount(new IsoMount(device, options, own, volume, std::move(cache)));
  TRY(mount->choose_names());
  return mount;
}

void IsoMount::set_names(NameSpace space, const Tree& tree) {
  name_space_ = space;
  tree_ = tree;
}

/// As Linux: Rock Ridge, else Joliet, else plain names; what nothing announces counts less than Joliet. The
/// long names of ISO 9660:1999, which Linux does not know, come before plain ones.
Result<> IsoMount::choose_names() {
  const bool joliet = options_.joliet && volume_.joliet;
  set_names(NameSpace::plain, volume_.primary);
  std::optional<RockPlace> rock;
  if (options_.rock_ridge) rock = TRY(find_rock());
  // Some discs have a sound Joliet tree beside an empty one of Rock Ridge.
  const bool by_rock =
      rock && (!joliet || (rock->certain && !(TRY(is_empty(NameSpace::plain, volume_.primary)) &&
                                              !TRY(is_empty(NameSpace::joliet, *volume_.joliet)))));
  if (by_rock) {
    rock_ = *rock;
    set_names(NameSpace::rock_ridge, volume_.primary);
    moved_ = TRY(find_moved());
  } else if (joliet) {
    set_names(NameSpace::joliet, *volume_.joliet);
  } else if (options_.enhanced && volume_.enhanced) {
    set_names(NameSpace::enhanced, *volume_.enhanced);
  }
  return {};
}

/// Looks at the root's own record, where "SP" has to be.
Result<std::optional<IsoMount::RockPlace>> IsoMount::find_rock() {
  const ReadBuf sector = TRY(read_sector(volume_.primary.root >> kSectorShift));
  DirEntry self;
  if (!read_self(sector.bytes(), volume_.primary.root % kSectorBytes, self)) return guess_rock();
  for (const u32 before : {u32{0}, u32{XaAttributes::size}}) {
    if (self.system_use.size() < before) break;
    const auto area = self.system_use.subspan(before);
    const auto skip = read_indicator(area);
    if (!skip) continue;
    const Result<bool> certain = has_rock({*cache_, volume_.block_shift, area});
    return RockPlace{.skip = *skip, .root_skip = before, .certain = certain.value_or(false)};
  }
  return guess_rock();
}

/// Some discs have Rock Ridge entries that nothing announces, perhaps behind the attributes of XA.
Result<std::optional<IsoMount::RockPlace>> IsoMount::guess_rock() {
  const ReadBuf sector = TRY(read_sector(volume_.primary.root >> kSectorShift));
  EntryCursor cursor(sector.bytes(), volume_.primary.root % kSectorBytes, kSectorBytes);
  for (int records = 0; records < kGuessedRecordsMax; ++records) {
    DirEntry entry;
    if (!cursor.next(entry)) break;
    for (const u32 before : {u32{0}, u32{XaAttributes::size}}) {
      if (entry.system_use.size() < before) break;
      RockRidge rock;
      LinkBuilder nowhere({});
      const auto area = entry.system_use.subspan(before);
      const Result<> read =
          read_rock_ridge({*cache_, volume_.block_shift, area}, RockPart::name, rock, nowhere);
      if (read && rock.has_attributes) return RockPlace{.skip = before, .root_skip = before};
    }
  }
  return std::nullopt;
}

/// Looks at the records of the root, whose length is what its descriptor says.
Result<u64> IsoMount::find_moved() const {
  const u64 first = tree_.root >> kSectorShift;
  const u64 count = std::min<u64>((tree_.root_bytes >> kSectorShift) + 1, kMovedSectorsMax);
  const u64 end = std::min(first + count, cache_->blocks());
  for (u64 sector = first; sector < end; ++sector) {
    const ReadBuf bytes = TRY(read_sector(sector));
    EntryCursor cursor(bytes.bytes(), sector == first ? tree_.root % kSectorBytes : 0, kSectorBytes);
    DirEntry entry;
    while (cursor.next(entry))
      if (entry.name == kMovedName && entry.has(kRecordDirectory))
        return entry.data_block() << volume_.block_shift;
  }
  return 0;
}

Result<bool> IsoMount::is_empty(NameSpace space, const Tree& tree) {
  DirWalk walk(*this, space, {tree.root, tree.root_bytes}, 0);
  ShownEntry shown;
  return !TRY(walk.next(shown));
}

Result<std::unique_ptr<Vnode>> IsoMount::load(Key key) {
  const Node node = TRY(read_node(*this, key));
  if (node.attr.type == FileType::dir) return std::make_unique<IsoDirectory>(*this, node);
  FileMap map;
  if (node.attr.type == FileType::file) map = TRY(FileMap::read(*this, node.position));
  return std::make_unique<IsoFile>(*this, node, std::move(map));
}

Result<Attr> IsoMount::peek(Key key) { return TRY(read_node(*this, key)).attr; }

Result<Key> IsoMount::key_of(u64 ino) const { return find_by_ino(*this, ino); }

Result<ReadBuf> IsoMount::read_sector(u64 sector) const {
  if (sector >= cache_->blocks()) return fail(Errc::corrupt, "a directory lies behind the end of the image");
  read_ahead(sector);
  return cache_->read(sector);
}

/// Reads the next sectors with this one, where the walk goes forward.
void IsoMount::read_ahead(u64 sector) const {
  constexpr auto kRelaxed = std::memory_order_relaxed;  // two threads at once only guess worse
  const u64 last = last_sector_.exchange(sector, kRelaxed);
  if (sector <= last || sector > last + kReadAheadSectors) return;
  const u64 known = read_ahead_to_.load(kRelaxed);
  if (sector < known && known - sector <= kReadAheadSectors) return;
  const u64 count = std::min(kReadAheadSectors, cache_->blocks() - sector);
  read_ahead_to_.store(sector + count, kRelaxed);
  cache_->prefetch(sector, static_cast<u32>(count));
}

Result<> IsoMount::read_rock(const DirEntry& entry, u64 position, RockPart part, RockRidge& rock,
                             LinkBuilder& target) const {
  if (name_space_ != NameSpace::rock_ridge) return {};
  const u32 skip = position == tree_.root ? rock_.root_skip : rock_.skip;
  if (skip >= entry.system_use.size()) return {};
  return read_rock_ridge({*cache_, volume_.block_shift, entry.system_use.subspan(skip)}, part, rock, target);
}

Result<> IsoMount::read_rock(const DirEntry& entry, u64 position, RockPart part, RockRidge& rock) const {
  LinkBuilder nowhere({});
  return read_rock(entry, position, part, rock, nowhere);
}

bool IsoMount::take_index_memory(u64 bytes) const {
  u64 left = index_bytes_.load(std::memory_order_relaxed);
  while (left >= bytes)
    if (index_bytes_.compare_exchange_weak(left, left - bytes, std::memory_order_relaxed)) return true;
  return false;
}

Result<FsStat> IsoMount::statfs() {
  FsStat stat;
  stat.block_bytes = volume_.block_bytes();
  stat.blocks = volume_.blocks;
  stat.name_max = name_max();
  std::ranges::copy(volume_.volume_id, stat.label.begin());
  return stat;
}

}  // namespace rump::iso9660
