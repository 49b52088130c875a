// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Files of an image by the kernel's system calls.
#include "utils/copy/image_tree.hpp"

#include <algorithm>
#include <array>

#include "utils/base/message.hpp"

namespace fsu {
namespace {

using rump::Follow;

Failure failure_of(const rump::Error& error) { return {error.code, reason_of(error)}; }

/// The kernel's answer as a copy's.
template <class T>
Step<T> step_of(rump::Result<T> result) {
  if (!result) return std::unexpected(failure_of(result.error()));
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return *std::move(result);
  }
}

rump::Fd start(int at) { return at == FileTree::kOperand ? rump::kCwd : at; }

rump::u32 follow_flag(Follow follow) { return follow == Follow::no ? rump::kOpenNoFollow : 0U; }

rump::TimeChange change_to(const rump::Time& time) { return {rump::TimeChange::Kind::set, time}; }

/// Whether the error lies with the host's side of a transfer out of an image.
bool is_of_target(const rump::Error& error) {
  switch (error.code) {
    case rump::Errc::no_space:
    case rump::Errc::quota:
    case rump::Errc::too_big:
    case rump::Errc::broken_pipe:
      return true;
    default:
      return std::string_view(error.reason).starts_with("writing");
  }
}

/// Collects the names of extended attributes, as many as the host could take.
class XattrNames : public rump::NameSink {
 public:
  bool add(rump::Name name) override {
    if (bytes_ + name.size() + 1 > kListMax) return false;
    bytes_ += name.size() + 1;
    names.emplace_back(name);
    return true;
  }
  std::vector<std::string> names;

 private:
  static constexpr std::size_t kListMax = 65536;
  std::size_t bytes_ = 0;
};

}  // namespace

bool ImageTree::sparse() const {
  const auto root = process_.vnode_of(rump::kCwd);
  return root && (*root)->mount().sparse();
}

Step<TreeFd> ImageTree::open(int at, const std::string& name, rump::u32 flags, rump::u32 mode) {
  return TreeFd(*this, TRY(step_of(process_.open(start(at), name, flags, mode))));
}

Step<TreeFd> ImageTree::open_directory(int at, const std::string& name, Follow follow) {
  return open(at, name, rump::kOpenRead | rump::kOpenDirectory | follow_flag(follow));
}

Step<TreeFd> ImageTree::open_file(int at, const std::string& name, Follow follow) {
  return open(at, name, rump::kOpenRead | follow_flag(follow));
}

Step<> ImageTree::close(int fd) { return step_of(process_.close(fd)); }

Step<Node> ImageTree::stat(int at, const std::string& name, Follow follow) {
  return Node{TRY(step_of(process_.stat(start(at), name, follow)))};
}

Step<Node> ImageTree::fstat(int fd) { return Node{TRY(step_of(process_.fstat(fd)))}; }

Step<std::string> ImageTree::read_link(int at, const std::string& name) {
  std::array<char, rump::kPathMax> room;
  const std::size_t length = TRY(step_of(process_.readlink(start(at), name, room)));
  return std::string(room.data(), length);
}

Step<std::span<const TreeEntry>> ImageTree::read_directory(int fd) {
  TRY(step_of(process_.read_dir(fd, batch_)));
  entries_.clear();
  for (const rump::DirEntry& entry : batch_.entries()) {
    TreeEntry& added = entries_.emplace_back(TreeEntry{entry.name, entry.type, true, {}});
    if (entry.attr) {
      added.node->attr = *entry.attr;
    } else {
      added.node = std::unexpected(failure_of(entry.attr.error()));
    }
  }
  return std::span<const TreeEntry>(entries_);
}

Step<std::vector<std::string>> ImageTree::xattr_names(int fd) {
  XattrNames sink;
  TRY(step_of(process_.flist_xattr(fd, sink)));
  return std::move(sink.names);
}

Step<std::vector<std::byte>> ImageTree::xattr(int fd, const std::string& name) {
  constexpr std::size_t kValueMax = std::size_t{1} << 16;
  const std::size_t size = TRY(step_of(process_.fget_xattr(fd, name, std::span<std::byte>())));
  if (size > kValueMax) return std::unexpected(Failure{rump::Errc::too_big, "the attribute is too large"});
  std::vector<std::byte> value(size);
  if (size > 0) TRY(step_of(process_.fget_xattr(fd, name, value)));
  return value;
}

Step<std::size_t> ImageTree::read(int fd, std::span<std::byte> bytes, std::uint64_t offset) {
  return step_of(process_.pread(fd, bytes, offset));
}

Step<bool> ImageTree::has_holes(int fd, const rump::Attr& attr) {
  return TRY(seek(fd, 0, false)) < attr.size;
}

