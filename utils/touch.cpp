// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file fs-touch: sets times of files in images, and makes files.
#include "utils/edit/edit_options.hpp"
#include "utils/edit/edit_run.hpp"
#include "utils/edit/reference.hpp"
#include "utils/tools.hpp"

namespace fsu {
namespace {

constexpr ToolText kText = {
    .name = "fs-touch",
    .usage = "[OPTION]... IMAGE[@PART]:/PATH...",
    .summary =
        "Sets the times of files in disk images, and makes files that are not there, as touch does. Without\n"
        "-d, -t and -r the time is now, or that of SOURCE_DATE_EPOCH.",
    .examples = "  fs-touch -d 2026-01-31T12:00Z disk.img:/etc/machine-id\n",
};

}  // namespace

int run_touch(std::span<char* const> arguments) {
  TouchArguments touch;
  Options options(kText);
  add_options(options, touch);
  const WriterOptions writer(options);
  auto texts = options.parse(arguments);
  if (!texts) return kDone;
  touch.settle(writer.now());
  EditRun::Files files{.written = writer.all_in_images(*std::move(texts), "touch")};
  Reference reference(touch.reference, writer.images(), files);

  EditRun run(kText.name, writer);
  run.start(files);
  if (!reference.look(run, files)) return run.finish();
  if (const auto& facts = reference.facts()) touch.touch.times = {facts->access, facts->modify};
  for (const Operand& operand : files.written)
    run.attempt(operand, [&](rump::Process& process) {
      if (const auto touched = touch_file(process, operand.path, touch.touch); !touched)
        run.log().error(operand.path, touched.error());
    });
  return run.finish();
}

}  // namespace fsu
