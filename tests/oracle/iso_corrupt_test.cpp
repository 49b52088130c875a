// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file One thing wrong with an image: what is tolerated, as Linux tolerates it, and what is an error, of
/// the file or directory alone that it is in.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/oracle/iso_image.hpp"
#include "tests/oracle/mounted.hpp"
#include "tests/oracle/scratch.hpp"
#include "tests/oracle/tree.hpp"

namespace oracle {
namespace {

using rump::u64;
using namespace std::string_literals;

constexpr u64 kSector = 2048, kPrimary = 16 * kSector;
const std::string kIntact = "dir dir/below dir/below/deep dir/other link=target long target text ";

const std::string kWithoutText = "dir dir/below dir/below/deep dir/other link=target long target ";
const std::string kDamaged = "(some records of the directory are damaged) ";
/// Of the long name, what stands in the record itself.
const std::string kCutName =
    "dir dir/below dir/below/deep dir/other link=target " + std::string(146, 'n') + " ";

/// What can still be read: the names below the top, then each error behind what it is an error of.
class Reading {
 public:
  explicit Reading(rump::Process& process) : process_(process) { directory(""); }
  const std::string& text() const { return text_; }

 private:
  void directory(const std::string& path) {
    const auto fd =
        process_.open(rump::kCwd, path.empty() ? "/" : path, rump::kOpenRead | rump::kOpenDirectory);
    if (!fd) return failed(fd.error());
    std::vector<std::string> names;
    rump::DirBatch batch(rump::DirBatch::Attrs::no);
    rump::Result<> result;
    do {
      result = process_.read_dir(*fd, batch);
      for (const auto& each : batch.entries())
        if (each.name != "." && each.name != "..") names.emplace_back(each.name);
    } while (result && !batch.entries().empty());
    if (!result) failed(result.error());
    EXPECT_TRUE(process_.close(*fd));
    for (const std::string& name : names) entry(path + "/" + name);
  }
  void entry(const std::string& path) {
    // So that the expected lines stay short.
    text_ += (path.substr(1) == std::string(200, 'n') ? "long" : path.substr(1)) + " ";
    const auto attr = process_.stat(rump::kCwd, path, rump::Follow::no);
    if (!attr) return failed(attr.error());
    if (attr->type == rump::FileType::dir) {
      if (std::ranges::find(above_, attr->ino) != above_.end()) {
        text_ += "(a circle) ";
        return;
      }
      above_.push_back(attr->ino);
      directory(path);
      above_.pop_back();
    } else if (attr->type == rump::FileType::file) {
      read(path, attr->size);
    } else if (std::array<char, 300> room; true) {
      const auto length = process_.readlink(rump::kCwd, path, room);
      if (!length) return failed(length.error());
      text_.back() = '=';
      text_.append(room.data(), *length).append(" ");
    }
  }
  void read(const std::string& path, u64 size) {
    const auto fd = process_.open(rump::kCwd, path, rump::kOpenRead);
    ASSERT_TRUE(fd);
    std::vector<std::byte> room(10'000);
    for (u64 at = 0; at < size; at += room.size()) {
      const auto got = process_.pread(*fd, room, at);
      if (!got) {
        failed(got.error());
        break;
      }
    }
    EXPECT_TRUE(process_.close(*fd));
  }
  void failed(const rump::Error& error) {
    EXPECT_EQ(error.code, rump::Errc::corrupt) << error.reason;
    text_.append("(").append(error.reason).append(") ");
  }

  rump::Process& process_;
  std::string text_;
  std::vector<rump::u64> above_;  ///< inode numbers
};

/// Bytes that are written over those at an offset from the start, or from the last occurrence of a text.
struct Damage {
  const char* name;
  std::string behind;  ///< empty: the offset counts from the start of the image
  rump::i64 offset;
  std::string bytes;
  std::string expected;
};

class IsoCorrupt : public testing::Test {
 protected:
  IsoCorrupt() {
    must({"mkdir", "-p", tree_ + "/dir/below"});
    put_file(tree_ + "/text", noise(5000, 1));
    put_file(tree_ + "/target", noise(50, 2));
    put_file(tree_ + "/" + std::string(200, 'n'), noise(10, 5));
    put_file(tree_ + "/dir/other", noise(3000, 3));
    put_file(tree_ + "/dir/below/deep", noise(100, 4));
    must({"ln", "-s", "target", tree_ + "/link"});
    genisoimage(image_, {"-R"}, tree_);
    good_ = bytes_of_file(image_);
  }

  std::string read(const std::string& options = "") const {
    const auto mounted = Mounted::open(image_, {}, {.text = options});
    if (!mounted) return std::string("(") + mounted.error().reason + ")";
    return Reading((*mounted)->process()).text();
  }

  void expect(const std::vector<Damage>& damages, const std::string& options = "") {
    for (const Damage& damage : damages) {
      std::string bytes = good_;
      const std::size_t found = damage.behind.empty() ? 0 : bytes.rfind(damage.behind);
      ASSERT_NE(found, bytes.npos) << damage.name;
      bytes.replace(static_cast<std::size_t>(static_cast<rump::i64>(found) + damage.offset),
                    damage.bytes.size(), damage.bytes);
      write(bytes);
      EXPECT_EQ(read(options), damage.expected) << damage.name;
    }
  }
  void write(const std::string& bytes) const {
    must({"rm", "-f", image_});
    put_file(image_, {bytes.begin(), bytes.end()});
  }

