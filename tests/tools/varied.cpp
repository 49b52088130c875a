// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The varied tree.
#include "tests/tools/varied.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

namespace tools {

namespace fs = std::filesystem;

namespace {

/// `text` with each `from` replaced.
std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

Arguments with_variables(const std::vector<std::string>& variables, const Arguments& command) {
  Arguments argv = {"env", "LC_ALL=C.UTF-8", "TERM=xterm"};
  argv.insert(argv.end(), variables.begin(), variables.end());
  argv.insert(argv.end(), command.begin(), command.end());
  return argv;
}

}  // namespace

void VariedTest::SetUp() {
  const char* const plain[] = {"small",    ".hidden",   "two words", "[a,b]",   "old",    "a.tar",  "b.TXT",
                               "c.tar.gz", "f10",       "f9",        "f1a",     "f01",    "f1.2",   "x~",
                               "#h#",      "it's",      "at@",       "st*r",    "日本語", "ümlaut", "e\u0301",
                               "bad\xff",  "new\nline", "future",    "ancient", "\033[2J"};
  for (const char* name : plain) write_file(source("files/") + name, name);
  write_file(source("files/large"), std::string(1234567, 'x'));
  write_file(source("files/empty"), "");
  for (const auto& [name, mode] :
       {std::pair{"setuid", 04755}, std::pair{"setgid", 02755}, std::pair{"prog", 0755}}) {
    write_file(source("files/") + name, "x");
    ASSERT_EQ(chmod((source("files/") + name).c_str(), static_cast<mode_t>(mode)), 0);
  }
  for (const auto& [name, mode] : {std::pair{"sub", 0755}, std::pair{"dir.d", 0700}, std::pair{"st", 01755},
                                   std::pair{"ow", 0777}, std::pair{"tw", 01777}}) {
    fs::create_directories(source("types/") + name);
    ASSERT_EQ(chmod((source("types/") + name).c_str(), static_cast<mode_t>(mode)), 0);
  }
  fs::create_hard_link(source("files/large"), source("files/large-too"));
  fs::create_symlink("small", source("files/link"));
  fs::create_symlink("no such", source("files/dangling"));
  fs::create_symlink("../types/sub", source("files/dirlink"));
  ASSERT_EQ(mkfifo(source("files/fifo").c_str(), 0600), 0);
  for (const char* name : {"tree/b/x", "tree/b/c/y", "tree/a/z", "tree/top"}) write_file(source(name), name);
  must({"find", source(), "-exec", "touch", "-h", "-d", "2026-01-02 03:04:05", "{}", "+"});
  must({"touch", "-d", "2001-02-03 04:05:06", source("files/old")});
  must({"touch", "-d", "2037-01-01 00:00:00", source("files/future")});
  must({"touch", "-d", "1960-01-01 00:00:01", source("files/ancient")});
  must({"sh", "-c", "touch -d @$(($(date +%s) - 86400)) \"$1\"", "sh", source("files/small")});
  make_image();
}

std::string VariedTest::gnu(const std::vector<std::string>& variables, Arguments command) const {
  for (std::string& argument : command) argument = replaced(argument, in_image(""), source(""));
  return replaced(oracle::run(with_variables(variables, command)).out, source(""), in_image(""));
}

std::string VariedTest::ours(const std::vector<std::string>& variables, const std::string& name,
                             const Arguments& arguments) const {
  Arguments command = {std::string(FSU_TOOLS_DIR) + "/fs-" + name};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return oracle::run(with_variables(variables, command)).out;
}

}  // namespace tools
