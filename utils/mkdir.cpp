// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file fs-mkdir: makes directories in images.
#include "utils/edit/edit_options.hpp"
#include "utils/edit/edit_run.hpp"
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
  add_options(options, mkdir);
  const WriterOptions writer(options);
  auto texts = options.parse(arguments);
  if (!texts) return kDone;
  return edit_each(kText.name, writer, writer.all_in_images(*std::move(texts), "mkdir"),
                   [&mkdir](rump::Process& process, const Operand& operand, EditLog& log) {
                     make_directory(process, operand.path, mkdir, log);
                   });
}

}  // namespace fsu
