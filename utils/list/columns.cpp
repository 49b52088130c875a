// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The arrangements.
#include "utils/list/columns.hpp"

#include <algorithm>
#include <vector>

namespace fsu {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kColumnMin = 3;  ///< one letter and the gap

/// The grid in which entries stand.
struct Grid {
  std::size_t lines;
  std::vector<std::size_t> widths;  ///< of each column, with the gap behind it
};

/// The grid with the most columns that fits.
Grid find_grid(const std::vector<std::size_t>& widths, std::size_t screen, bool downwards) {
  const std::size_t count = widths.size();
  Grid grid;
  for (std::size_t columns = std::min(count, screen / kColumnMin + (screen % kColumnMin != 0 ? 1 : 0));;
       --columns) {
    columns = std::max<std::size_t>(columns, 1);
    grid.lines = (count + columns - 1) / columns;
    grid.widths.assign(columns, kColumnMin);
    std::size_t sum = columns * kColumnMin;
    bool grown = false;  // ls does not look at the sum before
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t column = downwards ? i / grid.lines : i % columns;
      const std::size_t width = widths[i] + (column + 1 == columns ? 0 : kGap);
      if (width <= grid.widths[column]) continue;
      sum += width - grid.widths[column];
      grid.widths[column] = width;
      grown = true;
    }
    if (!grown || sum < screen || columns == 1) return grid;
  }
}

/// Blanks from one column of the screen to another.
void indent(Output& out, std::size_t from, std::size_t to, std::size_t tab) {
  while (from < to) {
    if (tab != 0 && to / tab > (from + 1) / tab) {
      out.put('\t');
      from += tab - from % tab;
    } else {
      out.put(' ');
      ++from;
    }
  }
}

}  // namespace

void arrange(Arrangement arrangement, const Screen& screen, std::size_t count,
             const std::function<std::size_t(std::size_t)>& width_of,
             const std::function<void(std::size_t, std::size_t)>& put, Output& out, char line_end) {
  if (arrangement == Arrangement::commas || screen.width == 0) {
    const char separator = arrangement == Arrangement::commas ? ',' : ' ';
    std::size_t at = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t width = screen.width == 0 ? 0 : width_of(i);
      if (i > 0) {
        const bool fits = screen.width == 0 || at + width + kGap < screen.width;
        at = fits ? at + kGap : 0;
        out.put(separator);
        out.put(fits ? ' ' : line_end);
      }
      put(i, at);
      at += width;
    }
    return out.put(line_end);
  }
  const bool downwards = arrangement == Arrangement::columns;
  std::vector<std::size_t> widths(count);
  for (std::size_t i = 0; i < count; ++i) widths[i] = width_of(i);
  const Grid grid = find_grid(widths, screen.width, downwards);
  const std::size_t columns = grid.widths.size();
  for (std::size_t line = 0; line < grid.lines; ++line) {
    std::size_t at = 0;
    for (std::size_t column = 0; column < columns; ++column) {
      const std::size_t i = downwards ? line + column * grid.lines : line * columns + column;
      const std::size_t next = downwards ? i + grid.lines : i + 1;
      if (i >= count) break;
      put(i, at);
      if (column + 1 == columns || next >= count) break;
      indent(out, at + widths[i], at + grid.widths[column], screen.tab);
      at += grid.widths[column];
    }
    out.put(line_end);
  }
}

}  // namespace fsu
