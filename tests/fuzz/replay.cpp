// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Runs a fuzz target's seeds as regression tests, in builds without libFuzzer.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

/// A file, or every file below a directory, in a fixed order.
std::vector<std::filesystem::path> inputs(const std::filesystem::path& operand) {
  if (!std::filesystem::is_directory(operand)) return {operand};
  std::vector<std::filesystem::path> result;
  for (const auto& each : std::filesystem::recursive_directory_iterator(operand))
    if (each.is_regular_file()) result.push_back(each.path());
  std::ranges::sort(result);
  return result;
}

}  // namespace

int main(int count, char** arguments) {
  std::size_t replayed = 0;
  for (int i = 1; i < count; ++i)
    for (const std::filesystem::path& path : inputs(arguments[i])) {
      std::ifstream file(path, std::ios::binary);
      if (!file) {
        std::fprintf(stderr, "cannot open %s\n", path.c_str());
        return 1;
      }
      const std::vector<char> bytes(std::istreambuf_iterator<char>(file), {});
      std::printf("%s\n", path.c_str());
      std::fflush(stdout);  // so that the last name is the one that ended us
      LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
      ++replayed;
    }
  if (replayed == 0) std::fprintf(stderr, "no seeds to replay\n");
  return replayed == 0 ? 1 : 0;
}
