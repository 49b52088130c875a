// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Questions to the person at the terminal.
#pragma once

#include <string_view>

namespace fsu {

/// Writes `tool: question? ` to standard error, reads a line of standard input, and says whether it begins
/// with y or Y.
bool ask(std::string_view tool, std::string_view question);

}  // namespace fsu
