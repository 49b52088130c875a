// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Standard output, buffered, with its errors never lost.
#pragma once

#include <cstring>
#include <memory>
#include <stdexcept>
#include <string_view>

namespace fsu {

/// Standard output cannot be written; what() is the reason.
class OutputError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Ends this process by SIGPIPE, as a program does whose reader has gone, even where the signal was ignored.
[[noreturn]] void die_of_broken_pipe();

/// Bytes for one descriptor, collected in 64 KiB. Nothing is written by the destructor: a tool flushes, so
/// that an error can still change the exit status.
class Output {
 public:
  /// `reader_gone` is called when nobody reads any more; should it return, the rest is given up.
  explicit Output(int fd, void (*reader_gone)() = die_of_broken_pipe)
      : fd_(fd), reader_gone_(reader_gone), buffer_(std::make_unique_for_overwrite<char[]>(kCapacity)) {}
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  int fd() const { return fd_; }

  void put(std::string_view text) {
    if (text.size() > kCapacity - used_) return put_slowly(text);
    std::memcpy(buffer_.get() + used_, text.data(), text.size());
    used_ += text.size();
  }
  void put(char byte) {
    if (used_ == kCapacity) flush();
    buffer_[used_++] = byte;
  }
  /// `count` spaces.
  void pad(std::size_t count) {
    for (; count > 0; --count) put(' ');
  }
  /// Writes what is collected. To be called before anything else writes to the same descriptor, and at the
  /// end. Throws OutputError.
  void flush();

 private:
  static constexpr std::size_t kCapacity = std::size_t{64} << 10;
  void put_slowly(std::string_view text);
  void write_all(std::string_view text);

  int fd_;
  void (*reader_gone_)();
  std::size_t used_ = 0;
  std::unique_ptr<char[]> buffer_;
};

/// Writes the text to standard error; failures are ignored, there is nowhere left to tell them.
void write_error_stream(std::string_view text);

}  // namespace fsu
