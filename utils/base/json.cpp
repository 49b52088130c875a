// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file JSON, by hand: a line of a listing takes less than a microsecond, and no member is built in memory.
#include "utils/base/json.hpp"

#include <array>
#include <charconv>

#include "utils/base/time_format.hpp"
#include "utils/base/utf8.hpp"

namespace fsu {
namespace {

void append_unicode_escape(std::string& out, std::uint32_t point) {
  out += "\\u";  // all that a terminal acts on is below U+10000
  for (const int shift : {12, 8, 4, 0}) out += "0123456789abcdef"[point >> shift & 15];
}

}  // namespace

void JsonLine::key(std::string_view key, std::string_view suffix) {
  line_ += line_.empty() ? "{\"" : ",\"";
  line_.append(key).append(suffix).append("\":");
}

void JsonLine::string(std::string_view bytes) {
  line_ += '"';
  while (!bytes.empty()) {
    std::uint32_t point;
    const std::size_t length = decode_utf8(bytes, point);
    if (length == 0) {
      line_ += "\ufffd";
    } else if (acts_on_terminal(point)) {
      append_unicode_escape(line_, point);
    } else {
      if (point == '"' || point == '\\') line_ += '\\';
      line_ += bytes.substr(0, length);
    }
    bytes.remove_prefix(length == 0 ? 1 : length);
  }
  line_ += '"';
}

void JsonLine::text(std::string_view name, std::string_view bytes) {
  key(name);
  string(bytes);
  if (is_utf8(bytes)) return;
  key(name, "_hex");
  line_ += '"';
  append_hex(line_, bytes);
  line_ += '"';
}

void JsonLine::number(std::string_view name, std::uint64_t value) {
  key(name);
  std::array<char, 20> digits;
  line_.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
}

void JsonLine::time(std::string_view name, const rump::Time& value) {
  key(name);
  line_ += '"';
  append_iso_utc(line_, value);
  line_ += '"';
}

void JsonLine::begin_list(std::string_view name) {
  key(name);
  line_ += '[';
}

void JsonLine::item(std::string_view bytes) {
  if (line_.back() != '[') line_ += ',';
  string(bytes);
}

void JsonLine::end() {
  line_ += line_.empty() ? "{}\n" : "}\n";
  out_.put(line_);
  line_.clear();
}

}  // namespace fsu
