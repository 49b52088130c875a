// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file fs-du: what files and trees of images take, as du(1) counts it.
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <ctime>
#include <map>
#include <memory>
#include <optional>

#include "utils/base/message.hpp"
#include "utils/base/output.hpp"
#include "utils/base/quote.hpp"
#include "utils/base/size_format.hpp"
#include "utils/base/time_format.hpp"
#include "utils/base/words.hpp"
#include "utils/confine/confine.hpp"
#include "utils/image/glob.hpp"
#include "utils/image/image_options.hpp"
#include "utils/list/usage_walk.hpp"
#include "utils/tools.hpp"

namespace fsu {
namespace {

constexpr ToolText kText = {
    .name = "fs-du",
    .usage = "[OPTION]... IMAGE[@PART][:/PATH]...",
    .summary =
        "Counts the space that files and trees of disk images take, as du does. A file with several names\n"
        "counts once. Without an operand: from the root of the image that --image or FSU_IMAGE names.",
    .examples =
        "  fs-du -sh disk.img:/usr disk.img:/var\n"
        "  fs-du -ab disk.img:/etc\n",
    .description =
        "The space is that on the image's device: holes take none, a directory takes its blocks.\n"
        "With --json each line has image, name, path and type of a file or directory, and allocated\n"
        "(bytes on the device), size (bytes that can be read) and inodes of all that is counted in\n"
        "it; with --time also time. The line of --total has the name \"total\" and neither image nor\n"
        "path.\n",
};

/// Which number is shown.
enum class Measure : std::uint8_t { allocated, apparent, files };

struct DuOptions {
  UsageOptions usage;
  Measure measure = Measure::allocated;
  SizeFormat sizes{.unit = 1024};
  bool summarize = false, total = false, json = false, timed = false;
  std::optional<std::size_t> depth;
  char line_end = '\n';
  std::string time_format;
  /// What is less is not shown, or, if `at_most`, what is more.
  struct Threshold {
    std::uint64_t number = 0;
    bool at_most = false;
  } threshold;

  std::uint64_t number_of(const Usage& usage) const {
    switch (measure) {
      case Measure::apparent:
        return usage.apparent;
      case Measure::files:
        return usage.files;
      case Measure::allocated:
        break;
    }
    return usage.allocated;
  }
};

/// Writes lines.
class DuPrinter {
 public:
  DuPrinter(const DuOptions& options, Output& out)
      : options_(options),
        out_(out),
        json_(out),
        quoted_(::isatty(out.fd()) == 1 && options.line_end == '\n') {}

  /// One file or directory, unless the threshold is against it.
  void entry(const UsageEntry& entry) {
    const std::uint64_t number = options_.number_of(entry.usage);
    const auto [limit, at_most] = options_.threshold;
    if (at_most ? number > limit : number < limit) return;
    if (!options_.json) return line(entry.usage, entry.image + ":" + entry.path);
    put_name(json_, entry.image, entry.path);
    json_.text("type", type_word(entry.type));
    numbers(entry.usage);
  }

  void total(const Usage& usage) {
    if (!options_.json) return line(usage, "total");
    json_.text("name", "total");
    numbers(usage);
  }

 private:
  void line(const Usage& usage, const std::string& name) {
    const std::uint64_t number = options_.number_of(usage);
    const bool is_count = options_.measure == Measure::files && options_.sizes.scale == 0;
    out_.put(is_count ? std::to_string(number) : options_.sizes.text(number));
    out_.put('\t');
    if (options_.timed) {
      std::string time;
      if (!append_time(time, options_.time_format, usage.latest)) time = std::to_string(usage.latest.seconds);
      out_.put(time);
      out_.put('\t');
    }
    out_.put(quoted_ ? quote(name) : name);
    out_.put(options_.line_end);
  }

  void numbers(const Usage& usage) {
    json_.number("allocated", usage.allocated);
    json_.number("size", usage.apparent);
    json_.number("inodes", usage.files);
    if (options_.timed) json_.time("time", usage.latest);
    json_.end();
  }

