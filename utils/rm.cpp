// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file fs-rm: removes files and trees of images.
#include "utils/base/ask.hpp"
#include "utils/edit/edit_options.hpp"
#include "utils/edit/edit_run.hpp"
#include "utils/tools.hpp"

namespace fsu {
namespace {

constexpr ToolText kText = {
    .name = "fs-rm",
    .usage = "[OPTION]... IMAGE[@PART]:/PATH...",
    .summary =
        "Removes files of disk images and, with -r, whole trees, as rm does. The root of a file system is\n"
        "only emptied, and only with --no-preserve-root.",
    .examples = "  fs-rm -r disk.img:/var/cache\n",
};

/// The question of -I, if it is to be asked; true where the answer is yes.
bool may_start(const RmOptions& rm, std::size_t operands) {
  constexpr std::size_t kFew = 3;
  if (rm.asks != Asks::once || (operands <= kFew && !rm.remove.recursive)) return true;
  return ask(kText.name, "remove " + std::to_string(operands) + (operands == 1 ? " argument" : " arguments") +
                             (rm.remove.recursive ? " recursively" : ""));
}

}  // namespace

int run_rm(std::span<char* const> arguments) {
  RmOptions rm;
  Options options(kText);
  add_options(options, rm);
  const WriterOptions writer(options);
  auto texts = options.parse(arguments);
  if (!texts) return kDone;
  EditRun::Files files{.written = writer.all_in_images(*std::move(texts), "rm", rm.remove.force)};
  if (rm.asks == Asks::always)
    rm.remove.ask = [](std::string_view question) { return ask(kText.name, question); };

  EditRun run(kText.name, writer);
  run.start(files);
  if (!may_start(rm, files.written.size())) return run.finish();
  for (const Operand& operand : files.written)
    run.attempt(operand, [&](rump::Process& process) {
      TreeRemover(process, rm.remove, run.log()).remove(operand.path);
    });
  return run.finish();
}

}  // namespace fsu
