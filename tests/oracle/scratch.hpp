// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A directory of a program's own, removed with everything in it at the end.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <stdexcept>
#include <string>

namespace oracle {

class Scratch {
 public:
  /// A new directory in `parent`.
  explicit Scratch(const std::string& parent = std::filesystem::temp_directory_path()) {
    path_ = parent + "/fs-utils-XXXXXX";
    if (!mkdtemp(path_.data())) throw std::runtime_error("cannot make a directory in " + parent);
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  /// The path of something in it.
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace oracle
