// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Finding the label, and its text.
#include "fs/fat/label.hpp"

#include <algorithm>

namespace rump::fat {
namespace {

/// What a boot sector has where there is no label.
constexpr std::string_view kNoLabel = "NO NAME    ";

}  // namespace

Result<Label> find_label(const DirRecords& root) {
  for (u32 slot = 0;; ++slot) {
    const u64 place = TRY(root.place(slot));
    if (place == 0) break;
    const auto held = TRY(root.read(place));
    const auto record = held.bytes.first(DirRecord::size);
    const RecordKind kind = kind_of(record);
    if (kind == RecordKind::end) break;
    if (kind != RecordKind::label) continue;
    Label label;
    for (std::size_t i = 0; i < label.size(); ++i) label[i] = static_cast<u8>(record[i]);
    return label;
  }
  const Label& label = root.volume().geometry.label;
  if (!std::ranges::equal(label, kNoLabel)) return label;
  Label none;
  none.fill(' ');
  return none;
}

Name label_text(const Label& label, const CodePage& page, std::span<char> room) {
  std::size_t length = label.size();
  while (length > 0 && (label[length - 1] == ' ' || label[length - 1] == 0)) --length;
  std::array<char16_t, std::tuple_size_v<Label>> units;
  for (std::size_t i = 0; i < length; ++i)
    units[i] = page.decode(i == 0 && label[i] == kNameE5 ? kNameDeleted : label[i]);
  return to_utf8({units.data(), length}, room);
}

}  // namespace rump::fat
