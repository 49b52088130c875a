// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What fs-info prints of an image.
#pragma once

#include <string>

#include "utils/info/survey.hpp"

namespace fsu {

/// For people: lines in columns. Whatever the image says is quoted where a terminal would act on it.
std::string info_text(const ImageInfo& image);

/// For scripts: one JSON object on a line. Sizes and places are in bytes, times as 2026-01-31T12:00:00Z. A
/// text that is not UTF-8 comes with U+FFFD in it, and exactly under its name with `_hex` behind.
std::string info_json(const ImageInfo& image);

}  // namespace fsu
