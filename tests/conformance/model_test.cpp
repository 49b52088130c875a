// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Thousands of calls at random, the same ones on a target and on the model; each answer is compared.
#include "tests/conformance/model.hpp"

#include <algorithm>
#include <random>

#include "tests/conformance/conformance.hpp"

namespace conformance {
namespace {

using Strings = std::vector<std::string>;

/// One run: the numbers are the same on every machine.
class RandomRun {
 public:
  RandomRun(Calls& calls, const Traits& traits, u32 seed) : calls_(calls), traits_(traits), random_(seed) {}

  /// One call; false where the answers differ.
  bool step();
  /// Compares the whole trees.
  void compare_tree(const std::string& path);
  const std::string& last() const { return last_; }

 private:
  u32 below(u32 limit) { return static_cast<u32>(random_() % limit); }
  /// Few names and little depth, so that calls meet.
  std::string path() {
    std::string result(1, static_cast<char>('a' + below(5)));
    for (u32 depth = below(4); depth > 0; --depth)
      result += std::string("/") + static_cast<char>('a' + below(5));
    return result;
  }
  std::string text(std::size_t size) {
    std::string result(size, '\0');
    const u32 seed = below(1000);
    for (std::size_t i = 0; i < size; ++i) result[i] = static_cast<char>(seed + i * 7 + i / 256);
    return result;
  }
  u64 some_size() { return below(3) == 0 ? below(3000000) : below(3) == 0 ? 4096 * below(40) : below(20000); }
  /// Another spelling of the same name, now and then, where case does not count.
  std::string spelled(std::string name) {
    if (traits_.folds_case && below(3) == 0) std::ranges::transform(name, name.begin(), to_upper);
    return name;
  }
  static char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
  static char to_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }
  bool same(const std::string& what, Errc found, Errc expected) {
    last_ = what;
    EXPECT_EQ(found, expected) << what;
    return found == expected;
  }

  bool change_names();
  bool change_data();
  bool change_attributes();
  bool look();
  bool write(const std::string& name, bool append);
  bool truncate(const std::string& name);
  bool read(const std::string& name);
  bool rename();
  bool is_file(const std::string& name) const {
    const auto node = model_.find(name);
    return node && (*node)->type == FileType::file;
  }
  void compare_node(const std::string& name, const Model::Node& expected);

