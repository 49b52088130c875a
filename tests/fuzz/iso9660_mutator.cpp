// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file How libFuzzer changes ISO 9660 images: in place, since an inserted byte would shift every block
/// behind it; behind the system area and where something is written; and by records, fields and names that
/// take the place of others, which sends the walk to blocks that exist.
#include "tests/fuzz/mutate.hpp"

namespace {

using fuzz::Bytes;
constexpr std::size_t kSystemArea = 32768;

}  // namespace

extern "C" __attribute__((visibility("default"))) std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data,
                                                                                      std::size_t size,
                                                                                      std::size_t max_size,
                                                                                      unsigned int seed) {
  std::minstd_rand random(seed);
  if (size <= kSystemArea + 2048 || random() % 64 == 0) return LLVMFuzzerMutate(data, size, max_size);
  const Bytes image(data, size);
  for (unsigned i = 0; i <= random() % 4; ++i) {
    const std::size_t at = fuzz::choose(image, kSystemArea, random);
    // Block numbers, sizes, entries of the system use area.
    static constexpr std::array<std::size_t, 6> kLengths = {1, 2, 4, 8, 28, 64};
    if (random() % 3 == 0)
      fuzz::repeat(image, fuzz::choose(image, kSystemArea, random), at, kLengths[random() % kLengths.size()]);
    else
      fuzz::change(image, at, 32, random);
  }
  // The byte that chooses how the image is mounted.
  if (random() % 16 == 0) data[0] = static_cast<std::uint8_t>(random());
  return size;
}
