// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A copy, and a removal.
#include "utils/edit/move_across.hpp"

#include "utils/copy/cp_destination.hpp"
#include "utils/copy/tree_copier.hpp"
#include "utils/edit/tree_remover.hpp"

namespace fsu {
namespace {

/// Makes room for the file at `to`: a file there goes with the copy, a directory only if it is empty. False:
/// it stays, as it was wanted.
rump::Result<bool> make_room(rump::Process& from, const NamedPath& file, rump::Process& into,
                             const NamedPath& to, const MoveOptions& options) {
  const rump::Attr source = TRY(from.stat(rump::kCwd, file.path, rump::Follow::no));
  const auto target = into.stat(rump::kCwd, to.path, rump::Follow::no);
  if (!target) return true;
  if (!may_replace(source, *target, to, options)) return false;
  const bool source_is_directory = source.type == rump::FileType::dir;
  if (target->type != rump::FileType::dir) {
    if (source_is_directory) return rump::fail(rump::Errc::not_dir, "a directory cannot replace a file");
    return true;
  }
  if (!source_is_directory) return rump::fail(rump::Errc::is_dir, "a file cannot replace a directory");
  TRY(into.rmdir(rump::kCwd, to.path));
  return true;
}

void copy_whole(rump::Process& from, const NamedPath& file, rump::Process& into, const NamedPath& to,
                const MoveOptions& options, EditRun& run) {
  CopyOptions copy;
  copy.recursive = true;
  copy.verbose = options.verbose;
  copy.keep.kept = kKeepAll;
  copy.keep.trusted_image = true;
  ImageTree source(from), tree(into);
  ImageDestination side(tree);
  Destination destination = find_destination(
      side,
      {.path = to.path, .prefix = to.shown.substr(0, to.shown.size() - to.path.size()), .as_name = true});
  Target target(std::move(destination.base), destination.shown,
                {.remove_first = true, .ask = {}, .protection = [](const NodeId&) { return nullptr; }});
  TreeCopier copier(copy, target, {run.out(), run.report(), run.progress(), nullptr},
                    {.stops = Interrupts::arrived});
  copier.copy(source, file.path, file.shown, {target.base(), destination.name.value_or(".")}, false);
}

}  // namespace

void move_across(rump::Process& from, const NamedPath& file, rump::Process& into, const NamedPath& to,
                 const MoveOptions& options, EditRun& run) {
  const auto room = make_room(from, file, into, to, options);
  if (!room) return run.report().error(file.shown, room.error());
  if (!*room) return;
  const std::size_t messages = run.report().messages();
  const rump::u32 umask = into.umask(0);  // the copy has its own
  try {
    copy_whole(from, file, into, to, options, run);
  } catch (const UsageError& error) {  // what fs-cp would call one: there is no directory for the name
    run.report().error(file.shown, error.what());
  }
  into.umask(umask);
  if (Interrupts::arrived()) return;
  if (run.report().messages() > messages)
    return run.report().error(file.shown, "is not removed: it was not copied in full");
  run.log().set_image(file.shown.substr(0, file.shown.size() - file.path.size() - 1));
  const RemoveOptions remove{.recursive = true, .verbose = options.verbose};
  TreeRemover(from, remove, run.log()).remove(file.path);
}

}  // namespace fsu
