// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Members into files.
#include "utils/tar/tar_import.hpp"

#include <algorithm>

#include "utils/image/interrupt.hpp"
#include "utils/list/listing.hpp"
#include "utils/list/tree_guard.hpp"
#include "vfs/acl.hpp"

namespace fsu {
namespace {

/// Of directories that an archive has files in, but no member for.
constexpr rump::u32 kPlainDirectoryMode = 0755;
constexpr rump::u32 kImageUmask = 022;

/// Whether the target has no such thing, or not with these values.
bool cannot_hold(const rump::Error& error) {
  switch (error.code) {
    case rump::Errc::not_supported:
    case rump::Errc::not_permitted:
    case rump::Errc::invalid:
      return true;
    default:
      return false;
  }
}

}  // namespace

TarImporter::TarImporter(rump::Process& process, const TarImportOptions& options, EditLog& log,
                         Reporter& report, Progress& progress)
    : process_(process),
      options_(options),
      log_(log),
      report_(report),
      progress_(progress),
      left_out_(report) {
  process_.umask(0);
}

TarImporter::~TarImporter() {
  leave_to(0);
  process_.umask(kImageUmask);
}

void TarImporter::run(TarReader& reader, const std::string& directory, const std::string& archive) {
  directory_ = directory;
  const auto root = process_.open(rump::kCwd, directory, rump::kOpenRead | rump::kOpenDirectory);
  if (!root) return log_.error(directory, root.error());
  levels_.push_back({{}, *root, false});
  levels_.back().hands_on_acl = process_.fget_xattr(*root, rump::kDefaultAcl, {}).has_value();
  try {
    while (!Interrupts::arrived()) {
      std::optional<ReadMember> member = reader.next();
      if (!member) break;
      add_reported(reader, *std::move(member));
    }
  } catch (const TarError& error) {
    if (!Interrupts::arrived()) report_.error(archive, error.what());
  }
  finish_directories();
}

/// How a member's place is called in messages.
std::string TarImporter::shown(std::string_view path) const { return log_.shown(path_in_image(path)); }

/// Where the archive's path is in the image.
std::string TarImporter::path_in_image(std::string_view path) const {
  std::string place = directory_;
  while (!path.empty()) {
    const std::string_view name = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(name.size() + 1, path.size()));
    if (!name.empty() && name != ".") place = join_path(place, name);
  }
  return place;
}

/// The names of the path, which is the archive's.
rump::Result<TarImporter::Components> TarImporter::components_of(std::string_view path,
                                                                 const std::string& shown) {
  if (path.starts_with('/') && !std::exchange(said_absolute_, true))
    report_.warning(shown, "the '/' in front of names is left off, here and elsewhere");
  Components components;
  const std::size_t length = path.size();
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    const std::string_view name = path.substr(0, slash);
    path.remove_prefix(std::min(slash + 1, path.size()));
    if (name == "..") return rump::fail(rump::Errc::invalid, "a name with '..' is not followed");
    if (!name.empty() && name != ".") components.push_back(name);
  }
  // What no tool could name is not made.
  if (components.size() > TreeGuard::kDepthMax || length + directory_.size() >= rump::kPathMax)
    return rump::fail(rump::Errc::name_too_long, "directories are nested too deep");
  return components;
}

void TarImporter::leave_to(std::size_t depth) {
  for (; levels_.size() > depth; levels_.pop_back()) static_cast<void>(process_.close(levels_.back().fd));
}

/// Makes these directories the levels behind the first one: most members are where the last one was.
rump::Result<> TarImporter::enter(std::span<const std::string_view> directories) {
  std::size_t same = 0;
  while (same < directories.size() && same + 1 < levels_.size() &&
         levels_[same + 1].name == directories[same])
    ++same;
  leave_to(same + 1);
  for (const std::string_view name : directories.subspan(same)) TRY(open_level(name));
  return {};
}

rump::Result<> TarImporter::open_level(std::string_view name) {
  constexpr rump::u32 kFlags = rump::kOpenRead | rump::kOpenDirectory | rump::kOpenNoFollow;
  auto fd = process_.open(here(), name, kFlags);
  if (!fd && fd.error().code == rump::Errc::not_found) {
    TRY(process_.mkdir(here(), name, kPlainDirectoryMode));
    if (auto& names = levels_.back().names) names->emplace(name);
    fd = process_.open(here(), name, kFlags);
  }
  if (!fd && (fd.error().code == rump::Errc::loop || fd.error().code == rump::Errc::not_dir))
    return rump::fail(fd.error().code, "on the way there is something else than a directory");
  const rump::Fd opened = TRY(fd);
  levels_.push_back({std::string(name), opened, false});
  levels_.back().hands_on_acl = process_.fget_xattr(opened, rump::kDefaultAcl, {}).has_value();
  return {};
}

