// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file fs-cp: copies files and trees out of images as cp(1) does.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <optional>

#include "utils/copy_data.hpp"
#include "utils/cp_options.hpp"
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
        "   or: fs-cp [OPTION]... -t DIRECTORY IMAGE[@PART]:/PATH...\n"
        "   or: fs-cp [OPTION]... IMAGE[@PART]:/FILE -\n"
        "   or: fs-cp [OPTION]... IMAGE@boot=N DEST",
    .summary =
        "Copies files and trees out of disk images, as cp does. Holes stay holes and hard links stay hard\n"
        "links. Nothing is written through a symbolic link below the destination.",
    .examples =
        "  fs-cp -a disk.img:/etc ./etc-of-the-image\n"
        "  fs-cp cd.iso@boot=2 efi.img\n",
    .description =
        "IMAGE@boot=N, without a colon, is the boot image N of a CD as one file of bytes; in a\n"
        "directory its copy is called bootN.img. IMAGE@boot=N:/PATH is a file in the file system that\n"
        "the boot image holds. fs-info lists the boot images; the host's file of such a name is\n"
        "host:NAME.\n",
};

/// Where the copies go: a directory that is open, and the name in it where there is one copy only.
struct Destination {
  /// A name in an open directory.
  struct Named {
    TargetDir directory;
    std::string name;
  };
  TargetDir base;
  std::string shown;  ///< in front of names in the base
  std::optional<std::string> name;
  std::optional<Named>
      behind;  ///< what `name` leads to, where it is a symlink to something else than a directory
  bool directory_only = false;  ///< the name was written with a slash
};

TargetDir open_directory(const std::string& path) {
  HostFd directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory) throw UsageError(quote(path) + ": " + errno_text(errno));
  return existing_directory(std::move(directory), {});
}

std::string with_slash(const std::string& path) { return path.ends_with('/') ? path : path + "/"; }

/// The last component of a path in an image, or "." where the directory's content is meant: "/", "/a/.",
/// "/a/..".
std::string last_name(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  path.remove_prefix(path.rfind('/') + 1);
  return path.empty() || path == ".." ? "." : std::string(path);
}

/// The path's parent, "" or with a slash at the end, and its last component.
std::pair<std::string, std::string> split_path(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const std::size_t slash = path.rfind('/');
  const std::size_t parent = slash == path.npos ? 0 : slash + 1;
  return {std::string(path.substr(0, parent)), std::string(path.substr(parent))};
}

Destination::Named open_parent(const std::string& path) {
  auto [parent, name] = split_path(path);
  return {open_directory(parent.empty() ? "." : parent), std::move(name)};
}

/// Where the symlink at the path leads, found now while paths may be followed; nothing for anything else, and
/// where it leads nowhere.
std::optional<Destination::Named> find_behind(const std::string& path) {
  struct stat status;
  if (::lstat(path.c_str(), &status) != 0 || !S_ISLNK(status.st_mode)) return std::nullopt;
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr), std::free);
  if (!real) return std::nullopt;
  return open_parent(real.get());
}

/// A name in the directory that exists, for a copy that gets this very name.
Destination name_destination(const std::string& path) {
  Destination destination;
  destination.directory_only = path.ends_with('/');
  Destination::Named named = open_parent(path);
  destination.base = std::move(named.directory);
  destination.shown = split_path(path).first;
  destination.name = std::move(named.name);
  destination.behind = find_behind(path);
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
  if (sources > 1 || cp.copy.parents) throw UsageError("the target " + quote(path) + " is not a directory");
  return name_destination(path);
}

void check_stream(const std::vector<Operand>& operands, const CpOptions& cp) {
  for (std::size_t i = 0; i + 1 < operands.size(); ++i)
    if (operands[i].is_stream) throw UsageError("'-' cannot be a source: it has no name for the copy");
  if (!operands.back().is_stream) return;
  if (cp.target_directory) throw UsageError("'-' is no directory");
  if (operands.size() > 2) throw UsageError("'-' takes one source only");
  if (cp.copy.recursive || cp.copy.parents) throw UsageError("'-' takes one file, no tree");
  if (cp.save_meta) throw UsageError("'-' takes the bytes only: --save-meta is of no use");
}

