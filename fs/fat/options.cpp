// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Mount options.
#include "fs/fat/options.hpp"

#include "vfs/mount.hpp"

namespace rump::fat {
namespace {

/// A whole number in the base, at most `most`.
std::optional<u32> parse_number(std::string_view text, u32 base, u32 most) {
  if (text.empty()) return std::nullopt;
  u64 value = 0;
  for (const char c : text) {
    if (c < '0' || static_cast<u32>(c - '0') >= base) return std::nullopt;
    value = value * base + static_cast<u32>(c - '0');
    if (value > most) return std::nullopt;
  }
  return static_cast<u32>(value);
}

Result<u32> parse_mask(std::string_view text) {
  const auto mask = parse_number(text, 8, 0777);
  if (!mask) return fail(Errc::invalid, "umask, fmask and dmask are octal, at most 777");
  return *mask;
}

Result<u32> parse_id(std::string_view text) {
  const auto id = parse_number(text, 10, ~u32{0} - 1);
  if (!id) return fail(Errc::invalid, "uid and gid are numbers");
  return *id;
}

Result<i32> parse_zone(std::string_view text) {
  if (text == "utc" || text == "UTC") return 0;
  constexpr u32 kMinutesMax = 24 * 60;
  const bool west = text.starts_with('-');
  if (west || text.starts_with('+')) text.remove_prefix(1);
  const auto minutes = parse_number(text, 10, kMinutesMax);
  if (!minutes) return fail(Errc::invalid, "tz is utc, or minutes east of it (tz=60, tz=-300)");
  return west ? -static_cast<i32>(*minutes) : static_cast<i32>(*minutes);
}

Result<const CodePage*> parse_page(std::string_view text) {
  const auto number = parse_number(text, 10, 65535);
  const CodePage* page = number ? CodePage::find(*number) : nullptr;
  if (!page) return fail(Errc::invalid, "codepage is 437, 850 or 1252");
  return page;
}

Result<WhichBoot> parse_boot(std::string_view text) {
  if (text == "primary") return WhichBoot::primary;
  if (text == "backup") return WhichBoot::backup;
  return fail(Errc::invalid, "sb is primary or backup");
}

}  // namespace

Result<Options> parse_options(std::string_view text) {
  Options options;
  std::optional<u32> mask, file_mask, dir_mask;
  MountOption option;
  while (next_mount_option(text, option)) {
    if (option.name == "codepage")
      options.page = TRY(parse_page(option.value));
    else if (option.name == "tz")
      options.minutes_east = TRY(parse_zone(option.value));
    else if (option.name == "uid")
      options.uid = TRY(parse_id(option.value));
    else if (option.name == "gid")
      options.gid = TRY(parse_id(option.value));
    else if (option.name == "umask")
      mask = TRY(parse_mask(option.value));
    else if (option.name == "fmask")
      file_mask = TRY(parse_mask(option.value));
    else if (option.name == "dmask")
      dir_mask = TRY(parse_mask(option.value));
    else if (option.name == "sb")
      options.boot = TRY(parse_boot(option.value));
    else
      return fail(Errc::invalid,
                  "unknown mount option; there are: codepage= tz= uid= gid= umask= fmask= dmask= sb=");
  }
  options.file_mask = file_mask.value_or(mask.value_or(options.file_mask));
  options.dir_mask = dir_mask.value_or(mask.value_or(options.dir_mask));
  return options;
}

}  // namespace rump::fat
