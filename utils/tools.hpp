// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The tools of this program.
#pragma once

#include <span>
#include <string_view>

namespace fsu {

/// One tool: a line in the table of tools.cpp and a file of its own.
struct Tool {
  std::string_view name;  ///< without "fs-"
  std::string_view summary;
  /// Runs the tool with the arguments behind its name; returns the exit status. May throw UsageError and
  /// OutputError.
  int (*run)(std::span<char* const> arguments);
};

/// All tools, by name.
std::span<const Tool> tools();

int run_apply(std::span<char* const> arguments);
int run_cat(std::span<char* const> arguments);
int run_cp(std::span<char* const> arguments);
int run_df(std::span<char* const> arguments);
int run_du(std::span<char* const> arguments);
int run_info(std::span<char* const> arguments);
int run_ls(std::span<char* const> arguments);
int run_mkdir(std::span<char* const> arguments);
int run_mv(std::span<char* const> arguments);
int run_rm(std::span<char* const> arguments);
int run_rmdir(std::span<char* const> arguments);
int run_stat(std::span<char* const> arguments);
int run_touch(std::span<char* const> arguments);
int run_truncate(std::span<char* const> arguments);
int run_write(std::span<char* const> arguments);

}  // namespace fsu
