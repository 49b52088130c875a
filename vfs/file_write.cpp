// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Writing file data.
//
// Data moves outside of any transaction: one finds the space, then the bytes go to the device, then another
// one links what has arrived. A file therefore never reaches bytes that were not written.
#include "vfs/file_write.hpp"

#include <algorithm>

#include "vfs/attributes.hpp"
#include "vfs/file_io.hpp"
#include "vfs/transact.hpp"
#include "vfs/zeroes.hpp"

namespace rump {
namespace {

/// A change of one file's data; the vnode's lock is held exclusively as long as it lives.
class DataChange {
 public:
  DataChange(Vnode& vnode, const Caller& caller) : vnode_(vnode), caller_(caller) {}

  /// Looks at the file; before everything else.
  Result<> start();
  u64 size() const { return size_; }
  Result<std::size_t> write(u64 offset, std::span<const std::byte> bytes);
  Result<> grow(u64 size);
  Result<> shrink(u64 size);

 private:
  /// One extent's worth of a write.
  struct Piece {
    u64 offset;
    std::span<const std::byte> bytes;
    u64 end() const { return offset + bytes.size(); }
  };
  Result<std::size_t> write_all(u64 offset, std::span<const std::byte> bytes);
  Result<std::size_t> write_piece(const Piece& piece);
  Result<std::size_t> overwrite(const Piece& piece, bool& done);
  Result<> put(const Extent& extent, const Piece& piece);
  Result<> send_zeroes(u64 device_offset, u64 length);
  Result<> send(u64 device_offset, std::span<const host::IoPart> parts);
  Result<> drop_privileges();
  Result<> fill(u64 to);
  Result<> clear_tail(u64 to);
  Result<> write_zeroes(u64 to);
  Result<> cut(u64 size);
  Result<> finish(std::optional<u64> size = std::nullopt);

