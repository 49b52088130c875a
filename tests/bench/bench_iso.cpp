// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file ISO 9660 beside isoinfo, bsdtar and cp, on images in memory (tmpfs).
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

const std::string kLs = FSU_TOOLS_DIR "/fs-ls", kCp = FSU_TOOLS_DIR "/fs-cp";
constexpr int kEntries = 50'000;

class Jobs {
 public:
  explicit Jobs(const std::string& directory) : scratch_(directory) {}

  int run() {
    table_.attempt("fs-ls -lR, 10,000 files, Rock Ridge (peer: isoinfo)", [&](const char* job) {
      const std::string image = make_image("many", "-R");
      list(job, {kLs, "-lR", image}, {"isoinfo", "-lR", "-i", image});
    });
    table_.attempt("fs-ls -lR, 10,000 files, Joliet (peer: isoinfo)", [&](const char* job) {
      const std::string image = make_image("many", "-J");
      list(job, {kLs, "-lR", image}, {"isoinfo", "-lJ", "-i", image});
    });
    table_.attempt("fs-ls -l, 50,000 entries, Rock Ridge (peer: isoinfo)", [&](const char* job) {
      const std::string image = make_image("entries", "-R");
      list(job, {kLs, "-l", image + ":/dir"}, {"isoinfo", "-lR", "-i", image});
    });
    table_.attempt("fs-ls -l, 50,000 entries, Joliet (peer: isoinfo)", [&](const char* job) {
      const std::string image = make_image("entries", "-J");
      list(job, {kLs, "-l", image + ":/dir"}, {"isoinfo", "-lJ", "-i", image});
    });
    table_.attempt("fs-cp -r of /usr/include out of ISO (peer: bsdtar)",
                   [&](const char* job) { extract(job); });
    table_.attempt("fs-cp out of 1 GiB, ISO", [&](const char* job) { copy_large(job); });
    return table_.finish();
  }

 private:
  /// An image of the directory `name`, which is filled at the first call, with these name spaces.
  std::string make_image(const std::string& name, const std::string& spaces) {
    if (!std::filesystem::exists(scratch_ / name)) fill(name);
    const std::string image = scratch_ / (name + ".iso");
    must({"genisoimage", "-quiet", spaces, "-D", "-o", image, scratch_ / name});
    return image;
  }

  void fill(const std::string& name) {
    if (name == "headers") {
      must({"cp", "-rL", "/usr/include", scratch_ / name});
      return;
    }
    const int directories = name == "many" ? 100 : 1, files = name == "many" ? 100 : kEntries;
    for (int directory = 0; directory < directories; ++directory) {
      const std::string number = name == "many" ? std::to_string(directory) : "dir";
      const std::filesystem::path host = scratch_ / name + "/" + number;
      std::filesystem::create_directories(host);
      for (int file = 0; file < files; ++file)
        std::ofstream(host / std::string("file").append(std::to_string(file))) << file;
    }
  }

  void list(const char* job, std::vector<std::string> ours, std::vector<std::string> peer) {
    table_.compared(job, bench::compare({std::move(ours), std::move(peer)}, 20), 1.2);
  }

  void extract(const char* job) {
    const std::string image = make_image("headers", "-R"), out = scratch_ / "out";
    const Pair pair{{kCp, "-r", image + ":/.", out}, {"bsdtar", "-xf", image, "-C", out}, [&out] {
                      must({"sh", "-c", "rm -rf \"$0\" && mkdir \"$0\"", out});
                    }};
    table_.compared(job, bench::compare(pair, 9), 0.9);
    std::filesystem::remove_all(out);
  }

  void copy_large(const char* job) {
    const std::string file = scratch_ / "large/file", target = scratch_ / "copy";
    must({"mkdir", scratch_ / "large"});
    must({"dd", "if=/dev/urandom", "of=" + file, "bs=1M", "count=1024", "status=none"});
    const std::string image = make_image("large", "-R");
    const Pair pair{{kCp, image + ":/file", target}, {"cp", "--reflink=never", file, target}, [&target] {
                      std::filesystem::remove(target);
                    }};
    table_.compared(job, bench::compare(pair, 9), 1.05);
  }

  oracle::Scratch scratch_;
  Table table_;
};

}  // namespace

int main() { return Jobs(bench::scratch_directory()).run(); }
