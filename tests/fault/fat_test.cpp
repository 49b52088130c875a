// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file FAT, cut at every write: what was synced is there, to our own driver and after fsck.fat's repair.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <span>

#include "fs/fat/fat.hpp"
#include "images/raw.hpp"
#include "tests/fault/crash.hpp"
#include "tests/fixtures/fat_volume.hpp"
#include "tests/oracle/command.hpp"
#include "tests/oracle/scratch.hpp"
#include "utils/check/check_fat.hpp"

namespace rump::test {
namespace {

using host::Status;
using host::fault::Op;
using host::fault::Plan;
using host::fault::Times;

Image new_volume(int bits) {
  const FatVolume volume{.bits = bits, .bytes = u64{bits == 32 ? 700U : 600U} << 10};
  Image image(volume.bytes);
  for (const auto& [offset, bytes] : fat_pieces(volume))
    std::ranges::copy(bytes, image.begin() + static_cast<std::ptrdiff_t>(offset));
  return image;
}

/// What FAT can do, with syncs in between.
Workload fat_workload() {
  Workload script;
  script.create("/a").write("/a", 0, pattern(3000, 1)).mkdir("/d").create("/d/a long name").sync();
  // A file replaced in the way editors do it.
  script.create("/a.new")
      .write("/a.new", 0, pattern(2500, 2))
      .fsync("/a.new")
      .rename("/a.new", "/a")
      .fsync("/a");
  script.write("/d/a long name", 5000, pattern(9000, 3)).sync();
  script.truncate("/d/a long name", 7000).sync().create("/c").write("/c", 0, pattern(14000, 6)).fsync("/c");
  // Two files that grow in turns, so that their chains are in pieces.
  for (u64 i = 0; i < 4; ++i)
    script.write("/c", 14000 + i * 700, pattern(700, 20)).write("/a", 2500 + i * 900, pattern(900, 21));
  script.sync().truncate("/c", 900).truncate("/a", 0).sync();
  // Directories moved, made and removed; a directory that grows, and a name that moves for that.
  script.mkdir("/d/e").create("/d/e/f").sync().rename("/d/e", "/e").mkdir("/g").rename("/e", "/g/e");
  script.unlink("/g/e/f").rmdir("/g/e").sync();
  for (u32 i = 0; i < 12; ++i)
    script.create("/g/some name that needs several entries of its directory " + std::to_string(i));
  script.sync().rename("/g/some name that needs several entries of its directory 3", "/g/short");
  for (u32 i = 4; i < 12; ++i)
    script.unlink("/g/some name that needs several entries of its directory " + std::to_string(i));
  script.rename("/g/short", "/G.X").sync();
  // An open file without a name.
  script.hold("/c").unlink("/c").create("/h").write("/h", 0, pattern(1500, 8)).sync().close_all();
  script.create("/i").write("/i", 0, pattern(6000, 9)).fsync("/i").write("/i", 1000, pattern(2000, 10));
  script.exchange("/i", "/h").fsync("/i").exchange("/i", "/d/a long name").fsync("/i").sync();
  return script.fsync("/i").unlink("/i").sync();
}

fsu::Findings judged(Image image) {
  const host::memory::Disk disk = host::memory::Disk::over_writable(image);
  const auto device = images::open_raw(disk.handle(), true).value();
  fsu::Findings findings;
  fsu::check_fat(*device, findings);
  return findings;
}

/// Whether all damage is that two names have the same clusters: what a move that was cut leaves.
bool only_two_names(const fsu::Findings& findings) {
  return std::ranges::all_of(findings.kept(), [](const fsu::Finding& finding) {
    return finding.severity != fsu::Severity::damage ||
           finding.what.ends_with("belongs to another file, too") || finding.place.ends_with("/..");
  });
}

class FatFault : public testing::TestWithParam<int> {
 protected:
  static constexpr MountAs kSetup{.type = &fat::kFsType, .log = false};

