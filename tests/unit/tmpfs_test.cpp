// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file tmpfs by its own calls: options, names, links, renames, attributes, and failures that change
/// nothing.
#include <functional>

#include "fs/registry.hpp"
#include "hypercall/fault/fault.hpp"
#include "tests/fixtures/bytes.hpp"
#include "tests/unit/tmpfs_fixture.hpp"

namespace rump::test {
namespace {

Errc mount_error(std::string_view options) {
  const auto device = *images::make_memory(kBlock);
  const auto mount = tmpfs::kFsType.mount(*device, {.text = options});
  return mount ? Errc{} : mount.error().code;
}

TEST(TmpfsMount, OptionsOfTheRoot) {
  Tmpfs plain(16);
  Attr root = *plain.root()->getattr();
  EXPECT_EQ(root.type, FileType::dir);
  EXPECT_EQ(root.mode, 01777u);
  EXPECT_EQ(root.nlink, 2u);
  EXPECT_EQ(root.uid, 0u);
  EXPECT_GT(root.birth.seconds, 0);
  EXPECT_EQ(plain.stat().blocks, 16u);
  EXPECT_EQ(plain.stat().block_bytes, kBlock);
  EXPECT_EQ(plain.stat().files, 1024u);

  Tmpfs other(16, "mode=750,uid=1000,gid=100,inodes=7");
  root = *other.root()->getattr();
  EXPECT_EQ(root.mode, 0750u);
  EXPECT_EQ(root.uid, 1000u);
  EXPECT_EQ(root.gid, 100u);
  EXPECT_EQ(other.stat().files, 7u);
  EXPECT_EQ(other.stat().files_free, 6u);

  for (const char* wrong :
       {"size=1", "mode=8", "mode=10000", "uid=-1", "uid=4294967295", "inodes=", "gid=1x"})
    EXPECT_EQ(mount_error(wrong), Errc::invalid) << wrong;
}

TEST(TmpfsMount, IsInTheListButNeverProbed) {
  EXPECT_EQ(std::ranges::count(fs_types(), &tmpfs::kFsType), 1);
  const auto device = *images::make_memory(1 << 20);
  EXPECT_EQ(tmpfs::kFsType.probe(*device), false);
}

TEST(TmpfsMount, AFreeInodeIsCorrupt) {
  Tmpfs t;
  for (const Key key : {Key{0}, t.mount.root() + 1, Key{12345}, ~Key{0}})
    EXPECT_EQ(t.mount.load(key).error().code, Errc::corrupt) << key;
}

TEST(TmpfsNames, EveryTypeAndItsAttributes) {
  Tmpfs t;
  const File root = t.root();
  const std::string target(4095, 't');
  for (const FileType type : {FileType::file, FileType::dir, FileType::symlink, FileType::block,
                              FileType::chr, FileType::fifo, FileType::socket}) {
    NewNode node;
    node.type = type;
    node.mode = 0754;
    node.uid = 5;
    node.gid = 6;
    node.time = {-1, 999'999'999};
    if (type == FileType::block || type == FileType::chr) node.device = {8, 300'000};
    if (type == FileType::symlink) node.target = target;
    const std::string name = "type" + std::to_string(static_cast<int>(type));
    const Key key = *t.create(*root, name, node);
    EXPECT_EQ(root->lookup(name), key);
    const File file = t.load(key);
    const Attr attr = *file->getattr();
    EXPECT_EQ(attr.type, type);
    EXPECT_EQ(file->type(), type);
    EXPECT_EQ(attr.ino, key);
    EXPECT_EQ(attr.mode, 0754u);
    EXPECT_EQ(attr.uid, 5u);
    EXPECT_EQ(attr.gid, 6u);
    EXPECT_EQ(attr.nlink, type == FileType::dir ? 2u : 1u);
    EXPECT_EQ(attr.device, node.device);
    EXPECT_EQ(attr.size, type == FileType::symlink ? target.size() : 0u);
    for (const Time time : {attr.access, attr.modify, attr.change, attr.birth}) EXPECT_EQ(time, node.time);
    EXPECT_FALSE(attr.has_acl);
    EXPECT_EQ(file->lookup("x").error().code, type == FileType::dir ? Errc::not_found : Errc::not_dir);
  }
  EXPECT_EQ(root->getattr()->nlink, 3u) << "one subdirectory";
  const File dir = t.load(*root->lookup("type2"));
  EXPECT_EQ(dir->lookup(".."), t.mount.root());

  const File link = t.load(*root->lookup("type3"));
  std::string room(4096, '\0');
  ASSERT_EQ(link->readlink(room), target.size());
  EXPECT_EQ(room.substr(0, target.size()), target);
  EXPECT_EQ(link->readlink(std::span(room).first(4094)).error().code, Errc::range);
  const std::string long_target(4096, 't');
  NewNode node;
  node.type = FileType::symlink;
  node.target = long_target;
  EXPECT_EQ(t.create(*root, "long", node).error().code, Errc::name_too_long);
  EXPECT_EQ(t.stat().files - t.stat().files_free, 8u);
}

TEST(TmpfsNames, AclsOfANewFile) {
  Tmpfs t;
  const File root = t.root();
  NewNode node;
  node.type = FileType::dir;
  node.access_acl = bytes_of("access");
  node.default_acl = bytes_of("default");
  const File dir = t.load(*t.create(*root, "d", node));
  EXPECT_TRUE(dir->getattr()->has_acl);
  std::byte room[16];
  EXPECT_EQ(dir->get_xattr("system.posix_acl_default", room), 7u);
  EXPECT_TRUE(t.change(*dir, [&](Txn& txn) { return dir->remove_xattr("system.posix_acl_access", txn); }));
  EXPECT_FALSE(dir->getattr()->has_acl);
}

TEST(TmpfsNames, AnUnlinkedFileStaysUntilReleased) {
  Tmpfs t;
  const File root = t.root();
  const FsStat before = t.stat();
  const File file = t.make(*root, "f");
  const Attr first = *file->getattr();
  ASSERT_TRUE(t.link(*root, "g", *file).has_value());
  EXPECT_EQ(file->getattr()->nlink, 2u);
  ASSERT_TRUE(t.unlink(*root, "f", *file).has_value());
  EXPECT_EQ(root->lookup("f").error().code, Errc::not_found);
  EXPECT_EQ(root->lookup("g"), file->key());
  ASSERT_TRUE(t.extend(*file, 0, 10 * kBlock).has_value());
  ASSERT_TRUE(t.unlink(*root, "g", *file).has_value());
  EXPECT_EQ(file->getattr()->nlink, 0u);
  EXPECT_TRUE(t.mount.load(file->key()).has_value());
  EXPECT_EQ(t.link(*root, "h", *file).error().code, Errc::not_found);
  t.free(*file);
  EXPECT_EQ(t.mount.load(first.ino).error().code, Errc::corrupt);
  EXPECT_EQ(t.stat().blocks_free, before.blocks_free);
  EXPECT_EQ(t.stat().files_free, before.files_free);
  const Attr second = *t.make(*root, "f")->getattr();
  EXPECT_EQ(second.ino, first.ino) << "the number is used again, and";
  EXPECT_NE(second.generation, first.generation);
}

TEST(TmpfsNames, DirectoriesGoOnlyWhenEmpty) {
  Tmpfs t;
  const File root = t.root();
  const File dir = t.make(*root, "d", FileType::dir);
  const File file = t.make(*dir, "f");
  EXPECT_EQ(t.unlink(*root, "d", *dir).error().code, Errc::not_empty);
  ASSERT_TRUE(t.unlink(*dir, "f", *file).has_value());
  ASSERT_TRUE(t.unlink(*root, "d", *dir).has_value());
  EXPECT_EQ(dir->getattr()->nlink, 0u);
  EXPECT_EQ(root->getattr()->nlink, 2u);
  EXPECT_EQ(t.create(*dir, "late").error().code, Errc::not_found);
  EXPECT_EQ(list(*dir).size(), 0u);
}

TEST(TmpfsNames, LinksHaveALimit) {
  Tmpfs t;
  const File root = t.root();
  const File file = t.make(*root, "f");
  for (int i = 1; i < 65000; ++i) ASSERT_TRUE(t.link(*root, std::to_string(i), *file).has_value());
  EXPECT_EQ(t.link(*root, "more", *file).error().code, Errc::too_many_links);
  EXPECT_EQ(file->getattr()->nlink, 65000u);
  EXPECT_EQ(list(*root).size(), 65000u);

  const File dir = t.make(*root, "d", FileType::dir);
  for (int i = 2; i < 65000; ++i) ASSERT_TRUE(t.create(*dir, std::to_string(i), FileType::dir).has_value());
  EXPECT_EQ(t.create(*dir, "more", FileType::dir).error().code, Errc::too_many_links);
  EXPECT_TRUE(t.create(*dir, "file").has_value());
}

TEST(TmpfsNames, InodesHaveALimit) {
  Tmpfs t(16, "inodes=3");
  const File root = t.root();
  const File file = t.make(*root, "a");
  ASSERT_TRUE(t.create(*root, "b", FileType::dir).has_value());
  const Attr before = *root->getattr();
  for (const FileType type : {FileType::file, FileType::dir})
    EXPECT_EQ(t.create(*root, "c", type).error().code, Errc::no_space);
  EXPECT_EQ(root->getattr()->nlink, before.nlink);
  EXPECT_EQ(list(*root).size(), 2u);
  EXPECT_EQ(t.stat().files_free, 0u);
  ASSERT_TRUE(t.unlink(*root, "a", *file).has_value());
  t.free(*file);
  EXPECT_TRUE(t.create(*root, "c").has_value());
}

class TmpfsRename : public ::testing::Test {
 protected:
  /// Moves from one directory to another or the same, with the locks that this takes.
  Result<Renamed> rename(Vnode& from_dir, Name from, Vnode& to_dir, Name to, bool exchange = false) {
    const File moved = t.load(*from_dir.lookup(from));
    const auto there = to_dir.lookup(to);
    const File victim = there ? t.load(*there) : nullptr;
    return t.change(*moved, [&](Txn& txn) {
      return t.mount.rename({from_dir, from, *moved, to_dir, to, victim.get(), exchange}, txn);
    });
  }
  u32 links(const File& file) { return file->getattr()->nlink; }

  Tmpfs t;
  File root = t.root();
  File a = t.make(*root, "a", FileType::dir);
  File b = t.make(*root, "b", FileType::dir);
};

TEST_F(TmpfsRename, ADirectoryTakesItsParentAlong) {
  const File sub = t.make(*a, "sub", FileType::dir);
  const auto keys = rename(*a, "sub", *b, "moved");
  ASSERT_TRUE(keys.has_value());
  EXPECT_EQ(keys->moved, sub->key());
  EXPECT_EQ(sub->lookup(".."), b->key());
  EXPECT_EQ(links(a), 2u);
  EXPECT_EQ(links(b), 3u);
  EXPECT_EQ(links(sub), 2u);
  EXPECT_EQ(a->lookup("sub").error().code, Errc::not_found);
  EXPECT_EQ(b->lookup("moved"), sub->key());
  ASSERT_TRUE(rename(*b, "moved", *b, "again").has_value());
  EXPECT_EQ(links(b), 3u);
  EXPECT_EQ(list(*b).size(), 1u);
}

TEST_F(TmpfsRename, ReplacesAFileAndAnEmptyDirectory) {
  const File file = t.make(*a, "f"), old = t.make(*b, "f");
  const auto keys = rename(*a, "f", *b, "f");
  ASSERT_TRUE(keys.has_value());
  EXPECT_EQ(keys->victim, old->key());
  EXPECT_EQ(b->lookup("f"), file->key());
  EXPECT_EQ(links(old), 0u);
  EXPECT_EQ(list(*a).size(), 0u);

  const File dir = t.make(*a, "d", FileType::dir), empty = t.make(*b, "d", FileType::dir);
  const File inside = t.make(*empty, "x");
  EXPECT_EQ(rename(*a, "d", *b, "d").error().code, Errc::not_empty);
  EXPECT_EQ(a->lookup("d"), dir->key());
  ASSERT_TRUE(t.unlink(*empty, "x", *inside).has_value());
  ASSERT_TRUE(rename(*a, "d", *b, "d").has_value());
  EXPECT_EQ(links(empty), 0u);
  EXPECT_EQ(links(a), 2u);
  EXPECT_EQ(links(b), 3u);
  EXPECT_EQ(dir->lookup(".."), b->key());
}

TEST_F(TmpfsRename, ReplacesADirectoryBesideIt) {
  ASSERT_TRUE(rename(*root, "a", *root, "b").has_value());
  EXPECT_EQ(links(root), 3u);
  EXPECT_EQ(list(*root), (std::vector<std::pair<std::string, Key>>{{"b", a->key()}}));
}

TEST_F(TmpfsRename, ExchangesADirectoryAndAFile) {
  const File dir = t.make(*a, "x", FileType::dir), file = t.make(*b, "y");
  ASSERT_TRUE(rename(*a, "x", *b, "y", true).has_value());
  EXPECT_EQ(a->lookup("x"), file->key());
  EXPECT_EQ(b->lookup("y"), dir->key());
  EXPECT_EQ(dir->lookup(".."), b->key());
  EXPECT_EQ(links(a), 2u);
  EXPECT_EQ(links(b), 3u);
  EXPECT_EQ(links(file), 1u);
  ASSERT_TRUE(rename(*root, "a", *root, "b", true).has_value());
  EXPECT_EQ(root->lookup("a"), b->key());
  EXPECT_EQ(links(root), 4u);
}

TEST(TmpfsAttributes, SetattrSetsWhatItIsGiven) {
  Tmpfs t;
  const File root = t.root(), file = t.make(*root, "f");
  AttrChange change;
  change.mode = 07777;
  change.uid = 1;
  change.flags = kFlagAppend | kFlagNoDump;
  change.access = Time{-5, 1};
  change.birth = Time{7, 8};
  change.size = 12345;
  const auto set = [&] { return t.change(*file, [&](Txn& txn) { return file->setattr(change, txn); }); };
  ASSERT_TRUE(set().has_value());
  const Attr attr = *file->getattr();
  EXPECT_EQ(attr.mode, 07777u);
  EXPECT_EQ(attr.uid, 1u);
  EXPECT_EQ(attr.gid, 0u);
  EXPECT_EQ(attr.flags, kFlagAppend | kFlagNoDump);
  EXPECT_EQ(attr.access, (Time{-5, 1}));
  EXPECT_EQ(attr.modify, Time{});
  EXPECT_EQ(attr.birth, (Time{7, 8}));
  EXPECT_EQ(attr.size, 12345u);
  change.flags = kFlagEncrypted;
  change.uid = 9;
  EXPECT_EQ(set().error().code, Errc::not_supported);
  EXPECT_EQ(file->getattr()->uid, 1u) << "nothing changed";
}

template <class T>
Result<> without_value(const Result<T>& result) {
  if (!result) return std::unexpected(result.error());
  return {};
}

// Each operation meets a refusal at each of its allocations, and then succeeds.
TEST(TmpfsFailure, WithoutMemoryNothingChanges) {
  Tmpfs t;
  const File root = t.root(), file = t.make(*root, "f"), dir = t.make(*root, "d", FileType::dir);
  NewNode node;
  node.type = FileType::symlink;
  node.target = "target";
  node.access_acl = bytes_of("acl");
  NewNode plain;
  plain.type = FileType::dir;
  const std::function<Result<>(Txn&)> operations[] = {
      [&](Txn& txn) { return without_value(dir->create("s", node, txn)); },
      [&](Txn& txn) { return without_value(dir->create("p", plain, txn)); },
      [&](Txn& txn) { return dir->link("hard", *file, txn); },
      [&](Txn& txn) { return file->set_xattr("user.a", bytes_of("value"), txn); },
      [&](Txn& txn) {
        return without_value(t.mount.rename({*root, "f", *file, *dir, "moved", nullptr, false}, txn));
      },
      [&](Txn& txn) -> Result<> {
        const Extent extent = TRY(file->reserve(0, 1, txn));
        return file->written(extent, extent.length, 1, txn);
      }};
  const auto state = [&] {
    std::string text;
    for (const File& each : {t.root(), t.load(file->key()), t.load(dir->key())}) {
      const Attr attr = *each->getattr();
      for (const u64 number : {u64{attr.nlink}, attr.size, attr.allocated, u64{attr.has_acl}})
        text += std::to_string(number) + " ";
      if (attr.type == FileType::dir)
        for (const auto& [name, key] : list(*each)) text += name + "=" + std::to_string(key) + " ";
    }
    text += file->get_xattr("user.a", {}) ? "attribute " : "";
    return text + std::to_string(t.stat().blocks_free) + " " + std::to_string(t.stat().files_free);
  };
  for (std::size_t i = 0; i < std::size(operations); ++i) {
    const std::string before = state();
    u64 refused = 0;
    for (u64 nth = 1;; ++nth) {
      const auto result = [&] {
        host::fault::AllocationPlan plan;
        plan.fail(nth);
        return t.change(*root, operations[i]);
      }();
      if (result) break;
      ++refused;
      ASSERT_EQ(result.error().code, Errc::no_memory) << i;
      ASSERT_EQ(state(), before) << "operation " << i << ", allocation " << nth;
    }
    EXPECT_GT(refused, 0u) << i;
    EXPECT_NE(state(), before) << i;
  }
}

}  // namespace
}  // namespace rump::test
