// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Rules of names and times in FAT directories.
#include "utils/check/check_fat_names.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>

namespace fsu {
namespace {

using namespace rump::fat;

constexpr std::size_t kNameBytes = 11, kBaseBytes = 8;
constexpr std::u16string_view kNeverInNames = u"\"*/:<>?\\|";
constexpr std::string_view kNeverInShortNames = "\"*+,./:;<=>?[\\]|\x7F";

std::uint8_t byte_of(const FatRecord& record, std::size_t i) {
  const std::uint8_t byte = record.get(DirRecord::name, i);
  return i == 0 && byte == kNameE5 ? kNameDeleted : byte;
}

bool is_date(std::uint16_t date) {
  constexpr std::array kDays = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const int year = 1980 + (date >> 9), month = date >> 5 & 0xF, day = date & 0x1F;
  if (month < 1 || month > 12 || day < 1 || day > kDays[static_cast<std::size_t>(month - 1)]) return false;
  const bool leap = year % 4 == 0 && year != 2100;
  return month != 2 || day < 29 || leap;
}

bool is_time(std::uint16_t time) { return time >> 11 < 24 && (time >> 5 & 0x3F) < 60 && (time & 0x1F) < 30; }

/// In lower case, unit by unit, which merges no names that Windows keeps apart.
std::u16string lower(std::u16string name) {
  constexpr char16_t kDottedCapitalI = 0x130;
  for (char16_t& unit : name)
    if (unit != kDottedCapitalI) unit = static_cast<char16_t>(utf8proc_tolower(unit));
  return name;
}

void append_utf8(std::string& out, char32_t point) {
  std::array<utf8proc_uint8_t, 4> bytes;
  const auto length = utf8proc_encode_char(static_cast<utf8proc_int32_t>(point), bytes.data());
  out.append(bytes.begin(), bytes.begin() + length);
}

}  // namespace

std::u16string short_text(const FatRecord& record) {
  std::u16string text;
  const auto append = [&](std::size_t from, std::size_t to) {
    while (to > from && record.get(DirRecord::name, to - 1) == ' ') --to;
    for (std::size_t i = from; i < to; ++i) {
      const std::uint8_t byte = byte_of(record, i);
      text += static_cast<char16_t>(byte < 0x80 ? byte : 0xF000 + byte);
    }
  };
  append(0, kBaseBytes);
  const std::size_t base = text.size();
  append(kBaseBytes, kNameBytes);
  if (text.size() > base) text.insert(base, 1, u'.');
  return text;
}

const char* fault_of_short_name(const FatRecord& record) {
  if (byte_of(record, 0) == ' ') return "its short name begins with a space";
  for (std::size_t i = 0; i < kNameBytes; ++i) {
    const std::uint8_t byte = byte_of(record, i);
    const char c = static_cast<char>(byte);
    if (byte < 0x20 || kNeverInShortNames.find(c) != kNeverInShortNames.npos)
      return "its short name has a forbidden character";
    if (c >= 'a' && c <= 'z') return "its short name has a lower-case letter";
  }
  return nullptr;
}

const char* fault_of_times(const FatRecord& record) {
  if (!is_date(record.get(DirRecord::written_date)) || !is_time(record.get(DirRecord::written_time)))
    return "its modification time is none";
  const std::uint16_t created = record.get(DirRecord::created_date),
                      time = record.get(DirRecord::created_time);
  const std::uint8_t hundredths = record.get(DirRecord::created_10ms);
  const bool has_none = created == 0 && time == 0 && hundredths == 0;
  if (!has_none && (!is_date(created) || !is_time(time) || hundredths >= 200))
    return "its creation time is none";
  const std::uint16_t accessed = record.get(DirRecord::accessed_date);
  if (accessed != 0 && !is_date(accessed)) return "its access date is none";
  return nullptr;
}

std::uint8_t checksum_of(const FatRecord& record) {
  unsigned sum = 0;
  for (std::size_t i = 0; i < kNameBytes; ++i)
    sum = ((sum & 1 ? 0x80 : 0) + (sum >> 1) + record.get(DirRecord::name, i)) & 0xFF;
  return static_cast<std::uint8_t>(sum);
}

std::string printable(std::u16string_view name) {
  std::string text;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char32_t unit = name[i];
    const bool is_high = unit >= 0xD800 && unit < 0xDC00;
    if (is_high && i + 1 < name.size() && name[i + 1] >= 0xDC00 && name[i + 1] < 0xE000) {
      append_utf8(text, 0x10000 + ((unit - 0xD800) << 10) + (name[++i] - char32_t{0xDC00}));
    } else if ((unit >= 0xD800 && unit < 0xE000) || (unit >= 0xF080 && unit < 0xF100)) {
      text += '?';
    } else {
      append_utf8(text, unit);
    }
  }
  return text;
}

