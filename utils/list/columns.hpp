// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Entries beside each other: in columns, across, or with commas.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "utils/base/output.hpp"

namespace fsu {

enum class Arrangement : std::uint8_t {
  one_a_line,
  columns,  ///< filled downwards
  across,   ///< filled line by line
  commas,   ///< as many on a line as fit
};

/// Where entries are arranged.
struct Screen {
  std::size_t width = 80;  ///< columns; 0: as many as there are
  std::size_t tab = 8;     ///< columns from one tab stop to the next; 0: spaces only
};

/// Writes entries 0 to count - 1 (at least one) in any arrangement but one_a_line, as ls(1) does.
/// `width_of(i)` is how many columns entry i takes; `put(i, column)` writes it, `column` being where.
void arrange(Arrangement arrangement, const Screen& screen, std::size_t count,
             const std::function<std::size_t(std::size_t)>& width_of,
             const std::function<void(std::size_t, std::size_t)>& put, Output& out, char line_end);

}  // namespace fsu
