// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Directives of fs-stat.
#include "utils/list/stat_values.hpp"

#include <sys/sysmacros.h>

#include <algorithm>
#include <array>
#include <vector>

#include "utils/base/quote.hpp"
#include "utils/base/time_format.hpp"

namespace fsu {
namespace {

using Kind = StatValue::Kind;

/// A driver's name and what Linux calls it.
struct VolumeType {
  std::string_view driver;
  std::uint64_t magic;
  std::string_view name;
};
constexpr VolumeType kVolumeTypes[] = {{"ext2", 0xef53, "ext2/ext3"}, {"tmpfs", 0x01021994, "tmpfs"}};

const VolumeType* find_volume_type(std::string_view driver) {
  const auto* found = std::ranges::find(kVolumeTypes, driver, &VolumeType::driver);
  return found == std::end(kVolumeTypes) ? nullptr : found;
}

std::string time_text(const rump::Time& time) {
  std::string text;
  if (!append_time(text, "%Y-%m-%d %H:%M:%S.%N %z", time)) {
    const std::string fraction = std::to_string(1'000'000'000 + std::uint64_t{time.nanoseconds}).substr(1);
    text = std::to_string(time.seconds) + "." + fraction;
  }
  return text;
}

std::string security_context(const StatFile& file) {
  std::array<std::byte, 1024> room;
  const auto length =
      file.process.get_xattr(rump::kCwd, file.operand.path, file.follow, "security.selinux", room);
  if (!length || *length == 0) return "?";
  std::string text(reinterpret_cast<const char*>(room.data()), *length);
  if (text.back() == '\0') text.pop_back();
  return text;
}

std::string shown_name(std::string_view name, bool quoted) {
  return quoted ? quote(name) : std::string(name);
}

/// %N: the name, and a symlink's target.
std::string name_and_target(const StatFile& file) {
  const auto shown = [&](std::string_view name) {
    return file.plain_n ? shown_name(name, file.quoted) : quote_always(name);
  };
  std::string text = shown(file.operand.shown());
  if (file.attr.type == rump::FileType::symlink) text += " -> " + shown(file.target);
  return text;
}

std::uint64_t block_bytes(const StatFile& file) {
  const auto stat = file.process.statfs(rump::kCwd, "/");
  return stat ? stat->block_bytes : 512;
}

std::optional<StatValue> time_value(const rump::Attr& attr, char letter) {
  switch (letter) {
    case 'w':
      return StatValue::of(has_birth(attr) ? time_text(attr.birth) : "-");
    case 'W':
      return StatValue::of(attr.birth);
    case 'x':
      return StatValue::of(time_text(attr.access));
    case 'X':
      return StatValue::of(attr.access);
    case 'y':
      return StatValue::of(time_text(attr.modify));
    case 'Y':
      return StatValue::of(attr.modify);
    case 'z':
      return StatValue::of(time_text(attr.change));
    case 'Z':
      return StatValue::of(attr.change);
    default:
      return std::nullopt;
  }
}

/// Device numbers: of what the file is on, which is 0 and the number of the image's file system in this run,
/// and of what a device file stands for.
std::optional<StatValue> device_value(const StatFile& file, std::string_view letters) {
  const rump::DeviceNumber on{0, file.volume.number};
  const rump::DeviceNumber& of = file.attr.device;
  if (letters == "Hd") return StatValue::of(std::uint64_t{on.major});
  if (letters == "Ld") return StatValue::of(std::uint64_t{on.minor});
  if (letters == "Hr") return StatValue::of(std::uint64_t{of.major});
  if (letters == "Lr") return StatValue::of(std::uint64_t{of.minor});
  if (letters.size() != 1) return std::nullopt;
  switch (letters[0]) {
    case 'd':
      return StatValue::of(gnu_dev_makedev(on.major, on.minor));
    case 'D':
      return StatValue::of(gnu_dev_makedev(on.major, on.minor), Kind::hex);
    case 'r':
      return StatValue::of(gnu_dev_makedev(of.major, of.minor));
    case 'R':
      return StatValue::of(gnu_dev_makedev(of.major, of.minor), Kind::hex);
    case 't':
      return StatValue::of(of.major, Kind::hex);
    case 'T':
      return StatValue::of(of.minor, Kind::hex);
    default:
      return std::nullopt;
  }
}

std::optional<StatValue> owner_value(const StatFile& file, char letter) {
  const auto name = [](std::string_view found) {
    return StatValue::of(std::string(found.empty() ? "UNKNOWN" : found));
  };
  switch (letter) {
    case 'u':
      return StatValue::of(std::uint64_t{file.attr.uid});
    case 'g':
      return StatValue::of(std::uint64_t{file.attr.gid});
    case 'U':
      return name(file.names.user(file.attr.uid));
    case 'G':
      return name(file.names.group(file.attr.gid));
    default:
      return std::nullopt;
  }
}

std::optional<StatValue> mode_value(const rump::Attr& attr, char letter) {
  switch (letter) {
    case 'a':
      return StatValue::of(attr.mode & 07777, Kind::octal);
    case 'A': {
      const auto text = mode_text(attr.type, attr.mode);
      return StatValue::of(std::string(text.data(), text.size()));
    }
    case 'f':
      return StatValue::of(mode_number(attr.type, attr.mode), Kind::hex);
    case 'F':
      return StatValue::of(std::string(type_text(attr)));
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<StatValue> file_value(const StatFile& file, std::string_view letters) {
  constexpr std::uint64_t kBlock = 512;
  const char letter = letters[0];
  if (const auto value = device_value(file, letters)) return value;
  if (const auto value = time_value(file.attr, letter)) return value;
  if (const auto value = owner_value(file, letter)) return value;
  if (const auto value = mode_value(file.attr, letter)) return value;
  switch (letter) {
    case 'n':
      return StatValue::of(shown_name(file.operand.shown(), file.quoted));
    case 'N':
      return StatValue::of(name_and_target(file));
    case 'm':
      return StatValue::of(shown_name(file.operand.image_name + ":/", file.quoted));
    case 'C':
      return StatValue::of(shown_name(security_context(file), file.quoted));
    case 's':
      return StatValue::of(file.attr.size, Kind::with_sign);
    case 'b':
      return StatValue::of(file.attr.allocated / kBlock);
    case 'B':
      return StatValue::of(kBlock);
    case 'o':
      return StatValue::of(block_bytes(file));
    case 'i':
      return StatValue::of(file.attr.ino);
    case 'h':
      return StatValue::of(std::uint64_t{file.attr.nlink});
    default:
      return std::nullopt;
  }
}

std::string volume_type(std::string_view driver) {
  const VolumeType* type = find_volume_type(driver);
  return std::string(type ? type->name : driver);
}

std::uint64_t volume_id(const rump::FsStat& stat) {
  // Two little-endian halves; statfs(2) then shows the lower word of their sum first.
  std::uint64_t id = 0;
  for (std::size_t i = 0; i < stat.uuid.size(); ++i) id ^= std::uint64_t{stat.uuid[i]} << (i % 8 * 8);
  return id << 32 | id >> 32;
}

std::optional<StatValue> volume_value(const StatVolume& volume, std::string_view letters) {
  if (letters.size() != 1) return std::nullopt;
  const rump::FsStat& stat = volume.stat;
  switch (letters[0]) {
    case 'n':
      return StatValue::of(shown_name(volume.operand.shown(), volume.quoted));
    case 'i':
      return StatValue::of(volume_id(stat), Kind::hex);
    case 'l':
      return StatValue::of(std::uint64_t{stat.name_max});
    case 't': {
      const VolumeType* type = find_volume_type(volume.volume.type);
      return StatValue::of(type ? type->magic : 0, Kind::hex);
    }
    case 'T':
      return StatValue::of(volume_type(volume.volume.type));
    case 's':
    case 'S':
      return StatValue::of(std::uint64_t{stat.block_bytes});
    case 'b':
      return StatValue::of(stat.blocks);
    case 'f':
      return StatValue::of(stat.blocks_free);
    case 'a':
      return StatValue::of(stat.blocks_available);
    case 'c':
      return StatValue::of(stat.files);
    case 'd':
      return StatValue::of(stat.files_free);
    default:
      return std::nullopt;
  }
}

}  // namespace fsu
