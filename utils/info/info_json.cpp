// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file fs-info for scripts.
#include <nlohmann/json.hpp>

#include <array>

#include "utils/base/moment.hpp"
#include "utils/base/utf8.hpp"
#include "utils/image/parts.hpp"
#include "utils/info/info_report.hpp"

namespace fsu {
namespace {

using Json = nlohmann::ordered_json;

/// Sets a text, which may be any bytes.
void set_text(Json& object, const std::string& key, std::string_view text) {
  object[key] = text;
  if (is_utf8(text)) return;
  std::string hex;
  append_hex(hex, text);
  object[key + "_hex"] = hex;
}

void set_if_said(Json& object, const std::string& key, std::string_view text) {
  if (!text.empty()) set_text(object, key, text);
}

Json volume_json(const Volume& volume) {
  Json json = Json::object();
  if (volume.type.empty()) return nullptr;
  set_text(json, "type", volume.type);
  json["readable"] = volume.unreadable.empty();
  set_if_said(json, "unreadable", volume.unreadable);
  for (const Detail& detail : volume.details) {
    std::visit(
        [&]<class T>(const T& value) {
          if constexpr (std::is_same_v<T, std::string>)
            set_text(json, detail.key, value);
          else if constexpr (std::is_same_v<T, Bytes>)
            json[detail.key] = value.count;
          else if constexpr (std::is_same_v<T, Moment>)
            json[detail.key] = moment_text(value, "T", "Z");
          else
            json[detail.key] = value;
        },
        detail.value);
  }
  if (!volume.others.empty()) json["also"] = volume.others;
  return json;
}

Json part_json(const PartInfo& part) {
  Json json = Json::object();
  json["part"] = part.slot;
  json["start"] = part.offset;
  json["size"] = part.length;
  if (part.entry) {
    json["number"] = part.entry->number;
    json["type"] = part.entry->type.view();
    set_if_said(json, "type_name", part.entry->type_name);
    set_if_said(json, "name", part.entry->name.view());
    set_if_said(json, "uuid", part.entry->uuid.view());
    json["bootable"] = part.entry->bootable;
    if (const char* problem = part.entry->problem()) json["problem"] = problem;
  }
  json["filesystem"] = part.volume ? volume_json(*part.volume) : Json(nullptr);
  return json;
}

/// By the words that scripts compare.
std::string_view emulation_word(rump::images::Emulation emulation) {
  constexpr std::array<std::string_view, 6> kWords = {"none",         "floppy-1.2M", "floppy-1.44M",
                                                      "floppy-2.88M", "hard-disk",   "unknown"};
  return kWords[static_cast<std::size_t>(emulation)];
}

Json boot_image_json(const PartInfo& part, const rump::images::BootImage& boot) {
  Json json = part_json(part);
  json["platform"] = boot.platform;
  json["platform_name"] = platform_text(boot.platform);
  set_if_said(json, "id", boot.id.view());
  json["bootable"] = boot.bootable;
  json["emulation"] = emulation_word(boot.emulation);
  json["system_type"] = boot.system_type;
  json["load_segment"] = boot.load_segment;
  json["load_size"] = std::uint64_t{boot.load_sectors} * 512;
  if (const char* problem = boot.problem()) json["problem"] = problem;
  return json;
}

Json boot_catalog_json(const ImageInfo& image) {
  Json json = Json::object();
  json["type"] = "eltorito";
  if (image.boot_offset) json["start"] = *image.boot_offset;
  set_if_said(json, "problem", image.boot_state);
  return json;
}

}  // namespace

std::string info_json(const ImageInfo& image) {
  Json json = Json::object();
  set_text(json, "name", image.name);
  json["format"] = image.container.empty() ? "raw" : image.container;
  json["kind"] = image.block_device ? "block device" : "file";
  json["size"] = image.length;
  if (image.offset != 0) json["offset"] = image.offset;
  if (!image.block_device) json["allocated"] = image.allocated;
  if (image.sector_bytes != 0) json["sector_size"] = image.sector_bytes;
  if (!image.table.empty()) {
    Json& table = json["table"] = Json::object();
    table["type"] = image.table;
    if (image.table_sector_bytes != 0) table["sector_size"] = image.table_sector_bytes;
    set_if_said(table, "id", image.table_id);
    set_if_said(table, "problem", image.table_state);
  }
  if (image.boot_offset || !image.boot_state.empty()) json["boot_catalog"] = boot_catalog_json(image);
  Json parts = Json::array(), boot_images = Json::array();
  for (const PartInfo& part : image.parts) {
    if (part.slot.empty())
      json["filesystem"] = part.volume ? volume_json(*part.volume) : Json(nullptr);
    else if (part.boot)
      boot_images.push_back(boot_image_json(part, *part.boot));
    else
      parts.push_back(part_json(part));
  }
  if (!parts.empty()) json["partitions"] = std::move(parts);
  if (!boot_images.empty()) json["boot_images"] = std::move(boot_images);
  constexpr bool kAsciiOnly = true;  // so that nothing in it acts on a terminal
  return json.dump(-1, ' ', kAsciiOnly, Json::error_handler_t::replace) + "\n";
}

}  // namespace fsu
