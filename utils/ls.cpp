// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file fs-ls: lists files and directories of images as ls(1) does.
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <map>
#include <memory>
#include <tuple>

#include "utils/base/message.hpp"
#include "utils/base/quote.hpp"
#include "utils/confine/confine.hpp"
#include "utils/image/glob.hpp"
#include "utils/image/image_options.hpp"
#include "utils/list/tree_lister.hpp"
#include "utils/tools.hpp"

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

/// An operand that exists.
struct Listed {
  Operand operand;
  rump::Process* process;
  rump::Attr attr;
  std::string shown;
  Row row;  ///< for sorting
};

/// The attributes of the operand's file, or of what it leads to, as symlinks among operands are followed.
rump::Result<rump::Attr> stat_operand(rump::Process& process, const std::string& path, Dereference how) {
  const bool follow = how == Dereference::all || how == Dereference::operands;
  if (how == Dereference::directory_operands) {
    const auto attr = process.stat(rump::kCwd, path, rump::Follow::yes);
    if (attr && attr->type == rump::FileType::dir) return attr;
  }
  return process.stat(rump::kCwd, path, follow ? rump::Follow::yes : rump::Follow::no);
}

/// One run of fs-ls.
class Lister {
 public:
  /// Reads now what it needs of the host later: the time zone and, for long lines, names of owners.
  Lister(Images& images, const LsOptions& options, ListWriter& writer, Reporter& report)
      : images_(images), options_(options), report_(report), writer_(writer) {
    if (!options.style.long_lines && !options.json) return;
    ::tzset();
    names_.read_host();
  }

  /// Finds the operand's file and keeps it for run().
  void find(Operand operand) {
    try {
      rump::Process& process = images_.mount(operand.image);
      const auto attr = stat_operand(process, operand.path, options_.dereference);
      if (!attr) return report_.error(operand.shown(), attr.error());
      std::string shown = operand.shown();
      Listing listing;
      listing.add(shown, *attr, options_.wants.time);
      found_.push_back({std::move(operand), &process, *attr, std::move(shown), listing.rows().front()});
    } catch (const ImageError& error) {
      report_.not_opened(operand.image.file, error.what());
    }
  }

  /// Lists what was found; directories under their names if there are `headers`.
  void run(bool headers) {
    sort();
    const auto directories =
        std::ranges::find_if(found_, [this](const Listed& listed) { return is_listed_inside(listed); });
    list_files(std::span(found_.begin(), directories));
    for (const Listed& listed : std::span(directories, found_.end())) {
      TreeLister tree(*listed.process, names_.of(*listed.process), options_, writer_, report_);
      tree.list(listed.operand, headers);
    }
    writer_.finish();
  }

 private:
  bool is_listed_inside(const Listed& listed) const {
    return !options_.directories_too && listed.attr.type == rump::FileType::dir;
  }

  /// Files first. By name means by image and then by path: "a.img" before "a.img-old", whether or not a path
  /// was given.
  void sort() {
    const auto in_order = [this](auto compare) {
      std::ranges::stable_sort(found_, [&](const Listed& a, const Listed& b) {
        return options_.order.reverse ? compare(b, a) : compare(a, b);
      });
    };
    if (!options_.order.keeps_directory_order()) {
      in_order([](const Listed& a, const Listed& b) {
        return std::tie(a.operand.image_name, a.operand.path) <
               std::tie(b.operand.image_name, b.operand.path);
      });
      in_order([this](const Listed& a, const Listed& b) {
        return compare_by_key({&a.row, a.shown}, {&b.row, b.shown}, options_.order.key,
                              options_.style.names) < 0;
      });
      if (options_.order.directories_first)
        std::ranges::stable_partition(found_,
                                      [](const Listed& listed) { return listed.row.leads_to_directory(); });
    }
    std::ranges::stable_partition(found_, [this](const Listed& listed) { return !is_listed_inside(listed); });
  }

  /// Lists files, those of each image together: their owners' names are the image's.
  void list_files(std::span<const Listed> files) {
    struct OfImage {
      const Listed* first;
      Listing listing = {};
    };
    std::vector<OfImage> images;
    std::map<rump::Process*, std::size_t> places;
    for (const Listed& listed : files) {
      const auto [place, is_new] = places.try_emplace(listed.process, images.size());
      if (is_new) images.push_back({&listed});
      add_file(listed, images[place->second].listing);
      if (options_.json) print_one(listed, images[place->second].listing);
    }
    for (const OfImage& image : images)
      writer_.print(image.listing, {names_.of(*image.first->process), image.first->operand.image_name, ""});
  }

  /// In JSON each operand comes with the image's name as it was written for it.
  void print_one(const Listed& listed, Listing& listing) {
    writer_.print(listing, {names_.of(*listed.process), listed.operand.image_name, ""});
    listing.clear();
  }

  void add_file(const Listed& listed, Listing& listing) {
    EntryReader entries(*listed.process, report_, options_.wants);
    entries.add({rump::kCwd, ""}, listed.operand.path, options_.json ? listed.operand.path : listed.shown,
                listed.attr, listing);
  }

  Images& images_;
  const LsOptions& options_;
  Reporter& report_;
  ListWriter& writer_;
  std::vector<Listed> found_;
  ImageNames names_;
};

rump::Time now() {
  std::timespec time{};
  std::timespec_get(&time, TIME_UTC);
  return {time.tv_sec, static_cast<rump::u32>(time.tv_nsec)};
}

}  // namespace

int run_ls(std::span<char* const> arguments) {
  Options options(kText);
  LsCommandLine command_line(options);
  ImageOptions image_options(options);
  auto texts = options.parse(arguments);
  if (!texts) return kDone;
  const LsOptions ls = command_line.finish();

  std::vector<Operand> operands = image_options.image_operands(*std::move(texts), "; use ls for it");

  Reporter report(kText.name);
  Images images(image_options.settings());
  const bool several = operands.size() > 1;
  open_images(images, operands, report);

  Output out(STDOUT_FILENO);
  std::unique_ptr<ListWriter> writer;
  if (ls.json) {
    writer = std::make_unique<ListJson>(out);
  } else {
    writer = std::make_unique<ListPrinter>(out, ls.style, now());
  }
  Lister lister(images, ls, *writer, report);
  confine({.sources = images.descriptors()}, image_options.confine_mode());
  if (image_options.glob()) expand_globs(images, operands, report);
  for (Operand& operand : operands) lister.find(std::move(operand));
  lister.run(several || operands.size() > 1 || ls.recursive);
  out.flush();
  return report.exit_status();
}

}  // namespace fsu
