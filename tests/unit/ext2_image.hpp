// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A small ext2 volume built by hand, for unit tests that then break one field of it.
#pragma once

#include <algorithm>
#include <memory>
#include <string_view>

#include "fs/ext2/ext2.hpp"
#include "fs/ext2/mount.hpp"
#include "tests/fixtures/test_device.hpp"

namespace rump::test {

/// One group of 256 blocks of 1 KiB, 16 inodes of 128 bytes, no checksums. Blocks: 1 superblock, 2
/// descriptors, 3 and 4 bitmaps, 5 and 6 inode table, 7 the empty root directory; the rest is free and
/// zeroed.
class Ext2Image {
 public:
  static constexpr u32 kBlockBytes = 1024, kBlocks = 256, kInodes = 16, kRootBlock = 7, kFree = 8;
  static constexpr u64 kSuper = 1024, kDescriptors = 2048, kRootInodeAt = 5 * 1024 + 128;

  /// Of `blocks` blocks, at most one group.
  explicit Ext2Image(u32 blocks = kBlocks) : device(kBlockBytes, blocks) {
    std::ranges::fill(device.bytes(), std::byte{0});
    put32(kSuper + 0x00, kInodes);
    put32(kSuper + 0x04, blocks);
    put32(kSuper + 0x14, 1);     // first data block
    put32(kSuper + 0x20, 8192);  // blocks per group
    put32(kSuper + 0x24, 8192);  // clusters per group
    put32(kSuper + 0x28, kInodes);
    put16(kSuper + 0x38, 0xEF53);
    put32(kSuper + 0x4C, 1);     // revision
    put32(kSuper + 0x54, 11);    // first inode
    put16(kSuper + 0x58, 128);   // inode size
    put32(kSuper + 0x60, 0x42);  // filetype, extents
    put32(kDescriptors + 0, 3);
    put32(kDescriptors + 4, 4);
    put32(kDescriptors + 8, 5);
    put16(kRootInodeAt + 0x00, 0040755);
    put32(kRootInodeAt + 0x04, kBlockBytes);
    put16(kRootInodeAt + 0x1A, 2);
    put32(kRootInodeAt + 0x28, kRootBlock);
    entry(at(kRootBlock), 2, 12, ".", 2);
    entry(at(kRootBlock) + 12, 2, kBlockBytes - 12, "..", 2);
  }

  static constexpr u64 at(u64 block) { return block * kBlockBytes; }
  void put16(u64 offset, u32 value) { put(offset, value, 2); }
  void put32(u64 offset, u32 value) { put(offset, value, 4); }
  /// A directory entry; `type` as stored.
  void entry(u64 offset, u32 ino, u32 length, std::string_view name, u8 type = 1) {
    put32(offset, ino);
    put16(offset + 4, length);
    put(offset + 6, static_cast<u32>(name.size()), 1);
    put(offset + 7, type, 1);
    std::memcpy(&device.bytes()[offset + 8], name.data(), name.size());
  }
  /// The head of an extent node.
  void extent_head(u64 offset, u32 entries, u32 max, u32 depth) {
    put16(offset, 0xF30A);
    put16(offset + 2, entries);
    put16(offset + 4, max);
    put16(offset + 6, depth);
  }
  /// Entry `i` of the leaf at `offset`; a length above 32768 means unwritten.
  void extent(u64 offset, u32 i, u32 block, u32 length, u32 start) {
    put32(offset + 12 + 12 * i, block);
    put16(offset + 16 + 12 * i, length);
    put32(offset + 20 + 12 * i, start);
  }
  /// Entry `i` of the index node at `offset`.
  void index(u64 offset, u32 i, u32 block, u32 child) {
    put32(offset + 12 + 12 * i, block);
    put32(offset + 16 + 12 * i, child);
  }

  /// Mounts what is there now.
  Result<std::unique_ptr<Mount>> mount() { return ext2::kFsType.mount(device, {}); }
  /// Likewise, where nothing is wrong with it.
  ext2::Ext2Mount& mounted() {
    mount_ = mount().value();
    return static_cast<ext2::Ext2Mount&>(*mount_);
  }
  /// A file whose map is what the test has written into the root's inode, decoded by nobody.
  ext2::Inode root_as_file(u32 flags = 0) {
    ext2::Inode inode;
    inode.ino = 12;
    inode.type = FileType::file;
    inode.flags = flags;
    std::memcpy(inode.block.data(), &device.bytes()[kRootInodeAt + 0x28], inode.block.size());
    return inode;
  }

  TestDevice device;

 private:
  void put(u64 offset, u32 value, int bytes) {
    for (int i = 0; i < bytes; ++i) device.bytes()[offset + i] = std::byte(value >> (8 * i) & 0xFF);
  }
  std::unique_ptr<Mount> mount_;
};

/// The reason of a failed call, to compare with; "no error" where there is none.
template <class T>
std::string_view reason_of(const Result<T>& result) {
  return result ? "no error" : result.error().reason;
}

}  // namespace rump::test
