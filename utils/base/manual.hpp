// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Manual pages, made of what the tools say of themselves.
#pragma once

#include <span>
#include <string>

#include "utils/base/options.hpp"

namespace fsu {

/// The manual page of a tool, for man(1), in the macros of man(7).
std::string manual_page(const ToolText& text, std::span<const OptionText> options);

/// `fs-utils manual TOOL` prints the page of a tool, `fs-utils manual fs-utils` the one about all of them and
/// about operands. Returns the exit status.
int run_manual(std::span<char* const> arguments);

}  // namespace fsu
