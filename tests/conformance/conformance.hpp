// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The fixture of the suite, and the few words that its tests are written in.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <source_location>
#include <stdexcept>

#include "tests/conformance/targets.hpp"

namespace rump {
void PrintTo(Errc code, std::ostream* out);
void PrintTo(const Time& time, std::ostream* out);
void PrintTo(FileType type, std::ostream* out);
}  // namespace rump

namespace conformance {

using enum rump::OpenFlag;
using enum rump::RenameFlag;

/// In place of an error: the call did what it was asked.
inline constexpr Errc kDone{};

/// Why the call failed, or kDone.
template <class T>
Errc code(const Result<T>& result) {
  return result ? kDone : result.error().code;
}

/// The result of a call that the test cannot do without; the test ends where it failed.
template <class T>
T must(Result<T> result, std::source_location where = std::source_location::current()) {
  if (!result) {
    throw std::runtime_error("line " + std::to_string(where.line()) + ": " +
                             testing::PrintToString(result.error().code) + " " + result.error().reason);
  }
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

/// A fresh file system for each test; `root` are the calls of user 0.
class Conformance : public testing::TestWithParam<Target> {
 protected:
  void SetUp() override;
  /// The size of the file system; 0: ample.
  virtual u64 bytes() const { return 0; }

  const Traits& traits() const { return GetParam().traits; }
  std::unique_ptr<Calls> as(u32 uid, u32 gid, std::vector<u32> groups = {}) {
    return root_->as({uid, gid, std::move(groups)});
  }
  /// The calls of user 0.
  Calls& root() { return *root_; }
  /// The symlink, where the format has them.
  void try_symlink(std::string_view target, At path);
  /// The names without the last `links` ones where the format has no links: a test that is about more than
  /// those goes on without.
  std::vector<std::string> names_without_links(std::vector<std::string> names, std::size_t links) const;
  /// Another fresh file system in place of the one so far.
  void start_again();

 private:
  std::unique_ptr<Calls> root_;
};

// These only save lines. All throw what must() throws.

/// The bytes of a text, to write.
std::span<const std::byte> bytes_of(std::string_view text);
/// Makes the file anew (or empties it) with this content.
void put(Calls& calls, At path, std::string_view content, u32 mode = 0644);
/// The content of a file, of an open one, and of a part of it.
std::string get(Calls& calls, At path);
std::string get(Calls& calls, Fd fd);
std::string get(Calls& calls, Fd fd, u64 offset, std::size_t length);
/// The target of a symlink.
std::string target_of(Calls& calls, At path);
/// All entries, in the directory's order, and their names sorted, without "." and "..".
std::vector<Entry> entries_of(Calls& calls, Fd directory);
std::vector<std::string> names_in(Calls& calls, At directory);
/// What lstat says of it.
u64 ino_of(Calls& calls, At path);
u32 links_of(Calls& calls, At path);
u32 mode_of(Calls& calls, At path);

/// Makes a suite run for each target.
struct TargetName {
  std::string operator()(const testing::TestParamInfo<Target>& info) const { return info.param.name; }
};

}  // namespace conformance
