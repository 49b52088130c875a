// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Archives into a file system in memory that holds all of POSIX, and out of it again.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "fs/tmpfs/tmpfs.hpp"
#include "images/memory.hpp"
#include "tests/oracle/command.hpp"
#include "tests/oracle/scratch.hpp"
#include "utils/tar/tar_export.hpp"
#include "utils/tar/tar_import.hpp"
#include "vfs/kernel.hpp"

namespace fsu {
namespace {

using oracle::must;

/// A tmpfs and the process in it.
struct Memory {
  std::unique_ptr<rump::BlockDevice> device = *rump::images::make_memory(64 << 20);
  rump::Kernel kernel;
  rump::Mount& mount = **kernel.mount(rump::tmpfs::kFsType, *device, {.read_only = false});
  rump::Process process{kernel, *kernel.root_of(mount)};
};

class TarTest : public testing::Test {
 protected:
  const oracle::Scratch scratch_;
  const std::string tree_ = scratch_ / "tree";
  const std::string archive_ = scratch_ / "archive.tar";
  const std::string out_ = scratch_ / "out.tar";
  Memory memory_;

  /// A shell command in an empty directory, with the archive's name in $A.
  void shell(const std::string& command) const {
    must({"bash", "-ec",
          "export A='" + archive_ + "'; mkdir -p '" + tree_ + "'; cd '" + tree_ + "'; " + command});
  }
  struct Imported {
    int status;
    std::string err;
  };
  /// Makes the archive's members in the directory.
  Imported import(const TarImportOptions& options = {}, const std::string& directory = "/") {
    testing::internal::CaptureStderr();
    Reporter report("tar");
    Output out(STDOUT_FILENO);
    EditLog log("tar", report, out);
    log.set_image("mem");
    Progress progress(false);
    const int fd = ::open(archive_.c_str(), O_RDONLY | O_CLOEXEC);
    {
      TarReader reader(fd);
      TarImporter(memory_.process, options, log, report, progress).run(reader, directory, "archive");
    }
    ::close(fd);
    return {report.exit_status(), testing::internal::GetCapturedStderr()};
  }
  void import_well(const TarImportOptions& options = {}) {
    const Imported imported = import(options);
    EXPECT_EQ(imported.err, "");
    EXPECT_EQ(imported.status, 0);
  }
  /// Archives what is in memory.
  void export_all(const std::string& file) {
    Reporter report("tar");
    Progress progress(false);
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    Output out(fd);
    TarWriter writer(out);
    const TarExportOptions options;
    TarExporter(options, writer, report, progress).add(memory_.process, "/", "mem:/", ".");
    writer.finish();
    ::close(fd);
    EXPECT_EQ(report.exit_status(), 0);
  }
  /// All that GNU tar shows of an archive, in the order of names.
  static std::string listing(const std::string& archive) {
    return must({"bash", "-ec",
                 "export LC_ALL=C.UTF-8; tar --numeric-owner --full-time --xattrs --xattrs-include='*' "
                 "--acls -tvvf \"$0\" | "
                 "sed 's, \\(-> \\|link to \\|\\)\\./, \\1,' | awk '/^ / { print name $0; next } { name = "
                 "$6; print }' | sort -k6",
                 archive});
  }
  std::string content(const std::string& path) {
    const auto fd = memory_.process.open(rump::kCwd, path, rump::kOpenRead);
    if (!fd) return std::string("no file: ") + fd.error().reason;
    std::string text(memory_.process.fstat(*fd)->size, '\0');
    EXPECT_TRUE(memory_.process.pread(*fd, std::as_writable_bytes(std::span(text)), 0));
    EXPECT_TRUE(memory_.process.close(*fd));
    return text;
  }
  rump::Attr attr(const std::string& path) {
    const auto found = memory_.process.stat(rump::kCwd, path, rump::Follow::no);
    EXPECT_TRUE(found) << path;
    return found.value_or(rump::Attr{});
  }
  bool exists(const std::string& path) {
    return memory_.process.stat(rump::kCwd, path, rump::Follow::no).has_value();
  }
};

/// Everything that a tree can have, which fakeroot lets anybody make.
constexpr const char* kTree =
    "mkdir -p dir/sub closed deep/$(printf 'd%.0s' {1..200})/$(printf 'e%.0s' {1..255}); echo one > dir/one; "
    "ln dir/one dir/sub/same; ln -s ../one dir/sub/link; ln -s $(printf 't%.0s' {1..3000}) long; mkfifo -m "
    "640 fifo; "
    "(cd deep/d*; cd e*; echo x > x); echo 日 > 日本語; echo c > $'e\\u0301'; echo p > é; echo n > "
    "$'new\\nline'; echo "
    "b > $'\\xff'; "
    "printf 'x%.0s' {1..300000} > large; : > empty; chmod 4711 dir/one; chmod 1777 dir; chmod 0 closed; "
    "mknod disk b 259 70000; mknod char c 1 3; chown 1234:4000000000 large; chown -h 5:6 long; "
    "touch -d '2001-02-03 04:05:06.123456789' large dir/one; touch -h -d '1969-01-01' long; touch -d "
    "'2200-01-01' empty; "
    "truncate -s 3G sparse; printf mid | dd of=sparse bs=1 seek=2000000000 conv=notrunc status=none; "
    "printf end >> sparse; truncate -s 9G hole; touch -d '2020-01-01 00:00:00.5' dir/sub dir . ; ";

TEST_F(TarTest, WhatGoesInComesOut) {
  must({"env", "LC_ALL=C.UTF-8", "fakeroot", "bash", "-ec",
        "mkdir '" + tree_ + "'; cd '" + tree_ + "'; " + kTree +
            "tar --format=pax --sparse --sort=name --numeric-owner -cf '" + archive_ + "' ."});
  import_well();
  export_all(out_);
  EXPECT_EQ(listing(out_), listing(archive_));
  EXPECT_EQ(content("/large"), std::string(300000, 'x'));
  EXPECT_EQ(attr("/sparse").size, (3ULL << 30) + 3);
  EXPECT_LT(attr("/sparse").allocated, 1U << 20);
  EXPECT_EQ(attr("/large").modify.nanoseconds, 123456789U);
  // Both archives have the same data.
  must({"bash", "-ec",
        "for a in '" + archive_ + "' '" + out_ +
            "'; do tar -xOf $a ./dir/one ./large ./日本語 | sha256sum; done | uniq | wc -l | grep -qx 1"});
  // Once more over what is there.
  import_well();
  export_all(archive_);
  EXPECT_EQ(listing(out_), listing(archive_));
}

TEST_F(TarTest, AttributesAclsAndFlags) {
  shell(
      "mkdir d; echo f > f; echo g > d/g; if ! setfattr -n user.note -v kept f; then touch ../skip; fi; "
      "setfacl -m u:1234:rwx,g:55:r,m::rw f; setfacl -d -m u:77:rwx,m::rx d; setfattr -n user.bin -v "
      "0x00ff0a d; "
      "tar --format=pax --xattrs --acls --sort=name --numeric-owner --owner=0 --group=0 -cf $A .");
  if (std::filesystem::exists(scratch_ / "skip")) GTEST_SKIP() << "no attributes user.* here";
  import_well();
  export_all(out_);
  EXPECT_TRUE(listing(out_).contains("user:1234:rwx")) << listing(out_);
  // bsdtar writes ACLs and modes as libarchive does, GNU tar in another order; both mean the same.
  shell("bsdtar --format=pax --uid 0 --gid 0 -cf $A .");
  const std::string of_bsdtar = listing(archive_);
  EXPECT_EQ(listing(out_), of_bsdtar);
  import_well();
  export_all(out_);
  EXPECT_EQ(listing(out_), of_bsdtar);
  // Flags have no place in a tree that anybody can make.
  EXPECT_TRUE(
      memory_.process.chflags(rump::kCwd, "/f", rump::Follow::no, rump::kFlagImmutable | rump::kFlagNoDump));
  EXPECT_TRUE(memory_.process.chflags(rump::kCwd, "/d", rump::Follow::no, rump::kFlagAppend));
  export_all(archive_);
  EXPECT_TRUE(must({"bash", "-c", "grep -a SCHILY.fflags '" + archive_ + "'"}).contains("schg,nodump"));
  EXPECT_TRUE(memory_.process.mkdir(rump::kCwd, "/again", 0755));
  EXPECT_EQ(import({}, "/again").err, "");
  EXPECT_EQ(attr("/again/f").flags, rump::kFlagImmutable | rump::kFlagNoDump);
  EXPECT_EQ(attr("/again/d").flags, +rump::kFlagAppend);
  EXPECT_EQ(content("/again/d/g"), "g\n");
  // A name is no number; the attribute, where the archive has it too, has that.
  shell("rm -rf *; echo n > named; setfacl -m u:daemon:rwx named; tar --format=pax --acls -cf $A named");
  const Imported named = import();
  EXPECT_TRUE(named.err.contains("warning: an ACL that has names without numbers is left out")) << named.err;
  EXPECT_EQ(named.status, 0);
  shell("tar --format=pax --acls --xattrs --xattrs-include='*' -cf $A named");
  EXPECT_EQ(import().err, "");
  EXPECT_TRUE(memory_.process.get_xattr(rump::kCwd, "/named", rump::Follow::no, rump::kAccessAcl, {}));
  // An ACL that a directory hands on is not the archive's.
  shell("rm -rf *; mkdir a; echo x > x; tar -cf $A a x");
  EXPECT_TRUE(memory_.process.mkdir(rump::kCwd, "/heir", 0755));
  const auto acl = memory_.process.get_xattr(rump::kCwd, "/d", rump::Follow::no, rump::kDefaultAcl, {});
  std::vector<std::byte> value(acl.value_or(0));
  EXPECT_TRUE(memory_.process.get_xattr(rump::kCwd, "/d", rump::Follow::no, rump::kDefaultAcl, value));
  EXPECT_TRUE(memory_.process.set_xattr(rump::kCwd, "/heir", rump::Follow::no, rump::kDefaultAcl, value,
                                        rump::XattrMode::set));
  EXPECT_EQ(import({}, "/heir").err, "");
  for (const char* path : {"/heir/a", "/heir/x"})
    for (const rump::Name name : {rump::kAccessAcl, rump::kDefaultAcl})
      EXPECT_FALSE(memory_.process.get_xattr(rump::kCwd, path, rump::Follow::no, name, {})) << path << name;
}

/// Old and new forms, and compressions.
TEST_F(TarTest, EveryFormOfArchive) {
  const std::string big(100000, 'b');
  const std::string tree = "mkdir -p d; echo one > d/one; ln -f d/one same; ln -sf one d/link; printf '" +
                           big + "' > big; truncate -s 2M sparse; printf end >> sparse; chmod 600 big; ";
  const char* const makers[] = {"tar --format=v7 -cf $A .",
                                "tar --format=ustar -cf $A .",
                                "tar --format=gnu --sparse -cf $A .",
                                "tar --format=oldgnu -cf $A .",
                                "tar --format=pax --sparse --sparse-version=0.0 -cf $A .",
                                "tar --format=pax --sparse --sparse-version=0.1 -cf $A .",
                                "tar --format=pax --sparse --sparse-version=1.0 -cf $A .",
                                "tar -czf $A .",
                                "bsdtar --format=ustar -cf $A .",
                                "bsdtar --format=gnutar -cf $A .",
                                "bsdtar -cJf $A .",
                                "bsdtar --zstd -cf $A .",
                                "tar -cf - . > $A; truncate -s 10240 $A.pad; cat $A.pad >> $A"};
  int number = 0;
  for (const std::string maker : makers) {
    SCOPED_TRACE(maker);
    shell(tree + maker);
    const std::string directory = "/" + std::to_string(number++);
    EXPECT_TRUE(memory_.process.mkdir(rump::kCwd, directory, 0755)) << directory;
    const Imported imported = import({}, directory);
    EXPECT_EQ(imported.err, "");
    EXPECT_EQ(content(directory + "/d/one"), "one\n");
    EXPECT_EQ(content(directory + "/d/link"), "one\n");
    EXPECT_EQ(attr(directory + "/same").nlink, 2U);
    EXPECT_TRUE(content(directory + "/big") == big);
    EXPECT_EQ(attr(directory + "/big").mode, 0600U);
    EXPECT_EQ(attr(directory + "/sparse").size, (2U << 20) + 3);
    EXPECT_TRUE(content(directory + "/sparse").ends_with(std::string("\0\0end", 5)));
  }
}

/// Nothing gets out of the directory, by whatever name, and the rest is made all the same.
TEST_F(TarTest, HostileNames) {
  ASSERT_TRUE(memory_.process.mkdir(rump::kCwd, "/jail", 0755));
  ASSERT_TRUE(memory_.process.mkdir(rump::kCwd, "/outside", 0755));
  ASSERT_TRUE(memory_.process.symlink("/outside", rump::kCwd, "/jail/there"));
  shell(
      "echo evil > f; mkdir d; ln -s /outside link; ln -s ../outside up; "
      "add() { tar --format=pax -rPf $A --no-recursion --transform \"flags=rh;s,^$1\\$,$2,\" $1; }; "
      "add f ../up1; add f a/../../up2; add f /outside/absolute; add f //outside//double; add f "
      "there/through; "
      "tar -rPf $A link up; add f link/through; add f up/through; add d link; add f link/now-a-directory; "
      "ln f hard; tar -rPf $A f; add f ./dots/./in//names; "
      // Hard links to what must not be reached: GNU tar stores the second name as a link to the first.
      "tar --format=pax -rPf $A --transform 'flags=h;s,^f$,/outside/secret,' --transform "
      "'flags=h;s,^hard$,../secret,' f hard; "
      "tar --format=pax -rPf $A --transform 'flags=h;s,.*,up/../../x,' hard f; "
      "add d f; add f d; echo last > f; add f f; add f ..; add d ...; echo end > end; tar -rf $A end");
  const Imported imported = import({}, "/jail");
  EXPECT_EQ(imported.status, 1);
  const auto said = [&](const char* text) {
    EXPECT_TRUE(imported.err.contains(text)) << text << "\n" << imported.err;
  };
  said("mem:/jail/../up1: a name with '..' is not followed");
  said("the '/' in front of names is left off");
  said("mem:/jail/there/through: on the way there is something else than a directory");
  said("mem:/jail/up/through: on the way there is something else than a directory");
  said("mem:/jail/link/through: on the way there is something else than a directory");
  for (const char* path :
       {"/up1", "/up2", "/x", "/outside/absolute", "/outside/through", "/secret", "/outside/secret"})
    EXPECT_FALSE(exists(path)) << path;
  EXPECT_EQ(attr("/outside").nlink, 2U);
  EXPECT_EQ(content("/jail/outside/absolute"), "evil\n");
  EXPECT_EQ(content("/jail/link/now-a-directory"), "evil\n");
  EXPECT_EQ(content("/jail/dots/in/names"), "evil\n");
  EXPECT_EQ(content("/jail/end"), "end\n");
  EXPECT_EQ(attr("/jail/there").type, rump::FileType::symlink);
}

TEST_F(TarTest, WhatIsThereIsReplacedOrKept) {
  shell("mkdir dir; echo old > dir/file; echo old > plain; ln -s nowhere sym; tar -cf $A .");
  import_well();
  shell(
      "rm -rf *; mkdir plain; echo new > plain/in; echo new > sym; mkdir dir; echo new > dir/file; echo new "
      "> new; "
      "chmod 700 dir; tar -cf $A .");
  const Imported kept = import({.keep_existing = true});
  EXPECT_TRUE(kept.err.contains("mem:/plain/in: on the way")) << kept.err;
  EXPECT_EQ(content("/dir/file"), "old\n");
  EXPECT_EQ(content("/new"), "new\n");
  EXPECT_EQ(attr("/dir").mode, 0755U);
  EXPECT_EQ(attr("/sym").type, rump::FileType::symlink);
  import_well();
  EXPECT_EQ(content("/dir/file"), "new\n");
  EXPECT_EQ(content("/plain/in"), "new\n");
  EXPECT_EQ(content("/sym"), "new\n");
  EXPECT_EQ(attr("/dir").mode, 0700U);
  shell("rm -rf *; echo file > dir; tar -cf $A dir");
  const Imported refused = import();
  EXPECT_TRUE(refused.err.contains("mem:/dir: is a directory: a directory is there") ||
              refused.err.contains("mem:/dir: a directory is there"))
      << refused.err;
  EXPECT_EQ(content("/dir/file"), "new\n");
}

TEST_F(TarTest, WhatIsNotToBeKept) {
  shell("echo f > f; ln f g; chmod 4777 f; touch -d 2001-01-01 f; tar --owner=5 --group=6 -cf $A f g");
  import_well({.kept = kKeepAll & ~unsigned{kKeepMode | kKeepOwner | kKeepTimes | kKeepLinks}});
  const rump::Attr f = attr("/f");
  EXPECT_EQ(f.mode, 0755U);
  EXPECT_EQ(f.uid, 0U);
  EXPECT_GT(f.modify.seconds, 1'500'000'000);
  EXPECT_EQ(f.nlink, 1U);
  EXPECT_EQ(content("/g"), "f\n");
  import_well({.owner = KeepOptions::Owner{7, 8}});
  EXPECT_EQ(attr("/f").uid, 7U);
  EXPECT_EQ(attr("/f").mode, 04777U);
  EXPECT_EQ(attr("/g").gid, 8U);
}

TEST_F(TarTest, DamagedArchives) {
  shell("printf 'x%.0s' {1..50000} > a; cp a b; tar -cf $A a b; truncate -s 70000 $A");
  Imported imported = import();
  EXPECT_EQ(imported.status, 1);
  EXPECT_TRUE(imported.err.contains("archive: Truncated")) << imported.err;
  EXPECT_EQ(content("/a").size(), 50000U);
  shell("tar -czf $A a b; truncate -s -20 $A");
  EXPECT_EQ(import().status, 1);
  shell("head -c 100000 /dev/urandom > $A");
  imported = import();
  EXPECT_TRUE(imported.err.contains("Unrecognized archive format")) << imported.err;
  shell(": > $A");
  EXPECT_EQ(import().status, 1);
  shell("tar -cf $A a b; printf X | dd of=$A bs=1 seek=120 conv=notrunc status=none");
  EXPECT_EQ(import().status, 1);
  EXPECT_EQ(import({}, "/none").status, 1);
}

}  // namespace
}  // namespace fsu
