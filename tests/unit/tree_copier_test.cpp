// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Copies between two file systems of ours that hold everything: owners, devices, attributes, ACLs,
/// holes.
#include "utils/copy/tree_copier.hpp"

#include <gtest/gtest.h>

#include "fs/tmpfs/tmpfs.hpp"
#include "images/memory.hpp"
#include "tests/fixtures/bytes.hpp"
#include "utils/copy/image_tree.hpp"

namespace fsu {
namespace {

using rump::FileType;
using rump::Follow;
using rump::kCwd;
using rump::test::bytes_of;
using rump::test::text_of;

/// A tmpfs and its files.
class Volume {
 public:
  explicit Volume(rump::Kernel& kernel)
      : device_(*rump::images::make_memory(rump::u64{64} << 20)),
        mount_(**kernel.mount(rump::tmpfs::kFsType, *device_, {.read_only = false})),
        process_(std::make_unique<rump::Process>(kernel, *kernel.root_of(mount_))),
        tree(*process_) {
    process_->umask(0);
  }
  ~Volume() {
    process_.reset();
    EXPECT_TRUE(mount_.kernel().unmount(mount_));
  }
  rump::Process& process() { return *process_; }

  void put(const std::string& path, const std::string& text, rump::u32 mode = 0644) {
    const rump::Fd fd = *process_->open(kCwd, path, rump::kOpenWrite | rump::kOpenCreate, mode);
    ASSERT_EQ(*process_->pwrite(fd, bytes_of(text), 0), text.size());
    ASSERT_TRUE(process_->close(fd));
  }
  std::string get(const std::string& path) {
    const rump::Fd fd = *process_->open(kCwd, path, rump::kOpenRead);
    std::string text(process_->fstat(fd)->size, '\0');
    EXPECT_EQ(*process_->pread(fd, std::as_writable_bytes(std::span(text)), 0), text.size());
    EXPECT_TRUE(process_->close(fd));
    return text;
  }
  rump::Attr stat(const std::string& path) {
    const auto attr = process_->stat(kCwd, path, Follow::no);
    EXPECT_TRUE(attr) << path;
    return attr.value_or(rump::Attr{});
  }
  void set(const std::string& path, const char* name, const std::string& value) {
    ASSERT_TRUE(process_->set_xattr(kCwd, path, Follow::no, name, bytes_of(value), rump::XattrMode::set))
        << name;
  }
  std::string attribute(const std::string& path, const char* name) {
    std::array<std::byte, 256> room;
    const auto size = process_->get_xattr(kCwd, path, Follow::no, name, room);
    return size ? text_of(std::span(room).first(*size)) : "none";
  }

 private:
  std::unique_ptr<rump::BlockDevice> device_;
  rump::Mount& mount_;
  std::unique_ptr<rump::Process> process_;

 public:
  ImageTree tree;
};

class TreeCopierTest : public testing::Test {
 protected:
  void SetUp() override {
    rump::Process& process = from_.process();
    ASSERT_TRUE(process.mkdir(kCwd, "/d", 01770));
    from_.put("/d/file", "data", 04711);
    from_.set("/d/file", "user.note", "hello");
    from_.set("/d/file", "security.label", "secret");
    from_.set("/d/file", "trusted.key", "t");
    ASSERT_TRUE(process.link(kCwd, "/d/file", kCwd, "/d/same", Follow::no));
    ASSERT_TRUE(process.symlink("file", kCwd, "/d/link"));
    ASSERT_TRUE(process.mknod(kCwd, "/d/null", FileType::chr, 0666, {1, 3}));
    ASSERT_TRUE(process.mknod(kCwd, "/d/disk", FileType::block, 0640, {8, 1}));
    ASSERT_TRUE(process.mknod(kCwd, "/d/pipe", FileType::fifo, 0604, {}));
    ASSERT_TRUE(process.mknod(kCwd, "/d/socket", FileType::socket, 0755, {}));
    from_.put("/d/sparse", std::string(5000, 's'));
    ASSERT_TRUE(process.truncate(kCwd, "/d/sparse", 1 << 20));
    const rump::TimeChange then{rump::TimeChange::Kind::set, {1000, 5}};
    for (const char* path : {"/d/file", "/d/link", "/d/null", "/d"}) {
      ASSERT_TRUE(process.chown(kCwd, path, Follow::no, 12, 34));
      ASSERT_TRUE(process.utimens(kCwd, path, Follow::no, then, then));
    }
    ASSERT_TRUE(process.chmod(kCwd, "/d/file", Follow::yes, 04711));
  }

