// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file fs-df: how full the file systems of images are, as df(1) shows it.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <optional>

#include "utils/base/file_facts.hpp"
#include "utils/base/message.hpp"
#include "utils/base/output.hpp"
#include "utils/base/size_format.hpp"
#include "utils/base/utf8.hpp"
#include "utils/base/words.hpp"
#include "utils/confine/confine.hpp"
#include "utils/image/glob.hpp"
#include "utils/image/image_options.hpp"
#include "utils/list/name_style.hpp"
#include "utils/tools.hpp"

namespace fsu {
namespace {

constexpr ToolText kText = {
    .name = "fs-df",
    .usage = "[OPTION]... IMAGE[@PART][:/PATH]...",
    .summary =
        "Shows how much space the file systems of disk images have, and how much of it is used, as df does.\n"
        "Without an operand: in the image that --image or the variable FSU_IMAGE names.",
    .examples =
        "  fs-df -h disk.img@1 disk.img@2\n"
        "  fs-df --output=source,avail disk.img\n",
    .description =
        "FIELD is one of source, fstype, itotal, iused, iavail, ipcent, size, used, avail, pcent,\n"
        "file and target, as in df. The source is the image as the operand names it; a file system\n"
        "in an image is mounted nowhere, so that the target, which only -P and --output show, is\n"
        "\"-\".\n"
        "\n"
        "With --json each file system is an object with image, name and path of the operand, type,\n"
        "size, used and available (bytes), inodes, inodes_used and inodes_free.\n",
};

/// A column of the table.
enum class Field : std::uint8_t {
  source,
  fstype,
  itotal,
  iused,
  iavail,
  ipcent,
  size,
  used,
  avail,
  pcent,
  file,
  target,
};
using Fields = std::vector<Field>;

constexpr Word<Field> kFields[] = {
    {"source", Field::source}, {"fstype", Field::fstype}, {"itotal", Field::itotal},
    {"iused", Field::iused},   {"iavail", Field::iavail}, {"ipcent", Field::ipcent},
    {"size", Field::size},     {"used", Field::used},     {"avail", Field::avail},
    {"pcent", Field::pcent},   {"file", Field::file},     {"target", Field::target}};

/// The looks of a column.
struct ColumnLooks {
  std::string_view header;
  std::size_t width;  ///< at least
  bool to_the_left;
};

ColumnLooks looks_of(Field field) {
  constexpr std::array<ColumnLooks, 12> kLooks = {{{"Filesystem", 14, true},
                                                   {"Type", 4, true},
                                                   {"Inodes", 5, false},
                                                   {"IUsed", 5, false},
                                                   {"IFree", 5, false},
                                                   {"IUse%", 4, false},
                                                   {"Size", 5, false},
                                                   {"Used", 5, false},
                                                   {"Avail", 5, false},
                                                   {"Use%", 4, false},
                                                   {"File", 0, true},
                                                   {"Mounted on", 0, true}}};
  return kLooks[static_cast<std::size_t>(field)];
}

struct DfOptions {
  bool inodes = false, type = false, posix = false, total = false, json = false;
  std::optional<Fields> output;
  SizeFormat sizes{.unit = 1024};

  /// Whether headers are those of POSIX.
  bool is_posix() const { return posix && !inodes && sizes.scale == 0; }
  Fields fields() const {
    if (output) return *output;
    Fields fields = {Field::source};
    if (type) fields.push_back(Field::fstype);
    const Fields numbers = inodes ? Fields{Field::itotal, Field::iused, Field::iavail, Field::ipcent}
                                  : Fields{Field::size, Field::used, Field::avail, Field::pcent};
    fields.insert(fields.end(), numbers.begin(), numbers.end());
    if (posix) fields.push_back(Field::target);
    return fields;
  }
};

/// A number of which some are used, and some not available to everyone.
struct Share {
  std::uint64_t total = 0, used = 0, available = 0;

