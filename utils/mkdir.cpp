// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file fs-mkdir: makes directories in images.
#include "utils/edit_run.hpp"
#include "utils/edits.hpp"
#include "utils/quote.hpp"
#include "utils/tools.hpp"

namespace fsu {
namespace {

constexpr ToolText kText = {
    .name = "fs-mkdir",
    .usage = "[OPTION]... IMAGE[@PART]:/PATH...",
    .summary = "Makes directories in disk images, as mkdir does.",
    .examples = "  fs-mkdir -p disk.img:/boot/grub/fonts\n",
};

}  // namespace

int run_mkdir(std::span<char* const> arguments) {
  MkdirOptions mkdir;
  Options options(kText);
  options.flag("-p,--parents", "make those above it, too, and be content with what is there", mkdir.parents);
  options.value("-m,--mode", "MODE", "permission bits as in chmod, instead of a=rwx less the umask 022",
                [&mkdir](const std::string& text) {
                  mkdir.mode = ModeChange::parse(text);
                  if (!mkdir.mode) throw UsageError("-m: " + quote(text) + " is not a mode");
                });
  options.flag("-v,--verbose", "say what is made", mkdir.verbose);
  const WriterOptions writer(options);
  auto texts = options.parse(arguments);
  if (!texts) return kDone;
  return edit_each(kText.name, writer, writer.all_in_images(*std::move(texts), "mkdir"),
                   [&mkdir](rump::Process& process, const Operand& operand, EditLog& log) {
                     make_directory(process, operand.path, mkdir, log);
                   });
}

}  // namespace fsu
