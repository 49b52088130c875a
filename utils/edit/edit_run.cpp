// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file From operands to synced images.
#include "utils/edit/edit_run.hpp"

#include <unistd.h>

#include <array>
#include <csignal>

#include "utils/image/glob.hpp"

namespace fsu {

EditRun::EditRun(std::string_view tool, const WriterOptions& options, bool verbose)
    : options_(options),
      report_(tool),
      // A reader that has gone ends the run like an interrupt: its images are synced first.
      out_(STDOUT_FILENO, [] { Interrupts::note(SIGPIPE); }),
      progress_(!verbose),
      log_(tool, report_, out_),
      images_(options.settings()) {
  report_.before_message([this] { progress_.clear(); });
}

void EditRun::open(Files& files) {
  const std::array lists = {OperandList{files.written, Access::write},
                            OperandList{files.targets, Access::write}, OperandList{files.read, Access::read}};
  open_images(images_, lists, report_);
}

void EditRun::confine_to(Files& files) {
  std::vector<int> sources = images_.descriptors(Access::read);
  sources.insert(sources.end(), files.host.begin(), files.host.end());
  confine({.sources = sources, .images = images_.descriptors(Access::write)},
          options_.images().confine_mode());
  interrupts_.emplace();
  if (options_.images().glob()) expand_globs(images_, files.written, report_);
}

void EditRun::attempt(const Operand& operand, const std::function<void(rump::Process&)>& edit) {
  if (Interrupts::arrived()) return;
  try {
    rump::Process& process = images_.mount(operand.image);
    log_.set_image(operand.image_name);
    edit(process);
  } catch (const ImageError& error) {
    report_.not_opened(operand.image.file, error.what());
  }
}

int EditRun::finish() {
  progress_.clear();
  images_.finish(report_);
  out_.flush();
  Interrupts::die_if_arrived();
  return report_.exit_status();
}

int edit_each(std::string_view tool, const WriterOptions& options, std::vector<Operand> operands,
              const std::function<void(rump::Process&, const Operand&, EditLog&)>& edit) {
  EditRun run(tool, options);
  EditRun::Files files{.written = std::move(operands)};
  run.start(files);
  for (const Operand& operand : files.written)
    run.attempt(operand, [&](rump::Process& process) { edit(process, operand, run.log()); });
  return run.finish();
}

}  // namespace fsu