/// The operands, sources first. What cannot be done is refused here, before anything is opened.
std::vector<Operand> parse_operands(const std::vector<std::string>& texts, const CpOptions& cp,
                                    const ImageOptions& image_options) {
  std::vector<Operand> operands;
  const std::size_t sources = texts.size() - (cp.target_directory || texts.empty() ? 0 : 1);
  for (std::size_t i = 0; i < texts.size(); ++i)
    operands.push_back(image_options.operand(texts[i], i < sources ? Bare::boot_image : Bare::host_path));
  if (cp.target_directory) operands.push_back(image_options.operand(*cp.target_directory, Bare::host_path));
  if (operands.empty() || (operands.size() == 1 && cp.target_directory))
    throw UsageError("no source is named");
  if (operands.size() == 1) throw UsageError("no destination is named after " + quote(texts.front()));
  if (operands.back().in_image) throw UsageError("copying into an image is not supported yet");
  check_stream(operands, cp);
  for (std::size_t i = 0; i + 1 < operands.size(); ++i) {
    if (!operands[i].in_image)
      throw UsageError(quote(operands[i].path) + " is on the host, and so is the destination; use cp");
    if (!cp.strip_slashes) continue;
    std::string& path = operands[i].path;
    path.resize(std::max<std::size_t>(path.find_last_not_of('/') + 1, 1));
  }
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

/// Opens what --save-meta names, without emptying it: it might be an image.
std::optional<MtreeWriter> open_saved(const CpOptions& cp, const Images& images) {
  if (!cp.save_meta) return std::nullopt;
  HostFd file(
      ::open(cp.save_meta->c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666 & ~cp.policy.umask));
  struct stat status;
  if (!file || !stat_descriptor(file.get(), status))
    throw UsageError(quote(*cp.save_meta) + ": " + errno_text(errno));
  if (images.holds(status)) throw UsageError(quote(*cp.save_meta) + " is the image being read");
  if (S_ISREG(status.st_mode) && ::ftruncate(file.get(), 0) != 0)
    throw UsageError(quote(*cp.save_meta) + ": " + errno_text(errno));
  return std::optional<MtreeWriter>(std::in_place, std::move(file));
}

/// Asks on standard error; the answer comes from standard input.
bool ask_to_overwrite(Progress& progress, const std::string& shown) {
  progress.clear();
  write_error_stream(std::string(kText.name).append(": overwrite ").append(quote(shown)).append("? "));
  std::string answer;
  for (char byte = 0; ::read(STDIN_FILENO, &byte, 1) == 1 && byte != '\n';) answer += byte;
  return answer.starts_with('y') || answer.starts_with('Y');
}

void finish_saved(MtreeWriter& saved, const std::string& file, Reporter& report) {
  try {
    saved.finish();
  } catch (const OutputError& error) {
    report.error(file, std::string("write error: ").append(error.what()));
  }
}

/// One run into a directory or to a name of the host's.
class CopyRun {
 public:
  CopyRun(CpOptions& cp, Images& images, Reporter& report, Destination destination)
      : cp_(cp),
        images_(images),
        report_(report),
        saved_(open_saved(cp, images)),
        progress_(!cp.copy.verbose),
        destination_(std::move(destination)),
        target_(std::move(destination_.base), destination_.shown, policy()) {
    report.before_message([this] { progress_.clear(); });
  }
  CopyRun(const CopyRun&) = delete;
  CopyRun& operator=(const CopyRun&) = delete;
  ~CopyRun() { report_.before_message({}); }

  void copy(std::vector<Operand> operands, const ImageOptions& image_options) {
    confine_copy(image_options.confine_mode());
    if (image_options.glob()) {
      expand_globs(images_, operands, report_);
      if (operands.size() > 1 && destination_.name)
        throw UsageError("several files match, and the target is not a directory to copy them into");
    }
    Extractor extractor(cp_.copy, target_, {out_, report_, progress_, saved_ ? &*saved_ : nullptr});
    for (const Operand& operand : operands) copy_operand(operand, extractor);
    progress_.clear();
    if (saved_ && cp_.save_meta) finish_saved(*saved_, *cp_.save_meta, report_);
    out_.flush();
  }

 private:
  TargetPolicy policy() {
    TargetPolicy policy = cp_.policy;
    policy.ask = [this](const std::string& shown) { return ask_to_overwrite(progress_, shown); };
    policy.protection = [this](const struct stat& status) -> const char* {
      if (images_.holds(status)) return "not overwritten: it is the image being read";
      struct stat saved;
      const bool is_saved = saved_ && stat_descriptor(saved_->fd(), saved) && saved.st_dev == status.st_dev &&
                            saved.st_ino == status.st_ino;
      return is_saved ? "not overwritten: it is what --save-meta writes" : nullptr;
    };
    return policy;
  }

  void confine_copy(ConfineMode mode) const {
    std::vector<int> destinations = {target_.base().fd.get()};
    if (destination_.behind) destinations.push_back(destination_.behind->directory.fd.get());
    std::vector<int> outputs;
    if (saved_) outputs.push_back(saved_->fd());
    const std::vector<int> sources = images_.descriptors();
    confine({.sources = sources,
             .extraction = Extraction{.destinations = destinations,
                                      .outputs = outputs,
                                      .devices = cp_.copy.keep.trusted_image,
                                      .empty_path = kEmptyPath}},
            mode);
  }

  void copy_operand(const Operand& operand, Extractor& extractor) {
    try {
      const std::string own = operand.copy_name.empty() ? last_name(operand.path) : operand.copy_name;
      const std::string name = destination_.name ? *destination_.name : own;
      std::optional<Place> behind;
      if (destination_.behind) behind.emplace(destination_.behind->directory, destination_.behind->name);
      const Place place{target_.base(), name, behind ? &*behind : nullptr};
      extractor.copy(images_.mount(operand.image), operand.path, operand.shown(), place,
                     destination_.directory_only);
    } catch (const ImageError& error) {
      report_.not_opened(operand.image.file, error.what());
    }
  }

  CpOptions& cp_;
  Images& images_;
  Reporter& report_;
  std::optional<MtreeWriter> saved_;
  Progress progress_;
  Destination destination_;
  Target target_;
  Output out_{STDOUT_FILENO};
};

/// Copies a file's bytes to standard output.
void copy_to_output(Operand operand, Images& images, const ImageOptions& image_options, Reporter& report) {
  constexpr rump::u64 kChunk = rump::u64{1} << 20;  // a slow reader must not hold the file's lock for ever
  struct stat output;
  if (stat_descriptor(STDOUT_FILENO, output) && images.holds(output))
    return report.error(operand.shown(), "the image is the output");
  confine({.sources = images.descriptors()}, image_options.confine_mode());
  if (image_options.glob()) {
    std::vector<Operand> matched{operand};
    expand_globs(images, matched, report);
    if (matched.size() > 1) throw UsageError("several files match, and '-' takes one source only");
    if (matched.empty()) return;
    operand = std::move(matched.front());
  }
  try {
    rump::Process& process = images.mount(operand.image);
    const SourceFd from(process, or_throw(process.open(rump::kCwd, operand.path, rump::kOpenRead)));
    const auto sent = send_whole(process, from.get(), STDOUT_FILENO, kChunk);
    if (sent) return;
    if (sent.error().code == rump::Errc::broken_pipe) die_of_broken_pipe();
    report.error(operand.shown(), sent.error());
  } catch (const SourceError& error) {
    report.error(operand.shown(), error.what());
  } catch (const ImageError& error) {
    report.not_opened(operand.image.file, error.what());
  }
}

}  // namespace

int run_cp(std::span<char* const> arguments) {
  CpOptions cp;
  Options options(kText);
  cp.add_to(options);
  ImageOptions image_options(options);
  const auto texts = options.parse(arguments);
  if (!texts) return kDone;
  cp.settle();
  std::vector<Operand> operands = parse_operands(image_options.with_listed(*texts), cp, image_options);
  const Operand last = std::move(operands.back());
  operands.pop_back();
  cp.policy.several_operands = operands.size() > 1 || image_options.glob();
  cp.policy.umask = ::umask(0);

  Reporter report(kText.name);
  Images images(image_options.settings());
  if (last.is_stream) {
    open_images(images, operands, report);
    // None where the image could not be opened.
    for (const Operand& operand : operands) copy_to_output(operand, images, image_options, report);
    return report.exit_status();
  }
  Destination destination = find_destination(last.path, cp, operands.size());
  open_images(images, operands, report);
  if (cp.copy.recursive) allow_many_descriptors();
  CopyRun(cp, images, report, std::move(destination)).copy(std::move(operands), image_options);
  return report.exit_status();
}

}  // namespace fsu
