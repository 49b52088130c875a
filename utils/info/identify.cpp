// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file libblkid, and the magic numbers of image formats.
#include "utils/info/identify.hpp"

#include <blkid/blkid.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <optional>

#include "utils/base/message.hpp"
#include "utils/image/parts.hpp"

namespace fsu {
namespace {

struct ProbeDeleter {
  void operator()(blkid_probe probe) const { blkid_free_probe(probe); }
};
using Probe = std::unique_ptr<std::remove_pointer_t<blkid_probe>, ProbeDeleter>;

/// A probe over the device's bytes in its host file; null where they are not there as they are.
Probe open_probe(rump::BlockDevice& device) {
  if (device.size() == 0) return nullptr;
  const rump::HostRange range = value_or_throw(device.host_range(0, device.size(), rump::MapFor::read));
  if (range.length != device.size()) return nullptr;
  Probe probe(blkid_new_probe());
  if (!probe) throw std::bad_alloc();
  if (blkid_probe_set_device(probe.get(), static_cast<int>(range.handle),
                             static_cast<blkid_loff_t>(range.offset),
                             static_cast<blkid_loff_t>(range.length)) != 0)
    throw ImageError("libblkid cannot look at it");
  return probe;
}

std::string value_of(const Probe& probe, const char* name) {
  const char* data = nullptr;
  std::size_t length = 0;  // with the final NUL
  if (blkid_probe_lookup_value(probe.get(), name, &data, &length) != 0) return {};
  return {data, ::strnlen(data, length)};
}

/// A format that keeps a disk's bytes in another form.
struct Container {
  std::string_view name;
  std::string_view magic;
  std::size_t at = 0;  ///< bytes from the start, or into the last sector
  bool in_tail = false;
};

using namespace std::string_view_literals;
constexpr std::array kContainers = {
    Container{"qcow2", "QFI\xfb\0\0\0\2"sv},
    Container{"qcow2", "QFI\xfb\0\0\0\3"sv},
    Container{"qcow", "QFI\xfb"sv},
    Container{"qed", "QED\0"sv},
    Container{"vmdk", "KDMV"sv},
    Container{"vmdk", "COWD"sv},
    Container{"vmdk descriptor", "# Disk DescriptorFile"sv},
    Container{"vdi", "\x7f\x10\xda\xbe"sv, 64},
    Container{"vhdx", "vhdxfile"sv},
    Container{"vhd", "conectix"sv},
    Container{"vhd", "conectix"sv, 0, true},
    Container{"dmg", "koly\0\0\0\4"sv, 0, true},
    Container{"parallels", "WithoutFreeSpace"sv},
    Container{"parallels", "WithouFreSpacExt"sv},
    Container{"ewf", "EVF\x09\r\n\xff\0"sv},
    Container{"android sparse", "\x3a\xff\x26\xed"sv},
    Container{"wim", "MSWIM\0\0\0"sv},
    Container{"gzip", "\x1f\x8b\x08"sv},
    Container{"bzip2", "BZh91AY&SY"sv},
    Container{"xz",
              "\xfd"
              "7zXZ\0"sv},
    Container{"zstd", "\x28\xb5\x2f\xfd"sv},
    Container{"lz4", "\x04\x22\x4d\x18"sv},
    Container{"7z", "7z\xbc\xaf\x27\x1c"sv},
    Container{"zip", "PK\x03\x04"sv},
};
constexpr std::size_t kTailBytes = 512;

struct TypeWords {
  std::string_view type, words;
};
constexpr std::array kTypeWords = {
    TypeWords{"crypto_LUKS", "LUKS, an encrypted volume"},
    TypeWords{"BitLocker", "BitLocker, an encrypted volume"},
    TypeWords{"cs_fvault2", "FileVault, an encrypted volume"},
    TypeWords{"LVM1_member", "physical volume of LVM 1"},
    TypeWords{"LVM2_member", "physical volume of LVM"},
    TypeWords{"linux_raid_member", "member of a Linux software RAID"},
    TypeWords{"ddf_raid_member", "member of a DDF RAID"},
    TypeWords{"isw_raid_member", "member of an Intel RAID"},
    TypeWords{"zfs_member", "member of a ZFS pool"},
    TypeWords{"VMFS_volume_member", "member of a VMFS volume"},
    TypeWords{"bcache", "device of a bcache"},
    TypeWords{"drbd", "device of a DRBD"},
    TypeWords{"swap", "swap space"},
    TypeWords{"swsuspend", "a hibernated system's memory"},
    TypeWords{"jbd", "external journal of ext3 or ext4"},
    TypeWords{"xfs_external_log", "external journal of XFS"},
};

}  // namespace

std::vector<Signature> find_signatures(rump::BlockDevice& device, rump::u32 sector_bytes) {
  std::vector<Signature> found;
  const Probe probe = open_probe(device);
  if (!probe) return found;
  if (sector_bytes != 0) blkid_probe_set_sectorsize(probe.get(), sector_bytes);
  blkid_probe_enable_superblocks(probe.get(), 1);
  blkid_probe_set_superblocks_flags(probe.get(), BLKID_SUBLKS_LABEL | BLKID_SUBLKS_UUID | BLKID_SUBLKS_TYPE |
                                                     BLKID_SUBLKS_VERSION | BLKID_SUBLKS_BADCSUM);
  while (blkid_do_probe(probe.get()) == 0) {
    Signature signature{.type = value_of(probe, "TYPE"),
                        .version = value_of(probe, "VERSION"),
                        .label = value_of(probe, "LABEL"),
                        .uuid = value_of(probe, "UUID"),
                        .damaged = blkid_probe_has_value(probe.get(), "SBBADCSUM") == 1};
    if (!signature.type.empty() && std::ranges::find(found, signature.type, &Signature::type) == found.end())
      found.push_back(std::move(signature));
  }
  return found;
}

std::string_view words_for_type(std::string_view type) {
  const auto known = std::ranges::find(kTypeWords, type, &TypeWords::type);
  return known == kTypeWords.end() ? std::string_view{} : known->words;
}

std::string find_table_type(rump::BlockDevice& device) {
  const Probe probe = open_probe(device);
  if (!probe) return {};
  blkid_probe_enable_superblocks(probe.get(), 0);
  blkid_probe_enable_partitions(probe.get(), 1);
  return blkid_do_probe(probe.get()) == 0 ? value_of(probe, "PTTYPE") : std::string{};
}

std::string_view find_container(rump::BlockDevice& device) {
  std::array<char, 512> head{}, tail{};
  const auto read = [&](rump::u64 offset, std::span<char> bytes) {
    value_or_throw(device.read(offset, std::as_writable_bytes(bytes)));
  };
  const std::size_t length = static_cast<std::size_t>(std::min<rump::u64>(device.size(), head.size()));
  if (length > 0) read(0, std::span(head).first(length));
  if (device.size() >= kTailBytes) read(device.size() - kTailBytes, tail);
  for (const Container& container : kContainers) {
    const std::string_view bytes(container.in_tail ? tail.data() : head.data(), head.size());
    if (bytes.substr(container.at).starts_with(container.magic)) return container.name;
  }
  return {};
}

}  // namespace fsu