  const DuOptions& options_;
  Output& out_;
  JsonLine json_;
  const bool quoted_;
};

/// One run of fs-du: a walk an image, so that operands in one image share what was counted.
class Du {
 public:
  Du(Images& images, const DuOptions& options, Output& out, Reporter& report)
      : images_(images), options_(options), report_(report), printer_(options, out) {}

  void count(const Operand& operand) {
    try {
      rump::Process& process = images_.mount(operand.image);
      std::unique_ptr<UsageWalk>& walk = walks_[&process];
      if (!walk)
        walk = std::make_unique<UsageWalk>(process, options_.usage, report_,
                                           [this](const UsageEntry& entry) { printer_.entry(entry); });
      total_.add(walk->count(operand));
    } catch (const ImageError& error) {
      report_.not_opened(operand.image.file, error.what());
    }
  }

  void finish() {
    if (options_.total) printer_.total(total_);
  }

 private:
  Images& images_;
  const DuOptions& options_;
  Reporter& report_;
  DuPrinter printer_;
  std::map<const rump::Process*, std::unique_ptr<UsageWalk>> walks_;
  Usage total_;
};

std::size_t parse_depth(const std::string& text) {
  std::size_t depth = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), depth);
  if (error != std::errc{} || end != text.data() + text.size())
    throw UsageError("--max-depth: " + quote(text) + " is not a number of levels");
  return depth;
}

DuOptions::Threshold parse_threshold(const std::string& text) {
  const bool negative = text.starts_with('-');
  const std::string number = text.substr(negative ? 1 : 0);
  if (number == "0" && !negative) return {};
  return {.number = SizeFormat::parse("--threshold", number).unit, .at_most = negative};
}

/// A format of append_time() for a word of --time-style.
std::string parse_time_style(std::string_view option, const std::string& word) {
  if (word.starts_with('+')) return word.substr(1);
  static constexpr Word<std::string_view> kStyles[] = {
      {"full-iso", "%Y-%m-%d %H:%M:%S.%N %z"}, {"long-iso", "%Y-%m-%d %H:%M"}, {"iso", "%Y-%m-%d"}};
  return std::string(find_word<std::string_view>(option, word, kStyles));
}

std::string usual_time_style() {
  const char* const word = std::getenv("TIME_STYLE");
  return word && *word ? parse_time_style("TIME_STYLE", word) : parse_time_style("", "long-iso");
}

void add_what(Options& options, DuOptions& du) {
  UsageOptions& usage = du.usage;
  options.flag("-a,--all", "files too, not directories alone", usage.files_too);
  options.flag("-s,--summarize", "only the sum of each operand", du.summarize);
  options.value("-d,--max-depth", "LEVELS", "only what is so many levels below an operand (0: as -s)",
                [&du](const std::string& text) { du.depth = parse_depth(text); });
  options.flag("-c,--total", "the sum of all operands, too", du.total);
  options.flag("-S,--separate-dirs", "a directory's number is without the directories in it", usage.separate);
  options.flag("-l,--count-links", "a file counts as often as it has names", usage.each_link);
  options.flag("-x,--one-file-system", "nothing: an image's tree is one file system", [] {});
  options.value("--exclude", "PATTERN", "leave out what matches, as its path or as the end of it",
                [&usage](const std::string& pattern) { usage.excluded.push_back(pattern); });
  const auto links = [&](const char* names, const char* help, bool operands, bool all) {
    options.flag(names, help, [&usage, operands, all] {
      usage.follow_operands = operands;
      usage.follow = all;
    });
  };
  links("-L,--dereference", "follow symbolic links", true, true);
  links("-D,-H,--dereference-args", "follow symbolic links among operands", true, false);
  links("-P,--no-dereference", "follow none (the default)", false, false);
  options.value("-t,--threshold", "SIZE", "leave out what is less, or with -SIZE what is more",
                [&du](const std::string& text) { du.threshold = parse_threshold(text); });
}

