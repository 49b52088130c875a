// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The GUID partition table.
#pragma once

#include "images/partitions.hpp"

namespace rump::images {

/// The primary table, or its backup where the primary is damaged: at the end of the device, where the damaged
/// header says, or where the protective MBR ends. nullopt too where an MBR stands for itself: the GPT behind
/// it is left over from an earlier use of the disk.
Result<std::optional<PartitionTable>> read_gpt(BlockDevice& device);

inline constexpr TableFormat kGpt{.name = "gpt", .read = read_gpt};

}  // namespace rump::images
