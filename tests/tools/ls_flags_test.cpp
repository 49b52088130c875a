// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The flags of fs-ls, alone and together, beside GNU ls on the same tree.
#include <algorithm>
#include <sstream>

#include "tests/tools/varied.hpp"

namespace tools {
namespace {

class LsFlagsTest : public VariedTest {
 protected:
  /// "-l -a" as arguments.
  static Arguments words(const std::string& text) {
    std::istringstream stream(text);
    Arguments words;
    for (std::string word; stream >> word;) words.push_back(word);
    return words;
  }

  /// Without what another file system decides: the space that is taken, and in long lines the size of
  /// directories (and so of the column).
  static std::string comparable(const std::string& text) {
    std::string result;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
      if (line.starts_with("total ")) continue;
      if (line.size() > 10 && std::string_view("d-lps").contains(line[0]) && line[1] == 'r') {
        std::istringstream fields(line);
        std::string mode, field;
        fields >> mode;
        result += mode;
        while (fields >> field) {
          const bool size = field.find_first_not_of("0123456789.KMk,") == field.npos;
          if (mode[0] != 'd' || !size) result += " " + field;
        }
        result += '\n';
        continue;
      }
      result += line + "\n";
    }
    return result;
  }

  void compare(const std::vector<std::string>& variables, Arguments options, const std::string& path) {
    options.push_back(in_image(path));
    Arguments command = {"ls"};
    command.insert(command.end(), options.begin(), options.end());
    const std::string expected = gnu(variables, command);
    EXPECT_FALSE(expected.empty());
    EXPECT_EQ(comparable(ours(variables, "ls", options)), comparable(expected))
        << testing::PrintToString(variables) << testing::PrintToString(options);
  }
  void compare_all(const std::vector<std::string>& variables, const std::vector<std::string>& option_sets) {
    for (const std::string& options : option_sets)
      for (const char* path : {"/files", "/types", "/tree"}) compare(variables, words(options), path);
  }
};

TEST_F(LsFlagsTest, NamesAndOrder) {
  compare_all({}, {"-X",
                   "-v",
                   "-rv",
                   "-t",
                   "-rt",
                   "-Sr",
                   "-1t",
                   "-B",
                   "-I *.tar -I f*",
                   "--hide=f* -a",
                   "--hide=f*",
                   "--group-directories-first",
                   "-r --group-directories-first",
                   "-v --group-directories-first",
                   "--sort=width",
                   "--sort=ext",
                   "-tr --sort=version",
                   "-d",
                   "-R",
                   "-RF"});
}

TEST_F(LsFlagsTest, Indicators) {
  compare_all(
      {}, {"-F", "-p", "--file-type", "--classify=always", "--classify=never", "--classify=auto",
           "--indicator-style=slash", "-F --indicator-style=none", "-lF", "-lp", "-LF", "-l --file-type"});
}

TEST_F(LsFlagsTest, LongLines) {
  compare_all({}, {"-l",  "-n",  "-g",  "-o",  "-lG", "-go", "-lh", "-l --si", "-l --block-size=K",
                   "-lk", "-lr", "-lt", "-lX", "-lv", "-lL", "-lH", "-lRA",    "-1l",
                   "-Cl", "-lQ"});
}

TEST_F(LsFlagsTest, LinesEndWithNulOnDemand) { compare({}, {"-l", "--zero"}, "/files"); }

TEST_F(LsFlagsTest, Columns) {
  compare_all({},
              {"-C",     "-x",     "-m",     "-C -w40",       "-x -w40",         "-m -w40", "-C -w0",
               "-x -w0", "-m -w0", "-C -T4", "-C -T0",        "-CF -w200",       "-CaF",    "-xb",
               "-mQ",    "-RC",    "-Rm",    "--format=comm", "--format=across", "-lC",     "-C --width=1"});
  compare_all({"COLUMNS=37"}, {"-C", "-x"});
  compare_all({"TABSIZE=3"}, {"-C"});
}

TEST_F(LsFlagsTest, Quoting) {
  compare_all({}, {"-Q", "-b", "-N", "-q", "-Qb", "--zero", "--quoting-style=c", "--quoting-style=escape -F",
                   "--quoting-style=shell-escape -C", "--quoting-style=shell-escape -CF",
                   "--quoting-style=shell-escape -C --file-type", "--quoting-style=shell-escape -l",
                   "--quoting-style=shell-escape-always -m", "-q --show-control-chars"});
  compare_all({"QUOTING_STYLE=shell-escape"}, {"-1", "-x", "-lF"});
}

TEST_F(LsFlagsTest, Times) {
  compare_all({}, {"--full-time", "-l --time-style=iso", "-l --time-style=long-iso", "-l --time-style=+%s.%N",
                   "-l --time-style=locale"});
  compare_all({"TIME_STYLE=long-iso"}, {"-l"});
  compare_all({"TZ=Asia/Kolkata"}, {"--full-time", "-l"});
  compare({"TZ=America/New_York"}, {"-l", "--time-style=+%a %-d %^b %Y\n%H:%M %3N %:z"}, "/files");
}

TEST_F(LsFlagsTest, Colours) {
  const std::vector<std::string> options = {"--color",     "--color -l",  "--color -C -w60",
                                            "--color -lF", "--color -LF", "--color -m -w33",
                                            "--color -R",  "--color -lQ"};
  compare_all({"LS_COLORS="}, options);
  constexpr const char* kMany =
      "rs=0:di=01;34:ln=01;36:or=40;31;01:su=37;41:sg=30;43:tw=30;42:ow=34;42:st=37;44:"
      "ex=01;32:*.tar=01;31:*~=00;90";
  for (const char* colours :
       {kMany, "ln=target:or=31:mi=41", "di=0:ex=00:or=:*~=90:mh=44", "lc=<:rc=>:ec=</>:di=D:ln=L", "or=31",
        "mi=41", "rs=39:*TXT=7:tw=:ow=0:st=5", "di=\\e[1\\_^A\\x41\\101"})
    compare_all({std::string("LS_COLORS=") + colours}, options);
  for (const char* set : {"--color -l", "--color -lF", "--color -C -w60", "--color -m"})
    compare({"LS_COLORS=no=33:fi=34:ex=35:*.tar=36:*.gz=1"}, words(set), "/files");
  compare_all({"LS_COLORS=", "TERM=dumb"}, {"--color -l"});
  compare_all({"LS_COLORS=", "TERM=", "COLORTERM=yes"}, {"--color -l", "--color=never", "--color=auto"});
}

TEST_F(LsFlagsTest, SpaceAndInodes) {
  const std::string inode = ours({}, "stat", {"-c", "%i", in_image("/files/large")});
  const std::string blocks = ours({}, "stat", {"-c", "%b", in_image("/files/large")});
  const std::string number = inode.substr(0, inode.size() - 1);
  const std::string kib = std::to_string(std::stoi(blocks) / 2);
  const Arguments one = {in_image("/files/large")};
  EXPECT_EQ(ours({}, "ls", {"-is", one[0]}), number + " " + kib + " " + one[0] + "\n");
  EXPECT_EQ(ours({}, "ls", {"-ism", one[0]}), number + " " + kib + " " + one[0] + "\n");
  EXPECT_EQ(ours({"POSIXLY_CORRECT=1"}, "ls", {"-s", one[0]}),
            std::to_string(std::stoi(blocks)) + " " + one[0] + "\n");
  EXPECT_EQ(ours({}, "ls", {"-sh", one[0]}), "1.2M " + one[0] + "\n");
}

TEST_F(LsFlagsTest, UnsortedNamesAreAllThereAndNoMemoryIsTakenForThem) {
  const auto lines = [](const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line, '\0');) lines.push_back(line);
    std::ranges::sort(lines);
    return lines;
  };
  const std::string path = in_image("/files");
  EXPECT_EQ(lines(ours({}, "ls", {"-U", "-a", "--zero", path})),
            lines(gnu({}, {"ls", "-U", "-a", "--zero", path})));
  EXPECT_EQ(lines(ours({}, "ls", {"-f", "--zero", path})), lines(gnu({}, {"ls", "-f", "--zero", path})));
}

TEST_F(LsFlagsTest, WhatCannotBeMeantIsAUsageError) {
  for (const char* option : {"--sort=colour", "--color=maybe", "--time=tea", "--width=x", "--format=ver",
                             "-D", "--block-size=1X", "--time-style=swatch", "--quoting-style=x"})
    EXPECT_EQ(run_tool("ls", {option, "-l", image_}).status, 2) << option;
  EXPECT_EQ(run_tool("ls", {"--json", "--zero", image_}).status, 2);
}

}  // namespace
}  // namespace tools
