// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Renaming: the new entry first, then the old one goes.
#include <algorithm>

#include "fs/fat/new_entry.hpp"

namespace rump::fat {

namespace {

/// Names that an exchange may use for a moment.
constexpr u32 kSpareNames = 1000;

}  // namespace

/// One rename. What it needs it gets first; the vnodes learn of it at the end.
class RenameStep {
 public:
  RenameStep(FatMount& mount, const Rename& move, Txn& txn)
      : mount_(mount),
        txn_(txn),
        names_(move),
        from_(static_cast<FatVnode&>(move.from_dir)),
        to_(static_cast<FatVnode&>(move.to_dir)),
        moved_(static_cast<FatVnode&>(move.moved)),
        victim_(static_cast<FatVnode*>(move.victim)) {}

  Result<> respell();
  Result<> move();
  Result<> replace();
  Result<> exchange();

 private:
  bool changes_parent(const FatVnode& file) const { return file.is_dir() && &from_ != &to_; }
  Result<> find_source();
  Result<> find_target();
  Result<> pin_parent_entry(const FatVnode& directory);
  Result<> store_parent_entry(const FatVnode& directory, const FatVnode& parent);
  Result<> place_record(const Entry& entry, const FileRecord& file);
  Result<> move_to(NewEntry& entry);
  Result<> plan_spare(NewEntry& spare);
  Result<> exchange_entries(NewEntry* spare);
  void moved_is_at(u64 place);
  bool in_one_sector() const;

