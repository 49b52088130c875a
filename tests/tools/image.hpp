// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Running the tools on small images.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/oracle/command.hpp"
#include "tests/oracle/scratch.hpp"

namespace tools {

using oracle::must;
using oracle::Outcome;
using oracle::Scratch;
using Arguments = std::vector<std::string>;

/// Runs fs-`name` with the arguments.
Outcome run_tool(const std::string& name, const Arguments& arguments);

/// Whether the POSIX extended regular expression matches somewhere in the text.
bool matches(const std::string& text, const char* pattern);

/// The file's bytes; throws std::runtime_error where it cannot be read.
std::string read_file(const std::string& path);
/// Makes the file, with the directories above it.
void write_file(const std::string& path, const std::string& bytes);

/// A directory of the test's own with a source tree in src/ and an ext4 image of it in disk.img.
class ImageTest : public testing::Test {
 protected:
  /// A copied directory may be one that nobody can write to, and its owner not remove.
  void TearDown() override { must({"chmod", "-R", "u+rwX", scratch_ / ""}); }
  /// Where to put the files of the image.
  std::string source(const std::string& name = "") const {
    return scratch_ / ("src" + (name.empty() ? "" : "/" + name));
  }
  /// Makes the image from the source tree; each of `changes` is then a request to debugfs that changes it.
  void make_image(const std::vector<std::string>& changes = {});
  /// Makes an image without checksums and calls the file `from` by the name `to`, which is as long, though a
  /// file of that name may be there already.
  void make_image_with_twins(const std::string& from, const std::string& to);
  /// A path in the image, as an operand.
  std::string in_image(const std::string& path) const { return image_ + ":" + path; }
  std::string scratch(const std::string& name) const { return scratch_ / name; }

  Scratch scratch_;
  const std::string image_ = scratch_ / "disk.img";
};

}  // namespace tools
