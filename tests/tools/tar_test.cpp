// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Archives of fs-cp, read by GNU tar and bsdtar.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "tests/tools/cp_tree.hpp"

namespace tools {
namespace {

namespace fs = std::filesystem;

class TarTest : public CpTest {
 protected:
  const std::string archive_ = scratch("archive.tar");

  /// fs-cp --to-tar, which must succeed and say nothing.
  void to_tar(const Arguments& operands) const {
    Arguments arguments = {"--to-tar=" + archive_};
    arguments.insert(arguments.end(), operands.begin(), operands.end());
    cp(arguments);
  }
  /// What a reader says of the archive; it must have nothing to complain of.
  std::string listed_by(const Arguments& reader) const {
    Arguments command = {"env", "LC_ALL=C.UTF-8", "TZ=UTC"};
    command.insert(command.end(), reader.begin(), reader.end());
    command.push_back(archive_);
    const Outcome outcome = oracle::run(command);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(outcome.err, "") << reader.front();
    return outcome.out;
  }
  std::string listing() const { return listed_by({"tar", "--numeric-owner", "--full-time", "-tvf"}); }
  /// The same of an archive with names that are not UTF-8, which GNU tar has to remark upon.
  std::string listing_of_any_name() const {
    return must({"env", "LC_ALL=C.UTF-8", "tar", "--numeric-owner", "--full-time", "-tvf", archive_});
  }
  std::string names() const { return listed_by({"bsdtar", "-tf"}); }
  std::string describe_extracted(const Arguments& reader) const {
    const std::string directory = scratch("extracted");
    fs::create_directory(directory);
    Arguments command = {"env", "LC_ALL=C.UTF-8"};
    command.insert(command.end(), reader.begin(), reader.end());
    command.insert(command.end(), {"-f", archive_, "-C", directory});
    // All that GNU tar has to say of a name that is not UTF-8.
    const std::string said = oracle::run(command).err;
    EXPECT_TRUE(said.empty() || said == "tar: Ignoring unknown extended header keyword 'hdrcharset'\n")
        << said;
    std::string text = describe(directory, true);
    must({"chmod", "-R", "u+rwX", directory});
    fs::remove_all(directory);
    return text;
  }
};

/// The whole tree, compared with what fs-cp makes of it in files.
TEST_F(TarTest, GnuTarAndBsdtarExtractWhatIsInTheImage) {
  must({"setfacl", "-m", "u:1234:rwx,g:55:r,m::rw", source("tree/a/two")});
  must({"setfacl", "-m", "g:9:rwx,o::-", source("tree/b")});
  must({"setfacl", "-d", "-m", "u:77:rwx,g:8:-,m::rx", source("tree/b")});
  must({"chmod", "2751", source("tree/b")});
  must({"chmod", "4711", source("tree/secret")});
  const std::string deep =
      "tree/" + std::string(90, 'd') + "/" + std::string(255, 'e') + "/" + std::string(200, 'f');
  write_file(source(deep), "deep");
  fs::create_symlink(std::string(300, 't'), source("tree/long link"));
  for (const char* name : {"日本語", "ümlaut", "new\nline", "bad\xff", "back\\slash", "-x", "\033[2J"})
    write_file(source("tree/") + name, name);
  fs::create_hard_link(source("tree/日本語"), source("tree/z-日本"));
  std::vector<std::string> changes = {
      "sif /tree/a/two mtime_extra 493827156", "ea_set /tree/a/two user.note kept",
      "ea_set /tree/a/two user.empty \"\"", "ea_set /tree/b user.of_directory kept"};
  const bool root = geteuid() == 0;
  if (root) {
    for (const char* change : {"sif /tree/secret uid 300000", "sif /tree/secret gid 4000000000",
                               "ea_set /tree/secret security.capability -f /dev/null",
                               "sif /tree/dangling uid 7", "sif /tree/b/c/three gid 65535"})
      changes.push_back(change);
    if (oracle::run({"mknod", scratch("probe"), "c", "1", "3"}).status == 0)
      changes.insert(changes.end(), {"mknod disk b 259 70000", "mknod char c 1 3"});
  }
  make_image(changes);
  to_tar({in_image("/")});
  cp({"-a", "--trusted-image", in_image("/."), scratch("expected")});
  const std::string expected = describe(scratch("expected"), true);
  EXPECT_EQ(describe_extracted({"tar", "--xattrs", "--xattrs-include=*", "--acls", "--numeric-owner", "-xp"}),
            expected);
  EXPECT_EQ(describe_extracted({"bsdtar", "--numeric-owner", "-xp"}), expected);
}

TEST_F(TarTest, ListingsAreThoseOfAnArchiveOfTheSource) {
  must({"chmod", "4711", source("tree/secret")});
  make_image({"sif /tree/a/one mtime_extra 0"});
  to_tar({in_image("/tree")});
  const std::string ours = listing(), ours_bsd = listed_by({"bsdtar", "--numeric-owner", "-tvf"}),
                    ours_names = names();
  must({"tar", "--format=pax", "--sort=name", "--sparse", "-C", source(), "-cf", archive_, "tree"});
  EXPECT_EQ(ours, listing());
  EXPECT_EQ(ours_names, names());
  EXPECT_EQ(ours_bsd, listed_by({"bsdtar", "--numeric-owner", "-tvf"}));
}

/// The same files make the same archive, whatever they were put into; another name of a file is the later
/// one.
TEST_F(TarTest, TheArchiveDependsOnTheFilesAlone) {
  for (int i = 0; i < 300; ++i) write_file(source("tree/many/" + std::to_string(i)), std::to_string(i % 7));
  must({"find", source(), "-exec", "touch", "-h", "-d", "2003-04-05 06:07:08", "{}", "+"});
  make_image();
  to_tar({in_image("/tree")});
  const std::string first = read_file(archive_);
  fs::remove(image_);
  must({"mke2fs", "-q", "-F", "-t", "ext2", "-b", "1024", "-N", "2000", "-d", source(), image_, "40M"});
  to_tar({in_image("/tree")});
  EXPECT_TRUE(first == read_file(archive_));
  const Outcome streamed = run_tool("cp", {"--to-tar=-", in_image("/tree")});
  EXPECT_TRUE(streamed.out == first);
  EXPECT_TRUE(listing().contains("tree/b/one-too link to tree/a/one\n"));
}

/// bsdtar composes characters, and so the list is GNU tar's.
TEST_F(TarTest, NamesOfDecomposedCharactersStayAsTheyAre) {
  for (const char* name : {"e\u0301", "\u00e9"}) write_file(source("names/") + name, name);
  make_image();
  to_tar({in_image("/names")});
  EXPECT_EQ(listed_by({"tar", "--quoting-style=literal", "-tf"}), "names/\nnames/e\u0301\nnames/\u00e9\n");
}

TEST_F(TarTest, SparseFilesTakeNoRoom) {
  const std::string huge = source("huge"), hole = source("hole");
  for (const auto& [file, size] : {std::pair{huge, "9000000001"}, std::pair{hole, "20G"}})
    must({"truncate", "-s", size, file});
  must({"bash", "-c", "printf middle | dd of=\"$0\" bs=1 seek=8600000000 conv=notrunc status=none", huge});
  must({"bash", "-c", "printf start | dd of=\"$0\" conv=notrunc status=none", huge});
  make_image();
  to_tar({in_image("/huge"), in_image("/hole"), in_image("/tree/sparse")});
  EXPECT_LT(fs::file_size(archive_), 100000U);
  EXPECT_TRUE(matches(listing(), " 9000000001 [^\n]* huge\n[^\n]* 21474836480 [^\n]* hole\n[^\n]* 12582912 "))
      << listing();
  for (const char* reader : {"tar", "bsdtar"}) {
    SCOPED_TRACE(reader);
    const std::string directory = scratch(reader);
    must({"mkdir", directory});
    must({reader, "-C", directory, "-xf", archive_});
    struct stat status = stat_of(directory + "/huge");
    EXPECT_EQ(status.st_size, 9000000001);
    EXPECT_LT(status.st_blocks, 1000);
    EXPECT_EQ(
        must({"bash", "-c", "head -c 5 \"$0\"; tail -c +8600000001 \"$0\" | head -c 6", directory + "/huge"}),
        "startmiddle");
    EXPECT_EQ(stat_of(directory + "/hole").st_size, 20LL << 30);
    must({"cmp", directory + "/sparse", source("tree/sparse")});
  }
  cp({"--to-tar=" + archive_, "--sparse=never", in_image("/tree/sparse")});
  EXPECT_GT(fs::file_size(archive_), 12U << 20);
}

TEST_F(TarTest, NamesInTheArchive) {
  make_image();
  const auto names_of = [&](const Arguments& operands) {
    to_tar(operands);
    return names();
  };
  EXPECT_EQ(names_of({in_image("/tree/a")}), "a/\na/one\na/two\n");
  EXPECT_EQ(names_of({in_image("/tree/a/.")}), "./\n./one\n./two\n");
  EXPECT_EQ(names_of({in_image("/tree/a/"), in_image("/tree/b/one-too")}), "a/\na/one\na/two\none-too\n");
  EXPECT_EQ(names_of({"--parents", in_image("/tree/a"), in_image("//tree/secret")}),
            "tree/a/\ntree/a/one\ntree/a/two\ntree/secret\n");
  EXPECT_EQ(names_of({"--glob", in_image("/tree/[as]*")}), "a/\na/one\na/two\nsecret\nsparse\n");
  EXPECT_TRUE(
      names_of({in_image("/")}).starts_with("./\n./lost+found/\n./one-outside\n./tree/\n./tree/a/\n"));
  EXPECT_EQ(names_of({image_}).substr(0, 3), "./\n");
  EXPECT_TRUE(listing().contains(" ./tree/link -> a/one\n"));
  to_tar({"-L", in_image("/tree/link")});
  EXPECT_TRUE(matches(listing(), "^-rw[^\n]* 1 [^\n]* link\n$"));
  to_tar({"-H", in_image("/tree/link"), in_image("/tree")});
  EXPECT_TRUE(matches(listing(), " link\n.* tree/a/one link to link\n")) << listing();
}

TEST_F(TarTest, WhatCannotBeReadIsSaidAndTheRestIsStored) {
  write_file(source("tree/bad"), std::string(100000, 'b'));
  make_image({"sif /tree/bad block[5] 0xfffffff0", "link /tree /tree/b/again", "mknod sock p",
              "sif /sock mode 0140644"});
  Outcome outcome = failing_cp({"--to-tar=" + archive_, in_image("/tree"), in_image("/sock")}, 1);
  EXPECT_TRUE(outcome.err.contains("/tree/bad: corrupt image: ")) << outcome.err;
  EXPECT_TRUE(outcome.err.contains("/tree/b/again: corrupt image: directory cycle")) << outcome.err;
  EXPECT_TRUE(outcome.err.contains("sockets are left out")) << outcome.err;
  EXPECT_FALSE(names().contains("tree/bad"));
  EXPECT_TRUE(names().contains("tree/sparse"));
  // A file that is known to be damaged when its header is out already.
  outcome = failing_cp(
      {"--to-tar=" + archive_, "--sparse=never", in_image("/tree/bad"), in_image("/tree/a/two")}, 1);
  EXPECT_TRUE(outcome.err.contains("zeroes take the place")) << outcome.err;
  EXPECT_TRUE(matches(listing(), " 100000 [^\n]* bad\n[^\n]* 2 [^\n]* two\n$")) << listing();
  EXPECT_EQ(failing_cp({"--to-tar=" + archive_, in_image("/none"), in_image("/tree/a/two")}, 1).status, 1);
  EXPECT_EQ(names(), "two\n");
}

TEST_F(TarTest, Streams) {
  make_image();
  EXPECT_EQ(must({"bash", "-c", "\"$0\" --to-tar=- \"$1\" | head -c 10 > /dev/null; echo ${PIPESTATUS[0]}",
                  std::string(FSU_TOOLS_DIR) + "/fs-cp", in_image("/tree")}),
            "141\n");
  const Outcome verbose = run_tool("cp", {"-v", "--to-tar=" + archive_, in_image("/tree/a")});
  EXPECT_EQ(verbose.err, "a/\na/one\na/two\n");
  EXPECT_EQ(verbose.out, "");
  const Outcome full = run_tool("cp", {"--to-tar=/dev/full", in_image("/tree")});
  EXPECT_EQ(full.status, 1);
  EXPECT_TRUE(full.err.contains("No space left") || full.err.contains("no space left")) << full.err;
}

/// Images that archives go into.
class FromTarTest : public TarTest {
 protected:
  const std::string target_ = scratch("target.img");

