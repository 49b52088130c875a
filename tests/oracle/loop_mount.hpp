// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A mount of an image by the host's own kernel, where that is allowed.
#pragma once

#include <string>

#include "tests/oracle/command.hpp"

namespace oracle {

/// Mounted until unmount() or the end of the scope.
class LoopMount {
 public:
  /// `options` as for mount -o, beside "loop".
  LoopMount(const std::string& image, const std::string& directory, const std::string& options)
      : directory_(directory) {
    must({"mkdir", "-p", directory});
    const Outcome outcome = run({"mount", "-o", "loop," + options, image, directory});
    mounted_ = outcome.status == 0;
    why_not_ = outcome.err;
  }
  ~LoopMount() {
    if (mounted_) run({"umount", directory_});
  }
  LoopMount(const LoopMount&) = delete;
  LoopMount& operator=(const LoopMount&) = delete;

  bool mounted() const { return mounted_; }
  const std::string& why_not() const { return why_not_; }
  void unmount() {
    must({"umount", directory_});
    mounted_ = false;
  }

 private:
  std::string directory_, why_not_;
  bool mounted_;
};

}  // namespace oracle
