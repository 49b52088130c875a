// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The host's side of a copy.
#pragma once

#include <array>
#include <map>
#include <set>

#include "utils/confine/host_calls.hpp"
#include "utils/copy/file_tree.hpp"

namespace fsu {

/// The host's files, by descriptors and by names below open directories. What the user named is opened before
/// the process is confined.
class HostTree final : public FileTree {
 public:
  /// What is wanted of an operand.
  enum class Wanted : std::uint8_t {
    itself,  ///< its attributes
    tree,    ///< its data, or all that is beneath it
    bytes,   ///< likewise, and of pipes and devices what can be read from them
  };
  /// Opens what the path means, for copies from there, and remembers it by the path; an error is left for the
  /// call that wants it.
  void add_operand(const std::string& path, rump::Follow follow, Wanted wanted);
  /// The descriptors of all operands, and those of directories that are wanted with all that is beneath.
  std::vector<int> operands() const;
  std::vector<int> directories() const;

  bool is_host() const override { return true; }
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
  struct Operand {
    HostFd fd;  ///< O_PATH where it is neither a directory nor something to be read
    Failure refused{};
    Wanted wanted = Wanted::itself;
    bool is_directory = false;
  };
  Step<Operand*> operand(const std::string& path);
  Step<HostFd> open_node(int at, const std::string& name, rump::Follow follow);

  std::map<std::string, Operand> operands_;
  std::set<int> lent_;                          ///< descriptors of operands that were handed out and are kept
  alignas(8) std::array<char, 32768> names_{};  ///< of the last batch
  std::vector<TreeEntry> entries_;
};

/// A directory that is open already.
inline TreeFd adopt(HostTree& tree, HostFd directory) { return {tree, directory.release()}; }

}  // namespace fsu
