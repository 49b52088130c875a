// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file fs-apply: the same script once as its edits, once as a shell's commands.
#include <unistd.h>

#include <algorithm>

#include "tests/tools/edit_tree.hpp"

namespace tools {
namespace {

class ApplyTest : public EditTest {
 protected:
  /// The messages of a script that must end so, without the name of the tool in front of each.
  std::string says(const std::string& script, int status, const Arguments& options = {}) {
    const Outcome outcome = apply(script, options);
    EXPECT_EQ(outcome.status, status) << outcome.err;
    std::string text;
    for (std::size_t at = 0; at < outcome.err.size();) {
      const std::size_t end = outcome.err.find('\n', at);
      std::string line = outcome.err.substr(at, end - at);
      if (line.starts_with("fs-apply: ")) line.erase(0, 10);
      text += line + "\n";
      at = end + 1;
    }
    return text;
  }
};

TEST_F(ApplyTest, EditsAreWhatAShellWouldDo) {
  both_ways(
      "# names\n"
      "mkdir -p /etc/ssh /two\\ words /z /keep/x\n"
      "\n"
      "  mkdir -m 700   /private   # a comment\n"
      "touch /a /b /c /it\\ is /quote\\' /#no-comment\n"
      "ln -s ../etc /z/link\n"
      "ln -s nowhere /dangling\n"
      "ln /a /second\n"
      "ln /a /z\n"
      "ln -f /b /c\n"
      "ln -sf other /dangling\n"
      "mv /b /z\n"
      "mv /z /y\n"
      "mv -T /two\\ words /etc/three\n"
      "rm -f /none /c\n"
      "rm -r /keep\n"
      "rmdir -p --ignore-fail-on-non-empty /etc/three\n"
      "truncate -s 12345 /a\n"
      "truncate -r /a -s -45 /cut\n"
      "touch -d 2001-02-03T04:05:06Z /a /y\n"
      "touch -c /absent\n");
  same_trees();
  EXPECT_EQ(facts("/a", "%Y"), must({"stat", "-c", "%Y", in_tree("/a")}));
  EXPECT_EQ(facts("/y", "%Y"), must({"stat", "-c", "%Y", in_tree("/y")}));
}

TEST_F(ApplyTest, OwnersAreThoseOfChown) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files to others";
  both_ways(
      "touch /a /b /c\n"
      "ln -s a /link\n"
      "chmod 6755 /b\n"
      "chown 5:6 /link\n"
      "chown -h 7 /link\n"
      "chown :8 /b\n"
      "chown 9:9 /c\n");
  same_trees();
}

TEST_F(ApplyTest, ModesAreThoseOfChmod) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can look into directories that nobody may read";
  std::string script;
  int number = 0;
  for (const char* mode : {"644",     "0755",        "7777", "00700",  "0",      "u+x",     "+x", "a+x",
                           "go-rwx",  "u=rwx,go=rx", "g=u",  "o=g-w",  "ug+s",   "u-s,g-s", "+t", "a-x+X",
                           "u+x,a+X", "=",           "=rw",  "a=",     "u=rwxs", "g+s,o+t", "-w", "o+w,-w",
                           "ug=o",    "=x",          "u=s",  "u=,u+s", "g=rs"})
    for (const char* before : {"0644", "06751"}) {
      const std::string file = "/f" + std::to_string(number), directory = "/d" + std::to_string(number);
      ++number;
      script += "touch " + file + "\nmkdir " + directory + "\n";
      for (const std::string& name : {file, directory})
        script.append("chmod 0" + std::string(before) + " " + name + "\nchmod -- " + mode + " " + name +
                      "\n");
    }
  both_ways(script);
  same_trees();
}

TEST_F(ApplyTest, BytesComeFromFilesAndFromTheScript) {
  const std::string large(2'500'000, 'L');
  write_file(scratch_ / "large file", large);
  write_file(scratch_ / "small", "small\n");
  must({"chmod", "640", scratch_ / "small"});
  EXPECT_EQ(says("mkdir /d\n"
                 "put '" +
                     (scratch_ / "large file") +
                     "' /d\n"
                     "put " +
                     (scratch_ / "small") +
                     " /d/renamed\n"
                     "put -m u+x " +
                     (scratch_ / "small") +
                     " /executable\n"
                     "write /text one  'two  three' $'\\x21\\ttab\\n\\'\\101'\n"
                     "write -n /plain \"a \\\"b\\\" \\\\ \\n $HOME *\"\n"
                     "write -a /plain ' more'\n"
                     "write -o 1 -n /plain X\n"
                     "write /empty\n",
                 0),
            "");
  EXPECT_TRUE(ours("cat", {"/d/large file"}).out == large);
  EXPECT_EQ(ours("cat", {"/d/renamed", "/executable"}).out, "small\nsmall\n");
  EXPECT_EQ(facts("/d/renamed", "%a"), "640\n");
  EXPECT_EQ(facts("/executable", "%a"), "740\n");
  EXPECT_EQ(ours("cat", {"/text"}).out, "one two  three !\ttab\n'A\n");
  EXPECT_EQ(ours("cat", {"/plain"}).out, "aX\"b\" \\ \\n $HOME * more\n");
  EXPECT_EQ(facts("/empty", "%s"), "0\n");
  EXPECT_EQ(says("put " + (scratch_ / "small") + " '/d/large file'\n", 0), "");
  EXPECT_EQ(ours("cat", {"/d/large file"}).out, "small\n") << "replaced";
}

