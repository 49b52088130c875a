// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file How libFuzzer changes ISO 9660 images: in place, since an inserted byte would shift every block
/// behind it; behind the system area and where something is written; and by records, fields and names that
/// take the place of others, which sends the walk to blocks that exist.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <random>
#include <span>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

using Bytes = std::span<std::uint8_t>;
constexpr std::size_t kSystemArea = 32768;

/// A place where something is written, if a few throws find one.
std::size_t choose(Bytes image, std::minstd_rand& random) {
  std::size_t at = 0;
  for (int i = 0; i < 200; ++i) {
    at = std::uniform_int_distribution<std::size_t>(kSystemArea, image.size() - 1)(random);
    if (image[at] != 0) break;
  }
  return at;
}

/// A few bytes at `at` as libFuzzer would have them.
void change(Bytes image, std::size_t at, std::minstd_rand& random) {
  std::array<std::uint8_t, 32> window;
  const std::size_t length = std::min<std::size_t>(image.size() - at, std::size_t{1} << random() % 6);
  std::memcpy(window.data(), &image[at], length);
  // It may answer with fewer bytes than it was given; the rest stays.
  LLVMFuzzerMutate(window.data(), length, length);
  std::memcpy(&image[at], window.data(), length);
}

/// The bytes of one place also in another: block numbers, sizes, entries of the system use area.
void repeat(Bytes image, std::size_t from, std::size_t to, std::minstd_rand& random) {
  static constexpr std::array<std::size_t, 6> kLengths = {1, 2, 4, 8, 28, 64};
  const std::size_t room = image.size() - std::max(from, to);
  std::memmove(&image[to], &image[from], std::min(room, kLengths[random() % kLengths.size()]));
}

}  // namespace

extern "C" __attribute__((visibility("default"))) std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data,
                                                                                      std::size_t size,
                                                                                      std::size_t max_size,
                                                                                      unsigned int seed) {
  std::minstd_rand random(seed);
  if (size <= kSystemArea + 2048 || random() % 64 == 0) return LLVMFuzzerMutate(data, size, max_size);
  const Bytes image(data, size);
  for (unsigned i = 0; i <= random() % 4; ++i) {
    const std::size_t at = choose(image, random);
    if (random() % 3 == 0)
      repeat(image, choose(image, random), at, random);
    else
      change(image, at, random);
  }
  // The byte that chooses how the image is mounted.
  if (random() % 16 == 0) data[0] = static_cast<std::uint8_t>(random());
  return size;
}
