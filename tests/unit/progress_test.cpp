// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The progress line, on a terminal of the test's own.
#include "utils/base/progress.hpp"

#include <gtest/gtest.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "utils/base/message.hpp"

namespace fsu {
namespace {

constexpr unsigned short kColumns = 40;

/// Advances until the line is due, and draws it.
void draw(Progress& progress, const std::string& name) {
  while (!progress.advance(1024)) usleep(1000);
  progress.show(name);
}

/// What the child writes to a terminal that is its standard error. The child ends in `work`.
template <class Work>
std::string on_terminal(Work work) {
  winsize size{};
  size.ws_col = kColumns;
  int terminal = -1;
  const pid_t child = forkpty(&terminal, nullptr, nullptr, &size);
  if (child == 0) {
    work();
    _exit(0);
  }
  EXPECT_GT(child, 0);
  std::string text;
  char bytes[256];
  // At the end of the last writer a terminal fails with EIO.
  for (ssize_t got; (got = read(terminal, bytes, sizeof bytes)) > 0;) text.append(bytes, std::size_t(got));
  close(terminal);
  waitpid(child, nullptr, 0);
  return text;
}

TEST(Progress, SaysHowFarTheWorkIs) {
  const std::string text = on_terminal([] {
    Progress progress(true);
    progress.expect(std::uint64_t{4} << 40);
    static_cast<void>(progress.advance(std::uint64_t{1} << 40));
    draw(progress, "a\033[2Jfile");
  });
  EXPECT_TRUE(text.starts_with("\r1.0 TiB of 4.0 TiB, 25%, ")) << text;
  EXPECT_EQ(text.find("\033[2J"), text.npos) << "a name reaches the terminal raw";
  EXPECT_TRUE(text.ends_with("\r\033[K")) << "the line is still there at the end";
}

TEST(Progress, FitsTheTerminal) {
  const std::string text = on_terminal([] {
    Progress progress(true);
    draw(progress, std::string(50, 'n') + std::string(50, '\n'));
  });
  const std::string line = text.substr(1, text.find("\033[K") - 1);
  EXPECT_EQ(line.size(), kColumns - 1U) << line;
  EXPECT_TRUE(line.contains("  '")) << line;
}

TEST(Progress, MessagesDoNotRunIntoIt) {
  const std::string text = on_terminal([] {
    Progress progress(true);
    Reporter report("fs-cp");
    report.before_message([&progress] { progress.clear(); });
    report.error("early", "nothing is drawn yet");
    draw(progress, "name");
    report.error("late", "something is");
    draw(progress, "name");
  });
  EXPECT_TRUE(text.starts_with("fs-cp: early: nothing is drawn yet\r\n")) << text;
  EXPECT_TRUE(text.contains("\r\033[Kfs-cp: late: something is\r\n\r")) << text;
}

TEST(Progress, NeedsATerminalAndAWish) {
  EXPECT_EQ(on_terminal([] {
              Progress progress(false);
              const auto start = time(nullptr);
              while (time(nullptr) < start + 2)
                if (progress.advance(1)) progress.show("name");
            }),
            "");
  testing::internal::CaptureStderr();
  {
    Progress progress(true);
    const auto start = time(nullptr);
    while (time(nullptr) < start + 2)
      if (progress.advance(1)) progress.show("name");
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace fsu
