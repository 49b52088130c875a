// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The options that every tool has for its images.
#pragma once

#include <string>
#include <vector>

#include "utils/base/options.hpp"
#include "utils/confine/confine.hpp"
#include "utils/image/image.hpp"
#include "utils/image/operand.hpp"

namespace fsu {

/// The value of an option that names a user and a group by number: "UID" or "UID:GID"; one alone is both.
/// Throws UsageError.
rump::Cred parse_ids(std::string_view option, const std::string& whole);

/// Registers the common options and, once the command line is parsed, says what they mean.
class ImageOptions {
 public:
  explicit ImageOptions(Options& options);
  ImageOptions(const ImageOptions&) = delete;
  ImageOptions& operator=(const ImageOptions&) = delete;

  /// The operands in the file of --files0-from, if it was given, and then those of the command line. Throws
  /// UsageError.
  std::vector<std::string> with_listed(std::vector<std::string> texts) const;
  /// Whether --glob was given: see expand_globs().
  bool glob() const { return glob_; }
  /// Parses one operand by these options; options of an image's own win over the common ones. Throws
  /// UsageError.
  Operand operand(std::string_view text, Bare bare) const;
  /// The operands, listed ones too, of a tool that only reads in images; without any, the root of the image
  /// that --image or FSU_IMAGE names. `instead` ends the refusal of a host path: "; use ls for it". Throws
  /// UsageError.
  std::vector<Operand> image_operands(std::vector<std::string> texts, std::string_view instead) const;
  const ImageSettings& settings() const { return settings_; }
  ConfineMode confine_mode() const { return confine_mode_; }

 private:
  std::vector<NamedImage> named_;
  std::optional<ImageSpec> unnamed_;
  std::uint64_t offset_ = 0;
  std::string format_, fstype_, files0_from_;
  bool glob_ = false;
  ImageSettings settings_;
  ConfineMode confine_mode_ = ConfineMode::as_possible;
};

}  // namespace fsu