  FatMount& mount_;
  Txn& txn_;
  const Rename& names_;
  FatVnode &from_, &to_, &moved_;
  FatVnode* victim_;
  NamedEntry source_, target_;
};

Result<> RenameStep::find_source() {
  TRY(from_.find_file(names_.from, moved_, source_));
  TRY(from_.pin_records(source_.entry, txn_));
  return changes_parent(moved_) ? pin_parent_entry(moved_) : Result<>();
}

Result<> RenameStep::find_target() {
  TRY(to_.find_file(names_.to, *victim_, target_));
  return to_.pin_records(target_.entry, txn_);
}

/// The second record of a directory, which is "..", in its first cluster.
Result<> RenameStep::pin_parent_entry(const FatVnode& directory) {
  static_cast<void>(TRY(parent_cluster(directory.records_)));
  const u64 place = mount_.geometry().cluster_start(directory.chain_.start());
  return txn_.pin(place / mount_.geometry().block_bytes, 1);
}

Result<> RenameStep::store_parent_entry(const FatVnode& directory, const FatVnode& parent) {
  const Geometry& g = mount_.geometry();
  const WriteBuf block =
      TRY(mount_.cache().modify(g.cluster_start(directory.chain_.start()) / g.block_bytes, txn_));
  const auto record = block.bytes().subspan(DirRecord::size, DirRecord::size);
  FileRecord above = decode_record(record, g.type);
  above.start = parent.cluster_for_children();
  encode_record(above, g.type, record);
  return {};
}

/// Lets the entry lead to another file.
Result<> RenameStep::place_record(const Entry& entry, const FileRecord& file) {
  const Geometry& g = mount_.geometry();
  const WriteBuf block = TRY(mount_.cache().modify(entry.place / g.block_bytes, txn_));
  encode_record(file, g.type, block.bytes().subspan(entry.place % g.block_bytes, DirRecord::size));
  return {};
}

void RenameStep::moved_is_at(u64 place) {
  moved_.place_ = place;
  moved_.key_now_ = key_of_place(place);
  // A hint, which may be missing.
  if (moved_.is_dir()) (void)mount_.note_directory(moved_.chain_.start(), moved_.key_now_);
}

/// The same entry with its name written otherwise.
Result<> RenameStep::respell() {
  TRY(find_source());
  NewEntry entry(from_);
  if (!TRY(entry.plan_over(names_.to, source_.entry))) return move_to(entry);
  TRY(entry.pin(txn_));
  TRY(apply(txn_, [&] { return entry.write(moved_.file_, txn_); }));
  TRY(from_.index())->remove(from_.records_, source_.entry);
  entry.keep(moved_.file_);
  return {};
}

Result<> RenameStep::move() {
  TRY(find_source());
  NewEntry entry(to_);
  TRY(entry.plan(names_.to));
  return move_to(entry);
}

Result<> RenameStep::move_to(NewEntry& entry) {
  TRY(entry.pin(txn_));
  TRY(entry.blank(txn_));
  const Result<> numbered = mount_.numbers().moved(moved_.key_now_, key_of_place(entry.place()));
  if (!numbered) {
    entry.unblank(txn_);
    return numbered;
  }
  const u64 first = TRY(from_.records_.place(source_.entry.first_slot()));
  TRY(apply(txn_, [&]() -> Result<> {
    TRY(entry.grow(txn_));
    txn_.barrier();
    TRY(entry.write(moved_.file_, txn_));
    if (!entry.shares_sector(first, source_.entry.place)) txn_.barrier();
    if (changes_parent(moved_)) TRY(store_parent_entry(moved_, to_));
    return from_.delete_records(source_.entry, txn_);
  }));
  TRY(from_.index())->remove(from_.records_, source_.entry);
  entry.keep(moved_.file_);
  moved_is_at(entry.place());
  return {};
}

/// The victim's entry stays and leads to the file that moves.
Result<> RenameStep::replace() {
  if (victim_->is_dir()) TRY(victim_->check_empty());
  TRY(find_source());
  TRY(find_target());
  const Key homeless = mount_.numbers().homeless_key();
  TRY(mount_.numbers().moved(victim_->key_now_, homeless));
  if (const Result<> moved = mount_.numbers().moved(moved_.key_now_, victim_->key_now_); !moved) {
    (void)mount_.numbers().moved(homeless, victim_->key_now_);
    return moved;
  }
  const u64 first = TRY(from_.records_.place(source_.entry.first_slot()));
  TRY(apply(txn_, [&]() -> Result<> {
    TRY(place_record(target_.entry, moved_.file_));
    if (first / kSectorBytesMin != target_.entry.place / kSectorBytesMin ||
        source_.entry.place / kSectorBytesMin != target_.entry.place / kSectorBytesMin)
      txn_.barrier();
    if (changes_parent(moved_)) TRY(store_parent_entry(moved_, to_));
    return from_.delete_records(source_.entry, txn_);
  }));
  TRY(from_.index())->remove(from_.records_, source_.entry);
  TRY(to_.index())->retype(victim_->is_dir(), moved_.is_dir());
  victim_->key_now_ = homeless;
  victim_->forget_place();
  moved_is_at(target_.entry.place);
  return {};
}

/// Whether the entries of both files lie in one sector, which is written in one piece.
bool RenameStep::in_one_sector() const {
  return source_.entry.place / kSectorBytesMin == target_.entry.place / kSectorBytesMin;
}

/// A third name for the victim, as long as its own leads to another file.
Result<> RenameStep::plan_spare(NewEntry& spare) {
  for (u32 n = 0; n < kSpareNames; ++n) {
    std::array<char, 12> name{'E', 'X', 'C', 'H', 'G', '0', '0', '0', '.', 'T', 'M', 'P'};
    for (u32 i = 0, rest = n; i < 3; ++i, rest /= 10) name[7 - i] = static_cast<char>('0' + rest % 10);
    const Result<> planned = spare.plan({name.data(), name.size()});
    if (planned || planned.error().code != Errc::exists) return planned;
  }
  return fail(Errc::exists, "there is no name left for an exchange");
}

/// At no moment a file has no name.
Result<> RenameStep::exchange_entries(NewEntry* spare) {
  if (spare) {
    TRY(spare->grow(txn_));
    txn_.barrier();
    TRY(spare->write(victim_->file_, txn_));
    txn_.barrier();
  }
  TRY(place_record(target_.entry, moved_.file_));
  if (spare) txn_.barrier();
  TRY(place_record(source_.entry, victim_->file_));
  if (spare) txn_.barrier();
  if (changes_parent(moved_)) TRY(store_parent_entry(moved_, to_));
  if (changes_parent(*victim_)) TRY(store_parent_entry(*victim_, from_));
  if (!spare) return {};
  spare->keep(victim_->file_);
  const Entry entry = spare->entry(victim_->file_);
  TRY(to_.delete_records(entry, txn_));
  TRY(to_.index())->remove(to_.records_, entry);
  return {};
}

Result<> RenameStep::exchange() {
  TRY(find_source());
  TRY(find_target());
  if (changes_parent(*victim_)) TRY(pin_parent_entry(*victim_));
  std::optional<NewEntry> spare;
  if (!in_one_sector()) {
    spare.emplace(to_);
    TRY(plan_spare(*spare));
    TRY(spare->pin(txn_));
    TRY(spare->blank(txn_));
  }
  const Key here = moved_.key_now_, there = victim_->key_now_;
  if (const Result<> numbered = mount_.numbers().exchanged(here, there); !numbered) {
    if (spare) spare->unblank(txn_);
    return numbered;
  }
  TRY(apply(txn_, [&] { return exchange_entries(spare ? &*spare : nullptr); }));
  TRY(from_.index())->retype(moved_.is_dir(), victim_->is_dir());
  TRY(to_.index())->retype(victim_->is_dir(), moved_.is_dir());
  victim_->place_ = source_.entry.place;
  victim_->key_now_ = here;
  if (victim_->is_dir()) (void)mount_.note_directory(victim_->chain_.start(), here);
  moved_is_at(target_.entry.place);
  return {};
}

Result<Renamed> FatMount::rename(const Rename& move, Txn& txn) {
  const auto run = [&]() -> Result<> {
    TRY(begin_change(txn));
    RenameStep step(*this, move, txn);
    if (move.victim == &move.moved) return step.respell();
    if (move.exchange) return step.exchange();
    return move.victim ? step.replace() : step.move();
  };
  TRY(noted(run()));
  const auto key = [](const Vnode& file) { return static_cast<const FatVnode&>(file).key_now(); };
  return Renamed{key(move.moved), move.victim ? key(*move.victim) : 0};
}

Key FatMount::unlinked_key(const Vnode& file) const { return static_cast<const FatVnode&>(file).key_now(); }

}  // namespace rump::fat
