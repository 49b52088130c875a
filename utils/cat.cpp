// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file fs-cat: writes files of images to standard output.
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "utils/base/message.hpp"
#include "utils/base/output.hpp"
#include "utils/confine/host_calls.hpp"
#include "utils/copy/copy_data.hpp"
#include "utils/image/glob.hpp"
#include "utils/image/image_options.hpp"
#include "utils/tools.hpp"

namespace fsu {
namespace {

constexpr ToolText kText = {
    .name = "fs-cat",
    .usage = "[OPTION]... OPERAND...",
    .summary =
        "Writes files one after the other to standard output: IMAGE[@PART]:/PATH out of a disk image,\n"
        "IMAGE@boot=N for a boot image as it is, host:PATH or a plain path from the host, and - for\n"
        "standard input.",
    .examples =
        "  fs-cat disk.img:/etc/os-release\n"
        "  fs-cat cd.iso@boot=1 | sha256sum\n",
};

/// A host file or standard input, found while this process can still open files.
struct HostInput {
  HostFd file = {};
  int fd = STDIN_FILENO;
  std::string refused = {};  ///< why it cannot be read, to be said when its turn comes
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

  /// Opens what the operand means on the host, without waiting for the other end of a pipe.
  HostInput open_host(const Operand& operand) const {
    HostInput input;
    if (!operand.is_stream) {
      input.file = HostFd(::open(operand.path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
      input.fd = input.file.get();
      if (!input.file) input.refused = errno_text(errno);
    }
    struct stat source;
    if (target_known_ && S_ISREG(target_.st_mode) && ::fstat(input.fd, &source) == 0 &&
        source.st_dev == target_.st_dev && source.st_ino == target_.st_ino && source.st_size > 0)
      input.refused = "input file is output file";
    return input;
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

  /// Copies all that can be read from the input, and closes it.
  void host_input(HostInput input, const std::string& shown) {
    if (!input.refused.empty()) return report_.error(shown, input.refused);
    const auto buffer = std::make_unique_for_overwrite<char[]>(kStreamBytes);
    wait_for_bytes(input.fd);  // or a pipe that has no writer yet would look like one at its end
    for (;;) {
      const ssize_t got = ::read(input.fd, buffer.get(), kStreamBytes);
      if (got < 0 && errno == EAGAIN) wait_for_bytes(input.fd);
      if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
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

  /// An error is left for read() to find.
  static void wait_for_bytes(int fd) {
    pollfd wanted{.fd = fd, .events = POLLIN, .revents = 0};
    static_cast<void>(::poll(&wanted, 1, -1));
  }

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
  const auto given = options.parse(arguments);
  if (!given) return kDone;
  std::vector<std::string> texts = image_options.with_listed(*given);
  if (texts.empty()) texts.emplace_back("-");

  std::vector<Operand> operands;
  for (const std::string& text : texts) operands.push_back(image_options.operand(text, Bare::boot_image));

  Reporter report(kText.name);
  Images images(image_options.settings());
  open_images(images, operands, report);
  Output out(STDOUT_FILENO);
  Cat cat(images, out, report);
  std::vector<HostInput> inputs;  // one for each operand
  std::vector<int> sources = images.descriptors();
  for (const Operand& operand : operands) {
    inputs.push_back(operand.in_image ? HostInput{} : cat.open_host(operand));
    if (inputs.back().file) sources.push_back(inputs.back().fd);
  }
  confine({.sources = sources}, image_options.confine_mode());

  for (std::size_t i = 0; i < operands.size(); ++i) {
    try {
      if (operands[i].in_image) {
        std::vector<Operand> files{operands[i]};
        if (image_options.glob()) expand_globs(images, files, report);
        for (const Operand& file : files) cat.image_file(file);
      } else {
        cat.host_input(std::move(inputs[i]), operands[i].shown());
      }
    } catch (const ImageError& error) {
      report.not_opened(operands[i].image.file, error.what());
    }
  }
  return report.exit_status();
}

}  // namespace fsu
