// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What a tool says when something is wrong, and the exit status that follows from it.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "vfs/error.hpp"

namespace fsu {

/// Exit statuses of every tool.
enum ExitStatus : int {
  kDone = 0,
  kSomeFailed = 1,  ///< some operand failed, the others were done
  kNotStarted = 2,  ///< usage, or an image that could not be opened
};

/// The command line asks for something that cannot be meant. what() is the sentence.
class UsageError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// An image cannot be opened; what() is the reason, without the image's name.
class ImageError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A text for each code of the kernel's, in the words of its reasons.
std::string_view errc_text(rump::Errc code);

/// The sentence to print for an error of the kernel's: its reason, introduced where the reason alone would
/// not say whose fault it is ("corrupt image: …"), or the text of the code where there is no reason.
std::string reason_of(const rump::Error& error);

/// The sentence for a host errno value.
std::string errno_text(int error);

/// Writes messages to standard error in the form `tool: operand: reason`, quoting the operand, and remembers
/// the worst exit status. One a tool.
class Reporter {
 public:
  explicit Reporter(std::string_view tool) : tool_(tool) {}

  /// Calls this before every message, to clear a line that the message would run into.
  void before_message(std::function<void()> clear) { clear_ = std::move(clear); }

  /// An operand, or something below it, failed: the exit status becomes 1 at least.
  void error(std::string_view operand, std::string_view reason);
  void error(std::string_view operand, const rump::Error& error) { this->error(operand, reason_of(error)); }
  /// An image could not be opened: the exit status becomes 2.
  void not_opened(std::string_view operand, std::string_view reason);
  /// Something was left out that nobody asked for by name; the exit status stays.
  void warning(std::string_view operand, std::string_view reason);

  int exit_status() const { return status_; }
  /// How many messages there were, warnings among them.
  std::size_t messages() const { return messages_; }

 private:
  void raise(int status) { status_ = status_ < status ? status : status_; }
  void print(std::string_view operand, std::string_view reason);

  std::string_view tool_;
  int status_ = kDone;
  std::size_t messages_ = 0;
  std::function<void()> clear_;
};

}  // namespace fsu
