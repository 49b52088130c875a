// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Command lines: operands verbatim, abbreviations, bundles, and the traps of the parser behind.
#include "utils/base/options.hpp"

#include <gtest/gtest.h>

#include "utils/base/message.hpp"

namespace fsu {
namespace {

using Texts = std::vector<std::string>;

/// A tool with one option of each kind; remembers what was set, in order.
class OptionsTest : public testing::Test {
 protected:
  OptionsTest() {
    options_.flag("-l", "long", [this] { set_.push_back("l"); });
    options_.flag("-a,--all", "all", [this] { set_.push_back("all"); });
    options_.flag("--almost-all", "almost", [this] { set_.push_back("almost-all"); });
    options_.flag("-r,-R,--recursive", "recursive", [this] { set_.push_back("recursive"); });
    options_.value("-t,--target", "DIR", "target",
                   [this](const std::string& v) { set_.push_back("target=" + v); });
    options_.optional_value("--color", "WHEN", "colour", [this](std::optional<std::string> v) {
      set_.push_back("color=" + v.value_or("(none)"));
    });
  }

  /// The operands of a command line.
  Texts parse(Texts arguments) {
    std::vector<char*> pointers;
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    auto operands = options_.parse(pointers);
    return operands ? *operands : Texts{"(answered)"};
  }

  std::string refusal(Texts arguments) {
    try {
      parse(std::move(arguments));
    } catch (const UsageError& error) {
      return error.what();
    }
    return "";
  }

  Options options_{ToolText{"fs-test", "", "", ""}};
  Texts set_;
};

TEST_F(OptionsTest, OperandsAreVerbatim) {
  EXPECT_EQ(parse({"[a,b]", "-", "", "{}", "[]", "a=b", "[x", "--", "-l", "--all", "--"}),
            (Texts{"[a,b]", "-", "", "{}", "[]", "a=b", "[x", "-l", "--all", "--"}));
  EXPECT_EQ(set_, Texts{});
}

TEST_F(OptionsTest, AnOptionalValueNeverTakesAnOperand) {
  EXPECT_EQ(parse({"--color", "disk.img:/"}), Texts{"disk.img:/"});
  EXPECT_EQ(set_, Texts{"color=(none)"});
}

TEST_F(OptionsTest, AnOptionalValueFollowsAnEqualsSign) {
  EXPECT_EQ(parse({"--color=always", "x"}), Texts{"x"});
  EXPECT_EQ(set_, Texts{"color=always"});
}

TEST_F(OptionsTest, ValuesAreVerbatim) {
  EXPECT_EQ(parse({"--target", "[a,b]", "--target=", "--target=-l", "-t--all", "-t", "{}", "--target", "--"}),
            Texts{});
  EXPECT_EQ(set_, (Texts{"target=[a,b]", "target=", "target=-l", "target=--all", "target={}", "target=--"}));
}

TEST_F(OptionsTest, ShortFlagsBundle) {
  EXPECT_EQ(parse({"x", "-laR", "y", "-ltdir"}), (Texts{"x", "y"}));
  EXPECT_EQ(set_, (Texts{"l", "all", "recursive", "l", "target=dir"}));
}

TEST_F(OptionsTest, CallbacksRunInTheOrderOfTheCommandLine) {
  parse({"--almost-all", "-a", "--almost-all"});
  EXPECT_EQ(set_, (Texts{"almost-all", "all", "almost-all"}));
}

TEST_F(OptionsTest, UniquePrefixes) {
  parse({"--rec", "--all", "--alm", "--tar=x", "--tar", "y"});
  EXPECT_EQ(set_, (Texts{"recursive", "all", "almost-all", "target=x", "target=y"}))
      << "--all is whole, not a prefix";
  EXPECT_NE(refusal({"--al"}).find("ambiguous"), std::string::npos);
}

TEST_F(OptionsTest, Refusals) {
  EXPECT_NE(refusal({"--nonsense"}), "");
  EXPECT_NE(refusal({"-x"}), "");
  EXPECT_NE(refusal({"--all=yes"}), "");
  EXPECT_NE(refusal({"--target"}), "");
  EXPECT_NE(refusal({"-t"}), "");
  EXPECT_NE(refusal({"--=x"}), "");
}

TEST_F(OptionsTest, HelpAndVersionAnswer) {
  testing::internal::CaptureStdout();
  EXPECT_EQ(parse({"--help"}), Texts{"(answered)"});
  const std::string help = testing::internal::GetCapturedStdout();
  EXPECT_NE(help.find("Usage: fs-test"), std::string::npos);
  EXPECT_NE(help.find("--almost-all"), std::string::npos);
  EXPECT_NE(help.find("Example"), std::string::npos);
}

}  // namespace
}  // namespace fsu
