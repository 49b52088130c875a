// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What the mutators of images have in common: changes in place, where something is written.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <random>
#include <span>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace fuzz {

using Bytes = std::span<std::uint8_t>;

/// A place from byte `first` on where something is written, if a few throws find one.
inline std::size_t choose(Bytes image, std::size_t first, std::minstd_rand& random) {
  std::size_t at = first;
  for (int i = 0; i < 200; ++i) {
    at = std::uniform_int_distribution<std::size_t>(first, image.size() - 1)(random);
    if (image[at] != 0) break;
  }
  return at;
}

/// At most `most` bytes at `at`, a power of two up to 64, as libFuzzer would have them.
inline void change(Bytes image, std::size_t at, std::size_t most, std::minstd_rand& random) {
  std::array<std::uint8_t, 64> window;
  const std::size_t length = std::min({image.size() - at, std::size_t{1} << random() % 7, most});
  std::memcpy(window.data(), &image[at], length);
  // It may answer with fewer bytes than it was given; the rest stays.
  LLVMFuzzerMutate(window.data(), length, length);
  std::memcpy(&image[at], window.data(), length);
}

/// The bytes of one place also in another, as many as fit.
inline void repeat(Bytes image, std::size_t from, std::size_t to, std::size_t length) {
  std::memmove(&image[to], &image[from], std::min(length, image.size() - std::max(from, to)));
}

}  // namespace fuzz
