// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Running two tools and comparing what they leave.
#include "tests/tools/edit_tree.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

namespace tools {
namespace {

/// The text with each occurrence replaced.
std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

std::vector<std::string> sorted_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  std::ranges::sort(lines);
  return lines;
}

/// All that same_trees() compares, but the content. Only root can give files to others.
std::string listing(const std::string& directory) {
  const std::string owner = ::geteuid() == 0 ? "%U:%G" : "";
  return must({"sh", "-c",
               "cd \"$1\" && find . \\( -type d -printf \"%P %y %m $2\\n\" \\) -o "
               "-printf \"%P %y %m $2 %n %s %l\\n\" | sort",
               "sh", directory, owner});
}

}  // namespace

void EditTest::SetUp() {
  std::filesystem::create_directory(tree_);
  must({"chmod", "755", tree_});
  must({"truncate", "-s", "8M", image_});
  must({FSU_MKLOGFS, "make", image_});
}

void EditTest::TearDown() {
  const Outcome checked = oracle::run({FSU_MKLOGFS, "check", image_});
  EXPECT_EQ(checked.status, 0) << checked.out;
}

Outcome EditTest::ours(const std::string& tool, const Arguments& arguments, const std::string& input) {
  Arguments command = {"sh", "-c", "exec \"$@\" < '" + input + "'", "sh", program_, tool};
  for (const std::string& argument : arguments)
    command.push_back(is_inside(argument) ? in_image(argument) : argument);
  return oracle::run(command);
}

Outcome EditTest::gnu(const std::string& tool, const Arguments& arguments) const {
  Arguments command = {"env", "LC_ALL=C.UTF-8", "sh", "-c", "umask 022; exec \"$@\"", "sh", tool};
  for (const std::string& argument : arguments)
    command.push_back(is_inside(argument) ? in_tree(argument) : argument);
  return oracle::run(command);
}

void EditTest::both(const std::string& tool, const Arguments& arguments) {
  const Outcome one = ours(tool, arguments), other = gnu(tool, arguments);
  const std::string what = tool + " " + testing::PrintToString(arguments) + "\n" + one.err + other.err;
  EXPECT_EQ(one.status, other.status) << what;
  EXPECT_EQ(one.err.empty(), other.err.empty()) << what;
  EXPECT_EQ(sorted_lines(replaced(replaced(one.out, image_ + ":", tree_), "fs-" + tool + ":", tool + ":")),
            sorted_lines(other.out))
      << what;
}

Outcome EditTest::apply(const std::string& script, const Arguments& options) {
  write_file(scratch_ / "script", script);
  Arguments arguments = options;
  arguments.insert(arguments.end(), {image_, "-"});
  return ours("apply", arguments, scratch_ / "script");
}

void EditTest::both_ways(const std::string& script) {
  const Outcome applied = apply(script);
  EXPECT_EQ(applied.status, 0) << applied.err;
  EXPECT_EQ(applied.err, "");
  std::string commands = "umask 022; set -e\n";
  bool word_starts = true;
  for (const char c : script) {
    if (c == '/' && word_starts) commands += "$T";
    word_starts = c == ' ';
    commands += c;
  }
  const Outcome run = oracle::run({"env", "T=" + tree_, "bash", "-c", commands});
  EXPECT_EQ(run.status, 0) << run.err << commands;
}

void EditTest::same_trees() {
  const std::string copy = scratch_ / "copy";
  std::filesystem::remove_all(copy);
  must({FSU_LOGFS_TOOLS, "cp", "-a", "--trusted-image", in_image("/."), copy});
  EXPECT_EQ(listing(copy), listing(tree_));
  const Outcome compared = oracle::run({"diff", "-r", "--no-dereference", copy, tree_});
  EXPECT_EQ(compared.status, 0) << compared.out << compared.err;
}

std::string EditTest::facts(const std::string& path, const std::string& format) {
  const Outcome outcome = ours("stat", {"-c", format, path});
  return outcome.out + outcome.err;
}

}  // namespace tools
