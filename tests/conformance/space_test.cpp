// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A file system that is full: every call says so, breaks nothing, and works again when there is room.
#include <algorithm>

#include "tests/conformance/conformance.hpp"

namespace conformance {
namespace {

using Strings = std::vector<std::string>;

class Space : public Conformance {
 protected:
  static constexpr u64 kBytes = u64{2} << 20;
  u64 bytes() const override { return kBytes; }

  static std::string numbered(const char* stem, int number) { return stem + std::to_string(number); }

  /// Calls `make` with 0, 1, 2 … until there is no space; how often it worked.
  int fill(const std::function<Errc(int)>& make) {
    for (int i = 0; i < 100000; ++i) {
      const Errc result = make(i);
      if (result == kDone) continue;
      EXPECT_EQ(result, Errc::no_space) << i;
      return i;
    }
    ADD_FAILURE() << "never full";
    return 0;
  }
  /// Writes until there is no space; the file's size.
  u64 fill_with_data(At path) {
    const std::string piece(10000, 'x');
    const Fd fd = must(root().open(path, kOpenWrite | kOpenCreate | kOpenAppend, 0644));
    u64 total = 0;
    for (;;) {
      const auto written = root().write(fd, bytes_of(piece));
      if (!written) {
        EXPECT_EQ(code(written), Errc::no_space);
        break;
      }
      total += *written;
      if (total > 2 * kBytes) throw std::runtime_error("never full");
    }
    EXPECT_EQ(must(root().fstat(fd)).size, total);
    must(root().close(fd));
    return total;
  }
};

class SpaceAlone : public Space {};
class SpaceWithXattrs : public Space {};
class SpaceWithLinks : public Space {};
class SpaceWithHoles : public Space {};
class SpaceWithoutHoles : public Space {};

TEST_P(Space, Data) {
  const u64 size = fill_with_data("f");
  EXPECT_GT(size, kBytes / 2);
  EXPECT_EQ(get(root(), "f"), std::string(size, 'x'));
  EXPECT_LT(must(root().statfs(".")).blocks_free * must(root().statfs(".")).block_bytes, u64{65536});
  const Fd fd = must(root().open("f", kOpenWrite));
  EXPECT_EQ(must(root().pwrite(fd, bytes_of("over"), 0)), 4u);
  must(root().fsync(fd));
  must(root().ftruncate(fd, size / 2));
  EXPECT_GT(fill_with_data("g"), size / 4);
  EXPECT_EQ(get(root(), "f"), "over" + std::string(size / 2 - 4, 'x'));
}

TEST_P(Space, TwiceAsMuchEachTime) {
  u64 first = 0;
  for (int round = 0; round < 5; ++round) {
    const u64 size = fill_with_data("f");
    if (round == 0) first = size;
    EXPECT_GE(size + 65536, first);
    must(root().unlink("f"));
  }
}

TEST_P(SpaceWithoutHoles, NothingGrowsBeyondTheSpace) {
  const Fd fd = must(root().open("f", kOpenRead | kOpenWrite | kOpenCreate, 0644));
  must(root().pwrite(fd, bytes_of("kept"), 0));
  const u64 free = must(root().statfs(".")).blocks_free;
  EXPECT_EQ(code(root().ftruncate(fd, 4 * kBytes)), Errc::no_space);
  EXPECT_EQ(code(root().pwrite(fd, bytes_of("far"), 4 * kBytes)), Errc::no_space);
  EXPECT_EQ(get(root(), fd), "kept");
  EXPECT_EQ(must(root().statfs(".")).blocks_free, free);
}

TEST_P(SpaceWithHoles, HolesAreFilledOrNot) {
  const Fd fd = must(root().open("sparse", kOpenRead | kOpenWrite | kOpenCreate, 0644));
  must(root().ftruncate(fd, 4 * kBytes));
  EXPECT_EQ(must(root().pwrite(fd, bytes_of("kept"), 2 * kBytes)), 4u);
  fill_with_data("f");
  const std::string piece(65536, 'y');
  for (u64 at = 0; at < kBytes; at += piece.size()) {
    const auto result = root().pwrite(fd, bytes_of(piece), at);
    EXPECT_TRUE(result || code(result) == Errc::no_space) << at;
    const std::string found = get(root(), fd, at, piece.size());
    const std::size_t arrived = result ? *result : 0;
    EXPECT_TRUE(found == piece.substr(0, arrived) + std::string(piece.size() - arrived, '\0')) << at;
  }
  EXPECT_EQ(get(root(), fd, 2 * kBytes, 4), "kept");
  must(root().unlink("f"));
  EXPECT_EQ(must(root().pwrite(fd, bytes_of(piece), 0)), piece.size());
}

TEST_P(Space, Files) {
  const int files =
      fill([&](int i) { return code(root().mknod(numbered("f", i), FileType::file, 0644, {})); });
  EXPECT_GT(files, 100);
  EXPECT_EQ(names_in(root(), ".").size(), static_cast<std::size_t>(files));
  EXPECT_EQ(code(root().open("another", kOpenWrite | kOpenCreate, 0644)), Errc::no_space);
  EXPECT_EQ(code(root().stat("another")), Errc::not_found);
  for (int i = 0; i < 10; ++i) must(root().unlink(numbered("f", i)));
  for (int i = 0; i < 5; ++i) put(root(), numbered("new", i), "");
  EXPECT_EQ(names_in(root(), ".").size(), static_cast<std::size_t>(files) - 5);
}

TEST_P(Space, Directories) {
  must(root().mkdir("d"));
  const int made = fill([&](int i) { return code(root().mkdir(numbered("d/", i))); });
  EXPECT_GT(made, 50);
  EXPECT_EQ(links_of(root(), "d"), static_cast<u32>(made) + 2);
  EXPECT_EQ(names_in(root(), "d").size(), static_cast<std::size_t>(made));
  for (int i = 0; i < made; ++i) must(root().rmdir(numbered("d/", i)));
  EXPECT_EQ(links_of(root(), "d"), 2u);
  EXPECT_GE(fill([&](int i) { return code(root().mkdir(numbered("d/", i))); }), made);
}

TEST_P(SpaceWithLinks, Symlinks) {
  const std::string target(3000, 't');
  const int made = fill([&](int i) { return code(root().symlink(target, numbered("s", i))); });
  EXPECT_GT(made, 50);
  for (int i = 0; i < made; ++i) EXPECT_EQ(target_of(root(), numbered("s", i)), target);
  EXPECT_EQ(names_in(root(), ".").size(), static_cast<std::size_t>(made));
  must(root().unlink("s0"));
  must(root().symlink(target, "s0"));
}

TEST_P(SpaceWithXattrs, Attributes) {
  must(root().mkdir("d"));
  const std::string value(500, 'v');
  const int made = fill([&](int i) {
    const std::string name = numbered("d/f", i);
    if (const Errc result = code(root().mknod(name, FileType::file, 0644, {})); result != kDone)
      return result;
    return code(root().set_xattr(name, Follow::no, "trusted.a", bytes_of(value), XattrMode::set));
  });
  EXPECT_GT(made, 20);
  std::vector<std::byte> room(1000);
  for (int i = 0; i < made; ++i)
    EXPECT_EQ(must(root().get_xattr(numbered("d/f", i), Follow::no, "trusted.a", room)), value.size());
  must(root().remove_xattr("d/f0", Follow::no, "trusted.a"));
  for (int i = 1; i < 10; ++i) must(root().unlink(numbered("d/f", i)));
  must(root().set_xattr("d/f0", Follow::no, "trusted.b", bytes_of(value), XattrMode::set));
}

TEST_P(Space, NamesWhileFull) {
  must(root().mkdir("a"));
  must(root().mkdir("b"));
  for (int i = 0; i < 20; ++i) put(root(), numbered("a/f", i), std::to_string(i));
  fill_with_data("big");
  fill([&](int i) { return code(root().mknod(numbered("x", i), FileType::file, 0644, {})); });
  int moved = 0;
  for (int i = 0; i < 20; ++i) {
    const Errc result =
        code(root().rename(numbered("a/f", i), "b/" + std::string(200, 'n') + std::to_string(i)));
    if (result == kDone) ++moved;
    EXPECT_TRUE(result == kDone || result == Errc::no_space) << i;
  }
  EXPECT_EQ(names_in(root(), "b").size(), static_cast<std::size_t>(moved));
  EXPECT_EQ(names_in(root(), "a").size(), static_cast<std::size_t>(20 - moved));
  must(root().unlink("big"));
  for (const std::string& name : names_in(root(), "a")) must(root().rename("a/" + name, "b/" + name));
  must(root().rmdir("a"));
  EXPECT_EQ(names_in(root(), "b").size(), 20u);
}

TEST_P(SpaceAlone, CountsAreConsistent) {
  const auto start = must(root().statfs("."));
  EXPECT_LE(start.blocks_free, start.blocks);
  EXPECT_LE(start.blocks_available, start.blocks_free);
  EXPECT_LE(start.files_free, start.files);
  EXPECT_LE(start.blocks * start.block_bytes, std::max(kBytes, GetParam().smallest));
  for (int i = 0; i < 10; ++i) put(root(), numbered("f", i), std::string(20000, 'x'));
  const auto used = must(root().statfs("."));
  EXPECT_LE(used.files_free, start.files_free - 10);
  EXPECT_LE(used.blocks_free * used.block_bytes, start.blocks_free * start.block_bytes - 200000);
  for (int i = 0; i < 10; ++i) must(root().unlink(numbered("f", i)));
  const auto end = must(root().statfs("."));
  EXPECT_EQ(end.files_free, start.files_free);
  EXPECT_GE(end.blocks_free * end.block_bytes + 16384, start.blocks_free * start.block_bytes);
}

INSTANTIATE_TEST_SUITE_P(On, SpaceWithoutHoles, testing::ValuesIn(lacking(&Traits::holes, sized_targets())),
                         TargetName());
INSTANTIATE_TEST_SUITE_P(On, SpaceWithHoles, testing::ValuesIn(having(&Traits::holes, sized_targets())),
                         TargetName());
INSTANTIATE_TEST_SUITE_P(On, SpaceWithLinks, testing::ValuesIn(having(&Traits::links, sized_targets())),
                         TargetName());
INSTANTIATE_TEST_SUITE_P(On, SpaceWithXattrs, testing::ValuesIn(having(&Traits::xattrs, sized_targets())),
                         TargetName());
INSTANTIATE_TEST_SUITE_P(On, SpaceAlone, testing::ValuesIn(having(&Traits::alone, sized_targets())),
                         TargetName());
INSTANTIATE_TEST_SUITE_P(On, Space, testing::ValuesIn(sized_targets()), TargetName());

}  // namespace
}  // namespace conformance
