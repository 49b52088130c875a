// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Expansion of patterns, component by component.
#include "utils/image/glob.hpp"

#include <fnmatch.h>

#include <algorithm>

#include "utils/list/listing.hpp"

namespace fsu {
namespace {

/// A hostile tree, whose directories are their own parents, matches "*/*/*/*/*" without end.
constexpr std::size_t kMatchesMax = 1'000'000;

bool is_pattern(std::string_view text) { return text.find_first_of("*?[\\") != text.npos; }

/// Cuts the next component off the front of `path`, together with the slashes before it.
struct Component {
  std::string slashes, name;
};
Component take_component(std::string_view& path) {
  const std::size_t begin = std::min(path.find_first_not_of('/'), path.size());
  const std::size_t end = std::min(path.find('/', begin), path.size());
  Component component{std::string(path.substr(0, begin)), std::string(path.substr(begin, end - begin))};
  path.remove_prefix(end);
  return component;
}

/// The paths of one image that a pattern matches.
class Expansion {
 public:
  Expansion(rump::Process& process, const Operand& operand, Reporter& report)
      : process_(process), operand_(operand), report_(report), batch_(rump::DirBatch::Attrs::no) {}

  std::vector<std::string> run() {
    std::vector<std::string> paths{""};
    for (std::string_view rest = operand_.path; !rest.empty() && !paths.empty();) {
      const Component component = take_component(rest);
      if (is_pattern(component.name)) {
        paths = match(paths, component);
      } else {
        for (std::string& path : paths) path.append(component.slashes).append(component.name);
      }
    }
    // What follows the last pattern was added without a look.
    std::erase_if(paths, [this](const std::string& path) {
      return !process_.stat(rump::kCwd, path, rump::Follow::no);
    });
    return paths;
  }

 private:
  std::vector<std::string> match(const std::vector<std::string>& directories, const Component& component) {
    std::vector<std::string> matched;
    for (const std::string& directory : directories) {
      const std::string above = directory + component.slashes;
      std::vector<std::string> names = names_in(above, component.name);
      std::ranges::sort(names);
      for (const std::string& name : names) matched.push_back(above + name);
      if (matched.size() > kMatchesMax) throw ImageError("the pattern matches too many names");
    }
    return matched;
  }

  /// What is no directory, or cannot be opened, has no names that could match, as in a shell.
  std::vector<std::string> names_in(const std::string& directory, const std::string& pattern) {
    std::vector<std::string> names;
    const auto fd = process_.open(rump::kCwd, directory, rump::kOpenRead | rump::kOpenDirectory);
    if (!fd) return names;
    for (;;) {
      if (const auto read = process_.read_dir(*fd, batch_); !read) {
        report_.error(operand_.image_name + ":" + directory, read.error());
        break;
      }
      if (batch_.entries().empty() || names.size() > kMatchesMax) break;
      for (const rump::DirEntry& entry : batch_.entries()) {
        std::string name(entry.name);
        if (name != "." && name != ".." && ::fnmatch(pattern.c_str(), name.c_str(), FNM_PERIOD) == 0)
          names.push_back(std::move(name));
      }
    }
    // It was only read: closing cannot fail.
    static_cast<void>(process_.close(*fd));
    return names;
  }

  rump::Process& process_;
  const Operand& operand_;
  Reporter& report_;
  rump::DirBatch batch_;
};

/// The operands that one stands for; none where that was reported.
std::vector<Operand> expand(Images& images, const Operand& operand, Reporter& report) {
  std::vector<Operand> expanded;
  try {
    for (std::string& path : Expansion(images.mount(operand.image), operand, report).run()) {
      expanded.push_back(operand);
      expanded.back().path = std::move(path);
    }
    if (expanded.empty())
      report.error(operand.shown(), "no such file or directory: nothing matches the pattern");
  } catch (const ImageError& error) {
    report.not_opened(operand.image.file, error.what());
  }
  return expanded;
}

}  // namespace

void expand_globs(Images& images, std::vector<Operand>& operands, Reporter& report) {
  std::vector<Operand> expanded;
  for (Operand& operand : operands) {
    if (!operand.in_image || !is_pattern(operand.path)) {
      expanded.push_back(std::move(operand));
      continue;
    }
    std::ranges::move(expand(images, operand, report), std::back_inserter(expanded));
  }
  operands = std::move(expanded);
}

}  // namespace fsu