  void make_fat(const char* bytes = "64M") const {
    must({"rm", "-f", target_});
    must({"truncate", "-s", bytes, target_});
    must({"mkfs.fat", "-F", "32", "-i", "12345678", target_});
  }
  void make_logfs() const {
    must({"truncate", "-s", "16M", target_});
    must({FSU_MKLOGFS, "make", target_});
  }
  void tar(const Arguments& options) const {
    Arguments command = {"env",       "LC_ALL=C.UTF-8", "tar", "--format=pax", "--owner=0",
                         "--group=0", "--sort=name",    "-cf", archive_,       "-C",
                         source()};
    command.insert(command.end(), options.begin(), options.end());
    must(command);
  }
  Outcome from_tar(const Arguments& options, const std::string& directory = "/") const {
    Arguments arguments = options;
    arguments.insert(arguments.end(), {"--from-tar=" + archive_, target_ + ":" + directory});
    return run_tool("cp", arguments);
  }
  /// The same by the tools that know logfs.
  static Outcome with_logfs(const std::string& command) {
    return oracle::run({"bash", "-c", std::string("set -o pipefail; T=") + FSU_LOGFS_TOOLS + "; " + command});
  }
};

TEST_F(FromTarTest, ATreeGoesInAndComesOut) {
  must({"chmod", "4711", source("tree/secret")});
  must({"chmod", "1777", source("tree/a")});
  fs::remove(source("tree/fifo"));  // logfs has none
  for (const char* name : {"日本語", "e\u0301", "new\nline", "bad\xff"})
    write_file(source("tree/") + name, name);
  write_file(source("tree/" + std::string(255, 'n')), "long");
  make_logfs();
  tar({"--owner=1234", "--group=4000000000", "--sparse", "tree"});
  const std::string expected = listing_of_any_name();
  const Outcome in = with_logfs("$T cp --from-tar=" + archive_ + " " + target_ + ":/");
  EXPECT_EQ(in.status, 0);
  EXPECT_EQ(in.err, "");
  EXPECT_EQ(oracle::run({FSU_MKLOGFS, "check", target_}).out, "");
  EXPECT_EQ(with_logfs("$T cp --to-tar=" + archive_ + " " + target_ + ":/tree").err, "");
  EXPECT_EQ(listing_of_any_name(), expected);
  EXPECT_EQ(with_logfs("$T cat " + target_ + ":/tree/b/c/three | cmp - " + source("tree/b/c/three")).status,
            0);
  EXPECT_EQ(with_logfs("$T cat " + target_ + ":/tree/sparse | cmp - " + source("tree/sparse")).status, 0);
}

TEST_F(FromTarTest, IntoFat) {
  for (const char* name : {"日本語", "ümlaut", "two words.text", "UPPER", "lower"})
    write_file(source("tree/") + name, name);
  write_file(source("tree/" + std::string(200, 'n')), "long");
  make_image();
  make_fat();
  to_tar({"--chown=0", in_image("/tree")});
  const Outcome in = from_tar({});
  EXPECT_EQ(in.status, 0);
  EXPECT_EQ(std::count(in.err.begin(), in.err.end(), '\n'), 3) << in.err;
  for (const char* said : {"symbolic links, which the target cannot hold",
                           "hard links that the target does not take are copied as files",
                           "pipes, sockets and devices, which the target cannot hold"})
    EXPECT_TRUE(in.err.contains(said)) << in.err;
  must({"fsck.fat", "-n", target_});
  cp({"-r", target_ + ":/tree", scratch("copy")});
  must({"find", source("tree"), "(", "-type", "l", "-o", "-type", "p", ")", "-delete"});
  must({"diff", "-r", source("tree"), scratch("copy")});
  EXPECT_EQ(from_tar({"--preserve=links"}).status, 1) << "named, and not kept";
  // A disk that is full says so for each file, and stays sound.
  make_fat("34M");
  must({"truncate", "-s", "40M", source("tree/big")});
  tar({"--exclude=link", "--exclude=dangling", "tree/a", "tree/big", "tree/b"});
  const Outcome full = from_tar({"--no-preserve=mode,links"});
  EXPECT_EQ(full.status, 1);
  EXPECT_TRUE(full.err.contains("/tree/big: no space left")) << full.err;
  must({"fsck.fat", "-n", target_});
}

TEST_F(FromTarTest, NamesThatAreTheSameOnFat) {
  make_fat();
  write_file(source("x/Name"), "first");
  write_file(source("y/name"), "second");
  tar({"--transform=s,^[xy]/,,", "x/Name", "y/name", "x/Name"});
  const Outcome in = from_tar({"--no-preserve=mode"});
  EXPECT_EQ(in.status, 1);
  EXPECT_TRUE(in.err.contains("/name: a file is there whose name differs in its letters' case only"))
      << in.err;
  EXPECT_EQ(run_tool("cat", {target_ + ":/name"}).out, "first");
}

/// The clock of changes is the user's, and what is made twice is the same to the byte.
TEST_F(FromTarTest, SourceDateEpoch) {
  tar({"tree/a/two", "tree/b"});
  std::string first;
  for (int i = 0; i < 2; ++i) {
    make_fat();
    const Outcome in =
        oracle::run({"env", "SOURCE_DATE_EPOCH=1000000000", std::string(FSU_TOOLS_DIR) + "/fs-cp",
                     "--no-preserve=mode", "--from-tar=" + archive_, target_ + ":/"});
    EXPECT_EQ(in.err, "");
    if (i == 0) first = read_file(target_);
  }
  EXPECT_TRUE(read_file(target_) == first);
  const auto times = [&](const std::string& path) {
    return std::stoll(run_tool("stat", {"-c", "%Y", target_ + ":" + path}).out);
  };
  EXPECT_EQ(times("/tree/a"), 1000000000) << "no member, and so the clock's";
  for (const char* path : {"tree/a/two", "tree/b/c"})
    EXPECT_EQ(times(std::string("/") + path), stat_of(source(path)).st_mtime / 2 * 2) << path;
}

TEST_F(FromTarTest, StreamsAndWhatIsSaid) {
  make_fat();
  write_file(source("dir/file"), "content");
  tar({"dir"});
  EXPECT_EQ(must({"bash", "-c", "gzip < \"$0\" | \"$1\" -v --no-preserve=mode --from-tar=- \"$2\":/",
                  archive_, std::string(FSU_TOOLS_DIR) + "/fs-cp", target_}),
            "extracted '" + target_ + ":/dir'\nextracted '" + target_ + ":/dir/file'\n");
  EXPECT_EQ(from_tar({"-n", "--no-preserve=mode"}, "/dir").status, 0);
  EXPECT_EQ(run_tool("cat", {target_ + ":/dir/dir/file"}).out, "content");
  EXPECT_EQ(from_tar({}, "/none").status, 1);
  EXPECT_EQ(from_tar({}, "/dir/file").status, 1);
  must({"truncate", "-s", "3100", archive_});
  EXPECT_TRUE(from_tar({}).err.contains(archive_ + ": Truncated")) << from_tar({}).err;
  write_file(archive_, "this is no archive");
  EXPECT_EQ(from_tar({}).status, 1);
  must({"fsck.fat", "-n", target_});
}

TEST_F(FromTarTest, WhatCannotBeMeantIsRefused) {
  make_fat();
  tar({"tree/a/one"});
  for (const Arguments& options : std::vector<Arguments>{{"-t", "."},
                                                         {"-T"},
                                                         {"--save-meta=x"},
                                                         {"--sparse=never"},
                                                         {"-i"},
                                                         {"-u"},
                                                         {"-L"},
                                                         {"--parents"},
                                                         {"--to-tar=x"},
                                                         {"--remove-destination"}})
    EXPECT_EQ(from_tar(options).status, 2) << testing::PrintToString(options);
  const std::string option = "--from-tar=" + archive_;
  EXPECT_EQ(failing_cp({option}, 2).status, 2);
  EXPECT_EQ(failing_cp({option, target_ + ":/", target_ + ":/"}, 2).status, 2);
  EXPECT_EQ(failing_cp({option, scratch("directory")}, 2).status, 2);
  EXPECT_EQ(failing_cp({option, target_}, 2).status, 2) << "a writer needs :/";
  EXPECT_EQ(failing_cp({"--from-tar=" + scratch("none"), target_ + ":/"}, 2).status, 2);
  EXPECT_TRUE(failing_cp({"--from-tar=" + target_, target_ + ":/"}, 2).err.contains("is the image itself"));
  make_image();
  EXPECT_EQ(failing_cp({option, in_image("/")}, 2).status, 2) << "ext4 is read only";
}

TEST_F(TarTest, WhatCannotBeMeantIsRefused) {
  make_image();
  const std::string before = read_file(image_);
  for (const Arguments& options : std::vector<Arguments>{{"-t", "."},
                                                         {"-T"},
                                                         {"--save-meta=x"},
                                                         {"--no-preserve=mode"},
                                                         {"--sparse=always"},
                                                         {"-n"},
                                                         {"-i"},
                                                         {"-u"},
                                                         {"-f"},
                                                         {"--remove-destination"}}) {
    Arguments arguments = options;
    arguments.insert(arguments.end(), {"--to-tar=" + archive_, in_image("/tree")});
    EXPECT_TRUE(failing_cp(arguments, 2).err.contains("--to-tar and ")) << testing::PrintToString(options);
  }
  EXPECT_FALSE(fs::exists(archive_));
  EXPECT_TRUE(
      failing_cp({"--to-tar=" + image_, in_image("/tree")}, 2).err.contains("is the image being read"));
  EXPECT_TRUE(read_file(image_) == before);
  failing_cp({"--to-tar=" + archive_}, 2);
  failing_cp({"--to-tar=" + archive_, source("tree")}, 2);
  failing_cp({"--to-tar=" + scratch("none/archive"), in_image("/tree")}, 2);
  failing_cp({"--to-tar=" + archive_, "--parents", in_image("/tree/../tree")}, 2);
}

}  // namespace
}  // namespace tools
