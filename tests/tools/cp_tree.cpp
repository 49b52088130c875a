// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The tree that fs-cp copies in tests.
#include "tests/tools/cp_tree.hpp"

#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <filesystem>

namespace tools {

namespace fs = std::filesystem;

void CpTest::SetUp() {
  write_file(source("tree/a/one"), "1");
  write_file(source("tree/a/two"), "22");
  write_file(source("tree/b/c/three"), std::string(300000, '3'));
  write_file(source("tree/secret"), "s");
  must({"chmod", "0640", source("tree/secret")});
  must({"chmod", "0550", source("tree/b/c")});
  fs::create_symlink("a/one", source("tree/link"));
  fs::create_symlink("/nowhere", source("tree/dangling"));
  fs::create_hard_link(source("tree/a/one"), source("tree/b/one-too"));
  fs::create_hard_link(source("tree/a/one"), source("one-outside"));
  ASSERT_EQ(mkfifo(source("tree/fifo").c_str(), 0604), 0);
  const int fd = open(source("tree/sparse").c_str(), O_WRONLY | O_CREAT, 0644);
  ASSERT_GE(fd, 0);
  EXPECT_EQ(pwrite(fd, "middle", 6, 5 << 20), 6);
  EXPECT_EQ(ftruncate(fd, 12 << 20), 0);
  close(fd);
  // mke2fs keeps whole seconds only.
  must({"find", source(), "-exec", "touch", "-h", "-d", "2003-04-05 06:07:08", "{}", "+"});
  must({"touch", "-h", "-d", "2001-02-03 04:05:06", source("tree/link"), source("tree/a/two")});
  must({"touch", "-d", "2002-03-04 05:06:07", source("tree/a"), source("tree/b/c"), source("tree")});
}

void CpTest::cp(const Arguments& arguments) {
  const Outcome outcome = run_tool("cp", arguments);
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
}

Outcome CpTest::failing_cp(const Arguments& arguments, int status) {
  Outcome outcome = run_tool("cp", arguments);
  EXPECT_EQ(outcome.status, status) << outcome.err;
  EXPECT_NE(outcome.err, "");
  return outcome;
}

void CpTest::same_as_gnu(const std::string& what, const Arguments& ours, const Arguments& gnu,
                         const std::string& before, bool with_times) const {
  const auto run_in = [&](const char* root, std::string command, const Arguments& arguments) {
    fs::create_directories(scratch(root));
    for (const std::string& argument : arguments) command += " " + argument;
    return must({"bash", "-c", "cd " + scratch(root) + " && { " + before + "; } && " + command});
  };
  EXPECT_EQ(run_in("ours", FSU_TOOLS_DIR "/fs-cp", ours), run_in("gnu", "cp", gnu)) << what;
  EXPECT_EQ(describe(scratch("ours"), with_times), describe(scratch("gnu"), with_times)) << what;
}

void CpTest::options_as_gnu(const std::string& options, const std::string& path,
                            const std::string& destination, const std::string& before,
                            bool with_times) const {
  for (const char* root : {"ours", "gnu"}) {
    if (fs::exists(scratch(root))) must({"chmod", "-R", "u+rwX", scratch(root)});
    fs::remove_all(scratch(root));
  }
  const std::string what = "cp " + options + " " + path + " " + destination + " after " + before;
  same_as_gnu(what, {options, in_image(path), destination}, {options, source() + path, destination}, before,
              with_times);
}

std::string CpTest::describe(const std::string& directory, bool with_times) {
  std::string format = "%P %y %m %n %U:%G %l";
  if (with_times) format += " %T@";
  // The directory itself is the test's, and tells nothing.
  std::string text = must({"find", directory, "-mindepth", "1", "-type", "d", "-printf", format + "\n", "-o",
                           "-mindepth", "1", "-printf", format + " %s\n"});
  text = must({"bash", "-c", "sort <<< \"$0\"", text});
  return text + must({"bash", "-c",
                      "cd \"$0\" && find . -type f -print0 | sort -z | xargs -0r sha256sum && "
                      "find . -mindepth 1 ! -type l -print0 | sort -z | xargs -0r getfacl -nt && "
                      "find . -mindepth 1 -print0 | sort -z | xargs -0r getfattr -hdm -",
                      directory});
}

struct stat CpTest::stat_of(const std::string& path) {
  struct stat status{};
  EXPECT_EQ(lstat(path.c_str(), &status), 0) << path;
  return status;
}

bool CpTest::has_attributes() const {
  write_file(scratch("probe"), "");
  return setxattr(scratch("probe").c_str(), "user.note", "x", 1, 0) == 0;
}

}  // namespace tools