  Calls& calls_;
  const Traits& traits_;
  Model model_;
  std::mt19937 random_;
  std::string last_;
};

bool RandomRun::step() {
  switch (below(4)) {
    case 0:
      return change_data();
    case 1:
      return change_attributes();
    case 2:
      return look();
    default:
      return change_names();
  }
}

bool RandomRun::rename() {
  const std::string from = path();
  const std::string to = path();
  const u32 flags = std::array{u32{0}, u32{kRenameNoReplace}, u32{kRenameExchange}}[below(3)];
  return same("rename " + from + " " + to + " " + std::to_string(flags),
              code(calls_.rename(spelled(from), spelled(to), flags)), model_.rename(from, to, flags));
}

bool RandomRun::change_names() {
  const std::string name = path();
  switch (below(9)) {
    case 0:
      return same("mknod " + name, code(calls_.mknod(spelled(name), FileType::file, 0644, {})),
                  model_.create(name, FileType::file, 0644));
    case 1:
    case 2:
      return same("mkdir " + name, code(calls_.mkdir(spelled(name))),
                  model_.create(name, FileType::dir, 0755));
    case 3: {
      if (!traits_.links) return rename();
      const std::string target = "/nowhere/" + std::string(below(80), 't');
      return same("symlink " + name, code(calls_.symlink(target, name)), model_.symlink(target, name));
    }
    case 4: {
      if (!traits_.links) return rename();
      const std::string to = path();
      return same("link " + name + " " + to, code(calls_.link(name, to)), model_.link(name, to));
    }
    case 5:
      return same("unlink " + name, code(calls_.unlink(spelled(name))), model_.unlink(name));
    case 6:
      return same("rmdir " + name, code(calls_.rmdir(spelled(name))), model_.rmdir(name));
    default:
      return rename();
  }
}

bool RandomRun::write(const std::string& name, bool append) {
  const u64 offset = some_size();
  const std::string data = text(some_size() / 10);
  const u32 flags = kOpenWrite | kOpenCreate | kOpenNoFollow | (append ? u32{kOpenAppend} : 0);
  const auto fd = calls_.open(spelled(name), flags, 0644);
  Errc expected = model_.create(name, FileType::file, 0644);
  if (expected == Errc::exists) {
    const FileType type = model_.find(name).value()->type;
    expected = type == FileType::file ? kDone : type == FileType::dir ? Errc::is_dir : Errc::loop;
  }
  if (!same((append ? "append " : "write ") + name, code(fd), expected)) return false;
  if (!fd) return true;
  must(calls_.pwrite(*fd, bytes_of(data), offset));
  must(calls_.close(*fd));
  std::string& content = model_.find(name).value()->content;
  const std::size_t at = append ? content.size() : offset;
  if (data.empty()) return true;
  if (content.size() < at + data.size()) content.resize(at + data.size());
  content.replace(at, data.size(), data);
  return true;
}

bool RandomRun::truncate(const std::string& name) {
  const u64 size = some_size();
  const auto node = model_.find(name);
  Errc expected = code(node);
  if (node && (*node)->type == FileType::dir) expected = Errc::is_dir;
  if (node && (*node)->type == FileType::symlink) expected = Errc::not_found;
  if (expected == kDone) (*node)->content.resize(size);
  return same("truncate " + name + " " + std::to_string(size), code(calls_.truncate(spelled(name), size)),
              expected);
}

bool RandomRun::change_data() {
  const std::string name = path();
  switch (below(4)) {
    case 0:
      return truncate(name);
    case 1:
      return write(name, true);
    default:
      return write(name, false);
  }
}

bool RandomRun::change_attributes() {
  const std::string name = path();
  const std::string xattr = "trusted." + std::to_string(below(4));
  const u32 kind = below(3);
  if (kind == 0 ? !traits_.owners : !traits_.xattrs) return look();
  switch (kind) {
    case 0: {
      const auto node = model_.find(name);
      const u32 mode = below(010000);
      // A chmod would go through a symlink, which leads nowhere here.
      const bool link = node && (*node)->type == FileType::symlink;
      if (node && !link) (*node)->mode = mode;
      return same("chmod " + name, code(calls_.chmod(name, mode)), link ? Errc::not_found : code(node));
    }
    case 1: {
      const std::string value = text(below(200));
      const auto mode = static_cast<XattrMode>(below(3));
      return same("set_xattr " + name, code(calls_.set_xattr(name, Follow::no, xattr, bytes_of(value), mode)),
                  model_.set_xattr(name, xattr, value, mode));
    }
    default:
      return same("remove_xattr " + name, code(calls_.remove_xattr(name, Follow::no, xattr)),
                  model_.remove_xattr(name, xattr));
  }
}

bool RandomRun::read(const std::string& name) {
  if (!is_file(name)) return true;
  const std::string& content = model_.find(name).value()->content;
  const u64 offset = some_size();
  const std::size_t length = some_size();
  const Fd fd = must(calls_.open(name, kOpenRead));
  const std::string found = get(calls_, fd, offset, length);
  must(calls_.close(fd));
  const std::string expected = offset < content.size() ? content.substr(offset, length) : "";
  EXPECT_TRUE(found == expected) << "read of " << name << " from " << offset << ", " << length << " bytes";
  return found == expected;
}

bool RandomRun::look() {
  const std::string name = path();
  last_ = "look at " + name;
  const auto node = model_.find(name);
  if (!same("stat " + name, code(calls_.stat(spelled(name))), code(node))) return false;
  if (!node) return true;
  compare_node(name, **node);
  return read(name) && !testing::Test::HasFailure();
}

void RandomRun::compare_node(const std::string& name, const Model::Node& expected) {
  const Attr attr = must(calls_.stat(name));
  EXPECT_EQ(attr.type, expected.type) << name;
  EXPECT_TRUE(!traits_.owners || attr.mode == expected.mode) << name;
  EXPECT_EQ(attr.nlink, expected.nlink) << name;
  if (expected.type != FileType::dir) {
    EXPECT_EQ(attr.size, expected.content.size()) << name;
  }
  if (expected.type == FileType::symlink) {
    EXPECT_EQ(target_of(calls_, name), expected.content) << name;
  }
  if (expected.type == FileType::dir) {
    Strings names;
    for (const auto& [entry, child] : expected.entries) names.push_back(entry);
    Strings found = names_in(calls_, name);
    for (std::string& each : found) std::ranges::transform(each, each.begin(), to_lower);
    std::ranges::sort(found);
    EXPECT_EQ(found, names) << name;
  }
  Strings xattrs;
  for (const auto& [xattr, value] : expected.xattrs) {
    xattrs.push_back(xattr);
    std::string found(value.size() + 1, '?');
    found.resize(must(calls_.get_xattr(name, Follow::no, xattr, std::as_writable_bytes(std::span(found)))));
    EXPECT_EQ(found, value) << name << " " << xattr;
  }
  Strings listed = must(calls_.list_xattr(name, Follow::no));
  std::ranges::sort(listed);
  EXPECT_EQ(listed, xattrs) << name;
}

void RandomRun::compare_tree(const std::string& path) {
  const auto node = model_.find(path).value();
  const std::string name = path.empty() ? "/" : path;
  compare_node(name, *node);
  EXPECT_TRUE(node->type != FileType::file || get(calls_, name) == node->content) << name;
  for (const auto& [entry, child] : node->entries) compare_tree(path.empty() ? entry : path + "/" + entry);
}

using Random = Conformance;

TEST_P(Random, AgreesWithTheModel) {
  for (u32 seed = 1; seed <= 5; ++seed) {
    start_again();
    RandomRun run(root(), traits(), seed);
    for (int i = 0; i < 3000; ++i)
      ASSERT_TRUE(run.step()) << "seed " << seed << ", call " << i << ": " << run.last();
    run.compare_tree("");
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(On, Random, testing::ValuesIn(targets()), TargetName());

}  // namespace
}  // namespace conformance
