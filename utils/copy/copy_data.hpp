// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Moving a file's bytes into its copy.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "utils/base/progress.hpp"
#include "utils/copy/source.hpp"
#include "vfs/syscall.hpp"

namespace fsu {

/// Which zeroes become holes: the options of cp --sparse.
enum class Sparse : std::uint8_t {
  automatic,  ///< the holes of the source
  always,     ///< and blocks of zeroes in its data
  never,
};

/// Copies the data of files. One a run: it has a buffer.
class DataCopier {
 public:
  DataCopier(Sparse sparse, Progress& progress);

  /// Copies `size` bytes into the empty regular file `to`. Throws SourceError and TargetError.
  void copy(const TreeFd& from, const rump::Attr& attr, const TreeFd& to, const ShownPath& shown);
  /// Copies all that comes from a stream.
  void copy_stream(int from, const TreeFd& to, const ShownPath& shown);

 private:
  void copy_small(const TreeFd& from, std::size_t size, const TreeFd& to);
  void copy_by_reference(const TreeFd& from, rump::u64 size, const TreeFd& to, const ShownPath& shown);
  void copy_run(const TreeFd& from, rump::u64 offset, rump::u64 end, const TreeFd& to,
                const ShownPath& shown);
  void copy_without_zeroes(const TreeFd& from, rump::u64 size, const TreeFd& to, const ShownPath& shown);
  void tell(rump::u64 bytes, const ShownPath& shown) {
    if (progress_.advance(bytes)) progress_.show(shown.text());
  }
  std::size_t read(const TreeFd& from, rump::u64 offset, std::size_t bytes);

  /// Files up to this size are read and written by one call each.
  static constexpr std::size_t kBufferBytes = std::size_t{128} << 10;

  const Sparse sparse_;
  Progress& progress_;
  const std::unique_ptr<std::byte[]> buffer_;
};

/// Fills the bytes from a stream; fewer at its end, and where the run was interrupted. Throws SourceError.
std::size_t read_fully(int from, std::span<std::byte> bytes);

/// Sends the whole regular file into a stream, or to where the descriptor stands; a reader that has gone is
/// Errc::broken_pipe. At most `chunk` bytes at a time: the file's lock is held while one is sent.
rump::Result<> send_whole(rump::Process& process, rump::Fd from, int to, rump::u64 chunk);

}  // namespace fsu
