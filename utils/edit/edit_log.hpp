// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What edits of an image have to say: errors, and with -v what they did.
#pragma once

#include <string>
#include <string_view>

#include "utils/base/message.hpp"
#include "utils/base/output.hpp"

namespace fsu {

/// Names the files of one image in messages. Where edits come from a script, its line is named first.
class EditLog {
 public:
  EditLog(std::string_view tool, Reporter& report, Output& out) : tool_(tool), report_(report), out_(out) {}

  /// Paths are in this image from now on.
  void set_image(std::string image) { image_ = std::move(image); }
  /// What follows is meant by this line, "script:12".
  void set_line(std::string line) { line_ = std::move(line); }

  /// How the path is called: "disk.img:/a".
  std::string shown(std::string_view path) const { return std::string(image_).append(":").append(path); }
  /// An edit of the path, or of what is below the operand, failed.
  void error(std::string_view path, std::string_view reason);
  void error(std::string_view path, const rump::Error& error) { this->error(path, reason_of(error)); }
  /// A file of the host's, which an edit needs, failed.
  void host_error(const std::string& path, std::string_view reason);
  /// Errors so far.
  std::size_t errors() const { return errors_; }
  /// A line of -v: `done` and the path.
  void tell(std::string_view done, std::string_view path);
  /// The same as those GNU tools write it that begin with their own name.
  void tell_by_name(std::string_view done, std::string_view path);
  /// A line of -v: what became of a file that has another name now.
  void tell_move(std::string_view done, const std::string& from, const std::string& to);

 private:
  void report(const std::string& name, std::string_view reason);

  const std::string_view tool_;
  Reporter& report_;
  Output& out_;
  std::string image_, line_;
  std::size_t errors_ = 0;
};

}  // namespace fsu
