// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file fs-rm: removes files and trees of images.
#include "utils/ask.hpp"
#include "utils/edit_run.hpp"
#include "utils/tools.hpp"
#include "utils/tree_remover.hpp"

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

/// When the user is asked.
enum class Asks : std::uint8_t { never, once, always };

struct RmOptions {
  RemoveOptions remove;
  Asks asks = Asks::never;
};

void add_options(Options& options, RmOptions& rm) {
  options.flag("-r,-R,--recursive", "remove directories and what is in them", rm.remove.recursive);
  options.flag("-f,--force", "no error for what is not there, and no questions", [&rm] {
    rm.remove.force = true;
    rm.asks = Asks::never;
  });
  const auto ask = [&rm](Asks asks) {
    return [&rm, asks] {
      rm.remove.force = false;
      rm.asks = asks;
    };
  };
  options.flag("-i", "ask before each removal", ask(Asks::always));
  options.flag("-I", "ask once, before trees and more than three operands are removed", ask(Asks::once));
  options.flag("-d,--dir", "remove empty directories, too", rm.remove.empty_directories);
  options.flag("--no-preserve-root", "let -r remove everything in a file system",
               [&rm] { rm.remove.preserve_root = false; });
  options.flag("-v,--verbose", "say what is removed", rm.remove.verbose);
}

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
  if (!texts || (texts->empty() && rm.remove.force)) return kDone;
  if (rm.asks == Asks::always)
    rm.remove.ask = [](std::string_view question) { return ask(kText.name, question); };

  EditRun run(kText.name, writer);
  EditRun::Files files{.written = writer.all_in_images(*std::move(texts), "rm")};
  run.start(files);
  if (!may_start(rm, files.written.size())) return run.finish();
  for (const Operand& operand : files.written)
    run.attempt(operand, [&](rump::Process& process) {
      TreeRemover(process, rm.remove, run.log()).remove(operand.path);
    });
  return run.finish();
}

}  // namespace fsu
