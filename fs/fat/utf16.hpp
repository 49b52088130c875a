// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Names as UTF-16, in which long entries hold them, and compared without regard to case.
#pragma once

#include <span>
#include <string_view>

#include "vfs/vnode.hpp"

namespace rump::fat {

/// The name in UTF-16, in `room`. Three bytes may stand for a surrogate without its other half ("WTF-8"),
/// because such names exist on disks. invalid: not UTF-8 otherwise; name_too_long: does not fit into `room`.
Result<std::u16string_view> to_utf16(Name name, std::span<char16_t> room);

/// The other way, for any units; at most three bytes a unit in `room`. to_utf16 gives the same units again.
Name to_utf8(std::u16string_view units, std::span<char> room);

/// Makes units that differ only by case the same: simple case folding (Unicode Character Database,
/// CaseFolding.txt, status C and S), character by character. It never changes the number of units and merges
/// no names that FAT keeps apart: nothing is normalised, and "ß" is not "ss".
void fold(std::span<char16_t> units);

/// Whether `stored`, folded, is `folded`.
bool equals_folded(std::u16string_view stored, std::u16string_view folded);

/// A hash that is the same for names that differ only by case.
u64 hash_folded(std::u16string_view stored);

}  // namespace rump::fat
