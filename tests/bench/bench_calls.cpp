// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file System calls on our tmpfs beside the same calls of the host on its own, in one process and in turns;
/// what a second thread gains; and how long others wait while a huge file is freed.
///
/// Exits with 0 whether goals are met or missed, and with 1 when a job could not run.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <thread>
#include <vector>

#include "fs/tmpfs/tmpfs.hpp"
#include "images/memory.hpp"
#include "tests/bench/table.hpp"
#include "tests/oracle/scratch.hpp"
#include "vfs/syscall.hpp"

namespace {

using rump::kCwd;
using rump::Process;
using rump::u64;

constexpr int kRounds = 21, kCalls = 20'000;
constexpr std::size_t kPage = 4096;

/// The value of a call that cannot fail here.
template <class T>
T must(rump::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().reason);
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

/// The same for a call of the host's.
int must(int result) {
  if (result < 0) throw std::runtime_error("a system call of the host failed");
  return result;
}

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// A tmpfs of ours.
class Ours {
 public:
  Process& process() { return process_; }

 private:
  std::unique_ptr<rump::BlockDevice> device_ = must(rump::images::make_memory(u64{1} << 40));
  rump::Kernel kernel_;
  rump::Mount* mount_ = must(kernel_.mount(rump::tmpfs::kFsType, *device_, {.read_only = false}));
  Process process_{kernel_, must(kernel_.root_of(*mount_))};
};

/// One call, made `kCalls` times in turns by us and by the host.
void compare(bench::Table& table, const char* job, double goal, const std::function<void(int)>& ours,
             const std::function<void(int)>& peer) {
  const auto round = [](const std::function<void(int)>& call) {
    return seconds_of([&] {
      for (int i = 0; i < kCalls; ++i) call(i);
    });
  };
  std::vector<double> our_us, peer_us, ratios;
  for (int i = -1; i < kRounds; ++i) {
    const double mine = round(ours), theirs = round(peer);
    if (i < 0) continue;
    our_us.push_back(mine / kCalls * 1e6);
    peer_us.push_back(theirs / kCalls * 1e6);
    ratios.push_back(mine / theirs);
  }
  table.calls(job, bench::median(our_us), bench::median(peer_us), bench::median(ratios), goal);
}

void single_calls(bench::Table& table) {
  Ours ours;
  Process& process = ours.process();
  const oracle::Scratch scratch("/dev/shm");
  const std::string host_file = scratch / "file", host_new = scratch / "new";
  must(process.mkdir(kCwd, "/dir", 0755));
  constexpr rump::u32 kMake = rump::kOpenRead | rump::kOpenWrite | rump::kOpenCreate;
  const rump::Fd fd = must(process.open(kCwd, "/dir/file", kMake, 0644));
  const int host_fd = must(open(host_file.c_str(), O_RDWR | O_CREAT, 0644));
  const std::vector<std::byte> page(kPage, std::byte{1});

  table.attempt("stat", [&](const char* job) {
    struct stat room;
    compare(
        table, job, 0.5, [&](int) { must(process.stat(kCwd, "/dir/file", rump::Follow::yes)); },
        [&](int) { must(stat(host_file.c_str(), &room)); });
  });
  table.attempt("open and close", [&](const char* job) {
    compare(
        table, job, 0.7,
        [&](int) { must(process.close(must(process.open(kCwd, "/dir/file", rump::kOpenRead)))); },
        [&](int) { must(close(must(open(host_file.c_str(), O_RDONLY)))); });
  });
  table.attempt("create and unlink", [&](const char* job) {
    compare(
        table, job, 1.0,
        [&](int) {
          must(process.close(must(process.open(kCwd, "/dir/new", kMake, 0644))));
          must(process.unlink(kCwd, "/dir/new"));
        },
        [&](int) {
          must(close(must(open(host_new.c_str(), O_RDWR | O_CREAT, 0644))));
          must(unlink(host_new.c_str()));
        });
  });
  table.attempt("pwrite of 4 KiB", [&](const char* job) {
    const auto offset = [](int i) { return static_cast<u64>(i % 1024) * kPage; };
    compare(
        table, job, 1.0, [&](int i) { must(process.pwrite(fd, page, offset(i))); },
        [&](int i) {
          must(static_cast<int>(pwrite(host_fd, page.data(), page.size(), static_cast<off_t>(offset(i)))));
        });
  });
  must(process.close(fd));
  must(close(host_fd));
}

/// Makes files in a directory of the thread's own.
void create_files(Process& process, const std::string& directory, int count) {
  for (int i = 0; i < count; ++i) {
    const std::string name = directory + "/" + std::to_string(i);
    must(process.close(must(process.open(kCwd, name, rump::kOpenWrite | rump::kOpenCreate, 0644))));
  }
}

void remove_files(Process& process, const std::string& directory, int count) {
  for (int i = 0; i < count; ++i) must(process.unlink(kCwd, directory + "/" + std::to_string(i)));
}

/// How many times as many files two threads make as one does, in the same time.
void two_threads(bench::Table& table, const char* job) {
  constexpr int kFiles = 100'000;  // long enough for the host to give each thread a processor of its own
  Ours ours;
  Process& process = ours.process();
  for (const char* name : {"/a", "/b", "/c"}) must(process.mkdir(kCwd, name, 0755));
  std::vector<double> gains;
  for (int round = -1; round < 7; ++round) {
    const double one = seconds_of([&] { create_files(process, "/a", kFiles); });
    const double two = seconds_of([&] {
      std::thread other([&] { create_files(process, "/b", kFiles); });
      create_files(process, "/c", kFiles);
      other.join();
    });
    for (const char* name : {"/a", "/b", "/c"}) remove_files(process, name, kFiles);
    if (round >= 0) gains.push_back(2 * one / two);
  }
  table.gained(job, bench::median(gains), "x", 1.6);
}

/// The longest time that a small write to another file took while `free_it` ran, in milliseconds.
double longest_pause(Process& process, const std::function<void()>& free_it) {
  const rump::Fd fd = must(process.open(kCwd, "/other", rump::kOpenWrite | rump::kOpenCreate, 0644));
  const std::vector<std::byte> page(kPage, std::byte{1});
  std::atomic<bool> done = false;
  std::thread freeing([&] {
    free_it();
    done = true;
  });
  double longest = 0;
  while (!done) longest = std::max(longest, seconds_of([&] { must(process.pwrite(fd, page, 0)); }));
  freeing.join();
  must(process.close(fd));
  return longest * 1e3;
}

void free_sparse(bench::Table& table, const char* job) {
  Ours ours;
  Process& process = ours.process();
  const rump::Fd fd = must(process.open(kCwd, "/huge", rump::kOpenWrite | rump::kOpenCreate, 0644));
  const std::vector<std::byte> page(kPage, std::byte{1});
  constexpr u64 kHuge = u64{100} << 30;
  for (u64 offset = 0; offset < kHuge; offset += u64{1} << 30) must(process.pwrite(fd, page, offset));
  must(process.ftruncate(fd, kHuge));
  must(process.unlink(kCwd, "/huge"));
  table.measured(job, longest_pause(process, [&] { must(process.close(fd)); }), "ms", 50);
}

void free_extents(bench::Table& table, const char* job) {
  Ours ours;
  Process& process = ours.process();
  const rump::Fd fd = must(process.open(kCwd, "/ragged", rump::kOpenWrite | rump::kOpenCreate, 0644));
  const std::vector<std::byte> byte(1, std::byte{1});
  for (u64 i = 0; i < 1'000'000; ++i) must(process.pwrite(fd, byte, i * 2 * kPage));
  must(process.unlink(kCwd, "/ragged"));
  table.measured(job, longest_pause(process, [&] { must(process.close(fd)); }), "ms", 50);
}

int run() {
  bench::Table table;
  single_calls(table);
  table.attempt("two threads creating, to one", [&](const char* job) { two_threads(table, job); });
  table.attempt("longest pause: a sparse file of 100 GiB is freed",
                [&](const char* job) { free_sparse(table, job); });
  table.attempt("longest pause: a file of 10^6 extents is freed",
                [&](const char* job) { free_extents(table, job); });
  return table.finish();
}

}  // namespace

int main() {
  try {
    return run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_calls: %s\n", error.what());
    return 1;
  }
}
