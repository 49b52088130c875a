// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file An image's side of a copy.
#pragma once

#include "utils/copy/file_tree.hpp"
#include "vfs/syscall.hpp"

namespace fsu {

/// The files of one mounted file system. Operands are its absolute paths.
class ImageTree final : public FileTree {
 public:
  explicit ImageTree(rump::Process& process) : process_(process) {}

  rump::Process& process() const { return process_; }

  bool is_host() const override { return false; }
  bool sparse() const override;
  Step<TreeFd> open_directory(int at, const std::string& name, rump::Follow follow) override;
  Step<TreeFd> open_file(int at, const std::string& name, rump::Follow follow) override;
  Step<> close(int fd) override;
  Step<Node> stat(int at, const std::string& name, rump::Follow follow) override;
  Step<Node> fstat(int fd) override;
  Step<std::string> read_link(int at, const std::string& name) override;
  Step<std::span<const TreeEntry>> read_directory(int fd) override;
  Step<std::vector<std::string>> xattr_names(int fd) override;
  Step<std::vector<std::byte>> xattr(int fd, const std::string& name) override;
  Step<std::size_t> read(int fd, std::span<std::byte> bytes, std::uint64_t offset) override;
  Step<bool> has_holes(int fd, const rump::Attr& attr) override;
  Step<std::uint64_t> seek(int fd, std::uint64_t offset, bool data) override;
  std::expected<void, MoveFailure> send(int fd, const Run& run, int to) override;
  std::expected<void, MoveFailure> send(int fd, const Run& run, rump::Process& process, rump::Fd to) override;

  Step<TreeFd> create(int at, const std::string& name, rump::u32 mode) override;
  Step<TreeFd> open_existing(int at, const std::string& name) override;
  Step<> resize(int fd, std::uint64_t size) override;
  Step<> write(int fd, std::span<const std::byte> bytes, std::uint64_t offset) override;
  std::expected<void, MoveFailure> receive(int fd, const TreeFd& from, const Run& run) override;
  Step<> make_directory(int at, const std::string& name, rump::u32 mode) override;
  Step<> make_symlink(const std::string& target, int at, const std::string& name) override;
  Step<> make_node(int at, const std::string& name, const rump::Attr& attr, rump::u32 mode) override;
  Step<> make_link(int from_at, const std::string& from, int at, const std::string& name) override;
  Step<> remove(int at, const std::string& name) override;
  Step<TreeFd> open_below(int at, const std::string& path) override;
  Step<> set_owner(int fd, std::optional<rump::u32> uid, rump::u32 gid) override;
  Step<> set_mode(int fd, rump::u32 mode) override;
  Step<> set_times(int fd, const FileTimes& times) override;
  Step<> set_xattr(int fd, const std::string& name, std::span<const std::byte> value) override;
  Step<> remove_xattr(int fd, const std::string& name) override;
  Step<> set_node_owner(int at, const std::string& name, std::optional<rump::u32> uid,
                        rump::u32 gid) override;
  Step<> set_node_times(int at, const std::string& name, const FileTimes& times) override;

 private:
  Step<TreeFd> open(int at, const std::string& name, rump::u32 flags, rump::u32 mode = 0);

  rump::Process& process_;
  rump::DirBatch batch_{rump::DirBatch::Attrs::yes};
  std::vector<TreeEntry> entries_;
};

}  // namespace fsu
