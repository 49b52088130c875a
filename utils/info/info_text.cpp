// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file fs-info for people.
#include <algorithm>
#include <array>

#include "utils/base/moment.hpp"
#include "utils/base/quote.hpp"
#include "utils/base/size_format.hpp"
#include "utils/base/utf8.hpp"
#include "utils/image/parts.hpp"
#include "utils/info/info_report.hpp"

namespace fsu {
namespace {

std::string_view emulation_text(rump::images::Emulation emulation) {
  using rump::images::Emulation;
  switch (emulation) {
    case Emulation::none:
      return "none";
    case Emulation::floppy_1200:
      return "floppy of 1.2 MB";
    case Emulation::floppy_1440:
      return "floppy of 1.44 MB";
    case Emulation::floppy_2880:
      return "floppy of 2.88 MB";
    case Emulation::hard_disk:
      return "hard disk";
    case Emulation::unknown:
      break;
  }
  return "unknown";
}

std::string size_text(std::uint64_t bytes) {
  std::string text = human_bytes(bytes);
  if (bytes >= 1024) text += " (" + std::to_string(bytes) + " bytes)";
  return bytes < 1024 ? text + " bytes" : text;
}

/// Lines of cells, each column as wide as its widest cell.
class Table {
 public:
  /// `right`: letters "l" or "r", how each column is aligned.
  explicit Table(std::string_view alignment) : alignment_(alignment) {}

  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  void print(std::string& out) const {
    std::vector<std::size_t> widths(alignment_.size());
    for (const auto& row : rows_)
      for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
    for (const auto& row : rows_) {
      std::string line;
      for (std::size_t i = 0; i < row.size(); ++i) {
        const std::string padding(widths[i] - display_width(row[i]), ' ');
        line.append("  ").append(alignment_[i] == 'r' ? padding + row[i] : row[i] + padding);
      }
      line.erase(line.find_last_not_of(' ') + 1);
      out.append(line).append("\n");
    }
  }

