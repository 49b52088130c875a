// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Images for the tools' tests.
#include "tests/tools/image.hpp"

#include <regex.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace tools {

Outcome run_tool(const std::string& name, const Arguments& arguments) {
  Arguments argv = {std::string(FSU_TOOLS_DIR) + "/fs-" + name};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return oracle::run(argv);
}

bool matches(const std::string& text, const char* pattern) {
  regex_t compiled;
  if (regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB) != 0) throw std::runtime_error(pattern);
  const bool found = regexec(&compiled, text.c_str(), 0, nullptr, 0) == 0;
  regfree(&compiled);
  return found;
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

void write_file(const std::string& path, const std::string& bytes) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream file(path, std::ios::binary);
  if (!file.write(bytes.data(), static_cast<std::streamsize>(bytes.size())))
    throw std::runtime_error("cannot write " + path);
}

void ImageTest::make_image(const std::vector<std::string>& changes) {
  std::filesystem::create_directories(source());
  must({"mke2fs", "-q", "-F", "-t", "ext4", "-d", source(), image_, "16M"});
  for (const std::string& change : changes) must({"debugfs", "-w", "-R", change, image_});
}

void ImageTest::make_image_with_twins(const std::string& from, const std::string& to) {
  must({"mke2fs", "-q", "-F", "-t", "ext4", "-O", "^metadata_csum", "-d", source(), image_, "16M"});
  std::string bytes = read_file(image_);
  const std::size_t at = bytes.find(from);
  if (from.size() != to.size() || at == bytes.npos || bytes.find(from, at + 1) != bytes.npos)
    throw std::runtime_error("the name " + from + " must be in the image once");
  write_file(image_, bytes.replace(at, to.size(), to));
}

}  // namespace tools
