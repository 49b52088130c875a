// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file UTF-8 in names that may be any bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace fsu {

/// Length of the valid UTF-8 sequence at the start of `text` (RFC 3629), which is not empty; 0 where there is
/// none. Its value in `point`.
std::size_t decode_utf8(std::string_view text, std::uint32_t& point);

/// Whether the whole text is UTF-8.
bool is_utf8(std::string_view text);

/// Appends two hexadecimal digits for each byte: all that can be said in UTF-8 of bytes that are not.
void append_hex(std::string& out, std::string_view bytes);

/// Whether a terminal would act on the character instead of showing it: controls, and what turns the
/// direction of text.
bool acts_on_terminal(std::uint32_t point);

/// Columns that a terminal needs for the text: two for a wide character, none for a combining one or a
/// control, one for a byte that is not UTF-8.
std::size_t display_width(std::string_view text);

}  // namespace fsu