const char* FatSlices::add(std::span<const std::byte> bytes) {
  const auto record = *rump::Record<LongRecord, rump::LittleEndian>::at(bytes, 0);
  const std::uint8_t sequence = record.get(LongRecord::sequence);
  const std::uint8_t checksum = record.get(LongRecord::checksum);
  const char* fault = nullptr;
  if (sequence & kSequenceLast) {
    fault = start(sequence, checksum);
  } else if (!collecting_ || sequence == 0 || sequence != expected_ || checksum != checksum_) {
    collecting_ = false;
    return "a piece of a long name does not belong to what is before it";
  }
  if (!collecting_) return fault;
  --expected_;
  std::u16string piece;
  for (std::size_t i = 0; i < 5; ++i) piece += static_cast<char16_t>(record.get(LongRecord::part_1, i));
  for (std::size_t i = 0; i < 6; ++i) piece += static_cast<char16_t>(record.get(LongRecord::part_2, i));
  for (std::size_t i = 0; i < 2; ++i) piece += static_cast<char16_t>(record.get(LongRecord::part_3, i));
  pieces_.insert(0, piece);
  if (record.get(LongRecord::type) != 0) return "a piece of a long name has a type";
  if (record.get(LongRecord::cluster_lo) != 0) return "a piece of a long name has a cluster";
  return fault;
}

const char* FatSlices::start(std::uint8_t sequence, std::uint8_t checksum) {
  const char* fault = drop();
  const unsigned pieces = sequence & ~unsigned{kSequenceLast};
  if (pieces == 0 || pieces > kLongRecordsMax) return "a piece of a long name has an impossible number";
  collecting_ = true;
  expected_ = pieces;
  checksum_ = checksum;
  pieces_.clear();
  return fault;
}

const char* FatSlices::drop() {
  const bool had_pieces = collecting_;
  collecting_ = false;
  name_.clear();
  return had_pieces ? "pieces of a long name belong to no file" : nullptr;
}

const char* FatSlices::end(const FatRecord& short_record) {
  name_.clear();
  if (!collecting_) return nullptr;
  collecting_ = false;
  if (expected_ != 0) return "its long name is not complete";
  if (checksum_ != checksum_of(short_record)) return "its long name belongs to another short name";
  return finish();
}

const char* FatSlices::finish() {
  const std::size_t length = std::min(pieces_.find(u'\0'), pieces_.size());
  if (pieces_.size() - length > kLongPartUnits || length == 0) return "its long name has empty pieces";
  if (length < pieces_.size() && pieces_.find_first_not_of(u'\uFFFF', length + 1) != pieces_.npos)
    return "there is more behind the end of its long name";
  if (length > kLongNameUnitsMax) return "its long name is too long";
  name_ = pieces_.substr(0, length);
  if (name_.ends_with(u'.') || name_.ends_with(u' ')) return "its long name ends in a dot or space";
  const bool has_forbidden = std::ranges::any_of(
      name_, [](char16_t unit) { return unit < 0x20 || kNeverInNames.find(unit) != kNeverInNames.npos; });
  return has_forbidden ? "its long name has a forbidden character" : nullptr;
}

bool FatNameSet::add(const std::u16string& short_name, const std::u16string& long_name) {
  const std::u16string one = lower(short_name), other = lower(long_name);
  bool taken = !names_.insert(one).second;
  if (!other.empty() && other != one) taken |= !names_.insert(other).second;
  return taken;
}

}  // namespace fsu
