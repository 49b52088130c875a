// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A small FAT volume built by hand, for unit tests that then break or change something in it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include "fs/fat/fat.hpp"
#include "fs/fat/mount.hpp"
#include "tests/fixtures/test_device.hpp"
#include "vfs/syscall.hpp"

namespace rump::test {

/// Empty and clean: sectors and clusters of 512 bytes, two FATs, a root directory of 32 entries or of one
/// cluster, number 2.
class FatImage {
 public:
  static constexpr u32 kSector = 512;

  /// FAT12 and FAT32 of 200 clusters, FAT16 of 5000.
  explicit FatImage(fat::FatType type) : FatImage(type, type == fat::FatType::fat16 ? 5000 : 200) {}
  FatImage(fat::FatType type, u32 clusters)
      : type(type),
        reserved(type == fat::FatType::fat32 ? 32 : 1),
        fat_sectors((clusters + 2) * static_cast<u32>(type) / 8 / kSector + 1),
        root_sectors(type == fat::FatType::fat32 ? 0 : 2),
        data_sector(reserved + 2 * fat_sectors + root_sectors),
        device(kSector, data_sector + clusters) {
    std::ranges::fill(device.bytes(), std::byte{0});
    put(0, 0x903CEB, 3);
    put(0x0B, kSector, 2);
    put(0x0D, 1, 1);
    put(0x0E, reserved, 2);
    put(0x10, 2, 1);
    put(0x11, root_sectors * 16, 2);
    put(0x15, 0xF8, 1);
    put(0x20, data_sector + clusters, 4);
    put(0x1FE, 0xAA55, 2);
    if (type == fat::FatType::fat32)
      finish_fat32(clusters);
    else
      finish_fat16();
  }

  void put(u64 offset, u32 value, u32 bytes) {
    for (u32 i = 0; i < bytes; ++i) device.bytes()[offset + i] = std::byte(u64{value} >> (8 * i) & 0xFF);
  }
  u32 get(u64 offset, u32 bytes) const {
    u32 value = 0;
    for (u32 i = 0; i < bytes; ++i) value |= std::to_integer<u32>(device.bytes()[offset + i]) << 8 * i;
    return value;
  }
  u64 fat_at(u32 copy = 0) const { return u64{reserved + copy * fat_sectors} * kSector; }
  /// Sets an entry in both copies; `value` as it is on disk.
  void link(u32 cluster, u32 value) {
    for (u32 copy = 0; copy < 2; ++copy) {
      const u64 at = fat_at(copy) + u64{cluster} * static_cast<u32>(type) / 8;
      if (type != fat::FatType::fat12) {
        put(at, value, static_cast<u32>(type) / 8);
        continue;
      }
      const u32 both = get(at, 2);
      put(at, cluster % 2 ? (both & 0xF) | value << 4 : (both & 0xF000) | (value & 0xFFF), 2);
    }
  }
  u64 cluster_at(u32 cluster) const { return u64{data_sector + cluster - 2} * kSector; }
  u64 root_at() const {
    return type == fat::FatType::fat32 ? cluster_at(2) : u64{reserved + 2 * fat_sectors} * kSector;
  }
  /// A short entry: 11 bytes of name.
  void entry(u64 at, std::string_view name, u8 attributes, u32 cluster, u32 size) {
    std::memcpy(&device.bytes()[at], name.data(), 11);
    put(at + 0x0B, attributes, 1);
    put(at + 0x14, cluster >> 16, 2);
    put(at + 0x18, 0x2821, 2);  // 2000-01-01
    put(at + 0x1A, cluster & 0xFFFF, 2);
    put(at + 0x1C, size, 4);
  }
  bool copies_agree() const {
    const auto first = device.bytes().begin() + static_cast<std::ptrdiff_t>(fat_at(0));
    const auto second = device.bytes().begin() + static_cast<std::ptrdiff_t>(fat_at(1));
    return std::equal(first, second, second);
  }

  Result<std::unique_ptr<Mount>> mount(std::string_view text = {}) {
    return fat::kFsType.mount(device, {.text = text});
  }

