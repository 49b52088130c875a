// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A vnode's calls that read.
#include "fs/fat/vnode.hpp"

#include <algorithm>

namespace rump::fat {

FatVnode::~FatVnode() { delete index_.load(std::memory_order_relaxed); }

Result<Attr> FatVnode::getattr() {
  Attr attr = mount_.attributes(file_);
  attr.ino = mount_.numbers().number_of(key());
  if (type() == FileType::dir) add_directory_facts(attr);
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
Result<const DirIndex*> FatVnode::index() {
  if (const DirIndex* index = index_.load(std::memory_order_acquire)) return index;
  std::unique_ptr<DirIndex> made = TRY(DirIndex::build(records_));
  DirIndex* there = nullptr;
  // Another thread may have been faster.
  if (!index_.compare_exchange_strong(there, made.get(), std::memory_order_acq_rel)) return there;
  return made.release();
}

Result<bool> FatVnode::matches(DirIndex::Found found, std::u16string_view folded, Entry& entry) {
  DirCursor cursor(records_, found.slot - found.long_records);
  if (!TRY(cursor.next(entry)) || entry.slot != found.slot) return false;
  if (equals_folded(entry.name, folded)) return true;
  if (!entry.has_long_name) return false;
  std::array<char16_t, ShortName::kTextMax> room;
  return equals_folded(entry.short_name.text(0, *mount_.options().page, room), folded);
}

/// The entry that the name means, the first where there are several. Its text is not valid any more.
Result<std::optional<Entry>> FatVnode::find(Name name) {
  std::array<char16_t, kLongNameUnitsMax> room;
  const auto units = to_utf16(name, room);
  if (!units) return std::nullopt;
  const u64 hash = hash_folded(*units);
  const std::span<char16_t> folded = std::span(room).first(units->size());
  fat::fold(folded);
  std::optional<Entry> first;
  const DirIndex* names = TRY(index());
  static_cast<void>(TRY(names->find(hash, [&](DirIndex::Found found) -> Result<bool> {
    Entry entry;
    const bool is_it = TRY(matches(found, {folded.data(), folded.size()}, entry));
    if (is_it && (!first || entry.slot < first->slot)) first = entry;
    return false;
  })));
  if (first) first->name = {};
  return first;
}

Result<Key> FatVnode::lookup(Name name) {
  if (type() != FileType::dir) return Vnode::lookup(name);
  if (name == "..") return parent();
  const auto entry = TRY(find(name));
  if (!entry) return fail(Errc::not_found, "no such file or directory");
  return key_of_place(entry->place);
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
  // What is no name of ours is found nowhere.
  if (!length) return name;
  const std::span<char16_t> folded = std::span(units).first(length->size());
  fat::fold(folded);
  return to_utf8({folded.data(), folded.size()}, room);
}

Result<> FatVnode::readdir(u64 cookie, DirSink& sink) {
  if (type() != FileType::dir) return Vnode::readdir(cookie, sink);
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

Result<Extent> FatVnode::map(u64 offset, u64 length) {
  if (type() != FileType::file) return Vnode::map(offset, length);
  const Geometry& g = mount_.geometry();
  const u64 inside = offset & (g.cluster_bytes - 1);
  const u32 index = static_cast<u32>(offset >> g.cluster_shift), clusters = g.clusters_for(file_.size);
  const u32 want = static_cast<u32>(
      std::min<u64>(clusters - index, (inside + length + g.cluster_bytes - 1) >> g.cluster_shift));
  const Run run = TRY(chain_.find(index, want));
  if (run.count == 0) return fail(Errc::corrupt, "the file is longer than its chain of clusters");
  if (run.end() == clusters) TRY(chain_.check_end());
  const u64 device = g.cluster_start(run.cluster) + inside;
  u64 bytes = std::min(length, (u64{run.count} << g.cluster_shift) - inside);
  if (g.truncated) {
    if (device >= mount_.device().size())
      return fail(Errc::corrupt, "the image ends before the data of the file");
    bytes = std::min(bytes, mount_.device().size() - device);
  }
  return Extent{Extent::Kind::data, offset, bytes, device};
}

}  // namespace rump::fat
