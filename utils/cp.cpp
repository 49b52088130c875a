// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file fs-cp: copies files and trees out of images, into them, and between them, as cp(1) does.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <memory>
#include <optional>

#include "utils/base/ask.hpp"
#include "utils/base/quote.hpp"
#include "utils/copy/cp_destination.hpp"
#include "utils/copy/cp_options.hpp"
#include "utils/copy/meta_loader.hpp"
#include "utils/copy/tree_copier.hpp"
#include "utils/image/glob.hpp"
#include "utils/image/interrupt.hpp"
#include "utils/image/writer_options.hpp"
#include "utils/tar/cp_tar.hpp"
#include "utils/tools.hpp"

namespace fsu {
namespace {

constexpr ToolText kText = {
    .name = "fs-cp",
    .usage =
        "[OPTION]... [-T] SOURCE DEST\n"
        "   or: fs-cp [OPTION]... SOURCE... DIRECTORY\n"
        "   or: fs-cp [OPTION]... -t DIRECTORY SOURCE...\n"
        "   or: fs-cp [OPTION]... IMAGE[@PART]:/FILE -\n"
        "   or: fs-cp [OPTION]... - IMAGE[@PART]:/FILE\n"
        "   or: fs-cp [OPTION]... --to-tar=ARCHIVE IMAGE[@PART]:/PATH...\n"
        "   or: fs-cp [OPTION]... --from-tar=ARCHIVE IMAGE[@PART]:/DIRECTORY\n"
        "   or: fs-cp [OPTION]... IMAGE@boot=N DEST",
    .summary =
        "Copies files and trees out of disk images, into them, and between them, as cp does. SOURCE and\n"
        "DEST are IMAGE[@PART]:/PATH, or one of them is a path on the host. Holes stay holes and hard\n"
        "links stay hard links. Nothing is written through a symbolic link below the destination.",
    .examples =
        "  fs-cp -a disk.img:/etc ./etc-of-the-image\n"
        "  fs-cp -r photos stick.img@1:/\n"
        "  fs-cp --to-tar=- disk.img:/ | zstd > root.tar.zst\n"
        "  fs-cp --from-tar=root.tar.zst new.img:/\n"
        "  fs-cp cd.iso@boot=2 efi.img\n",
    .description =
        "What the target cannot hold (on FAT owners, modes, links, attributes) is left out, with one\n"
        "warning a kind; where --preserve named it, that is an error. In an image new files belong to\n"
        "user 0 unless -p, -a or --chown says otherwise.\n"
        "\n"
        "IMAGE@boot=N, without a colon, is the boot image N of a CD as one file of bytes; in a\n"
        "directory its copy is called bootN.img. IMAGE@boot=N:/PATH is a file in the file system that\n"
        "the boot image holds. fs-info lists the boot images; the host's file of such a name is\n"
        "host:NAME.\n"
        "\n"
        "--to-tar writes an archive of the pax format, trees whole and with all that is known of\n"
        "files: owners (as numbers), modes with setuid and setgid, times of modification, devices,\n"
        "hard links, holes, extended attributes, ACLs and file flags; sockets alone are left out. An\n"
        "archive grants nothing until it is extracted, so that --trusted-image is not asked for. The\n"
        "order is that of names. -L, -H, --parents, --sparse=never and -v mean what they mean for\n"
        "copies; -v writes to standard error.\n"
        "\n"
        "--from-tar makes the members of an archive below a directory, with all that they have, as\n"
        "tar -xp does as root: an image is no part of the host, and setuid bits and devices in it are\n"
        "harmless here. Names with '..' are refused, a '/' in front is left off, and nothing goes\n"
        "through a symbolic link. A member takes the place of a file of its name, or with -n leaves it\n"
        "alone; directories stay, and get the member's attributes. --no-preserve and --chown mean what\n"
        "they mean for copies; what the file system cannot hold is one warning a kind.\n",
};

/// The umask inside images.
constexpr rump::u32 kImageUmask = 022;

/// The last component of a path, or "." where the directory's content is meant: "/", "/a/.", "/a/..".
std::string last_name(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  path.remove_prefix(path.rfind('/') + 1);
  return path.empty() || path == ".." ? "." : std::string(path);
}

void check_streams(const std::vector<Operand>& operands, const CpOptions& cp) {
  const Operand& target = operands.back();
  const auto sources = std::span(operands).first(operands.size() - 1);
  if (!target.is_stream && std::ranges::none_of(sources, &Operand::is_stream)) return;
  if (cp.target_directory) throw UsageError("'-' goes to a file, and comes from one: -t is of no use");
  if (sources.size() > 1) throw UsageError("'-' goes with one source only");
  if (cp.copy.recursive || cp.copy.parents) throw UsageError("'-' is one file, no tree");
  if (cp.save_meta) throw UsageError("'-' is bytes only: --save-meta is of no use");
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
  if (cp.no_target_directory && operands.size() > 2) throw UsageError("-T is for one source only");
  const bool into_image = operands.back().in_image;
  check_streams(operands, cp);
  if (into_image && cp.save_meta) throw UsageError("--save-meta is for copies to the host");
  if (!into_image && cp.load_meta) throw UsageError("--load-meta is for copies into an image");
  for (std::size_t i = 0; i + 1 < operands.size(); ++i) {
    if (!operands[i].in_image && !into_image)
      throw UsageError(quote(operands[i].path) + " is on the host, and so is the destination; use cp");
    if (!cp.strip_slashes) continue;
    std::string& path = operands[i].path;
    path.resize(std::max<std::size_t>(path.find_last_not_of('/') + 1, 1));
  }
  return operands;
}

/// Deep trees hold a descriptor a level, and every operand on the host is open from the start.
void allow_many_descriptors(std::size_t operands) {
  rlimit limit{};
  const rlim_t wanted = 2 * TreeGuard::kDepthMax + operands;
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return;
  limit.rlim_cur = std::min(limit.rlim_max, wanted);
  // Without it only very deep trees and very many operands fail, and say so.
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

void finish_saved(MtreeWriter& saved, const std::string& file, Reporter& report) {
  try {
    saved.finish();
  } catch (const OutputError& error) {
    report.error(file, std::string("write error: ").append(error.what()));
  }
}

/// How the destination is asked for.
DestinationWish wish_for(const CpOptions& cp, const Operand& target, std::size_t sources) {
  return {.path = target.path,
          .prefix = target.in_image ? target.image_name + ":" : "",
          .directory = cp.target_directory || sources > 1 || cp.copy.parents,
          .as_name = cp.no_target_directory};
}

/// One run into a directory or to a name, on the host or in an image.
class CopyRun {
 public:
  CopyRun(CpOptions& cp, const ImageOptions& image_options, Images& images, HostTree& host, Reporter& report)
      : cp_(cp),
        image_options_(image_options),
        images_(images),
        report_(report),
        saved_(open_saved(cp, images)),
        meta_(cp.load_meta ? read_meta(*cp.load_meta) : std::vector<TarMember>()),
        progress_(!cp.copy.verbose),
        host_(host) {
    report.before_message([this] { progress_.clear(); });
  }
  CopyRun(const CopyRun&) = delete;
  CopyRun& operator=(const CopyRun&) = delete;
  ~CopyRun() { report_.before_message({}); }

  /// Copies out of images to the host; the images are open.
  void copy_out(std::vector<Operand> sources, Destination destination) {
    confine_copy_out(destination);
    expand(sources, destination.name.has_value());
    copy(sources, std::move(destination));
    if (saved_ && cp_.save_meta) finish_saved(*saved_, *cp_.save_meta, report_);
  }

  /// Copies into an image, which is open as all are; what was changed is not synced yet.
  void copy_in(std::vector<Operand> sources, const Operand& target) {
    open_host_sources(sources);
    confine_copy_in();
    expand(sources, false);
    cp_.policy.umask = kImageUmask;
    cp_.copy.keep.trusted_image = true;  // what is a privilege in an image is none here
    try {
      ImageTree& tree = tree_of(target);
      tree.process().umask(0);
      ImageDestination side(tree);
      copy(sources, find_destination(side, wish_for(cp_, target, sources.size())));
    } catch (const ImageError& error) {
      report_.not_opened(target.image.file, error.what());
    } catch (const UsageError& error) {
      report_.not_opened("", error.what());
    }
  }

 private:
  ImageTree& tree_of(const Operand& operand) {
    rump::Process& process = images_.mount(operand.image);
    auto& tree = trees_[&process];
    if (!tree) tree = std::make_unique<ImageTree>(process);
    return *tree;
  }

  void expand(std::vector<Operand>& sources, bool to_name) {
    if (!image_options_.glob()) return;
    expand_globs(images_, sources, report_);
    if (sources.size() > 1 && to_name)
      throw UsageError("several files match, and the target is not a directory to copy them into");
  }

  TargetPolicy policy() {
    TargetPolicy policy = cp_.policy;
    policy.ask = [this](const std::string& shown) {
      progress_.clear();
      return ask(kText.name, "overwrite " + quote(shown));
    };
    return policy;
  }

  /// Why a file of the host's must not be written to, or nullptr.
  const char* protection(const NodeId& id) const {
    struct stat status{};
    status.st_dev = id.device;
    status.st_ino = id.ino;
    if (images_.holds(status)) return "not overwritten: it is the image being read";
    struct stat saved;
    const bool is_saved = saved_ && stat_descriptor(saved_->fd(), saved) && saved.st_dev == status.st_dev &&
                          saved.st_ino == status.st_ino;
    return is_saved ? "not overwritten: it is what --save-meta writes" : nullptr;
  }

  void confine_copy_out(const Destination& destination) const {
    std::vector<int> destinations = {destination.base.fd.get()};
    if (destination.behind) destinations.push_back(destination.behind->directory.fd.get());
    std::vector<int> outputs;
    if (saved_) outputs.push_back(saved_->fd());
    const std::vector<int> sources = images_.descriptors();
    confine({.sources = sources,
             .extraction = Extraction{.destinations = destinations,
                                      .outputs = outputs,
                                      .devices = cp_.copy.keep.trusted_image,
                                      .empty_path = kEmptyPath}},
            image_options_.confine_mode());
  }

  /// Opens what is to be read on the host, while paths may be followed.
  void open_host_sources(const std::vector<Operand>& sources) {
    using Wanted = HostTree::Wanted;
    const auto follow = cp_.copy.follow || cp_.copy.follow_operands ? rump::Follow::yes : rump::Follow::no;
    for (const Operand& source : sources) {
      if (source.in_image || source.is_stream) continue;
      host_.add_operand(source.path, follow, cp_.copy.recursive ? Wanted::tree : Wanted::bytes);
      if (!cp_.copy.parents) continue;
      for (std::size_t at = source.path.find('/', 1); at != std::string::npos;
           at = source.path.find('/', at + 1))
        if (source.path[at - 1] != '/')
          host_.add_operand(source.path.substr(0, at), rump::Follow::yes, Wanted::itself);
    }
    for (const int fd : images_.descriptors(Access::write)) {
      struct stat status;
      if (::fstat(fd, &status) == 0) written_.push_back({status.st_dev, status.st_ino});
    }
  }

  void confine_copy_in() const {
    const std::vector<int> images = images_.descriptors(Access::write);
    std::vector<int> sources = images_.descriptors();
    for (const int fd : host_.operands()) sources.push_back(fd);
    std::vector<int> directories = host_.directories();
    // Symlinks may lead anywhere, and the user wants them followed.
    const HostFd root(cp_.copy.follow ? ::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC) : -1);
    if (root && !directories.empty()) directories.push_back(root.get());
    confine({.sources = sources,
             .images = images,
             .intake = Intake{.directories = directories, .empty_path = kEmptyPath}},
            image_options_.confine_mode());
  }

  void copy(const std::vector<Operand>& sources, Destination destination) {
    TargetPolicy policy = this->policy();
    policy.protection = [this, on_host = destination.base.fd.tree().is_host()](const NodeId& id) {
      return on_host ? protection(id) : nullptr;
    };
    Target target(std::move(destination.base), destination.shown, std::move(policy));
    const TreeCopier::Asked asked{
        .stops = Interrupts::arrived, .refuses = [this](const FileTree& tree, const Node& node) {
          const bool is_written = tree.is_host() && std::ranges::find(written_, node.id()) != written_.end();
          return is_written ? "not copied: it is the image being written" : nullptr;
        }};
    TreeCopier copier(cp_.copy, target, {out_, report_, progress_, saved_ ? &*saved_ : nullptr}, asked);
    for (const Operand& source : sources) copy_operand(source, destination, target, copier);
    if (!Interrupts::arrived()) MetaLoader(target, report_).load(meta_);
    progress_.clear();
    out_.flush();
  }

  void copy_operand(const Operand& source, const Destination& destination, const Target& target,
                    TreeCopier& copier) {
    if (Interrupts::arrived()) return;
    try {
      const std::string own = source.copy_name.empty() ? last_name(source.path) : source.copy_name;
      const std::string name = destination.name ? *destination.name : own;
      std::optional<Place> behind;
      if (destination.behind) behind.emplace(destination.behind->directory, destination.behind->name);
      const Place place{target.base(), name, behind ? &*behind : nullptr};
      if (source.is_stream) {
        if (!destination.name) throw UsageError("'-' has no name for the copy in a directory");
        return copier.copy_stream(STDIN_FILENO, source.path, place);
      }
      FileTree& from = source.in_image ? static_cast<FileTree&>(tree_of(source)) : host_;
      copier.copy(from, source.path, source.shown(), place, destination.directory_only);
    } catch (const ImageError& error) {
      report_.not_opened(source.image.file, error.what());
    }
  }

  CpOptions& cp_;
  const ImageOptions& image_options_;
  Images& images_;
  Reporter& report_;
  std::optional<MtreeWriter> saved_;
  const std::vector<TarMember> meta_;
  Progress progress_;
  HostTree& host_;
  std::map<const rump::Process*, std::unique_ptr<ImageTree>> trees_;
  std::vector<NodeId> written_;  ///< images that are written
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
    const auto from = process.open(rump::kCwd, operand.path, rump::kOpenRead);
    if (!from) return report.error(operand.shown(), from.error());
    const auto sent = send_whole(process, *from, STDOUT_FILENO, kChunk);
    if (!sent && sent.error().code == rump::Errc::broken_pipe) die_of_broken_pipe();
    if (!sent) report.error(operand.shown(), sent.error());
    // Nothing hangs on it: the file was only read.
    static_cast<void>(process.close(*from));
  } catch (const ImageError& error) {
    report.not_opened(operand.image.file, error.what());
  }
}

/// Copies the sources, if they can be opened, to the host.
void copy_to_host(CpOptions& cp, const ImageOptions& image_options, Images& images,
                  std::vector<Operand> sources, const Operand& target, Reporter& report) {
  HostTree host;
  HostDestination side(host);
  Destination destination = find_destination(side, wish_for(cp, target, sources.size()));
  open_images(images, sources, report);
  CopyRun(cp, image_options, images, host, report).copy_out(std::move(sources), std::move(destination));
}

/// Copies the sources, if they and the target can be opened, into the target's image.
void copy_into_image(CpOptions& cp, const ImageOptions& image_options, Images& images,
                     std::vector<Operand> sources, Operand target, Reporter& report) {
  std::vector<Operand> targets{std::move(target)};
  const std::array lists = {OperandList{sources, Access::read}, OperandList{targets, Access::write}};
  open_images(images, lists, report);
  if (targets.empty()) return;
  const Interrupts interrupts;
  HostTree host;
  CopyRun(cp, image_options, images, host, report).copy_in(std::move(sources), targets.front());
  images.finish(report);
  Interrupts::die_if_arrived();
}

}  // namespace

