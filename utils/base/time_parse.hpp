// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Points in time as people write them for touch(1).
#pragma once

#include <optional>
#include <string_view>

#include "vfs/vnode.hpp"

namespace fsu {

/// A date as ISO 8601 writes it, "2026-01-31", with or without a time of day "12:00[:00[.5]]" behind a blank
/// or a T and a zone (Z, UTC, +01:00, +0100, +01), else in the user's; or "@SECONDS[.FRACTION]" since 1970.
/// Nullopt for anything else. Asks the host for the user's time zone.
std::optional<rump::Time> parse_date(std::string_view whole);

/// "[[CC]YY]MMDDhhmm[.ss]" in the user's time zone; a year of two digits is in 1969 to 2068, and a missing
/// one is that of `now`.
std::optional<rump::Time> parse_stamp(std::string_view whole, const rump::Time& now);

}  // namespace fsu
