// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The DOS attributes as an extended attribute, under the name and in the form of Samba:
/// "user.DOSATTRIB", a hexadecimal number (librpc/idl/xattr.idl, dosattrib).
#include <algorithm>

#include "fs/fat/vnode.hpp"

namespace rump::fat {
namespace {

constexpr Name kAttributesName = "user.DOSATTRIB";
/// What may be set. The read-only one is also the mode's.
constexpr u8 kSettable = kAttrReadOnly | kAttrHidden | kAttrSystem | kAttrArchive;
/// What is worth an extended attribute.
constexpr u8 kShown = kAttrHidden | kAttrSystem | kAttrArchive;

/// What a new file has.
u8 usual(const FileRecord& file) { return file.is_dir() ? 0 : kAttrArchive; }

bool is_shown(const FileRecord& file) { return (file.attributes & kShown) != usual(file); }

std::optional<u8> digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<u8>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<u8>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<u8>(c - 'A' + 10);
  return std::nullopt;
}

/// The number at the front of the value; what Samba keeps behind a NUL is its own.
std::optional<u32> parse(std::string_view text) {
  if (!text.starts_with("0x")) return std::nullopt;
  text.remove_prefix(2);
  if (text.empty() || text.size() > 8) return std::nullopt;
  u32 value = 0;
  for (const char c : text) {
    const auto next = digit(c);
    if (!next) return std::nullopt;
    value = value << 4 | *next;
  }
  return value;
}

}  // namespace

Result<std::size_t> FatVnode::get_xattr(Name name, std::span<std::byte> room) {
  if (name != kAttributesName || is_root() || !is_shown(file_))
    return fail(Errc::no_data, "no such attribute");
  constexpr std::string_view kDigits = "0123456789abcdef";
  const u8 value = file_.attributes & (kSettable | kAttrDirectory);
  std::array<char, 4> text{'0', 'x', kDigits[value >> 4], kDigits[value & 0xF]};
  if (value < 0x10) text[2] = text[3];
  const auto bytes = std::as_bytes(std::span(text)).first(value < 0x10 ? 3 : 4);
  if (room.empty()) return bytes.size();
  if (room.size() < bytes.size()) return fail(Errc::range, "the attribute does not fit");
  std::ranges::copy(bytes, room.begin());
  return bytes.size();
}

Result<> FatVnode::list_xattr(NameSink& sink) {
  if (!is_root() && is_shown(file_)) sink.add(kAttributesName);
  return {};
}

Result<> FatVnode::set_xattr(Name name, std::span<const std::byte> value, Txn& txn) {
  if (name != kAttributesName)
    return fail(Errc::not_supported, "FAT keeps no extended attribute but user.DOSATTRIB");
  const auto attributes = parse(padded_text(value));
  if (!attributes) return fail(Errc::invalid, "user.DOSATTRIB is a number as 0x20");
  if (is_root()) return fail(Errc::not_supported, "the root directory has no attributes");
  FileRecord next = file_;
  next.attributes = static_cast<u8>((next.attributes & ~kSettable) | (*attributes & kSettable));
  return change(next, txn);
}

Result<> FatVnode::remove_xattr(Name name, Txn& txn) {
  if (name != kAttributesName || is_root() || !is_shown(file_))
    return fail(Errc::no_data, "no such attribute");
  FileRecord next = file_;
  next.attributes = static_cast<u8>((next.attributes & ~kShown) | usual(file_));
  return change(next, txn);
}

}  // namespace rump::fat
