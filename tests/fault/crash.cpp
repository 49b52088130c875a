// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Crashing and looking at what is left.
#include "tests/fault/crash.hpp"

#include <gtest/gtest.h>

#include "images/raw.hpp"
#include "tests/fixtures/logfs/check.hpp"
#include "tests/fixtures/logfs/log.hpp"

namespace rump::test {
namespace {

using host::fault::Plan;

std::string text_of(const Error& error) {
  return std::string(error.reason) + " (" + std::to_string(static_cast<int>(error.code)) + ")";
}

/// A file can be made, written, synced and removed.
Result<> use(Process& process) {
  const Fd fd = TRY(process.open(kCwd, "/used", kOpenWrite | kOpenCreate | kOpenExclusive, 0600));
  const std::string text = pattern(3000, 77);
  TRY(process.write(fd, std::as_bytes(std::span(text))));
  TRY(process.fsync(fd));
  TRY(process.close(fd));
  return process.unlink(kCwd, "/used");
}

std::string wrong_tree(Process& process, const MountAs& setup, const History& history) {
  const Result<Tree> tree = read_tree(process);
  if (!tree) return "reading: " + text_of(tree.error());
  return mismatch(history, *tree, setup.log ? Names::atomic : Names::ordered);
}

std::string faults_of(const logfs::Report& report, const MountAs& setup, bool orphans_allowed) {
  const bool leaks_allowed = !setup.log;
  if (report.damage.empty() && (leaks_allowed || report.leaks.empty()) &&
      (orphans_allowed || report.orphans.empty()))
    return "";
  return report.text();
}

}  // namespace

Crash crash(const Image& image, const MountAs& setup, const Workload& script, const CutAt& cut) {
  Crash result;
  Machine machine(image);
  const Result<> mounted = machine.mount(setup);
  EXPECT_TRUE(mounted) << text_of(mounted.error());
  if (!mounted) return result;
  const u64 nth = machine.plan().count(host::fault::Op::write) + cut.write;
  if (cut.torn_bytes > 0) machine.plan().tear(nth, cut.torn_bytes);
  machine.plan().cut_power(nth + (cut.torn_bytes > 0));
  const Workload::Outcome outcome = script.run(machine.process(), result.history, Workload::OnError::stop);
  result.finished = outcome.finished;
  machine.die();
  result.written = machine.image();
  const std::size_t pieces = machine.plan().unflushed().size();
  for (u64 seed = 0; seed < cut.seeds; ++seed)
    result.lost.push_back(machine.plan().after_power_loss(Plan::choose(pieces, cut.write * 1000 + seed)));
  return result;
}

std::string wrong_to_a_reader(Image image, MountAs setup, const History& history) {
  const host::memory::Disk disk = host::memory::Disk::over_writable(image);
  const auto device = images::open_raw(disk.handle(), true).value();
  const auto geometry = logfs::read_geometry(*device);
  if (!geometry) return "no file system: " + text_of(geometry.error());
  const auto recovered = logfs::recover(*device, *geometry, false, setup.broken);
  if (!recovered) return "recovery: " + text_of(recovered.error());
  const std::string faults = faults_of(logfs::check(image), setup, true);
  if (!faults.empty()) return "before the mount:\n" + faults;
  Machine machine(image);
  setup.read_only = true;
  if (const Result<> mounted = machine.mount(setup); !mounted)
    return "read-only mount: " + text_of(mounted.error());
  return wrong_tree(machine.process(), setup, history);
}

std::string wrong_after_mount(const Image& image, const MountAs& setup, const History& history) {
  Machine machine(image);
  if (const Result<> mounted = machine.mount(setup); !mounted) return "mount: " + text_of(mounted.error());
  if (std::string faults = wrong_tree(machine.process(), setup, history); !faults.empty()) return faults;
  if (const Result<> used = use(machine.process()); !used) return "use: " + text_of(used.error());
  if (const Result<> unmounted = machine.unmount(); !unmounted)
    return "unmount: " + text_of(unmounted.error());
  return faults_of(logfs::check(machine.image()), setup, false);
}

std::string wrong(const Image& image, const MountAs& setup, const History& history) {
  std::string faults = wrong_to_a_reader(image, setup, history);
  return faults.empty() ? wrong_after_mount(image, setup, history) : faults;
}

}  // namespace rump::test