void add_looks(Options& options, DuOptions& du) {
  const auto unit = [&](const char* names, const char* help, std::uint64_t bytes, std::uint64_t scale) {
    options.flag(names, help, [&du, bytes, scale] { du.sizes = {.unit = bytes, .scale = scale}; });
  };
  options.flag("--apparent-size", "the bytes that can be read, not those on the device",
               [&du] { du.measure = Measure::apparent; });
  options.flag("-b,--bytes", "the same as --apparent-size --block-size=1", [&du] {
    du.measure = Measure::apparent;
    du.sizes = {};
  });
  options.flag("--inodes", "the number of files", [&du] { du.measure = Measure::files; });
  unit("-h,--human-readable", "sizes like 1.5K and 12M", 1, 1024);
  unit("--si", "the same in powers of 1000", 1, 1000);
  unit("-k", "in units of 1024 bytes (the default)", 1024, 0);
  unit("-m", "in units of 1048576 bytes", std::uint64_t{1} << 20, 0);
  options.value("-B,--block-size", "SIZE", "the unit of sizes: 4096, K, MB, human-readable ...",
                [&du](const std::string& text) { du.sizes = SizeFormat::parse("--block-size", text); });
  options.optional_value(
      "--time", "WORD", "the newest time of all that is counted: mtime (default), atime, ctime",
      [&du](const std::optional<std::string>& word) {
        static constexpr Word<TimeKind> kTimes[] = {
            {"atime", TimeKind::access}, {"access", TimeKind::access}, {"use", TimeKind::access},
            {"ctime", TimeKind::change}, {"status", TimeKind::change}, {"mtime", TimeKind::modify}};
        du.timed = true;
        du.usage.time = word ? find_word<TimeKind>("--time", *word, kTimes) : TimeKind::modify;
      });
  options.value("--time-style", "STYLE", "full-iso, long-iso, iso, or +FORMAT as date(1) has it",
                [&du](const std::string& word) { du.time_format = parse_time_style("--time-style", word); });
  options.flag("-0,--null,--zero", "lines end with NUL", [&du] { du.line_end = '\0'; });
  options.flag("--json", "a JSON object for each line", du.json);
}

void settle(DuOptions& du) {
  if (du.summarize && du.usage.files_too) throw UsageError("-s and -a exclude each other");
  if (du.summarize && du.depth.value_or(0) != 0)
    throw UsageError("-s and --max-depth=" + std::to_string(*du.depth) + " exclude each other");
  if (du.json && du.line_end == '\0') throw UsageError("--json and --zero exclude each other");
  if (du.summarize) du.depth = 0;
  if (du.depth) du.usage.depth = *du.depth;
  if (du.timed && du.time_format.empty()) du.time_format = usual_time_style();
}

}  // namespace

int run_du(std::span<char* const> arguments) {
  DuOptions du;
  if (std::getenv("POSIXLY_CORRECT")) du.sizes.unit = 512;
  Options options(kText);
  add_what(options, du);
  add_looks(options, du);
  ImageOptions image_options(options);
  auto texts = options.parse(arguments);
  if (!texts) return kDone;
  settle(du);

  std::vector<Operand> operands = image_options.image_operands(*std::move(texts), "; use du for it");
  Reporter report(kText.name);
  Images images(image_options.settings());
  const bool several = operands.size() > 1;
  open_images(images, operands, report);
  ::tzset();
  Output out(STDOUT_FILENO);
  Du run(images, du, out, report);
  confine({.sources = images.descriptors()}, image_options.confine_mode());
  if (image_options.glob()) expand_globs(images, operands, report);
  du.usage.each_once = several || operands.size() > 1 || du.usage.follow;
  for (const Operand& operand : operands) run.count(operand);
  run.finish();
  out.flush();
  return report.exit_status();
}

}  // namespace fsu
