// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file How libFuzzer changes FAT volumes: in place, since an inserted byte would shift every sector behind
/// it; where something is written; entries of the FAT by numbers that mean something; and the second FAT as
/// the first one as often as not.
#include "tests/fuzz/mutate.hpp"

namespace {

using fuzz::Bytes;

/// Where an image has its FATs, by its own word; a reader that belongs to nobody.
struct Fats {
  std::size_t start = 0, bytes = 0, count = 0;
  unsigned bits = 12;

  explicit Fats(Bytes image) {
    const auto word = [&](std::size_t at) {
      return static_cast<std::size_t>(image[at] | image[at + 1] << 8);
    };
    const std::size_t sector = word(11), small = word(22);
    start = word(14) * sector;
    bytes = (small != 0 ? small : word(36)) * sector;
    count = image[16];
    bits = small == 0 ? 32 : image[58] == '2' ? 12 : 16;
    if (count == 0 || start >= image.size() || bytes == 0 || bytes > (image.size() - start) / count)
      count = 0;
  }
};

/// A record or a field of one also in another place.
void repeat(Bytes image, std::minstd_rand& random) {
  static constexpr std::array<std::size_t, 5> kLengths = {1, 2, 4, 11, 32};
  const std::size_t length = kLengths[random() % kLengths.size()], unit = length == 32 ? 32 : 1;
  const auto place = [&] { return fuzz::choose(image, 0, random) / unit * unit; };
  const std::size_t from = place();
  fuzz::repeat(image, from, place(), length);
}

/// An entry of the first FAT becomes a small number, the end of a chain, or one of those beside it.
void change_entry(Bytes image, const Fats& fats, std::minstd_rand& random) {
  const std::size_t number = random() % 48;
  const std::uint32_t value = random() % 2 ? random() % 48 : 0x0FFFFFF0 + random() % 16;
  const std::size_t at = fats.start + number * fats.bits / 8;
  if (at + 4 > image.size() || fats.start + fats.bytes < at + 4) return;
  if (fats.bits == 12) {
    const std::uint32_t before = image[at] | image[at + 1] << 8;
    const std::uint32_t after =
        number % 2 ? (before & 0xF) | value << 4 : (before & 0xF000) | (value & 0xFFF);
    for (unsigned i = 0; i < 2; ++i) image[at + i] = static_cast<std::uint8_t>(after >> 8 * i);
    return;
  }
  for (unsigned i = 0; i < fats.bits / 8; ++i) image[at + i] = static_cast<std::uint8_t>(value >> 8 * i);
}

}  // namespace

extern "C" __attribute__((visibility("default"))) std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data,
                                                                                      std::size_t size,
                                                                                      std::size_t max_size,
                                                                                      unsigned int seed) {
  std::minstd_rand random(seed);
  if (size < 1024 || random() % 64 == 0) return LLVMFuzzerMutate(data, size, max_size);
  const Bytes image(data, size);
  const Fats fats(image);
  for (unsigned i = 0; i <= random() % 4; ++i) {
    const unsigned kind = random() % 4;
    if (kind == 0 && fats.count > 0) {
      change_entry(image, fats, random);
    } else if (kind == 1) {
      repeat(image, random);
    } else {
      fuzz::change(image, fuzz::choose(image, 0, random), 32, random);
    }
  }
  if (fats.count > 1 && random() % 2)
    std::memcpy(&image[fats.start + fats.bytes], &image[fats.start], fats.bytes);
  // The bytes that choose what is done with the image.
  if (random() % 4 == 0)
    for (std::size_t at = 3; at < 8; ++at) data[at] = static_cast<std::uint8_t>(random());
  return size;
}