 private:
  std::string_view alignment_;
  std::vector<std::vector<std::string>> rows_;
};

/// "last_mounted" as "Last mounted".
std::string title_of(std::string_view key) {
  std::string title(key);
  std::ranges::replace(title, '_', ' ');
  if (const auto at = title.find("uuid"); at != title.npos) title.replace(at, 4, "UUID");
  if (!title.empty() && title[0] >= 'a' && title[0] <= 'z') title[0] = static_cast<char>(title[0] - 32);
  return title;
}

/// The items in lines of a width that suits a terminal.
std::vector<std::string> wrapped(const std::vector<std::string>& items) {
  constexpr std::size_t kWidth = 76;
  std::vector<std::string> lines;
  for (const std::string& item : items) {
    const std::string word = quote(item);
    if (lines.empty() || lines.back().size() + 1 + word.size() > kWidth)
      lines.push_back(word);
    else
      lines.back().append(" ").append(word);
  }
  return lines;
}

/// Sentences of ours are not quoted, names of the image's are.
bool is_sentence(std::string_view key) {
  constexpr std::array<std::string_view, 5> kSentences = {"state", "damage", "orphans", "journal",
                                                          "on_error"};
  return std::ranges::find(kSentences, key) != kSentences.end();
}

void print_head(const ImageInfo& image, std::string& out) {
  out.append(quote(image.name)).append(": ");
  if (!image.container.empty()) {
    out.append(image.container).append(" image of ").append(size_text(image.length));
    out.append("; cannot be read yet\n");
    return;
  }
  out.append(image.block_device ? "block device, " : "raw image, ").append(size_text(image.length));
  if (image.sector_bytes != 0) out.append(", sectors of ").append(std::to_string(image.sector_bytes));
  if (!image.block_device && image.allocated < image.file_bytes)
    out.append(", ").append(human_bytes(image.allocated)).append(" of them on disk");
  if (image.offset != 0)
    out.append(", from byte ").append(std::to_string(image.offset)).append(" of its file");
  out.append("\n");
  if (image.table.empty()) return;
  out.append("Partition table: ").append(quote(image.table));
  if (image.table_sector_bytes != 0)
    out.append(", sectors of ").append(std::to_string(image.table_sector_bytes)).append(" bytes");
  if (!image.table_id.empty()) out.append(", id ").append(image.table_id);
  out.append("\n");
  if (!image.table_state.empty()) out.append("  (").append(image.table_state).append(")\n");
}

/// What lies in the part, in a word.
std::string content_of(const PartInfo& part) {
  if (!part.volume) return "-";
  return part.volume->type.empty() ? "unknown" : quote(part.volume->type);
}

std::string type_of(const PartInfo& part) {
  if (!part.entry) return "";
  return *part.entry->type_name ? part.entry->type_name : std::string(part.entry->type.view());
}

void print_partitions(const ImageInfo& image, std::string& out) {
  Table table("lrrllll");
  table.add({"Part", "Start", "Size", "Type", "Name", "Content", "Label"});
  bool some = false;
  for (const PartInfo& part : image.parts) {
    if (!part.entry) continue;
    some = true;
    const std::string_view name = part.entry->name.view();
    const std::string* label = part.volume ? part.volume->find("label") : nullptr;
    table.add({part.slot, std::to_string(part.offset), human_bytes(part.length), type_of(part),
               name.empty() ? "" : quote(name), content_of(part), label ? quote(*label) : ""});
  }
  if (!some) return;
  out.append("\n");
  table.print(out);
}

void print_boot_images(const ImageInfo& image, std::string& out) {
  if (!image.boot_offset && image.boot_state.empty()) return;
  out.append("\nBoot catalog: El Torito");
  if (image.boot_offset) out.append(", at byte ").append(std::to_string(*image.boot_offset));
  out.append("\n");
  if (!image.boot_state.empty()) out.append("  (").append(image.boot_state).append(")\n");
  Table table("lrrllrl");
  table.add({"Part", "Start", "Size", "Platform", "Emulation", "Loaded", "Content"});
  bool some = false;
  for (const PartInfo& part : image.parts) {
    if (!part.boot) continue;
    some = true;
    table.add({part.slot, std::to_string(part.offset), human_bytes(part.length),
               platform_text(part.boot->platform), std::string(emulation_text(part.boot->emulation)),
               human_bytes(std::uint64_t{part.boot->load_sectors} * 512), content_of(part)});
  }
  if (some) table.print(out);
}

void add_boot_entry(const rump::images::BootImage& boot, Table& table) {
  const std::string section(boot.id.view());
  table.add({"Boot platform", platform_text(boot.platform) + (section.empty() ? "" : ", " + quote(section))});
  table.add({"Boot emulation", std::string(emulation_text(boot.emulation))});
  std::string loaded = size_text(std::uint64_t{boot.load_sectors} * 512);
  if (boot.load_segment != 0) {
    rump::images::Text<4> segment;
    segment.put_hex(boot.load_segment, 4);
    loaded.append(", to segment ").append(segment.view());
  }
  table.add({"Boot loads", loaded});
  if (!boot.bootable) table.add({"Boot flags", "not bootable"});
  if (const char* problem = boot.problem()) table.add({"Problem", problem});
}

void add_entry(const PartInfo& part, Table& table) {
  if (part.slot.empty()) return;
  table.add({"Place", std::to_string(part.offset) + " + " + size_text(part.length)});
  if (part.boot) add_boot_entry(*part.boot, table);
  if (!part.entry) return;
  const std::string type(part.entry->type.view());
  table.add({"Partition type", *part.entry->type_name ? type_of(part) + " (" + type + ")" : type});
  if (!part.entry->uuid.view().empty()) table.add({"Partition UUID", quote(part.entry->uuid.view())});
  if (part.entry->bootable) table.add({"Partition flags", "bootable"});
  if (const char* problem = part.entry->problem()) table.add({"Problem", problem});
}

/// A detail's value; a list may need several lines.
std::vector<std::string> lines_of(const Detail& detail) {
  return std::visit(
      [&]<class T>(const T& value) -> std::vector<std::string> {
        if constexpr (std::is_same_v<T, std::vector<std::string>>)
          return wrapped(value);
        else if constexpr (std::is_same_v<T, std::string>)
          return {is_sentence(detail.key) ? value : quote(value)};
        else if constexpr (std::is_same_v<T, Bytes>)
          return {size_text(value.count)};
        else if constexpr (std::is_same_v<T, Moment>)
          return {moment_text(value, " ", " UTC")};
        else
          return {std::to_string(value)};
      },
      detail.value);
}

void add_detail(const Detail& detail, Table& table) {
  std::string title = title_of(detail.key);
  for (std::string& line : lines_of(detail)) table.add({std::exchange(title, ""), std::move(line)});
}

void print_part(const PartInfo& part, std::string& out) {
  out.append("\n").append(part.slot);
  if (part.entry && !part.entry->name.view().empty()) out.append(" ").append(quote(part.entry->name.view()));
  if (!part.slot.empty()) out.append(": ");
  if (!part.volume) {
    out.append(type_of(part));
  } else if (part.volume->type.empty()) {
    out.append(part.slot.empty() ? "Holds nothing that is known" : "holds nothing that is known");
  } else {
    out.append(quote(part.volume->type));
    const std::string_view words = words_for_type(part.volume->type);
    if (!words.empty()) out.append(", ").append(words);
  }
  out.append("\n");
  Table table("ll");
  add_entry(part, table);
  if (part.volume) {
    for (const Detail& detail : part.volume->details) add_detail(detail, table);
    if (!part.volume->type.empty())
      table.add({"Readable", part.volume->unreadable.empty() ? "yes" : "no: " + part.volume->unreadable});
    for (const std::string& other : part.volume->others) table.add({"Also looks like", quote(other)});
  }
  table.print(out);
}

}  // namespace

std::string info_text(const ImageInfo& image) {
  std::string out;
  print_head(image, out);
  print_partitions(image, out);
  print_boot_images(image, out);
  for (const PartInfo& part : image.parts) print_part(part, out);
  return out;
}

}  // namespace fsu
