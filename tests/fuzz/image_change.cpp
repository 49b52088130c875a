// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Calls at random that change an image.
#include "tests/fuzz/image_change.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <random>
#include <string>

#include "hypercall/memory/disks.hpp"
#include "images/raw.hpp"
#include "vfs/syscall.hpp"

namespace fuzz {
namespace {

using rump::Errc;
using rump::Fd;
using rump::FileType;
using rump::kCwd;
using rump::Process;
using rump::Result;
using rump::u32;
using rump::u64;

constexpr unsigned kCalls = 12;
constexpr std::size_t kPathsMax = 24, kReadMax = 8192;

void promise(bool kept, const char* what) { rump::invariant(kept, what); }

/// Looks at what calls answer.
class Judge {
 public:
  explicit Judge(const std::function<bool()>& was_good) : was_good_(was_good) {}

  template <class T>
  bool succeeded(const Result<T>& result) const {
    if (result) return true;
    const rump::Error& error = result.error();
    promise(error.reason != nullptr, "an error without a reason");
    promise(error.code != Errc::io, "an image in memory cannot fail");
    promise(error.code != Errc::bad_descriptor, "a descriptor got lost");
    promise_if_good(error.code != Errc::corrupt, "an image in good order is called corrupt");
    return false;
  }
  /// What holds for images in good order only.
  void promise_if_good(bool kept, const char* what) const { promise(kept || !was_good_(), what); }

 private:
  const std::function<bool()>& was_good_;
};

/// One run of calls.
class Script {
 public:
  Script(Process& process, u32 seed, const Judge& judge) : process_(process), random_(seed), judge_(judge) {}

  void run() {
    collect("/", 0);
    for (unsigned i = 0; i < kCalls; ++i) step();
  }

 private:
  template <class T>
  bool succeeded(const Result<T>& result) const {
    return judge_.succeeded(result);
  }
  u32 below(u32 limit) { return static_cast<u32>(random_() % limit); }

  /// Notes what is there.
  void collect(const std::string& path, unsigned depth) {
    const auto fd = process_.open(kCwd, path, rump::kOpenRead | rump::kOpenDirectory);
    if (!succeeded(fd)) return;
    directories_.push_back(path);
    rump::DirBatch batch(rump::DirBatch::Attrs::no);
    std::vector<std::string> below;
    if (succeeded(process_.read_dir(*fd, batch)))
      for (const rump::DirEntry& entry : batch.entries()) {
        if (entry.name == "." || entry.name == ".." || paths_.size() == kPathsMax) continue;
        paths_.push_back((path == "/" ? path : path + "/") + std::string(entry.name));
        if (entry.type == FileType::dir) below.push_back(paths_.back());
      }
    promise(process_.close(*fd).has_value(), "close failed");
    if (depth < 2)
      for (const std::string& each : below) collect(each, depth + 1);
  }

  std::string path() {
    static constexpr std::array kNames = {"a",
                                          "A.TXT",
                                          "a long name.text",
                                          "another long name.text",
                                          "dir",
                                          "Ünï",
                                          "a name of more than two entries of its directory"};
    if (!paths_.empty() && below(2) == 0) return paths_[below(static_cast<u32>(paths_.size()))];
    const std::string name = kNames[below(kNames.size())];
    if (directories_.empty()) return "/" + name;
    const std::string& directory = directories_[below(static_cast<u32>(directories_.size()))];
    return (directory == "/" ? directory : directory + "/") + name;
  }

  void step() {
    const std::string name = path();
    switch (below(12)) {
      case 0:
        (void)succeeded(process_.mkdir(kCwd, name, 0755));
        break;
      case 1:
        (void)succeeded(process_.rmdir(kCwd, name));
        break;
      case 2:
      case 3:
        (void)succeeded(process_.unlink(kCwd, name));
        break;
      case 4:
      case 5:
        (void)succeeded(
            process_.rename(kCwd, name, kCwd, path(), below(4) == 0 ? u32{rump::kRenameExchange} : 0));
        break;
      case 6:
        (void)succeeded(process_.truncate(kCwd, name, below(8) == 0 ? u64{1} << 31 : below(20'000)));
        break;
      case 7:
        (void)succeeded(process_.chmod(kCwd, name, rump::Follow::yes, below(2) ? 0444 : 0755));
        break;
      case 8:
        (void)succeeded(process_.sync());
        break;
      default:
        use_file(name);
    }
  }

  /// Writes, reads again what was written, and sometimes removes the file while it is open.
  void use_file(const std::string& name) {
    const auto fd = process_.open(kCwd, name, rump::kOpenRead | rump::kOpenWrite | rump::kOpenCreate, 0644);
    if (!succeeded(fd)) return;
    const u64 offset = below(3) == 0 ? below(30'000) : 0;
    std::vector<std::byte> data(below(below(4) == 0 ? 20'000 : 1500), std::byte{0x5A});
    const auto written = process_.pwrite(*fd, data, offset);
    if (below(4) == 0) (void)succeeded(process_.unlink(kCwd, name));
    if (succeeded(written) && *written > 0) {
      std::vector<std::byte> found(std::min(*written, kReadMax));
      const auto got = process_.pread(*fd, found, offset);
      if (succeeded(got))
        judge_.promise_if_good(*got == found.size() && std::equal(found.begin(), found.end(), data.begin()),
                               "what was written reads otherwise");
    }
    promise(process_.close(*fd).has_value(), "close failed");
  }

  Process& process_;
  std::minstd_rand random_;
  const Judge& judge_;
  std::vector<std::string> paths_, directories_;
};

}  // namespace

Changed change_image(const rump::FsType& type, std::span<std::byte> image, u32 seed,
                     const std::function<bool()>& was_good) {
  const Judge judge(was_good);
  const auto disk = rump::host::memory::Disk::over_writable(image);
  const auto device = rump::images::open_raw(disk.handle(), true);
  if (!device) return Changed::not_mounted;
  const auto known = type.probe(**device);
  if (!judge.succeeded(known) || !*known) return Changed::not_mounted;
  rump::Kernel kernel({.vnode_limit = 32, .name_limit = 64});
  const auto mount = kernel.mount(type, **device, {.read_only = false, .cache_bytes = u64{64} << 10});
  if (!judge.succeeded(mount)) return Changed::not_mounted;
  auto root = kernel.root_of(**mount);
  if (judge.succeeded(root)) {
    Process process(kernel, *std::move(root));
    Script(process, seed, judge).run();
  }
  // A mount that has found damage has changes that it will never write.
  const bool failed = !(*mount)->health();
  judge.promise_if_good(!failed, "a mount of an image in good order has failed");
  promise(kernel.unmount(**mount).has_value() || failed, "a mount nobody uses is busy");
  return failed ? Changed::given_up : Changed::written;
}

}  // namespace fuzz
