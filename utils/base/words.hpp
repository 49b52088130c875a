// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Words as values of options.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "utils/base/message.hpp"
#include "utils/base/quote.hpp"

namespace fsu {

/// A word that an option takes, and what it means.
template <class T>
struct Word {
  std::string_view word;
  T value;
};

/// What `text` means: a word of the table, or the beginning of words that all mean the same. Throws
/// UsageError, which begins with `option` and lists the words.
template <class T>
T find_word(std::string_view option, std::string_view text, std::span<const Word<T>> words) {
  const Word<T>* found = nullptr;
  bool ambiguous = false;
  for (const Word<T>& word : words) {
    if (word.word == text) return word.value;
    if (text.empty() || !word.word.starts_with(text)) continue;
    ambiguous |= found && found->value != word.value;
    found = &word;
  }
  if (found && !ambiguous) return found->value;
  std::string message = std::string(option).append(": ").append(quote(text)).append(" is none of");
  for (const Word<T>& word : words) message.append(" ").append(word.word);
  throw UsageError(message);
}

}  // namespace fsu
