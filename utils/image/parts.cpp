// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Choosing a part of an image.
#include "utils/image/parts.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <functional>
#include <optional>
#include <span>

#include "fs/registry.hpp"
#include "images/eltorito.hpp"
#include "images/partitions.hpp"
#include "images/slice.hpp"
#include "utils/base/quote.hpp"
#include "utils/base/size_format.hpp"
#include "vfs/disk.hpp"

namespace fsu {
namespace {

using rump::images::BootCatalog;
using rump::images::BootImage;
using rump::images::Partition;
using rump::images::PartitionTable;
using rump::images::Purpose;

bool same_letters(std::string_view a, std::string_view b) {
  const auto lower = [](unsigned char c) { return std::tolower(c); };
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::string padded(std::string text, std::size_t width) {
  return text.append(text.size() < width ? width - text.size() : 0, ' ');
}

/// "  @2   1.5G  Linux  'name'".
std::string line_of(const Partition& partition) {
  std::string line = "\n  @" + padded(std::to_string(partition.number), 3) + " " +
                     padded(human_bytes(partition.length), 5) + " ";
  line.append(*partition.type_name ? partition.type_name : partition.type.view());
  // A name is whatever the image says, so it must not reach a terminal as it is.
  if (!partition.name.view().empty()) line.append("  ").append(quote(partition.name.view()));
  if (const char* problem = partition.problem()) line.append("  (").append(problem).append(")");
  return line;
}

std::string list_of(const PartitionTable& table) {
  std::string list;
  for (const Partition& partition : table.partitions) list += line_of(partition);
  if (table.damage) list.append("\n  (").append(table.damage).append(")");
  return list;
}

/// Refuses, and shows what there is to choose from.
[[noreturn]] void refuse(const std::string& reason, const PartitionTable& table) {
  if (table.partitions.empty() && !table.damage) throw ImageError(reason + "; the partition table is empty");
  throw ImageError(reason + list_of(table));
}

/// Of a partition or a boot image.
template <class P>
Window window_of(const P& part) {
  if (part.available == 0) throw ImageError(part.problem());
  return {.offset = part.offset, .length = part.available, .cut = part.available < part.length};
}

/// "  @boot=2   600K  EFI".
std::string list_of(const BootCatalog& catalog) {
  std::string list;
  for (const BootImage& image : catalog.images) {
    list += "\n  @boot=" + padded(std::to_string(image.number), 3) + " " +
            padded(human_bytes(image.length), 5) + " " + platform_text(image.platform);
    if (const char* problem = image.problem()) list.append("  (").append(problem).append(")");
  }
  if (catalog.damage) list.append("\n  (").append(catalog.damage).append(")");
  return list;
}

/// The table; nullopt where there is none.
std::optional<PartitionTable> table_of(rump::BlockDevice& image) {
  auto table = rump::images::read_partitions(image);
  if (!table && table.error().code == rump::Errc::not_found) return std::nullopt;
  return value_or_throw(std::move(table));
}

PartitionTable table_or_throw(rump::BlockDevice& image) {
  auto table = table_of(image);
  if (!table) throw ImageError("there is no partition table");
  return *std::move(table);
}

std::string names_of(std::span<const rump::FsType* const> types) {
  std::string names;
  for (const rump::FsType* type : types) names.append(names.empty() ? "" : " and ").append(type->name);
  return names;
}

/// The only one of the partitions that fits. `what` says in a message what was looked for.
Window the_only(const PartitionTable& table, const std::string& what,
                const std::function<bool(const Partition&)>& fits) {
  const Partition* found = nullptr;
  for (const Partition& partition : table.partitions) {
    if (!fits(partition)) continue;
    if (found) refuse("several partitions have " + what + "; choose one", table);
    found = &partition;
  }
  if (!found) refuse("no partition has " + what, table);
  return window_of(*found);
}

/// A file system's UUID in the form that tools print, empty where it has none. Four bytes are the serial
/// number of FAT.
std::string uuid_text(std::span<const rump::u8> uuid) {
  if (std::ranges::count(uuid, 0) == static_cast<std::ptrdiff_t>(uuid.size())) return {};
  const bool is_serial = std::ranges::all_of(uuid.subspan(4), [](rump::u8 byte) { return byte == 0; });
  if (is_serial) uuid = uuid.first(4);
  std::string text;
  for (std::size_t i = 0; i < uuid.size(); ++i) {
    if (is_serial ? i == 2 : i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += "0123456789abcdef"[uuid[i] >> 4];
    text += "0123456789abcdef"[uuid[i] & 0xF];
  }
  return text;
}

}  // namespace

Window PartFinder::find(const Part& part, std::string_view fstype) {
  switch (part.kind) {
    case Part::Kind::none:
      return without_part(fstype);
    case Part::Kind::whole:
      return {.length = image_.size()};
    case Part::Kind::slot:
      return by_number(part.number);
    case Part::Kind::partlabel:
    case Part::Kind::partuuid:
      return by_table(part);
    case Part::Kind::label:
    case Part::Kind::uuid:
      return by_file_system(part);
    case Part::Kind::offset:
      if (part.number > image_.size()) throw ImageError("the offset is past the end of the file");
      return {.offset = part.number, .length = image_.size() - part.number};
    case Part::Kind::bsd:
      throw ImageError("BSD labels cannot be read yet; @+OFFSET names a part by its place");
    case Part::Kind::boot:
      return by_boot_catalog(part.number);
  }
  throw ImageError("there is no such kind of part");
}

Window PartFinder::without_part(std::string_view fstype) {
  const Window whole{.length = image_.size()};
  auto types = drivers_of(image_);
  if (!fstype.empty()) std::erase_if(types, [&](const rump::FsType* type) { return type->name != fstype; });
  // A type that was asked for and is there decides.
  if (!fstype.empty() && !types.empty()) return whole;
  if (std::ranges::any_of(types, &rump::FsType::hosts_table)) return whole;

  auto read = rump::images::read_partitions(image_);
  if (!read && read.error().code == rump::Errc::not_found) return whole;
  // Making a file system on a whole disk leaves the end of an old table: weaker than a file system.
  if (!types.empty() && (!read || read->from_backup)) return whole;
  const PartitionTable table = value_or_throw(std::move(read));
  if (!types.empty())
    refuse("holds both " + names_of(types) + " and a partition table (" + std::string(table.format) +
               "); @0 or --fstype means the former, or choose a partition",
           table);

  const Partition* only = nullptr;
  for (const Partition& partition : table.partitions) {
    if (partition.purpose != Purpose::data) continue;
    if (only) refuse("there are several partitions; choose one", table);
    only = &partition;
  }
  if (table.damage) refuse("some of the partition table cannot be read; choose a partition", table);
  if (!only) refuse("no partition can hold a file system", table);
  return window_of(*only);
}

Window PartFinder::by_number(rump::u64 number) {
  const PartitionTable table = table_or_throw(image_);
  const Partition* partition = table.find(number);
  const std::string name = std::to_string(number);
  if (!partition) refuse("there is no partition " + name, table);
  if (partition->purpose == Purpose::extended)
    refuse("partition " + name + " is an extended one; choose a logical one in it", table);
  return window_of(*partition);
}

Window PartFinder::by_boot_catalog(rump::u64 number) {
  const BootCatalog catalog = value_or_throw(rump::images::read_boot_catalog(image_));
  const BootImage* image = catalog.find(number);
  if (!image) throw ImageError("there is no boot image " + std::to_string(number) + list_of(catalog));
  return window_of(*image);
}

Window PartFinder::by_table(const Part& part) {
  const PartitionTable table = table_or_throw(image_);
  if (part.kind == Part::Kind::partlabel)
    return the_only(table, "the name " + quote(part.text),
                    [&](const Partition& partition) { return partition.name.view() == part.text; });
  return the_only(table, "the PARTUUID " + quote(part.text),
                  [&](const Partition& partition) { return same_letters(partition.uuid.view(), part.text); });
}

Window PartFinder::by_file_system(const Part& part) {
  const bool by_label = part.kind == Part::Kind::label;
  const std::string what =
      (by_label ? "a file system of the label " : "a file system of the UUID ") + quote(part.text);
  std::string unread;  // why a file system could not be asked
  const auto fits = [&](rump::BlockDevice& device) {
    for (const rump::FsType* type : drivers_of(device)) {
      auto mount = type->mount(device, {.text = mount_text_});
      auto status = mount ? (*mount)->statfs() : std::unexpected(mount.error());
      if (!status) {
        unread = reason_of(status.error());
        continue;
      }
      if (by_label ? rump::padded_text(std::as_bytes(std::span(status->label))) == part.text
                   : same_letters(uuid_text(status->uuid), part.text))
        return true;
    }
    return false;
  };
  const auto partition_fits = [&](const Partition& partition) {
    if (partition.purpose != Purpose::data || partition.available == 0) return false;
    const auto device =
        value_or_throw(rump::images::open_slice(image_, partition.offset, partition.available));
    return fits(*device);
  };
  try {
    if (const auto table = table_of(image_)) return the_only(*table, what, partition_fits);
    if (fits(image_)) return {.length = image_.size()};
    throw ImageError("there is no " + what.substr(2));
  } catch (const ImageError& error) {
    if (unread.empty()) throw;
    throw ImageError(error.what() + std::string("\n  (a file system could not be read: ") + unread + ")");
  }
}

std::string platform_text(rump::u8 platform) {
  const char* name = rump::images::platform_name(platform);
  return *name ? name : "platform " + std::to_string(platform);
}

std::vector<const rump::FsType*> drivers_of(rump::BlockDevice& device) {
  std::vector<const rump::FsType*> found;
  for (const rump::FsType* type : rump::fs_types())
    if (value_or_throw(type->probe(device))) found.push_back(type);
  return found;
}

const rump::FsType& find_type(std::string_view name) {
  for (const rump::FsType* type : rump::fs_types())
    if (type->name == name && !type->scratch) return *type;
  throw ImageError("file system type " + quote(name) + " is not one that fs-utils can read");
}

const rump::FsType& find_type(rump::BlockDevice& device, std::string_view asked) {
  if (!asked.empty()) return find_type(asked);
  const auto found = drivers_of(device);
  if (found.empty()) throw ImageError("no file system found that fs-utils can read");
  if (found.size() > 1) throw ImageError("holds both " + names_of(found) + "; --fstype says which is meant");
  return *found.front();
}

}  // namespace fsu
