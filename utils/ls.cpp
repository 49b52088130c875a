// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file fs-ls: lists files and directories of images as ls(1) does.
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <tuple>

#include "utils/glob.hpp"
#include "utils/image_options.hpp"
#include "utils/list_printer.hpp"
#include "utils/message.hpp"
#include "utils/quote.hpp"
#include "utils/tools.hpp"
#include "utils/tree_guard.hpp"

namespace fsu {
namespace {

constexpr ToolText kText = {
    .name = "fs-ls",
    .usage = "[OPTION]... IMAGE[@PART][:/PATH]...",
    .summary =
        "Lists files and directories of disk images, as ls does in the C locale: sorted byte by byte.\n"
        "Without an operand: the root of the image that --image or the variable FSU_IMAGE names.",
    .examples = "  fs-ls -l disk.img:/etc\n",
};

struct LsOptions {
  ListStyle style;
  Hidden hidden = Hidden::skip;
  bool recursive = false;
  bool directories_too = false;  ///< -d: directories themselves, not what is in them
};

/// An operand that exists.
struct Listed {
  Operand operand;
  rump::Process* process;
  rump::Attr attr;
};

/// Prints the contents of directories, with all that is below them if wanted.
class TreeLister {
 public:
  TreeLister(rump::Process& process, IdNames& names, const LsOptions& options, ListPrinter& printer,
             Reporter& report)
      : process_(process),
        names_(names),
        options_(options),
        printer_(printer),
        report_(report),
        reader_(process, report, options.hidden,
                options.style.long_lines ? rump::DirBatch::Attrs::yes : rump::DirBatch::Attrs::no) {}
  ~TreeLister() { leave_to(0); }

  /// Lists `operand` and, if wanted, the tree below it; with `headers`, each directory under its name.
  void list(const Operand& operand, bool headers) {
    guard_.begin();
    headers_ = headers;
    pending_.push_back({0, operand.path});
    while (!pending_.empty()) {
      const Pending next = std::move(pending_.back());
      pending_.pop_back();
      leave_to(next.depth);
      path_ = next.depth == 0 ? operand.shown() : join_path(levels_.back().path, next.name);
      enter(next);
    }
    leave_to(0);
  }

 private:
  /// A directory still to be listed: a name in the directory that is open at level `depth - 1`.
  struct Pending {
    std::size_t depth;
    std::string name;
  };
  /// A directory that is open, with directories below it pending.
  struct Level {
    rump::Fd fd;
    std::string path;
  };

  void close(rump::Fd fd) {
    // Only a bug could make this fail, and the listing is printed already.
    static_cast<void>(process_.close(fd));
  }

  void leave_to(std::size_t depth) {
    for (; levels_.size() > depth; levels_.pop_back()) close(levels_.back().fd);
  }

  void enter(const Pending& directory) {
    const rump::Fd at = directory.depth == 0 ? rump::kCwd : levels_.back().fd;
    rump::u32 flags = rump::kOpenRead | rump::kOpenDirectory;
    if (directory.depth > 0) flags |= rump::kOpenNoFollow;
    const auto fd = process_.open(at, directory.name, flags);
    if (!fd) return report_.error(path_, fd.error());
    if (!list_open(*fd, directory.depth)) close(*fd);
  }

  /// Lists the open directory; true when it became a level, because directories below it are pending.
  bool list_open(rump::Fd fd, std::size_t depth) {
    const auto attr = process_.fstat(fd);
    if (!attr) {
      report_.error(path_, attr.error());
      return false;
    }
    if (const char* refused = guard_.enter(attr->ino, depth, path_)) {
      report_.error(path_, refused);
      return false;
    }
    listing_.clear();
    reader_.read(fd, path_, listing_);
    listing_.sort();
    print_listing();
    if (!options_.recursive || !queue_directories(fd, depth + 1)) return false;
    levels_.push_back({fd, path_});
    return true;
  }

  void print_listing() {
    if (headers_) printer_.header(path_);
    if (options_.style.long_lines) printer_.total(listing_);
    printer_.print(listing_, names_);
  }

  bool queue_directories(rump::Fd fd, std::size_t depth) {
    const std::size_t before = pending_.size();
    for (auto row = listing_.rows().rbegin(); row != listing_.rows().rend(); ++row) {
      const std::string_view name = listing_.name(*row);
      if (name != "." && name != ".." && is_directory(fd, *row))
        pending_.push_back({depth, std::string(name)});
    }
    return pending_.size() > before;
  }

  /// Asks the inode where the directory does not keep types. What long lines could not read has been said.
  bool is_directory(rump::Fd fd, const Row& row) {
    if (row.type != rump::FileType::unknown || options_.style.long_lines)
      return row.type == rump::FileType::dir;
    const auto attr = process_.stat(fd, listing_.name(row), rump::Follow::no);
    if (!attr) report_.error(join_path(path_, listing_.name(row)), attr.error());
    return attr && attr->type == rump::FileType::dir;
  }

