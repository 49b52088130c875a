// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file From the image's files to the host's.
#include "utils/extract.hpp"

#include <sys/xattr.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "utils/listing.hpp"
#include "utils/quote.hpp"

namespace fsu {
namespace {

/// The image refused a step; what() is the reason.
class SourceError : public std::runtime_error {
 public:
  explicit SourceError(const rump::Error& error) : std::runtime_error(reason_of(error)) {}
  using std::runtime_error::runtime_error;
};

template <class T>
T or_throw(rump::Result<T> result) {
  if (!result) throw SourceError(result.error());
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

/// Permission bits that a copy without -p gets, less the umask.
constexpr mode_t kPlainBits = 0777;
/// The most of one file that moves between two looks at the source.
constexpr rump::u64 kChunk = rump::u64{256} << 20;

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

/// Whether the error lies with the host's side of a transfer.
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

mode_t current_umask() {
  const mode_t mask = ::umask(022);
  ::umask(mask);
  return mask;
}

}  // namespace

Extractor::Extractor(const CopyOptions& options, Target& target, Output& out, Reporter& report)
    : options_(options),
      target_(target),
      out_(out),
      report_(report),
      guard_(options.follow),
      umask_(current_umask()) {}

template <class Step>
void Extractor::attempt(const std::string& shown, const std::string& copy_shown, Step step) {
  try {
    step();
  } catch (const SourceError& error) {
    report_.error(shown, error.what());
  } catch (const HostError& error) {
    report_.error(copy_shown, error.what());
  }
}

void Extractor::copy(rump::Process& process, const std::string& path, const std::string& shown,
                     const Place& place, bool directory_only) {
  process_ = &process;
  guard_.begin();
  target_.begin_operand();
  attempt(shown, target_.shown(place), [&] {
    const auto follow = options_.follow || options_.follow_operands ? rump::Follow::yes : rump::Follow::no;
    const Source source{rump::kCwd, path, shown, attr_of(rump::kCwd, path, follow), follow};
    if (source.attr.type != rump::FileType::dir) {
      if (directory_only) throw SourceError("is not a directory, but the copy's name ends with '/'");
      return copy_node(source, place);
    }
    if (!options_.recursive) throw SourceError("is a directory and -r is not given: left out");
    enter(source, place);
  });
  copy_tree();
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
    attempt(shown, target_.shown(place), [&] {
      const auto follow = options_.follow ? rump::Follow::yes : rump::Follow::no;
      enter({level.source->get(), name, shown, attr_of(level.source->get(), name, follow), follow}, place);
    });
  }
}

/// Opens the directory on both sides, makes it the last level and copies all of it but its directories.
void Extractor::enter(const Source& source, const Place& place) {
  rump::u32 flags = rump::kOpenRead | rump::kOpenDirectory;
  if (source.follow == rump::Follow::no) flags |= rump::kOpenNoFollow;
  const rump::Fd fd = or_throw(process_->open(source.at, source.path, flags));
  auto opened = std::make_unique<SourceFd>(*process_, fd);
  const rump::Attr attr = or_throw(process_->fstat(fd));
  if (const char* refused = guard_.enter(attr.ino, levels_.size(), source.shown)) throw SourceError(refused);
  const mode_t mode = options_.preserve ? 0 : attr.mode & kPlainBits;
  TargetDir target = target_.make_directory(place, mode);
  if (target.fresh) say_copied(source.shown, target_.shown(place));
  levels_.push_back({std::move(opened), std::move(target), source.shown, attr, {}});
  list_level();
}

void Extractor::list_level() {
  const rump::Fd directory = levels_.back().source->get();
  for (;;) {
    if (const auto read = process_->read_dir(directory, batch_); !read)
      return report_.error(levels_.back().shown, read.error());
    if (batch_.entries().empty()) break;
    for (const rump::DirEntry& entry : batch_.entries()) copy_entry(entry);
  }
  // Taken from the back.
  std::ranges::reverse(levels_.back().directories);
}

void Extractor::copy_entry(const rump::DirEntry& entry) {
  if (entry.name == "." || entry.name == "..") return;
  Level& level = levels_.back();
  const std::string shown = join_path(level.shown, entry.name);
  // The kernel hands out no such name; but here it would lead out of the target.
  if (entry.name.empty() || entry.name.contains('/') || entry.name.contains('\0'))
    return report_.error(shown, "corrupt image: no name for a file");
  const Place place{level.target, entry.name};
  attempt(shown, target_.shown(place), [&] {
    Source source{level.source->get(), std::string(entry.name), shown, {}, rump::Follow::no};
    source.attr = or_throw(entry.attr);
    if (options_.follow && source.attr.type == rump::FileType::symlink) {
      source.follow = rump::Follow::yes;
      source.attr = attr_of(source.at, source.path, rump::Follow::yes);
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
  const Source self{level.source->get(), ".", level.shown, level.attr, rump::Follow::no};
  const int to = level.target.fd.get();
  const std::string copy_shown = target_.shown({level.target, "."});
  keep_attributes(self, to, level.attr.mode, copy_shown);
  if (options_.preserve || !level.target.fresh) return;
  const mode_t mode = level.attr.mode & kPlainBits & ~umask_;
  if ((mode & S_IRWXU) != S_IRWXU && ::fchmod(to, mode) != 0)
    report_.error(copy_shown, "cannot set the mode: " + errno_text(errno));
}

/// Gives an open copy all that the options keep of its source. Each step is done though one before it failed.
void Extractor::keep_attributes(const Source& source, int to, mode_t mode, const std::string& copy_shown) {
  bool owned = false;
  if (options_.preserve) attempt(source.shown, copy_shown, [&] { owned = set_owner(to, source.attr); });
  // After the owner, whose change drops capabilities; before a mode that might forbid it.
  if (options_.xattrs) attempt(source.shown, copy_shown, [&] { copy_xattrs(source, to, copy_shown); });
  if (options_.preserve)
    attempt(source.shown, copy_shown, [&] { set_mode_and_times(to, source.attr, mode, owned); });
}

void Extractor::copy_node(const Source& source, const Place& place) {
  if (!make_copy(source, place)) return;
  say_copied(source.shown, target_.shown(place));
}

/// Makes the copy of anything but a directory. False: there is none, and that is all right.
bool Extractor::make_copy(const Source& source, const Place& place) {
  const auto first = first_copies_.find({process_, source.attr.ino});
  if (first != first_copies_.end()) {
    switch (target_.make_link(first->second.path, first->second.id, place)) {
      case Target::Linked::done:
        return true;
      case Target::Linked::skipped:
        return false;
      case Target::Linked::impossible:
        left_out(LeftOut::link, source.shown);
        break;
    }
  }
  bool made = false;
  switch (source.attr.type) {
    case rump::FileType::file:
      made = copy_file(source, place);
      break;
    case rump::FileType::symlink:
      made = copy_symlink(source, place);
      break;
    default:
      made = copy_special(source, place);
      break;
  }
  if (made && first == first_copies_.end() && source.attr.nlink > 1)
    first_copies_.emplace(std::pair(process_, source.attr.ino),
                          FirstCopy{Target::path_of(place), Target::id_at(place)});
  return made;
}

bool Extractor::copy_file(const Source& source, const Place& place) {
  rump::u32 flags = rump::kOpenRead;
  if (source.follow == rump::Follow::no) flags |= rump::kOpenNoFollow;
  const SourceFd from(*process_, or_throw(process_->open(source.at, source.path, flags)));
  // Closed to others until its owner is known, and writable: extended attributes ask for that.
  const mode_t mode = options_.preserve ? S_IRUSR | S_IWUSR : source.attr.mode & kPlainBits;
  HostFd to = target_.create_file(place, mode);
  if (!to) return false;
  copy_data(source, from.get(), to.get());
  const mode_t kept = options_.preserve ? kept_mode(source.attr, source.shown) : 0;
  keep_attributes(source, to.get(), kept, target_.shown(place));
  if (!to.close()) throw HostError("cannot write: " + errno_text(errno));
  return true;
}

/// Moves the bytes; holes of the source stay holes, because the target is empty and only its size is set over
/// them.
void Extractor::copy_data(const Source& source, rump::Fd from, int to) {
  const auto handle = static_cast<rump::host::Handle>(to);
  for (rump::u64 offset = 0; offset < source.attr.size;) {
    const auto sent = process_->send(from, offset, kChunk, handle, offset, rump::Holes::skip);
    if (!sent && is_of_target(sent.error())) throw HostError(reason_of(sent.error()));
    if (!sent) throw SourceError(sent.error());
    if (*sent == 0) throw SourceError("corrupt image: the file ends before its size");
    offset += *sent;
  }
  if (::ftruncate(to, static_cast<off_t>(source.attr.size)) != 0)
    throw HostError("cannot set the size: " + errno_text(errno));
}

bool Extractor::copy_symlink(const Source& source, const Place& place) {
  std::array<char, rump::kPathMax> room;
  const std::size_t length = or_throw(process_->readlink(source.at, source.path, room));
  if (!target_.make_symlink(place, std::string(room.data(), length))) return false;
  if (options_.preserve) set_attributes_at(place, source.attr, 0);
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
      left_out(LeftOut::socket, source.shown);
      return false;
    default:
      throw SourceError("corrupt image: a file of no known type");
  }
  if (type != S_IFIFO && !options_.trusted_image) {
    left_out(LeftOut::device, source.shown);
    return false;
  }
  if (!target_.make_node(place, type | (source.attr.mode & kPlainBits), source.attr.device)) return false;
  if (options_.preserve) set_attributes_at(place, source.attr, kept_mode(source.attr, source.shown));
  return true;
}

/// Whether an attribute may leave the image; what may not is said once.
bool Extractor::wants_xattr(std::string_view name, const std::string& shown) {
  if (name.starts_with("user.")) return true;
  LeftOut kind = LeftOut::other_attribute;
  if (name.starts_with("security.")) kind = LeftOut::security;
  if (name.starts_with("trusted.")) kind = LeftOut::trusted;
  if (kind != LeftOut::other_attribute && options_.trusted_image) return true;
  left_out(kind, shown);
  return false;
}

void Extractor::copy_xattrs(const Source& source, int to, const std::string& copy_shown) {
  XattrNames sink;
  const auto listed = process_->list_xattr(source.at, source.path, source.follow, sink);
  if (!listed && listed.error().code == rump::Errc::not_supported) return;  // the file system has none
  or_throw(listed);
  for (const std::string& name : sink.names)
    if (wants_xattr(name, source.shown))
      attempt(source.shown, copy_shown, [&] { copy_xattr(source, name, to); });
}

void Extractor::copy_xattr(const Source& source, const std::string& name, int to) {
  const std::size_t size =
      or_throw(process_->get_xattr(source.at, source.path, source.follow, name, std::span<std::byte>()));
  // More than any host takes is left out before memory is asked for.
  constexpr std::size_t kValueMax = std::size_t{1} << 16;
  if (size > kValueMax) return left_out(LeftOut::refused_attribute, source.shown);
  std::vector<std::byte> value(size);
  if (size > 0) or_throw(process_->get_xattr(source.at, source.path, source.follow, name, value));
  if (::fsetxattr(to, name.c_str(), value.data(), value.size(), 0) != 0)
    left_out(LeftOut::refused_attribute, source.shown);
}

rump::Attr Extractor::attr_of(rump::Fd at, const std::string& path, rump::Follow follow) {
  return or_throw(process_->stat(at, path, follow));
}

/// The mode that -p keeps of a file: setuid and setgid of an image are another system's privilege here.
mode_t Extractor::kept_mode(const rump::Attr& attr, const std::string& shown) {
  constexpr mode_t kSetIds = S_ISUID | S_ISGID;
  if ((attr.mode & kSetIds) == 0 || options_.trusted_image) return attr.mode;
  left_out(LeftOut::setid, shown);
  return attr.mode & ~kSetIds;
}

void Extractor::left_out(LeftOut what, const std::string& shown) {
  constexpr std::array<std::string_view, 8> kSentences = {
      "setuid and setgid bits are left out, here and elsewhere; --trusted-image keeps them",
      "devices are left out, here and elsewhere; --trusted-image copies them",
      "sockets are left out, here and elsewhere",
      "attributes security.* are left out, here and elsewhere; --trusted-image keeps them",
      "attributes trusted.* are left out, here and elsewhere; --trusted-image keeps them",
      "attributes other than user.* are left out, here and elsewhere",
      "extended attributes that the target does not take are left out, here and elsewhere",
      "hard links that the target does not take are copied as files, here and elsewhere",
  };
  const auto kind = static_cast<unsigned>(what);
  if ((warned_ >> kind & 1) != 0) return;
  warned_ |= 1U << kind;
  report_.warning(shown, kSentences[kind]);
}

void Extractor::say_copied(std::string_view from, std::string_view to) {
  if (!options_.verbose) return;
  out_.put(quote(from));
  out_.put(" -> ");
  out_.put(quote(to));
  out_.put('\n');
}

}  // namespace fsu