  /// Copies /d to `name` in the other volume; the exit status.
  int copy(const CopyOptions& options, const std::string& name) {
    Output out(STDOUT_FILENO);
    Reporter report("test");
    Progress progress(false);
    TargetPolicy policy;
    policy.umask = 022;
    policy.protection = [](const NodeId&) { return nullptr; };
    auto root = to_.tree.open_directory(FileTree::kOperand, "/", Follow::yes);
    Target target(existing_directory(std::move(*root), {}), "/", policy);
    TreeCopier copier(options, target, {out, report, progress, nullptr}, {});
    copier.copy(from_.tree, "/d", "/d", {target.base(), name}, false);
    return report.exit_status();
  }

  rump::Kernel kernel_;
  Volume from_{kernel_}, to_{kernel_};
};

TEST_F(TreeCopierTest, AnArchiveKeepsEverything) {
  CopyOptions options;
  options.recursive = true;
  options.keep = {.kept = kKeepAll, .trusted_image = true};
  ASSERT_EQ(copy(options, "d"), 0);
  for (const char* name : {"", "/file", "/same", "/link", "/null", "/disk", "/pipe", "/socket", "/sparse"}) {
    const std::string path = std::string("/d") + name;
    const rump::Attr wanted = from_.stat(path), found = to_.stat(path);
    EXPECT_EQ(found.type, wanted.type) << path;
    EXPECT_EQ(found.mode, wanted.mode) << path;
    EXPECT_EQ(found.nlink, wanted.nlink) << path;
    EXPECT_EQ(found.uid, wanted.uid) << path;
    EXPECT_EQ(found.gid, wanted.gid) << path;
    EXPECT_EQ(found.size, wanted.size) << path;
    EXPECT_EQ(found.device, wanted.device) << path;
    EXPECT_EQ(found.modify, wanted.modify) << path;
  }
  EXPECT_EQ(to_.get("/d/file"), "data");
  EXPECT_EQ(to_.get("/d/sparse"), from_.get("/d/sparse"));
  EXPECT_EQ(to_.stat("/d/sparse").allocated, from_.stat("/d/sparse").allocated);
  EXPECT_EQ(to_.stat("/d/file").ino, to_.stat("/d/same").ino);
  for (const auto& [name, value] :
       {std::pair{"user.note", "hello"}, {"security.label", "secret"}, {"trusted.key", "t"}})
    EXPECT_EQ(to_.attribute("/d/file", name), value) << name;
}

TEST_F(TreeCopierTest, WithoutTrustPrivilegesStayBehind) {
  CopyOptions options;
  options.recursive = true;
  options.keep = {.kept = kKeepAll};
  ASSERT_EQ(copy(options, "d"), 0);
  EXPECT_EQ(to_.stat("/d/file").mode, 0711u);
  EXPECT_EQ(to_.attribute("/d/file", "user.note"), "hello");
  EXPECT_EQ(to_.attribute("/d/file", "security.label"), "none");
  EXPECT_EQ(to_.process().stat(kCwd, "/d/null", Follow::no).error().code, rump::Errc::not_found);
}

TEST_F(TreeCopierTest, ACLsAreKeptAndTakeTheUmasksPlace) {
  // Version 2; the owner 7, user 5 and the mask 6, others nothing.
  const std::string acl(
      "\2\0\0\0\1\0\7\0\377\377\377\377\2\0\6\0\5\0\0\0\4\0\4\0\377\377\377\377\20\0\6\0"
      "\377\377\377\377\40\0\0\0\377\377\377\377",
      44);
  from_.set("/d/file", "system.posix_acl_access", acl);
  from_.set("/d", "system.posix_acl_default", acl);
  CopyOptions options;
  options.recursive = true;
  options.keep = {.kept = kKeepAll, .trusted_image = true};
  ASSERT_EQ(copy(options, "kept"), 0);
  EXPECT_EQ(to_.attribute("/kept/file", "system.posix_acl_access"), acl);
  EXPECT_EQ(to_.attribute("/kept", "system.posix_acl_default"), acl);
  // Without, the ACL that the target's own directory hands on is what counts.
  to_.set("/", "system.posix_acl_default", acl);
  options.keep = {};
  ASSERT_EQ(copy(options, "plain"), 0);
  EXPECT_EQ(to_.stat("/plain/sparse").mode, 0640u);
  EXPECT_EQ(to_.stat("/plain/file").uid, 0u);
}

TEST_F(TreeCopierTest, AnOwnerIsGiven) {
  CopyOptions options;
  options.recursive = true;
  options.keep = {.kept = kKeepLinks | kKeepMode, .trusted_image = true, .owner = KeepOptions::Owner{7, 8}};
  ASSERT_EQ(copy(options, "d"), 0);
  for (const char* path : {"/d", "/d/file", "/d/link", "/d/pipe"}) {
    EXPECT_EQ(to_.stat(path).uid, 7u) << path;
    EXPECT_EQ(to_.stat(path).gid, 8u) << path;
  }
  EXPECT_EQ(to_.stat("/d/file").mode, 04711u);
}

}  // namespace
}  // namespace fsu
