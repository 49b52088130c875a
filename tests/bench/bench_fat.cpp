// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file FAT beside mtools and cp, on images in memory (tmpfs); both write their target through to its
/// device.
///
/// Exits with 0 whether goals are met or missed, and with 1 when a job could not run.
#include <filesystem>
#include <fstream>

#include "tests/bench/paired.hpp"
#include "tests/bench/table.hpp"
#include "tests/oracle/command.hpp"
#include "tests/oracle/scratch.hpp"

namespace {

using bench::Pair;
using bench::Table;
using oracle::must;
using Command = std::vector<std::string>;

const std::string kLs = FSU_TOOLS_DIR "/fs-ls", kCp = FSU_TOOLS_DIR "/fs-cp";

class Jobs {
 public:
  explicit Jobs(const std::string& directory) : scratch_(directory) {}

  int run() {
    table_.attempt("fs-ls -lR, 10,000 files (peer: mdir -/)", [&](const char* job) { listing(job); });
    table_.attempt("fs-cp of 1 GiB out (peer: cp on the host)", [&](const char* job) { large_out(job); });
    table_.attempt("fs-cp of 1 GiB in (peer: cp and sync)", [&](const char* job) {
      large_in(job, {"sh", "-c", "cp --reflink=never \"$0\" \"$1\" && sync \"$1\"", large_file(), copy()},
               1.1);
    });
    table_.attempt("fs-cp of 1 GiB in (peer: mcopy and sync)", [&](const char* job) {
      large_in(job, {"sh", "-c", "mcopy -o -i \"$1\" \"$0\" ::/file && sync \"$1\"", large_file(), other()},
               1.0);
    });
    table_.attempt("fs-cp -r of /usr/include out (peer: mcopy -s)", [&](const char* job) { tree_out(job); });
    table_.attempt("fs-cp -r of /usr/include in (peer: mcopy -s)", [&](const char* job) { tree_in(job); });
    table_.attempt("40,000 new names in a directory (peer: 20,000)", [&](const char* job) { names(job); });
    table_.attempt("512 MiB backwards (peer: forwards)", [&](const char* job) { backwards(job); });
    return table_.finish();
  }

 private:
  /// An empty FAT32, as mkfs.fat likes it but for the options.
  void make_fat(const std::string& image, const std::string& size, const Command& options = {}) const {
    std::filesystem::remove(image);
    must({"truncate", "-s", size, image});
    Command make{"mkfs.fat", "-F", "32"};
    make.insert(make.end(), options.begin(), options.end());
    make.push_back(image);
    must(make);
  }
  std::string copy() const { return scratch_ / "copy"; }
  std::string other() const { return scratch_ / "other.img"; }

  std::string large_file() const {
    std::string file = scratch_ / "large";
    if (!std::filesystem::exists(file))
      must({"dd", "if=/dev/urandom", "of=" + file, "bs=1M", "count=1024", "status=none"});
    return file;
  }

  /// Without the headers whose names differ by case only: FAT holds one of each.
  std::string headers() const {
    std::string directory = scratch_ / "headers";
    if (!std::filesystem::exists(directory))
      must({"sh", "-c",
            "cp -rL /usr/include \"$0\" && cd \"$0\" && find . | sort -f | uniq -id | xargs rm -rf",
            directory});
    return directory;
  }

  void listing(const char* job) {
    const std::string image = scratch_ / "many.img";
    for (int directory = 0; directory < 100; ++directory) {
      const std::filesystem::path host = scratch_ / "many/" + std::to_string(directory);
      std::filesystem::create_directories(host);
      for (int file = 0; file < 100; ++file)
        std::ofstream(host / std::string("file number ").append(std::to_string(file))) << file;
    }
    make_fat(image, "128M");
    must({"sh", "-c", "mcopy -s -i \"$0\" \"$1\"/* ::/", image, scratch_ / "many"});
    table_.compared(job, bench::compare({{kLs, "-lR", image}, {"mdir", "-/", "-i", image, "::/"}}, 20), 1.0);
  }

