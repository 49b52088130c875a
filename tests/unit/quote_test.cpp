// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Quoting, checked against what a shell reads back.
#include "utils/base/quote.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace fsu {
namespace {

TEST(Quote, PlainWordsStayAsTheyAre) {
  for (const char* text :
       {"a", "etc/passwd", "disk.img@2:/x", "a-b_c+d,e%f", "]x", "a#b", "a~", "ümlaut", "日本"})
    EXPECT_EQ(quote(text), text);
}

TEST(Quote, WritesWhatGnuLsWrites) {
  EXPECT_EQ(quote(""), "''");
  EXPECT_EQ(quote("a b"), "'a b'");
  EXPECT_EQ(quote("it's"), "\"it's\"");
  EXPECT_EQ(quote("it's $5"), "'it'\\''s $5'");
  EXPECT_EQ(quote("~a"), "'~a'");
  EXPECT_EQ(quote("#a"), "'#a'");
  EXPECT_EQ(quote("a\nb"), "'a'$'\\n''b'");
  EXPECT_EQ(quote("\033[2J"), "''$'\\033''[2J'");
  EXPECT_EQ(quote("a\x7f"), "'a'$'\\177'");
  EXPECT_EQ(quote("a\tb"), "'a'$'\\t''b'");
}

TEST(Quote, NothingThatATerminalActsOnPassesRaw) {
  EXPECT_EQ(quote("\xff"), "''$'\\377'") << "not UTF-8";
  EXPECT_EQ(quote("\xc0\xaf"), "''$'\\300\\257'") << "overlong";
  EXPECT_EQ(quote("\xed\xa0\x80"), "''$'\\355\\240\\200'") << "surrogate";
  EXPECT_EQ(quote("a\xe2\x80"), "'a'$'\\342\\200'") << "cut short";
  EXPECT_EQ(quote("\xc2\x9b"), "''$'\\302\\233'") << "the one-character CSI";
  EXPECT_EQ(quote("\xe2\x80\xae"), "''$'\\342\\200\\256'") << "right-to-left override";
}

/// The bytes that bash makes of a quoted text.
std::string shell_reads(const std::string& quoted) {
  char path[] = "/tmp/fs-utils-quote-XXXXXX";
  const int fd = mkstemp(path);
  const std::string script = "printf %s " + quoted + "\n";
  const bool written = write(fd, script.data(), script.size()) == static_cast<ssize_t>(script.size());
  close(fd);
  std::string text;
  std::FILE* pipe = popen((std::string("LC_ALL=C bash ") + path).c_str(), "r");
  std::array<char, 512> buffer;
  while (const std::size_t got = pipe ? std::fread(buffer.data(), 1, buffer.size(), pipe) : 0)
    text.append(buffer.data(), got);
  const int status = pipe ? pclose(pipe) : -1;
  unlink(path);
  return written && status == 0 ? text : "bash could not be run";
}

TEST(Quote, AShellReadsTheSameBytes) {
  std::string every_byte;
  for (int byte = 1; byte < 256; ++byte) every_byte += static_cast<char>(byte);
  for (const std::string& text : {every_byte, std::string("it's"), std::string("'"), std::string("\"'\n'"),
                                  std::string("$(x) `y` \\ !"), std::string("{"), std::string("a'\033'b")})
    EXPECT_EQ(shell_reads(quote(text)), text);
}

TEST(Quote, SpecialCharactersNeedQuotesOnDemand) {
  EXPECT_EQ(quote("a@b"), "a@b");
  EXPECT_EQ(quote("a@b", "@"), "'a@b'");
  EXPECT_EQ(quote_always("a"), "'a'");
  EXPECT_EQ(quote_always("it's"), "\"it's\"");
}

}  // namespace
}  // namespace fsu
