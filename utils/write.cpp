// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file fs-write: writes standard input into a file of an image.
#include <unistd.h>

#include "utils/base/quote.hpp"
#include "utils/confine/host_calls.hpp"
#include "utils/copy/source.hpp"
#include "utils/edit/edit_options.hpp"
#include "utils/edit/edit_run.hpp"
#include "utils/tools.hpp"

namespace fsu {
namespace {

constexpr ToolText kText = {
    .name = "fs-write",
    .usage = "[OPTION]... IMAGE[@PART]:/PATH",
    .summary =
        "Writes standard input into a file of a disk image. The file is made, or emptied first, unless -a "
        "or\n"
        "-o say that it keeps what it holds.",
    .examples = "  echo box | fs-write disk.img:/etc/hostname\n",
};

/// Standard input; not where it is the image.
HostSource open_input(const Images& images) {
  try {
    const HostSource source = HostSource::of(STDIN_FILENO);
    struct stat status;
    if (::fstat(STDIN_FILENO, &status) == 0 && images.holds(status))
      throw UsageError("standard input is the image");
    return source;
  } catch (const HostError& error) {
    throw UsageError(std::string("standard input: ").append(error.what()));
  }
}

}  // namespace

int run_write(std::span<char* const> arguments) {
  WriteOptions write;
  Options options(kText);
  add_options(options, write);
  const WriterOptions writer(options);
  auto texts = options.parse(arguments);
  if (!texts) return kDone;
  EditRun::Files files{.written = writer.all_in_images(*std::move(texts), "tee")};
  if (files.written.size() > 1)
    throw UsageError("extra operand " + quote(files.written[1].shown()) + ": one file takes it all");
  check_options(write);

  EditRun run(kText.name, writer);
  run.open(files);
  const HostSource source = open_input(run.images());
  run.confine_to(files);
  if (source.is_regular) run.progress().expect(source.size - source.position);
  for (const Operand& operand : files.written)
    run.attempt(operand, [&](rump::Process& process) {
      try {
        const auto written = write_source(process, operand.path, source, write, [&](rump::u64 bytes) {
          if (run.progress().advance(bytes)) run.progress().show(operand.shown());
        });
        if (!written) run.log().error(operand.path, written.error());
      } catch (const SourceError& error) {
        run.report().error("standard input", error.what());
      }
    });
  return run.finish();
}

}  // namespace fsu
