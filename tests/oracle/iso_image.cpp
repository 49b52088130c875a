// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Driving the makers and readers of ISO 9660.
#include "tests/oracle/iso_image.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "tests/oracle/scratch.hpp"

namespace oracle {
namespace {

void make(Arguments argv, const Arguments& options, const std::string& image, const std::string& tree) {
  std::filesystem::remove(image);
  argv.insert(argv.end(), options.begin(), options.end());
  argv.push_back(tree);
  must(argv);
}

}  // namespace

void genisoimage(const std::string& image, const Arguments& options, const std::string& tree) {
  make({"genisoimage", "-quiet", "-o", image}, options, image, tree);
}

void xorriso(const std::string& image, const Arguments& options, const std::string& tree) {
  make({"xorriso", "-as", "mkisofs", "-quiet", "-o", image}, options, image, tree);
}

void makefs_cd9660(const std::string& image, const Arguments& options, const std::string& tree) {
  Arguments all = options;
  all.push_back(image);
  make({"makefs", "-t", "cd9660"}, all, image, tree);
}

Manifest as_rock_ridge_keeps(Manifest manifest) {
  for (auto& [path, entry] : manifest) {
    entry.modify.nanoseconds = 0;
    entry.xattrs.clear();
    if (entry.type == rump::FileType::dir) entry.nlink = 0;
  }
  return manifest;
}

Manifest as_plain_keeps(const Manifest& manifest, bool lower) {
  Manifest result;
  for (const auto& [path, entry] : manifest) {
    Entry kept;
    kept.type = entry.type;
    kept.size = entry.size;
    kept.content = entry.content;
    if (path != ".")
      kept.modify.seconds = entry.modify.seconds;  // of the top, what bsdtar finds there counts
    // Joliet's readers differ about a period at the end; Linux leaves it out.
    std::string name = path.size() > 1 && path.ends_with('.') ? path.substr(0, path.size() - 1) : path;
    if (lower)
      std::ranges::transform(name, name.begin(),
                             [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    result[name] = kept;
  }
  return result;
}

Manifest bsdtar_manifest(const std::string& image, const std::string& options) {
  const Scratch scratch;
  const std::string out = scratch / "out";
  std::filesystem::create_directory(out);
  // The names of Joliet come in the locale's encoding.
  must({"env", "LC_ALL=C.UTF-8", "bsdtar", "--options", options, "-xpf", image, "-C", out});
  return manifest_of(out);
}

void patch(const std::string& image, rump::u64 offset, const std::string& bytes) {
  std::fstream file(image, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(offset));
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file.flush()) throw std::runtime_error("cannot change " + image);
}

std::string bytes_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  if (!file) throw std::runtime_error("cannot read " + path);
  return bytes.str();
}

std::string both_endian(rump::u32 number) {
  std::string bytes;
  for (const int shift : {0, 8, 16, 24, 24, 16, 8, 0}) bytes += static_cast<char>(number >> shift);
  return bytes;
}

rump::u64 record_of(const std::string& image_bytes, const std::string& stored_name) {
  constexpr std::size_t kNameAt = 33;
  const std::string counted = std::string(1, static_cast<char>(stored_name.size())) + stored_name;
  const std::size_t at = image_bytes.find(counted);
  if (at == std::string::npos || at < kNameAt) throw std::runtime_error("no record of " + stored_name);
  return at + 1 - kNameAt;
}

}  // namespace oracle