void TarImporter::add_reported(TarReader& reader, ReadMember member) {
  const std::string name = shown(member.file.path);
  if (!member.warning.empty()) report_.warning(name, member.warning);
  if (const auto added = add(reader, member); !added) report_.error(name, added.error());
}

rump::Result<> TarImporter::add(TarReader& reader, ReadMember& member) {
  const Components place = TRY(components_of(member.file.path, shown(member.file.path)));
  const bool is_directory = member.file.linked_to.empty() && member.file.attr.type == rump::FileType::dir;
  if (place.empty()) {
    if (!is_directory) return rump::fail(rump::Errc::invalid, "a member without a name");
    made_.push_back({std::move(member.file), 0});
    return {};
  }
  if (!member.file.linked_to.empty()) {
    TRY(add_link(reader, member, place));
  } else {
    TRY(enter(std::span(place).first(place.size() - 1)));
    if (is_directory) {
      TRY(add_directory(member, place.back(), place.size()));
    } else if (member.file.attr.type == rump::FileType::file) {
      TRY(add_file(reader, member, place.back()));
    } else {
      TRY(add_node(member, place.back()));
    }
  }
  if (options_.verbose) log_.tell("extracted", path_in_image(member.file.path));
  return {};
}

/// Makes something of the name in the last level, in the place of what is there. False: that stays.
template <class Make>
rump::Result<bool> TarImporter::make(std::string_view name, Make make) {
  rump::Result<> made = make();
  if (!made && made.error().code == rump::Errc::exists) {
    if (!TRY(clear(name))) return false;
    made = make();
  }
  TRY(made);
  if (auto& names = levels_.back().names) names->emplace(name);
  return true;
}

/// Removes what has the name. False: it is to stay.
rump::Result<bool> TarImporter::clear(std::string_view name) {
  if (options_.keep_existing) return false;
  const rump::Attr attr = TRY(process_.stat(here(), name, rump::Follow::no));
  if (attr.type == rump::FileType::dir) return rump::fail(rump::Errc::is_dir, "a directory is there");
  if (!TRY(has_exactly(name)))
    return rump::fail(rump::Errc::exists, "a file is there whose name differs in its letters' case only");
  TRY(process_.unlink(here(), name));
  return true;
}

/// Whether the last level has this very name. They are read once a directory; an archive of files that are
/// all there would otherwise read them once a file.
rump::Result<bool> TarImporter::has_exactly(std::string_view name) {
  Level& level = levels_.back();
  if (!level.names) {
    std::unordered_set<std::string> names;
    rump::DirBatch batch(rump::DirBatch::Attrs::no);
    TRY(process_.seek_dir(level.fd, 0));
    do {
      TRY(process_.read_dir(level.fd, batch));
      for (const rump::DirEntry& entry : batch.entries()) names.emplace(entry.name);
    } while (!batch.entries().empty());
    level.names = std::move(names);
  }
  return level.names->contains(std::string(name));
}

rump::u32 TarImporter::first_mode(const TarMember& member) const {
  return keeps(kKeepMode) ? member.attr.mode : member.attr.mode & 0777 & ~kImageUmask;
}

rump::Result<> TarImporter::add_directory(const ReadMember& read, std::string_view name, std::size_t depth) {
  const auto make_here = [&] { return process_.mkdir(here(), name, first_mode(read.file) | 0700); };
  const auto there = process_.stat(here(), name, rump::Follow::no);
  const bool stays = there && there->type == rump::FileType::dir;
  if (!stays && !TRY(make(name, make_here))) return {};
  if (stays && options_.keep_existing) return {};
  made_.push_back({read.file, depth});
  if (!stays) remove_inherited(read.file, name);
  return {};
}

