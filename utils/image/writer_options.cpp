// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file --no-sync, SOURCE_DATE_EPOCH, and operands that must be in images.
#include "utils/image/writer_options.hpp"

#include <charconv>
#include <cstdlib>

#include "utils/base/message.hpp"
#include "utils/base/quote.hpp"

namespace fsu {
namespace {

/// The moment that builds want all files to be of, if there is one.
std::optional<rump::Time> time_of_environment() {
  constexpr const char* kVariable = "SOURCE_DATE_EPOCH";
  const char* value = std::getenv(kVariable);
  if (!value) return std::nullopt;
  const std::string_view text = value;
  rump::Time time{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), time.seconds);
  if (error != std::errc{} || end != text.data() + text.size())
    throw UsageError(std::string(kVariable) + ": " + quote(text) + " is not a number of seconds");
  return time;
}

}  // namespace

WriterOptions::WriterOptions(Options& options) : images_(options) {
  options.group("Image options");
  options.flag("--no-sync", "leave it to the host when what was written reaches stable storage", no_sync_);
  options.group("");
}

ImageSettings WriterOptions::settings() const {
  ImageSettings settings = images_.settings();
  settings.sync = !no_sync_;
  settings.fixed_time = time_of_environment();
  return settings;
}

rump::Time WriterOptions::now() const {
  if (const auto fixed = time_of_environment()) return *fixed;
  rump::Time time{};
  rump::host::clock_realtime(&time.seconds, &time.nanoseconds);
  return time;
}

Operand WriterOptions::in_image(std::string_view text, std::string_view instead) const {
  Operand operand = images_.operand(text, Bare::host_path);
  if (operand.in_image && operand.path.starts_with('#'))
    throw UsageError(quote(text) + " is a file by its number; what is changed is named by its path");
  if (operand.in_image) return operand;
  throw UsageError(quote(text) + " is a host path; a path in an image is IMAGE:/PATH (use " +
                   std::string(instead) + " for the host's)");
}

std::vector<Operand> WriterOptions::all_in_images(std::vector<std::string> texts, std::string_view instead,
                                                  bool may_be_none) const {
  std::vector<Operand> operands;
  for (const std::string& text : images_.with_listed(std::move(texts)))
    operands.push_back(in_image(text, instead));
  if (operands.empty() && !may_be_none) throw UsageError("missing operand");
  return operands;
}

}  // namespace fsu
