// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file fs-mv: moves files within an image.
#include "utils/base/ask.hpp"
#include "utils/edit/edit_options.hpp"
#include "utils/edit/edit_run.hpp"
#include "utils/edit/move_across.hpp"
#include "utils/tools.hpp"

namespace fsu {
namespace {

constexpr ToolText kText = {
    .name = "fs-mv",
    .usage =
        "[OPTION]... [-T] IMAGE[@PART]:/PATH IMAGE[@PART]:/PATH\n"
        "   or: fs-mv [OPTION]... IMAGE[@PART]:/PATH... IMAGE[@PART]:/DIRECTORY\n"
        "   or: fs-mv [OPTION]... -t IMAGE[@PART]:/DIRECTORY IMAGE[@PART]:/PATH...",
    .summary =
        "Renames files of disk images, or moves them to another directory or image, as mv does. From one "
        "file\n"
        "system to another, files are copied and then removed.",
    .examples = "  fs-mv disk.img:/etc/motd disk.img:/etc/motd.old\n",
};

/// Moves the operands to the target, by name where they are in its file system.
void move_all(EditRun& run, const std::vector<Operand>& operands, const Operand& target,
              rump::Process& process, const MoveOptions& options) {
  struct Foreign {
    rump::Process& process;
    NamedPath file;
  };
  std::vector<NamedPath> files;
  std::vector<Foreign> foreign;
  for (const Operand& operand : operands) {
    rump::Process& from = run.images().mount(operand.image);
    if (&from == &process)
      files.push_back({operand.path, operand.shown()});
    else
      foreign.push_back({from, {operand.path, operand.shown()}});
  }
  const NamedPath to{target.path, target.shown()};
  const bool into = goes_into(process, to, options);
  if (!into && operands.size() > 1) return run.log().error(to.path, errc_text(rump::Errc::not_dir));
  move_files(process, files, to, options, run.log());
  for (const Foreign& one : foreign) {
    if (Interrupts::arrived()) return;
    move_across(one.process, one.file, process, into ? name_in(to, one.file) : to, options, run);
  }
}

}  // namespace

int run_mv(std::span<char* const> arguments) {
  MvOptions mv;
  Options options(kText);
  add_options(options, mv);
  const WriterOptions writer(options);
  auto texts = options.parse(arguments);
  if (!texts) return kDone;
  std::vector<std::string> names = writer.images().with_listed(*std::move(texts));
  const Operand target = writer.in_image(take_target(mv, names), "mv");
  EditRun::Files files;
  for (const std::string& name : names) files.written.push_back(writer.in_image(name, "mv"));
  files.targets.push_back(target);
  mv.move.ask = [](std::string_view question) { return ask(kText.name, question); };

  EditRun run(kText.name, writer, mv.move.verbose);
  run.start(files);
  if (files.targets.empty() || files.written.empty()) return run.finish();
  run.attempt(target,
              [&](rump::Process& process) { move_all(run, files.written, target, process, mv.move); });
  return run.finish();
}

}  // namespace fsu
