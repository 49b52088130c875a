// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The kernel by itself, on an ext4 image in memory: what one system call costs, and what a second core
/// gains.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "fs/registry.hpp"
#include "hypercall/memory/disks.hpp"
#include "images/raw.hpp"
#include "tests/oracle/command.hpp"
#include "tests/oracle/scratch.hpp"
#include "tests/oracle/tree.hpp"
#include "vfs/syscall.hpp"

namespace {

using rump::Process;

constexpr int kFiles = 8, kEntries = 100;
/// How often a thread reads its files: one pass takes a few milliseconds, and a host's scheduler may well
/// leave two new threads on one core for so long.
constexpr int kPasses = 25;
constexpr std::size_t kFileBytes = std::size_t{16} << 20, kPiece = std::size_t{64} << 10;

/// The value of a call that cannot fail here.
template <class T>
T must(rump::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().reason);
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

std::vector<char> make_image() {
  const oracle::Scratch scratch;
  const std::string tree = scratch / "tree", image = scratch / "image";
  oracle::must({"mkdir", "-p", tree + "/dir"});
  for (int i = 0; i < kEntries; ++i)
    oracle::put_file(tree + "/dir/file" + std::to_string(i), oracle::noise(8192, 1));
  for (int i = 0; i < kFiles; ++i)
    oracle::put_file(tree + "/large" + std::to_string(i), oracle::noise(kFileBytes, 2));
  oracle::must({"mke2fs", "-q", "-F", "-t", "ext4", "-d", tree, image, "192M"});
  std::ifstream file(image, std::ios::binary);
  std::vector<char> bytes(std::filesystem::file_size(image));
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return bytes;
}

/// One mount for all benchmarks.
class Fixture {
 public:
  static Fixture& get() {
    static Fixture fixture;
    return fixture;
  }
  Process& process() { return process_; }

 private:
  std::vector<char> bytes_ = make_image();
  rump::host::memory::Disk disk_ = rump::host::memory::Disk::over(std::as_bytes(std::span(bytes_)));
  std::unique_ptr<rump::BlockDevice> device_ = must(rump::images::open_raw(disk_.handle(), false));
  rump::Kernel kernel_;
  Process process_{kernel_, must(kernel_.root_of(*must(kernel_.mount(*rump::fs_types()[0], *device_, {}))))};
};

void stat(benchmark::State& state) {
  Process& process = Fixture::get().process();
  for (auto _ : state)
    benchmark::DoNotOptimize(must(process.stat(rump::kCwd, "/dir/file50", rump::Follow::yes)));
}
BENCHMARK(stat);

void open_close(benchmark::State& state) {
  Process& process = Fixture::get().process();
  for (auto _ : state) must(process.close(must(process.open(rump::kCwd, "/dir/file50", rump::kOpenRead))));
}
BENCHMARK(open_close);

void pread_4k(benchmark::State& state) {
  Process& process = Fixture::get().process();
  const rump::Fd fd = must(process.open(rump::kCwd, "/large0", rump::kOpenRead));
  std::vector<std::byte> room(4096);
  rump::u64 offset = 0;
  for (auto _ : state) {
    must(process.pread(fd, room, offset));
    offset = (offset + 4096) % kFileBytes;
  }
  must(process.close(fd));
  state.SetBytesProcessed(state.iterations() * 4096);
}
BENCHMARK(pread_4k);

void read_dir(benchmark::State& state, rump::DirBatch::Attrs attrs) {
  Process& process = Fixture::get().process();
  const rump::Fd fd = must(process.open(rump::kCwd, "/dir", rump::kOpenRead | rump::kOpenDirectory));
  rump::DirBatch batch(attrs);
  for (auto _ : state) {
    must(process.seek_dir(fd, 0));
    do must(process.read_dir(fd, batch));
    while (!batch.entries().empty());
  }
  must(process.close(fd));
  state.SetItemsProcessed(state.iterations() * (kEntries + 2));
}
BENCHMARK_CAPTURE(read_dir, names, rump::DirBatch::Attrs::no);
BENCHMARK_CAPTURE(read_dir, with_attributes, rump::DirBatch::Attrs::yes);

void read_whole(Process& process, const std::string& path) {
  const rump::Fd fd = must(process.open(rump::kCwd, path, rump::kOpenRead));
  std::vector<std::byte> room(kPiece);
  while (must(process.read(fd, room)) > 0) continue;
  must(process.close(fd));
}

/// Eight files read by one thread, or by one thread each.
void read_8_files(benchmark::State& state) {
  Process& process = Fixture::get().process();
  const int threads = static_cast<int>(state.range(0));
  for (auto _ : state) {
    std::vector<std::thread> running;
    for (int thread = 0; thread < threads; ++thread)
      running.emplace_back([&process, thread, threads] {
        for (int pass = 0; pass < kPasses; ++pass)
          for (int file = thread; file < kFiles; file += threads)
            read_whole(process, "/large" + std::to_string(file));
      });
    for (std::thread& each : running) each.join();
  }
  state.SetBytesProcessed(state.iterations() * kPasses * kFiles * static_cast<rump::i64>(kFileBytes));
}
BENCHMARK(read_8_files)
    ->Arg(1)
    ->Arg(8)
    ->UseRealTime()
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
