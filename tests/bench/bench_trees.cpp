// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Whole trees and large directories beside the host's kernel (over a loop device), debugfs and 7-Zip,
/// on images in memory (tmpfs).
///
/// Exits with 0 whether goals are met or missed, and with 1 when a job could not run.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "tests/bench/paired.hpp"
#include "tests/bench/table.hpp"
#include "tests/oracle/loop_mount.hpp"
#include "tests/oracle/scratch.hpp"

namespace {

using bench::Comparison;
using bench::Table;
using oracle::LoopMount;
using oracle::must;
using Command = std::vector<std::string>;

const std::string kLs = FSU_TOOLS_DIR "/fs-ls", kCp = FSU_TOOLS_DIR "/fs-cp",
                  kStat = FSU_TOOLS_DIR "/fs-stat";
constexpr int kEntries = 50'000;

class Jobs {
 public:
  explicit Jobs(const std::string& directory) : scratch_(directory) {}

  int run() {
    table_.attempt("fs-ls -lR, 10,000 files (peer: ls, loop mount)", [&](const char* job) { listing(job); });
    table_.attempt("fs-ls -l, 50,000 entries (peer: debugfs)",
                   [&](const char* job) { large_directory(job); });
    table_.attempt("fs-stat in 50,000 entries (peer: debugfs)", [&](const char* job) { one_name(job); });
    table_.attempt("fs-cp -r of /usr/include (peer: debugfs rdump)", [&](const char* job) {
      extract(job, {"debugfs", "-R", "rdump / " + scratch_ / "out", headers_image()});
    });
    table_.attempt("fs-cp -r of /usr/include (peer: 7zz x)", [&](const char* job) {
      extract(job, {"7zz", "x", "-y", "-o" + scratch_ / "out", headers_image()});
    });
    table_.attempt("fs-cp -r of /usr/include (peer: cp, loop mount)", [&](const char* job) {
      const LoopMount loop = mounted(headers_image());
      extract(job, {"cp", "-r", scratch_ / "mount/.", scratch_ / "out"});
    });
    return table_.finish();
  }

 private:
  LoopMount mounted(const std::string& image) { return {image, scratch_ / "mount", "ro"}; }

  /// An image of the directory `name`, its directories indexed as a kernel would have them.
  std::string make_image(const std::string& name, const std::string& size) {
    const std::string image = scratch_ / (name + ".img");
    must({"mke2fs", "-q", "-F", "-t", "ext4", "-N", "60000", "-d", scratch_ / name, image, size});
    // Exit status 1: directories were changed, as asked.
    must({"sh", "-c", "e2fsck -fyD \"$0\" >/dev/null || [ $? -eq 1 ]", image});
    return image;
  }

  void listing(const char* job) {
    for (int directory = 0; directory < 100; ++directory) {
      const std::filesystem::path host = scratch_ / "many/" + std::to_string(directory);
      std::filesystem::create_directories(host);
      for (int file = 0; file < 100; ++file)
        std::ofstream(host / std::string("file number ").append(std::to_string(file))) << file;
    }
    const std::string image = make_image("many", "128M");
    const LoopMount loop = mounted(image);
    table_.compared(job, bench::compare({{kLs, "-lR", image}, {"ls", "-lR", scratch_ / "mount"}}, 20), 0.8);
  }

  /// An image with one directory of kEntries files.
  std::string entries_image() {
    std::string image = scratch_ / "entries.img";
    if (std::filesystem::exists(image)) return image;
    std::filesystem::create_directories(scratch_ / "entries/dir");
    for (int file = 0; file < kEntries; ++file)
      std::ofstream(scratch_ / "entries/dir/file number " + std::to_string(file));
    return make_image("entries", "128M");
  }

  void large_directory(const char* job) {
    const std::string image = entries_image();
    const Comparison result =
        bench::compare({{kLs, "-l", image + ":/dir"}, {"debugfs", "-R", "ls -l /dir", image}}, 15);
    table_.compared(job, result, 0.4);
    constexpr double kBytesAnEntry = 128, kPeakGoalMib = 12 + kEntries * kBytesAnEntry / (1 << 20);
    table_.measured("peak memory of it", static_cast<double>(result.peak_kib) / 1024, "MiB", kPeakGoalMib);
  }

  /// How far debugfs has to search depends on the name, so the figures are medians over several.
  void one_name(const char* job) {
    const std::string image = entries_image();
    std::vector<double> ours, peer, ratios;
    long peak_kib = 0;
    for (int file = 1234; file < kEntries; file += kEntries / 9) {
      const std::string path = "/dir/file number " + std::to_string(file);
      const Comparison one = bench::compare(
          {{kStat, image + ":" + path}, {"debugfs", "-R", "stat \"" + path + "\"", image}}, 12);
      ours.push_back(one.ours_ms);
      peer.push_back(one.peer_ms);
      ratios.push_back(one.ratio);
      peak_kib = std::max(peak_kib, one.peak_kib);
    }
    table_.compared(job, {bench::median(ours), bench::median(peer), bench::median(ratios), peak_kib}, 0.5);
  }

  std::string headers_image() {
    std::string image = scratch_ / "headers.img";
    if (std::filesystem::exists(image)) return image;
    must({"cp", "-rL", "/usr/include", scratch_ / "headers"});
    return make_image("headers", "400M");
  }

  void extract(const char* job, const Command& peer) {
    const auto empty = [this] { must({"sh", "-c", "rm -rf \"$0\" && mkdir \"$0\"", scratch_ / "out"}); };
    const Command ours{kCp, "-r", headers_image() + ":/.", scratch_ / "out"};
    table_.compared(job, bench::compare({ours, peer, empty}, 9), 0.9);
  }

  oracle::Scratch scratch_;
  Table table_;
};

}  // namespace

int main() { return Jobs(bench::scratch_directory()).run(); }
