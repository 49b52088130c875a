// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A vnode's attributes and names, and what reads them.
#include "fs/fat/vnode.hpp"

#include <algorithm>

namespace rump::fat {

FatVnode::~FatVnode() { delete index_.load(std::memory_order_relaxed); }

Result<Attr> FatVnode::getattr() {
  Attr attr = mount_.attributes(file_);
  attr.ino = mount_.numbers().number_of(key_now_);
  attr.half_cut = rest_ != 0;
  if (is_dir()) add_directory_facts(attr);
  if (place_ == 0 && !is_root()) attr.nlink = 0;
  return attr;
}

/// Size and links, as far as they can be found out: a damaged directory says so where it is read.
void FatVnode::add_directory_facts(Attr& attr) {
  const Geometry& g = mount_.geometry();
  attr.nlink = 2;
  if (const DirIndex* index = index_.load(std::memory_order_acquire)) {
    attr.nlink += index->directories();
  } else {
    constexpr auto kRelaxed = std::memory_order_relaxed;
    u32 count = directories_.load(kRelaxed);
    if (count == ~u32{0}) {
      count = count_subdirectories(records_).value_or(0);
      directories_.store(count, kRelaxed);
    }
    attr.nlink += count;
  }
  attr.size = records_.chain() ? u64{chain_.length().value_or(0)} << g.cluster_shift
                               : u64{g.root_records} * DirRecord::size;
  attr.allocated = attr.size;
}

/// Of a directory; made now if there is none.
Result<DirIndex*> FatVnode::index() {
  if (DirIndex* index = index_.load(std::memory_order_acquire)) return index;
  std::unique_ptr<DirIndex> made = TRY(DirIndex::build(records_));
  DirIndex* there = nullptr;
  // Another thread may have been faster.
  if (!index_.compare_exchange_strong(there, made.get(), std::memory_order_acq_rel)) return there;
  return made.release();
}

/// The entry that the name means, the first where there are several; false: none.
Result<bool> FatVnode::find(std::u16string_view name, NamedEntry& found) {
  std::array<char16_t, kLongNameUnitsMax> room;
  const std::size_t length = name.copy(room.data(), room.size());
  const std::span<char16_t> folded = std::span(room).first(length);
  fat::fold(folded);
  const std::u16string_view wanted(folded.data(), folded.size());
  bool is_there = false;
  const auto look_at = [&](DirIndex::Found place) -> Result<bool> {
    DirCursor cursor(records_, place.slot - place.long_records);
    Entry entry;
    if (!TRY(cursor.next(entry)) || entry.slot != place.slot) return false;
    std::array<char16_t, ShortName::kTextMax> short_room;
    if (!equals_folded(entry.name, wanted) &&
        !(entry.has_long_name &&
          equals_folded(entry.short_name.text(0, *mount_.options().page, short_room), wanted)))
      return false;
    if (is_there && found.entry.slot < entry.slot) return false;
    is_there = true;
    found.entry = entry;
    found.entry.name = {found.text.data(), entry.name.copy(found.text.data(), found.text.size())};
    return false;
  };
  static_cast<void>(TRY(TRY(index())->find(hash_folded(name), look_at)));
  return is_there;
}

/// The entry of a file that the VFS has found under the name.
Result<> FatVnode::find_file(Name name, const FatVnode& file, NamedEntry& found) {
  std::array<char16_t, kLongNameUnitsMax> room;
  if (!TRY(find(TRY(to_utf16(name, room)), found)) || found.entry.place != file.place_)
    return fail(Errc::not_found, "the name does not lead to the file");
  return {};
}

Result<Key> FatVnode::find_key(Name name) {
  if (!is_dir()) return Vnode::lookup(name);
  if (name == "..") return parent();
  std::array<char16_t, kLongNameUnitsMax> room;
  NamedEntry found;
  const auto units = to_utf16(name, room);
  if (!units && units.error().code == Errc::name_too_long) return std::unexpected(units.error());
  if (!units || !TRY(find(*units, found))) return fail(Errc::not_found, "no such file or directory");
  return key_of_place(found.entry.place);
}

/// A file is found by its short name too; where it has a long one, that may go, or come back, without
/// anybody saying the short one.
bool FatVnode::caches_name(Name name) {
  if (mount_.read_only() || name.size() > 3 * ShortName::kTextMax) return true;
  // Nobody knows what a short name with a tail will mean next.
  if (name.find('~') != name.npos) return false;
  std::array<char16_t, kLongNameUnitsMax> room;
  NamedEntry found;
  const auto units = to_utf16(name, room);
  if (!units) return true;
  const Result<bool> is_there = find(*units, found);
  if (!is_there || !*is_there) return true;
  fat::fold({room.data(), units->size()});
  return equals_folded(found.entry.name, *units);
}

/// What ".." says is only a cluster. The directory that it begins must hold the entry of this one.
Result<Key> FatVnode::parent() {
  if (place_ == 0) return fail(Errc::not_found, "the directory was removed");
  const Geometry& g = mount_.geometry();
  const u32 cluster = TRY(parent_cluster(records_));
  bool holds = false;
  if (cluster == 0 && !g.has_chain_root()) {
    holds = place_ >= g.root_start && place_ < g.data_start;
  } else {
    Chain above(mount_.table(), cluster == 0 ? g.root_cluster : cluster);
    const u64 mine = place_ < g.data_start ? 0 : kFirstCluster + ((place_ - g.data_start) >> g.cluster_shift);
    for (Run run{}; !holds;) {
      run = TRY(above.find(run.end(), g.clusters));
      if (run.count == 0) break;
      holds = mine >= run.cluster && mine - run.cluster < run.count;
    }
  }
  if (!holds) return fail(Errc::corrupt, "the parent entry of a directory leads elsewhere");
  return mount_.directory_at(cluster);
}

Result<Name> FatVnode::fold(Name name, std::span<char> room) const {
  std::array<char16_t, kLongNameUnitsMax> units;
  const auto length = to_utf16(name, units);
  if (!length && length.error().code == Errc::name_too_long) return std::unexpected(length.error());
  // What is no name of ours is found nowhere.
  if (!length) return name;
  const std::span<char16_t> folded = std::span(units).first(length->size());
  fat::fold(folded);
  return to_utf8({folded.data(), folded.size()}, room);
}

Result<> FatVnode::list(u64 cookie, DirSink& sink) {
  if (!is_dir()) return Vnode::readdir(cookie, sink);
  if (cookie > kDirRecordsMax) return {};
  DirCursor cursor(records_, static_cast<u32>(cookie));
  Entry entry;
  std::array<char, kNameMax> room;
  while (TRY(cursor.next(entry))) {
    const Name name = to_utf8(entry.name, room);
    const FileType kind = entry.file.is_dir() ? FileType::dir : FileType::file;
    if (!sink.add(name, key_of_place(entry.place), kind, cursor.slot())) break;
  }
  return {};
}

Result<> FatVnode::setattr(const AttrChange& change, Txn& txn) {
  const Options& own = mount_.options();
  if (change.uid.value_or(own.uid) != own.uid || change.gid.value_or(own.gid) != own.gid)
    return fail(Errc::not_permitted, "FAT keeps no owners: all files belong to those of the mount");
  if (change.flags.value_or(0) != 0) return fail(Errc::not_supported, "FAT keeps no such flags");
  if (change.size && *change.size != file_.size)
    return fail(Errc::not_supported, "a file of FAT grows by its data only");
  FileRecord next = file_;
  if (change.mode) {
    if (*change.mode & ~u32{0777})
      return fail(Errc::not_permitted, "FAT keeps no bits of a mode but those for writing");
    const u32 writes = 0222 & ~own.file_mask;
    // As Linux: what else cannot be kept stays as it is without a word.
    if (!is_dir() && writes != 0)
      next.attributes =
          *change.mode & writes ? next.attributes & ~kAttrReadOnly : next.attributes | kAttrReadOnly;
  }
  if (change.modify) {
    const DosTime written = to_dos(*change.modify, own.minutes_east);
    next.written = {.date = written.date, .time = written.time};
  }
  if (change.access) next.accessed = {.date = to_dos(*change.access, own.minutes_east).date};
  if (change.birth) next.created = to_dos(*change.birth, own.minutes_east);
  // The times of a write are set so, and by nothing else.
  const bool was_written = change.modify && change.change == change.modify && !change.access;
  if (was_written && !is_dir()) next.attributes |= kAttrArchive;
  return this->change(next, txn);
}

/// Stores the record if it says something else now.
Result<> FatVnode::change(const FileRecord& next, Txn& txn) {
  if (next == file_) return {};
  TRY(mount_.begin_change(txn));
  TRY(pin_record(txn));
  TRY(apply(txn, [&] { return store_record(next, txn); }));
  return {};
}

Result<> FatVnode::pin_record(Txn& txn) {
  if (place_ == 0) return {};
  return txn.pin(place_ / mount_.geometry().block_bytes, 1);
}

/// Makes `next` the file's record, on the device too where it has one. The block is pinned.
Result<> FatVnode::store_record(const FileRecord& next, Txn& txn) {
  if (place_ != 0) {
    const Geometry& g = mount_.geometry();
    const WriteBuf block = TRY(mount_.cache().modify(place_ / g.block_bytes, txn));
    encode_record(next, g.type, block.bytes().subspan(place_ % g.block_bytes, DirRecord::size));
  }
  if (!is_root()) file_ = next;
  return {};
}

}  // namespace rump::fat
