// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Looking at an image from the outside in.
#include "utils/info/survey.hpp"

#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <algorithm>
#include <optional>

#include "images/slice.hpp"
#include "utils/base/message.hpp"
#include "utils/image/parts.hpp"

namespace fsu {
namespace {

using rump::images::BootCatalog;
using rump::images::BootImage;
using rump::images::Partition;
using rump::images::PartitionTable;
using rump::images::Purpose;

/// Keeps what a driver tells.
class Collector final : public rump::DetailSink {
 public:
  explicit Collector(Volume& volume) : volume_(volume) {}

  void text(std::string_view key, std::string_view value) override {
    if (key == "type")
      volume_.type = value;
    else
      add(key, std::string(value));
  }
  void number(std::string_view key, rump::u64 value) override { add(key, value); }
  void bytes(std::string_view key, rump::u64 value) override { add(key, Bytes{value}); }
  void time(std::string_view key, rump::i64 seconds) override { add(key, Moment{seconds}); }
  void item(std::string_view key, std::string_view value) override {
    auto& details = volume_.details;
    auto list = std::ranges::find(details, key, &Detail::key);
    if (list == details.end()) list = details.insert(list, {std::string(key), std::vector<std::string>{}});
    std::get<std::vector<std::string>>(list->value).emplace_back(value);
  }

 private:
  template <class T>
  void add(std::string_view key, T value) {
    volume_.details.push_back({std::string(key), std::move(value)});
  }
  Volume& volume_;
};

/// One survey.
class Surveyor {
 public:
  Surveyor(rump::BlockDevice& device, const ImageSpec& spec, std::string_view mount_text)
      : device_(device), spec_(spec), mount_text_(mount_text) {}

  Survey run() {
    image().offset = spec_.offset;
    image().length = device_.size();
    look_at_file();
    if (spec_.format.empty()) image().container = find_container(device_);
    if (!image().container.empty()) return std::move(survey_);
    look_at_table();
    look_at_boot_catalog();
    if (spec_.part.kind == Part::Kind::none)
      add_all();
    else
      add_asked();
    return std::move(survey_);
  }

 private:
  ImageInfo& image() { return survey_.image; }
  void damaged(const std::string& part, std::string reason) {
    survey_.damage.emplace_back(part, std::move(reason));
  }

  void look_at_file() {
    const auto range = value_or_throw(device_.host_range(0, device_.size(), rump::MapFor::read));
    struct stat status;
    if (device_.size() == 0 || ::fstat(static_cast<int>(range.handle), &status) != 0) return;
    image().block_device = S_ISBLK(status.st_mode);
    image().file_bytes = image().block_device ? spec_.offset + device_.size() : status.st_size;
    image().allocated = static_cast<std::uint64_t>(status.st_blocks) * 512;
    int sector = 0;
    if (image().block_device && ::ioctl(static_cast<int>(range.handle), BLKSSZGET, &sector) == 0)
      image().sector_bytes = static_cast<std::uint32_t>(sector);
  }

  void look_at_table() {
    auto read = rump::images::read_partitions(device_);
    if (!read) {
      if (read.error().code == rump::Errc::not_found) return look_for_foreign_table();
      image().table = "unreadable";
      image().table_state = reason_of(read.error());
      return damaged("", image().table_state);
    }
    table_ = *std::move(read);
    image().table = table_->format;
    image().table_id = table_->id.view();
    image().table_sector_bytes = table_->sector_bytes;
    if (table_->from_backup) image().table_state = "the primary table is damaged, its backup is used";
    if (table_->damage) {
      image().table_state = table_->damage;
      damaged("", table_->damage);
    }
  }

  /// A table of a kind that we cannot read. Where there is a file system as well, libblkid may take a boot
  /// sector for a table.
  void look_for_foreign_table() {
    const std::string type = find_table_type(device_);
    if (type.empty() || type == "dos" || type == "gpt" || !drivers_of(device_).empty()) return;
    image().table = type;
    image().table_state = "cannot be read yet";
  }

  void look_at_boot_catalog() {
    auto read = rump::images::read_boot_catalog(device_);
    if (!read && read.error().code == rump::Errc::not_found) return;
    if (!read) {
      image().boot_state = reason_of(read.error());
      return damaged("", image().boot_state);
    }
    catalog_ = *std::move(read);
    image().boot_offset = catalog_->offset;
    if (!catalog_->damage) return;
    image().boot_state = catalog_->damage;
    damaged("", catalog_->damage);
  }

  void add_all() {
    PartInfo whole{.slot = "", .length = device_.size(), .volume = volume_of("", device_)};
    const bool something = !whole.volume->type.empty();
    // Beside a table only what is really there is worth a word.
    if (something || image().table.empty()) image().parts.push_back(std::move(whole));
    if (table_)
      for (const Partition& entry : table_->partitions) add_partition(entry);
    if (catalog_)
      for (const BootImage& entry : catalog_->images) add_boot_image(entry);
  }

