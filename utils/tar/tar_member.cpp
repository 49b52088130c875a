// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What writing and reading archives have in common.
#include "utils/tar/tar_member.hpp"

#include <algorithm>

#include "utils/base/message.hpp"
#include "vfs/acl.hpp"

namespace fsu {
namespace {

struct FlagName {
  rump::u32 flag;
  std::string_view name;
};
/// The first name of a flag is the one that is written.
constexpr FlagName kFlagNames[] = {{rump::kFlagImmutable, "schg"},       {rump::kFlagAppend, "sappnd"},
                                   {rump::kFlagNoDump, "nodump"},        {rump::kFlagImmutable, "schange"},
                                   {rump::kFlagImmutable, "simmutable"}, {rump::kFlagAppend, "sappend"}};

}  // namespace

Utf8Locale::Utf8Locale() : locale_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
  if (!locale_) throw UsageError("this system has no locale C.UTF-8, which archives need for names");
  before_ = ::uselocale(locale_);
}

Utf8Locale::~Utf8Locale() {
  ::uselocale(before_);
  ::freelocale(locale_);
}

bool is_acl(std::string_view name) { return name == rump::kAccessAcl || name == rump::kDefaultAcl; }

std::string flags_text(rump::u32 flags) {
  std::string text;
  for (const auto& [flag, name] : kFlagNames) {
    if ((flags & flag) == 0) continue;
    text.append(text.empty() ? "" : ",").append(name);
    flags &= ~flag;
  }
  return text;
}

rump::u32 parse_flags(std::string_view text) {
  rump::u32 flags = 0;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const auto* const known = std::ranges::find(kFlagNames, text.substr(0, comma), &FlagName::name);
    if (known != std::end(kFlagNames)) flags |= known->flag;
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return flags;
}

}  // namespace fsu