TEST_F(ApplyTest, AScriptWithAMistakeDoesNothing) {
  EXPECT_EQ(says("mkdir /a\nbogus /x\nmkdir b\nput /none /x\nwrite \"/x\nmkdir\nrm -i /a\nln /a\nchmod 9 /a\n"
                 "chown 9: /a\ntruncate /a\nwrite -ao5 /a x\nmkdir --frob /a\ntouch -d tomorrow /a\nmv /a\n"
                 "write /a $'\\0'\nput . /x\nmv -i /a /b\nwrite /a \\\n",
                 2),
            "-:2: bogus is no edit\n"
            "-:3: mkdir: b does not begin with '/', as paths in images do\n"
            "-:4: put: /none: No such file or directory\n"
            "-:5: a quote is not closed\n"
            "-:6: mkdir: missing operand\n"
            "-:7: rm: scripts do not ask: -i and -I have no meaning\n"
            "-:8: ln: two operands are wanted\n"
            "-:9: chmod: 9 is not a mode\n"
            "-:10: chown: 9: is not UID, UID:GID or :GID, in numbers\n"
            "-:11: truncate: a size is missing: -s or -r\n"
            "-:12: write: -a and -o exclude each other\n"
            "-:13: mkdir: unrecognized option --frob\n"
            "-:14: touch: -d: tomorrow is not a date\n"
            "-:15: mv: no destination is named after /a\n"
            "-:16: an escape is no byte\n"
            "-:17: put: .: Is a directory\n"
            "-:18: mv: scripts do not ask: -i has no meaning\n"
            "-:19: the line ends in a backslash\n");
  same_trees();
}

TEST_F(ApplyTest, TheFirstErrorEndsTheRun) {
  const std::string script = "mkdir /a\nmkdir /a /b\nmkdir /c\n";
  const std::string message = "-:2: " + in_image("/a") + ": the name exists already\n";
  EXPECT_EQ(says(script, 1), message);
  EXPECT_EQ(ours("ls", {"/"}).out, "a\nb\n") << "the line is done as far as it goes";
  EXPECT_EQ(says("rmdir /a /b\n" + script, 1, {"--keep-going"}),
            "-:3: " + message.substr(std::string_view("-:2: ").size()));
  EXPECT_EQ(ours("ls", {"/"}).out, "a\nb\nc\n");
}

TEST_F(ApplyTest, OperandsAreAnImageAndAScript) {
  write_file(scratch_ / "named script", "mkdir -v /a\n");
  const auto run = [](Arguments arguments) {
    arguments.insert(arguments.begin(), {FSU_LOGFS_TOOLS, "apply"});
    return oracle::run(arguments);
  };
  const Outcome applied = run({image_ + ":/", scratch_ / "named script"});
  EXPECT_EQ(applied.status, 0) << applied.err;
  EXPECT_EQ(applied.out, "fs-apply: created directory '" + image_ + ":/a'\n");
  const Outcome again = run({image_, scratch_ / "named script"});
  EXPECT_EQ(again.err, "fs-apply: '" + (scratch_ / "named script") + ":1': " + image_ +
                           ":/a: the name exists already\n");
  EXPECT_EQ(run({image_}).status, 0) << "an empty script on standard input";
  for (const Arguments& wrong : {Arguments{},
                                 {image_, "a", "b"},
                                 {image_ + ":/a", "-"},
                                 {"host:/tmp", "-"},
                                 {image_, scratch_ / "none"},
                                 {image_, scratch_ / ""},
                                 {scratch_ / "none.img", "-"}})
    EXPECT_EQ(run(wrong).status, 2) << testing::PrintToString(wrong);
  write_file(scratch_ / "self", "mkdir /x\nput " + image_ + " /copy\n");
  const Outcome self = run({image_, scratch_ / "self"});
  EXPECT_EQ(self.status, 2);
  EXPECT_TRUE(self.err.starts_with("fs-apply: the script puts the image into itself\n")) << self.err;
  EXPECT_EQ(ours("ls", {"/"}).out, "a\n");
}

}  // namespace
}  // namespace tools