  /// The tree that our driver finds in an image.
  static Result<Tree> tree_of(const Image& image) {
    Machine machine(image);
    TRY(machine.mount(kSetup));
    Tree tree = TRY(read_tree(machine.process()));
    // What fsck.fat has found; the third name in an exchange; and a name that lies in two blocks, one of
    // which has changed: its file has the short name then. The script has no such names itself.
    std::erase_if(tree.names, [](const auto& name) {
      return name.first.starts_with("/FSCK") || name.first.contains("/EXCHG") || name.first.contains('~');
    });
    return tree;
  }
  /// What is wrong with an image as our driver sees it; empty: nothing.
  static std::string wrong_to_us(const Image& image, const History& history) {
    const Result<Tree> tree = tree_of(image);
    return tree ? mismatch(history, *tree, Names::ordered) : std::string("reading: ") + tree.error().reason;
  }
  /// Whether each file that was synced, and has not changed since, has kept its content under some name.
  static std::string lost_content(const Image& image, const History& history) {
    const Result<Tree> tree = tree_of(image);
    if (!tree) return std::string("reading: ") + tree.error().reason;
    const auto states = std::span(history.states).subspan(history.durable);
    for (const auto& [id, file] : states.front().files) {
      const bool is_same = std::ranges::all_of(states, [&](const Tree& state) {
        const auto now = state.files.find(id);
        return now != state.files.end() && now->second == file;
      });
      const bool is_there =
          std::ranges::any_of(tree->files, [&](const auto& found) { return found.second == file; });
      if (is_same && !is_there) return "a file of " + std::to_string(file.content.size()) + " bytes is lost";
    }
    return "";
  }
  /// The same after fsck.fat has repaired it.
  std::string wrong_after_fsck(const Image& image, const History& history) {
    const std::string path = scratch_ / "image";
    std::ofstream(path, std::ios::binary | std::ios::trunc)
        .write(reinterpret_cast<const char*>(image.data()), static_cast<std::streamsize>(image.size()));
    // Of a directory with two names, the first run cuts one short, and the second takes it away.
    std::string said;
    for (int run = 0; run < 2; ++run) {
      const auto repair = oracle::run({"fsck.fat", "-a", path});
      said += repair.out + repair.err;
      if (repair.status > 1) return said;
    }
    const auto again = oracle::run({"fsck.fat", "-n", path});
    if (again.status != 0) return "still not clean: " + again.out + again.err;
    std::ifstream file(path, std::ios::binary);
    Image repaired(image.size());
    file.read(reinterpret_cast<char*>(repaired.data()), static_cast<std::streamsize>(repaired.size()));
    // Of two names that a file has in the middle of a move, one is left with nothing.
    const bool had_two_names = said.contains("share clusters");
    const std::string why = had_two_names ? lost_content(repaired, history) : wrong_to_us(repaired, history);
    return why.empty() ? "" : why + "\n" + said;
  }
  /// Nothing of what was synced is lost: to us, and to those who repair it.
  void expect_kept(const Image& image, const History& history, bool ask_fsck) {
    const fsu::Findings findings = judged(image);
    EXPECT_TRUE(only_two_names(findings)) << findings.text();
    EXPECT_EQ(wrong_to_us(image, history), "");
    if (!ask_fsck && findings.count(fsu::Severity::damage) == 0) return;
    EXPECT_EQ(wrong_after_fsck(image, history), "") << findings.text();
  }
  /// Cuts the script at each write, and asks fsck.fat about each `sample`-th one and all that look bad. How
  /// many there were.
  u64 at_every_write(const MountAs& setup, CutAt cut, u64 sample) {
    const Image image = new_volume(GetParam());
    const Workload script = fat_workload();
    for (cut.write = 1;; ++cut.write) {
      const Crash crashed = crash(image, setup, script, cut);
      const bool ask_fsck = cut.write % sample == 0;
      if (cut.seeds == 0) expect_kept(crashed.written, crashed.history, ask_fsck);
      for (const Image& lost : crashed.lost) expect_kept(lost, crashed.history, ask_fsck);
      if (HasFailure()) ADD_FAILURE() << "at write " << cut.write;
      if (crashed.finished || HasFailure()) return cut.write - 1;
    }
  }

