// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The boot record and the catalog it leads to.
#include "images/eltorito.hpp"

#include <algorithm>
#include <array>

#include "images/iso_files.hpp"
#include "images/mbr.hpp"
#include "vfs/disk.hpp"

namespace rump::images {
namespace {

constexpr u32 kEntryBytes = 32;
/// Room for 256 entries: xorriso writes 32 images at most, and firmware may not read as many.
constexpr u64 kCatalogMax = 8 << 10;

/// El Torito, figure 7.
struct BootRecord : Layout<BootRecord, kIsoSectorBytes> {
  static constexpr At<u8, 7, 32> system{};
  static constexpr At<u32, 71> catalog{};
};

/// El Torito, figure 2.
struct RawValidation : Layout<RawValidation, kEntryBytes> {
  static constexpr At<u8, 0> header{};
  static constexpr At<u8, 1> platform{};
  static constexpr At<u8, 4, 24> id{};
  static constexpr At<u16, 30> key{};
  static constexpr At<u16, 0, 16> words{};  ///< whose sum is 0
};
constexpr u8 kValidation = 0x01;
constexpr u16 kValidationKey = 0xAA55;

/// El Torito, figures 3 and 5. An extension, figure 6, is told by its first byte alone.
struct RawEntry : Layout<RawEntry, kEntryBytes> {
  static constexpr At<u8, 0> indicator{};
  static constexpr At<u8, 1> media{};
  static constexpr At<u16, 2> load_segment{};
  static constexpr At<u8, 4> system_type{};
  static constexpr At<u16, 6> sectors{};
  static constexpr At<u32, 8> first_block{};
};
constexpr u8 kBootable = 0x88;
constexpr u8 kNotBootable = 0x00;
constexpr u8 kExtension = 0x44;
constexpr u8 kMediaType = 0x0F;  // the higher bits say what follows, and which drivers are inside

/// El Torito, figure 4.
struct RawHeader : Layout<RawHeader, kEntryBytes> {
  static constexpr At<u8, 0> indicator{};
  static constexpr At<u8, 1> platform{};
  static constexpr At<u16, 2> entries{};
  static constexpr At<u8, 4, 28> id{};
};
constexpr u8 kMoreSections = 0x90;
constexpr u8 kLastSection = 0x91;

/// What all images of one section share.
struct Section {
  u8 platform = 0;
  Text<28> id;
};

Section section_of(u8 platform, std::span<const std::byte> id) {
  Section section{.platform = platform, .id = {}};
  std::string_view text = padded_text(id);
  text = text.substr(0, text.find_last_not_of(' ') + 1);
  section.id.put(text);
  return section;
}

Emulation emulation_of(u8 media) {
  const u8 type = media & kMediaType;
  return type < static_cast<u8>(Emulation::unknown) ? static_cast<Emulation>(type) : Emulation::unknown;
}

/// Goes through the entries of a catalog, once to count them and once to keep them.
class Walker {
 public:
  explicit Walker(std::span<const std::byte> catalog) : catalog_(catalog) {}

  /// Keeps as many images as fit. corrupt where the catalog does not begin as one.
  Result<> walk(std::span<BootImage> images) {
    images_ = images;
    count_ = 0;
    damage_ = nullptr;
    const auto validation = TRY((Record<RawValidation, LittleEndian>::at(catalog_, 0)));
    using V = RawValidation;
    if (validation.get(V::header) != kValidation || validation.get(V::key) != kValidationKey)
      return fail(Errc::corrupt, "the boot catalog does not begin as one");
    u16 sum = 0;
    for (u32 i = 0; i < kEntryBytes / 2; ++i) sum = static_cast<u16>(sum + validation.get(V::words, i));
    if (sum != 0) damaged("the boot catalog's checksum is wrong");
    at_ = kEntryBytes;
    if (take_entry(section_of(validation.get(V::platform), validation.bytes(V::id)))) TRY(take_sections());
    return {};
  }

  u32 count() const { return count_; }
  const char* damage() const { return damage_; }

 private:
  Result<> take_sections() {
    for (bool more = true; more && at_ < catalog_.size();) {
      using H = RawHeader;
      const auto header = TRY((Record<H, LittleEndian>::at(catalog_, at_)));
      const u8 indicator = header.get(H::indicator);
      if (indicator != kMoreSections && indicator != kLastSection) return {};
      more = indicator == kMoreSections;
      at_ += kEntryBytes;
      const Section section = section_of(header.get(H::platform), header.bytes(H::id));
      for (u32 i = header.get(H::entries); i > 0; --i)
        if (!(is_empty() ? damaged(kCutShort) : take_entry(section))) return {};
    }
    return {};
  }

  /// Whether there are only zeroes where an entry should be.
  bool is_empty() const {
    const auto rest = catalog_.subspan(at_);
    return std::ranges::all_of(rest.first(std::min<std::size_t>(rest.size(), kEntryBytes)),
                               [](std::byte b) { return b == std::byte{0}; });
  }

