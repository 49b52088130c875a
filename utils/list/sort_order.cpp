// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Comparing rows.
#include "utils/list/sort_order.hpp"

#include <algorithm>
#include <tuple>

#include "utils/base/utf8.hpp"

namespace fsu {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

int sign(auto order) { return order < 0 ? -1 : order > 0 ? 1 : 0; }

/// Where the suffixes of a file's name begin: the longest tail of the form (\.[A-Za-z~][A-Za-z0-9~]*)*.
std::size_t suffixes_at(std::string_view name) {
  const auto continues = [&](std::size_t at) { return is_letter(name[at]) || name[at] == '~'; };
  for (std::size_t i = 0;; ++i) {
    const std::size_t start = i;
    while (i + 1 < name.size() && name[i] == '.' && continues(i + 1))
      for (i += 2; i < name.size() && (continues(i) || is_digit(name[i]));) ++i;
    if (i >= name.size()) return start;
  }
}

/// The rank of the character at `at`: '~', the end, digits, letters, others.
int rank_of(std::string_view text, std::size_t at) {
  if (at == text.size()) return -1;
  const char c = text[at];
  if (is_digit(c)) return 0;
  if (is_letter(c)) return c;
  if (c == '~') return -2;
  return static_cast<unsigned char>(c) + 256;
}

/// Skips a run of digits in each text; how their values compare.
int take_numbers(std::string_view a, std::string_view b, std::size_t& i, std::size_t& j) {
  const auto take = [](std::string_view text, std::size_t& at) {
    while (at < text.size() && text[at] == '0') ++at;
    const std::size_t start = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return text.substr(start, at - start);
  };
  const std::string_view x = take(a, i), y = take(b, j);
  return x.size() != y.size() ? (x.size() < y.size() ? -1 : 1) : sign(x.compare(y));
}

/// Debian's comparison of version numbers, with files in mind.
int compare_parts(std::string_view a, std::string_view b) {
  std::size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    while ((i < a.size() && !is_digit(a[i])) || (j < b.size() && !is_digit(b[j]))) {
      const int x = rank_of(a, i), y = rank_of(b, j);
      if (x != y) return sign(x - y);
      ++i;
      ++j;
    }
    if (const int order = take_numbers(a, b, i, j); order != 0) return order;
  }
  return 0;
}

std::string_view extension_of(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot == name.npos ? std::string_view{} : name.substr(dot);
}

std::size_t width_of(std::string_view name, const NameStyle& names) {
  std::string room;
  return display_width(names.shown(name, room));
}

}  // namespace

int compare_versions(std::string_view a, std::string_view b) {
  const auto class_of = [](std::string_view name) {
    return name.empty() ? 0 : name == "." ? 1 : name == ".." ? 2 : name.starts_with('.') ? 3 : 4;
  };
  const int class_a = class_of(a), class_b = class_of(b);
  if (class_a != class_b || class_a < 3) return sign(class_a - class_b);
  const std::size_t cut_a = suffixes_at(a), cut_b = suffixes_at(b);
  const int order = compare_parts(a.substr(0, cut_a), b.substr(0, cut_b));
  if (order != 0 || (cut_a == a.size() && cut_b == b.size())) return order;
  return compare_parts(a, b);
}

int compare_by_key(const SortItem& a, const SortItem& b, SortKey key, const NameStyle& names) {
  switch (key) {
    case SortKey::time:
      return sign(std::tie(b.row->seconds, b.row->nanoseconds) <=>
                  std::tie(a.row->seconds, a.row->nanoseconds));
    case SortKey::size: {
      const auto size = [](const Row& row) { return row.is_device() ? 0 : row.size; };
      return sign(size(*b.row) <=> size(*a.row));
    }
    case SortKey::extension:
      return sign(extension_of(a.name).compare(extension_of(b.name)));
    case SortKey::version:
      return compare_versions(a.name, b.name);
    case SortKey::width:
      return sign(width_of(a.name, names) <=> width_of(b.name, names));
    case SortKey::name:
    case SortKey::none:
      break;
  }
  return 0;
}

namespace {

/// How many bytes all names begin with in common.
std::size_t common_length(const Listing& listing) {
  const std::string_view first = listing.name(listing.rows().front());
  std::size_t length = first.size();
  for (const Row& row : listing.rows()) {
    const std::string_view name = listing.name(row);
    length = std::min(length, name.size());
    length = static_cast<std::size_t>(
        std::mismatch(first.begin(), first.begin() + length, name.begin()).first - first.begin());
  }
  return length;
}

/// Eight bytes of the name, as a number that is ordered as they are.
std::uint64_t key_at(std::string_view name, std::size_t at) {
  std::uint64_t key = 0;
  for (std::size_t i = at; i < at + sizeof key; ++i)
    key = key << 8 | (i < name.size() ? static_cast<unsigned char>(name[i]) : 0U);
  return key;
}

struct KeyedRow {
  std::uint64_t key;
  std::uint32_t row;
};

/// Puts the rows into the order of `sorted`, whose numbers are spent on that.
void arrange(std::vector<Row>& rows, std::vector<KeyedRow>& sorted) {
  for (std::uint32_t start = 0; start < sorted.size(); ++start) {
    const Row first = rows[start];
    std::uint32_t to = start;
    for (std::uint32_t from = sorted[to].row; from != start; from = sorted[to].row) {
      rows[to] = rows[from];
      sorted[to].row = to;
      to = from;
    }
    rows[to] = first;
    sorted[to].row = to;
  }
}

/// Byte by byte. Numbers are compared instead of names, and moved instead of rows: names of a large directory
/// tend to begin alike and to differ soon after.
void sort_by_name(Listing& listing) {
  std::vector<Row>& rows = listing.rows();
  if (rows.empty()) return;
  const std::size_t common = common_length(listing);
  std::vector<KeyedRow> keyed;
  keyed.reserve(rows.size());
  for (std::uint32_t i = 0; i < rows.size(); ++i) keyed.push_back({key_at(listing.name(rows[i]), common), i});
  std::ranges::sort(keyed, [&](const KeyedRow& a, const KeyedRow& b) {
    return a.key != b.key ? a.key < b.key : listing.name(rows[a.row]) < listing.name(rows[b.row]);
  });
  arrange(rows, keyed);
}

}  // namespace

void sort_rows(Listing& listing, const SortOrder& order, const NameStyle& names) {
  if (order.keeps_directory_order()) return;
  sort_by_name(listing);
  if (order.key != SortKey::name)
    std::ranges::stable_sort(listing.rows(), [&](const Row& a, const Row& b) {
      return compare_by_key({&a, listing.name(a)}, {&b, listing.name(b)}, order.key, names) < 0;
    });
  if (order.reverse) std::ranges::reverse(listing.rows());
  if (order.directories_first)
    std::ranges::stable_partition(listing.rows(), [](const Row& row) { return row.leads_to_directory(); });
}

}  // namespace fsu
