// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Messages and exit statuses.
#include "utils/base/message.hpp"

#include <array>
#include <cstring>

#include "utils/base/output.hpp"
#include "utils/base/quote.hpp"

namespace fsu {
namespace {

struct ErrcText {
  rump::Errc code;
  std::string_view text;
};

constexpr std::array kTexts = {
    ErrcText{rump::Errc::io, "input/output error"},
    ErrcText{rump::Errc::corrupt, "corrupt image"},
    ErrcText{rump::Errc::not_found, "no such file or directory"},
    ErrcText{rump::Errc::exists, "file exists"},
    ErrcText{rump::Errc::not_dir, "not a directory"},
    ErrcText{rump::Errc::is_dir, "is a directory"},
    ErrcText{rump::Errc::not_empty, "directory not empty"},
    ErrcText{rump::Errc::no_space, "no space left on device"},
    ErrcText{rump::Errc::no_memory, "out of memory"},
    ErrcText{rump::Errc::read_only, "read-only file system"},
    ErrcText{rump::Errc::denied, "permission denied"},
    ErrcText{rump::Errc::not_permitted, "operation not permitted"},
    ErrcText{rump::Errc::not_supported, "not supported"},
    ErrcText{rump::Errc::invalid, "invalid argument"},
    ErrcText{rump::Errc::name_too_long, "file name too long"},
    ErrcText{rump::Errc::busy, "device or resource busy"},
    ErrcText{rump::Errc::cross_device, "on another file system"},
    ErrcText{rump::Errc::loop, "too many levels of symbolic links"},
    ErrcText{rump::Errc::too_big, "file too large"},
    ErrcText{rump::Errc::range, "result out of range"},
    ErrcText{rump::Errc::no_data, "no data available"},
    ErrcText{rump::Errc::too_many_links, "too many links"},
    ErrcText{rump::Errc::exhausted, "too many open files"},
    ErrcText{rump::Errc::unclean, "file system was not cleanly unmounted"},
    ErrcText{rump::Errc::quota, "disk quota exceeded"},
    ErrcText{rump::Errc::bad_descriptor, "bad file descriptor"},
    ErrcText{rump::Errc::broken_pipe, "broken pipe"},
};

/// Whether the code must introduce the reason: "checksum is wrong" or "writing failed" do not say what is at
/// fault.
bool introduces(rump::Errc code) {
  switch (code) {
    case rump::Errc::io:
    case rump::Errc::corrupt:
    case rump::Errc::not_supported:
    case rump::Errc::unclean:
    case rump::Errc::no_space:
    case rump::Errc::no_memory:
    case rump::Errc::too_big:
    case rump::Errc::quota:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::string_view errc_text(rump::Errc code) {
  for (const ErrcText& entry : kTexts)
    if (entry.code == code) return entry.text;
  return "unknown error";
}

std::string reason_of(const rump::Error& error) {
  const std::string_view reason = error.reason;
  if (reason.empty()) return std::string(errc_text(error.code));
  if (!introduces(error.code)) return std::string(reason);
  return std::string(errc_text(error.code)).append(": ").append(reason);
}

std::string errno_text(int error) {
  const char* text = ::strerrordesc_np(error);
  return text ? text : "Unknown error " + std::to_string(error);
}

void Reporter::print(std::string_view operand, std::string_view reason) {
  ++messages_;
  if (clear_) clear_();
  std::string line(tool_);
  if (!operand.empty()) line.append(": ").append(quote(operand));
  line.append(": ").append(reason).append("\n");
  write_error_stream(line);
}

void Reporter::error(std::string_view operand, std::string_view reason) {
  raise(kSomeFailed);
  print(operand, reason);
}

void Reporter::not_opened(std::string_view operand, std::string_view reason) {
  raise(kNotStarted);
  print(operand, reason);
}

void Reporter::warning(std::string_view operand, std::string_view reason) {
  print(operand, std::string("warning: ").append(reason));
}

}  // namespace fsu
