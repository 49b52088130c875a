// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The model's rules.
#include "tests/conformance/model.hpp"

#include "tests/conformance/conformance.hpp"

namespace conformance {
namespace {

bool is_dir(const Model::NodeRef& node) { return node && node->type == FileType::dir; }

/// Whether `node` is `top` or below it.
bool within(const Model::NodeRef& top, const Model::NodeRef& node) {
  if (top == node) return true;
  for (const auto& [name, child] : top->entries)
    if (within(child, node)) return true;
  return false;
}

/// Puts a node (nullptr: nothing) under the name; keeps the directory's link count.
void put_entry(Model::Node& directory, const std::string& name, const Model::NodeRef& node) {
  if (const auto old = directory.entries.find(name); old != directory.entries.end()) {
    if (is_dir(old->second)) --directory.nlink;
    directory.entries.erase(old);
  }
  if (!node) return;
  directory.entries.emplace(name, node);
  if (is_dir(node)) ++directory.nlink;
}

}  // namespace

Model::Model() : root_(std::make_shared<Node>()) {
  root_->type = FileType::dir;
  root_->mode = 0755;
  root_->nlink = 2;
}

Model::NodeRef Model::Place::child() const {
  const auto entry = directory->entries.find(name);
  return entry == directory->entries.end() ? nullptr : entry->second;
}

Result<Model::Place> Model::place(const std::string& path) const {
  NodeRef directory = root_;
  std::size_t start = 0;
  for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', start)) {
    const NodeRef next = Place{directory, path.substr(start, slash - start)}.child();
    if (!next || next->type == FileType::symlink) return rump::fail(Errc::not_found);
    if (!is_dir(next)) return rump::fail(Errc::not_dir);
    directory = next;
    start = slash + 1;
  }
  return Place{directory, path.substr(start)};
}

Result<Model::NodeRef> Model::find(const std::string& path) const {
  if (path.empty()) return root_;
  const Place where = TRY(place(path));
  const NodeRef child = where.child();
  if (!child) return rump::fail(Errc::not_found);
  return child;
}

Errc Model::create(const std::string& path, FileType type, u32 mode) {
  const auto where = place(path);
  if (!where) return where.error().code;
  if (where->child()) return Errc::exists;
  const auto node = std::make_shared<Node>();
  node->type = type;
  constexpr u32 kSetGid = 02000;
  node->mode = type == FileType::dir ? mode | (where->directory->mode & kSetGid) : mode;
  node->nlink = type == FileType::dir ? 2 : 1;
  put_entry(*where->directory, where->name, node);
  return kDone;
}

Errc Model::symlink(const std::string& target, const std::string& path) {
  const Errc result = create(path, FileType::symlink, 0777);
  if (result == kDone) find(path).value()->content = target;
  return result;
}

Errc Model::link(const std::string& from, const std::string& to) {
  const auto node = find(from);
  if (!node) return node.error().code;
  const auto where = place(to);
  if (!where) return where.error().code;
  if (where->child()) return Errc::exists;
  if (is_dir(*node)) return Errc::not_permitted;
  ++(*node)->nlink;
  put_entry(*where->directory, where->name, *node);
  return kDone;
}

Errc Model::unlink(const std::string& path) {
  const auto node = find(path);
  if (!node) return node.error().code;
  if (is_dir(*node)) return Errc::is_dir;
  --(*node)->nlink;
  const Place where = place(path).value();
  put_entry(*where.directory, where.name, nullptr);
  return kDone;
}

Errc Model::rmdir(const std::string& path) {
  const auto node = find(path);
  if (!node) return node.error().code;
  if (!is_dir(*node)) return Errc::not_dir;
  if (!(*node)->entries.empty()) return Errc::not_empty;
  const Place where = place(path).value();
  put_entry(*where.directory, where.name, nullptr);
  return kDone;
}

Errc Model::check_rename(const Place& from, const Place& to, u32 flags) const {
  const NodeRef moved = from.child();
  const NodeRef victim = to.child();
  if (!moved) return Errc::not_found;
  if (flags & kRenameNoReplace && victim) return Errc::exists;
  if (flags & kRenameExchange && !victim) return Errc::not_found;
  if (is_dir(moved) && within(moved, to.directory)) return Errc::invalid;
  if (is_dir(victim) && within(victim, from.directory))
    return flags & kRenameExchange ? Errc::invalid : Errc::not_empty;
  if (flags & kRenameExchange || !victim || moved == victim) return kDone;
  if (is_dir(moved) && !is_dir(victim)) return Errc::not_dir;
  if (!is_dir(moved) && is_dir(victim)) return Errc::is_dir;
  return is_dir(victim) && !victim->entries.empty() ? Errc::not_empty : kDone;
}

Errc Model::rename(const std::string& from, const std::string& to, u32 flags) {
  const auto source = place(from);
  if (!source) return source.error().code;
  const auto target = place(to);
  if (!target) return target.error().code;
  if (const Errc result = check_rename(*source, *target, flags); result != kDone) return result;
  const NodeRef moved = source->child();
  const NodeRef victim = target->child();
  if (moved == victim) return kDone;
  if (victim && !(flags & kRenameExchange)) --victim->nlink;
  put_entry(*source->directory, source->name, flags & kRenameExchange ? victim : nullptr);
  put_entry(*target->directory, target->name, moved);
  return kDone;
}

Errc Model::set_xattr(const std::string& path, const std::string& name, const std::string& value,
                      XattrMode mode) {
  const auto node = find(path);
  if (!node) return node.error().code;
  const bool there = (*node)->xattrs.contains(name);
  if (mode == XattrMode::create && there) return Errc::exists;
  if (mode == XattrMode::replace && !there) return Errc::no_data;
  (*node)->xattrs[name] = value;
  return kDone;
}

Errc Model::remove_xattr(const std::string& path, const std::string& name) {
  const auto node = find(path);
  if (!node) return node.error().code;
  return (*node)->xattrs.erase(name) > 0 ? kDone : Errc::no_data;
}

}  // namespace conformance
