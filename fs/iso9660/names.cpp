// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Mapping names, as Linux does where that tells all files apart.
#include "fs/iso9660/names.hpp"

#include <algorithm>

namespace rump::iso9660 {
namespace {

/// "~" and eight digits.
constexpr std::size_t kHashTail = 9;
constexpr std::string_view kHexDigits = "0123456789abcdef";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Only digits, up to the 32767 that a version can be.
bool is_version(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// What stands in the place of a name that is none.
Name replaced(Name name, NameBuilder& builder) {
  if (legal_name(name)) return name;
  builder.clear();
  builder.add(name == ".." ? "__" : "_");
  return builder.finish();
}

/// Acorn's file type, as three digits behind a comma, and its "!" (Linux: get_acorn_filename).
void add_acorn(const DirEntry& entry, NameBuilder& builder, bool& is_application) {
  const auto record = Record<AcornAttributes, LittleEndian>::at(entry.system_use, 0);
  if (!record || entry.system_use.size() != AcornAttributes::size ||
      text_of(record->bytes(AcornAttributes::id)) != kAcornId)
    return;
  is_application = record->get(AcornAttributes::attributes) & 1;
  const u32 address = record->get(AcornAttributes::load_address);
  if (entry.has(kRecordDirectory) || address >> 20 != 0xFFF) return;
  builder.add(',');
  for (const u32 shift : {16, 12, 8}) builder.add(kHexDigits[address >> shift & 0xF]);
}

void add_utf8(u32 point, NameBuilder& builder) {
  const auto tail = [&](u32 shift) { builder.add(static_cast<char>(0x80 | (point >> shift & 0x3F))); };
  if (point < 0x80) return builder.add(static_cast<char>(point));
  if (point < 0x800) {
    builder.add(static_cast<char>(0xC0 | point >> 6));
    return tail(0);
  }
  if (point < 0x10000) {
    builder.add(static_cast<char>(0xE0 | point >> 12));
    tail(6);
    return tail(0);
  }
  builder.add(static_cast<char>(0xF0 | point >> 18));
  tail(12);
  tail(6);
  tail(0);
}

/// UCS-2 in the descriptor's words, UTF-16 in what writers do.
class Utf16 {
 public:
  explicit Utf16(Name bytes) : bytes_(bytes.substr(0, bytes.size() / 2 * 2)) {}
  bool empty() const { return bytes_.empty(); }
  bool ends_with(std::u16string_view tail) const {
    if (bytes_.size() < 2 * tail.size()) return false;
    for (std::size_t i = 0; i < tail.size(); ++i)
      if (unit(bytes_.size() / 2 - tail.size() + i) != tail[i]) return false;
    return true;
  }
  std::size_t size() const { return bytes_.size() / 2; }
  void remove_suffix(std::size_t units) { bytes_.remove_suffix(2 * units); }
  u32 take() {
    const u32 first = unit(0);
    bytes_.remove_prefix(2);
    if (first >> 10 != 0x36 || bytes_.empty() || unit(0) >> 10 != 0x37) return first;
    const u32 second = unit(0);
    bytes_.remove_prefix(2);
    return 0x10000 + ((first & 0x3FF) << 10 | (second & 0x3FF));
  }

 private:
  u32 unit(std::size_t i) const {
    return u32{static_cast<u8>(bytes_[2 * i])} << 8 | static_cast<u8>(bytes_[2 * i + 1]);
  }
  Name bytes_;
};

}  // namespace

void NameBuilder::add_beyond(std::string_view text) {
  // FNV-1a.
  const auto hash = [&](std::string_view bytes) {
    for (const char c : bytes) hash_ = (hash_ ^ static_cast<u8>(c)) * 16777619;
  };
  if (length_ <= limit_) {
    hash_ = 2166136261;
    hash({text_.data(), static_cast<std::size_t>(length_)});
    text.copy(text_.data() + length_, limit_ - length_);
    const auto continues = [&](std::size_t i) { return (static_cast<u8>(text_[i]) & 0xC0) == 0x80; };
    cut_ = limit_ - kHashTail;
    for (int steps = 0; steps < 3 && continues(cut_); ++steps) --cut_;
  }
  hash(text);
  length_ += text.size();
}

Name NameBuilder::finish() {
  if (length_ <= limit_) return {text_.data(), static_cast<std::size_t>(length_)};
  text_[cut_] = '~';
  for (u32 i = 0; i < 8; ++i) text_[cut_ + 1 + i] = kHexDigits[hash_ >> (28 - 4 * i) & 0xF];
  return {text_.data(), cut_ + kHashTail};
}

bool legal_name(Name name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == name.npos &&
         name.find('\0') == name.npos;
}

Name without_version(Name name) {
  const std::size_t semicolon = name.rfind(';');
  if (semicolon == name.npos || semicolon == 0 || !is_version(name.substr(semicolon + 1))) return name;
  return name.substr(0, semicolon);
}

Name without_tail(Name name) {
  const Name base = without_version(name);
  return base.size() < name.size() && base.size() > 1 && base.ends_with('.') ? base.substr(0, base.size() - 1)
                                                                             : base;
}

Name plain_name(const DirEntry& entry, NameSpace space, NameMap map, NameBuilder& builder) {
  Name stored = entry.name;
  stored = stored.substr(0, stored.find('\0'));
  builder.clear();
  if (map == NameMap::off) {
    for (const char c : stored) builder.add(c == '/' ? '.' : c);
    return replaced(builder.finish(), builder);
  }
  bool is_application = false;
  for (const char c : without_tail(stored)) {
    // What is left of semicolons and slashes, as Linux does.
    if (c == ';' || c == '/')
      builder.add('.');
    else
      builder.add(space == NameSpace::enhanced ? c : lower(c));
  }
  if (map == NameMap::acorn) add_acorn(entry, builder, is_application);
  const Name name = replaced(builder.finish(), builder);
  if (!is_application || !name.starts_with('_')) return name;
  return builder.with_first('!');
}

Name joliet_name(const DirEntry& entry, NameBuilder& builder) {
  Utf16 units(entry.name);
  if (units.size() > 2 && units.ends_with(u";1")) units.remove_suffix(2);
  while (units.size() > 1 && units.ends_with(u".")) units.remove_suffix(1);
  builder.clear();
  while (!units.empty()) {
    const u32 point = units.take();
    if (point == 0) break;
    add_utf8(point == '/' ? '.' : point, builder);
  }
  return replaced(builder.finish(), builder);
}

}  // namespace rump::iso9660
