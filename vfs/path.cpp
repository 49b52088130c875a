// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Path resolution.
#include "vfs/path.hpp"

#include <algorithm>
#include <cstring>

#include "vfs/access.hpp"

namespace rump {
namespace {

/// One walk along a path.
class Walk {
 public:
  Walk(const PathContext& context, std::string_view path)
      : context_(context), rest_(path), first_(&context.start) {}

  Result<VnodeRef> run(Follow follow);
  Result<LastComponent> run_to_last(Follow follow);

 private:
  struct Component {
    Name name;
    bool slash;  ///< a slash follows
    bool last;   ///< nothing but slashes follows
  };

  const VnodeRef& current() const { return reached_ ? reached_ : *first_; }
  VnodeRef take() {
    if (reached_) return std::move(reached_);
    return *first_;
  }
  Result<> start();
  bool next(Component& component);
  Result<> step(const Component& component, Follow follow);
  Result<> may_search();
  Result<> follow_link(Vnode& link);

  const PathContext& context_;
  std::string_view rest_;  ///< of the caller's path, or of pending_
  const VnodeRef* first_;  ///< the caller's: counting references to a root would make all threads meet there
  VnodeRef reached_;       ///< empty: still at *first_
  u32 links_ = 0;
  std::array<char, kPathMax> pending_;  ///< a link's target and what came after the link
};

/// Cuts the next component off; false at the end.
bool Walk::next(Component& component) {
  if (rest_.starts_with('/')) rest_.remove_prefix(std::min(rest_.find_first_not_of('/'), rest_.size()));
  if (rest_.empty()) return false;
  component.name = rest_.substr(0, rest_.find('/'));
  rest_.remove_prefix(component.name.size());
  component.slash = !rest_.empty();
  component.last = rest_.find_first_not_of('/') == rest_.npos;
  return true;
}

Result<> Walk::start() {
  if (rest_.empty()) return fail(Errc::not_found, "the path is empty");
  if (rest_.size() >= kPathMax) return fail(Errc::name_too_long, "the path is too long");
  if (rest_.find('\0') != rest_.npos) return fail(Errc::invalid, "the path holds a NUL byte");
  if (rest_.starts_with('/')) first_ = &context_.root;
  return {};
}

Result<VnodeRef> Walk::run(Follow follow) {
  TRY(start());
  Component component;
  while (next(component)) TRY(step(component, follow));
  return take();
}

Result<LastComponent> Walk::run_to_last(Follow follow) {
  TRY(start());
  LastComponent last;
  Component component;
  while (next(component)) {
    if (!component.last) {
      TRY(step(component, Follow::yes));
      continue;
    }
    if (current()->type() != FileType::dir) return fail(Errc::not_dir, "not a directory");
    TRY(may_search());
    last.slash = component.slash;
    const bool dot = component.name == ".", dot_dot = component.name == "..";
    last.kind = dot       ? LastComponent::Kind::dot
                : dot_dot ? LastComponent::Kind::dot_dot
                          : LastComponent::Kind::name;
    if (dot || dot_dot) break;
    Result<VnodeRef> child = lookup_child(context_.kernel, current(), component.name);
    if (child && (*child)->type() == FileType::symlink && follow == Follow::yes) {
      last.kind = LastComponent::Kind::root;
      TRY(follow_link(**child));
      continue;
    }
    if (!child && child.error().code != Errc::not_found) return std::unexpected(child.error());
    last.length = component.name.copy(last.bytes.data(), last.bytes.size());
    if (child) last.child = *std::move(child);
    break;
  }
  last.directory = take();
  return last;
}

Result<> Walk::step(const Component& component, Follow follow) {
  if (current()->type() != FileType::dir) return fail(Errc::not_dir, "not a directory");
  TRY(may_search());
  if (component.name == ".") return {};
  if (component.name == "..") {
    reached_ = TRY(lookup_parent(context_.kernel, context_.root, current()));
    return {};
  }
  VnodeRef child = TRY(lookup_child(context_.kernel, current(), component.name));
  if (child->type() == FileType::dir) {
    reached_ = TRY(context_.kernel.cross_down(std::move(child)));
    return {};
  }
  const bool follows = !component.last || component.slash || follow == Follow::yes;
  if (child->type() == FileType::symlink && follows) return follow_link(*child);
  if (component.slash) return fail(Errc::not_dir, "not a directory");
  reached_ = std::move(child);
  return {};
}

/// Whether the caller may search the current directory.
Result<> Walk::may_search() {
  if (context_.cred.privileged()) return {};
  Vnode& directory = *current();
  SharedLock lock(directory.lock());
  return check_access(directory, TRY(directory.getattr()), context_.cred, kMayExecute);
}

/// Puts the link's target in front of the rest of the path.
Result<> Walk::follow_link(Vnode& link) {
  if (++links_ > kSymlinksMax) return fail(Errc::loop, "too many symbolic links");
  std::array<char, kPathMax> target;
  std::size_t length = 0;
  {
    SharedLock lock(link.lock());
    length = TRY(link.readlink(target));
  }
  note_access(context_.kernel, link);
  if (length == 0) return fail(Errc::not_found, "the symbolic link is empty");
  if (std::string_view(target.data(), length).find('\0') != std::string_view::npos)
    return fail(Errc::corrupt, "the symbolic link holds a NUL byte");
  if (length + rest_.size() >= kPathMax) return fail(Errc::name_too_long, "the path is too long");
  // rest_ may lie in pending_ already; what is left of it starts with a slash or is empty.
  std::memmove(pending_.data() + length, rest_.data(), rest_.size());
  std::memcpy(pending_.data(), target.data(), length);
  rest_ = {pending_.data(), length + rest_.size()};
  if (rest_.starts_with('/')) {
    reached_.reset();
    first_ = &context_.root;
  }
  return {};
}

}  // namespace

Result<VnodeRef> lookup_child(Kernel& kernel, const VnodeRef& directory, Name name) {
  SharedLock lock(directory->lock());
  return lookup_child_locked(kernel, *directory, name);
}

Result<VnodeRef> lookup_child_locked(Kernel& kernel, Vnode& directory, Name name) {
  Mount& mount = directory.mount();
  if (name.size() > mount.name_max()) return fail(Errc::name_too_long, "the name is too long");
  std::array<char, kNameMax> room;
  const Name folded = TRY(directory.fold(name, room));
  if (const auto known = kernel.names().find(mount, directory.key(), folded)) {
    if (!known->exists) return fail(Errc::not_found, "no such file or directory");
    return kernel.vnodes().get(mount, known->key);
  }
  const Result<Key> key = directory.lookup(name);
  if (!key && key.error().code != Errc::not_found) return std::unexpected(key.error());
  if (directory.caches_name(name))
    kernel.names().enter(mount, directory.key(), folded, {key.has_value(), key.value_or(0)});
  if (!key) return fail(Errc::not_found, "no such file or directory");
  return kernel.vnodes().get(mount, *key);
}

Result<VnodeRef> lookup_parent(Kernel& kernel, const VnodeRef& root, const VnodeRef& directory) {
  VnodeRef child = directory;
  while (child != root && child->key() == child->mount().root()) {
    VnodeRef covered = kernel.covered_by(*child);
    if (!covered) return child;
    child = std::move(covered);
  }
  if (child == root) return child;
  SharedLock lock(child->lock());
  const Key key = TRY(child->lookup(".."));
  VnodeRef parent = TRY(kernel.vnodes().get(child->mount(), key));
  if (parent->type() != FileType::dir)
    return fail(Errc::corrupt, "the parent of a directory is not a directory");
  return parent;
}

Result<LastComponent> resolve_last(const PathContext& context, std::string_view path, Follow follow) {
  return Walk(context, path).run_to_last(follow);
}

Result<VnodeRef> resolve(const PathContext& context, std::string_view path, Follow follow) {
  return Walk(context, path).run(follow);
}

}  // namespace rump
