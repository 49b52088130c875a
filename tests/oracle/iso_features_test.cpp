// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What only some discs have: sessions, compressed files, files of several extents and of more than 4
/// GiB, interleaved files, hidden and associated ones, extended attribute records, XA.
#include <gtest/gtest.h>

#include "tests/oracle/iso_image.hpp"
#include "tests/oracle/mounted.hpp"
#include "tests/oracle/scratch.hpp"
#include "tests/oracle/tree.hpp"

namespace oracle {
namespace {

using rump::u32;
using rump::u64;

const std::vector<std::string> kNone;
constexpr u64 kSector = 2048;
// Fields of a directory record: ECMA-119, 9.1.
constexpr u64 kXarBlocks = 1, kExtent = 2, kDataBytes = 10, kFlags = 25, kUnit = 26, kName = 33;

class IsoFeatures : public testing::Test {
 protected:
  IsoFeatures() { must({"mkdir", tree_}); }

  std::unique_ptr<Mounted> mounted(const std::string& options = "") const {
    return Mounted::must(image_, {}, {.text = options});
  }
  /// All paths of the image, each with its size.
  std::string listing(const std::string& options = "") const {
    std::string text;
    for (const auto& [path, entry] : manifest_of(mounted(options)->process()))
      text += path + " " + std::to_string(entry.size) + "\n";
    return text;
  }
  void expect_source(const std::string& options = "") const {
    EXPECT_EQ(differences(as_rock_ridge_keeps(manifest_of(tree_)),
                          as_rock_ridge_keeps(manifest_of(mounted(options)->process()))),
              kNone);
  }
  void put(const std::string& name, std::size_t bytes, u64 seed) const {
    put_file(tree_ + "/" + name, noise(bytes, seed));
  }
  std::string source(const std::string& name) const { return bytes_of_file(tree_ + "/" + name); }
  /// The field of a file's directory record, by its stored name.
  void patch_record(const std::string& stored, u64 field, const std::string& bytes) const {
    patch(image_, record_of(bytes_of_file(image_), stored) + field, bytes);
  }

