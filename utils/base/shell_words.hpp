// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Lines as a shell splits them into words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fsu {

/// The words of a line: split at blanks, with '…', "…", \x and $'…' as in bash; nothing is expanded. What
/// follows a # at the start of a word is left out. Throws UsageError where a quote is not closed.
std::vector<std::string> split_shell_words(std::string_view line);

}  // namespace fsu