  /// Takes an entry, and leaves out its extensions, which are for the firmware's choice. False: there is
  /// none.
  bool take_entry(const Section& section) {
    const auto entry = Record<RawEntry, LittleEndian>::at(catalog_, at_);
    if (!entry) return damaged(kCutShort);
    using E = RawEntry;
    const u8 indicator = entry->get(E::indicator);
    if (indicator != kBootable && indicator != kNotBootable)
      return damaged("an entry of the boot catalog is none");
    if (count_ < images_.size())
      images_[count_] = {.number = count_ + 1,
                         .platform = section.platform,
                         .bootable = indicator == kBootable,
                         .emulation = emulation_of(entry->get(E::media)),
                         .load_segment = entry->get(E::load_segment),
                         .system_type = entry->get(E::system_type),
                         .load_sectors = entry->get(E::sectors),
                         .offset = u64{entry->get(E::first_block)} * kIsoSectorBytes,
                         .id = section.id};
    ++count_;
    at_ += kEntryBytes;
    while (at_ < catalog_.size() && static_cast<u8>(catalog_[at_]) == kExtension) at_ += kEntryBytes;
    return true;
  }

  bool damaged(const char* sentence) {
    if (!damage_) damage_ = sentence;
    return false;
  }

  static constexpr const char* kCutShort = "the boot catalog is cut short";
  const std::span<const std::byte> catalog_;
  std::span<BootImage> images_;
  std::size_t at_ = 0;
  u32 count_ = 0;
  const char* damage_ = nullptr;
};

/// Where the catalog begins, in bytes; nullopt where no boot record tells.
Result<std::optional<u64>> find_catalog(BlockDevice& device) {
  IsoSector sector;
  for (u32 i = 0; TRY(read_iso_descriptor(device, i, sector)); ++i) {
    const std::span<const std::byte> bytes = sector;
    const auto record = TRY((Record<BootRecord, LittleEndian>::at(bytes, 0)));
    if (static_cast<u8>(sector[0]) != kIsoBootRecord) continue;
    if (padded_text(record.bytes(BootRecord::system)) == "EL TORITO SPECIFICATION")
      return u64{record.get(BootRecord::catalog)} * kIsoSectorBytes;
  }
  return std::nullopt;
}

/// The least that an image can be long, apart from what a file says.
Result<u64> known_length(BlockDevice& device, const BootImage& image) {
  switch (image.emulation) {
    case Emulation::floppy_1200:
      return u64{1200} << 10;
    case Emulation::floppy_1440:
      return u64{1440} << 10;
    case Emulation::floppy_2880:
      return u64{2880} << 10;
    case Emulation::hard_disk:
    case Emulation::none:
    case Emulation::unknown:
      break;
  }
  const BootSectorLengths lengths = TRY(boot_sector_lengths(device, image.offset));
  const u64 loaded = u64{image.load_sectors} * 512;
  return std::max(loaded, image.emulation == Emulation::hard_disk ? lengths.disk : lengths.fat);
}

bool has_fixed_length(const BootImage& image) {
  return image.emulation >= Emulation::floppy_1200 && image.emulation <= Emulation::floppy_2880;
}

u64 blocks(u64 bytes) { return bytes / kIsoSectorBytes + (bytes % kIsoSectorBytes != 0 ? 1 : 0); }

Result<> set_lengths(BlockDevice& device, std::span<BootImage> images) {
  auto files = TRY(Array<FileAt>::make(images.size()));
  for (std::size_t i = 0; i < images.size(); ++i) files[i].offset = images[i].offset;
  TRY(measure_files(device, files.span()));
  for (std::size_t i = 0; i < images.size(); ++i) {
    BootImage& image = images[i];
    image.length = TRY(known_length(device, image));
    if (!has_fixed_length(image) && blocks(files[i].length) >= blocks(image.length))
      image.length = files[i].length;
    image.available = image.offset < device.size() ? std::min(image.length, device.size() - image.offset) : 0;
  }
  return {};
}

}  // namespace

const char* platform_name(u8 platform) {
  switch (platform) {
    case 0x00:
      return "PC BIOS";
    case 0x01:
      return "PowerPC";
    case 0x02:
      return "Mac";
    case 0xEF:
      return "EFI";
    default:
      return "";
  }
}

const BootImage* BootCatalog::find(u64 number) const {
  for (const BootImage& image : images)
    if (image.number == number) return &image;
  return nullptr;
}

Result<BootCatalog> read_boot_catalog(BlockDevice& device) {
  const std::optional<u64> offset = TRY(find_catalog(device));
  if (!offset) return fail(Errc::not_found, "there is no boot catalog of El Torito");
  if (*offset > device.size() || device.size() - *offset < 2 * u64{kEntryBytes})
    return fail(Errc::corrupt, "the boot catalog does not lie in the image");
  const u64 entries = std::min(kCatalogMax, device.size() - *offset) / kEntryBytes;
  auto bytes = TRY(Array<std::byte>::make(entries * kEntryBytes));
  TRY(device.read(*offset, bytes.span()));
  Walker walker(bytes.span());
  TRY(walker.walk({}));
  BootCatalog catalog;
  catalog.offset = *offset;
  catalog.images = TRY(Array<BootImage>::make(walker.count()));
  TRY(walker.walk(catalog.images.span()));
  catalog.damage = walker.damage();
  TRY(set_lengths(device, catalog.images.span()));
  return catalog;
}

}  // namespace rump::images
