// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The file whose times or size others get (-r).
#pragma once

#include <optional>
#include <string>

#include "utils/edit/edit_run.hpp"

namespace fsu {

/// A file of the host's or of an image.
class Reference {
 public:
  struct Facts {
    rump::Time access, modify;
    rump::u64 size;
  };

  /// Looks at a file of the host's now; one in an image is added to the files that are opened. Throws
  /// UsageError. Without a text there is no reference.
  Reference(const std::optional<std::string>& text, const ImageOptions& options, EditRun::Files& files);
  /// Looks at one in an image, once the run has started. False: it cannot be read, which is reported.
  bool look(EditRun& run, const EditRun::Files& files);
  /// Nothing where there is no reference.
  const std::optional<Facts>& facts() const { return facts_; }

 private:
  bool in_image_ = false;
  std::optional<Facts> facts_;
};

}  // namespace fsu
