// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Moments as fixed text, without asking the host for its time zone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fsu {

/// Seconds since 1970.
struct Moment {
  std::int64_t seconds;
};

/// "2026-01-31" `between` "12:00:00" `end`, in UTC; "@SECONDS" for years before 1970 or beyond 9999.
std::string moment_text(Moment moment, std::string_view between, std::string_view end);

}  // namespace fsu