rump::Result<> TarImporter::add_link(TarReader& reader, const ReadMember& read, const Components& place) {
  const TarMember& member = read.file;
  const Components target = TRY(components_of(member.linked_to, shown(member.linked_to)));
  if (target.empty()) return rump::fail(rump::Errc::invalid, "a hard link to a directory");
  TRY(enter(std::span(target).first(target.size() - 1)));
  const rump::Fd duplicate = TRY(process_.dup(here()));
  const ImageFd from_at(process_, duplicate);
  const std::string_view from = target.back(), name = place.back();
  const auto linked = process_.stat(from_at.get(), from, rump::Follow::no);
  if (!linked && linked.error().code == rump::Errc::not_found)
    return rump::fail(rump::Errc::not_found, "the file that it is another name of is not there");
  const rump::Attr attr = TRY(linked);
  TRY(enter(std::span(place).first(place.size() - 1)));
  if (const auto there = process_.stat(here(), name, rump::Follow::no); there && there->ino == attr.ino)
    return {};
  const auto make_here = [&] {
    return keeps(kKeepLinks) ? process_.link(from_at.get(), from, here(), name, rump::Follow::no)
                             : rump::fail(rump::Errc::not_supported);
  };
  const auto made = make(name, make_here);
  if (!made && cannot_hold(made.error()) && attr.type == rump::FileType::file) {
    if (keeps(kKeepLinks))
      left_out_.add(LeftOut::link, shown(member.path), (options_.named & kKeepLinks) != 0);
    return copy_linked(member, from_at.get(), from, name);
  }
  if (!TRY(made) || !read.has_data) return {};
  // Some archives have the data with each name.
  constexpr rump::u32 kFlags = rump::kOpenWrite | rump::kOpenTruncate | rump::kOpenNoFollow;
  const ImageFd file = TRY(ImageFd::open(process_, here(), name, kFlags));
  return write_data(reader, file.get(), member);
}

/// A new file in the last level, open for writing; nullopt where what is there stays.
rump::Result<std::optional<ImageFd>> TarImporter::create_file(const TarMember& member,
                                                              std::string_view name) {
  constexpr rump::u32 kFlags = rump::kOpenWrite | rump::kOpenCreate | rump::kOpenExclusive;
  std::optional<ImageFd> file;
  const auto make_here = [&]() -> rump::Result<> {
    file = TRY(ImageFd::open(process_, here(), name, kFlags, first_mode(member)));
    return {};
  };
  TRY(make(name, make_here));
  return file;
}

/// In the place of a link that cannot be made: a copy of the file.
rump::Result<> TarImporter::copy_linked(const TarMember& member, rump::Fd from_at, std::string_view from,
                                        std::string_view name) {
  const ImageFd source = TRY(ImageFd::open(process_, from_at, from, rump::kOpenRead | rump::kOpenNoFollow));
  const rump::u64 size = TRY(process_.fstat(source.get())).size;
  const auto file = TRY(create_file(member, name));
  if (!file) return {};
  rump::Side side{};
  const rump::VnodeRef vnode = TRY(process_.vnode_of(source.get()));
  if (size > 0) TRY(process_.copy(file->get(), {.from = 0, .offset = 0, .length = size}, vnode, side));
  return set_attributes(member, name);
}

rump::Result<> TarImporter::add_file(TarReader& reader, const ReadMember& read, std::string_view name) {
  const auto file = TRY(create_file(read.file, name));
  if (!file) return {};
  TRY(write_data(reader, file->get(), read.file));
  return set_attributes(read.file, name);
}

rump::Result<> TarImporter::write_data(TarReader& reader, rump::Fd fd, const TarMember& member) {
  rump::u64 end = 0;
  while (const auto block = reader.data()) {
    TRY(write_block(fd, *block));
    if (!block->bytes.empty()) end = std::max(end, block->offset + block->bytes.size());
    if (progress_.advance(block->bytes.size())) progress_.show(shown(member.path));
  }
  if (end < member.attr.size) TRY(process_.ftruncate(fd, member.attr.size));
  return {};
}

rump::Result<> TarImporter::write_block(rump::Fd fd, TarReader::Block block) {
  while (!block.bytes.empty()) {
    const std::size_t written = TRY(process_.pwrite(fd, block.bytes, block.offset));
    block.bytes = block.bytes.subspan(written);
    block.offset += written;
  }
  return {};
}

/// A symlink, fifo, socket or device.
rump::Result<> TarImporter::add_node(const ReadMember& read, std::string_view name) {
  const TarMember& member = read.file;
  const bool is_symlink = member.attr.type == rump::FileType::symlink;
  const auto made = make(name, [&] {
    return is_symlink
               ? process_.symlink(member.target, here(), name)
               : process_.mknod(here(), name, member.attr.type, first_mode(member), member.attr.device);
  });
  if (!made && made.error().code == rump::Errc::not_supported) {
    left_out_.add(is_symlink ? LeftOut::archived_symlink : LeftOut::node, shown(member.path));
    return {};
  }
  if (!TRY(made)) return {};
  return set_attributes(member, name);
}

