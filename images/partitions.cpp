// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The formats of partition tables, and what they share.
#include "images/partitions.hpp"

#include <algorithm>
#include <array>

#include "images/gpt.hpp"
#include "images/mbr.hpp"

namespace rump::images {
namespace {

/// In the order in which they are tried.
constexpr std::array kFormats = {kGpt, kMbr};

}  // namespace

const Partition* PartitionTable::find(u64 number) const {
  for (const Partition& partition : partitions)
    if (partition.number == number) return &partition;
  return nullptr;
}

Result<PartitionTable> read_partitions(BlockDevice& device) {
  for (const TableFormat& format : kFormats) {
    std::optional<PartitionTable> table = TRY(format.read(device));
    if (!table) continue;
    table->format = format.name;
    return *std::move(table);
  }
  return fail(Errc::not_found, "there is no partition table");
}

void place(Partition& partition, u64 first_sector, u64 sectors, u32 sector_bytes, u64 device_bytes) {
  constexpr u64 kMost = ~u64{0};
  partition.offset = first_sector > kMost / sector_bytes ? kMost : first_sector * sector_bytes;
  partition.length = sectors > kMost / sector_bytes ? kMost : sectors * sector_bytes;
  partition.available =
      partition.offset < device_bytes ? std::min(partition.length, device_bytes - partition.offset) : 0;
}

}  // namespace rump::images
