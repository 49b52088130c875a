// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What fs-cp keeps beside the data: owners, modes, times, attributes, ACLs, on the copy or in a file.
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "tests/tools/cp_tree.hpp"

namespace tools {
namespace {

namespace fs = std::filesystem;

/// Gives files of the tree ACLs with a mask that hides something, and a directory one for new files.
void add_acls(const std::string& tree) {
  must({"setfacl", "-m", "u:1234:rwx,g:55:r,m::rw", tree + "/a/two"});
  must({"setfacl", "-m", "g:9:rwx", tree + "/b"});
  must({"setfacl", "-d", "-m", "u:77:rwx,m::rx", tree + "/b"});
  must({"chmod", "2751", tree + "/b"});
}

TEST_F(CpTest, AclsAreKept) {
  add_acls(source("tree"));
  // On an O_PATH descriptor an inherited ACL cannot be taken away: a fifo keeps it.
  fs::remove(source("tree/fifo"));
  make_image({"ea_set /tree/a/two user.note kept"});
  if (has_attributes()) must({"setfattr", "-n", "user.note", "-v", "kept", source("tree/a/two")});
  const char* heir = "mkdir to; setfacl -d -m u:5:rwx to";
  for (const char* options : {"-a", "-r --preserve=links", "-rp --preserve=links", "-r --preserve=links,mode",
                              "-r --preserve=links,xattr", "-a --no-preserve=xattr"}) {
    options_as_gnu(options, "/tree", "copy");
    options_as_gnu(options, "/tree", "to", heir);
  }
  options_as_gnu("-aT", "/tree", "to",
                 "mkdir -p to/a to/b; touch to/a/one to/a/two; "
                 "setfacl -R -m u:5:rwx to; setfacl -d -m u:6:r to/a to/b");
  cp({"--preserve=acl", in_image("/tree/a/two"), scratch("acl")});
  const auto acl = [](const std::string& file) { return must({"getfacl", "-cn", file}); };
  EXPECT_EQ(acl(scratch("acl")), acl(source("tree/a/two")));
}

TEST_F(CpTest, WhatTheTargetCannotHoldIsAWarningUnlessNamed) {
  add_acls(source("tree"));
  make_image({"ea_set /tree/a/one user.note kept", "ea_set /tree/a/two user.note kept"});
  if (geteuid() != 0) GTEST_SKIP() << "only root can mount a target without ACLs";
  fs::create_directory(scratch("mnt"));
  const Outcome mounted = oracle::run({"mount", "-t", "ramfs", "none", scratch("mnt")});
  if (mounted.status != 0) GTEST_SKIP() << "no mounts here: " << mounted.err;
  const std::string to = scratch("mnt/copy");
  struct Case {
    Arguments options;
    int status;
    bool acls, attributes;  ///< complained of
  };
  const std::array cases = {Case{{"-a"}, 0, true, true},
                            Case{{"-rp"}, 0, true, false},
                            Case{{"-r", "--preserve=mode"}, 1, true, false},
                            Case{{"-r", "--preserve=xattr"}, 1, false, true},
                            Case{{"-r", "--preserve=all"}, 0, true, true},
                            Case{{"-r"}, 0, false, false}};
  for (const Case& each : cases) {
    Arguments arguments = each.options;
    arguments.insert(arguments.end(), {in_image("/tree/a"), to});
    const Outcome outcome = run_tool("cp", arguments);
    fs::remove_all(to);
    const bool attributes = outcome.err.contains("extended attributes that the target does not take");
    const bool acls = outcome.err.contains("ACLs that the target does not take");
    EXPECT_EQ(outcome.status, each.status) << outcome.err;
    EXPECT_EQ(acls, each.acls) << outcome.err;
    EXPECT_EQ(attributes, each.attributes) << outcome.err;
  }
  must({"umount", scratch("mnt")});
}

TEST_F(CpTest, OwnersThatCannotBeSetAreAnErrorOnlyWhenNamed) {
  must({"chmod", "0755", scratch("")});
  make_image({"sif /tree/a/two uid 1", "sif /tree/a/two gid 1"});
  if (geteuid() != 0) GTEST_SKIP() << "only root can run this as somebody else";
  fs::copy_file(FSU_TOOLS_DIR "/fs-utils", scratch("fs-cp"));
  fs::create_directory(scratch("open"));
  must({"chmod", "0777", scratch("open")});
  const auto as_user = [&](const std::string& option) {
    return oracle::run({"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", scratch("fs-cp"),
                        option, in_image("/tree/a/two"), scratch("open/two")});
  };
  for (const char* option : {"-p", "-a", "--preserve=all"}) {
    const Outcome outcome = as_user(option);
    EXPECT_EQ(outcome.status, 0) << option;
    EXPECT_EQ(outcome.err, "") << option;
  }
  const Outcome outcome = as_user("--preserve=ownership");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_TRUE(outcome.err.contains("owners that only root may set")) << outcome.err;
  EXPECT_EQ(read_file(scratch("open/two")), "22");
}

TEST_F(CpTest, FakerootKeepsOwnersAndNodes) {
  must({"chmod", "4755", source("tree/a/two")});
  make_image({"sif /tree/a/two uid 123", "sif /tree/a/two gid 456", "sif /tree/link uid 7",
              "sif /tree/a uid 8", "mknod null c 1 3"});
  // Which of two preloaded libraries comes first is no matter here; AddressSanitizer thinks it is.
  const std::string sanitizer = "ASAN_OPTIONS=\"$ASAN_OPTIONS:verify_asan_link_order=0\" ";
  const std::string copy =
      sanitizer + FSU_TOOLS_DIR "/fs-cp -a --trusted-image " + image_ + ":/ " + scratch("copy");
  const std::string look =
      "find " + scratch("copy") + " -printf '%P %y %m %U:%G %T@\\n' && stat -c %t:%T " + scratch("copy/null");
  const Outcome outcome = oracle::run({"fakeroot", "bash", "-c", copy + " && " + look});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  for (const char* line : {"\ntree/a/two f 4755 123:456 981173106.0", "\ntree/link l 777 7:",
                           "\ntree/a d 755 8:", "\nnull c 0 0:0", "\ntree/fifo p 604 0:0", "\n1:3\n"})
    EXPECT_TRUE(outcome.out.contains(line)) << line << " in\n" << outcome.out;
}

TEST_F(CpTest, SavedMetaIsWhatTheImageHolds) {
  write_file(source("tree/b/a b#c=d*[e]\\f\xff\n\xc3\xa4"), "odd");
  must({"chmod", "4751", source("tree/a/two")});
  make_image({"sif /tree/a/two uid 12345", "sif /tree/a/two gid 678", "sif /tree/a/two flags 0x80050",
              "sif /tree/link uid 9", "mknod null c 1 3", "sif /tree/b mtime_extra 493827156"});
  cp({"-a", "--trusted-image", "--save-meta", scratch("saved"), in_image("/tree"), in_image("/null"),
      scratch("")});
  const auto listing = [&](const std::string& command) {
    return must({"bash", "-c", "set -o pipefail; cd " + scratch("") + " && " + command + " | sort"});
  };
  const std::string listed = listing("bsdtar -tvnf saved");
  for (const char* line :
       {"^-rwsr-x--x +1 12345 +678 +2 Feb +3 +2001 ./tree/a/two$",
        "^lrwxrwxrwx .* 9 .* ./tree/link -> a/one$", "^c--------- .* 0 +0 +1,3 .* ./null$",
        "^prw----r-- .* ./tree/fifo$", "^drwxr-xr-x .* ./tree$", "^-rw-r--r-- +3 0 .* ./tree/b/one-too$"}) {
    EXPECT_FALSE(listing("bsdtar -tvnf saved | { grep -E '" + std::string(line) + "' || true; }").empty())
        << line << " in\n"
        << listed;
  }
  // Every name is there, byte by byte.
  EXPECT_EQ(listing("bsdtar -tf saved"), listing("bsdtar -cf - ./tree ./null | bsdtar -tf - | sed 's|/$||'"));
  const std::string text = read_file(scratch("saved"));
  EXPECT_TRUE(text.starts_with("#mtree\n./tree/")) << text;
  EXPECT_TRUE(text.contains(" flags=schg,nodump\n")) << text;
  EXPECT_TRUE(text.contains(".123456789\n")) << text;
}

TEST_F(CpTest, WhereMetaIsSavedIsOpenedFirstAndNothingElseIsLost) {
  write_file(source("tree/saved"), "hostile");
  make_image();
  const std::string before = read_file(image_);
  EXPECT_TRUE(failing_cp({"--save-meta", image_, in_image("/tree/a/two"), scratch("x")}, 2)
                  .err.contains("the image"));
  EXPECT_TRUE(read_file(image_) == before);
  failing_cp({"--save-meta", scratch("none/saved"), in_image("/tree/a/two"), scratch("x")}, 2);
  EXPECT_FALSE(fs::exists(scratch("x"))) << "nothing is copied before";
  fs::create_directory(scratch("to"));
  const Outcome outcome =
      failing_cp({"-rT", "--save-meta", scratch("to/saved"), in_image("/tree"), scratch("to")}, 1);
  EXPECT_TRUE(outcome.err.contains("it is what --save-meta writes")) << outcome.err;
  EXPECT_TRUE(read_file(scratch("to/saved")).starts_with("#mtree\n"));
  if (fs::exists("/dev/full"))
    failing_cp({"--save-meta", "/dev/full", in_image("/tree/a/two"), scratch("x")}, 1);
}

TEST_F(CpTest, NanosecondsAreKept) {
  make_image({"sif /tree/a/two mtime_extra " + std::to_string(123456789 * 4)});
  cp({"-p", in_image("/tree/a/two"), scratch("copy")});
  EXPECT_EQ(stat_of(scratch("copy")).st_mtim.tv_nsec, 123456789);
}

TEST_F(CpTest, UserAttributesAreKept) {
  make_image({"ea_set /tree/a/two user.note kept", "ea_set /tree/a/two security.odd x",
              "ea_set /tree/a/one trusted.odd x"});
  const Outcome outcome = run_tool("cp", {"-a", in_image("/tree/a"), scratch("copy")});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_NE(outcome.err.find("warning: attributes security.*"), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find("warning: attributes trusted.*"), std::string::npos) << outcome.err;
  std::array<char, 16> value{};
  if (has_attributes()) {
    EXPECT_EQ(getxattr(scratch("copy/two").c_str(), "user.note", value.data(), value.size()), 4);
    EXPECT_STREQ(value.data(), "kept");
  } else {
    EXPECT_NE(outcome.err.find("warning: extended attributes that the target does not take"),
              std::string::npos);
  }
  EXPECT_LT(getxattr(scratch("copy/two").c_str(), "security.odd", value.data(), value.size()), 0);
  EXPECT_LT(getxattr(scratch("copy/one").c_str(), "trusted.odd", value.data(), value.size()), 0);
}

TEST_F(CpTest, AttributesThatCannotBeReadLeaveTheRest) {
  write_file(scratch("value"), std::string(300, 'v'));
  must({"chmod", "0750", source("tree/a")});
  make_image({"ea_set -f " + scratch("value") + " /tree/secret user.long",
              "ea_set -f " + scratch("value") + " /tree/a user.long"});
  std::string bytes = read_file(image_);
  const std::size_t block_size =
      stoul(must({"bash", "-c", "dumpe2fs -h \"$0\" 2>/dev/null | sed -n 's/^Block size: *//p'", image_}));
  for (const char* path : {"/tree/secret", "/tree/a"}) {
    const std::string stat = must({"debugfs", "-R", std::string("stat ") + path, image_});
    const std::size_t at = stat.find("File ACL: ");
    ASSERT_NE(at, stat.npos);
    const std::size_t block = stoul(stat.substr(at + 10));
    ASSERT_NE(block, 0U) << "the value must not fit into the inode";
    bytes.replace(block * block_size, 64, 64, '\xff');
  }
  write_file(image_, bytes);
  const Outcome outcome = failing_cp({"-a", in_image("/tree"), scratch("copy")}, 1);
  for (const char* name : {"secret", "a"}) {
    EXPECT_NE(outcome.err.find(in_image("/tree/") + name + ": corrupt image: "), std::string::npos)
        << outcome.err;
    const struct stat copy = stat_of(scratch("copy/") + name);
    const struct stat original = stat_of(source("tree/") + name);
    EXPECT_EQ(copy.st_mode, original.st_mode) << name;
    EXPECT_EQ(copy.st_mtim.tv_sec, original.st_mtim.tv_sec) << name;
  }
  EXPECT_EQ(read_file(scratch("copy/secret")), "s");
  EXPECT_EQ(read_file(scratch("copy/a/one")), "1");
}

TEST_F(CpTest, AttributesOfReadOnlyFilesAreKeptForUsers) {
  if (!has_attributes()) GTEST_SKIP() << "this file system keeps no attributes";
  must({"chmod", "0444", source("tree/a/two")});
  make_image({"ea_set /tree/a/two user.note kept"});
  fs::create_directory(scratch("open"));
  must({"chmod", "0777", scratch("open")});
  must({"chmod", "0755", scratch("")});
  // Where anybody can run it.
  fs::copy_file(std::string(FSU_TOOLS_DIR) + "/fs-utils", scratch("fs-cp"));
  Arguments command = {scratch("fs-cp"), "-a", in_image("/tree/a/two"), scratch("open/two")};
  if (geteuid() == 0) {
    const Arguments user = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
    command.insert(command.begin(), user.begin(), user.end());
  }
  EXPECT_EQ(must(command), "");
  std::array<char, 16> value{};
  EXPECT_EQ(getxattr(scratch("open/two").c_str(), "user.note", value.data(), value.size()), 4);
  EXPECT_EQ(stat_of(scratch("open/two")).st_mode & 07777, 0444U);
}

}  // namespace
}  // namespace tools
