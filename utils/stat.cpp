// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file fs-stat: shows what inodes and file systems of images say, as stat(1) does.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "utils/base/message.hpp"
#include "utils/base/output.hpp"
#include "utils/base/quote.hpp"
#include "utils/confine/confine.hpp"
#include "utils/image/glob.hpp"
#include "utils/image/image_options.hpp"
#include "utils/list/stat_values.hpp"
#include "utils/tools.hpp"

namespace fsu {
namespace {

constexpr ToolText kText = {
    .name = "fs-stat",
    .usage = "[OPTION]... IMAGE[@PART][:/PATH]...",
    .summary =
        "Shows what files of disk images are, or with -f their file systems, as stat does. Formats have its\n"
        "directives, with flags, width and precision:\n"
        "  files         %a %A %b %B %C %d %D %f %F %g %G %h %i %m %n %N %o %r %R %s %t %T %u %U\n"
        "                %w %W %x %X %y %Y %z %Z, and %Hd %Ld %Hr %Lr\n"
        "  file systems  %a %b %c %d %f %i %l %n %s %S %t %T\n"
        "A file is on device 0,N where its image is the N-th file system of this run.",
    .examples =
        "  fs-stat disk.img:/etc/passwd\n"
        "  fs-stat -c '%A %s %n' disk.img:/bin/sh\n",
};

constexpr std::string_view kFileHead =
    "  File: %N\n"
    "  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F\n";
constexpr std::string_view kFileLinks = "Device: %Hd,%Ld\tInode: %-10i  Links: %h\n";
constexpr std::string_view kDeviceLinks = "Device: %Hd,%Ld\tInode: %-10i  Links: %-5h Device type: %Hr,%Lr\n";
constexpr std::string_view kFileTail =
    "Access: (%04a/%10.10A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)\n"
    "Access: %x\n"
    "Modify: %y\n"
    "Change: %z\n"
    " Birth: %w\n";
constexpr std::string_view kFileTerse = "%n %s %b %f %u %g %D %i %h %t %T %X %Y %Z %W %o";
constexpr std::string_view kVolumeForm =
    "  File: \"%n\"\n"
    "    ID: %-8i Namelen: %-7l Type: %T\n"
    "Block size: %-10s Fundamental block size: %S\n"
    "Blocks: Total: %-10b Free: %-10f Available: %a\n"
    "Inodes: Total: %-10c Free: %d\n";
constexpr std::string_view kVolumeTerse = "%n %i %l %t %s %S %b %f %a %c %d";

struct StatOptions {
  bool follow = false, volumes = false, terse = false, json = false;
  char line_end = '\n';
  std::optional<std::string> format;
  bool is_printf = false;  ///< the format has escapes, and no line ends but its own
};

/// One run of fs-stat.
class Stat {
 public:
  /// Reads now what it needs of the host later: the time zone and names of owners.
  Stat(Images& images, const StatOptions& options, Output& out, Reporter& report)
      : images_(images), options_(options), out_(out), report_(report), json_(out) {
    ::tzset();
    names_.read_host();
    quoted_ = ::isatty(out.fd()) == 1;
    if (options.format) {
      format_.emplace(*options.format, options.is_printf);
    } else if (options.terse) {
      format_.emplace(options.volumes ? kVolumeTerse : kFileTerse, false);
    }
  }

  void show(const Operand& operand) {
    rump::Process& process = images_.mount(operand.image);
    const auto shown = options_.volumes ? volume(operand, process) : file(operand, process);
    if (!shown) report_.error(operand.shown(), shown.error());
  }

 private:
  rump::Result<> file(const Operand& operand, rump::Process& process) {
    const rump::Follow follow = options_.follow ? rump::Follow::yes : rump::Follow::no;
    const rump::Attr attr = TRY(process.stat(rump::kCwd, operand.path, follow));
    const StatFile file = {.operand = operand,
                           .process = process,
                           .follow = follow,
                           .attr = attr,
                           .target = attr.type == rump::FileType::symlink ? target_of(operand, process) : "",
                           .volume = images_.facts_of(process),
                           .names = names_.of(process),
                           .quoted = quoted_,
                           .plain_n = !format_};
    if (options_.json) {
      file_json(file);
    } else if (format_) {
      put(*format_, [&](std::string_view letters) { return file_value(file, letters); });
      end_line();
    } else {
      file_form(file);
    }
    return {};
  }

  /// The symlink's target. What cannot be read is reported, and the rest is shown all the same.
  std::string target_of(const Operand& operand, rump::Process& process) {
    std::array<char, rump::kPathMax> room;
    const auto length = process.readlink(rump::kCwd, operand.path, room);
    if (length) return {room.data(), *length};
    report_.error(operand.shown(), length.error());
    return {};
  }

  /// The names of the file's extended attributes, likewise.
  std::vector<std::string> xattrs_of(const StatFile& file) {
    struct Names final : rump::NameSink {
      bool add(rump::Name name) override {
        names.emplace_back(name);
        return true;
      }
      std::vector<std::string> names;
    } sink;
    const auto listed = file.process.list_xattr(rump::kCwd, file.operand.path, file.follow, sink);
    if (!listed && listed.error().code != rump::Errc::not_supported)
      report_.error(file.operand.shown(), listed.error());
    std::ranges::sort(sink.names);
    return std::move(sink.names);
  }

