// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file fs-truncate: sets sizes of files in images.
#include "utils/edit/edit_options.hpp"
#include "utils/edit/edit_run.hpp"
#include "utils/edit/reference.hpp"
#include "utils/tools.hpp"

namespace fsu {
namespace {

constexpr ToolText kText = {
    .name = "fs-truncate",
    .usage = "OPTION... IMAGE[@PART]:/PATH...",
    .summary = "Cuts or extends files in disk images, and makes files that are not there, as truncate does.",
    .examples = "  fs-truncate -s 0 disk.img:/var/log/messages\n",
};

}  // namespace

int run_truncate(std::span<char* const> arguments) {
  TruncateArguments truncate;
  Options options(kText);
  add_options(options, truncate);
  const WriterOptions writer(options);
  auto texts = options.parse(arguments);
  if (!texts) return kDone;
  truncate.settle();
  EditRun::Files files{.written = writer.all_in_images(*std::move(texts), "truncate")};
  Reference reference(truncate.reference, writer.images(), files);

  EditRun run(kText.name, writer);
  run.start(files);
  if (!reference.look(run, files)) return run.finish();
  if (const auto& facts = reference.facts()) truncate.truncate.reference = facts->size;
  for (const Operand& operand : files.written)
    run.attempt(operand, [&](rump::Process& process) {
      if (const auto cut = truncate_file(process, operand.path, truncate.truncate); !cut)
        run.log().error(operand.path, cut.error());
    });
  return run.finish();
}

}  // namespace fsu
