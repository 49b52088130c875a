// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What we write mtools and 7-Zip read as it was meant, and neither fsck.fat nor the judge has to
/// complain.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "images/raw.hpp"
#include "tests/oracle/fat_tree.hpp"
#include "tests/oracle/mounted.hpp"
#include "tests/oracle/scratch.hpp"
#include "tests/oracle/tree.hpp"
#include "utils/check/check_fat.hpp"

namespace oracle {
namespace {

namespace fs = std::filesystem;
using rump::kCwd;

const std::vector<std::string> kNone;

std::string judged(const std::string& image) {
  const rump::test::Descriptor file(open(image.c_str(), O_RDONLY | O_CLOEXEC));
  const auto device = rump::images::open_raw(file.handle(), false).value();
  fsu::Findings findings;
  fsu::check_fat(*device, findings);
  return findings.text();
}

std::unique_ptr<Mounted> mount_for_writing(const std::string& image) {
  return Mounted::must(image, {}, {.read_only = false});
}

/// Unmounts, and asks those who check.
void expect_clean_end(Mounted& mounted, const std::string& image) {
  const auto done = mounted.unmount();
  EXPECT_TRUE(done) << (done ? "" : done.error().reason);
  EXPECT_EQ(judged(image), "");
  EXPECT_EQ(complaints_of_fsck(image), "");
}

template <class T>
T must_be(rump::Result<T> result, const std::string& what) {
  if (!result) throw std::runtime_error(what + ": " + result.error().reason);
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

/// Does the same in a directory of the host and in the image.
class Twin {
 public:
  Twin(rump::Process& process, std::string host) : process_(process), host_(std::move(host)) {}

  void make_dir(const std::string& path) {
    fs::create_directory(host_ + path);
    must_be(process_.mkdir(kCwd, path, 0755), path);
  }
  /// Writes noise in pieces that end at odd places.
  void put(const std::string& path, std::size_t size, std::uint64_t offset = 0) {
    const std::vector<char> data = noise(size, size + offset);
    put_file(host_ + path, data, offset);
    const rump::Fd fd = must_be(process_.open(kCwd, path, rump::kOpenWrite | rump::kOpenCreate, 0644), path);
    constexpr std::size_t kPiece = 50'021;
    for (std::size_t at = 0; at < size; at += kPiece) {
      const auto piece = std::as_bytes(std::span(data)).subspan(at, std::min(kPiece, size - at));
      EXPECT_EQ(must_be(process_.pwrite(fd, piece, offset + at), path), piece.size());
    }
    must_be(process_.close(fd), path);
  }
  void set_size(const std::string& path, std::uint64_t size) {
    fs::resize_file(host_ + path, size);
    must_be(process_.truncate(kCwd, path, size), path);
  }
  void rename(const std::string& from, const std::string& to) {
    fs::rename(host_ + from, host_ + to);
    must_be(process_.rename(kCwd, from, kCwd, to, 0), from);
  }
  void remove(const std::string& path) {
    const bool is_dir = fs::is_directory(host_ + path);
    fs::remove(host_ + path);
    must_be(is_dir ? process_.rmdir(kCwd, path) : process_.unlink(kCwd, path), path);
  }
  /// Gives all files times of their own.
  void set_times() {
    std::int64_t seconds = 1'000'000'001;
    for (const auto& entry : fs::recursive_directory_iterator(host_)) {
      if (!entry.is_regular_file()) continue;
      seconds += 86'400 * 3 + 1801;
      const timespec both[] = {{seconds, 0}, {seconds, 0}};
      utimensat(AT_FDCWD, entry.path().c_str(), both, 0);
      const rump::TimeChange change{rump::TimeChange::Kind::set, {seconds, 0}};
      const std::string path = entry.path().string().substr(host_.size());
      must_be(process_.utimens(kCwd, path, rump::Follow::no, change, change), path);
    }
  }
  /// Copies a tree of the host's.
  void copy(const std::string& tree) {
    for (const auto& entry : fs::recursive_directory_iterator(tree)) {
      const std::string path = entry.path().string().substr(tree.size());
      if (entry.is_directory())
        make_dir(path);
      else
        put(path, entry.file_size());
    }
  }

 private:
  rump::Process& process_;
  const std::string host_;
};

/// Changes of all kinds; `unit` is about a cluster.
void change_much(Twin& twin, std::size_t unit) {
  twin.rename("/names/lower.txt", "/names/renamed to something longer.txt");
  twin.rename("/names/a b c", "/names/SHORT");
  twin.rename("/names/UPPER.TXT", "/names/upper.txt");
  twin.rename("/names/Mixed.Txt", "/moved out.txt");
  twin.rename("/names/SHORT", "/sizes/size1");
  twin.rename("/deep/d0/d1", "/moved");
  twin.remove("/empty directory");
  twin.rename("/moved/d2", "/empty directory");
  twin.put("/sizes/size8193", 5000, 1234);
  twin.put("/sizes/size8193", 5000, 8000);
  twin.put("/sizes/size0", 100, 70'000);  // behind the end
  twin.set_size("/sizes/size32768", 0);
  twin.set_size("/sizes/size65537", 12'345);
  twin.set_size("/sizes/size4097", 30'000);
  twin.put("/sizes/size270001", 1000, 269'001);
  twin.make_dir("/fragments");
  for (std::size_t i = 0; i < 10; ++i)
    for (const char* name : {"/fragments/one", "/fragments/other"}) twin.put(name, unit, i * unit);
  twin.set_size("/fragments/one", 3 * unit + unit / 2);
  for (int i = 0; i < 150; i += 2) twin.remove("/wide/" + std::to_string(i) + " of many");
  for (int i = 0; i < 60; ++i)
    twin.put("/wide/some name that needs many entries of its directory " + std::to_string(i), 1);
  for (const char* name : {"emoji \U0001F600\U0001F680.png", "ünïcödé", "CON", "NOEXT.2"})
    twin.put(std::string("/names/") + name, 10);
}

class FatWrite : public testing::TestWithParam<FatVariant> {};

TEST_P(FatWrite, OthersReadWhatWasMeant) {
  const Scratch scratch;
  const std::string tree = scratch / "tree", twin_tree = scratch / "twin", image = scratch / "image";
  must({"mkdir", tree, twin_tree});
  build_fat_tree(tree);
  const FatFormat& format = GetParam().format;
  make_fat(image, format);
  const auto mounted = mount_for_writing(image);
  Twin twin(mounted->process(), twin_tree);
  twin.copy(tree);
  change_much(twin, static_cast<std::size_t>(format.sector_bytes * format.cluster_sectors));
  twin.set_times();
  const Manifest expected = manifest_of(twin_tree);
  const Manifest ours = manifest_of(mounted->process());
  EXPECT_EQ(differences(as_fat_keeps(expected, ours), ours), kNone) << "before it was unmounted";
  expect_clean_end(*mounted, image);

  const std::string by_7zip = scratch / "7zip", by_mtools = scratch / "mtools";
  must({"7zz", "x", "-y", "-o" + by_7zip, image});
  const Manifest theirs = as_fat_keeps(manifest_of(by_7zip), ours);
  EXPECT_EQ(differences(as_fat_keeps(expected, ours), theirs), kNone) << "7-Zip";
  must({"mkdir", by_mtools});
  mtools(image, {"mcopy", "-s", "-m", "::/sizes", "::/wide", "::/fragments", "::/deep", by_mtools});
  for (const char* top : {"sizes", "wide", "fragments", "deep"}) {
    const Manifest read = as_fat_keeps(manifest_of(by_mtools + "/" + top), ours);
    EXPECT_EQ(differences(as_fat_keeps(manifest_of(twin_tree + "/" + top), read), read), kNone) << "mtools";
  }
}

INSTANTIATE_TEST_SUITE_P(Fat, FatWrite, testing::ValuesIn(fat_variants()),
                         [](const auto& info) { return info.param.name; });

/// The three types, small.
class FatFull : public testing::TestWithParam<FatVariant> {};

/// Writes files of this size until there is no space; how many.
int fill(rump::Process& process, const std::string& name, std::size_t size) {
  const std::vector<char> data = noise(size, 7);
  for (int i = 0;; ++i) {
    const std::string path = name + std::to_string(i);
    const auto fd = process.open(kCwd, path, rump::kOpenWrite | rump::kOpenCreate, 0644);
    if (!fd) {
      EXPECT_EQ(fd.error().code, rump::Errc::no_space) << fd.error().reason;
      return i;
    }
    const auto wrote = process.write(*fd, std::as_bytes(std::span(data)));
    must_be(process.close(*fd), path);
    if (wrote && *wrote == size) continue;
    EXPECT_TRUE(wrote || wrote.error().code == rump::Errc::no_space) << wrote.error().reason;
    return i;
  }
}

TEST_P(FatFull, ADiskIsFilledToTheLastClusterAgainAndAgain) {
  const Scratch scratch;
  const std::string image = scratch / "image";
  const FatFormat& format = GetParam().format;
  make_fat(image, format);
  const auto mounted = mount_for_writing(image);
  rump::Process& process = mounted->process();
  must_be(process.mkdir(kCwd, "/dir", 0755), "mkdir");
  const std::size_t cluster = static_cast<std::size_t>(format.sector_bytes * format.cluster_sectors);
  const int files = fill(process, "/dir/f", 3 * cluster);
  EXPECT_GT(files, 100);
  EXPECT_EQ(process.statfs(kCwd, "/")->blocks_free, 0u);
  // Every second file leaves a hole; one file takes them all.
  for (int i = 0; i < files; i += 2) must_be(process.unlink(kCwd, "/dir/f" + std::to_string(i)), "unlink");
  const rump::u64 free = process.statfs(kCwd, "/")->blocks_free;
  EXPECT_GE(free, static_cast<rump::u64>(files / 2 * 3));
  const std::vector<char> data = noise(free * cluster, 9);
  const rump::Fd fd =
      must_be(process.open(kCwd, "/dir/large", rump::kOpenWrite | rump::kOpenCreate, 0644), "large");
  EXPECT_EQ(must_be(process.write(fd, std::as_bytes(std::span(data))), "large"), data.size());
  EXPECT_EQ(process.statfs(kCwd, "/")->blocks_free, 0u);
  EXPECT_EQ(process.write(fd, std::as_bytes(std::span(data)).first(1)).error().code, rump::Errc::no_space);
  must_be(process.close(fd), "close");
  expect_clean_end(*mounted, image);

  const std::string out = scratch / "out";
  must({"7zz", "x", "-y", "-o" + out, image});
  std::ifstream large(out + "/dir/large", std::ios::binary);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(large), {}), std::string(data.begin(), data.end()));
  std::ifstream small(out + "/dir/f1", std::ios::binary);
  const std::vector<char> expected = noise(3 * cluster, 7);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(small), {}),
            std::string(expected.begin(), expected.end()));

  const auto again = mount_for_writing(image);
  for (const auto& [path, entry] : manifest_of(again->process()))
    if (entry.type == rump::FileType::file) must_be(again->process().unlink(kCwd, "/" + path), path);
  must_be(again->process().rmdir(kCwd, "/dir"), "rmdir");
  const auto stat = again->process().statfs(kCwd, "/").value();
  EXPECT_EQ(stat.blocks - stat.blocks_free, format.bits == 32 ? 1u : 0u) << "nothing but the root is left";
  expect_clean_end(*again, image);
}

/// How many entries the boot sector gives to a root that cannot grow.
int root_entries_of(const std::string& image) {
  std::ifstream file(image, std::ios::binary);
  file.seekg(17);
  const int low = file.get();
  return low | file.get() << 8;
}

TEST_P(FatFull, TheRootIsFullOrGrows) {
  const Scratch scratch;
  const std::string image = scratch / "image";
  FatFormat format = GetParam().format;
  if (format.bits != 32) format.root_entries = 128;  // whole sectors of any size
  make_fat(image, format);
  const auto mounted = mount_for_writing(image);
  rump::Process& process = mounted->process();
  int files = 0;
  for (; files < 1000; ++files) {
    const auto made = process.mknod(kCwd, "/A" + std::to_string(files), rump::FileType::file, 0644, {});
    if (made) continue;
    EXPECT_EQ(made.error().code, rump::Errc::no_space) << made.error().reason;
    break;
  }
  EXPECT_EQ(files, format.bits == 32 ? 1000 : root_entries_of(image));
  // One record is free, and two are needed before the old one can go.
  must_be(process.unlink(kCwd, "/A50"), "unlink");
  const auto moved = process.rename(kCwd, "/A70", kCwd, "/a long name", 0);
  EXPECT_EQ(moved.has_value(), format.bits == 32);
  EXPECT_TRUE(moved || process.stat(kCwd, "/A70", rump::Follow::no));
  must_be(process.unlink(kCwd, "/A51"), "unlink");
  must_be(process.rename(kCwd, "/A71", kCwd, "/b long name", 0), "rename");
  expect_clean_end(*mounted, image);
}

std::vector<FatVariant> small_variants() {
  return {{"fat12", {.bits = 12, .size = "600K"}},
          {"fat16", {.bits = 16, .size = "2300K"}},
          {"fat32", {.bits = 32, .size = "1M"}},
          {"fat12_sectors_4096", {.bits = 12, .size = "3M", .sector_bytes = 4096}}};
}

INSTANTIATE_TEST_SUITE_P(Fat, FatFull, testing::ValuesIn(small_variants()),
                         [](const auto& info) { return info.param.name; });

/// What 7-Zip lists: paths, sorted.
std::set<std::string> listed_by_7zip(const std::string& image) {
  std::istringstream said(must({"7zz", "l", "-slt", "-ba", image}));
  std::set<std::string> paths;
  for (std::string line; std::getline(said, line);)
    if (line.starts_with("Path = ")) paths.insert(line.substr(7));
  return paths;
}

TEST(FatWriteNames, OfTheGreatestLengthAreWritten) {
  const Scratch scratch;
  const std::string image = scratch / "image";
  make_fat(image, {.bits = 16, .size = "8M"});
  std::string cjk, pairs;
  for (int i = 0; i < 255; ++i) cjk += "語";
  for (int i = 0; i < 127; ++i) pairs += "\U0001F600";
  const std::set<std::string> names = {cjk, pairs, pairs.substr(4) + "x", std::string(255, 'n')};
  const auto mounted = mount_for_writing(image);
  for (const std::string& name : names) must_be(mounted->process().mkdir(kCwd, "/" + name, 0755), name);
  for (const std::string& name : {cjk + "x", pairs + "xx", std::string(256, 'n')})
    EXPECT_EQ(mounted->process().mkdir(kCwd, "/" + name, 0755).error().code, rump::Errc::name_too_long);
  for (const char* name : {"a.", "a ", "a*b", "a:b", "a?", "a\\b", "a|b", "a\"", "<", ">", "\x01", "..."})
    EXPECT_EQ(mounted->process().mkdir(kCwd, std::string("/") + name, 0755).error().code, rump::Errc::invalid)
        << name;
  expect_clean_end(*mounted, image);
  EXPECT_EQ(listed_by_7zip(image), names);
}

TEST(FatWriteTimes, AreKeptInTheirSteps) {
  const Scratch scratch;
  const std::string image = scratch / "image";
  make_fat(image, {.bits = 16, .size = "8M"});
  const auto mounted = mount_for_writing(image);
  rump::Process& process = mounted->process();
  must_be(process.mknod(kCwd, "/f", rump::FileType::file, 0644, {}), "mknod");
  const auto birth = process.stat(kCwd, "/f", rump::Follow::no)->birth;
  const auto set = [](std::int64_t seconds, rump::u32 nanoseconds) {
    return rump::TimeChange{rump::TimeChange::Kind::set, {seconds, nanoseconds}};
  };
  const auto expect = [&](std::int64_t access, std::int64_t modify) {
    const rump::Attr attr = process.stat(kCwd, "/f", rump::Follow::no).value();
    EXPECT_EQ(attr.access, (rump::Time{access, 0}));
    EXPECT_EQ(attr.modify, (rump::Time{modify, 0}));
    EXPECT_EQ(attr.change, attr.modify);
    EXPECT_EQ(attr.birth, birth);
  };
  must_be(process.utimens(kCwd, "/f", rump::Follow::no, set(1709300097, 5), set(1709210097, 999'999'999)),
          "utimens");
  expect(1709251200, 1709210096);
  // What FAT cannot say becomes the nearest that it can.
  must_be(process.utimens(kCwd, "/f", rump::Follow::no, set(0, 0), set(-1, 0)), "utimens");
  expect(315532800, 315532800);
  must_be(process.utimens(kCwd, "/f", rump::Follow::no, set(5'000'000'000, 0), set(5'000'000'000, 0)),
          "utimens");
  expect(4354732800, 4354819198);
  must_be(process.utimens(kCwd, "/f", rump::Follow::no, set(1709300097, 5), set(1709210097, 5)), "utimens");
  expect_clean_end(*mounted, image);
  const std::string listed = mtools(image, {"mdir", "::/f"});
  EXPECT_NE(listed.find("2024-02-29  12:34"), listed.npos) << listed;
  const std::string details = must({"7zz", "l", "-slt", "-ba", image});
  EXPECT_NE(details.find("Modified = 2024-02-29 12:34:56"), details.npos) << details;
  EXPECT_NE(details.find("Accessed = 2024-03-01"), details.npos) << details;
}

TEST(FatWriteNames, TenThousandInADirectory) {
  const Scratch scratch;
  const std::string image = scratch / "image";
  make_fat(image, {.bits = 32, .size = "34M"});
  const auto name_of = [](int i) {
    return i % 3 == 0 ? "F" + std::to_string(i) + ".TXT" : "a long file name " + std::to_string(i) + ".text";
  };
  const auto mounted = mount_for_writing(image);
  rump::Process& process = mounted->process();
  must_be(process.mkdir(kCwd, "/dir", 0755), "mkdir");
  std::set<std::string> names = {"dir"};
  const auto make = [&](int i) {
    const rump::Fd fd = must_be(
        process.open(kCwd, "/dir/" + name_of(i), rump::kOpenWrite | rump::kOpenCreate, 0644), name_of(i));
    must_be(process.close(fd), "close");
    names.insert("dir/" + name_of(i));
  };
  for (int i = 0; i < 10'000; ++i) make(i);
  for (int i = 0; i < 10'000; i += 3) {
    must_be(process.unlink(kCwd, "/dir/" + name_of(i)), name_of(i));
    names.erase("dir/" + name_of(i));
  }
  for (int i = 10'000; i < 12'000; ++i) make(i);
  expect_clean_end(*mounted, image);
  EXPECT_EQ(listed_by_7zip(image), names);
  std::istringstream listed(mtools(image, {"mdir", "-b", "::/dir"}));
  std::size_t count = 0;
  for (std::string line; std::getline(listed, line);) ++count;
  EXPECT_EQ(count, names.size() - 1);
}

}  // namespace
}  // namespace oracle