  /// GNU's form, and a line more where there are flags or extended attributes.
  void file_form(const StatFile& file) {
    const bool device = file.attr.type == rump::FileType::block || file.attr.type == rump::FileType::chr;
    std::string form(kFileHead);
    form.append(device ? kDeviceLinks : kFileLinks).append(kFileTail);
    put(StatFormat(form, false), [&](std::string_view letters) { return file_value(file, letters); });
    std::string more;
    if (file.attr.flags != 0) more += "  Flags: " + flag_letters(file.attr.flags);
    if (const auto xattrs = xattrs_of(file); !xattrs.empty()) {
      more += "  Attributes:";
      for (const std::string& name : xattrs) more += " " + quote(name);
    }
    if (more.empty()) return;
    out_.put(std::string_view(more).substr(1));
    out_.put('\n');
  }

  void file_json(const StatFile& file) {
    put_name(json_, file.operand.image_name, file.operand.path);
    put_attributes(json_, file.attr, file.names);
    if (file.attr.type == rump::FileType::symlink) json_.text("target", file.target);
    if (const auto xattrs = xattrs_of(file); !xattrs.empty()) {
      json_.begin_list("xattrs");
      for (const std::string& name : xattrs) json_.item(name);
      json_.end_list();
    }
    json_.end();
  }

  rump::Result<> volume(const Operand& operand, rump::Process& process) {
    const StatVolume volume = {.operand = operand,
                               .stat = TRY(process.statfs(rump::kCwd, operand.path)),
                               .volume = images_.facts_of(process),
                               .quoted = quoted_};
    if (options_.json) {
      volume_json(volume);
    } else {
      const auto value = [&](std::string_view letters) { return volume_value(volume, letters); };
      put(format_ ? *format_ : StatFormat(kVolumeForm, false), value);
      if (format_) end_line();
    }
    return {};
  }

  void volume_json(const StatVolume& volume) {
    const rump::FsStat& stat = volume.stat;
    put_name(json_, volume.operand.image_name, volume.operand.path);
    json_.text("type", volume.volume.type);
    json_.number("name_max", stat.name_max);
    json_.number("block_size", stat.block_bytes);
    json_.number("blocks", stat.blocks);
    json_.number("blocks_free", stat.blocks_free);
    json_.number("blocks_available", stat.blocks_available);
    json_.number("inodes", stat.files);
    json_.number("inodes_free", stat.files_free);
    json_.end();
  }

  template <class Value>
  void put(const StatFormat& format, Value value) {
    out_.put(format.expand(value));
  }

  void end_line() {
    if (!options_.is_printf) out_.put(options_.line_end);
  }

  Images& images_;
  const StatOptions& options_;
  Output& out_;
  Reporter& report_;
  JsonLine json_;
  bool quoted_ = false;
  std::optional<StatFormat> format_;
  ImageNames names_;
};

void add_options(Options& options, StatOptions& stat) {
  const auto format = [&stat](bool is_printf) {
    return [&stat, is_printf](const std::string& text) {
      stat.format = text;
      stat.is_printf = is_printf;
    };
  };
  options.flag("-L,--dereference", "follow symbolic links", stat.follow);
  options.flag("-f,--file-system", "the file systems that the files are on", stat.volumes);
  options.value("-c,--format", "FORMAT", "a line of this format for each file", format(false));
  options.value("--printf", "FORMAT", "as --format, with escapes like \\n, and no line end but those",
                format(true));
  options.flag("-t,--terse", "one line for each file", stat.terse);
  options.flag("--json", "a JSON object for each file, on a line of its own", stat.json);
  options.flag("--zero", "lines of --format and --terse end with NUL", [&stat] { stat.line_end = '\0'; });
}

}  // namespace

int run_stat(std::span<char* const> arguments) {
  StatOptions stat;
  Options options(kText);
  add_options(options, stat);
  ImageOptions image_options(options);
  auto texts = options.parse(arguments);
  if (!texts) return kDone;
  if (stat.json && (stat.format || stat.terse || stat.line_end == '\0'))
    throw UsageError("--json excludes --format, --printf, --terse and --zero");

  std::vector<Operand> operands = image_options.image_operands(*std::move(texts), "; use stat for it");

  Reporter report(kText.name);
  Images images(image_options.settings());
  open_images(images, operands, report);
  Output out(STDOUT_FILENO);
  Stat run(images, stat, out, report);
  confine({.sources = images.descriptors()}, image_options.confine_mode());
  if (image_options.glob()) expand_globs(images, operands, report);
  for (const Operand& operand : operands) {
    try {
      run.show(operand);
    } catch (const ImageError& error) {
      report.not_opened(operand.image.file, error.what());
    }
  }
  out.flush();
  return report.exit_status();
}

}  // namespace fsu
