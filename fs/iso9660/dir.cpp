// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Directories: records to names and keys, lookup, readdir.
#include "fs/iso9660/dir.hpp"

#include <algorithm>

#include "vfs/intrusive.hpp"
#include "vfs/unicode.hpp"

namespace rump::iso9660 {
namespace {

/// A directory ends for us where so many sectors in a row hold nothing: no writer leaves such gaps.
constexpr u64 kEmptySectorsMax = 64;
/// Below this, looking through a directory costs less than an index.
constexpr u64 kIndexedBytesMin = u64{8} * kSectorBytes;
/// How far in front of a record the beginning of its directory is looked for: half a million names.
constexpr u64 kDirSectorsMax = 32768;
constexpr u32 kSearchesWithoutIndex = 2;
/// In a cookie: something before it could not be read, which is told at the end.
constexpr u64 kCookieDamaged = u64{1} << 48;

constexpr Error kDamaged{Errc::corrupt, "some records of the directory are damaged"};

/// A name without what is told apart only by case.
Name folded(Name name, std::span<char> room) { return fold_unicode(name, room).value_or(name); }

/// Compares names with the one that is looked for.
class Matcher {
 public:
  Matcher(const IsoMount& mount, Name name)
      : name_(name), relaxed_(mount.relaxed()), key_(relaxed_ ? folded(name, room_) : name) {}
  Matcher(const Matcher&) = delete;
  Matcher& operator=(const Matcher&) = delete;

  bool relaxed() const { return relaxed_; }
  bool is(Name name) const { return name == name_; }
  /// Whether it is the name but for its case.
  bool resembles(Name name) const {
    std::array<char, kNameMax> room;
    return relaxed_ && folded(name, room) == key_;
  }
  u32 hash() const { return hash_of(key_); }
  /// The hash of another name, which is equal where that name is the one or resembles it.
  u32 hash(Name name) const {
    std::array<char, kNameMax> room;
    return hash_of(relaxed_ ? folded(name, room) : name);
  }

 private:
  static u32 hash_of(Name name) {
    u64 hash = name.size();
    while (!name.empty()) {
      u64 word = 0;
      const std::size_t bytes = std::min(name.size(), sizeof word);
      std::memcpy(&word, name.data(), bytes);
      hash = mix_hash(hash ^ word);
      name.remove_prefix(bytes);
    }
    return static_cast<u32>(hash >> 32);
  }

