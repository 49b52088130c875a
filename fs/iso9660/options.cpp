// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Mount options from text.
#include "fs/iso9660/options.hpp"

namespace rump::iso9660 {
namespace {

struct Flag {
  std::string_view name;
  bool Options::* field;
  bool value;
};
constexpr Flag kFlags[] = {
    {"norock", &Options::rock_ridge, false},
    {"nojoliet", &Options::joliet, false},
    {"noenhanced", &Options::enhanced, false},
    {"hide", &Options::hide, true},
    {"unhide", &Options::hide, false},
    {"showassoc", &Options::show_associated, true},
    {"overriderockperm", &Options::override_rock_permissions, true},
};

struct Number {
  std::string_view name;
  std::optional<u32> Options::* field;
  u32 base;
  u64 most;
};
constexpr Number kNumbers[] = {
    {"session", &Options::session, 10, 99}, {"uid", &Options::uid, 10, ~u32{0}},
    {"gid", &Options::gid, 10, ~u32{0}},    {"mode", &Options::mode, 8, 07777},
    {"dmode", &Options::dmode, 8, 07777},
};

std::optional<u32> parse_number(std::string_view digits, const Number& number) {
  u64 value = 0;
  for (const char digit : digits) {
    const u32 d = static_cast<u32>(digit) - '0';
    if (d >= number.base) return std::nullopt;
    value = value * number.base + d;
    if (value > number.most) return std::nullopt;
  }
  if (digits.empty()) return std::nullopt;
  return static_cast<u32>(value);
}

/// Linux goes by the first letter.
Result<NameMap> parse_map(std::string_view value) {
  if (value == "normal" || value == "n") return NameMap::normal;
  if (value == "off" || value == "o") return NameMap::off;
  if (value == "acorn" || value == "a") return NameMap::acorn;
  return fail(Errc::invalid, "map is normal, off or acorn");
}

Result<bool> parse_check(std::string_view value) {
  if (value == "relaxed" || value == "r") return true;
  if (value == "strict" || value == "s") return false;
  return fail(Errc::invalid, "check is relaxed or strict");
}

Result<> parse_option(const MountOption& option, Options& options) {
  for (const Flag& flag : kFlags) {
    if (option.name != flag.name) continue;
    if (!option.value.empty()) return fail(Errc::invalid, "this mount option has no value");
    options.*flag.field = flag.value;
    return {};
  }
  for (const Number& number : kNumbers) {
    if (option.name != number.name) continue;
    options.*number.field = parse_number(option.value, number);
    if (!(options.*number.field))
      return fail(Errc::invalid, "session (from 1), uid and gid are numbers, mode and dmode octal ones");
    return {};
  }
  if (option.name == "map") {
    options.map = TRY(parse_map(option.value));
  } else if (option.name == "check") {
    options.relaxed = TRY(parse_check(option.value));
  } else {
    return fail(Errc::invalid,
                "unknown mount option; there are: norock, nojoliet, noenhanced, map=normal|off|acorn, "
                "check=strict|relaxed, session=N, uid=N, gid=N, mode=OCTAL, dmode=OCTAL, overriderockperm, "
                "hide, unhide, showassoc");
  }
  return {};
}

}  // namespace

Result<Options> parse_options(std::string_view text) {
  Options options;
  MountOption option;
  while (next_mount_option(text, option)) TRY(parse_option(option, options));
  if (options.session == 0u) return fail(Errc::invalid, "sessions are counted from 1");
  return options;
}

}  // namespace rump::iso9660
