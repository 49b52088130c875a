// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file One side of a copy: the calls on files that a copy makes, on the host or in an image.
#pragma once

#include <compare>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vfs/syscall.hpp"

namespace fsu {

/// Why a call failed: a code to decide by, and the sentence to print.
struct Failure {
  rump::Errc code;
  std::string reason;
};
template <class T = void>
using Step = std::expected<T, Failure>;

/// Which file it is, whatever it is called, in one tree.
struct NodeId {
  std::uint64_t device;
  std::uint64_t ino;
  auto operator<=>(const NodeId&) const = default;
};

/// A file as a copy sees it.
struct Node {
  rump::Attr attr;
  std::uint64_t device = 0;
  NodeId id() const { return {device, attr.ino}; }
};

/// An entry of a directory. The name is valid until the next batch.
struct TreeEntry {
  std::string_view name;
  rump::FileType type;  ///< unknown where the directory does not say
  bool has_node;        ///< `node` was read with the directory
  Step<Node> node;
};

/// Times of a file; the others are the clock's.
struct FileTimes {
  rump::Time access, modify;
};

class FileTree;

/// An open file or directory of a tree, closed at the end.
class TreeFd {
 public:
  TreeFd() = default;
  TreeFd(FileTree& tree, int fd) : tree_(&tree), fd_(fd) {}
  TreeFd(TreeFd&& other) noexcept : tree_(other.tree_), fd_(std::exchange(other.fd_, -1)) {}
  TreeFd& operator=(TreeFd&& other) noexcept {
    std::swap(tree_, other.tree_);
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~TreeFd();
  explicit operator bool() const { return fd_ >= 0; }
  int get() const { return fd_; }
  FileTree& tree() const { return *tree_; }
  /// Closes now; what was written may be lost where that fails.
  Step<> close();

 private:
  FileTree* tree_ = nullptr;
  int fd_ = -1;
};

/// Bytes on their way from one open file into another.
struct Run {
  std::uint64_t offset;      ///< on both sides
  std::uint64_t length;      ///< all of it lies below the source's end
  std::uint64_t final_size;  ///< of the target, once further runs have brought the rest
};

/// A failure of moving bytes.
struct MoveFailure {
  rump::Side side;
  Failure failure;
};

/// The calls of one side. `at` is a directory's descriptor or kOperand; `name` is one component below it, or,
/// at kOperand, a path as the user wrote it. What is at a name is never reached through a symlink, unless
/// Follow::yes asks for it.
class FileTree {
 public:
  static constexpr int kOperand = -1000;

  FileTree() = default;
  FileTree(const FileTree&) = delete;
  FileTree& operator=(const FileTree&) = delete;
  virtual ~FileTree() = default;

  /// Whether this is the host's: its files are other people's too.
  virtual bool is_host() const = 0;
  /// Whether files can have holes.
  virtual bool sparse() const { return true; }

  virtual Step<TreeFd> open_directory(int at, const std::string& name, rump::Follow follow) = 0;
  /// Opens a regular file, or what can be read like a stream, to read it.
  virtual Step<TreeFd> open_file(int at, const std::string& name, rump::Follow follow) = 0;
  virtual Step<> close(int fd) = 0;
  virtual Step<Node> stat(int at, const std::string& name, rump::Follow follow) = 0;
  virtual Step<Node> fstat(int fd) = 0;
  virtual Step<std::string> read_link(int at, const std::string& name) = 0;
  /// The next entries of an open directory, perhaps with "." and ".."; none at its end. Valid until the next
  /// call for any directory.
  virtual Step<std::span<const TreeEntry>> read_directory(int fd) = 0;
  virtual Step<std::vector<std::string>> xattr_names(int fd) = 0;
  virtual Step<std::vector<std::byte>> xattr(int fd, const std::string& name) = 0;

  /// Fewer bytes only at the end of the file.
  virtual Step<std::size_t> read(int fd, std::span<std::byte> bytes, std::uint64_t offset) = 0;
  /// Whether there are holes in the file of these attributes.
  virtual Step<bool> has_holes(int fd, const rump::Attr& attr) = 0;
  /// The first byte from `offset` on that is data, or in a hole, where the end counts as one; no_data where
  /// none follows.
  virtual Step<std::uint64_t> seek(int fd, std::uint64_t offset, bool data) = 0;
  /// Moves bytes of this open file to the open file of the host's, or into that of an image.
  virtual std::expected<void, MoveFailure> send(int fd, const Run& run, int to) = 0;
  virtual std::expected<void, MoveFailure> send(int fd, const Run& run, rump::Process& process,
                                                rump::Fd to) = 0;

  /// A new, empty file, open to be written; exists.
  virtual Step<TreeFd> create(int at, const std::string& name, rump::u32 mode) = 0;
  /// The regular file that is there, open to be written.
  virtual Step<TreeFd> open_existing(int at, const std::string& name) = 0;
  virtual Step<> resize(int fd, std::uint64_t size) = 0;
  /// Writes all of the bytes.
  virtual Step<> write(int fd, std::span<const std::byte> bytes, std::uint64_t offset) = 0;
  /// Moves bytes of another open file into this one.
  virtual std::expected<void, MoveFailure> receive(int fd, const TreeFd& from, const Run& run) = 0;
  virtual Step<> make_directory(int at, const std::string& name, rump::u32 mode) = 0;
  virtual Step<> make_symlink(const std::string& target, int at, const std::string& name) = 0;
  /// A fifo, socket or device.
  virtual Step<> make_node(int at, const std::string& name, const rump::Attr& attr, rump::u32 mode) = 0;
  virtual Step<> make_link(int from_at, const std::string& from, int at, const std::string& name) = 0;
  virtual Step<> remove(int at, const std::string& name) = 0;
  /// The directory `path` below an open one, to be used as `from_at`.
  virtual Step<TreeFd> open_below(int at, const std::string& path) = 0;

  /// Owner and group; a nullopt owner stays.
  virtual Step<> set_owner(int fd, std::optional<rump::u32> uid, rump::u32 gid) = 0;
  virtual Step<> set_mode(int fd, rump::u32 mode) = 0;
  virtual Step<> set_times(int fd, const FileTimes& times) = 0;
  virtual Step<> set_xattr(int fd, const std::string& name, std::span<const std::byte> value) = 0;
  virtual Step<> remove_xattr(int fd, const std::string& name) = 0;
  /// The same of what is at the name, a symlink itself.
  virtual Step<> set_node_owner(int at, const std::string& name, std::optional<rump::u32> uid,
                                rump::u32 gid) = 0;
  virtual Step<> set_node_times(int at, const std::string& name, const FileTimes& times) = 0;
};

inline TreeFd::~TreeFd() {
  // What matters is closed by close().
  if (fd_ >= 0) static_cast<void>(tree_->close(fd_));
}
inline Step<> TreeFd::close() { return tree_->close(std::exchange(fd_, -1)); }

}  // namespace fsu