  void add(const Share& more) {
    for (const auto member : {&Share::total, &Share::used, &Share::available})
      if (__builtin_add_overflow(this->*member, more.*member, &(this->*member)))
        this->*member = std::numeric_limits<std::uint64_t>::max();
  }
  /// Rounded up, as df does; "-" where there is nothing.
  std::string percentage() const {
    const long double all = static_cast<long double>(used) + static_cast<long double>(available);
    if (all == 0) return "-";
    const long double part = static_cast<long double>(used) * 100;
    auto percent = static_cast<unsigned>(part / all);
    if (static_cast<long double>(percent) * all < part) ++percent;
    return std::to_string(percent) + "%";
  }
};

/// One file system, or the sum of all.
struct FsRow {
  std::string source, type, file;
  Share bytes, inodes;
};

std::uint64_t in_bytes(std::uint64_t blocks, std::uint32_t block_bytes) {
  std::uint64_t bytes = 0;
  return __builtin_mul_overflow(blocks, std::uint64_t{block_bytes}, &bytes)
             ? std::numeric_limits<std::uint64_t>::max()
             : bytes;
}

/// What is not free is used; damaged counters may say that more is free than there is.
Share share_of(std::uint64_t total, std::uint64_t free, std::uint64_t available) {
  return {.total = total, .used = total - std::min(total, free), .available = available};
}

FsRow make_row(const Operand& operand, const rump::FsStat& stat, std::string_view type) {
  Share blocks = share_of(stat.blocks, stat.blocks_free, stat.blocks_available);
  for (const auto member : {&Share::total, &Share::used, &Share::available})
    blocks.*member = in_bytes(blocks.*member, stat.block_bytes);
  return {.source = operand.image_name.empty() ? operand.image.file : operand.image_name,
          .type = std::string(type),
          .file = operand.shown(),
          .bytes = blocks,
          .inodes = share_of(stat.files, stat.files_free, stat.files_free)};
}

/// The unit in front of "-blocks", by the powers (1024 or 1000) that divide it more often: "1K", "1kB",
/// "512B".
std::string unit_name(std::uint64_t unit) {
  const auto exponent = [unit](std::uint64_t base) {
    int times = 0;
    for (std::uint64_t rest = unit; rest != 0 && rest % base == 0; rest /= base) ++times;
    return times;
  };
  const bool binary =
      exponent(1024) > exponent(1000) || (exponent(1024) == exponent(1000) && unit % 1024 == 0);
  std::string text = SizeFormat{.scale = binary ? std::uint64_t{1024} : 1000}.text(unit);
  if (const std::size_t zero = text.find(".0"); zero != text.npos) text.erase(zero, 2);
  return binary ? text : text + "B";
}

/// The table, columns as wide as they must be.
class DfTable {
 public:
  DfTable(const DfOptions& options, bool terminal) : options_(options), fields_(options.fields()) {
    names_.quoting = terminal ? Quoting::shell_escape : Quoting::literal;
    names_.hide_controls = !terminal;  // a line is one file system's
    std::vector<std::string> headers;
    for (const Field field : fields_) headers.push_back(header(field));
    lines_.push_back(std::move(headers));
  }

  void add(const FsRow& row) {
    std::vector<std::string> cells;
    for (const Field field : fields_) cells.push_back(cell(row, field));
    lines_.push_back(std::move(cells));
  }

  /// The sum of all rows.
  void add_total(FsRow sum) {
    const bool has_source = std::ranges::find(fields_, Field::source) != fields_.end();
    sum.source = "total";
    sum.type = sum.file = "-";
    target_ = has_source ? "-" : "total";
    add(sum);
  }

  void put(Output& out) const {
    std::vector<std::size_t> widths;
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      widths.push_back(looks_of(fields_[i]).width);
      for (const auto& line : lines_) widths[i] = std::max(widths[i], display_width(line[i]));
    }
    for (const auto& line : lines_) {
      for (std::size_t i = 0; i < line.size(); ++i) {
        const std::size_t room = widths[i] - display_width(line[i]);
        const bool left = looks_of(fields_[i]).to_the_left;
        if (i > 0) out.put(' ');
        if (!left) out.pad(room);
        out.put(line[i]);
        if (left && i + 1 < line.size()) out.pad(room);
      }
      out.put('\n');
    }
  }

 private:
  std::string header(Field field) const {
    if (field == Field::size && options_.sizes.scale == 0)
      return (options_.is_posix() ? std::to_string(options_.sizes.unit) : unit_name(options_.sizes.unit)) +
             "-blocks";
    if (field == Field::avail && !options_.output && options_.sizes.scale == 0) return "Available";
    if (field == Field::pcent && options_.is_posix()) return "Capacity";
    return std::string(looks_of(field).header);
  }

  std::string cell(const FsRow& row, Field field) {
    const auto bytes = [this](std::uint64_t number) { return options_.sizes.text(number); };
    const auto count = [this](std::uint64_t number) {
      return options_.sizes.scale == 0 ? std::to_string(number) : options_.sizes.text(number);
    };
    switch (field) {
      case Field::source:
        return name(row.source);
      case Field::fstype:
        return row.type;
      case Field::itotal:
        return count(row.inodes.total);
      case Field::iused:
        return count(row.inodes.used);
      case Field::iavail:
        return count(row.inodes.available);
      case Field::ipcent:
        return row.inodes.percentage();
      case Field::size:
        return bytes(row.bytes.total);
      case Field::used:
        return bytes(row.bytes.used);
      case Field::avail:
        return bytes(row.bytes.available);
      case Field::pcent:
        return row.bytes.percentage();
      case Field::file:
        return name(row.file);
      case Field::target:
        break;
    }
    return target_;
  }