Step<std::uint64_t> ImageTree::seek(int fd, std::uint64_t offset, bool data) {
  return step_of(
      process_.seek(fd, static_cast<rump::i64>(offset), data ? rump::Whence::data : rump::Whence::hole));
}

std::expected<void, MoveFailure> ImageTree::send(int fd, const Run& run, int to) {
  for (std::uint64_t done = 0; done < run.length;) {
    const std::uint64_t offset = run.offset + done;
    const auto sent = process_.send(fd, offset, run.length - done, static_cast<rump::host::Handle>(to),
                                    offset, rump::Holes::write);
    if (!sent) {
      const auto side = is_of_target(sent.error()) ? rump::Side::target : rump::Side::source;
      return std::unexpected(MoveFailure{side, failure_of(sent.error())});
    }
    if (*sent == 0)
      return std::unexpected(MoveFailure{
          rump::Side::source, {rump::Errc::corrupt, "corrupt image: the file ends before its size"}});
    done += *sent;
  }
  return {};
}

std::expected<void, MoveFailure> ImageTree::send(int fd, const Run& run, rump::Process& process,
                                                 rump::Fd to) {
  rump::Side side = rump::Side::source;
  const auto from = process_.vnode_of(fd);
  if (!from) return std::unexpected(MoveFailure{side, failure_of(from.error())});
  const rump::Incoming incoming{
      .from = run.offset, .offset = run.offset, .length = run.length, .final_size = run.final_size};
  const auto done = process.copy(to, incoming, *from, side);
  if (!done) return std::unexpected(MoveFailure{side, failure_of(done.error())});
  return {};
}

Step<TreeFd> ImageTree::create(int at, const std::string& name, rump::u32 mode) {
  return open(at, name, rump::kOpenWrite | rump::kOpenCreate | rump::kOpenExclusive, mode);
}

Step<TreeFd> ImageTree::open_existing(int at, const std::string& name) {
  return open(at, name, rump::kOpenWrite | rump::kOpenNoFollow);
}

Step<> ImageTree::resize(int fd, std::uint64_t size) { return step_of(process_.ftruncate(fd, size)); }

Step<> ImageTree::write(int fd, std::span<const std::byte> bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    const std::size_t written = TRY(step_of(process_.pwrite(fd, bytes, offset)));
    bytes = bytes.subspan(written);
    offset += written;
  }
  return {};
}

std::expected<void, MoveFailure> ImageTree::receive(int fd, const TreeFd& from, const Run& run) {
  return from.tree().send(from.get(), run, process_, fd);
}

Step<> ImageTree::make_directory(int at, const std::string& name, rump::u32 mode) {
  return step_of(process_.mkdir(start(at), name, mode));
}

Step<> ImageTree::make_symlink(const std::string& target, int at, const std::string& name) {
  return step_of(process_.symlink(target, start(at), name));
}

Step<> ImageTree::make_node(int at, const std::string& name, const rump::Attr& attr, rump::u32 mode) {
  return step_of(process_.mknod(start(at), name, attr.type, mode, attr.device));
}

Step<> ImageTree::make_link(int from_at, const std::string& from, int at, const std::string& name) {
  return step_of(process_.link(start(from_at), from, start(at), name, Follow::no));
}

Step<> ImageTree::remove(int at, const std::string& name) {
  return step_of(process_.unlink(start(at), name));
}

Step<TreeFd> ImageTree::open_below(int at, const std::string& path) {
  return open(at, path, rump::kOpenRead | rump::kOpenDirectory);
}

Step<> ImageTree::set_owner(int fd, std::optional<rump::u32> uid, rump::u32 gid) {
  return step_of(process_.fchown(fd, uid, gid));
}

Step<> ImageTree::set_mode(int fd, rump::u32 mode) { return step_of(process_.fchmod(fd, mode)); }

Step<> ImageTree::set_times(int fd, const FileTimes& times) {
  return step_of(process_.futimens(fd, change_to(times.access), change_to(times.modify)));
}

Step<> ImageTree::set_xattr(int fd, const std::string& name, std::span<const std::byte> value) {
  return step_of(process_.fset_xattr(fd, name, value, rump::XattrMode::set));
}

Step<> ImageTree::remove_xattr(int fd, const std::string& name) {
  return step_of(process_.fremove_xattr(fd, name));
}

Step<> ImageTree::set_node_owner(int at, const std::string& name, std::optional<rump::u32> uid,
                                 rump::u32 gid) {
  return step_of(process_.chown(start(at), name, Follow::no, uid, gid));
}

Step<> ImageTree::set_node_times(int at, const std::string& name, const FileTimes& times) {
  return step_of(
      process_.utimens(start(at), name, Follow::no, change_to(times.access), change_to(times.modify)));
}

}  // namespace fsu
