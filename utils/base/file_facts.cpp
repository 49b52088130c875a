// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Types, modes, flags and times as words.
#include "utils/base/file_facts.hpp"

#include <charconv>

namespace fsu {
namespace {

/// What a type is called where.
struct TypeFacts {
  rump::FileType type;
  char letter;
  std::uint32_t format_bits;  ///< S_IFMT
  std::string_view word;
};

constexpr TypeFacts kTypes[] = {
    {rump::FileType::file, '-', 0100000, "file"},       {rump::FileType::dir, 'd', 0040000, "directory"},
    {rump::FileType::symlink, 'l', 0120000, "symlink"}, {rump::FileType::block, 'b', 0060000, "block"},
    {rump::FileType::chr, 'c', 0020000, "char"},        {rump::FileType::fifo, 'p', 0010000, "fifo"},
    {rump::FileType::socket, 's', 0140000, "socket"},   {rump::FileType::unknown, '?', 0, "unknown"},
};

const TypeFacts& facts_of(rump::FileType type) {
  for (const TypeFacts& facts : kTypes)
    if (facts.type == type) return facts;
  return *(std::end(kTypes) - 1);
}

}  // namespace

char type_letter(rump::FileType type) { return facts_of(type).letter; }

std::string_view type_word(rump::FileType type) { return facts_of(type).word; }

std::string_view type_text(const rump::Attr& attr) {
  switch (attr.type) {
    case rump::FileType::file:
      return attr.size == 0 ? "regular empty file" : "regular file";
    case rump::FileType::dir:
      return "directory";
    case rump::FileType::symlink:
      return "symbolic link";
    case rump::FileType::block:
      return "block special file";
    case rump::FileType::chr:
      return "character special file";
    case rump::FileType::fifo:
      return "fifo";
    case rump::FileType::socket:
      return "socket";
    case rump::FileType::unknown:
      break;
  }
  return "weird file";
}

std::array<char, 10> mode_text(rump::FileType type, std::uint32_t permissions) {
  std::array<char, 10> text;
  text[0] = type_letter(type);
  for (std::size_t i = 0; i < 9; ++i) text[i + 1] = (permissions >> (8 - i) & 1) != 0 ? "rwxrwxrwx"[i] : '-';
  struct Special {
    std::uint32_t bit;
    std::size_t at;
    char letter;
  };
  for (const auto& [bit, at, letter] :
       {Special{04000, 3, 's'}, Special{02000, 6, 's'}, Special{01000, 9, 't'}})
    if ((permissions & bit) != 0) text[at] = text[at] == 'x' ? letter : static_cast<char>(letter - 'a' + 'A');
  return text;
}

std::uint32_t mode_number(rump::FileType type, std::uint32_t permissions) {
  return facts_of(type).format_bits | (permissions & 07777);
}

std::string flag_letters(std::uint32_t flags) {
  struct Letter {
    std::uint32_t flag;
    char letter;
  };
  std::string letters;
  for (const auto& [flag, letter] :
       {Letter{rump::kFlagImmutable, 'i'}, Letter{rump::kFlagAppend, 'a'}, Letter{rump::kFlagNoDump, 'd'},
        Letter{rump::kFlagCompressed, 'c'}, Letter{rump::kFlagEncrypted, 'E'}, Letter{rump::kFlagVerity, 'V'},
        Letter{rump::kFlagCaseFold, 'F'}})
    if ((flags & flag) != 0) letters += letter;
  return letters;
}

const rump::Time& time_of(const rump::Attr& attr, TimeKind kind) {
  switch (kind) {
    case TimeKind::access:
      return attr.access;
    case TimeKind::change:
      return attr.change;
    case TimeKind::birth:
      return attr.birth;
    case TimeKind::modify:
      break;
  }
  return attr.modify;
}

bool has_birth(const rump::Attr& attr) { return attr.birth != rump::Time{}; }

void put_name(JsonLine& json, std::string_view image, std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  json.text("image", image);
  json.text("name", name.empty() ? path : name);
  json.text("path", path);
}

void put_attributes(JsonLine& json, const rump::Attr& attr, IdNames& names) {
  json.text("type", type_word(attr.type));
  std::array<char, 8> mode;
  mode.fill('0');  // four digits at least
  const auto digits = std::to_chars(mode.data() + 4, mode.data() + 8, attr.mode & 07777, 8).ptr;
  json.text("mode", {digits - 4, 4});
  json.number("nlink", attr.nlink);
  json.number("uid", attr.uid);
  json.number("gid", attr.gid);
  if (const std::string_view user = names.user(attr.uid); !user.empty()) json.text("user", user);
  if (const std::string_view group = names.group(attr.gid); !group.empty()) json.text("group", group);
  json.number("size", attr.size);
  json.number("allocated", attr.allocated);
  json.number("ino", attr.ino);
  if (attr.type == rump::FileType::block || attr.type == rump::FileType::chr)
    json.text("device", std::to_string(attr.device.major) + ":" + std::to_string(attr.device.minor));
  json.time("mtime", attr.modify);
  json.time("atime", attr.access);
  json.time("ctime", attr.change);
  if (has_birth(attr)) json.time("btime", attr.birth);
  if (attr.flags != 0) json.text("flags", flag_letters(attr.flags));
}

}  // namespace fsu
