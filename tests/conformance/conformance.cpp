// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Fixture and helpers.
#include "tests/conformance/conformance.hpp"

#include <algorithm>
#include <ostream>

namespace rump {

void PrintTo(Errc code, std::ostream* out) {
  static constexpr std::array kNames{"done",           "io",
                                     "corrupt",        "not_found",
                                     "exists",         "not_dir",
                                     "is_dir",         "not_empty",
                                     "no_space",       "no_memory",
                                     "read_only",      "denied",
                                     "not_permitted",  "not_supported",
                                     "invalid",        "name_too_long",
                                     "busy",           "cross_device",
                                     "loop",           "too_big",
                                     "range",          "no_data",
                                     "too_many_links", "exhausted",
                                     "unclean",        "quota",
                                     "bad_descriptor", "broken_pipe"};
  *out << kNames.at(static_cast<std::size_t>(code));
}
void PrintTo(const Time& time, std::ostream* out) {
  *out << time.seconds << "s " << time.nanoseconds << "ns";
}
void PrintTo(FileType type, std::ostream* out) {
  static constexpr std::array kNames{"unknown", "file", "dir", "symlink", "block", "chr", "fifo", "socket"};
  *out << kNames.at(static_cast<std::size_t>(type));
}

}  // namespace rump

namespace conformance {

void Conformance::SetUp() {
  if (const std::string why = GetParam().refusal(); !why.empty()) GTEST_SKIP() << why;
  start_again();
}

void Conformance::start_again() {
  root_.reset();
  root_ = GetParam().make(bytes());
}

void Conformance::try_symlink(std::string_view target, At path) {
  if (traits().links) must(root().symlink(target, path));
}

std::vector<std::string> Conformance::names_without_links(std::vector<std::string> names,
                                                          std::size_t links) const {
  if (!traits().links) names.resize(names.size() - links);
  return names;
}

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

void put(Calls& calls, At path, std::string_view content, u32 mode) {
  const Fd fd = must(calls.open(path, kOpenWrite | kOpenCreate | kOpenTruncate, mode));
  if (must(calls.write(fd, bytes_of(content))) != content.size()) throw std::runtime_error("short write");
  must(calls.close(fd));
}

std::string get(Calls& calls, At path) {
  const Fd fd = must(calls.open(path, kOpenRead));
  std::string content = get(calls, fd);
  must(calls.close(fd));
  return content;
}

std::string get(Calls& calls, Fd fd) { return get(calls, fd, 0, must(calls.fstat(fd)).size + 1); }

std::string get(Calls& calls, Fd fd, u64 offset, std::size_t length) {
  std::string content(length, '?');
  content.resize(must(calls.pread(fd, std::as_writable_bytes(std::span(content)), offset)));
  return content;
}

std::string target_of(Calls& calls, At path) {
  std::array<char, 8192> room;
  return {room.data(), must(calls.readlink(path, room))};
}

std::vector<Entry> entries_of(Calls& calls, Fd directory) {
  must(calls.seek_dir(directory, 0));
  std::vector<Entry> all;
  for (auto batch = must(calls.read_dir(directory)); !batch.empty(); batch = must(calls.read_dir(directory)))
    all.insert(all.end(), batch.begin(), batch.end());
  return all;
}

std::vector<std::string> names_in(Calls& calls, At directory) {
  const Fd fd = must(calls.open(directory, kOpenRead | kOpenDirectory));
  std::vector<std::string> names;
  for (const Entry& entry : entries_of(calls, fd))
    if (entry.name != "." && entry.name != "..") names.push_back(entry.name);
  must(calls.close(fd));
  std::ranges::sort(names);
  return names;
}

u64 ino_of(Calls& calls, At path) { return must(calls.stat(path)).ino; }
u32 links_of(Calls& calls, At path) { return must(calls.stat(path)).nlink; }
u32 mode_of(Calls& calls, At path) { return must(calls.stat(path)).mode; }

}  // namespace conformance
