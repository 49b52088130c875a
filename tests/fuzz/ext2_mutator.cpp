// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file How libFuzzer changes ext images: in place, since an inserted byte would shift every structure
/// behind it; where something is written, since most of an image is zeroes; and with the checksums made right
/// again as often as not, since a mutation of what carries one would get no further than the check.
#include <algorithm>
#include <array>
#include <cstring>
#include <random>

#include "tests/fuzz/ext2_bytes.hpp"
#include "tests/fuzz/ext2_journal_mutator.hpp"
#include "tests/fuzz/mutate.hpp"

namespace {

using namespace fuzz;

/// The checksums of superblock, group descriptors and inodes of an image with metadata_csum, made right.
/// Every offset is the ext4 on-disk format's; an image too broken to tell its geometry is left as it is.
class Checksums {
 public:
  explicit Checksums(Bytes image) : image_(image) {}

  void repair() {
    constexpr std::uint32_t kMetadataCsum = 0x400;
    if (super(0x38, 2) != 0xef53 || (super(0x64, 4) & kMetadataCsum) == 0) return;
    store(image_, kSuper + 0x3fc, 4, crc32c(~0u, image_.subspan(kSuper, 0x3fc)));
    const std::uint32_t per_group = super(0x28, 4), inode_size = super(0x58, 2), shift = super(0x18, 4);
    if (shift > 6 || per_group == 0 || per_group > 65536 || inode_size < 128 || inode_size > 4096) return;
    block_ = std::uint64_t{1024} << shift;
    constexpr std::uint32_t kWide = 0x80, kCsumSeed = 0x2000;
    seed_ = super(0x60, 4) & kCsumSeed ? super(0x270, 4) : crc32c(~0u, image_.subspan(kSuper + 0x68, 16));
    const std::uint64_t size = super(0x60, 4) & kWide ? std::max(super(0xfe, 2), 32u) : 32;
    const std::uint64_t table = (super(0x14, 4) + std::uint64_t{1}) * block_;
    const std::uint32_t groups = std::min(super(0, 4) / per_group, 8u);
    for (std::uint32_t group = 0; group < groups; ++group)
      repair_group(table, size, group, per_group, inode_size);
  }

 private:
  static constexpr std::uint64_t kSuper = 1024;

  std::uint32_t super(std::uint64_t offset, unsigned width) const {
    return load(image_, kSuper + offset, width);
  }

  void repair_group(std::uint64_t table, std::uint64_t size, std::uint32_t group, std::uint32_t per_group,
                    std::uint32_t inode_size) {
    const std::uint64_t at = table + group * size;
    if (at + size > image_.size()) return;
    store(image_, at + 0x1e, 2, 0);
    const std::uint32_t crc = crc32c(crc32c(seed_, group), image_.subspan(at, size));
    store(image_, at + 0x1e, 2, crc & 0xffff);
    const std::uint64_t inodes = load(image_, at + 8, 4) * block_;
    for (std::uint32_t i = 0; i < per_group; ++i)
      if (!repair_inode(inodes + std::uint64_t{i} * inode_size, inode_size, group * per_group + i + 1))
        return;
  }

  bool repair_inode(std::uint64_t at, std::uint32_t size, std::uint32_t number) {
    if (at + size > image_.size()) return false;
    const Bytes inode = image_.subspan(at, size);
    // An inode never used is all zeroes and carries no checksum.
    if (std::ranges::all_of(inode, [](std::uint8_t byte) { return byte == 0; })) return true;
    const bool high = size > 128 && load(inode, 0x80, 2) >= 4;
    store(inode, 0x7c, 2, 0);
    if (high) store(inode, 0x82, 2, 0);
    const std::uint32_t crc = crc32c(crc32c(crc32c(seed_, number), load(inode, 0x64, 4)), inode);
    store(inode, 0x7c, 2, crc & 0xffff);
    if (high) store(inode, 0x82, 2, crc >> 16);
    return true;
  }

  Bytes image_;
  std::uint64_t block_ = 0;
  std::uint32_t seed_ = 0;
};

}  // namespace

extern "C" __attribute__((visibility("default"))) std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data,
                                                                                      std::size_t size,
                                                                                      std::size_t max_size,
                                                                                      unsigned int seed) {
  std::minstd_rand random(seed);
  if (size < 2048 || random() % 64 == 0) return LLVMFuzzerMutate(data, size, max_size);
  const Bytes image(data, size);
  for (unsigned i = 0; i <= random() % 4; ++i) {
    change(image, choose(image, 0, random) & ~std::size_t{3}, 64, random);
  }
  // The byte that chooses how the image is mounted.
  if (random() % 16 == 0) data[0] = static_cast<std::uint8_t>(random());
  if (random() % 4 != 0) {
    repair_journal(image);
    Checksums(image).repair();
  }
  return size;
}
