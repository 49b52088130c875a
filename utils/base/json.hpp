// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Lines of JSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "utils/base/output.hpp"
#include "vfs/vnode.hpp"

namespace fsu {

/// One object of a line, written member by member. Their names are plain words of ours. Text comes out as
/// UTF-8, what a terminal would act on as \u escapes.
class JsonLine {
 public:
  explicit JsonLine(Output& out) : out_(out) {}

  /// Text that may be any bytes. Where it is not UTF-8, each byte that does not fit reads U+FFFD, and the
  /// member `NAME_hex` has all bytes, two hexadecimal digits each.
  void text(std::string_view name, std::string_view bytes);
  void number(std::string_view name, std::uint64_t value);
  /// A time in UTC, "2026-11-25T03:35:30.123456789Z"; a year beyond four digits has them all, and a sign.
  void time(std::string_view name, const rump::Time& value);
  /// An array of texts: begin_list(), items, end_list(). Bytes that are not UTF-8 read U+FFFD.
  void begin_list(std::string_view name);
  void item(std::string_view bytes);
  void end_list() { line_ += ']'; }
  /// Ends the object and its line; the next member begins another one.
  void end();

 private:
  void key(std::string_view key, std::string_view suffix = {});
  void string(std::string_view bytes);

  Output& out_;
  std::string line_;
};

}  // namespace fsu