  void add_partition(const Partition& entry) {
    PartInfo part{.slot = "@" + std::to_string(entry.number),
                  .offset = entry.offset,
                  .length = entry.length,
                  .entry = entry};
    if (const char* problem = entry.problem()) damaged(part.slot, problem);
    const bool holds_data = entry.purpose == Purpose::data || entry.purpose == Purpose::swap;
    if (holds_data && entry.available > 0) part.volume = volume_in(part.slot, entry.offset, entry.available);
    image().parts.push_back(std::move(part));
  }

  void add_boot_image(const BootImage& entry) {
    PartInfo part{.slot = "@boot=" + std::to_string(entry.number),
                  .offset = entry.offset,
                  .length = entry.length,
                  .boot = entry};
    if (const char* problem = entry.problem()) damaged(part.slot, problem);
    if (entry.available > 0) part.volume = volume_in(part.slot, entry.offset, entry.available);
    image().parts.push_back(std::move(part));
  }

  void add_asked() {
    const Window window = PartFinder(device_, mount_text_).find(spec_.part, spec_.fstype);
    const BootImage* boot = catalog_ ? catalog_->find(spec_.part.number) : nullptr;
    if (spec_.part.kind == Part::Kind::boot && boot) return add_boot_image(*boot);
    if (table_ && spec_.part.kind != Part::Kind::whole)
      for (const Partition& entry : table_->partitions)
        if (entry.offset == window.offset && entry.available == window.length) return add_partition(entry);
    const std::string slot = window.offset == 0 ? "@0" : "@+" + std::to_string(window.offset);
    image().parts.push_back({.slot = slot,
                             .offset = window.offset,
                             .length = window.length,
                             .volume = volume_in(slot, window.offset, window.length)});
  }

  Volume volume_in(const std::string& slot, rump::u64 offset, rump::u64 length) {
    const auto slice = value_or_throw(rump::images::open_slice(device_, offset, length));
    return volume_of(slot, *slice);
  }

  /// What lies on the device: by our drivers, and by libblkid for what they do not know.
  Volume volume_of(const std::string& slot, rump::BlockDevice& device) {
    Volume volume;
    std::vector<const rump::FsType*> drivers;
    if (spec_.fstype.empty())
      drivers = drivers_of(device);
    else
      drivers.push_back(&find_type(spec_.fstype));
    if (!drivers.empty()) ask_driver(slot, *drivers.front(), device, volume);
    for (const rump::FsType* other : std::span(drivers).subspan(drivers.empty() ? 0 : 1))
      volume.others.emplace_back(other->name);
    if (spec_.fstype.empty()) add_signatures(slot, device, volume);
    return volume;
  }

  void ask_driver(const std::string& slot, const rump::FsType& driver, rump::BlockDevice& device,
                  Volume& volume) {
    volume.type = driver.name;
    Collector collector(volume);
    const auto told = driver.describe ? driver.describe(device, collector) : rump::Result<>{};
    const auto mounted = driver.mount(device, {.text = mount_text_});
    if (mounted && told) return;
    const rump::Error error = told ? mounted.error() : told.error();
    volume.unreadable = reason_of(error);
    if (error.code == rump::Errc::corrupt || error.code == rump::Errc::io) damaged(slot, volume.unreadable);
  }

  void add_signatures(const std::string& slot, rump::BlockDevice& device, Volume& volume) {
    const std::string* uuid = volume.find("uuid");
    for (Signature& signature : find_signatures(device, image().table_sector_bytes)) {
      if (signature.type == volume.type || (uuid && signature.uuid == *uuid)) continue;
      if (volume.type.empty())
        adopt(slot, std::move(signature), volume);
      else
        volume.others.push_back(std::move(signature.type));
    }
  }

  /// Makes a volume of a signature that no driver of ours knows.
  void adopt(const std::string& slot, Signature signature, Volume& volume) {
    volume.type = std::move(signature.type);
    volume.unreadable = "fs-utils has no driver for it";
    const auto add = [&](const char* key, std::string& text) {
      if (!text.empty()) volume.details.push_back({key, std::move(text)});
    };
    add("label", signature.label);
    add("uuid", signature.uuid);
    add("version", signature.version);
    if (!signature.damaged) return;
    volume.details.push_back({"damage", std::string("the superblock's checksum is wrong")});
    damaged(slot, "corrupt image: the superblock's checksum is wrong");
  }

  rump::BlockDevice& device_;
  const ImageSpec& spec_;
  const std::string_view mount_text_;
  std::optional<PartitionTable> table_;
  std::optional<BootCatalog> catalog_;
  Survey survey_;
};

}  // namespace

const std::string* Volume::find(std::string_view key) const {
  const auto detail = std::ranges::find(details, key, &Detail::key);
  return detail == details.end() ? nullptr : std::get_if<std::string>(&detail->value);
}

Survey survey(rump::BlockDevice& image, const ImageSpec& spec, std::string_view mount_text) {
  return Surveyor(image, spec, mount_text).run();
}

}  // namespace fsu
