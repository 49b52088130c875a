// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file fs-cp: copies files and trees out of images as cp(1) does.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "utils/extract.hpp"
#include "utils/glob.hpp"
#include "utils/image_options.hpp"
#include "utils/quote.hpp"
#include "utils/tools.hpp"

namespace fsu {
namespace {

constexpr ToolText kText = {
    .name = "fs-cp",
    .usage =
        "[OPTION]... [-T] IMAGE[@PART]:/PATH DEST\n"
        "   or: fs-cp [OPTION]... IMAGE[@PART]:/PATH... DIRECTORY\n"
        "   or: fs-cp [OPTION]... -t DIRECTORY IMAGE[@PART]:/PATH...",
    .summary =
        "Copies files and trees out of disk images, as cp does. Holes stay holes and hard links stay hard\n"
        "links. Nothing is written through a symbolic link below the destination.",
    .examples = "  fs-cp -a disk.img:/etc ./etc-of-the-image\n",
};

struct CpOptions {
  CopyOptions copy;
  std::optional<bool> follow;  ///< -L, -P; nullopt: as -r decides
  bool no_target_directory = false;
  bool no_clobber = false;
  bool force = false;
  std::optional<std::string> target_directory;
};

void register_options(Options& options, CpOptions& cp) {
  const auto archive = [&cp] {
    cp.copy.recursive = cp.copy.preserve = cp.copy.xattrs = true;
    cp.follow = false;
  };
  options.flag("-a,--archive", "copy trees with all attributes: -r -p -P and extended attributes", archive);
  options.flag("-r,-R,--recursive", "copy directories with all that is in them", cp.copy.recursive);
  options.flag("-p", "keep mode, owner (where that is allowed) and times", cp.copy.preserve);
  options.flag("-P,--no-dereference", "copy symbolic links as links (the default with -r)",
               [&cp] { cp.follow = false; });
  options.flag("-L,--dereference", "copy what symbolic links lead to", [&cp] { cp.follow = true; });
  options.flag("-n,--no-clobber", "leave files alone that exist", cp.no_clobber);
  options.flag("-f,--force", "replace files that cannot be opened for writing", cp.force);
  options.value("-t,--target-directory", "DIRECTORY", "copy into this directory",
                [&cp](const std::string& directory) { cp.target_directory = directory; });
  options.flag("-T,--no-target-directory", "DEST is the copy's name even if it is a directory",
               cp.no_target_directory);
  options.flag("-v,--verbose", "say what is copied", cp.copy.verbose);
  options.flag("--trusted-image",
               "copy devices, setuid and setgid bits, security.* and trusted.* attributes too",
               cp.copy.trusted_image);
}

/// Where the copies go: a directory that is open, and the name in it where there is one copy only.
struct Destination {
  HostFd base;
  std::string shown;  ///< in front of names in the base
  std::optional<std::string> name;
  bool directory_only = false;  ///< the name was written with a slash
};

HostFd open_directory(const std::string& path) {
  HostFd directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory) throw UsageError(quote(path) + ": " + errno_text(errno));
  return directory;
}

std::string with_slash(const std::string& path) { return path.ends_with('/') ? path : path + "/"; }

/// The last component of a path in an image, or "." where the directory's content is meant: "/", "/a/.",
/// "/a/..".
std::string last_name(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  path.remove_prefix(path.rfind('/') + 1);
  return path.empty() || path == ".." ? "." : std::string(path);
}

/// A name in the directory that exists, for a copy that gets this very name.
Destination name_destination(std::string_view path) {
  Destination destination;
  destination.directory_only = path.ends_with('/');
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const std::size_t slash = path.rfind('/');
  const std::string parent(path.substr(0, slash == path.npos ? 0 : slash + 1));
  destination.base = open_directory(parent.empty() ? "." : parent);
  destination.shown = parent;
  destination.name = path.substr(slash == path.npos ? 0 : slash + 1);
  return destination;
}

Destination find_destination(const std::string& path, const CpOptions& cp, std::size_t sources) {
  if (path.empty()) throw UsageError("the destination is an empty name");
  struct stat status;
  const bool is_directory = ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
  if (cp.no_target_directory && sources > 1) throw UsageError("-T is for one source only");
  if (cp.target_directory || is_directory) {
    Destination destination;
    destination.base = open_directory(path);
    destination.shown = with_slash(path);
    if (cp.no_target_directory) destination.name.emplace(".");
    return destination;
  }
  if (sources > 1) throw UsageError("the target " + quote(path) + " is not a directory");
  return name_destination(path);
}

/// The operands, sources first. What cannot be done yet is refused here, before anything is opened.
std::vector<Operand> parse_operands(const std::vector<std::string>& texts, CpOptions& cp,
                                    const ImageOptions& image_options) {
  if (cp.target_directory && cp.no_target_directory) throw UsageError("-t and -T exclude each other");
  std::vector<Operand> operands;
  for (const std::string& text : texts) operands.push_back(image_options.operand(text, Bare::host_path));
  if (cp.target_directory) operands.push_back(image_options.operand(*cp.target_directory, Bare::host_path));
  if (operands.empty() || (operands.size() == 1 && cp.target_directory))
    throw UsageError("no source is named");
  if (operands.size() == 1) throw UsageError("no destination is named after " + quote(texts.front()));
  if (operands.back().in_image) throw UsageError("copying into an image is not supported yet");
  for (const Operand& operand : operands)
    if (operand.is_stream) throw UsageError("'-' is not supported yet; use fs-cat");
  for (std::size_t i = 0; i + 1 < operands.size(); ++i)
    if (!operands[i].in_image)
      throw UsageError(quote(operands[i].path) + " is on the host, and so is the destination; use cp");
  return operands;
}

/// Deep trees hold a descriptor a level.
void allow_many_descriptors() {
  rlimit limit{};
  constexpr rlim_t kWanted = 2 * TreeGuard::kDepthMax;
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= kWanted) return;
  limit.rlim_cur = std::min(limit.rlim_max, kWanted);
  // Without it only very deep trees fail, and say so.
  static_cast<void>(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
}

void copy_operand(const Operand& operand, Images& images, const Destination& destination,
                  const Target& target, Extractor& extractor, Reporter& report) {
  try {
    const std::string name = destination.name ? *destination.name : last_name(operand.path);
    const Place place{target.base(), name, destination.name && name != "."};
    extractor.copy(images.mount(operand.image), operand.path, operand.shown(), place,
                   destination.directory_only);
  } catch (const ImageError& error) {
    report.not_opened(operand.image.file, error.what());
  }
}

}  // namespace

