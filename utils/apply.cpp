// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file fs-apply: many edits of one image in one run.
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "utils/base/quote.hpp"
#include "utils/edit/edit_run.hpp"
#include "utils/edit/edit_script.hpp"
#include "utils/tools.hpp"

namespace fsu {
namespace {

constexpr ToolText kText = {
    .name = "fs-apply",
    .usage = "[OPTION]... IMAGE[@PART] [SCRIPT]",
    .summary =
        "Carries out a script of edits in a disk image, with one open, one lock and one sync. The script is "
        "a\n"
        "file, or standard input without one or with -. A line is one of these:\n"
        "  chmod MODE /PATH...\n"
        "  chown [-h] UID[:GID] /PATH...\n"
        "  ln [-sf] TARGET /PATH\n"
        "  mkdir [-p] [-m MODE] /PATH...\n"
        "  mv [-fnuT] [-t /PATH] /PATH... [/PATH]\n"
        "  put [-m MODE] HOSTFILE /PATH\n"
        "  rm [-rfd] /PATH...\n"
        "  rmdir [-p] /PATH...\n"
        "  touch [-acmh] [-d DATE] [-r /PATH] /PATH...\n"
        "  truncate [-c] [-r /PATH] [-s SIZE] /PATH...\n"
        "  write [-acn] [-o OFFSET] /PATH [TEXT]...",
    .examples =
        "  printf '%s\\n' 'mkdir -p /etc/ssh' 'put ./key.pub /etc/ssh/' 'write /etc/hostname box' |\n"
        "    fs-apply disk.img\n",
    .description =
        "Words are quoted as in a shell: 'a b', \"a b\", a\\ b, and $'a\\nb' with escapes. Nothing is\n"
        "expanded: *, ? and $ stand for themselves. What follows a # at the start of a word is a comment.\n"
        "\n"
        "The whole script is read, and the host files that it names are opened, before the image is looked\n"
        "at: where a line has no meaning, nothing is done, and the exit status is 2. Then the lines are\n"
        "carried out in order. The first that fails ends the run, unless --keep-going is given; what was\n"
        "done before it stays done. Messages name the line as SCRIPT:LINE.\n"
        "\n"
        "put copies a file of the host's, or into a directory, as cp would without options. write writes "
        "its\n"
        "words, with blanks between them and a line end behind them, into a file.",
};

std::string read_script(const std::string& path) {
  const HostFd file(path == "-" ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string text;
  constexpr std::size_t kStep = std::size_t{64} << 10;
  for (ssize_t got = 1; got > 0;) {
    const std::size_t used = text.size();
    text.resize(used + kStep);
    do got = file ? ::read(file.get(), text.data() + used, kStep) : -1;
    while (got < 0 && errno == EINTR);
    if (got < 0) throw UsageError(quote(path) + ": " + errno_text(errno));
    text.resize(used + static_cast<std::size_t>(got));
  }
  return text;
}

/// A script may put many files, all of which are open before the first is read.
void allow_all_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  // Without it only very long scripts fail, and say so.
  static_cast<void>(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
}

/// What puts would read from the image that they write to.
void refuse_own_image(const EditScript& script, const Images& images) {
  for (const HostFd& file : script.sources()) {
    struct stat status;
    if (::fstat(file.get(), &status) == 0 && images.holds(status))
      throw UsageError("the script puts the image into itself");
  }
}

void carry_out(const EditScript& script, bool keep_going, rump::Process& process, EditLog& log) {
  for (const EditScript::Line& line : script.lines()) {
    if (Interrupts::arrived()) return;
    const std::size_t errors = log.errors();
    log.set_line(line.place);
    line.edit(process, log);
    if (log.errors() > errors && !keep_going) return;
  }
}

}  // namespace

int run_apply(std::span<char* const> arguments) {
  bool keep_going = false;
  Options options(kText);
  options.flag("-k,--keep-going", "go on with the next line behind one that fails", keep_going);
  const WriterOptions writer(options);
  auto texts = options.parse(arguments);
  if (!texts) return kDone;
  if (texts->empty()) throw UsageError("no image is named");
  if (texts->size() > 2) throw UsageError("extra operand " + quote((*texts)[2]));
  if (texts->size() == 1) texts->emplace_back("-");
  const Operand image = writer.images().operand(texts->front(), Bare::image_root);
  if (!image.in_image || image.path.find_first_not_of('/') != image.path.npos)
    throw UsageError(quote(texts->front()) + " is not an image; paths in it are in the script");

  EditRun run(kText.name, writer);
  allow_all_descriptors();
  const std::string& name = texts->back();
  const EditScript script(name, read_script(name), writer.now(), run.report());
  if (run.report().exit_status() != kDone) return run.report().exit_status();
  std::vector<int> sources;
  for (const HostFd& file : script.sources()) sources.push_back(file.get());
  EditRun::Files files{.written = {image}, .host = sources};
  run.open(files);
  refuse_own_image(script, run.images());
  run.confine_to(files);
  for (const Operand& opened : files.written)
    run.attempt(opened, [&](rump::Process& process) { carry_out(script, keep_going, process, run.log()); });
  return run.finish();
}

}  // namespace fsu
