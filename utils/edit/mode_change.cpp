// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Octal and symbolic modes.
#include "utils/edit/mode_change.hpp"

#include <charconv>

#include "vfs/attributes.hpp"

namespace fsu {
namespace {

using rump::kSetGid;
using rump::kSetUid;
using rump::kSticky;

constexpr std::uint32_t kAll = 07777;
constexpr std::uint32_t kExecute = 0111;

/// All bits of a class of users, or 0 for another letter.
std::uint32_t bits_of_class(char letter) {
  switch (letter) {
    case 'u':
      return kSetUid | 0700;
    case 'g':
      return kSetGid | 0070;
    case 'o':
      return kSticky | 0007;
    case 'a':
      return kAll;
    default:
      return 0;
  }
}

/// The bits of a permission, in all classes, or 0 for another letter.
std::uint32_t bits_of_permission(char letter) {
  switch (letter) {
    case 'r':
      return 0444;
    case 'w':
      return 0222;
    case 'x':
      return kExecute;
    case 's':
      return kSetUid | kSetGid;
    case 't':
      return kSticky;
    default:
      return 0;
  }
}

/// The rwx of one class, given to all three.
std::uint32_t spread(std::uint32_t mode, char from) {
  const unsigned shift = from == 'u' ? 6 : from == 'g' ? 3 : 0;
  return (mode >> shift & 07) * 0111;
}

bool is_operator(char letter) { return letter == '+' || letter == '-' || letter == '='; }

}  // namespace

std::optional<ModeChange> ModeChange::parse(std::string_view text) {
  ModeChange change;
  if (!text.empty() && text.front() >= '0' && text.front() <= '7') {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, 8);
    if (error != std::errc{} || end != text.data() + text.size() || number > kAll) return std::nullopt;
    change.number_ = number;
    change.keeps_directory_bits_ = text.size() <= 4;
    return change;
  }
  do {
    if (!parse_clause(text, change.steps_)) return std::nullopt;
    if (text.empty()) return change;
    if (text.front() != ',') return std::nullopt;
    text.remove_prefix(1);
  } while (true);
}

/// Takes `[ugoa]*([-+=]([rwxXst]*|[ugo]))+` off the front.
bool ModeChange::parse_clause(std::string_view& text, std::vector<Step>& steps) {
  std::uint32_t who = 0;
  while (!text.empty() && bits_of_class(text.front()) != 0) {
    who |= bits_of_class(text.front());
    text.remove_prefix(1);
  }
  if (text.empty() || !is_operator(text.front())) return false;
  while (!text.empty() && is_operator(text.front())) {
    Step step{.who = who, .operation = text.front()};
    text.remove_prefix(1);
    if (!text.empty() && text.front() != 'a' && bits_of_class(text.front()) != 0) {
      step.copied_from = text.front();
      text.remove_prefix(1);
    } else {
      for (; !text.empty() && (bits_of_permission(text.front()) != 0 || text.front() == 'X');
           text.remove_prefix(1)) {
        step.conditional_x |= text.front() == 'X';
        step.bits |= bits_of_permission(text.front());
      }
    }
    steps.push_back(step);
  }
  return true;
}

std::uint32_t ModeChange::apply(std::uint32_t mode, bool is_directory, std::uint32_t umask) const {
  if (number_) {
    const std::uint32_t kept = is_directory && keeps_directory_bits_ ? mode & (kSetUid | kSetGid) : 0;
    return *number_ | kept;
  }
  for (const Step& step : steps_) mode = apply_step(step, mode, is_directory, umask);
  return mode;
}

std::uint32_t ModeChange::apply_step(const Step& step, std::uint32_t mode, bool is_directory,
                                     std::uint32_t umask) {
  std::uint32_t bits = step.bits;
  if (step.copied_from != 0) bits |= spread(mode, step.copied_from);
  if (step.conditional_x && (is_directory || (mode & kExecute) != 0)) bits |= kExecute;
  const std::uint32_t who = step.who != 0 ? step.who : kAll & ~umask;
  bits &= who;
  if (step.operation == '+') return mode | bits;
  if (step.operation == '-') return mode & ~bits;
  // What "=" clears: all of those who are named; the umask protects nothing. A directory keeps its setuid and
  // setgid bits unless they were meant.
  std::uint32_t cleared = step.who != 0 ? step.who : kAll;
  if (is_directory && (step.bits & (kSetUid | kSetGid)) == 0) cleared &= ~(kSetUid | kSetGid);
  return (mode & ~cleared) | bits;
}

}  // namespace fsu
