// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A tree with something of everything, on the host and in an image, for comparisons with GNU tools.
#pragma once

#include "tests/tools/image.hpp"

namespace tools {

/// Makes `files` (without directories, whose sizes are not those of the source), `types` (directories of all
/// modes) and `tree` in the source, and the image. All times are whole seconds, which is what
/// mke2fs keeps.
class VariedTest : public ImageTest {
 protected:
  void SetUp() override;
  /// The output of a GNU tool about the source, run in the C.UTF-8 locale with these variables, with the
  /// image's name in place of the source's. Its exit status does not matter.
  std::string gnu(const std::vector<std::string>& variables, Arguments command) const;
  /// What fs-`name` prints with these variables.
  std::string ours(const std::vector<std::string>& variables, const std::string& name,
                   const Arguments& arguments) const;
};

}  // namespace tools
