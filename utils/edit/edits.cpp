// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Edits of names and attributes.
#include "utils/edit/edits.hpp"

#include <algorithm>

#include "utils/list/listing.hpp"

namespace fsu {
namespace {

constexpr rump::u32 kRights = 0777;
constexpr rump::u32 kSpecialBits = 07000;
/// What makes a directory that is on the way to another one fit for that.
constexpr rump::u32 kPassable = 0300;

bool is_directory(rump::Process& process, const std::string& path) {
  const auto attr = process.stat(rump::kCwd, path, rump::Follow::yes);
  return attr && attr->type == rump::FileType::dir;
}

/// Makes the directory with exactly these permission bits.
rump::Result<> make_with_mode(rump::Process& process, const std::string& path, rump::u32 mode) {
  const rump::u32 umask = process.umask(0);
  const rump::Result<> made = process.mkdir(rump::kCwd, path, mode);
  process.umask(umask);
  TRY(made);
  // mkdir(2) need not set these.
  if ((mode & kSpecialBits) == 0) return {};
  return process.chmod(rump::kCwd, path, rump::Follow::no, mode);
}

rump::u32 umask_of(rump::Process& process) {
  const rump::u32 umask = process.umask(0);
  process.umask(umask);
  return umask;
}

rump::Result<> make_one(rump::Process& process, const std::string& path, const MkdirOptions& options) {
  if (!options.mode) return process.mkdir(rump::kCwd, path, kRights);
  return make_with_mode(process, path, options.mode->apply(kRights, true, umask_of(process)));
}

rump::Result<> make_parent(rump::Process& process, const std::string& path) {
  return make_with_mode(process, path, (kRights & ~umask_of(process)) | kPassable);
}

/// Makes an empty file; a dangling symlink is followed.
rump::Result<> make_file(rump::Process& process, const std::string& path) {
  constexpr rump::u32 kFileRights = 0666;
  return process.close(
      TRY(process.open(rump::kCwd, path, rump::kOpenWrite | rump::kOpenCreate, kFileRights)));
}

/// The ends of all components of the path but the last one.
bool next_parent(std::string_view path, std::size_t& end) {
  end = std::min(path.find_first_not_of('/', end), path.size());
  end = std::min(path.find('/', end), path.size());
  return path.find_first_not_of('/', end) != path.npos;
}

/// Cuts off the last component. False where only the root, or nothing, is left.
bool cut_last(std::string& path) {
  path.resize(path.find_last_not_of('/') + 1);
  path.resize(path.rfind('/') + 1);
  path.resize(path.find_last_not_of('/') + 1);
  return !path.empty();
}

}  // namespace

void make_directory(rump::Process& process, const std::string& path, const MkdirOptions& options,
                    EditLog& log) {
  for (std::size_t end = 0; options.parents && next_parent(path, end);) {
    const std::string parent = path.substr(0, end);
    const auto made = make_parent(process, parent);
    if (made && options.verbose) log.tell_by_name("created directory", parent);
    if (made || is_directory(process, parent)) continue;
    if (made.error().code == rump::Errc::exists) return log.error(parent, errc_text(rump::Errc::not_dir));
    return log.error(parent, made.error());
  }
  const auto made = make_one(process, path, options);
  if (made && options.verbose) log.tell_by_name("created directory", path);
  if (!made && !(options.parents && is_directory(process, path))) log.error(path, made.error());
}

void remove_directory(rump::Process& process, const std::string& path, const RmdirOptions& options,
                      EditLog& log) {
  std::string rest = path;
  do {
    if (options.verbose) log.tell_by_name("removing directory,", rest);
    const auto removed = process.rmdir(rump::kCwd, rest);
    if (removed) continue;
    if (!options.ignore_non_empty || removed.error().code != rump::Errc::not_empty)
      log.error(rest, removed.error());
    return;
  } while (options.parents && cut_last(rest));
}

rump::Result<> link_file(rump::Process& process, const std::string& target, const std::string& path,
                         const LinkOptions& options) {
  std::string name = path;
  if (is_directory(process, path))
    name = join_path(path, std::string_view(target).substr(target.rfind('/') + 1));
  if (options.force) {
    const auto removed = process.unlink(rump::kCwd, name);
    if (!removed && removed.error().code != rump::Errc::not_found) return removed;
  }
  if (options.symbolic) return process.symlink(target, rump::kCwd, name);
  return process.link(rump::kCwd, target, rump::kCwd, name, rump::Follow::no);
}

rump::Result<> change_mode(rump::Process& process, const std::string& path, const ModeChange& change) {
  const rump::Attr attr = TRY(process.stat(rump::kCwd, path, rump::Follow::yes));
  const rump::u32 mode = change.apply(attr.mode, attr.type == rump::FileType::dir, umask_of(process));
  return process.chmod(rump::kCwd, path, rump::Follow::yes, mode);
}

rump::Result<> touch_file(rump::Process& process, const std::string& path, const TouchOptions& options) {
  if (const auto attr = process.stat(rump::kCwd, path, options.follow); !attr) {
    const bool missing = attr.error().code == rump::Errc::not_found;
    if (missing && !options.create) return {};
    if (!missing || options.follow == rump::Follow::no) return std::unexpected(attr.error());
    TRY(make_file(process, path));
  }
  using Kind = rump::TimeChange::Kind;
  rump::TimeChange access{.kind = options.access ? Kind::now : Kind::omit};
  rump::TimeChange modify{.kind = options.modify ? Kind::now : Kind::omit};
  if (options.times) {
    if (options.access) access = {.kind = Kind::set, .time = options.times->access};
    if (options.modify) modify = {.kind = Kind::set, .time = options.times->modify};
  }
  return process.utimens(rump::kCwd, path, options.follow, access, modify);
}

rump::Result<> truncate_file(rump::Process& process, const std::string& path,
                             const TruncateOptions& options) {
  auto attr = process.stat(rump::kCwd, path, rump::Follow::yes);
  if (!attr) {
    const bool missing = attr.error().code == rump::Errc::not_found;
    if (missing && !options.create) return {};
    if (!missing) return std::unexpected(attr.error());
    TRY(make_file(process, path));
    attr = TRY(process.stat(rump::kCwd, path, rump::Follow::yes));
  }
  rump::u64 size = options.reference.value_or(attr->size);
  if (options.change) {
    const rump::u64 unit = options.in_blocks ? TRY(process.statfs(rump::kCwd, path)).block_bytes : 1;
    const auto changed = options.change->apply(size, unit);
    if (!changed) return rump::fail(rump::Errc::too_big, "the size does not fit a file");
    size = *changed;
  }
  return process.truncate(rump::kCwd, path, size);
}

}  // namespace fsu