  std::array<char, kNameMax> room_;
  Name name_;
  bool relaxed_;
  Name key_;
};

DirSpan span_of(const Node& dir) { return {dir.position, dir.is_hollow ? 0 : dir.attr.size}; }

/// Some directories say that they end inside a block.
u64 whole_blocks(const Descriptors& volume, const DirSpan& dir) {
  const u64 block = volume.block_bytes();
  return (dir.bytes + block - 1) / block * block;
}

/// Whether a directory's own record is there.
bool has_self(const IsoMount& mount, u64 position) {
  const auto sector = mount.read_sector(position >> kSectorShift);
  if (!sector) return false;
  DirEntry first;
  return read_self(sector->bytes(), position % kSectorBytes, first);
}

/// The record of the parent in the directory at `start`, and what Rock Ridge says in it; false where there is
/// none.
Result<bool> read_parent(const IsoMount& mount, u64 start, u64& block, RockRidge& rock) {
  const u64 base = start >> kSectorShift << kSectorShift;
  const ReadBuf sector = TRY(mount.read_sector(start >> kSectorShift));
  EntryCursor cursor(sector.bytes(), static_cast<u32>(start - base), kSectorBytes);
  DirEntry entry;
  bool there = cursor.next(entry);
  if (there && entry.is_self()) there = cursor.next(entry);
  if (!there || !entry.is_parent()) return false;
  block = entry.data_block();
  TRY(mount.read_rock(entry, base + entry.offset, RockPart::name, rock));
  return true;
}

/// Whether the directory at `start` says that it belongs elsewhere.
bool was_moved(const IsoMount& mount, u64 start) {
  u64 block = 0;
  RockRidge rock;
  return read_parent(mount, start, block, rock).value_or(false) && rock.parent;
}

/// What the second record says, or where the directory was moved away from. A directory without that record
/// hangs below the root.
Result<Key> parent_of(const IsoMount& mount, const Node& dir) {
  if (dir.is_hollow) return mount.root();
  u64 block = 0;
  RockRidge rock;
  if (!TRY(read_parent(mount, dir.position, block, rock))) return mount.root();
  return dir_key((rock.parent ? *rock.parent : block) << mount.volume().block_shift);
}

/// Looks through all records.
Result<std::optional<Key>> scan(const IsoMount& mount, const Node& dir, const Matcher& name,
                                LookupState& state) {
  DirWalk walk(mount, mount.name_space(), span_of(dir), 0);
  ShownEntry shown;
  std::optional<Key> similar;
  while (TRY(walk.next(shown))) {
    if (name.is(shown.name)) {
      state.found_at.store(shown.offset, std::memory_order_relaxed);
      return shown.key;
    }
    if (!similar && name.resembles(shown.name)) similar = shown.key;
  }
  if (!similar && walk.damaged()) return std::unexpected(kDamaged);
  return similar;
}

/// Makes the index, unless there is no memory for it.
Result<> make_index(const IsoMount& mount, const Node& dir, const Matcher& matcher, LookupState& state) {
  DirWalk walk(mount, mount.name_space(), span_of(dir), 0);
  ShownEntry shown;
  while (TRY(walk.next(shown)))
    if (!state.index.add(mount, {matcher.hash(shown.name), static_cast<u32>(shown.offset)})) {
      state.index_state.store(LookupState::Index::refused, std::memory_order_release);
      return {};
    }
  state.index.finish();
  state.damaged = walk.damaged();
  state.index_state.store(LookupState::Index::ready, std::memory_order_release);
  return {};
}

Result<std::optional<Key>> find_in_index(const IsoMount& mount, const Node& dir, const Matcher& name,
                                         LookupState& state) {
  std::optional<Key> similar;
  for (const NameIndex::Entry& entry : state.index.find(name.hash())) {
    DirWalk walk(mount, mount.name_space(), span_of(dir), entry.offset);
    ShownEntry shown;
    if (!TRY(walk.next(shown))) continue;
    if (name.is(shown.name)) {
      state.found_at.store(shown.offset, std::memory_order_relaxed);
      return shown.key;
    }
    if (!similar && name.resembles(shown.name)) similar = shown.key;
  }
  if (!similar && state.damaged) return std::unexpected(kDamaged);
  return similar;
}

Result<LookupState::Index> index_state(const IsoMount& mount, const Node& dir, const Matcher& name,
                                       LookupState& state) {
  using Index = LookupState::Index;
  if (const Index now = state.index_state.load(std::memory_order_acquire); now != Index::none) return now;
  MutexLock hold(state.lock);
  if (state.index_state.load(std::memory_order_acquire) == Index::none)
    TRY(make_index(mount, dir, name, state));
  return state.index_state.load(std::memory_order_acquire);
}

Result<std::optional<Key>> find(const IsoMount& mount, const Node& dir, const Matcher& name,
                                LookupState& state) {
  if (span_of(dir).bytes < kIndexedBytesMin) return scan(mount, dir, name, state);
  // Names are often asked for as they lie: the next one is near the last one.
  const u64 near = state.found_at.load(std::memory_order_relaxed);
  if (state.index_state.load(std::memory_order_acquire) != LookupState::Index::ready) {
    DirWalk walk(mount, mount.name_space(), span_of(dir), near);
    ShownEntry shown;
    for (int tries = 0; tries < 2 && TRY(walk.next(shown)); ++tries) {
      if (!name.is(shown.name)) continue;
      state.found_at.store(shown.offset, std::memory_order_relaxed);
      return std::optional<Key>(shown.key);
    }
  }
  // An index costs more than one search.
  const bool again = state.searches.fetch_add(1, std::memory_order_relaxed) >= kSearchesWithoutIndex;
  if (again && TRY(index_state(mount, dir, name, state)) == LookupState::Index::ready)
    return find_in_index(mount, dir, name, state);
  return scan(mount, dir, name, state);
}

}  // namespace

DirWalk::DirWalk(const IsoMount& mount, NameSpace space, const DirSpan& dir, u64 from)
    : mount_(mount),
      space_(space),
      start_(dir.start),
      bytes_(whole_blocks(mount.volume(), dir)),
      from_(std::min(from, bytes_)),
      // The record before says whether this one is another extent of its file.
      sector_((dir.start + (from_ == 0 ? 0 : from_ - 1)) >> kSectorShift),
      builder_(mount.name_max()) {}

/// Takes up the next sector that has records; false behind the last one.
Result<bool> DirWalk::next_sector() {
  const u64 end = start_ + bytes_, start = sector_ << kSectorShift;
  if (bytes_ == 0 || start >= end || empty_ > kEmptySectorsMax) return false;
  held_.reset();
  held_.emplace(TRY(mount_.read_sector(sector_)));
  const u32 first = static_cast<u32>(std::max(start, start_) - start);
  const u32 last = static_cast<u32>(std::min<u64>(end - start, kSectorBytes));
  cursor_ = {held_->bytes(), first, last};
  ++sector_;
  ++empty_;
  return true;
}

Result<bool> DirWalk::next(ShownEntry& shown) {
  DirEntry entry;
  while (true) {
    if (cursor_.next(entry)) {
      empty_ = 0;
      if (is_shown(entry) && TRY(show(entry, shown))) return true;
    } else {
      damaged_ |= cursor_.damaged();
      if (!TRY(next_sector())) return false;
    }
  }
}

/// Whether the record begins a file that is shown; Rock Ridge may still hide it.
bool DirWalk::is_shown(const DirEntry& entry) {
  const Options& options = mount_.options();
  if (entry.is_self() || entry.is_parent()) return false;
  if (entry.has(kRecordAssociated) && !options.show_associated) return false;
  if (entry.has(kRecordHidden) && options.hide) return false;
  const Name before(before_.data(), before_length_);
  const bool repeats = entry.name == before;
  bool is_new = !(continues_ && repeats);
  clashes_ = false;
  // Versions lie with the latest first. Rock Ridge's names are others.
  if (space_ != NameSpace::rock_ridge && !options.show_associated) {
    const bool by_version = space_ != NameSpace::joliet && options.map != NameMap::off;
    if (repeats || (by_version && without_version(entry.name) == without_version(before))) is_new = false;
    clashes_ = by_version && without_tail(entry.name) == without_tail(before);
  }
  continues_ = entry.has(kRecordContinues);
  before_length_ = static_cast<u8>(entry.name.size());
  entry.name.copy(before_.data(), before_.size());
  return is_new;
}

/// Fills in what is shown of a record; false where it is before the start of the walk or a moved directory.
Result<bool> DirWalk::show(const DirEntry& entry, ShownEntry& shown) {
  const u64 position = ((sector_ - 1) << kSectorShift) + entry.offset;
  shown.offset = position - start_;
  shown.end = shown.offset + entry.end - entry.offset;
  if (shown.offset < from_) return false;
  RockRidge& rock = rock_.emplace();
  std::optional<Name> name;
  if (space_ == NameSpace::rock_ridge) {
    // Broken entries cost a file what they say of it, not its place in the directory.
    const Result<> read = mount_.read_rock(entry, position, RockPart::name, rock);
    if (!read && read.error().code != Errc::corrupt) return std::unexpected(read.error());
    if (rock.is_relocated) return false;
    name = rock.legal_text();
  } else if (space_ == NameSpace::joliet) {
    name = joliet_name(entry, builder_);
  }
  const NameMap map = clashes_ ? NameMap::off : mount_.options().map;
  shown.name = name ? *name : plain_name(entry, space_, map, builder_);
  shown.key = TRY(key_of(entry, position, rock));
  // Not every writer marks what it has moved.
  if (start_ == mount_.moved() && is_dir_key(shown.key) && was_moved(mount_, position_of(shown.key)))
    return false;
  shown.type = type_of(entry, rock);
  return true;
}

Result<Key> DirWalk::key_of(const DirEntry& entry, u64 position, const RockRidge& rock) const {
  const u32 shift = mount_.volume().block_shift;
  if (rock.child) return dir_key(u64{*rock.child} << shift);
  if (!entry.has(kRecordDirectory)) return file_key(position);
  const u64 target = entry.data_block() << shift;
  // An empty directory may have no place of its own.
  if (entry.bytes == 0 && !has_self(mount_, target)) return file_key(position);
  return dir_key(target);
}

Result<Key> dir_lookup(const IsoMount& mount, const Node& dir, Name name, LookupState& state) {
  if (name == "..") return parent_of(mount, dir);
  const Matcher matcher(mount, name);
  if (const auto key = TRY(find(mount, dir, matcher, state))) return *key;
  return fail(Errc::not_found, "no such file or directory");
}

Result<Key> find_by_ino(const IsoMount& mount, u64 ino) {
  constexpr Error kNone{Errc::not_found, "there is no file of this number"};
  const u64 position = ino << kInoShift, sector = position >> kSectorShift;
  if (ino > ~u64{0} >> kInoShift || sector >= mount.cache().blocks()) return std::unexpected(kNone);
  if (has_self(mount, position)) return dir_key(position);
  // Anything could look like a record: the directory that it is in has to be there.
  u64 first = sector;
  DirEntry entry;
  while (!read_self(TRY(mount.read_sector(first)).bytes(), 0, entry)) {
    if (first == 0 || sector - first == kDirSectorsMax) return std::unexpected(kNone);
    --first;
  }
  if (first + ((u64{entry.bytes} + kSectorBytes - 1) >> kSectorShift) <= sector)
    return std::unexpected(kNone);
  const ReadBuf bytes = TRY(mount.read_sector(sector));
  EntryCursor cursor(bytes.bytes(), 0, kSectorBytes);
  while (cursor.next(entry)) {
    const u64 at = (sector << kSectorShift) + entry.offset;
    if (at >> kInoShift == ino && !entry.is_self() && !entry.is_parent() && !entry.has(kRecordDirectory))
      return file_key(at);
  }
  return std::unexpected(kNone);
}

Result<> dir_read(const IsoMount& mount, const Node& dir, u64 cookie, DirSink& sink) {
  u64 damage = cookie & kCookieDamaged;
  DirWalk walk(mount, mount.name_space(), span_of(dir), cookie & ~kCookieDamaged);
  ShownEntry shown;
  while (TRY(walk.next(shown))) {
    if (walk.damaged()) damage = kCookieDamaged;
    if (!sink.add(shown.name, shown.key, shown.type, shown.end | damage)) return {};
  }
  if (damage != 0 || walk.damaged()) return std::unexpected(kDamaged);
  return {};
}

}  // namespace rump::iso9660
