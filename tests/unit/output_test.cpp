// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Output to pipes, full devices and nobody.
#include "utils/base/output.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

namespace fsu {
namespace {

TEST(Output, KeepsTheOrderOfSmallAndLargePieces) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  ASSERT_GT(fcntl(ends[1], F_SETPIPE_SZ, 1 << 20), 0);
  Output out(ends[1]);
  std::string expected;
  for (int i = 0; i < 40; ++i) {
    const std::string piece(static_cast<std::size_t>(1) << (i % 17), static_cast<char>('a' + i % 26));
    out.put(piece);
    out.put('\n');
    out.pad(3);
    expected += piece + "\n   ";
  }
  out.flush();
  close(ends[1]);
  std::string got(expected.size() + 1, 0);
  std::size_t used = 0;
  while (const ssize_t n = read(ends[0], got.data() + used, got.size() - used)) {
    ASSERT_GT(n, 0);
    used += static_cast<std::size_t>(n);
  }
  close(ends[0]);
  got.resize(used);
  EXPECT_EQ(got, expected);
}

TEST(Output, AFullDeviceIsReported) {
  const int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(fd, 0);
  Output out(fd);
  out.put("x");
  try {
    out.flush();
    FAIL() << "nothing was thrown";
  } catch (const OutputError& error) {
    EXPECT_STREQ(error.what(), "No space left on device");
  }
  EXPECT_NO_THROW(out.flush()) << "nothing is written twice";
  close(fd);
}

TEST(OutputDeathTest, AReaderThatHasGoneEndsTheProcessBySignal) {
  EXPECT_EXIT(
      {
        std::signal(SIGPIPE, SIG_IGN);
        int ends[2];
        if (pipe(ends) != 0) std::_Exit(1);
        close(ends[0]);
        Output out(ends[1]);
        out.put("x");
        out.flush();
      },
      testing::KilledBySignal(SIGPIPE), "^$");
}

}  // namespace
}  // namespace fsu
