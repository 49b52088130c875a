// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The options that every tool has that writes into images.
#pragma once

#include <string>
#include <vector>

#include "utils/image/image_options.hpp"

namespace fsu {

/// Registers the options of images and those of writers, and says what they mean.
class WriterOptions {
 public:
  explicit WriterOptions(Options& options);

  const ImageOptions& images() const { return images_; }
  /// The settings of a run that writes; SOURCE_DATE_EPOCH gives its time. Throws UsageError.
  ImageSettings settings() const;
  /// The time of the run's changes. Throws UsageError.
  rump::Time now() const;
  /// The operand, which must be a path in an image: a file of the host's without ":/" is refused, whether it
  /// is an image or not. `instead` names the tool that is meant for the host: "mkdir". Throws UsageError.
  Operand in_image(std::string_view text, std::string_view instead) const;
  /// All operands, listed ones too, by in_image(); at least one, unless there may be none. Throws UsageError.
  std::vector<Operand> all_in_images(std::vector<std::string> texts, std::string_view instead,
                                     bool may_be_none = false) const;

 private:
  ImageOptions images_;
  bool no_sync_ = false;
};

}  // namespace fsu
