// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Driving mke2fs, debugfs and e2fsck, and reading what they say.
#include "tests/oracle/ext_image.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "tests/oracle/scratch.hpp"
#include "tests/oracle/tree.hpp"

namespace oracle {
namespace {

/// The text after `label`, or empty.
std::string after(const std::string& text, const std::string& label) {
  const std::size_t at = text.find(label);
  return at == std::string::npos ? "" : text.substr(at + label.size());
}

/// The number after `label`; 0 where there is none.
rump::u64 number_after(const std::string& text, const std::string& label, int base = 10) {
  const std::string rest = after(text, label);
  return rest.empty() ? 0 : std::strtoull(rest.c_str(), nullptr, base);
}

/// A line such as " mtime: 0x6b03fde4:075bcd14 -- Mon …": the inode's word and its extra word.
/// Without the extra word (small inodes) the lines are not indented.
rump::Time time_after(const std::string& text, const std::string& label) {
  unsigned base = 0, extra = 0;
  std::string rest = after(text, "\n " + label + ": ");
  if (rest.empty()) rest = after(text, "\n" + label + ": ");
  const int found = sscanf(rest.c_str(), "0x%8x:%8x", &base, &extra);
  if (found < 1) return {};
  if (found < 2) extra = 0;
  // Two more bits of seconds, then the nanoseconds.
  return {static_cast<rump::i32>(base) + (rump::i64{extra & 3} << 32), extra >> 2};
}

DebugfsStat parse_stat(const std::string& text) {
  if (!text.starts_with("Inode:")) throw std::runtime_error("debugfs stat said: " + text);
  DebugfsStat stat;
  std::istringstream(after(text, "Type:")) >> stat.type;
  stat.mode = static_cast<rump::u32>(number_after(text, "Mode:", 8));
  stat.uid = static_cast<rump::u32>(number_after(text, "User:"));
  stat.gid = static_cast<rump::u32>(number_after(text, "Group:"));
  stat.project = static_cast<rump::u32>(number_after(text, "Project:"));
  stat.nlink = static_cast<rump::u32>(number_after(text, "Links:"));
  stat.generation = static_cast<rump::u32>(number_after(text, "Generation:"));
  stat.size = number_after(text, "Size:");
  stat.allocated = number_after(text, "Blockcount:") * 512;
  stat.file_acl = number_after(text, "File ACL:");
  stat.change = time_after(text, "ctime");
  stat.access = time_after(text, "atime");
  stat.modify = time_after(text, "mtime");
  stat.birth = time_after(text, "crtime");
  const std::string device = after(text, "Device major/minor number:");
  if (!device.empty()) sscanf(device.c_str(), "%u:%u", &stat.device.major, &stat.device.minor);
  return stat;
}

/// Runs a command file; throws on any message beyond the banner.
std::string run_commands(const std::string& image, const std::vector<std::string>& commands, bool write) {
  const Scratch scratch;
  const std::string file = scratch / "commands";
  {
    std::ofstream out(file);
    for (const std::string& each : commands) out << each << '\n';
  }
  std::vector<std::string> argv{"debugfs"};
  if (write) argv.push_back("-w");
  argv.insert(argv.end(), {"-f", file, image});
  const Outcome outcome = run(argv);
  std::istringstream messages(outcome.err);
  for (std::string line; std::getline(messages, line);)
    if (!line.empty() && !line.starts_with("debugfs 1.")) throw std::runtime_error("debugfs: " + line);
  if (outcome.status != 0) throw std::runtime_error("debugfs failed");
  return outcome.out;
}

std::string text(rump::Time time) {
  return std::to_string(time.seconds) + "." + std::to_string(time.nanoseconds);
}
std::string text(rump::DeviceNumber device) {
  return std::to_string(device.major) + ":" + std::to_string(device.minor);
}
std::string text(rump::u64 number) { return std::to_string(number); }

}  // namespace

void make_ext(const std::string& image, const std::string& size, const std::vector<std::string>& options,
              const std::string& tree) {
  std::vector<std::string> argv{"mke2fs", "-q",    "-F", "-U", "00112233-4455-6677-8899-aabbccddeeff",
                                "-L",     "oracle"};
  argv.insert(argv.end(), options.begin(), options.end());
  // Only one -E counts, so a caller's own comes with its own hash seed or none.
  if (std::ranges::find(options, "-E") == options.end())
    argv.insert(argv.end(), {"-E", "hash_seed=ffeeddcc-bbaa-9988-7766-554433221100"});
  if (!tree.empty()) argv.insert(argv.end(), {"-d", tree});
  argv.insert(argv.end(), {image, size});
  must(argv);
}

void debugfs_write(const std::string& image, const std::vector<std::string>& commands) {
  run_commands(image, commands, true);
}

std::vector<std::string> debugfs(const std::string& image, const std::vector<std::string>& commands) {
  const std::string all = run_commands(image, commands, false);
  std::vector<std::string> result;
  std::size_t at = 0;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const std::string prompt = "debugfs: " + commands[i] + "\n";
    at = all.find(prompt, at);
    if (at == std::string::npos) throw std::runtime_error("debugfs did not run " + commands[i]);
    at += prompt.size();
    const std::size_t end =
        i + 1 < commands.size() ? all.find("debugfs: " + commands[i + 1] + "\n", at) : all.size();
    result.push_back(all.substr(at, end - at));
  }
  return result;
}