  const fat::FatType type;
  const u32 reserved, fat_sectors, root_sectors, data_sector;
  TestDevice device;

 private:
  void finish_fat16() {
    put(0x16, fat_sectors, 2);
    put(0x26, 0x29, 1);
    put(0x27, 0x12345678, 4);
    std::memcpy(&device.bytes()[0x2B], "NO NAME    FAT     ", 19);
    link(0, 0xFFF8);
    link(1, 0xFFFF);
  }
  void finish_fat32(u32 clusters) {
    put(0x24, fat_sectors, 4);
    put(0x2C, 2, 4);
    put(0x30, 1, 2);
    put(0x32, 6, 2);
    put(0x42, 0x29, 1);
    put(0x43, 0x12345678, 4);
    std::memcpy(&device.bytes()[0x47], "NO NAME    FAT32   ", 19);
    link(0, 0x0FFFFFF8);
    link(1, 0x0FFFFFFF);
    link(2, 0x0FFFFFFF);
    put(kSector, fat::kInfoLead, 4);
    put(kSector + 0x1E4, fat::kInfoSignature, 4);
    put(kSector + 0x1E8, clusters - 1, 4);
    put(kSector + 0x1EC, 3, 4);
    put(kSector + 0x1FC, fat::kInfoTrail, 4);
    std::copy_n(device.bytes().begin(), kSector, device.bytes().begin() + 6 * kSector);
  }
};

/// A process in a mounted image.
class FatMounted {
 public:
  explicit FatMounted(FatImage& image, bool read_only = false, std::string_view text = {})
      : mount(kernel.mount(fat::kFsType, image.device, {.read_only = read_only, .text = text}).value()),
        process(std::make_unique<Process>(kernel, kernel.root_of(*mount).value())) {}
  ~FatMounted() {
    process.reset();
    EXPECT_TRUE(kernel.unmount(*mount, Kernel::Unsaved::discard));
  }
  Process& operator*() { return *process; }
  Process* operator->() { return process.get(); }

  /// Makes a file of so many bytes; the error of the first call that fails.
  Result<> write(std::string_view path, std::size_t bytes, char fill = 'x') {
    const Fd fd = TRY(process->open(kCwd, path, kOpenWrite | kOpenCreate, 0644));
    const std::string data(bytes, fill);
    const auto written = process->write(fd, std::as_bytes(std::span(data)));
    TRY(process->close(fd));
    if (!written) return std::unexpected(written.error());
    return {};
  }
  /// What the file holds, or the reason why it cannot be read.
  std::string read(std::string_view path) {
    const auto fd = process->open(kCwd, path, kOpenRead);
    if (!fd) return fd.error().reason;
    std::string data(1 << 20, 0);
    const auto bytes = process->read(*fd, std::as_writable_bytes(std::span(data)));
    (void)process->close(*fd);
    return bytes ? data.substr(0, *bytes) : bytes.error().reason;
  }
  std::vector<std::string> names(std::string_view path) {
    std::vector<std::string> found;
    DirBatch batch(DirBatch::Attrs::no);
    const Fd fd = process->open(kCwd, path, kOpenRead | kOpenDirectory).value();
    do {
      if (!process->read_dir(fd, batch)) ADD_FAILURE() << path << " cannot be read";
      for (const DirEntry& entry : batch.entries())
        if (entry.name != "." && entry.name != "..") found.emplace_back(entry.name);
    } while (!batch.entries().empty() && !testing::Test::HasFailure());
    (void)process->close(fd);
    return found;
  }
  Result<u64> number(std::string_view path) { return TRY(process->stat(kCwd, path, Follow::no)).ino; }

  Kernel kernel;
  Mount* mount;
  std::unique_ptr<Process> process;
};

/// The reason of a failed call, to compare with; "no error" where there is none.
template <class T>
std::string_view reason_of(const Result<T>& result) {
  return result ? "no error" : result.error().reason;
}

}  // namespace rump::test