 private:
  const oracle::Scratch scratch_;
};

TEST_P(FatFault, TheScriptLeavesNothingToComplainOf) {
  Machine machine(new_volume(GetParam()));
  ASSERT_TRUE(machine.mount(kSetup));
  History history;
  const auto outcome = fat_workload().run(machine.process(), history, Workload::OnError::stop);
  ASSERT_TRUE(outcome.finished) << outcome.last_error;
  ASSERT_TRUE(machine.unmount());
  EXPECT_EQ(judged(machine.image()).text(), "");
  EXPECT_EQ(wrong_to_us(machine.image(), {{history.now()}, 0}), "");
}

TEST_P(FatFault, TheProcessDiesAtAnyWrite) { EXPECT_GT(at_every_write(kSetup, {}, 8), 80u); }

TEST_P(FatFault, AnyWriteIsTorn) {
  EXPECT_GT(at_every_write(kSetup, {.write = 0, .torn_bytes = 512}, 32), 80u);
}

TEST_P(FatFault, ThePowerGoesAtAnyWrite) {
  // Only a device flush at each barrier keeps the order when the power goes.
  MountAs setup = kSetup;
  setup.strict_barriers = true;
  EXPECT_GT(at_every_write(setup, {.write = 0, .seeds = 2}, 32), 80u);
}

TEST_P(FatFault, TheUnmountIsCutAtAnyWrite) {
  const Image image = new_volume(GetParam());
  for (u64 write = 1;; ++write) {
    Machine machine(image);
    ASSERT_TRUE(machine.mount(kSetup));
    History history;
    ASSERT_TRUE(fat_workload().run(machine.process(), history, Workload::OnError::stop).finished);
    machine.plan().cut_power(machine.plan().count(Op::write) + write);
    const bool unmounted = machine.unmount().has_value();
    machine.die();
    const fsu::Findings findings = judged(machine.image());
    EXPECT_EQ(findings.count(fsu::Severity::damage) + findings.count(fsu::Severity::leak), 0u)
        << findings.text();
    EXPECT_EQ(findings.is_clean(), unmounted) << "at write " << write << "\n" << findings.text();
    EXPECT_EQ(wrong_after_fsck(machine.image(), history), "") << "at write " << write;
    if (unmounted || HasFailure()) break;
  }
}

/// The program lives on after one failure of this kind. Whether the mount has lived on, too.
TEST_P(FatFault, AnyWriteOrReadFailsOnce) {
  const Image image = new_volume(GetParam());
  for (const Op op : {Op::write, Op::read}) {
    MountAs setup = kSetup;
    if (op == Op::read) setup.cache_bytes = 8 << 10;
    u64 nth = 1;
    for (;; ++nth) {
      Machine machine(image);
      ASSERT_TRUE(machine.mount(setup));
      const u64 before = machine.plan().count(op);
      machine.plan().fail(op, before + nth, nth % 2 ? Status::io : Status::no_space, Times::once);
      History history;
      const auto outcome = fat_workload().run(machine.process(), history, Workload::OnError::retry);
      if (machine.plan().count(op) < before + nth) break;
      const bool unmounted = machine.unmount().has_value() || machine.unmount().has_value();
      machine.die();
      EXPECT_TRUE(outcome.finished && unmounted) << outcome.last_error;
      const fsu::Findings findings = judged(machine.image());
      EXPECT_EQ(findings.count(fsu::Severity::damage), 0u) << "call " << nth << "\n" << findings.text();
      EXPECT_EQ(wrong_to_us(machine.image(), history), "") << "call " << nth;
      if (HasFailure()) break;
    }
    EXPECT_GT(nth, 10u);
  }
}

/// What the device has lost then nobody knows.
TEST_P(FatFault, AnyFlushFailsAndTheMountIsReadOnly) {
  const Image image = new_volume(GetParam());
  u64 nth = 1;
  for (;; ++nth) {
    Machine machine(image);
    ASSERT_TRUE(machine.mount(kSetup));
    const u64 before = machine.plan().count(Op::flush);
    machine.plan().fail(Op::flush, before + nth, Status::io, Times::once);
    History history;
    const auto outcome = fat_workload().run(machine.process(), history, Workload::OnError::stop);
    if (machine.plan().count(Op::flush) < before + nth) break;
    ASSERT_FALSE(outcome.finished) << "flush " << nth;
    EXPECT_TRUE(machine.mounted().read_only());
    EXPECT_FALSE(machine.process().sync());
    const Result<> made = machine.process().mkdir(kCwd, "/new", 0755);
    EXPECT_TRUE(!made && made.error().code == Errc::read_only);
    machine.die();
  }
  EXPECT_GT(nth, 10u);
}

INSTANTIATE_TEST_SUITE_P(Fat, FatFault, testing::Values(12, 32),
                         [](const auto& info) { return "fat" + std::to_string(info.param); });

}  // namespace
}  // namespace rump::test
