// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Completion in bash, made of what the tools say of themselves.
#pragma once

#include <span>
#include <string>

#include "utils/base/options.hpp"

namespace fsu {

/// The part of the script that knows one tool's options.
std::string completion_of(const ToolText& text, std::span<const OptionText> options);

/// `fs-utils completion` prints a script for bash that completes all tools. Returns the exit status.
int run_completion(std::span<char* const> arguments);

}  // namespace fsu