int run_cp(std::span<char* const> arguments) {
  CpOptions cp;
  Options options(kText);
  cp.add_to(options);
  const WriterOptions writer_options(options);
  const ImageOptions& image_options = writer_options.images();
  const auto texts = options.parse(arguments);
  if (!texts) return kDone;
  cp.settle();
  if (cp.from_tar) return copy_from_tar(cp, *cp.from_tar, writer_options, *texts);
  Reporter report(kText.name);
  if (cp.to_tar) {
    copy_to_tar(cp, *cp.to_tar, image_options, *texts, report);
    return report.exit_status();
  }
  std::vector<Operand> operands = parse_operands(image_options.with_listed(*texts), cp, image_options);
  Operand last = std::move(operands.back());
  operands.pop_back();
  cp.policy.several_operands = operands.size() > 1 || image_options.glob();
  cp.policy.umask = ::umask(0);
  if (cp.copy.recursive || operands.size() > 1) allow_many_descriptors(operands.size());

  Images images(writer_options.settings());
  if (last.in_image) {
    copy_into_image(cp, image_options, images, std::move(operands), std::move(last), report);
  } else if (last.is_stream) {
    open_images(images, operands, report);
    // None where the image could not be opened.
    for (const Operand& operand : operands) copy_to_output(operand, images, image_options, report);
  } else {
    copy_to_host(cp, image_options, images, std::move(operands), last, report);
  }
  return report.exit_status();
}

}  // namespace fsu
