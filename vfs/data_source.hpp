// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Where the bytes of a write come from: memory, a host file, another file, or nowhere.
#pragma once

#include "vfs/memory.hpp"
#include "vfs/vnode.hpp"

namespace rump {

/// A place on a device that is to be filled: zeroes, the bytes of a source, zeroes.
struct Landing {
  BlockDevice& device;
  u64 offset;  ///< where the source's bytes go
  u64 zeroes_before = 0;
  u64 zeroes_behind = 0;
};

/// Writes zeroes.
Result<> write_zeroes(BlockDevice& device, u64 offset, u64 length);

/// Gives the bytes of one write, and brings them to the device itself: not all pass through memory.
class DataSource {
 public:
  /// Brings the source's bytes [at, at + length) and the zeroes around them.
  virtual Result<> bring(u64 at, u64 length, const Landing& landing) = 0;

 protected:
  ~DataSource() = default;
};

/// The caller's bytes, in one write with the zeroes.
class MemorySource final : public DataSource {
 public:
  explicit MemorySource(std::span<const std::byte> bytes) : bytes_(bytes) {}
  Result<> bring(u64 at, u64 length, const Landing& landing) override;

 private:
  const std::span<const std::byte> bytes_;
};

/// Zeroes without end.
class ZeroSource final : public DataSource {
 public:
  Result<> bring(u64 at, u64 length, const Landing& landing) override;
};

/// A source that lies elsewhere: its bytes are moved by the host where both sides lie in a host file, and
/// pass through memory where one does not.
class MovedSource : public DataSource {
 public:
  Result<> bring(u64 at, u64 length, const Landing& landing) final;
  /// Whether it was the source that failed.
  bool failed() const { return failed_; }

 protected:
  ~MovedSource() = default;
  /// Where the start of [at, at + length) lies; length 0: in no host file.
  virtual Result<HostRange> range(u64 at, u64 length) = 0;
  /// Reads bytes that are wanted in memory.
  virtual Result<> read(u64 at, std::span<std::byte> bytes) = 0;

 private:
  Result<u64> step(u64 at, u64 length, BlockDevice& to, u64 to_offset);
  Result<> move(const HostRange& from, const HostRange& to);
  template <class T>
  Result<T> note(Result<T> result) {
    failed_ = failed_ || !result;
    return result;
  }

  Array<std::byte> bounce_;  ///< made when first needed
  bool failed_ = false;
};

/// A file of the host's; one that turns out shorter fails with io.
class HostSource final : public MovedSource {
 public:
  HostSource(host::Handle handle, u64 offset) : handle_(handle), offset_(offset) {}

 private:
  Result<HostRange> range(u64 at, u64 length) override;
  Result<> read(u64 at, std::span<std::byte> bytes) override;

  const host::Handle handle_;
  const u64 offset_;
};

/// Another file, whose lock is held shared as long as this lives. Holes of it are written as zeroes.
class VnodeSource final : public MovedSource {
 public:
  VnodeSource(Vnode& vnode, u64 offset) : vnode_(vnode), offset_(offset) {}

 private:
  Result<HostRange> range(u64 at, u64 length) override;
  Result<> read(u64 at, std::span<std::byte> bytes) override;

  Vnode& vnode_;
  const u64 offset_;
};

}  // namespace rump
