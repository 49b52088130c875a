// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Finding space, moving bytes, linking what arrived.
#include "vfs/data_change.hpp"

#include <algorithm>

#include "vfs/attributes.hpp"
#include "vfs/file_io.hpp"
#include "vfs/file_write.hpp"
#include "vfs/transact.hpp"

namespace rump {

Result<> DataChange::start() {
  attr_ = TRY(vnode_.getattr());
  size_ = attr_.size;
  // What lies behind the end would come back when the file grows.
  return attr_.half_cut ? cut(size_) : Result<>();
}

/// Takes setuid and its like away, before anything of the caller's is in the file.
Result<> DataChange::drop_privileges() {
  const u32 mode = mode_after_write(attr_, caller_.cred);
  if (mode == attr_.mode) return {};
  const AttrChange change{.mode = mode, .change = caller_.now};
  return transact(vnode_, [&](Txn& txn) { return vnode_.setattr(change, txn); });
}

/// Times, and the size where it grows without data.
Result<> DataChange::finish(std::optional<u64> size) {
  const AttrChange change{.size = size, .modify = caller_.now, .change = caller_.now};
  return transact(vnode_, [&](Txn& txn) { return vnode_.setattr(change, txn); });
}

Result<DataChange::Outcome> DataChange::write(DataSource& source, u64 offset, u64 length, u64 final_size) {
  if (length == 0) return Outcome{0, {}};
  const u64 most = vnode_.mount().file_bytes_max();
  if (offset >= most) return fail(Errc::too_big, "the file would become too large");
  TRY(drop_privileges());
  if (offset > size_) TRY(fill(offset));
  const Outcome outcome = write_all({source, 0, offset, std::min(length, most - offset)}, final_size);
  if (outcome.bytes > 0) TRY(finish());
  return outcome;
}

DataChange::Outcome DataChange::write_all(const Piece& piece, u64 final_size) {
  u64 done = 0;
  while (done < piece.length) {
    const Piece rest{piece.source, piece.at + done, piece.offset + done, piece.length - done};
    const Result<u64> step = write_piece(rest, final_size);
    if (!step) return {done, std::unexpected(step.error())};
    done += *step;
  }
  return {done, {}};
}

/// Writes the start of the piece; how much that was, at least a byte.
Result<u64> DataChange::write_piece(const Piece& piece, u64 final_size) {
  if (piece.offset < size_) {
    bool done = false;
    const u64 bytes = TRY(overwrite(piece, done));
    if (done) return bytes;
  }
  const u64 wanted = std::max(final_size, piece.end()) - piece.offset;
  const Extent extent =
      TRY(transact(vnode_, [&](Txn& txn) { return vnode_.reserve(piece.offset, wanted, txn); }));
  const bool has_space = extent.kind == Extent::Kind::data || extent.kind == Extent::Kind::unwritten;
  const u64 extent_end = extent.offset + extent.length;
  invariant(has_space && extent.offset <= piece.offset && extent_end > piece.offset,
            "a driver's extent is not what was asked for");
  const Piece fitting{piece.source, piece.at, piece.offset,
                      std::min(piece.length, extent_end - piece.offset)};
  // Space for what is to follow is given back, and found again by the next call.
  const bool more_follows = fitting.end() == piece.end() && wanted > piece.length;
  const u64 end = more_follows ? fitting.end() : extent_end;
  const u64 new_size = std::max(size_, fitting.end());
  Result<> done = put(extent, fitting, end);
  if (done)
    done = transact(vnode_,
                    [&](Txn& txn) { return vnode_.written(extent, end - extent.offset, new_size, txn); });
  if (!done) {
    (void)transact(vnode_, [&](Txn& txn) { return vnode_.written(extent, 0, size_, txn); });
    return std::unexpected(done.error());
  }
  size_ = new_size;
  return fitting.length;
}

/// Writes over what the file reaches already; not done where that is a hole, or not its own bytes alone.
Result<u64> DataChange::overwrite(const Piece& piece, bool& done) {
  const u64 below_end = std::min(piece.length, size_ - piece.offset);
  const Extent extent = TRY(map_file(vnode_, piece.offset, below_end));
  done = extent.kind == Extent::Kind::data;
  if (!done) return 0;
  TRY(put(extent, {piece.source, piece.at, piece.offset, extent.length}, piece.offset + extent.length));
  return extent.length;
}

/// Brings the piece to the device; around it zeroes, from the extent's start and up to `end`, where the
/// extent holds nothing yet.
Result<> DataChange::put(const Extent& extent, const Piece& piece, u64 end) {
  const u64 head = piece.offset - extent.offset;
  Landing landing{.device = vnode_.mount().device(), .offset = extent.device + head};
  if (extent.fresh || extent.kind == Extent::Kind::unwritten) {
    landing.zeroes_before = head;
    landing.zeroes_behind = end - piece.end();
  }
  const Result<> brought = piece.source.bring(piece.at, piece.length, landing);
  // Not before: a flush that comes in between has not seen all of it.
  vnode_.mount().epochs().data_written();
  return brought;
}

/// Makes the bytes between the end of the file and `to` read as zeroes once the file reaches past them.
Result<> DataChange::fill(u64 to) {
  TRY(clear_tail(to));
  if (vnode_.mount().sparse()) return {};
  ZeroSource zeroes;
  const Outcome filled = write_all({zeroes, 0, size_, to - size_}, to);
  if (!filled.rest) (void)cut(attr_.size);
  return filled.rest;
}

/// The last block may hold anything behind the end of the file.
Result<> DataChange::clear_tail(u64 to) {
  if (size_ == 0) return {};
  const Extent last = TRY(map_file(vnode_, size_ - 1, to - size_ + 1));
  if (last.kind != Extent::Kind::data) return {};
  const Result<> cleared = write_zeroes(vnode_.mount().device(), last.device + 1, last.length - 1);
  vnode_.mount().epochs().data_written();
  return cleared;
}

Result<> DataChange::grow(u64 size) {
  if (size > vnode_.mount().file_bytes_max()) return fail(Errc::too_big, "the file would become too large");
  TRY(drop_privileges());
  TRY(fill(size));
  return finish(size_ < size ? std::optional(size) : std::nullopt);
}

Result<> DataChange::cut(u64 size) {
  bool there = false;
  while (!there) there = TRY(transact(vnode_, [&](Txn& txn) { return vnode_.shrink_step(size, txn); }));
  return {};
}

Result<> DataChange::shrink(u64 size) {
  TRY(drop_privileges());
  TRY(cut(size));
  return finish();
}

}  // namespace rump
