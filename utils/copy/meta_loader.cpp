// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Lines of mtree(5), by libarchive, and the files they mean.
#include "utils/copy/meta_loader.hpp"

#include <fcntl.h>

#include <cerrno>

#include "utils/base/quote.hpp"
#include "utils/confine/host_calls.hpp"
#include "utils/tar/tar_reader.hpp"

namespace fsu {
namespace {

/// The path without "./" in front; "" is the base itself.
std::string plain_path(std::string_view path) {
  if (path == ".") return {};
  if (path.starts_with("./")) path.remove_prefix(2);
  return std::string(path);
}

bool can_be_made(rump::FileType type) {
  return type == rump::FileType::block || type == rump::FileType::chr || type == rump::FileType::fifo ||
         type == rump::FileType::socket;
}

}  // namespace

std::vector<TarMember> read_meta(const std::string& path) {
  const HostFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!file) throw UsageError("--load-meta: " + quote(path) + ": " + errno_text(errno));
  std::vector<TarMember> members;
  try {
    TarReader reader(file.get(), TarReader::Format::mtree);
    while (auto member = reader.next()) members.push_back(std::move(member->file));
  } catch (const TarError& error) {
    throw UsageError("--load-meta: " + quote(path) + ": " + error.what());
  }
  return members;
}

MetaLoader::MetaLoader(Target& target, Reporter& report)
    : target_(target), report_(report), left_out_(report), keeper_(options_, left_out_, report) {}

void MetaLoader::load(const std::vector<TarMember>& members) {
  for (const TarMember& member : members) {
    const std::string path = plain_path(member.path);
    const std::string name = path.substr(path.rfind('/') + 1);
    const std::string shown = target_.shown({target_.base(), path.empty() ? "." : path});
    try {
      load_one(member, {directory_of(path), path.empty() ? "." : std::string_view(name)});
    } catch (const TargetError& error) {
      report_.error(shown, error.what());
    }
  }
}

const TargetDir& MetaLoader::directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == path.npos) return target_.base();
  const std::string directory = path.substr(0, slash);
  if (directory_.fd && directory_.path == directory) return directory_;
  TreeFd fd;
  // One component at a time, because a symlink on the way is not to be followed.
  for (std::size_t at = 0; at <= directory.size();) {
    const std::size_t end = std::min(directory.find('/', at), directory.size());
    const std::string name = directory.substr(at, end - at);
    if (name.empty() || name == "..") throw TargetError("no path below the destination");
    const int from = fd ? fd.get() : target_.base().fd.get();
    fd = target_or_throw(target_.tree().open_directory(from, name, rump::Follow::no),
                         "cannot open the directory");
    at = end + 1;
  }
  directory_ = {.fd = std::move(fd), .path = directory, .fresh = false, .hands_on_an_acl = false};
  return directory_;
}

void MetaLoader::load_one(const TarMember& member, const Place& place) {
  FileTree& tree = target_.tree();
  const int directory = place.directory.fd.get();
  const std::string name(place.name);
  if (name.empty() || name == "..") throw TargetError("no path below the destination");
  rump::Attr attr = member.attr;
  attr.access = attr.modify;
  Step<Node> node = tree.stat(directory, name, rump::Follow::no);
  if (!node && node.error().code == rump::Errc::not_found && can_be_made(attr.type)) {
    target_or_throw(tree.make_node(directory, name, attr, attr.mode), "cannot create");
    node = tree.stat(directory, name, rump::Follow::no);
  }
  if (target_or_throw(node, "cannot be given its attributes").attr.type != attr.type)
    throw TargetError("is not what the specification says");
  const std::string shown = target_.shown(place);
  const CopyNames names{{shown, {}}, target_, place};
  if (attr.type == rump::FileType::symlink || can_be_made(attr.type)) return keeper_.keep_node(attr, names);
  const bool is_directory = attr.type == rump::FileType::dir;
  const TreeFd file = target_or_throw(is_directory ? tree.open_directory(directory, name, rump::Follow::no)
                                                   : tree.open_file(directory, name, rump::Follow::no),
                                      "cannot open");
  keeper_.keep({}, attr, file, names);
}

}  // namespace fsu