int run_cp(std::span<char* const> arguments) {
  CpOptions cp;
  Options options(kText);
  register_options(options, cp);
  ImageOptions image_options(options);
  const auto texts = options.parse(arguments);
  if (!texts) return kDone;
  cp.copy.follow = cp.follow.value_or(false);
  cp.copy.follow_operands = cp.follow.value_or(!cp.copy.recursive);
  std::vector<Operand> operands = parse_operands(image_options.with_listed(*texts), cp, image_options);
  const std::string destination_path = std::move(operands.back().path);
  operands.pop_back();

  Reporter report(kText.name);
  Images images(image_options.settings());
  Destination destination = find_destination(destination_path, cp, operands.size());
  open_images(images, operands, report);
  if (image_options.glob()) expand_globs(images, operands, report);
  // Patterns make of one source as many as they match.
  if (operands.size() > 1 && destination.name && !cp.no_target_directory)
    throw UsageError("the target " + quote(destination_path) + " is not a directory");
  if (operands.size() > 1 && cp.no_target_directory) throw UsageError("-T is for one source only");
  if (cp.copy.recursive) allow_many_descriptors();

  TargetPolicy policy{.no_clobber = cp.no_clobber,
                      .force = cp.force,
                      .several_operands = operands.size() > 1,
                      .is_protected = [&images](const struct stat& status) { return images.holds(status); }};
  Target target(std::move(destination.base), destination.shown, std::move(policy));
  Output out(STDOUT_FILENO);
  Extractor extractor(cp.copy, target, out, report);
  for (const Operand& operand : operands)
    copy_operand(operand, images, destination, target, extractor, report);
  out.flush();
  return report.exit_status();
}

}  // namespace fsu
