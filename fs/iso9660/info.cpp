// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The descriptors in words.
#include "fs/iso9660/info.hpp"

#include "fs/iso9660/super.hpp"

namespace rump::iso9660 {

Result<> describe(BlockDevice& device, DetailSink& sink) {
  const Descriptors volume = TRY(read_descriptors(device));
  sink.text("type", "iso9660");
  sink.text("label", padded_text(std::as_bytes(std::span(volume.volume_id))));
  sink.bytes("size", volume.bytes());
  return {};
}

}  // namespace rump::iso9660
