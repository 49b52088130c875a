// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The data that fs-cp writes, and the holes that it leaves.
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>

#include "tests/tools/cp_tree.hpp"

namespace tools {
namespace {

namespace fs = std::filesystem;

/// The data of a file as "offset+length" of each stretch between holes.
std::string stretches(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY);
  if (fd < 0) throw std::system_error(errno, std::generic_category(), path);
  std::string text;
  for (off_t hole = 0;;) {
    const off_t data = lseek(fd, hole, SEEK_DATA);
    if (data < 0) break;
    hole = lseek(fd, data, SEEK_HOLE);
    text += std::to_string(data) + "+" + std::to_string(hole - data) + " ";
  }
  close(fd);
  return text;
}

class SparseTest : public CpTest {
 protected:
  void SetUp() override {
    const std::string zeroes(std::size_t{256} << 10, '\0');
    const std::string data(std::size_t{64} << 10, 'x');
    write_file(source("zeroes-inside"), data + zeroes + data);
    write_file(source("zeroes-last"), data + zeroes);
    write_file(source("zeroes-first"), zeroes + zeroes + data + "odd end");
    write_file(source("zeroes"), zeroes + std::string(3, '\0'));
    write_file(source("small"), "x" + std::string(9000, '\0'));
    write_file(source("data"), data + data + data + "x");
    write_file(source("empty"), "");
    for (const char* name : {"hole-inside", "hole-last", "small-hole", "hole"}) {
      const int fd = open(source(name).c_str(), O_WRONLY | O_CREAT, 0644);
      const std::string kind = name;
      if (kind != "hole") {
        EXPECT_EQ(pwrite(fd, "begin", 5, 0), 5);
      }
      if (kind == "hole-inside") {
        EXPECT_EQ(pwrite(fd, data.data(), data.size(), 3 << 20), ssize_t(data.size()));
      }
      EXPECT_EQ(ftruncate(fd, kind == "hole-last" || kind == "hole" ? 2'000'001 : 0), 0);
      if (kind == "small-hole" || kind == "hole-inside") {
        EXPECT_EQ(pwrite(fd, "end", 3, kind == "small-hole" ? 40000 : 5 << 20), 3);
      }
      close(fd);
    }
    // mke2fs leaves out blocks of zeroes where the file has none; debugfs writes them.
    make_image();
  }
};

TEST_F(SparseTest, TheBytesAreThoseOfTheSource) {
  for (const char* when : {"auto", "always", "never"}) {
    fs::remove_all(scratch("copy"));
    cp({"-r", std::string("--sparse=") + when, image_ + ":/", scratch("copy")});
    must({"diff", "-r", "--exclude=lost+found", source(), scratch("copy")});
    // Over longer files with other bytes too.
    must({"bash", "-c", "cd \"$0\" && for f in *; do [ -d $f ] || yes | head -c 6M >$f; done",
          scratch("copy")});
    cp({"-rT", std::string("--sparse=") + when, image_ + ":/", scratch("copy")});
    must({"diff", "-r", "--exclude=lost+found", source(), scratch("copy")});
  }
}

TEST_F(SparseTest, ZeroesBecomeHolesWhenAsked) {
  cp({"-r", "--sparse=always", image_ + ":/", scratch("ours")});
  must({"cp", "-r", "--sparse=always", source(), scratch("gnu")});
  for (const auto& entry : fs::directory_iterator(source())) {
    const std::string name = entry.path().filename();
    EXPECT_EQ(stretches(scratch("ours/") + name), stretches(scratch("gnu/") + name)) << name;
  }
}

TEST_F(SparseTest, HolesAreWrittenWhenAsked) {
  cp({"-r", "--sparse=never", image_ + ":/", scratch("ours")});
  for (const auto& entry : fs::directory_iterator(source())) {
    const struct stat status = stat_of(scratch("ours/") + entry.path().filename().string());
    if (S_ISREG(status.st_mode)) {
      EXPECT_GE(status.st_blocks * 512, status.st_size) << entry.path();
    }
  }
}

TEST_F(SparseTest, HolesAreThoseOfTheImage) {
  cp({"-r", image_ + ":/", scratch("ours")});
  for (const char* name : {"hole-inside", "hole-last", "small-hole", "hole"}) {
    const struct stat status = stat_of(scratch("ours/") + name);
    EXPECT_LE(status.st_blocks * 512, 200'000) << name;
    EXPECT_LT(status.st_blocks * 512, status.st_size) << name;
  }
}

TEST_F(SparseTest, ZeroesThatAreDataStayData) {
  must({"debugfs", "-w", "-R", "write " + source("zeroes-inside") + " /data-of-zeroes", image_});
  cp({in_image("/data-of-zeroes"), scratch("plain")});
  cp({"--sparse=always", in_image("/data-of-zeroes"), scratch("always")});
  EXPECT_TRUE(read_file(scratch("always")) == read_file(source("zeroes-inside")));
  EXPECT_LT(stat_of(scratch("always")).st_blocks * 512, 140'000);
}

TEST_F(SparseTest, OtherValuesAreRefused) {
  failing_cp({"--sparse=maybe", in_image("/data"), scratch("x")}, 2);
}

}  // namespace
}  // namespace tools
