// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file fs-cat: writes files of images to standard output.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "utils/copy_data.hpp"
#include "utils/image_options.hpp"
#include "utils/message.hpp"
#include "utils/output.hpp"
#include "utils/quote.hpp"
#include "utils/tools.hpp"

namespace fsu {
namespace {

constexpr ToolText kText = {
    .name = "fs-cat",
    .usage = "[OPTION]... OPERAND...",
    .summary =
        "Writes files one after the other to standard output: IMAGE[@PART]:/PATH out of a disk image,\n"
        "host:PATH or a plain path from the host, and - for standard input.",
    .examples = "  fs-cat disk.img:/etc/os-release\n",
};

/// One run of fs-cat.
class Cat {
 public:
  Cat(Images& images, Output& out, Reporter& report) : images_(images), out_(out), report_(report) {
    target_known_ = ::fstat(out.fd(), &target_) == 0;
    if (target_known_ && S_ISFIFO(target_.st_mode)) {
      to_pipe_ = true;
      // A larger pipe needs fewer turns; without it the work is the same.
      static_cast<void>(::fcntl(out.fd(), F_SETPIPE_SZ, kPipeBytes));
    }
  }

  void image_file(const Operand& operand) {
    if (target_known_ && images_.holds(target_))
      return report_.error(operand.shown(), "the image is the output");
    rump::Process& process = images_.mount(operand.image);
    const auto fd = process.open(rump::kCwd, operand.path, rump::kOpenRead);
    if (!fd) return report_.error(operand.shown(), fd.error());
    if (const auto sent = send_whole(process, *fd, out_.fd(), to_pipe_ ? kPipeChunk : kFileChunk); !sent) {
      if (sent.error().code == rump::Errc::broken_pipe) die_of_broken_pipe();
      report_.error(operand.shown(), sent.error());
    }
    // Nothing hangs on it: the file was only read.
    static_cast<void>(process.close(*fd));
  }

  void host_file(const Operand& operand) {
    const int fd = ::open(operand.path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return report_.error(operand.shown(), errno_text(errno));
    stream(fd, operand.shown());
    ::close(fd);
  }

  void stream(int fd, std::string_view shown) {
    struct stat source;
    if (target_known_ && S_ISREG(target_.st_mode) && ::fstat(fd, &source) == 0 &&
        source.st_dev == target_.st_dev && source.st_ino == target_.st_ino && source.st_size > 0)
      return report_.error(shown, "input file is output file");
    const auto buffer = std::make_unique_for_overwrite<char[]>(kStreamBytes);
    for (;;) {
      const ssize_t got = ::read(fd, buffer.get(), kStreamBytes);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return report_.error(shown, errno_text(errno));
      if (got == 0) return;
      out_.put({buffer.get(), static_cast<std::size_t>(got)});
      out_.flush();  // a reader may wait for it, and image files go around the buffer
    }
  }

 private:
  static constexpr int kPipeBytes = 1 << 20;
  static constexpr std::size_t kStreamBytes = std::size_t{128} << 10;
  // The file's lock is held for the length of one send: a slow reader of a pipe must not hold it for ever.
  static constexpr rump::u64 kPipeChunk = kPipeBytes;
  static constexpr rump::u64 kFileChunk = rump::u64{64} << 20;

  Images& images_;
  Output& out_;
  Reporter& report_;
  struct stat target_{};
  bool target_known_ = false;
  bool to_pipe_ = false;
};

}  // namespace

int run_cat(std::span<char* const> arguments) {
  Options options(kText);
  ImageOptions image_options(options);
  auto texts = options.parse(arguments);
  if (!texts) return kDone;
  if (texts->empty()) texts->emplace_back("-");

  std::vector<Operand> operands;
  for (const std::string& text : *texts) operands.push_back(image_options.operand(text, Bare::host_path));

  Reporter report(kText.name);
  Images images(image_options.settings());
  open_images(images, operands, report);

  Output out(STDOUT_FILENO);
  Cat cat(images, out, report);
  for (const Operand& operand : operands) {
    try {
      if (operand.in_image) {
        cat.image_file(operand);
      } else if (operand.is_stream) {
        cat.stream(STDIN_FILENO, "-");
      } else {
        cat.host_file(operand);
      }
    } catch (const ImageError& error) {
      report.not_opened(operand.image.file, error.what());
    }
  }
  return report.exit_status();
}

}  // namespace fsu
