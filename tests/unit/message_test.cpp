// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The words of messages, and the exit status that follows.
#include "utils/base/message.hpp"

#include <gtest/gtest.h>

namespace fsu {
namespace {

TEST(Message, EveryCodeOfTheKernelHasAText) {
  for (int code = static_cast<int>(rump::Errc::io); code <= static_cast<int>(rump::Errc::broken_pipe); ++code)
    EXPECT_NE(errc_text(static_cast<rump::Errc>(code)), "unknown error") << code;
}

TEST(Message, TheReasonIsPreferredAndSaysWhoseFaultItIs) {
  EXPECT_EQ(reason_of({rump::Errc::not_found}), "no such file or directory");
  EXPECT_EQ(reason_of({rump::Errc::denied, "no search permission"}), "no search permission");
  EXPECT_EQ(reason_of({rump::Errc::corrupt, "block has two roles"}), "corrupt image: block has two roles");
  EXPECT_EQ(reason_of({rump::Errc::not_supported, "feature x"}), "not supported: feature x");
}

TEST(Message, FormAndExitStatus) {
  Reporter report("fs-test");
  EXPECT_EQ(report.exit_status(), kDone);
  testing::internal::CaptureStderr();
  report.warning("d.img:/s", "left out");
  EXPECT_EQ(report.exit_status(), kDone);
  report.error("d.img:/a\033b", "no such file or directory");
  EXPECT_EQ(report.exit_status(), kSomeFailed);
  report.not_opened("", "no image is named");
  report.error("x", "y");
  EXPECT_EQ(report.exit_status(), kNotStarted);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "fs-test: d.img:/s: warning: left out\n"
            "fs-test: 'd.img:/a'$'\\033''b': no such file or directory\n"
            "fs-test: no image is named\n"
            "fs-test: x: y\n");
}

}  // namespace
}  // namespace fsu