  rump::Process& process_;
  IdNames& names_;
  const LsOptions& options_;
  ListPrinter& printer_;
  Reporter& report_;
  DirReader reader_;
  Listing listing_;
  std::vector<Pending> pending_;
  std::vector<Level> levels_;
  TreeGuard guard_{false};
  std::string path_;
  bool headers_ = false;
};

std::size_t terminal_width() {
  if (const char* columns = std::getenv("COLUMNS")) {
    const unsigned long width = std::strtoul(columns, nullptr, 10);
    if (width > 0) return width;
  }
  winsize size{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/// Finds the operand's file. A symlink is followed where its directory is to be listed, as ls does.
void find_operand(Images& images, Operand operand, const LsOptions& options, std::vector<Listed>& found,
                  Reporter& report) {
  try {
    rump::Process& process = images.mount(operand.image);
    const bool follow = !options.style.long_lines && !options.directories_too;
    auto attr = process.stat(rump::kCwd, operand.path, follow ? rump::Follow::yes : rump::Follow::no);
    if (follow && (!attr || attr->type != rump::FileType::dir))
      attr = process.stat(rump::kCwd, operand.path, rump::Follow::no);
    if (!attr) return report.error(operand.shown(), attr.error());
    found.push_back({std::move(operand), &process, *attr});
  } catch (const ImageError& error) {
    report.not_opened(operand.image.file, error.what());
  }
}

/// One run of fs-ls over operands that were found.
class Lister {
 public:
  /// Reads now what it needs of the host later: the time zone and, for long lines, names of owners.
  Lister(const LsOptions& options, Output& out, Reporter& report)
      : options_(options), report_(report), printer_(out, options.style, std::time(nullptr)) {
    if (!options.style.long_lines) return;
    ::tzset();
    host_ids_ = HostIds::read();
  }

  void run(std::vector<Listed> found, bool headers) {
    const auto is_directory = [this](const Listed& listed) {
      return !options_.directories_too && listed.attr.type == rump::FileType::dir;
    };
    // By image, then by path: "a.img" before "a.img-old", whether or not a path was given.
    std::ranges::sort(found, {}, [&](const Listed& listed) {
      return std::tuple<bool, std::string_view, std::string_view>(
          is_directory(listed), listed.operand.image_name, listed.operand.path);
    });
    const auto directories = std::ranges::find_if(found, is_directory);
    const std::span<const Listed> files(found.begin(), directories);
    list_files(files);
    for (const Listed& listed : std::span(directories, found.end())) {
      TreeLister tree(*listed.process, names_of(*listed.process), options_, printer_, report_);
      tree.list(listed.operand, headers);
    }
  }

 private:
  /// Lists files, those of each image together: their owners' names are the image's.
  void list_files(std::span<const Listed> files) {
    std::vector<rump::Process*> done;
    for (const Listed& first : files) {
      if (std::ranges::find(done, first.process) != done.end()) continue;
      done.push_back(first.process);
      Listing listing;
      for (const Listed& listed : files)
        if (listed.process == first.process) add_file(listed, listing);
      printer_.print(listing, names_of(*first.process));
    }
  }

  void add_file(const Listed& listed, Listing& listing) {
    const std::string shown = listed.operand.shown();
    listing.add(shown, listed.attr);
    if (options_.style.long_lines && listed.attr.type == rump::FileType::symlink)
      add_target(*listed.process, rump::kCwd, listed.operand.path, shown, report_, listing);
  }

  IdNames& names_of(rump::Process& process) {
    for (const auto& [known, names] : names_)
      if (known == &process) return *names;
    return *names_.emplace_back(&process, std::make_unique<IdNames>(process, host_ids_)).second;
  }

  const LsOptions& options_;
  Reporter& report_;
  ListPrinter printer_;
  HostIds host_ids_;
  std::vector<std::pair<rump::Process*, std::unique_ptr<IdNames>>> names_;
};

}  // namespace

int run_ls(std::span<char* const> arguments) {
  LsOptions ls;
  Options options(kText);
  options.flag("-l", "long lines: mode, links, owner, group, size, date", ls.style.long_lines);
  options.flag("-a,--all", "names that begin with '.' too", [&ls] { ls.hidden = Hidden::all; });
  options.flag("-A,--almost-all", "as -a, but without . and ..", [&ls] { ls.hidden = Hidden::almost_all; });
  options.flag("-R,--recursive", "directories below, too", ls.recursive);
  options.flag("-d,--directory", "directories themselves, not what is in them", ls.directories_too);
  options.flag("-1", "one name a line", ls.style.one_a_line);
  options.flag("-h,--human-readable", "sizes like 1.5K and 12M", ls.style.human);
  options.flag("-i,--inode", "inode numbers in front", ls.style.inode);
  ImageOptions image_options(options);
  auto texts = options.parse(arguments);
  if (!texts) return kDone;
  *texts = image_options.with_listed(*std::move(texts));
  if (texts->empty() && image_options.has_unnamed()) texts->emplace_back(":/");
  if (texts->empty()) throw UsageError("no image is named");
  if (ls.directories_too) ls.recursive = false;
  ls.style.quoted = ::isatty(STDOUT_FILENO) == 1;
  ls.style.one_a_line |= !ls.style.quoted;
  if (!ls.style.one_a_line) ls.style.width = terminal_width();

  std::vector<Operand> operands;
  for (const std::string& text : *texts) {
    operands.push_back(image_options.operand(text, Bare::image_root));
    if (!operands.back().in_image) throw UsageError(quote(text) + " is a host path; use ls for it");
  }

  Reporter report(kText.name);
  Images images(image_options.settings());
  const bool several = operands.size() > 1;
  open_images(images, operands, report);
  Output out(STDOUT_FILENO);
  Lister lister(ls, out, report);
  confine({.sources = images.descriptors()}, image_options.confine_mode());
  if (image_options.glob()) expand_globs(images, operands, report);
  const bool headers = several || operands.size() > 1 || ls.recursive;

  std::vector<Listed> found;
  for (Operand& operand : operands) find_operand(images, std::move(operand), ls, found, report);
  lister.run(std::move(found), headers);
  out.flush();
  return report.exit_status();
}

}  // namespace fsu
