// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file From the image's files to the host's.
#include "utils/extract.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include "utils/quote.hpp"

namespace fsu {
namespace {

/// Permission bits that a copy without -p gets, less the umask.
constexpr mode_t kPlainBits = 0777;
/// The same of a directory, as mkdir(2) has it.
constexpr mode_t kPlainDirectoryBits = 01777;

std::string read_link(rump::Process& process, rump::Fd at, const std::string& path) {
  std::array<char, rump::kPathMax> room;
  const std::size_t length = or_throw(process.readlink(at, path, room));
  return {room.data(), length};
}

}  // namespace

Extractor::Extractor(const CopyOptions& options, Target& target, const Told& told)
    : options_(options),
      target_(target),
      told_(told),
      left_out_(told.report),
      keeper_(options.keep, left_out_, told.report),
      data_(options.sparse, told.progress),
      guard_(options.follow) {}

void Extractor::copy(rump::Process& process, const std::string& path, const std::string& shown,
                     const Place& place, bool directory_only) {
  process_ = &process;
  guard_.begin();
  target_.begin_operand();
  const ShownPath shown_path{shown, {}};
  attempt(told_.report, names(shown_path, place), [&] {
    if (options_.parents) return copy_with_parents(path, shown, place);
    copy_operand(path, shown_path, place, directory_only);
  });
  copy_tree();
}

void Extractor::copy_operand(const std::string& path, const ShownPath& shown, const Place& place,
                             bool directory_only) {
  const auto follow = options_.follow || options_.follow_operands ? rump::Follow::yes : rump::Follow::no;
  const Source source{rump::kCwd, path, shown, or_throw(process_->stat(rump::kCwd, path, follow)), follow};
  if (source.attr.type != rump::FileType::dir) {
    if (directory_only) throw SourceError("is not a directory, but the copy's name ends with '/'");
    if (source.attr.type == rump::FileType::file && levels_.empty()) told_.progress.expect(source.attr.size);
    return copy_node(source, place);
  }
  if (!options_.recursive) throw SourceError("is a directory and -r is not given: left out");
  enter(source, place);
  list_level();
}

/// Makes the directories above the file in the target, which then lie open as levels, and copies it into the
/// last one. `place` is the target itself.
void Extractor::copy_with_parents(const std::string& path, const std::string& shown, const Place& place) {
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
      const Source source{rump::kCwd, prefix, {prefix_shown, {}}, {}, rump::Follow::yes};
      enter(source, {levels_.empty() ? place.directory : levels_.back().target, name});
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
void Extractor::copy_tree() {
  while (!levels_.empty()) {
    Level& level = levels_.back();
    if (level.directories.empty()) {
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
      enter({level.source->get(), name, shown_path, {}, follow}, place);
      list_level();
    });
  }
}

std::unique_ptr<SourceFd> Extractor::open_source(const Source& source, rump::u32 flags) {
  flags |= rump::kOpenRead;
  if (source.follow == rump::Follow::no) flags |= rump::kOpenNoFollow;
  return std::make_unique<SourceFd>(*process_, or_throw(process_->open(source.at, source.path, flags)));
}

/// Opens the directory on both sides and makes it the last level.
void Extractor::enter(const Source& source, const Place& place) {
  auto opened = open_source(source, rump::kOpenDirectory);
  const rump::Attr attr = or_throw(process_->fstat(opened->get()));
  const std::string shown = source.shown.text();
  if (const char* refused = guard_.enter(attr.ino, levels_.size(), shown)) throw SourceError(refused);
  TargetDir target = target_.make_directory(place, first_mode(attr));
  if (target.fresh) say_copied(source.shown, place);
  levels_.push_back({std::move(opened), std::move(target), shown, attr, {}, true});
}

/// Copies all of the last level but its directories.
void Extractor::list_level() {
  const rump::Fd directory = levels_.back().source->get();
  for (;;) {
    if (const auto read = process_->read_dir(directory, batch_); !read)
      return told_.report.error(levels_.back().shown, read.error());
    if (batch_.entries().empty()) break;
    for (const rump::DirEntry& entry : batch_.entries()) copy_entry(entry);
  }
  // Taken from the back.
  std::ranges::reverse(levels_.back().directories);
}

void Extractor::copy_entry(const rump::DirEntry& entry) {
  if (entry.name == "." || entry.name == "..") return;
  Level& level = levels_.back();
  const ShownPath shown{level.shown, entry.name};
  // The kernel hands out no such name; but here it would lead out of the target.
  if (entry.name.empty() || entry.name.contains('/') || entry.name.contains('\0'))
    return told_.report.error(shown.text(), "corrupt image: no name for a file");
  const Place place{level.target, entry.name};
  attempt(told_.report, names(shown, place), [&] {
    Source source{level.source->get(), std::string(entry.name), shown, {}, rump::Follow::no};
    source.attr = or_throw(entry.attr);
    if (options_.follow && source.attr.type == rump::FileType::symlink) {
      source.follow = rump::Follow::yes;
      source.attr = or_throw(process_->stat(source.at, source.path, rump::Follow::yes));
    }
    if (source.attr.type == rump::FileType::dir) {
      level.directories.push_back(source.path);
    } else {
      copy_node(source, place);
    }
  });
}

/// Gives the last level the attributes that would have been in the way, or have changed, while it was filled.
void Extractor::leave() {
  const Level level = std::move(levels_.back());
  levels_.pop_back();
  const Place self{level.target, "."};
  const ShownPath shown{level.shown, {}};
  const int to = level.target.fd.get();
  if (level.keeps) keeper_.keep(*level.source, level.attr, to, names(shown, self));
  if (told_.saved) told_.saved->add(level.target.path, level.attr, {});
  if (keeper_.keeps(kKeepMode) || !level.target.fresh) return;
  const mode_t mode = target_.new_mode(level.target, first_mode(level.attr));
  if ((mode & S_IRWXU) != S_IRWXU && ::fchmod(to, mode) != 0)
    told_.report.error(target_.shown(self), "cannot set the mode: " + errno_text(errno));
}

void Extractor::copy_node(const Source& source, const Place& place) {
  if (!make_copy(source, place)) return;
  say_copied(source.shown, place);
  if (told_.saved) save(source, place);
}

/// Makes the copy of anything but a directory. False: there is none, and that is all right.
bool Extractor::make_copy(const Source& source, const Place& place) {
  if (source.attr.nlink < 2 || !keeper_.keeps(kKeepLinks)) return copy_first(source, place);
  const std::pair key(process_, source.attr.ino);
  const auto first = first_copies_.find(key);
  if (first == first_copies_.end()) {
    if (!copy_first(source, place)) return false;
    first_copies_.emplace(key, FirstCopy{Target::path_of(place), Target::id_at(place)});
    return true;
  }
  switch (target_.make_link(first->second.path, first->second.id, place, source.attr.modify)) {
    case Target::Linked::done:
      return true;
    case Target::Linked::skipped:
      return false;
    case Target::Linked::impossible:
      break;
  }
  left_out_.add(LeftOut::link, source.shown.text(), (options_.keep.named & kKeepLinks) != 0);
  return copy_first(source, place);
}

/// Makes a copy that is no hard link.
bool Extractor::copy_first(const Source& source, const Place& place) {
  switch (source.attr.type) {
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
mode_t Extractor::first_mode(const rump::Attr& attr) const {
  const bool directory = attr.type == rump::FileType::dir;
  if (keeper_.keeps(kKeepMode)) return S_IRUSR | S_IWUSR;
  if (options_.plain_mode) return directory ? kPlainBits | (attr.mode & S_ISVTX) : 0666;
  return attr.mode & (directory ? kPlainDirectoryBits : kPlainBits);
}

bool Extractor::copy_file(const Source& source, const Place& place) {
  const auto from = open_source(source, 0);
  HostFd to = target_.create_file(place, first_mode(source.attr), source.attr.modify);
  if (!to) return false;
  data_.copy(*from, source.attr.size, to.get(), source.shown);
  keeper_.keep(*from, source.attr, to.get(), names(source.shown, place));
  if (!to.close()) throw HostError("cannot write: " + errno_text(errno));
  return true;
}

bool Extractor::copy_symlink(const Source& source, const Place& place) {
  if (!target_.make_symlink(place, read_link(*process_, source.at, source.path), source.attr.modify))
    return false;
  keep_node(source, place);
  return true;
}

bool Extractor::copy_special(const Source& source, const Place& place) {
  if (!options_.recursive) throw SourceError("is not a regular file, and -r is not given: left out");
  mode_t type = 0;
  switch (source.attr.type) {
    case rump::FileType::fifo:
      type = S_IFIFO;
      break;
    case rump::FileType::block:
      type = S_IFBLK;
      break;
    case rump::FileType::chr:
      type = S_IFCHR;
      break;
    case rump::FileType::socket:
      left_out_.add(LeftOut::socket, source.shown.text());
      return false;
    default:
      throw SourceError("corrupt image: a file of no known type");
  }
  if (type != S_IFIFO && !options_.keep.trusted_image) {
    left_out_.add(LeftOut::device, source.shown.text());
    return false;
  }
  // A mode cannot be set later: on an O_PATH descriptor no kernel before 6.6 can do that.
  const mode_t mode = keeper_.keeps(kKeepMode) ? source.attr.mode & kPlainDirectoryBits
                                               : target_.new_mode(place.directory, first_mode(source.attr));
  if (!target_.make_node(place, type | mode, source.attr.device, source.attr.modify)) return false;
  keep_node(source, place);
  return true;
}

void Extractor::keep_node(const Source& source, const Place& place) {
  if (!keeper_.keeps(kKeepOwner | kKeepTimes)) return;
  keeper_.keep_node(source.attr, Target::open_node(place).get(), names(source.shown, place));
}

void Extractor::save(const Source& source, const Place& place) {
  const bool symlink = source.attr.type == rump::FileType::symlink;
  told_.saved->add(Target::path_of(place), source.attr,
                   symlink ? read_link(*process_, source.at, source.path) : std::string());
}

void Extractor::say_copied(const ShownPath& from, const Place& to) {
  if (!options_.verbose) return;
  told_.out.put(quote(from.text()));
  told_.out.put(" -> ");
  told_.out.put(quote(target_.shown(to)));
  told_.out.put('\n');
}

}  // namespace fsu
