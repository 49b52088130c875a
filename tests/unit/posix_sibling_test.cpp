// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The posix host's policy for opening files beside an image.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string_view>

#include "tests/fixtures/host_files.hpp"

namespace rump::test {
namespace {

using host::Handle;
using host::Status;
using namespace std::string_view_literals;

/// A directory with an image and what may lie beside it.
class PosixSibling : public testing::Test {
 protected:
  PosixSibling() {
    scratch_.file("base", "base content");
    std::filesystem::create_directory(scratch_.path() / "directory");
    std::filesystem::create_symlink("base", scratch_.path() / "link");
    EXPECT_EQ(mkfifo((scratch_.path() / "fifo").c_str(), 0600), 0);
  }

  static Status open(Handle handle, std::string_view name, Handle* sibling) {
    return host::io_open_sibling(handle, name.data(), static_cast<u32>(name.size()), sibling);
  }

  ScratchDirectory scratch_;
  Descriptor image_ = scratch_.file("image");
  Descriptor directory_ = scratch_.open(".", O_RDONLY | O_DIRECTORY);
};

TEST_F(PosixSibling, DeniedUnlessAllowed) {
  Handle sibling = 0;
  EXPECT_EQ(open(image_.handle(), "base", &sibling), Status::denied);
  host::posix::allow_siblings(image_.handle(), directory_.number());
  EXPECT_EQ(open(image_.handle(), "base", &sibling), Status::ok);
  EXPECT_EQ(host::io_close(sibling), Status::ok);
  host::posix::forbid_siblings(image_.handle());
  EXPECT_EQ(open(image_.handle(), "base", &sibling), Status::denied);
}

TEST_F(PosixSibling, IsReadOnlyAndClosesForGood) {
  host::posix::allow_siblings(image_.handle(), directory_.number());
  Handle sibling = 0;
  ASSERT_EQ(open(image_.handle(), "base", &sibling), Status::ok);
  std::string text(4, '\0');
  const host::IoPart part{text.data(), text.size()};
  EXPECT_EQ(host::io_read(sibling, 5, &part, 1), Status::ok);
  EXPECT_EQ(text, "cont");
  EXPECT_EQ(host::io_write(sibling, 0, &part, 1), Status::invalid);

  Handle further = 0;
  ASSERT_EQ(open(sibling, "image", &further), Status::ok) << "backing files form chains";
  EXPECT_EQ(host::io_close(further), Status::ok);
  EXPECT_EQ(host::io_close(sibling), Status::ok);
  EXPECT_EQ(host::io_read(sibling, 0, &part, 1), Status::invalid);
  EXPECT_EQ(open(sibling, "image", &further), Status::denied);
  host::posix::forbid_siblings(image_.handle());
}

TEST_F(PosixSibling, OnlyRegularFilesByOneComponent) {
  host::posix::allow_siblings(image_.handle(), directory_.number());
  Handle sibling = 0;
  for (const std::string_view name : {""sv, "."sv, ".."sv, "/etc/passwd"sv, "../base"sv, "./base"sv,
                                      "directory/x"sv, "base\0"sv, "directory"sv, "link"sv, "fifo"sv})
    EXPECT_EQ(open(image_.handle(), name, &sibling), Status::denied) << name;
  EXPECT_EQ(open(image_.handle(), std::string(256, 'n'), &sibling), Status::denied);
  EXPECT_EQ(open(image_.handle(), std::string(255, 'n'), &sibling), Status::not_found);
  host::posix::forbid_siblings(image_.handle());
}

}  // namespace
}  // namespace rump::test
