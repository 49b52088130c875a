// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Manual pages, completion in a real bash, and what an installation puts where.
#include <filesystem>
#include <set>
#include <sstream>

#include "tests/tools/image.hpp"

namespace tools {
namespace {

namespace fs = std::filesystem;

const std::string kProgram = std::string(FSU_TOOLS_DIR) + "/fs-utils";

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// The tools, as `fs-utils --help` lists them.
std::vector<std::string> all_tools() {
  std::vector<std::string> names;
  for (const std::string& line : lines_of(must({kProgram, "--help"})))
    if (line.starts_with("  ")) names.push_back(line.substr(2, line.find(' ', 2) - 2));
  return names;
}

/// The names of options that --help lists.
std::set<std::string> options_of(const std::string& tool) {
  std::set<std::string> names;
  for (const std::string& line : lines_of(must({kProgram, tool, "--help"}))) {
    if (!line.starts_with("  -")) continue;
    // "  -t, --target=DIRECTORY   what it does"
    std::istringstream listed(line.substr(2));
    for (std::string name; listed >> name;) {
      const std::string plain = name.substr(0, name.find_first_of("=[,"));
      EXPECT_TRUE(names.insert(plain).second) << "two options of fs-" << tool << " are called " << plain;
      if (!name.ends_with(',')) break;
    }
  }
  return names;
}

/// A manual page as a reader sees it, without bold and underlined letters.
std::string rendered(const std::string& file) {
  return must({"sh", "-c", "mandoc -T utf8 \"$0\" | sed 's/.\b//g'", file});
}

class ManualTest : public ImageTest {
 protected:
  /// The page's file.
  std::string page(const std::string& tool) {
    const std::string file = scratch(tool + ".page");
    write_file(file, must({kProgram, "manual", tool}));
    return file;
  }
};

TEST_F(ManualTest, PagesAreWellFormed) {
  auto names = all_tools();
  ASSERT_GE(names.size(), 4U);
  names.push_back("fs-utils");
  for (const std::string& tool : names) {
    SCOPED_TRACE(tool);
    const Outcome lint = oracle::run({"mandoc", "-T", "lint", "-W", "warning", page(tool)});
    EXPECT_EQ(lint.status, 0);
    EXPECT_EQ(lint.out + lint.err, "");
    const Outcome groff = oracle::run({"groff", "-man", "-ww", "-Tutf8", page(tool)});
    EXPECT_EQ(groff.status, 0);
    EXPECT_EQ(groff.err, "");
  }
}

TEST_F(ManualTest, PagesHaveAllThatHelpHas) {
  for (const std::string& tool : all_tools()) {
    SCOPED_TRACE(tool);
    const std::string text = rendered(page(tool)), help = must({kProgram, tool, "--help"});
    const auto options = options_of(tool);
    EXPECT_GE(options.size(), 9U);
    for (const std::string& option : options)
      EXPECT_TRUE(matches(text, ("(^|[ ,\n])" + option + "([ ,=[\n]|$)").c_str())) << option << "\n" << text;
    for (const char* section : {"NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "EXAMPLES"})
      EXPECT_TRUE(text.contains("\n" + std::string(section) + "\n")) << section;
    EXPECT_TRUE(help.contains("man fs-" + tool)) << "--help mentions the page";
    EXPECT_LT(help.find("\nOptions:"), help.find("\nImage options:")) << "the tool's own come first";
    EXPECT_LT(help.find("--help"), help.find("\nImage options:"));
    const std::string example = help.substr(help.find("Example:\n") + 9);
    EXPECT_TRUE(text.contains(lines_of(example).front())) << example;
  }
}

TEST_F(ManualTest, ThePageOfAllNamesEveryToolAndEveryFormOfOperand) {
  const std::string text = rendered(page("fs-utils"));
  for (const std::string& tool : all_tools()) EXPECT_TRUE(text.contains("fs-" + tool + "(1)")) << tool;
  for (const char* form :
       {"host:PATH", "NAME:/PATH", "IMAGE[@PART]:/PATH", ":/PATH", "partuuid=TEXT", "+OFFSET"})
    EXPECT_TRUE(text.contains(form)) << form;
}

TEST_F(ManualTest, PagesCanBeMadeTheSameAgain) {
  const auto made = [] { return must({"env", "SOURCE_DATE_EPOCH=86400", kProgram, "manual", "ls"}); };
  EXPECT_EQ(made(), made());
  EXPECT_TRUE(made().contains("1970-01-02"));
}

TEST_F(ManualTest, ThereIsNoPageForWhatIsNoTool) {
  EXPECT_EQ(oracle::run({kProgram, "manual", "nonsense"}).status, 2);
  EXPECT_EQ(oracle::run({kProgram, "manual"}).status, 2);
  EXPECT_EQ(oracle::run({kProgram, "completion", "x"}).status, 2);
}

/// Bash with the completion loaded; a command line is completed as readline asks for it.
class CompletionTest : public ImageTest {
 protected:
  void SetUp() override { write_file(scratch("script"), must({kProgram, "completion"})); }
  /// What is offered in place of the part of the last word behind its last break character, in order. The
  /// line is split as bash does, which makes words of their own of = : and @.
  std::vector<std::string> complete(const std::string& line) {
    const char* const kBash = R"(
      set -eu; cd "$1"; PATH=$2:$PATH; line=$3
      set +eu; . /usr/share/bash-completion/bash_completion; . ./script; set -u
      COMP_WORDBREAKS=$' \t\n"\'@><=;|&(:'   # as in an interactive shell
      compopt() { :; }   # there is no completion going on that it could tell
      COMP_LINE=$line COMP_POINT=${#line} COMP_WORDS=() COMP_TYPE=9 COMP_KEY=9
      rest=$line
      while [[ $rest =~ ^\ *([=:@]+|([^\ =:@\\]|\\.)+)(.*)$ ]]; do
        COMP_WORDS+=("${BASH_REMATCH[1]}") rest=${BASH_REMATCH[3]}
      done
      [[ $line != *\  || $line == *\\\  ]] || COMP_WORDS+=('')
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      COMPREPLY=()
      function=$(complete -p "${COMP_WORDS[0]}"); function=${function#*-F }; function=${function%% *}
      "$function" "${COMP_WORDS[0]}" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
      ((${#COMPREPLY[@]} == 0)) || printf '%s\n' "${COMPREPLY[@]}" | sort)";
    write_file(scratch("complete"), kBash);
    const Outcome outcome =
        oracle::run({"bash", "--norc", scratch("complete"), scratch(""), FSU_TOOLS_DIR, line});
    EXPECT_EQ(outcome.err, "") << line;
    return lines_of(outcome.out);
  }
  using Words = std::vector<std::string>;
};

TEST_F(CompletionTest, EveryOptionOfEveryTool) {
  for (const std::string& tool : all_tools()) {
    std::set<std::string> offered;
    for (std::string word : complete("fs-" + tool + " -")) {
      if (word.ends_with('=')) word.pop_back();
      offered.insert(word);
    }
    EXPECT_EQ(offered, options_of(tool)) << tool;
  }
}

TEST_F(CompletionTest, OptionsAndTheirValues) {
  EXPECT_EQ(complete("fs-ls --rec"), Words{"--recursive"});
  EXPECT_EQ(complete("fs-ls --image-o"), Words{"--image-offset="}) << "it needs a value";
  EXPECT_EQ(complete("fs-ls --lock="), (Words{"fail", "none", "wait"}));
  EXPECT_EQ(complete("fs-ls --lock=w"), Words{"wait"});
  EXPECT_EQ(complete("fs-ls --lock n"), Words{"none"});
  EXPECT_EQ(complete("fs-cat --fstype=e"), Words{"ext2"});
  EXPECT_EQ(complete("fs-utils i"), Words{"info"});
  EXPECT_EQ(complete("fs-utils cp --arc"), Words{"--archive"});
  EXPECT_EQ(complete("fs-ls -- -"), Words{}) << "operands only";
}

TEST_F(CompletionTest, HostFilesAndDirectories) {
  write_file(scratch("host/disk.img"), "");
  write_file(scratch("host/disk/x"), "");
  EXPECT_EQ(complete("fs-ls host/di"), (Words{"host/disk", "host/disk.img"}));
  EXPECT_EQ(complete("fs-cp -t host/di"), Words{"host/disk"});
  EXPECT_EQ(complete("fs-ls --image host/disk."), Words{"host/disk.img"});
}

TEST_F(CompletionTest, PathsInsideAnImage) {
  write_file(source("etc/passwd"), "");
  write_file(source("etc/passage/deep"), "");
  write_file(source("etc/.hidden"), "");
  write_file(source("one file"), "");
  write_file(source("$(touch hacked)"), "");
  make_image();
  EXPECT_EQ(complete("fs-cat disk.img:/e"), Words{"/etc/"}) << "the only one is a directory";
  EXPECT_EQ(complete("fs-cat disk.img:/etc/pass"), (Words{"/etc/passage", "/etc/passwd"}));
  EXPECT_EQ(complete("fs-cat disk.img:/etc/passw"), Words{"/etc/passwd"});
  EXPECT_EQ(complete("fs-cat disk.img@0:/etc/passw"), Words{"/etc/passwd"});
  EXPECT_EQ(complete("fs-cat disk.img:/etc/"), (Words{"/etc/passage", "/etc/passwd"}));
  EXPECT_EQ(complete("fs-cat disk.img:/etc/.h"), Words{"/etc/.hidden"});
  EXPECT_EQ(complete("fs-cat disk.img:/on"), Words{"/one\\ file"});
  EXPECT_EQ(complete("fs-cat disk.img:/one\\ f"), Words{"/one\\ file"});
  EXPECT_EQ(complete("fs-cat disk.img:/\\$"), Words{"/\\$\\(touch\\ hacked\\)"});
  EXPECT_FALSE(fs::exists(scratch("hacked")));
  EXPECT_EQ(complete("fs-cat missing.img:/e"), Words{}) << "quietly";
}

TEST(Install, PutsAllInPlace) {
  const Scratch scratch;
  must({FSU_CMAKE, "--install", FSU_BUILD_DIR, "--prefix", scratch / "x", "--component", "Unspecified"});
  const fs::path prefix = scratch / "x";
  EXPECT_FALSE(fs::is_symlink(prefix / "bin/fs-utils"));
  std::vector<std::string> names = {"fs-utils"};
  for (const std::string& tool : all_tools()) names.push_back("fs-" + tool);
  for (const std::string& name : names) {
    EXPECT_TRUE(must({prefix / "bin" / name, "--version"}).starts_with(name)) << name;
    if (!FSU_PAGES) continue;  // a build with sanitizers makes none
    const std::string section = name == "fs-utils" ? "7" : "1";
    EXPECT_TRUE(fs::file_size(prefix / "share/man" / ("man" + section) / (name + "." + section)) > 0);
    EXPECT_TRUE(fs::file_size(prefix / "share/bash-completion/completions" / name) > 0) << name;
  }
  if (!FSU_PAGES) return;
  EXPECT_EQ(read_file(prefix / "share/bash-completion/completions/fs-ls"), must({kProgram, "completion"}));
}

}  // namespace
}  // namespace tools
