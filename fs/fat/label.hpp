// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The volume's label: a record of the root directory that is no file.
#pragma once

#include "fs/fat/dir.hpp"

namespace rump::fat {

using Label = std::array<u8, 11>;
/// Bytes of a label's text.
inline constexpr std::size_t kLabelTextMax = 3 * std::tuple_size_v<Label>;

/// The first label in the root directory; where it has none, the boot sector's. corrupt.
Result<Label> find_label(const DirRecords& root);
/// The label in UTF-8; empty where there is none.
Name label_text(const Label& label, const CodePage& page, std::span<char> room);

}  // namespace rump::fat