  Vnode& vnode_;
  const Caller& caller_;
  Attr attr_;
  u64 size_ = 0;  ///< as the driver knows it now
};

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

Result<std::size_t> DataChange::write(u64 offset, std::span<const std::byte> bytes) {
  if (bytes.empty()) return 0;
  if (offset >= kFileSizeMax) return fail(Errc::too_big, "the file would become too large");
  bytes = bytes.first(std::min<u64>(bytes.size(), kFileSizeMax - offset));
  TRY(drop_privileges());
  if (offset > size_) TRY(fill(offset));
  const std::size_t done = TRY(write_all(offset, bytes));
  TRY(finish());
  return done;
}

/// An error counts only when nothing was written before it.
Result<std::size_t> DataChange::write_all(u64 offset, std::span<const std::byte> bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const Result<std::size_t> step = write_piece({offset + done, bytes.subspan(done)});
    if (!step && done == 0) return step;
    if (!step) break;
    done += *step;
  }
  return done;
}

/// Writes the start of the piece; how much that was, at least a byte.
Result<std::size_t> DataChange::write_piece(const Piece& piece) {
  if (piece.offset < size_) {
    bool done = false;
    const std::size_t bytes = TRY(overwrite(piece, done));
    if (done) return bytes;
  }
  const Extent extent =
      TRY(transact(vnode_, [&](Txn& txn) { return vnode_.reserve(piece.offset, piece.bytes.size(), txn); }));
  const bool has_space = extent.kind == Extent::Kind::data || extent.kind == Extent::Kind::unwritten;
  invariant(has_space && extent.offset <= piece.offset && extent.offset + extent.length > piece.offset,
            "a driver's extent is not what was asked for");
  const u64 room = extent.offset + extent.length - piece.offset;
  const Piece fitting{piece.offset, piece.bytes.first(std::min<u64>(piece.bytes.size(), room))};
  const u64 new_size = std::max(size_, fitting.end());
  Result<> done = put(extent, fitting);
  if (done)
    done = transact(vnode_, [&](Txn& txn) { return vnode_.written(extent, extent.length, new_size, txn); });
  if (!done) {
    (void)transact(vnode_, [&](Txn& txn) { return vnode_.written(extent, 0, size_, txn); });
    return std::unexpected(done.error());
  }
  size_ = new_size;
  return fitting.bytes.size();
}

/// Writes over what the file reaches already; not done where that is a hole, or not its own bytes alone.
Result<std::size_t> DataChange::overwrite(const Piece& piece, bool& done) {
  const u64 below_end = std::min<u64>(piece.bytes.size(), size_ - piece.offset);
  const Extent extent = TRY(map_file(vnode_, piece.offset, below_end));
  done = extent.kind == Extent::Kind::data;
  if (!done) return 0;
  TRY(put(extent, {piece.offset, piece.bytes.first(extent.length)}));
  return extent.length;
}

/// Brings the bytes to the device; around them zeroes, where the extent holds nothing yet.
Result<> DataChange::put(const Extent& extent, const Piece& piece) {
  const u64 head = piece.offset - extent.offset;
  const host::IoPart body{const_cast<std::byte*>(piece.bytes.data()), piece.bytes.size()};
  if (!extent.fresh && extent.kind != Extent::Kind::unwritten)
    return send(extent.device + head, std::span(&body, 1));
  const u64 tail = extent.offset + extent.length - piece.end();
  const ZeroParts before(head), after(tail);
  const u64 start = extent.device + head - before.length();
  TRY(send_zeroes(extent.device, head - before.length()));
  std::array<host::IoPart, 2 * ZeroParts::kPartsMax + 1> parts;
  auto end = std::ranges::copy(before.parts(), parts.begin()).out;
  *end++ = body;
  end = std::ranges::copy(after.parts(), end).out;
  TRY(send(start, {parts.begin(), end}));
  const u64 sent = before.length() + piece.bytes.size() + after.length();
  return send_zeroes(start + sent, tail - after.length());
}

/// Writes to the device, and then says so: a flush that came in between has not seen all of it.
Result<> DataChange::send(u64 device_offset, std::span<const host::IoPart> parts) {
  const Result<> sent = vnode_.mount().device().write(device_offset, parts);
  vnode_.mount().epochs().data_written();
  return sent;
}

/// Makes the bytes between the end of the file and `to` read as zeroes once the file reaches past them.
Result<> DataChange::fill(u64 to) {
  TRY(clear_tail(to));
  if (vnode_.mount().sparse()) return {};
  const Result<> filled = write_zeroes(to);
  if (!filled) (void)cut(attr_.size);
  return filled;
}

/// The last block may hold anything behind the end of the file.
Result<> DataChange::clear_tail(u64 to) {
  if (size_ == 0) return {};
  const Extent last = TRY(map_file(vnode_, size_ - 1, to - size_ + 1));
  if (last.kind != Extent::Kind::data) return {};
  return send_zeroes(last.device + 1, last.length - 1);
}

Result<> DataChange::send_zeroes(u64 device_offset, u64 length) {
  for (u64 done = 0; done < length;) {
    const ZeroParts zeroes(length - done);
    TRY(send(device_offset + done, zeroes.parts()));
    done += zeroes.length();
  }
  return {};
}

/// Lets the file grow by written zeroes.
Result<> DataChange::write_zeroes(u64 to) {
  while (size_ < to) {
    const ZeroParts zeroes(to - size_);
    const host::IoPart& first = zeroes.parts().front();
    static_cast<void>(TRY(write_piece({size_, {static_cast<const std::byte*>(first.base), first.length}})));
  }
  return {};
}

Result<> DataChange::grow(u64 size) {
  if (size > kFileSizeMax) return fail(Errc::too_big, "the file would become too large");
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

/// Whether the file has bytes, and may be written.
Result<> check_writable(Vnode& vnode) {
  if (vnode.type() == FileType::dir) return fail(Errc::is_dir, "is a directory");
  if (vnode.type() != FileType::file) return fail(Errc::invalid, "not a regular file");
  if (vnode.mount().read_only()) return fail(Errc::read_only, "the file system is read-only");
  return {};
}

}  // namespace

Result<Written> write_file(Vnode& vnode, u64 offset, std::span<const std::byte> bytes, const Caller& caller) {
  TRY(check_writable(vnode));
  ExclusiveLock lock(vnode.lock());
  DataChange change(vnode, caller);
  TRY(change.start());
  return Written{offset, TRY(change.write(offset, bytes))};
}

Result<Written> append_file(Vnode& vnode, std::span<const std::byte> bytes, const Caller& caller) {
  TRY(check_writable(vnode));
  ExclusiveLock lock(vnode.lock());
  DataChange change(vnode, caller);
  TRY(change.start());
  const u64 end = change.size();
  return Written{end, TRY(change.write(end, bytes))};
}

Result<> resize_file(Vnode& vnode, u64 size, const Caller& caller) {
  TRY(check_writable(vnode));
  ExclusiveLock lock(vnode.lock());
  DataChange change(vnode, caller);
  TRY(change.start());
  return size < change.size() ? change.shrink(size) : change.grow(size);
}

Result<> sync_file(Vnode& vnode) {
  Mount& mount = vnode.mount();
  TRY(mount.wait(vnode.last_tid()));
  return mount.epochs().flush_data();
}

}  // namespace rump
