// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A change of one file's data: what writing, growing and cutting have in common.
#pragma once

#include "vfs/cred.hpp"
#include "vfs/data_source.hpp"

namespace rump {

/// Changes one file's data; the vnode's lock is held exclusively as long as this lives. Data moves outside of
/// any transaction: one finds the space, then the bytes go to the device, then another one links what has
/// arrived. A file therefore never reaches bytes that were not written.
class DataChange {
 public:
  DataChange(Vnode& vnode, const Caller& caller) : vnode_(vnode), caller_(caller) {}

  /// Looks at the file; before everything else.
  Result<> start();
  u64 size() const { return size_; }

  /// What a write did.
  struct Outcome {
    u64 bytes;      ///< these arrived
    Result<> rest;  ///< why no more did
  };
  /// Writes `length` bytes from the start of the source at `offset`. Where `final_size` is beyond that, more
  /// is to follow, and space is looked for that takes it all. An error of its own: nothing is written, or the
  /// times could not be set.
  Result<Outcome> write(DataSource& source, u64 offset, u64 length, u64 final_size = 0);
  Result<> grow(u64 size);
  Result<> shrink(u64 size);

 private:
  /// One extent's worth of a write.
  struct Piece {
    DataSource& source;
    u64 at;      ///< in the source
    u64 offset;  ///< in the file
    u64 length;
    u64 end() const { return offset + length; }
  };
  Outcome write_all(const Piece& piece, u64 final_size);
  Result<u64> write_piece(const Piece& piece, u64 final_size);
  Result<u64> overwrite(const Piece& piece, bool& done);
  Result<> put(const Extent& extent, const Piece& piece, u64 end);
  Result<> drop_privileges();
  Result<> fill(u64 to);
  Result<> clear_tail(u64 to);
  Result<> cut(u64 size);
  Result<> finish(std::optional<u64> size = std::nullopt);

  Vnode& vnode_;
  const Caller& caller_;
  Attr attr_;
  u64 size_ = 0;  ///< as the driver knows it now
};

}  // namespace rump
