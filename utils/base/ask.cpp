// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Questions and answers.
#include "utils/base/ask.hpp"

#include <unistd.h>

#include <string>

#include "utils/base/output.hpp"

namespace fsu {

bool ask(std::string_view tool, std::string_view question) {
  write_error_stream(std::string(tool).append(": ").append(question).append("? "));
  std::string answer;
  for (char byte = 0; ::read(STDIN_FILENO, &byte, 1) == 1 && byte != '\n';) answer += byte;
  return answer.starts_with('y') || answer.starts_with('Y');
}

}  // namespace fsu