  const Scratch scratch_;
  const std::string tree_ = scratch_ / "tree", image_ = scratch_ / "image.iso";
  std::string good_;
};

TEST_F(IsoCorrupt, VolumeDescriptor) {
  expect({
      {"nothing", "", 0, "", kIntact},
      {"no primary descriptor", "", kPrimary, "\xff", "(there is no primary volume descriptor)"},
      {"a version that nobody knows", "", kPrimary + 6, "\x09", kIntact},
      {"block size", "", kPrimary + 128, "\0\3"s, "(the volume descriptor's block size is out of range)"},
      {"big-endian block size", "", kPrimary + 130, "\0\0"s, kIntact},
      {"path tables", "", kPrimary + 132, std::string(24, '\xff'), kIntact},
      {"volume's size", "", kPrimary + 80, "\x10\0\0\0"s, kIntact},
      {"root elsewhere", "", kPrimary + 158, "\xff\xff\xff\x0f",
       "(a directory lies behind the end of the image)"},
      {"root's size", "", kPrimary + 166, "\xff\xff\xff\xff", kIntact},
      {"no end of the descriptors", "", kPrimary + kSector, "\x05", kIntact},
  });
}

TEST_F(IsoCorrupt, Records) {
  constexpr rump::i64 kNameLength = 32;  // of a record, where the texts below begin
  expect({
      {"a file beyond the end", "\x07TEXT.;1", 2 - kNameLength, "\xff\xff\xff\x0f",
       kIntact + "(the file's data lies behind the end of the image) "},
      {"a size beyond the end", "\x07TEXT.;1", 10 - kNameLength, "\xff\xff\xff\x7f",
       kIntact + "(the file's data lies behind the end of the image) "},
      {"big-endian halves", "\x07TEXT.;1", 6 - kNameLength, "\xff\xff\xff\xff", kIntact},
      {"a record shorter than its head", "\x07TEXT.;1", 0 - kNameLength, "\x10", kDamaged + kWithoutText},
      {"a record longer than its sector", "\x07TEXT.;1", 0 - kNameLength, "\xfe", kIntact},
      {"a name longer than its record", "\x07TEXT.;1", 32 - kNameLength, "\xff", kDamaged + kWithoutText},
      {"a time that is none", "\x07TEXT.;1", 18 - kNameLength, "\x7f\xff\xff\xff\xff\xff\x7f", kIntact},
      {"a directory beyond the end",
       "\x05"
       "BELOW",
       2 - kNameLength, "\xff\xff\xff\x0f",
       "dir dir/below (a directory lies behind the end of the image) dir/other link=target long target "
       "text "},
      {"a directory that is its own child",
       "\x05"
       "BELOW",
       2 - kNameLength,
       good_.substr(good_.find("\x03"
                               "DIR") -
                        30,
                    8),
       "dir dir/below (a circle) dir/other link=target long target text "},
      {"a directory that is no longer one",
       "\x05"
       "BELOW",
       25 - kNameLength, "\0"s, "dir dir/below dir/other link=target long target text "},
      {"another volume of the set", "\x07TEXT.;1", 28 - kNameLength, "\x07", kIntact},
  });
}

TEST_F(IsoCorrupt, RockRidge) {
  expect({
      {"no SP", "SP\x07\x01", 0, "XX", kIntact},
      {"SP without its bytes", "SP\x07\x01", 4, "\0\0"s, kIntact},
      {"an entry of no length", "NM\x09\x01\0text"s, 2, "\0"s, kWithoutText + "TEXT "},
      {"an entry longer than its area", "NM\x09\x01\0text"s, 2, "\xff", kWithoutText + "TEXT "},
      {"a name with a slash", "NM\x09\x01\0text"s, 5, "a/b", kWithoutText + "TEXT "},
      {"a name with a NUL", "NM\x09\x01\0text"s, 5, "a\0b"s, kWithoutText + "TEXT "},
      {"a name that goes on, and does not", "NM\x09\x01\0text"s, 4, "\x01", kIntact},
      {"a name that is the parent", "NM\x09\x01\0text"s, 4, "\x04", kWithoutText + "TEXT "},
      {"a link of unknown components", "SL\x0d\x01"s, 5, "\x40", kIntact},
      {"a component longer than the link", "SL\x0d\x01"s, 6, "\xff", kIntact},
      {"a mode of another type", "NM\x09\x01\0text"s, -36 + 4, "", kIntact},
      {"a continuation elsewhere", "CE\x1c\x01", 4, "\xff\xff\xff\x0f",
       kCutName + "(a continuation area lies outside the volume) target text "},
      {"a continuation of itself", "CE\x1c\x01", 4, "", kIntact},
      {"a continuation longer than all", "CE\x1c\x01", 20, "\xff\xff\xff\x7f",
       kCutName + "(a continuation area is too long) target text "},
  });
}

TEST_F(IsoCorrupt, CutAnywhere) {
  for (std::size_t sectors = good_.size() / kSector; sectors-- > 0;) {
    write(good_.substr(0, sectors * kSector + 1000));
    static_cast<void>(read());
  }
}

}  // namespace
}  // namespace oracle
