// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file fs-rmdir: removes empty directories of images.
#include "utils/edit/edit_options.hpp"
#include "utils/edit/edit_run.hpp"
#include "utils/tools.hpp"

namespace fsu {
namespace {

constexpr ToolText kText = {
    .name = "fs-rmdir",
    .usage = "[OPTION]... IMAGE[@PART]:/PATH...",
    .summary = "Removes empty directories of disk images, as rmdir does.",
    .examples = "  fs-rmdir -p disk.img:/boot/grub/fonts\n",
};

}  // namespace

int run_rmdir(std::span<char* const> arguments) {
  RmdirOptions rmdir;
  Options options(kText);
  add_options(options, rmdir);
  const WriterOptions writer(options);
  auto texts = options.parse(arguments);
  if (!texts) return kDone;
  return edit_each(kText.name, writer, writer.all_in_images(*std::move(texts), "rmdir"),
                   [&rmdir](rump::Process& process, const Operand& operand, EditLog& log) {
                     remove_directory(process, operand.path, rmdir, log);
                   });
}

}  // namespace fsu
