// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Quotes and escapes.
#include "utils/base/shell_words.hpp"

#include <charconv>

#include "utils/base/message.hpp"

namespace fsu {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/// Reads one word after the other.
class WordReader {
 public:
  explicit WordReader(std::string_view line) : rest_(line) {}

  /// False at the end of the line.
  bool next(std::string& word) {
    while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
    if (rest_.empty() || rest_.front() == '#') return false;
    word.clear();
    while (!rest_.empty() && !is_blank(rest_.front())) piece(word);
    return true;
  }

 private:
  void piece(std::string& word) {
    const char c = take();
    if (c == '\'') {
      word.append(until('\''));
    } else if (c == '"') {
      double_quoted(word);
    } else if (c == '\\') {
      if (rest_.empty()) throw UsageError("the line ends in a backslash");
      word += take();
    } else if (c == '$' && rest_.starts_with('\'')) {
      take();
      escaped(word);
    } else {
      word += c;
    }
  }

  char take() {
    if (rest_.empty()) throw UsageError("a quote is not closed");
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  std::string_view until(char end) {
    const std::size_t length = rest_.find(end);
    if (length == rest_.npos) throw UsageError("a quote is not closed");
    const std::string_view text = rest_.substr(0, length);
    rest_.remove_prefix(length + 1);
    return text;
  }

  void double_quoted(std::string& word) {
    for (char c = take(); c != '"'; c = take()) {
      if (c == '\\' && !rest_.empty() && std::string_view("\"\\$`").contains(rest_.front())) c = take();
      word += c;
    }
  }

  /// What follows $'.
  void escaped(std::string& word) {
    for (char c = take(); c != '\''; c = take()) word += c == '\\' ? escape() : c;
  }

  char escape() {
    const char c = take();
    constexpr std::string_view kLetters = "abefnrtv", kMeanings = "\a\b\033\f\n\r\t\v";
    if (const std::size_t at = kLetters.find(c); at != kLetters.npos) return kMeanings[at];
    if (c == 'x') return number(2, 16);
    if (c < '0' || c > '7') return c;
    rest_ = {rest_.data() - 1, rest_.size() + 1};
    return number(3, 8);
  }

  char number(std::size_t digits_max, int base) {
    unsigned value = 0;
    const std::string_view text = rest_.substr(0, digits_max);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc{} || value == 0 || value > 0xff) throw UsageError("an escape is no byte");
    rest_.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return static_cast<char>(value);
  }

  std::string_view rest_;
};

}  // namespace

std::vector<std::string> split_shell_words(std::string_view line) {
  std::vector<std::string> words;
  WordReader reader(line);
  for (std::string word; reader.next(word);) words.push_back(word);
  return words;
}

}  // namespace fsu
