// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A directory's calls that make names and take them away.
#include <algorithm>

#include "fs/fat/new_entry.hpp"

namespace rump::fat {
namespace {

/// A new file or directory.
FileRecord new_record(const NewNode& node, i32 minutes_east) {
  FileRecord file;
  file.attributes = node.type == FileType::dir ? kAttrDirectory : kAttrArchive;
  file.created = to_dos(node.time, minutes_east);
  file.written = {.date = file.created.date, .time = file.created.time};
  file.accessed = {.date = file.created.date};
  return file;
}

/// Stores one of the first two entries of a directory.
void store_dot(u32 dots, const FileRecord& file, FatType type, std::span<std::byte> record) {
  std::array<u8, 11> name;
  name.fill(' ');
  std::fill_n(name.begin(), dots, u8{'.'});
  encode_name(name, 0, record);
  encode_record(file, type, record);
}

}  // namespace

/// What ".." of a child says.
u32 FatVnode::cluster_for_children() const { return is_root() ? 0 : chain_.start(); }

/// Writes a new directory's own records into its first cluster, which is blank.
Result<> FatVnode::write_dots(const FileRecord& child, Txn& txn) {
  const Geometry& g = mount_.geometry();
  const WriteBuf block = TRY(mount_.cache().modify(g.cluster_start(child.start) / g.block_bytes, txn));
  FileRecord above = child;
  above.start = cluster_for_children();
  store_dot(1, child, g.type, block.bytes().first(DirRecord::size));
  store_dot(2, above, g.type, block.bytes().subspan(DirRecord::size, DirRecord::size));
  return {};
}

Result<Key> FatVnode::add_node(Name name, const NewNode& node, Txn& txn) {
  if (!is_dir()) return fail(Errc::not_dir, "not a directory");
  if (node.type != FileType::file && node.type != FileType::dir)
    return fail(Errc::not_supported, "FAT has files and directories only");
  TRY(mount_.begin_change(txn));
  NewEntry entry(*this);
  TRY(entry.plan(name));
  FileRecord file = new_record(node, mount_.options().minutes_east);
  Claim cluster;
  if (file.is_dir()) {
    cluster = TRY(mount_.allocator().claim_one());
    file.start = cluster.first();
    TRY(mount_.table().pin(cluster.first(), 1, txn));
  }
  TRY(entry.pin(txn));
  const Key key = key_of_place(entry.place());
  TRY(mount_.numbers().created(key));
  Result<> blanked = entry.blank(txn);
  if (blanked && file.is_dir()) {
    blanked = blank_clusters(mount_, cluster.first(), 1, txn);
    if (!blanked) {
      forget_clusters(mount_, cluster.first(), 1, txn);
      entry.unblank(txn);
    }
  }
  if (!blanked) {
    mount_.numbers().gone(key);
    return std::unexpected(blanked.error());
  }
  TRY(apply(txn, [&]() -> Result<> {
    TRY(entry.grow(txn));
    if (file.is_dir()) {
      TRY(write_dots(file, txn));
      TRY(mount_.table().store(file.start, kEntryLast, txn));
    }
    txn.barrier();
    return entry.write(file, txn);
  }));
  entry.keep(file);
  cluster.keep();
  // A hint, which may be missing.
  if (file.is_dir()) (void)mount_.note_directory(file.start, key);
  return key;
}

Result<> FatVnode::link(Name, Vnode&, Txn&) {
  return fail(Errc::not_supported, "FAT has one name for each file");
}

Result<> FatVnode::check_empty() {
  if (TRY(index())->entries() > 0) return fail(Errc::not_empty, "the directory is not empty");
  return {};
}

Result<> FatVnode::pin_records(const Entry& entry, Txn& txn) {
  const u64 bytes = mount_.geometry().block_bytes;
  u64 last = 0;
  for (u32 slot = entry.first_slot(); slot <= entry.slot; ++slot) {
    const u64 block = TRY(records_.place(slot)) / bytes;
    if (std::exchange(last, block) != block) TRY(txn.pin(block, 1));
  }
  return {};
}

Result<> FatVnode::delete_records(const Entry& entry, Txn& txn) {
  const u64 bytes = mount_.geometry().block_bytes;
  for (u32 slot = entry.first_slot(); slot <= entry.slot; ++slot) {
    const u64 place = TRY(records_.place(slot));
    const WriteBuf block = TRY(mount_.cache().modify(place / bytes, txn));
    block.bytes()[place % bytes] = std::byte{kNameDeleted};
  }
  return {};
}

/// The file keeps its number under a key that is no place.
Result<> FatVnode::become_homeless() {
  const Key homeless = mount_.numbers().homeless_key();
  TRY(mount_.numbers().moved(key_now_, homeless));
  key_now_ = homeless;
  return {};
}

/// The file's place is another one's, or nobody's, from now on.
void FatVnode::forget_place() {
  if (is_dir()) mount_.forget_directory(chain_.start());
  place_ = 0;
}

Result<> FatVnode::remove_node(Name name, FatVnode& victim, Txn& txn) {
  NamedEntry found;
  TRY(find_file(name, victim, found));
  if (victim.is_dir()) TRY(victim.check_empty());
  TRY(mount_.begin_change(txn));
  TRY(pin_records(found.entry, txn));
  TRY(victim.become_homeless());
  TRY(apply(txn, [&] { return delete_records(found.entry, txn); }));
  TRY(index())->remove(records_, found.entry);
  victim.forget_place();
  return {};
}

}  // namespace rump::fat
