// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Making files, one component at a time.
#include "utils/copy/target.hpp"

#include <utility>

#include "utils/confine/host_calls.hpp"

namespace fsu {
namespace {

std::string name_of(const Place& place) { return std::string(place.name); }

FileTree& tree_of(const Place& place) { return place.directory.fd.tree(); }

Step<Node> node_at(const Place& place) {
  return tree_of(place).stat(place.directory.fd.get(), name_of(place), rump::Follow::no);
}

constexpr const char* kWrittenAlready =
    "not overwritten: this copy has just made it (two names that are the same on this file system?)";

/// The directory of the file, opened below the base.
Step<TreeFd> open_parent(const TreeFd& base, const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string parent = slash == path.npos ? "." : path.substr(0, slash);
  return base.tree().open_below(base.get(), parent);
}

/// Whether the format, or the host's file system, has no such thing.
bool cannot_hold(const Failure& failure) { return failure.code == rump::Errc::not_supported; }

}  // namespace

void fail_target(std::string_view what, const Failure& failure) {
  throw TargetError(std::string(what).append(": ").append(failure.reason));
}

TargetDir existing_directory(TreeFd directory, std::string path) {
  const auto acl = directory.tree().xattr(directory.get(), kDefaultAcl);
  const bool hands_on = acl && !acl->empty();
  return {.fd = std::move(directory), .path = std::move(path), .fresh = false, .hands_on_an_acl = hands_on};
}

Target::Target(TargetDir base, std::string shown, TargetPolicy policy)
    : base_(std::move(base)), shown_(std::move(shown)), policy_(std::move(policy)) {}

std::string Target::path_of(const Place& place) {
  if (place.name == ".") return place.directory.path;
  if (place.directory.path.empty()) return name_of(place);
  return place.directory.path + "/" + name_of(place);
}

NodeId Target::id_at(const Place& place) const {
  return target_or_throw(node_at(place), "cannot stat the copy").id();
}

/// Whether the options say that what is there stays, whatever it is.
bool Target::stays(const Place& place, const Node& node, const Origin& origin) const {
  if (policy_.existing == TargetPolicy::Existing::keep) return true;
  const auto key = [](const rump::Time& time) { return std::pair(time.seconds, time.nanoseconds); };
  if (policy_.only_older && key(node.attr.modify) >= key(origin.node.attr.modify)) return true;
  return policy_.existing == TargetPolicy::Existing::ask && !policy_.ask(shown(place));
}

/// Throws unless what is at the place may be replaced or overwritten.
void Target::check_replaceable(const Place& place, const Node& node, const Origin& origin) const {
  if (node.attr.type == rump::FileType::dir)
    throw TargetError("cannot overwrite a directory with a non-directory");
  if (&origin.tree == &tree() && origin.node.id() == node.id())
    throw TargetError("not overwritten: it is the source itself");
  if (const char* reason = policy_.protection(node.id())) throw TargetError(reason);
  // In a fresh directory every name that exists is this run's: nothing need be remembered for one operand.
  const auto written = written_.find(node.device);
  if (place.directory.fresh || (written != written_.end() && written->second.contains(node.attr.ino)))
    throw TargetError(kWrittenAlready);
}

TreeFd Target::create_file(const Place& place, rump::u32 mode, const Origin& origin) {
  mode = new_mode(place.directory, mode);
  Step<TreeFd> created = tree().create(place.directory.fd.get(), name_of(place), mode);
  if (!created && created.error().code != rump::Errc::exists) fail_target("cannot create", created.error());
  TreeFd file = created ? std::move(*created) : open_existing(place, mode, origin);
  if (file && remembers(place))
    remember(target_or_throw(tree().fstat(file.get()), "cannot stat the copy").id());
  return file;
}

/// Opens the regular file that is there and empties it, or puts another in its place, as the policy says.
TreeFd Target::open_existing(const Place& place, rump::u32 mode, const Origin& origin) {
  const Place& real = place.behind && !policy_.remove_first ? *place.behind : place;
  const Node node = target_or_throw(node_at(real), "cannot write");
  if (stays(place, node, origin)) return {};
  check_replaceable(real, node, origin);
  if (policy_.remove_first) return replace(place, mode);
  const bool regular = node.attr.type == rump::FileType::file;
  // Devices and pipes are neither written nor, with -f, replaced: /dev/null would become a file.
  if (!regular && node.attr.type != rump::FileType::symlink)
    throw TargetError("not overwritten: it is not a regular file");
  if (regular) {
    Step<TreeFd> file = write_into(real, node.id());
    if (file) return std::move(*file);
    if (!policy_.force) fail_target("cannot write", file.error());
  }
  if (!policy_.force) throw TargetError("not written through the symbolic link that is there");
  return replace(place, mode);
}

/// Opens the regular file `id` that is at the place and empties it.
Step<TreeFd> Target::write_into(const Place& place, const NodeId& id) {
  TreeFd file = TRY(tree().open_existing(place.directory.fd.get(), name_of(place)));
  // Looked at again: the name may lead to another file by now.
  if (target_or_throw(tree().fstat(file.get()), "cannot write").id() != id)
    throw TargetError("not overwritten: it has changed meanwhile");
  target_or_throw(tree().resize(file.get(), 0), "cannot write");
  return file;
}

TreeFd Target::replace(const Place& place, rump::u32 mode) {
  const int directory = place.directory.fd.get();
  target_or_throw(tree().remove(directory, name_of(place)), "cannot remove");
  return target_or_throw(tree().create(directory, name_of(place), mode), "cannot create");
}

/// Removes what is in the way of something that is not a regular file. False: it stays.
bool Target::clear_place(const Place& place, const Origin& origin) {
  const Node node = target_or_throw(node_at(place), "cannot replace");
  if (stays(place, node, origin)) return false;
  check_replaceable(place, node, origin);
  target_or_throw(tree().remove(place.directory.fd.get(), name_of(place)), "cannot remove");
  return true;
}

/// Calls `make` once or, where something is in the way, twice.
template <class Make>
Target::Made Target::make_at(const Place& place, const Origin& origin, Make make) {
  Step<> made = make();
  if (!made && made.error().code == rump::Errc::exists) {
    if (!clear_place(place, origin)) return Made::skipped;
    made = make();
  }
  if (!made && cannot_hold(made.error())) return Made::impossible;
  target_or_throw(made, "cannot create");
  if (remembers(place)) remember(id_at(place));
  return Made::done;
}

Target::Made Target::make_symlink(const Place& place, const std::string& target, const Origin& origin) {
  return make_at(place, origin,
                 [&] { return tree().make_symlink(target, place.directory.fd.get(), name_of(place)); });
}

Target::Made Target::make_node(const Place& place, rump::u32 mode, const Origin& origin) {
  return make_at(place, origin, [&] {
    return tree().make_node(place.directory.fd.get(), name_of(place), origin.node.attr, mode);
  });
}

Target::Made Target::make_link(const std::string& path, const NodeId& id, const Place& place,
                               const Origin& origin) {
  const Step<TreeFd> parent = open_parent(base_.fd, path);
  if (!parent) return Made::impossible;
  const std::string leaf = path.substr(path.rfind('/') + 1);
  const Step<Node> first = tree().stat(parent->get(), leaf, rump::Follow::no);
  if (!first || first->id() != id) return Made::impossible;
  for (const bool again : {false, true}) {
    const Step<> linked = tree().make_link(parent->get(), leaf, place.directory.fd.get(), name_of(place));
    if (linked) return Made::done;
    if (linked.error().code != rump::Errc::exists || again) return Made::impossible;
    if (id_at(place) == id) {
      // The tree was copied here before, or the target takes two names for one.
      if (place.directory.fresh) throw TargetError(kWrittenAlready);
      return Made::done;
    }
    if (!clear_place(place, origin)) return Made::skipped;
  }
  return Made::impossible;
}

TargetDir Target::make_directory(const Place& place, rump::u32 mode) {
  const std::string name = name_of(place);
  const int directory = place.directory.fd.get();
  // As cp: others may write only where the umask lets them, even if an ACL is inherited in its place.
  mode &= ~(policy_.umask & (S_IWGRP | S_IWOTH));
  const Step<> made = tree().make_directory(directory, name, new_mode(place.directory, mode) | S_IRWXU);
  if (!made && made.error().code != rump::Errc::exists)
    fail_target("cannot create the directory", made.error());
  if (!made && place.directory.fresh) throw TargetError(kWrittenAlready);
  Step<TreeFd> opened = tree().open_directory(directory, name, rump::Follow::no);
  if (!opened && (opened.error().code == rump::Errc::not_dir || opened.error().code == rump::Errc::loop))
    throw TargetError("cannot overwrite a non-directory with a directory");
  TreeFd fd = target_or_throw(std::move(opened), "cannot open the directory");
  if (!place.directory.fresh) {
    const NodeId id = target_or_throw(tree().fstat(fd.get()), "cannot stat the directory").id();
    if (!directories_.insert(id).second) throw TargetError(kWrittenAlready);
    if (made) made_.insert(id);
  }
  if (!made) return existing_directory(std::move(fd), path_of(place));
  return {.fd = std::move(fd),
          .path = path_of(place),
          .fresh = true,
          .hands_on_an_acl = place.directory.hands_on_an_acl};
}

}  // namespace fsu