  const Scratch scratch_;
  const std::string tree_ = scratch_ / "tree", image_ = scratch_ / "image.iso";
};

// ---- sessions

TEST_F(IsoFeatures, SessionsOfXorriso) {
  put("first", 3000, 1);
  must({"xorriso", "-outdev", image_, "-map", tree_ + "/first", "/first", "-commit"});
  put("second", 5000, 2);
  must({"xorriso", "-dev", image_, "-map", tree_ + "/second", "/second", "-commit"});
  put("third", 100, 3);
  must({"xorriso", "-dev", image_, "-map", tree_ + "/third", "/third", "-rm", "/first", "--", "-commit"});
  EXPECT_EQ(listing(), ". 0\nsecond 5000\nthird 100\n");
  EXPECT_EQ(listing("session=3"), listing());
  EXPECT_EQ(listing("session=2"), ". 0\nfirst 3000\nsecond 5000\n");
  EXPECT_EQ(listing("session=1"), ". 0\nfirst 3000\n");
  EXPECT_TRUE(read_all(mounted("session=1")->process(), "/first") == source("first"));
  EXPECT_TRUE(read_all(mounted()->process(), "/second") == source("second"));
  const auto fourth = Mounted::open(image_, {}, {.text = "session=4"});
  ASSERT_FALSE(fourth);
  EXPECT_EQ(fourth.error().code, rump::Errc::not_found);
}

TEST_F(IsoFeatures, SessionsOfGenisoimage) {
  put("first", 3000, 1);
  genisoimage(image_, {"-R"}, tree_);
  const u64 start = (bytes_of_file(image_).size() / kSector + 31) / 32 * 32;
  set_size(image_, start * kSector);
  put("second", 5000, 2);
  // As a burning program does it: the new session counts from the start of the disc, and names old files
  // again.
  const std::string session = scratch_ / "session";
  genisoimage(session, {"-R", "-C", "0," + std::to_string(start)}, tree_);
  must({"sh", "-c", "cat \"$0\" >>\"$1\"", session, image_});
  EXPECT_EQ(listing(), ". 0\nfirst 3000\nsecond 5000\n");
  EXPECT_EQ(listing("session=1"), ". 0\nfirst 3000\n");
  expect_source();
}

// ---- zisofs

TEST_F(IsoFeatures, CompressedFiles) {
  std::string text;
  for (int i = 0; i < 40'000; ++i) text += std::to_string(i) + "\n";
  put_file(tree_ + "/text", {text.begin(), text.end()});
  put("noise", 100'000, 1);
  put("empty", 0, 1);
  put_file(tree_ + "/holes", noise(3000, 2), 500'000);
  set_size(tree_ + "/holes", 1'000'003);
  const std::string packed = scratch_ / "packed";
  must({"mkzftree", tree_, packed});
  genisoimage(image_, {"-R", "-z"}, packed);
  expect_source();
  EXPECT_LT(bytes_of_file(image_).size(), 800'000u) << "something is compressed";

  for (const std::string options : {"level=9:block_size=32k", "level=1:block_size=128k", "version_2=on"}) {
    must({"rm", "-f", image_});
    must({"xorriso", "-zisofs", options, "-outdev", image_, "-map", tree_, "/", "-set_filter_r", "--zisofs",
          "/", "--", "-commit"});
    expect_source();
    const bool second = bytes_of_file(image_).find("\xEF\x22\x55\xA1\xBC\x1B\x95\xA0") != std::string::npos;
    EXPECT_EQ(second, options == "version_2=on");
  }
}

// ---- files of several extents

/// Three files of a directory that become the extents of the last one.
TEST_F(IsoFeatures, FilesOfSeveralExtents) {
  put("file.1", 4096, 1);
  put("file.2", 2048, 2);
  put("file.3", 5001, 3);
  put("last", 77, 4);
  genisoimage(image_, {}, tree_);
  const std::string content = source("file.1") + source("file.2") + source("file.3");
  for (const char* name : {"FILE.1;1", "FILE.2;1"}) {
    patch_record(name, kFlags, "\x80");
    patch_record(name, kName, "FILE.3;1");
  }
  EXPECT_EQ(listing(), ". 0\nfile.3 11145\nlast 77\n");
  EXPECT_TRUE(read_all(mounted()->process(), "/file.3") == content);
  const Manifest theirs = bsdtar_manifest(image_, "iso9660:!joliet");
  EXPECT_EQ(theirs.at("FILE.3").size, content.size());
  EXPECT_EQ(theirs.at("FILE.3").content, manifest_of(mounted()->process()).at("file.3").content);
}

TEST_F(IsoFeatures, AFileOfFiveGiB) {
  constexpr u64 kFirst = (u64{4} << 30) - kSector, kSecond = (u64{1} << 30) + 2047;
  put("huge.1", 1, 1);
  put("huge.2", 1, 2);
  genisoimage(image_, {"-iso-level", "3"}, tree_);
  // The extents lie far behind the rest, in a hole of the host's file with a few bytes here and there.
  const u64 begin = 1 << 20;
  patch_record("HUGE.1;1", kExtent, both_endian(begin / kSector) + both_endian(static_cast<u32>(kFirst)));
  patch_record("HUGE.2;1", kExtent, both_endian((begin + kFirst) / kSector) + both_endian(kSecond));
  patch_record("HUGE.1;1", kFlags, "\x80");
  patch_record("HUGE.1;1", kName, "HUGE.2;1");
  set_size(image_, begin + kFirst + kSecond);
  patch(image_, 16 * kSector + 80,
        both_endian((begin + kFirst + kSecond) / kSector + 1));  // the volume's blocks
  patch(image_, begin, "the start");
  patch(image_, begin + kFirst - 4, "the edge");
  patch(image_, begin + kFirst + kSecond - 7, "the end");

  const auto disc = mounted();
  rump::Process& process = disc->process();
  const auto attr = process.stat(rump::kCwd, "/huge.2", rump::Follow::no);
  ASSERT_TRUE(attr);
  EXPECT_EQ(attr->size, kFirst + kSecond);
  const auto fd = process.open(rump::kCwd, "/huge.2", rump::kOpenRead);
  ASSERT_TRUE(fd);
  const auto text_at = [&](u64 offset, std::size_t length) {
    std::string text(length, '?');
    const auto got = process.pread(*fd, std::as_writable_bytes(std::span(text)), offset);
    return text.substr(0, got.value_or(0));
  };
  EXPECT_EQ(text_at(0, 9), "the start");
  EXPECT_EQ(text_at(kFirst - 4, 8), "the edge");
  EXPECT_EQ(text_at(kFirst + kSecond - 7, 20), "the end");
  EXPECT_EQ(text_at(u64{3} << 30, 3), std::string(3, '\0'));
  const std::string theirs = must({"bsdtar", "-tvf", image_});
  EXPECT_NE(theirs.find(" " + std::to_string(kFirst + kSecond) + " "), std::string::npos) << theirs;
}

// ---- what records may say

TEST_F(IsoFeatures, InterleavedFiles) {
  put("file.1", 2048, 1);
  put("file.2", 2048, 2);
  put("file.3", 2048, 3);
  genisoimage(image_, {"-sort", "/dev/null"}, tree_);
  // Units of one block with a gap of one: the first and the third block.
  patch_record("FILE.1;1", kDataBytes, both_endian(2048 + 1000));
  patch_record("FILE.1;1", kUnit, "\x01\x01");
  EXPECT_TRUE(read_all(mounted()->process(), "/file.1") ==
              source("file.1") + source("file.3").substr(0, 1000));
}

TEST_F(IsoFeatures, ExtendedAttributeRecordsComeBeforeTheData) {
  put("file.1", 2048, 1);
  put("file.2", 2000, 2);
  genisoimage(image_, {}, tree_);
  patch_record("FILE.1;1", kXarBlocks, "\x01");
  EXPECT_TRUE(read_all(mounted()->process(), "/file.1").substr(0, 2000) == source("file.2"));
}

TEST_F(IsoFeatures, HiddenAndAssociatedFiles) {
  put("file.1", 2048, 1);
  put("file.2", 2000, 2);
  put("hidden", 1000, 3);
  genisoimage(image_, {"-hidden", "hidden"}, tree_);
  patch_record("FILE.2;1", kFlags, "\x04");
  EXPECT_EQ(listing(), ". 0\nfile.1 2048\nhidden 1000\n");
  EXPECT_EQ(listing("hide"), ". 0\nfile.1 2048\n");
  EXPECT_EQ(listing("hide,showassoc"), ". 0\nfile.1 2048\nfile.2 2000\n");
}

TEST_F(IsoFeatures, XaBeforeRockRidge) {
  put("File with a long name", 2048, 1);
  must({"ln", "-s", "File with a long name", tree_ + "/link"});
  genisoimage(image_, {"-R", "-XA"}, tree_);
  expect_source();
}

TEST_F(IsoFeatures, TheCaseOfPlainNames) {
  put("Mixed.Txt", 10, 1);
  genisoimage(image_, {}, tree_);
  EXPECT_EQ(listing(), ". 0\nmixed.txt 10\n");
  EXPECT_EQ(listing("map=off"), ". 0\nMIXED.TXT;1 10\n");
  genisoimage(image_, {"-J"}, tree_);
  EXPECT_EQ(listing(), ". 0\nMixed.Txt 10\n");
  EXPECT_TRUE(mounted()->process().stat(rump::kCwd, "/MIXED.TXT", rump::Follow::no))
      << "Joliet knows no case";
  EXPECT_FALSE(mounted("check=strict")->process().stat(rump::kCwd, "/MIXED.TXT", rump::Follow::no));
  genisoimage(image_, {"-J", "-R"}, tree_);
  EXPECT_FALSE(mounted()->process().stat(rump::kCwd, "/MIXED.TXT", rump::Follow::no));
}

}  // namespace
}  // namespace oracle
