// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file fs-mv: moves files within an image.
#include "utils/ask.hpp"
#include "utils/edit_options.hpp"
#include "utils/edit_run.hpp"
#include "utils/quote.hpp"
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
        "Renames files of a disk image, or moves them to another directory of it, as mv does. From one file\n"
        "system to another it moves nothing: use fs-cp -a, and then fs-rm.",
    .examples = "  fs-mv disk.img:/etc/motd disk.img:/etc/motd.old\n",
};

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

  EditRun run(kText.name, writer);
  run.start(files);
  if (files.targets.empty() || files.written.empty()) return run.finish();
  run.attempt(target, [&](rump::Process& process) {
    std::vector<NamedPath> moved;
    for (const Operand& operand : files.written) {
      if (&run.images().mount(operand.image) == &process)
        moved.push_back({operand.path, operand.shown()});
      else
        run.report().error(operand.shown(), "is not in the file system of " + quote(target.shown()) +
                                                ": use fs-cp -a, and then fs-rm");
    }
    if (moved.size() == files.written.size())
      move_files(process, moved, {target.path, target.shown()}, mv.move, run.log());
  });
  return run.finish();
}

}  // namespace fsu