  void large_out(const char* job) {
    const std::string image = scratch_ / "large.img", file = large_file();
    make_fat(image, "1100M");
    must({"mcopy", "-i", image, file, "::/file"});
    const Pair pair{{kCp, image + ":/file", copy()}, {"cp", "--reflink=never", file, copy()}, [this] {
                      std::filesystem::remove(copy());
                    }};
    table_.compared(job, bench::compare(pair, 9), 1.05);
    std::filesystem::remove(copy());
    std::filesystem::remove(image);
  }

  void large_in(const char* job, const Command& peer, double goal) {
    const std::string image = scratch_ / "target.img";
    const Pair pair{{kCp, large_file(), image + ":/file"}, peer, [&] {
                      make_fat(image, "1100M");
                      make_fat(other(), "1100M");
                      std::filesystem::remove(copy());
                    }};
    table_.compared(job, bench::compare(pair, 9), goal);
    for (const std::string& made : {image, other(), copy()}) std::filesystem::remove(made);
  }

  void tree_out(const char* job) {
    const std::string image = scratch_ / "headers.img", out = scratch_ / "out";
    make_fat(image, "600M");
    must({"mcopy", "-s", "-i", image, headers(), "::/"});
    const auto empty = [&] { must({"sh", "-c", "rm -rf \"$0\" && mkdir \"$0\"", out}); };
    const Pair pair{
        {kCp, "-r", image + ":/headers", out}, {"mcopy", "-s", "-i", image, "::/headers", out}, empty};
    table_.compared(job, bench::compare(pair, 9), 0.9);
    empty();
    std::filesystem::remove(image);
  }

  void tree_in(const char* job) {
    const std::string image = scratch_ / "target.img";
    const Pair pair{
        {kCp, "-r", headers(), image + ":/"}, {"mcopy", "-s", "-i", other(), headers(), "::/"}, [&] {
          make_fat(image, "600M");
          make_fat(other(), "600M");
        }};
    table_.compared(job, bench::compare(pair, 9), 0.8);
    for (const std::string& made : {image, other()}) std::filesystem::remove(made);
  }

  /// A tree whose directory holds so many empty files of 8.3 names.
  std::string many_names(int count) const {
    std::string directory = scratch_ / "names" + std::to_string(count);
    std::filesystem::create_directories(directory);
    for (int file = 0; file < count; ++file) {
      const std::string digits = std::to_string(1'000'000 + file);
      std::ofstream(directory + "/F" + digits + ".TXT");
    }
    return directory;
  }

  void names(const char* job) {
    const std::string image = scratch_ / "names.img";
    const Pair pair{{kCp, "-r", many_names(40'000), image + ":/d"},
                    {kCp, "-r", many_names(20'000), image + ":/d"},
                    [&] { make_fat(image, "200M"); }};
    table_.compared(job, bench::compare(pair, 9), 2.4);
    std::filesystem::remove(image);
  }

  /// One file of 512 MiB on clusters of 4 KiB, in pieces of 64 KiB by the kernel's own calls.
  void backwards(const char* job) {
    const std::string image = scratch_ / "clusters.img";
    make_fat(image, "600M", {"-s", "8"});
    must({"dd", "if=" + large_file(), "of=" + copy(), "bs=1M", "count=512", "status=none"});
    must({"mcopy", "-i", image, copy(), "::/file"});
    table_.compared(job,
                    bench::compare({{FSU_BENCH_PIECES, image, "/file", "backwards"},
                                    {FSU_BENCH_PIECES, image, "/file", "forwards"}},
                                   9),
                    1.5);
    for (const std::string& made : {image, copy()}) std::filesystem::remove(made);
  }

  oracle::Scratch scratch_;
  Table table_;
};

}  // namespace

int main() { return Jobs(bench::scratch_directory()).run(); }
