// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Names as a shell would read them: for terminals and messages, because an image can hold escape
/// sequences.
#pragma once

#include <string>
#include <string_view>

namespace fsu {

/// The text unchanged where a shell takes it as one plain word and a terminal shows it; else quoted the way
/// GNU ls does: 'a b', "it's", 'a'$'\033''b'. Control characters, text-direction overrides and bytes that are
/// not UTF-8 never appear raw.
std::string quote(std::string_view text);

/// Columns that a terminal needs for the text, counting one for each character.
std::size_t display_width(std::string_view text);

}  // namespace fsu
