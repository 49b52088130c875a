// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file From the files of one side to those of the other.
#include "utils/copy/tree_copier.hpp"

#include <sys/stat.h>

#include <algorithm>

#include "utils/base/quote.hpp"

namespace fsu {
namespace {

/// Permission bits that a copy without -p gets, less the umask.
constexpr rump::u32 kPlainBits = 0777;
constexpr rump::u32 kPlainFileBits = 0666;
/// The same of a directory, as mkdir(2) has it.
constexpr rump::u32 kPlainDirectoryBits = 01777;

}  // namespace

TreeCopier::TreeCopier(const CopyOptions& options, Target& target, const Told& told, Asked asked)
    : options_(options),
      target_(target),
      told_(told),
      asked_(std::move(asked)),
      left_out_(told.report),
      keeper_(options.keep, left_out_, told.report),
      data_(options.sparse, told.progress) {}

void TreeCopier::copy(FileTree& from, const std::string& path, const std::string& shown, const Place& place,
                      bool directory_only) {
  from_ = &from;
  guard_ = TreeGuard(options_.follow || from.is_host());
  target_.begin_operand();
  const ShownPath shown_path{shown, {}};
  attempt(told_.report, names(shown_path, place), [&] {
    if (options_.parents) return copy_with_parents(path, shown, place);
    copy_operand(path, shown_path, place, directory_only);
  });
  copy_tree();
}

void TreeCopier::copy_stream(int from, const std::string& shown, const Place& place) {
  const ShownPath shown_path{shown, {}};
  const Node nothing;
  attempt(told_.report, names(shown_path, place), [&] {
    TreeFd to = target_.create_file(place, kPlainFileBits, {target_.tree(), nothing});
    if (!to) return;
    data_.copy_stream(from, to, shown_path);
    target_or_throw(to.close(), "cannot write");
    say_copied(shown_path, place);
  });
}

void TreeCopier::copy_operand(const std::string& path, const ShownPath& shown, const Place& place,
                              bool directory_only) {
  const auto follow = options_.follow || options_.follow_operands ? rump::Follow::yes : rump::Follow::no;
  const Node node = source_or_throw(from_->stat(FileTree::kOperand, path, follow));
  Source source{FileTree::kOperand, path, shown, node, follow};
  if (node.attr.type != rump::FileType::dir) {
    if (directory_only) throw SourceError("is not a directory, but the copy's name ends with '/'");
    if (node.attr.type == rump::FileType::file && levels_.empty()) told_.progress.expect(node.attr.size);
    return copy_node(source, place);
  }
  if (!options_.recursive) throw SourceError("is a directory and -r is not given: left out");
  device_ = node.device;
  enter(std::move(source), place);
  list_level();
}

/// Makes the directories above the file in the target, which then lie open as levels, and copies it into the
/// last one. `place` is the target itself.
void TreeCopier::copy_with_parents(const std::string& path, const std::string& shown, const Place& place) {
  const std::string_view above = std::string_view(shown).substr(0, shown.size() - path.size());
  std::string_view rest = path;
  const auto next = [&rest] {
    rest.remove_prefix(std::min(rest.find_first_not_of('/'), rest.size()));
    const std::string_view name = rest.substr(0, rest.find('/'));
    rest.remove_prefix(name.size());
    return name;
  };
  std::string_view name = next();
  while (rest.find_first_not_of('/') != rest.npos) {
    if (name == "..") throw SourceError("'..' cannot be made a directory of the copy");
    const std::string_view until = std::string_view(path).substr(0, path.size() - rest.size());
    const std::string prefix(until), prefix_shown = std::string(above).append(until);
    if (name != ".") {
      Source source{FileTree::kOperand, prefix, {prefix_shown, {}}, {}, rump::Follow::yes};
      enter(std::move(source), {levels_.empty() ? place.directory : levels_.back().target, name});
    }
    name = next();
  }
  if (name == "..") throw SourceError("'..' cannot be made a directory of the copy");
  // As cp: directories that were all there stay as they are.
  if (!levels_.empty() && !levels_.back().target.fresh)
    for (Level& level : levels_) level.keeps = false;
  const Place last{levels_.empty() ? place.directory : levels_.back().target, name.empty() ? "." : name};
  const ShownPath shown_path{shown, {}};
  attempt(told_.report, names(shown_path, last), [&] { copy_operand(path, shown_path, last, false); });
}

/// Copies what is below the levels that are open, and closes them.
void TreeCopier::copy_tree() {
  while (!levels_.empty()) {
    Level& level = levels_.back();
    if (level.directories.empty() || asked_.stops()) {
      leave();
      continue;
    }
    const std::string name = std::move(level.directories.back());
    level.directories.pop_back();
    const Place place{level.target, name};
    const std::string shown = join_path(level.shown, name);
    const ShownPath shown_path{shown, {}};
    attempt(told_.report, names(shown_path, place), [&] {
      const auto follow = options_.follow ? rump::Follow::yes : rump::Follow::no;
      enter({level.source.get(), name, shown_path, {}, follow}, place);
      list_level();
    });
  }
}

/// Opens the directory on both sides and makes it the last level.
void TreeCopier::enter(Source source, const Place& place) {
  TreeFd opened = source_or_throw(from_->open_directory(source.at, source.path, source.follow));
  const Node node = source_or_throw(from_->fstat(opened.get()));
  const std::string shown = source.shown.text();
  if (target_.has_made(*from_, node.id())) throw SourceError("is not copied into itself");
  if (const char* refused = guard_.enter(node.attr.ino, levels_.size(), shown, node.device))
    throw SourceError(refused);
  TargetDir target = target_.make_directory(place, first_mode(node.attr));
  if (target.fresh) say_copied(source.shown, place);
  levels_.push_back({std::move(opened), std::move(target), shown, node, {}, true});
}

/// Copies all of the last level but its directories.
void TreeCopier::list_level() {
  const Level& level = levels_.back();
  if (options_.one_file_system && level.node.device != device_) return;
  for (;;) {
    const auto entries = from_->read_directory(level.source.get());
    if (!entries) return told_.report.error(level.shown, entries.error().reason);
    if (entries->empty() || asked_.stops()) break;
    for (const TreeEntry& entry : *entries) copy_entry(entry);
  }
  // Taken from the back.
  std::ranges::reverse(levels_.back().directories);
}

void TreeCopier::copy_entry(const TreeEntry& entry) {
  if (entry.name == "." || entry.name == ".." || asked_.stops()) return;
  Level& level = levels_.back();
  const ShownPath shown{level.shown, entry.name};
  // The kernel hands out no such name; but here it would lead out of the target.
  if (entry.name.empty() || entry.name.contains('/') || entry.name.contains('\0'))
    return told_.report.error(shown.text(), "corrupt image: no name for a file");
  const Place place{level.target, entry.name};
  attempt(told_.report, names(shown, place), [&] {
    Source source{level.source.get(), std::string(entry.name), shown, {}, rump::Follow::no};
    look_at(source, entry);
    if (source.attr().type == rump::FileType::dir) {
      level.directories.push_back(source.path);
    } else {
      copy_node(source, place);
    }
  });
}

/// Finds out what the entry is, by opening it where it is to be read anyway.
void TreeCopier::look_at(Source& source, const TreeEntry& entry) {
  source.node.attr.type = entry.type;
  if (entry.has_node) {
    source.node = source_or_throw(entry.node);
  } else if (entry.type == rump::FileType::file) {
    source.opened = source_or_throw(from_->open_file(source.at, source.path, source.follow));
    source.node = source_or_throw(from_->fstat(source.opened.get()));
  } else if (entry.type != rump::FileType::dir) {
    source.node = source_or_throw(from_->stat(source.at, source.path, source.follow));
  }
  if (!options_.follow || source.attr().type != rump::FileType::symlink) return;
  source.follow = rump::Follow::yes;
  source.node = source_or_throw(from_->stat(source.at, source.path, source.follow));
}

/// Gives the last level the attributes that would have been in the way, or have changed, while it was filled.
void TreeCopier::leave() {
  const Level level = std::move(levels_.back());
  levels_.pop_back();
  const Place self{level.target, "."};
  const ShownPath shown{level.shown, {}};
  const rump::Attr& attr = level.node.attr;
  if (level.keeps) keeper_.keep(level.source, attr, level.target.fd, names(shown, self));
  if (told_.saved) told_.saved->add(level.target.path, attr, {});
  if (keeper_.keeps(kKeepMode) || !level.target.fresh) return;
  const rump::u32 mode = target_.new_mode(level.target, first_mode(attr));
  if ((mode & S_IRWXU) == S_IRWXU) return;
  if (const auto set = target_.tree().set_mode(level.target.fd.get(), mode); !set)
    told_.report.error(target_.shown(self), "cannot set the mode: " + set.error().reason);
}

void TreeCopier::copy_node(Source& source, const Place& place) {
  if (!make_copy(source, place)) return;
  say_copied(source.shown, place);
  if (told_.saved) save(source, place);
}

/// Makes the copy of anything but a directory. False: there is none, and that is all right.
bool TreeCopier::make_copy(Source& source, const Place& place) {
  if (const char* reason = asked_.refuses(*from_, source.node)) throw SourceError(reason);
  if (source.attr().nlink < 2 || !keeper_.keeps(kKeepLinks)) return copy_first(source, place);
  const std::pair key(from_, source.node.id());
  const auto first = first_copies_.find(key);
  if (first == first_copies_.end()) {
    if (!copy_first(source, place)) return false;
    first_copies_.emplace(key, FirstCopy{Target::path_of(place), target_.id_at(place)});
    return true;
  }
  switch (target_.make_link(first->second.path, first->second.id, place, origin(source))) {
    case Target::Made::done:
      return true;
    case Target::Made::skipped:
      return false;
    case Target::Made::impossible:
      break;
  }
  left_out_.add(LeftOut::link, source.shown.text(), (options_.keep.named & kKeepLinks) != 0);
  return copy_first(source, place);
}

/// Makes a copy that is no hard link.
bool TreeCopier::copy_first(Source& source, const Place& place) {
  switch (source.attr().type) {
    case rump::FileType::file:
      return copy_file(source, place);
    case rump::FileType::symlink:
      return copy_symlink(source, place);
    default:
      return copy_special(source, place);
  }
}

/// The mode that a file is made with. Where the source's mode is kept it is closed to others until its owner
/// is known, and writable: extended attributes ask for that.
rump::u32 TreeCopier::first_mode(const rump::Attr& attr) const {
  const bool directory = attr.type == rump::FileType::dir;
  if (keeper_.keeps(kKeepMode)) return S_IRUSR | S_IWUSR;
  if (options_.plain_mode) return directory ? kPlainBits | (attr.mode & S_ISVTX) : kPlainFileBits;
  return attr.mode & (directory ? kPlainDirectoryBits : kPlainBits);
}

bool TreeCopier::copy_file(Source& source, const Place& place) {
  if (!source.opened)
    source.opened = source_or_throw(from_->open_file(source.at, source.path, source.follow));
  const bool stream = source.attr().type != rump::FileType::file;
  TreeFd to = target_.create_file(place, first_mode(source.attr()), origin(source));
  if (!to) return false;
  if (stream) {
    data_.copy_stream(source.opened.get(), to, source.shown);
  } else {
    data_.copy(source.opened, source.attr(), to, source.shown);
  }
  keeper_.keep(source.opened, source.attr(), to, names(source.shown, place));
  target_or_throw(to.close(), "cannot write");
  return true;
}

bool TreeCopier::copy_symlink(const Source& source, const Place& place) {
  const std::string link = source_or_throw(from_->read_link(source.at, source.path));
  const Target::Made made = target_.make_symlink(place, link, origin(source));
  if (made == Target::Made::impossible) left_out_.add(LeftOut::symlink, source.shown.text());
  if (made != Target::Made::done) return false;
  keep_node(source, place);
  return true;
}

bool TreeCopier::copy_special(Source& source, const Place& place) {
  // As cp: a pipe of the host's is read, <(command) among them.
  if (!options_.recursive && from_->is_host()) return copy_file(source, place);
  if (!options_.recursive) throw SourceError("is not a regular file, and -r is not given: left out");
  const rump::FileType type = source.attr().type;
  if (type == rump::FileType::unknown) throw SourceError("corrupt image: a file of no known type");
  const bool harmless = type == rump::FileType::fifo || options_.keep.trusted_image;
  if (!harmless || (type == rump::FileType::socket && target_.tree().is_host())) {
    left_out_.add(type == rump::FileType::socket ? LeftOut::socket : LeftOut::device, source.shown.text());
    return false;
  }
  // A mode cannot be set later: on an O_PATH descriptor no kernel before 6.6 can do that.
  const rump::u32 mode = keeper_.keeps(kKeepMode)
                             ? source.attr().mode & kPlainDirectoryBits
                             : target_.new_mode(place.directory, first_mode(source.attr()));
  const Target::Made made = target_.make_node(place, mode, origin(source));
  if (made == Target::Made::impossible) left_out_.add(LeftOut::node, source.shown.text());
  if (made != Target::Made::done) return false;
  keep_node(source, place);
  return true;
}

void TreeCopier::keep_node(const Source& source, const Place& place) {
  if (!keeper_.sets_owner() && !keeper_.keeps(kKeepTimes)) return;
  keeper_.keep_node(source.attr(), names(source.shown, place));
}

void TreeCopier::save(const Source& source, const Place& place) {
  const bool symlink = source.attr().type == rump::FileType::symlink;
  told_.saved->add(Target::path_of(place), source.attr(),
                   symlink ? source_or_throw(from_->read_link(source.at, source.path)) : std::string());
}

void TreeCopier::say_copied(const ShownPath& from, const Place& to) {
  if (!options_.verbose) return;
  told_.out.put(quote(from.text()));
  told_.out.put(" -> ");
  told_.out.put(quote(target_.shown(to)));
  told_.out.put('\n');
}

}  // namespace fsu
