// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A look at a file.
#include "utils/edit/reference.hpp"

#include <sys/stat.h>

#include <cerrno>

#include "utils/base/quote.hpp"

namespace fsu {
namespace {

rump::Time time_from(const timespec& time) {
  return {.seconds = time.tv_sec, .nanoseconds = static_cast<rump::u32>(time.tv_nsec)};
}

}  // namespace

Reference::Reference(const std::optional<std::string>& text, const ImageOptions& options,
                     EditRun::Files& files) {
  if (!text) return;
  const Operand operand = options.operand(*text, Bare::host_path);
  in_image_ = operand.in_image;
  if (in_image_) {
    files.read.push_back(operand);
    return;
  }
  struct stat status;
  if (::stat(operand.path.c_str(), &status) != 0)
    throw UsageError("-r: " + quote(operand.path) + ": " + errno_text(errno));
  facts_ = {.access = time_from(status.st_atim),
            .modify = time_from(status.st_mtim),
            .size = static_cast<rump::u64>(status.st_size)};
}

bool Reference::look(EditRun& run, const EditRun::Files& files) {
  if (!in_image_) return true;
  for (const Operand& operand : files.read)
    run.attempt(operand, [&](rump::Process& process) {
      const auto attr = process.stat(rump::kCwd, operand.path, rump::Follow::yes);
      if (!attr) return run.log().error(operand.path, attr.error());
      facts_ = {.access = attr->access, .modify = attr->modify, .size = attr->size};
    });
  return facts_.has_value();
}

}  // namespace fsu
