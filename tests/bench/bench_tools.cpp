// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The tools as whole programs beside their peers, on images in memory (tmpfs): the table of the goals.
///
/// Exits with 0 whether goals are met or missed, and with 1 when a job could not run.
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "tests/bench/paired.hpp"
#include "tests/bench/table.hpp"
#include "tests/oracle/command.hpp"
#include "tests/oracle/scratch.hpp"

namespace {

using bench::Comparison;
using bench::Pair;
using bench::Table;
using oracle::must;

const std::string kLs = FSU_TOOLS_DIR "/fs-ls", kCat = FSU_TOOLS_DIR "/fs-cat", kCp = FSU_TOOLS_DIR "/fs-cp";
constexpr double kPeakGoalMib = 12;

class Jobs {
 public:
  explicit Jobs(const std::string& directory) : scratch_(directory) {}

  /// Runs every job; one that cannot run does not keep the others from running.
  int run() {
    table_.attempt("fs-ls of a root with ten entries", [&](const char* job) { small_root(job); });
    table_.attempt("fs-ls -lR, 10,000 files in 100 directories", [&](const char* job) { long_listing(job); });
    table_.attempt("fs-cat of 1 GiB into cat", [&](const char* job) { cat_large(job); });
    table_.attempt("fs-cp out of 1 GiB", [&](const char* job) { copy_large(job); });
    table_.attempt("fs-ls of a 16 TiB image (peer: debugfs)", [&](const char* job) { huge_image(job); });
    table_.attempt("8 threads reading 8 files in memory, to 1 thread",
                   [&](const char* job) { threads(job); });
    table_.attempt("warm stat by the local system call", [&](const char* job) { warm_stat(job); });
    table_.measured("largest peak memory of the above", table_.peak_mib(), "MiB", kPeakGoalMib);
    return table_.finish();
  }

 private:
  std::string make_image(const std::string& name, const std::string& size) {
    const std::string image = scratch_ / (name + ".img");
    must({"mke2fs", "-q", "-F", "-t", "ext4", "-d", scratch_ / name, image, size});
    return image;
  }

  void small_root(const char* job) {
    must({"mkdir", scratch_ / "ten"});
    for (int i = 0; i < 9; ++i) std::ofstream(scratch_ / ("ten/file" + std::to_string(i))) << i;
    const std::string image = make_image("ten", "64M");
    table_.compared(job, bench::compare({{kLs, image}, {"debugfs", "-R", "ls", image}}, 60), 0.7);
  }

  void long_listing(const char* job) {
    std::ofstream commands(scratch_ / "commands");
    const std::filesystem::path many = scratch_ / "many";
    for (int directory = 0; directory < 100; ++directory) {
      const std::filesystem::path name = std::to_string(directory), host = many / name;
      std::filesystem::create_directories(host);
      for (int file = 0; file < 100; ++file)
        std::ofstream(host / std::string("file number ").append(std::to_string(file))) << file;
      commands << "ls -l /" << name.native() << '\n';
    }
    commands.close();
    const std::string image = make_image("many", "128M");
    table_.compared(
        job, bench::compare({{kLs, "-lR", image}, {"debugfs", "-f", scratch_ / "commands", image}}, 20), 0.5);
  }

  /// A file of 1 GiB on the host and the image that holds a copy.
  std::pair<std::string, std::string> large_file() {
    const std::string file = scratch_ / "large/file";
    if (!std::filesystem::exists(file)) {
      must({"mkdir", scratch_ / "large"});
      must({"dd", "if=/dev/urandom", "of=" + file, "bs=1M", "count=1024", "status=none"});
      make_image("large", "1200M");
    }
    return {file, scratch_ / "large.img"};
  }

  void cat_large(const char* job) {
    const auto [file, image] = large_file();
    const Pair pair{{"sh", "-c", "\"$0\" \"$1\" | cat >/dev/null", kCat, image + ":/file"},
                    {"sh", "-c", "cat \"$0\" | cat >/dev/null", file}};
    table_.compared(job, bench::compare(pair, 9), 0.4);
  }

  void copy_large(const char* job) {
    const auto [file, image] = large_file();
    const std::string target = scratch_ / "copy";
    const Pair pair{{kCp, image + ":/file", target}, {"cp", "--reflink=never", file, target}, [&target] {
                      std::filesystem::remove(target);
                    }};
    const Comparison result = bench::compare(pair, 9);
    std::filesystem::remove(target);
    table_.compared(job, result, 1.05);
  }

  void huge_image(const char* job) {
    const std::string image = scratch_ / "huge.img";
    must({"truncate", "-s", "16T", image});
    must({"mke2fs", "-q", "-F", "-t", "ext4", "-E", "lazy_itable_init=1,lazy_journal_init=1,nodiscard", "-J",
          "size=4", image});
    table_.compared(job, bench::compare({{kLs, image}, {"debugfs", "-R", "ls", image}}, 5), 0.7);
    std::filesystem::remove(image);
  }

  /// The real time of a benchmark of bench_kernel, in its unit.
  static double kernel_time(const std::string& name) {
    std::istringstream lines(
        must({FSU_BENCH_KERNEL, "--benchmark_filter=^" + name + "$", "--benchmark_format=csv",
              "--benchmark_repetitions=5", "--benchmark_report_aggregates_only=true"}));
    for (std::string line; std::getline(lines, line);) {
      // "name_median",iterations,real_time,…
      const std::size_t at = line.find("_median\",");
      if (at == std::string::npos) continue;
      const std::size_t comma = line.find(',', at + 9);
      return std::stod(line.substr(comma + 1));
    }
    throw std::runtime_error("bench_kernel did not run " + name);
  }

  void threads(const char* job) {
    const double one = kernel_time("read_8_files/1/.*"), eight = kernel_time("read_8_files/8/.*");
    table_.compared(job, {eight, one, eight / one, 0}, 0.65);
  }

  void warm_stat(const char* job) { table_.measured(job, kernel_time("stat") / 1000, "us", 1); }

  oracle::Scratch scratch_;
  Table table_;
};

}  // namespace

int main() { return Jobs(bench::scratch_directory()).run(); }
