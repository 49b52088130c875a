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
/// not UTF-8 never appear raw. Characters of `special` need quotes too.
std::string quote(std::string_view text, std::string_view special = {});
/// The same, in quotes even where none are needed.
std::string quote_always(std::string_view text);

/// Appends the byte as C writes it: \n, \033.
void append_c_escape(std::string& out, unsigned char byte);

}  // namespace fsu
