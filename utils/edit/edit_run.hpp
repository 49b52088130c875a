// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The frame of each tool that changes images: one open, one lock and one sync, whatever is done
/// between.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "utils/base/progress.hpp"
#include "utils/edit/edit_log.hpp"
#include "utils/image/interrupt.hpp"
#include "utils/image/writer_options.hpp"

namespace fsu {

/// One run of a tool that changes images.
class EditRun {
 public:
  /// `tool`: as it is called in messages. Long work may show its progress, but not beside what -v tells.
  /// Throws UsageError.
  EditRun(std::string_view tool, const WriterOptions& options, bool verbose = false);
  ~EditRun() { report_.before_message({}); }
  EditRun(const EditRun&) = delete;
  EditRun& operator=(const EditRun&) = delete;

  /// The files of a run.
  struct Files {
    std::vector<Operand> written = {};
    std::vector<Operand> targets = {};  ///< are written, too; but never patterns
    std::vector<Operand> read = {};
    std::span<const int> host = {};  ///< open files of the host's that are read
  };
  /// Opens the images, and confines the process. Operands whose image cannot be opened are reported and taken
  /// out; then patterns among those that are written are expanded.
  void start(Files& files) {
    open(files);
    confine_to(files);
  }
  /// The two halves of start(), for what must be asked of the host between them.
  void open(Files& files);
  void confine_to(Files& files);
  /// Runs `edit` on the file system of the operand, whose paths the log shows. Reports an image that cannot
  /// be mounted. Does nothing once the run was interrupted.
  void attempt(const Operand& operand, const std::function<void(rump::Process&)>& edit);
  /// Syncs, writes out what -v collected, and dies by the signal that interrupted the run, if one did. The
  /// exit status.
  int finish();

  Images& images() { return images_; }
  Reporter& report() { return report_; }
  EditLog& log() { return log_; }
  Output& out() { return out_; }
  Progress& progress() { return progress_; }

 private:
  const WriterOptions& options_;
  Reporter report_;
  Output out_;
  Progress progress_;  // asks whether there is a terminal while that can be asked
  EditLog log_;
  Images images_;
  std::optional<Interrupts> interrupts_;  ///< once the run may write
};

/// A run that does one thing to each operand.
int edit_each(std::string_view tool, const WriterOptions& options, std::vector<Operand> operands,
              const std::function<void(rump::Process&, const Operand&, EditLog&)>& edit);

}  // namespace fsu