  std::string name(std::string_view text) {
    std::string room;
    return std::string(names_.shown(text, room));
  }

  const DfOptions& options_;
  const Fields fields_;
  NameStyle names_;
  std::string target_ = "-";
  std::vector<std::vector<std::string>> lines_;
};

void put_json(JsonLine& json, const Operand& operand, const FsRow& row) {
  put_name(json, operand.image_name, operand.path);
  json.text("type", row.type);
  json.number("size", row.bytes.total);
  json.number("used", row.bytes.used);
  json.number("available", row.bytes.available);
  json.number("inodes", row.inodes.total);
  json.number("inodes_used", row.inodes.used);
  json.number("inodes_free", row.inodes.available);
  json.end();
}

/// Shows the file systems that the operands are in, one line each.
void show(Images& images, const std::vector<Operand>& operands, const DfOptions& options, DfTable table,
          Output& out, Reporter& report) {
  JsonLine json(out);
  FsRow sum;
  bool any = false;
  for (const Operand& operand : operands) {
    try {
      rump::Process& process = images.mount(operand.image);
      const auto stat = process.statfs(rump::kCwd, operand.path);
      if (!stat) {
        report.error(operand.shown(), stat.error());
        continue;
      }
      const FsRow row = make_row(operand, *stat, images.facts_of(process).type);
      any = true;
      if (options.json) {
        put_json(json, operand, row);
        continue;
      }
      table.add(row);
      sum.bytes.add(row.bytes);
      sum.inodes.add(row.inodes);
    } catch (const ImageError& error) {
      report.not_opened(operand.image.file, error.what());
    }
  }
  if (options.json || !any) return;
  if (options.total) table.add_total(std::move(sum));
  table.put(out);
}

Fields parse_fields(const std::optional<std::string>& list) {
  Fields fields;
  if (!list) {
    for (const auto& word : kFields) fields.push_back(word.value);
    return fields;
  }
  for (std::size_t at = 0; at <= list->size();) {
    const std::size_t comma = std::min(list->find(',', at), list->size());
    const auto field = find_word<Field>("--output", std::string_view(*list).substr(at, comma - at), kFields);
    if (std::ranges::find(fields, field) != fields.end())
      throw UsageError("--output: a field is named twice");
    fields.push_back(field);
    at = comma + 1;
  }
  return fields;
}

void add_options(Options& options, DfOptions& df) {
  const auto unit = [&](const char* names, const char* help, std::uint64_t bytes, std::uint64_t scale) {
    options.flag(names, help, [&df, bytes, scale] { df.sizes = {.unit = bytes, .scale = scale}; });
  };
  unit("-h,--human-readable", "sizes like 1.5K and 12M", 1, 1024);
  unit("-H,--si", "the same in powers of 1000", 1, 1000);
  unit("-k", "in units of 1024 bytes (the default)", 1024, 0);
  options.value("-B,--block-size", "SIZE", "the unit of sizes: 4096, K, MB, human-readable ...",
                [&df](const std::string& text) { df.sizes = SizeFormat::parse("--block-size", text); });
  options.flag("-i,--inodes", "inodes instead of space", df.inodes);
  options.flag("-T,--print-type", "the file systems' types, too", df.type);
  options.flag("-P,--portability", "the form of POSIX", df.posix);
  options.flag("--total", "a line with the sums, too", df.total);
  options.optional_value("--output", "FIELD[,FIELD]...", "these columns (default: all)",
                         [&df](const std::optional<std::string>& list) { df.output = parse_fields(list); });
  options.flag("--json", "a JSON object for each file system, on a line of its own", df.json);
}

}  // namespace

int run_df(std::span<char* const> arguments) {
  DfOptions df;
  if (std::getenv("POSIXLY_CORRECT")) df.sizes.unit = 512;
  Options options(kText);
  add_options(options, df);
  ImageOptions image_options(options);
  auto texts = options.parse(arguments);
  if (!texts) return kDone;
  if (df.output && (df.inodes || df.type || df.posix)) throw UsageError("--output excludes -i, -T and -P");
  if (df.json && df.output) throw UsageError("--json excludes --output");

  std::vector<Operand> operands = image_options.image_operands(*std::move(texts), "; use df for it");
  Reporter report(kText.name);
  Images images(image_options.settings());
  open_images(images, operands, report);
  Output out(STDOUT_FILENO);
  DfTable table(df, ::isatty(out.fd()) == 1);
  confine({.sources = images.descriptors()}, image_options.confine_mode());
  if (image_options.glob()) expand_globs(images, operands, report);
  show(images, operands, df, std::move(table), out, report);
  out.flush();
  return report.exit_status();
}

}  // namespace fsu