/// What the target cannot hold is left out with a note; every other error stays one.
rump::Result<> TarImporter::accept(rump::Result<> result, LeftOut kind, unsigned bit,
                                   const TarMember& member) {
  if (result || !cannot_hold(result.error())) return result;
  left_out_.add(kind, shown(member.path), (options_.named & bit) != 0);
  return {};
}

/// In this order: a new owner drops setuid, an ACL says more than a mode, and flags may forbid all of it.
rump::Result<> TarImporter::set_attributes(const TarMember& member, std::string_view name) {
  const rump::Attr& attr = member.attr;
  const bool is_symlink = attr.type == rump::FileType::symlink;
  if (keeps(kKeepOwner) || options_.owner) TRY(set_owner(member, name));
  if (keeps(kKeepXattrs)) set_xattrs(member, name, false);
  if (attr.type != rump::FileType::dir) remove_inherited(member, name);
  if (keeps(kKeepMode) && !is_symlink) TRY(set_mode(member, name));
  if (keeps(kKeepAcls) && !is_symlink) set_xattrs(member, name, true);
  if (keeps(kKeepTimes))
    TRY(process_.utimens(here(), name, rump::Follow::no, {},
                         {.kind = rump::TimeChange::Kind::set, .time = attr.modify}));
  if (keeps(kKeepMode) && attr.flags != 0 && !is_symlink)
    TRY(accept(process_.chflags(here(), name, rump::Follow::no, attr.flags), LeftOut::flags, kKeepMode,
               member));
  return {};
}

rump::Result<> TarImporter::set_owner(const TarMember& member, std::string_view name) {
  const auto [uid, gid] = options_.owner.value_or(KeepOptions::Owner{member.attr.uid, member.attr.gid});
  const rump::Attr now = TRY(process_.stat(here(), name, rump::Follow::no));
  if (now.uid == uid && now.gid == gid) return {};
  return accept(process_.chown(here(), name, rump::Follow::no, uid, gid), LeftOut::owner, kKeepOwner, member);
}

rump::Result<> TarImporter::set_mode(const TarMember& member, std::string_view name) {
  const rump::Attr now = TRY(process_.stat(here(), name, rump::Follow::no));
  if (now.mode == member.attr.mode) return {};
  return accept(process_.chmod(here(), name, rump::Follow::no, member.attr.mode), LeftOut::mode, kKeepMode,
                member);
}

/// ACLs, or all others. One that the target does not take is left out.
void TarImporter::set_xattrs(const TarMember& member, std::string_view name, bool acls) {
  for (const TarXattr& xattr : member.xattrs) {
    if (is_acl(xattr.name) != acls) continue;
    if (process_.set_xattr(here(), name, rump::Follow::no, xattr.name, xattr.value, rump::XattrMode::set))
      continue;
    left_out_.add(acls ? LeftOut::refused_acl : LeftOut::refused_attribute, shown(member.path),
                  (options_.named & (acls ? kKeepAcls : kKeepXattrs)) != 0);
  }
}

/// Takes away an ACL that the file has got from its directory.
void TarImporter::remove_inherited(const TarMember& member, std::string_view name) {
  if (!levels_.back().hands_on_acl || !keeps(kKeepAcls) || member.attr.type == rump::FileType::symlink)
    return;
  for (const char* acl : {rump::kAccessAcl.data(), rump::kDefaultAcl.data()})
    // There may be none.
    static_cast<void>(process_.remove_xattr(here(), name, rump::Follow::no, acl).has_value());
}

/// Deepest first: a directory may be closed to who fills it.
void TarImporter::finish_directories() {
  std::ranges::stable_sort(made_, std::greater(), &Made::depth);
  for (const Made& made : made_) {
    const auto set = [&]() -> rump::Result<> {
      const Components place = TRY(components_of(made.member.path, {}));
      if (place.empty()) {
        leave_to(1);
        return set_attributes(made.member, ".");
      }
      TRY(enter(std::span(place).first(place.size() - 1)));
      return set_attributes(made.member, place.back());
    };
    if (const auto done = set(); !done) report_.error(shown(made.member.path), done.error());
  }
  made_.clear();
}

}  // namespace fsu
