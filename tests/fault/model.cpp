// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Trees built, read and compared.
#include "tests/fault/model.hpp"

#include <algorithm>
#include <set>
#include <span>

namespace rump::test {

void Tree::add(const std::string& path, FileType type, std::string content) {
  names[path] = next_id;
  files[next_id++] = {type, std::move(content)};
}

void Tree::remove(const std::string& path) {
  const u64 id = names.at(path);
  names.erase(path);
  if (std::ranges::none_of(names, [&](const auto& name) { return name.second == id; })) files.erase(id);
}

void Tree::move(const std::string& from, const std::string& to) {
  if (names.contains(to)) remove(to);
  std::map<std::string, u64> moved;
  for (const auto& [path, id] : names) {
    const bool inside = path == from || path.starts_with(from + "/");
    moved[inside ? to + path.substr(from.size()) : path] = id;
  }
  names = std::move(moved);
}

void Tree::exchange(const std::string& one, const std::string& other) {
  move(one, "/ ");
  move(other, one);
  move("/ ", other);
}

namespace {

/// Reads a tree through system calls.
class TreeReader {
 public:
  explicit TreeReader(Process& process) : process_(process) {}
  Result<> directory(const std::string& path);
  Tree tree;

 private:
  Result<> entry(const std::string& path);
  Result<std::string> content(const std::string& path, const Attr& attr);

  Process& process_;
  std::map<u64, u64> ids_;  ///< inode number to the tree's
};

Result<> TreeReader::directory(const std::string& path) {
  const Fd fd = TRY(process_.open(kCwd, path, kOpenRead | kOpenDirectory));
  std::vector<std::string> names;
  DirBatch batch(DirBatch::Attrs::no);
  do {
    TRY(process_.read_dir(fd, batch));
    for (const DirEntry& entry : batch.entries())
      if (entry.name != "." && entry.name != "..") names.emplace_back(entry.name);
  } while (!batch.entries().empty());
  TRY(process_.close(fd));
  for (const std::string& name : names) TRY(entry((path == "/" ? path : path + "/") + name));
  return {};
}

Result<> TreeReader::entry(const std::string& path) {
  const Attr attr = TRY(process_.stat(kCwd, path, Follow::no));
  if (const auto known = ids_.find(attr.ino); known != ids_.end()) {
    tree.names[path] = known->second;
    return {};
  }
  ids_[attr.ino] = tree.next_id;
  tree.add(path, attr.type, TRY(content(path, attr)));
  return attr.type == FileType::dir ? directory(path) : Result<>();
}

Result<std::string> TreeReader::content(const std::string& path, const Attr& attr) {
  std::string text(attr.size, '\0');
  if (attr.type == FileType::dir) return std::string();
  if (attr.type == FileType::symlink) {
    text.resize(TRY(process_.readlink(kCwd, path, text)));
    return text;
  }
  const Fd fd = TRY(process_.open(kCwd, path, kOpenRead));
  const std::size_t got = TRY(process_.pread(fd, std::as_writable_bytes(std::span(text)), 0));
  TRY(process_.close(fd));
  if (got != text.size()) return fail(Errc::io, "a short read");
  return text;
}

using States = std::span<const Tree>;

/// Whether each byte, and the length, can be explained by some version.
bool explained(const std::string& content, std::span<const ModelFile* const> versions) {
  std::size_t shortest = ~std::size_t{0}, longest = 0;
  for (const ModelFile* version : versions) {
    shortest = std::min(shortest, version->content.size());
    longest = std::max(longest, version->content.size());
  }
  if (content.size() < shortest || content.size() > longest) return false;
  for (std::size_t i = 0; i < content.size(); ++i)
    if (std::ranges::none_of(versions, [&](const ModelFile* version) {
          return i < version->content.size() && version->content[i] == content[i];
        }))
      return false;
  return true;
}

/// Whether the file is one that these states have under this identity.
bool matches(const ModelFile& found, u64 id, States states) {
  std::vector<const ModelFile*> versions;
  for (const Tree& state : states)
    if (const auto file = state.files.find(id); file != state.files.end()) versions.push_back(&file->second);
  return !versions.empty() && found.type == versions.front()->type && explained(found.content, versions);
}

/// Whether the names, and which of them are links to one file, are those of the state.
bool same_names(const Tree& found, const Tree& state) {
  if (found.names.size() != state.names.size()) return false;
  std::map<u64, u64> known;
  std::set<u64> used;
  for (const auto& [path, id] : state.names) {
    const auto here = found.names.find(path);
    if (here == found.names.end()) return false;
    const auto [other, first] = known.emplace(id, here->second);
    if (other->second != here->second || (first && !used.insert(here->second).second)) return false;
  }
  return true;
}

std::string list(const Tree& tree) {
  std::string text;
  for (const auto& [path, id] : tree.names)
    text += " " + path + "(" + std::to_string(tree.files.at(id).content.size()) + ")";
  return text;
}

std::string mismatch_atomic(States states, const Tree& found) {
  std::string why = "no state has the names" + list(found);
  for (const Tree& state : states) {
    if (!same_names(found, state)) continue;
    why.clear();
    for (const auto& [path, id] : state.names)
      if (!matches(found.files.at(found.names.at(path)), id, states)) why = path + " has a wrong content";
    if (why.empty()) return why;
  }
  return why + "; last state:" + list(states.back());
}

/// Every identity of the durable state that no later state has lost still has one of its names.
std::string missing_file(States states, const Tree& found) {
  for (const auto& [id, file] : states.front().files) {
    bool kept = true, there = false;
    for (const Tree& state : states) {
      kept &= state.files.contains(id);
      for (const auto& [path, named] : state.names) there |= named == id && found.names.contains(path);
    }
    if (kept && !there) return "a durable file has lost all its names; found" + list(found);
  }
  return "";
}

std::string mismatch_ordered(States states, const Tree& found) {
  for (const auto& [path, id] : found.names) {
    const ModelFile& file = found.files.at(id);
    const bool known = std::ranges::any_of(states, [&](const Tree& state) {
      const auto name = state.names.find(path);
      return name != state.names.end() && matches(file, name->second, states);
    });
    if (!known) return path + " has a content or type that it never had";
  }
  for (const auto& [path, id] : states.front().names) {
    const auto has = [&](const Tree& state) { return state.names.contains(path); };
    if (std::ranges::all_of(states, has) && !found.names.contains(path)) return path + " is missing";
  }
  return missing_file(states, found);
}

}  // namespace

Result<Tree> read_tree(Process& process) {
  TreeReader reader(process);
  TRY(reader.directory("/"));
  return std::move(reader.tree);
}

std::string mismatch(const History& history, const Tree& found, Names names) {
  const States states = States(history.states).subspan(history.durable);
  return names == Names::atomic ? mismatch_atomic(states, found) : mismatch_ordered(states, found);
}

}  // namespace rump::test
