// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Scripts of edits, one a line, for fs-apply.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "utils/confine/host_calls.hpp"
#include "utils/edit/edit_log.hpp"
#include "utils/edit/write_data.hpp"
#include "vfs/syscall.hpp"

namespace fsu {

/// A script, parsed as a whole, with the host files that it puts into the image open.
class EditScript {
 public:
  /// Parses the text of the script called `name`. What cannot be meant is reported with its line, as
  /// Reporter::not_opened(): then nothing of the script must be run. `now` is for dates without a year.
  EditScript(const std::string& name, std::string_view text, const rump::Time& now, Reporter& report);

  using Edit = std::function<void(rump::Process& process, EditLog& log)>;
  struct Line {
    std::string place;  ///< "script:12"
    Edit edit;
  };
  const std::vector<Line>& lines() const { return lines_; }
  /// The open host files.
  const std::vector<HostFd>& sources() const { return sources_; }

 private:
  std::vector<Line> lines_;
  std::vector<HostFd> sources_;
};

}  // namespace fsu
