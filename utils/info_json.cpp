// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file fs-info for scripts.
#include <nlohmann/json.hpp>

#include "utils/info_report.hpp"
#include "utils/moment.hpp"
#include "utils/utf8.hpp"

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
  Json parts = Json::array();
  for (const PartInfo& part : image.parts) {
    if (part.slot.empty())
      json["filesystem"] = part.volume ? volume_json(*part.volume) : Json(nullptr);
    else
      parts.push_back(part_json(part));
  }
  if (!parts.empty()) json["partitions"] = std::move(parts);
  constexpr bool kAsciiOnly = true;  // so that nothing in it acts on a terminal
  return json.dump(-1, ' ', kAsciiOnly, Json::error_handler_t::replace) + "\n";
}

}  // namespace fsu
