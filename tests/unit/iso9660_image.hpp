// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A small ISO 9660 volume built by hand, for unit tests that then break one field of it.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fs/iso9660/iso9660.hpp"
#include "fs/iso9660/mount.hpp"
#include "tests/fixtures/test_device.hpp"

namespace rump::test {

/// Of bytes that tests write down.
inline std::string both32(u32 value) {
  std::string text(8, '\0');
  for (u32 i = 0; i < 4; ++i) text[i] = text[7 - i] = static_cast<char>(value >> (8 * i) & 0xFF);
  return text;
}

/// A system use entry.
inline std::string susp(std::string_view signature, std::string_view data, char version = 1) {
  std::string entry(signature);
  entry += static_cast<char>(4 + data.size());
  entry += version;
  return entry.append(data);
}
inline std::string susp_ce(u32 block, u32 offset, u32 bytes) {
  return susp("CE", both32(block) + both32(offset) + both32(bytes));
}
inline std::string susp_px(u32 mode, u32 links = 1) {
  return susp("PX", both32(mode) + both32(links) + both32(1000) + both32(100));
}
inline std::string susp_nm(std::string_view name, char flags = 0) {
  return susp("NM", std::string(1, flags).append(name));
}
inline const std::string kSuspStart = susp("SP", std::string_view("\xBE\xEF\0", 3));

/// 64 sectors of 2 KiB: a primary descriptor, and the end of descriptors behind it; the root in sector 20;
/// the rest is free and zeroed.
class IsoImage {
 public:
  static constexpr u32 kBytes = 2048, kPrimary = 16, kRoot = 20, kFree = 21;
  static constexpr u8 kDirectory = 2;

  explicit IsoImage(u32 sectors = 64) : device(kBytes, sectors) {
    std::ranges::fill(device.bytes(), std::byte{0});
    descriptor(kPrimary, 1, kRoot, sectors);
    descriptor(kPrimary + 1, 255, 0, 0);
    begin(kRoot);
  }

  static constexpr u64 at(u64 sector) { return sector * kBytes; }
  void put(u64 offset, std::string_view bytes) {
    std::ranges::copy(std::as_bytes(std::span(bytes)), device.bytes().begin() + static_cast<i64>(offset));
  }
  void put8(u64 offset, u32 value) { device.bytes()[offset] = static_cast<std::byte>(value); }

  void descriptor(u64 sector, u8 type, u32 root, u32 blocks, std::string_view escapes = {}) {
    put8(at(sector), type);
    put(at(sector) + 1, "CD001\1");
    put(at(sector) + 40, "A VOLUME                        ");
    put(at(sector) + 80, both32(blocks));
    put(at(sector) + 88, escapes);
    put(at(sector) + 128, std::string_view("\0\x08\x08\0", 4));
    put(at(sector) + 156, record_bytes(root, kBytes, kDirectory, std::string_view("\0", 1), {}));
  }

  /// Begins a directory of `sectors` sectors in `sector`, with its own record and that of its parent.
  void begin(u32 sector, u32 parent = kRoot, std::string_view self_use = {}, std::string_view parent_use = {},
             u32 sectors = 1) {
    end_ = at(sector);
    add(sector, sectors * kBytes, kDirectory, std::string_view("\0", 1), self_use);
    add(parent, kBytes, kDirectory, "\1", parent_use);
  }
  /// Adds a record behind the last one; in the next sector where it does not fit. Returns where it is.
  u64 add(u32 extent, u32 bytes, u8 flags, std::string_view name, std::string_view use = {}) {
    const std::string record = record_bytes(extent, bytes, flags, name, use);
    if (end_ % kBytes + record.size() > kBytes) end_ = end_ / kBytes * kBytes + kBytes;
    put(end_, record);
    return std::exchange(end_, end_ + record.size());
  }
  u64 end() const { return end_; }

  /// Mounts what is there now.
  Result<std::unique_ptr<Mount>> mount(std::string_view options = {}) {
    return iso9660::kFsType.mount(device, {.text = options});
  }
  /// Likewise, where nothing is wrong with it.
  iso9660::IsoMount& mounted(std::string_view options = {}) {
    mount_ = mount(options).value();
    return static_cast<iso9660::IsoMount&>(*mount_);
  }

  TestDevice device;

 private:
  static std::string record_bytes(u32 extent, u32 bytes, u8 flags, std::string_view name,
                                  std::string_view use) {
    std::string record(2, '\0');
    record += both32(extent);
    record += both32(bytes);
    record += std::string_view("\x64\1\2\3\4\5\0", 7);  // 2000-01-02 03:04:05
    record += static_cast<char>(flags);
    record += std::string_view("\0\0\1\0\0\1", 6);
    record += static_cast<char>(name.size());
    record += name;
    if (name.size() % 2 == 0) record += '\0';
    record += use;
    if (record.size() % 2 != 0) record += '\0';
    record[0] = static_cast<char>(record.size());
    return record;
  }

  u64 end_ = 0;
  std::unique_ptr<Mount> mount_;
};

/// Takes at most `room` entries.
class IsoList final : public DirSink {
 public:
  explicit IsoList(std::size_t room = 100000) : room_(room) {}
  bool add(Name name, Key key, FileType type, u64 next_cookie) override {
    if (names.size() == room_) return false;
    names.emplace_back(name);
    keys.push_back(key);
    types.push_back(type);
    cookie = next_cookie;
    return true;
  }
  std::vector<std::string> names;
  std::vector<Key> keys;
  std::vector<FileType> types;
  u64 cookie = 0;

 private:
  std::size_t room_;
};

/// The reason of a failed call, to compare with; "no error" where there is none.
template <class T>
std::string_view iso_reason(const Result<T>& result) {
  return result ? "no error" : result.error().reason;
}

}  // namespace rump::test