std::string debugfs(const std::string& image, const std::string& command) {
  return debugfs(image, std::vector{command}).at(0);
}

void e2fsck(const std::string& image, const std::vector<std::string>& repair) {
  std::vector<std::string> argv{"e2fsck", "-f", repair.empty() ? "-n" : "-y"};
  argv.insert(argv.end(), repair.begin(), repair.end());
  argv.push_back(image);
  const Outcome outcome = run(argv);
  if (outcome.status > (repair.empty() ? 0 : 1))
    throw std::runtime_error("e2fsck: " + outcome.out + outcome.err);
}

std::vector<DebugfsStat> debugfs_stat(const std::string& image, const std::vector<rump::u64>& inodes) {
  std::vector<std::string> commands;
  for (const rump::u64 ino : inodes) commands.push_back("stat <" + std::to_string(ino) + ">");
  std::vector<DebugfsStat> result;
  for (const std::string& each : debugfs(image, commands)) result.push_back(parse_stat(each));
  return result;
}

DebugfsStat debugfs_stat(const std::string& image, const std::string& path) {
  return parse_stat(debugfs(image, "stat \"" + path + "\""));
}

std::vector<std::string> differences_from_debugfs(const std::string& image, rump::Process& process,
                                                  const Manifest& manifest) {
  std::vector<rump::u64> inodes;
  for (const auto& [path, entry] : manifest) inodes.push_back(entry.ino);
  const std::vector<DebugfsStat> stats = debugfs_stat(image, inodes);

  std::vector<std::string> result;
  std::size_t i = 0;
  for (const auto& item : manifest) {
    const std::string& path = item.first;
    const DebugfsStat& theirs = stats[i++];
    const auto ours = process.stat(rump::kCwd, "/" + path, rump::Follow::no);
    if (!ours) {
      result.push_back(path + ": " + ours.error().reason);
      continue;
    }
    const auto compare = [&](const char* what, const auto& expected, const auto& actual) {
      if (text(expected) != text(actual))
        result.push_back(path + ": " + what + " is " + text(actual) + ", debugfs has " + text(expected));
    };
    compare("mode", theirs.mode, ours->mode);
    compare("uid", theirs.uid, ours->uid);
    compare("gid", theirs.gid, ours->gid);
    compare("project", theirs.project, ours->project);
    compare("nlink", theirs.nlink, ours->nlink);
    compare("generation", theirs.generation, ours->generation);
    compare("size", theirs.size, ours->size);
    compare("allocated", theirs.allocated, ours->allocated);
    compare("access", theirs.access, ours->access);
    compare("modify", theirs.modify, ours->modify);
    compare("change", theirs.change, ours->change);
    compare("birth", theirs.birth, ours->birth);
    compare("device", theirs.device, ours->device);
  }
  return result;
}

Manifest as_mke2fs_keeps(Manifest source, const Manifest& actual) {
  for (auto& [path, entry] : source) entry.modify = {static_cast<rump::i32>(entry.modify.seconds), 0};
  for (const char* own : {".", "lost+found"})
    if (const auto found = actual.find(own); found != actual.end()) source[own] = found->second;
  return source;
}

std::vector<rump::u64> blocks_of(const std::string& image, const std::string& path) {
  std::istringstream all(debugfs(image, "blocks " + path));
  std::vector<rump::u64> result;
  for (rump::u64 block; all >> block;) result.push_back(block);
  return result;
}

std::vector<rump::u64> extent_blocks_of(const std::string& image, const std::string& path) {
  // " 0/ 2   1/  1     0 -  7995  5707           7996": level/depth, entry/entries, logical range, child
  // block.
  std::istringstream lines(debugfs(image, "dump_extents " + path));
  std::vector<rump::u64> result;
  for (std::string line; std::getline(lines, line);) {
    int level, depth;
    unsigned long long child;
    if (sscanf(line.c_str(), " %d/ %d %*d/ %*d %*u - %*u %llu", &level, &depth, &child) == 3 && level < depth)
      result.push_back(child);
  }
  return result;
}

int extent_depth_of(const std::string& image, const std::string& path) {
  const std::string rest = after(debugfs(image, "dump_extents " + path), "\n 0/");
  return std::stoi(rest);
}

void flip_byte(const std::string& image, rump::u64 offset) {
  std::fstream file(image, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(offset));
  const char flipped = static_cast<char>(~file.get());
  file.seekp(static_cast<std::streamoff>(offset));
  file.put(flipped);
  if (!file.flush()) throw std::runtime_error("cannot change " + image);
}

}  // namespace oracle
