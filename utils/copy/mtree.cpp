// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Lines of mtree(5).
#include "utils/copy/mtree.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <string>

#include "utils/base/message.hpp"

namespace fsu {
namespace {

std::string_view type_name(rump::FileType type) {
  switch (type) {
    case rump::FileType::file:
      return "file";
    case rump::FileType::dir:
      return "dir";
    case rump::FileType::symlink:
      return "link";
    case rump::FileType::fifo:
      return "fifo";
    case rump::FileType::block:
      return "block";
    case rump::FileType::chr:
      return "char";
    default:
      return "socket";
  }
}

/// The file flags by their BSD names, as in " flags=schg,nodump"; nothing where there are none.
std::string flags_text(rump::u32 flags) {
  std::string text;
  const auto add = [&](rump::u32 flag, std::string_view name) {
    if ((flags & flag) != 0) text.append(text.empty() ? " flags=" : ",").append(name);
  };
  add(rump::kFlagImmutable, "schg");
  add(rump::kFlagAppend, "sappnd");
  add(rump::kFlagNoDump, "nodump");
  return text;
}

/// Whether a byte stands for itself in a word of mtree: not what separates, introduces or matches.
bool is_plain(char byte) {
  const auto in = [byte](char first, char last) { return byte >= first && byte <= last; };
  return in('a', 'z') || in('A', 'Z') || in('0', '9') || std::string_view("/._-+,:@%").contains(byte);
}

}  // namespace

MtreeWriter::MtreeWriter(HostFd file) : file_(std::move(file)), out_(file_.get()) { out_.put("#mtree\n"); }

void MtreeWriter::put_word(std::string_view keyword, std::string_view value) {
  out_.put(keyword);
  out_.put(value);
}

void MtreeWriter::put_digits(std::uint32_t number, unsigned base, std::size_t width) {
  std::array<char, 32> digits;
  const std::size_t length = static_cast<std::size_t>(
      std::to_chars(digits.begin(), digits.end(), number, static_cast<int>(base)).ptr - digits.begin());
  for (std::size_t i = length; i < width; ++i) out_.put('0');
  out_.put({digits.data(), length});
}

void MtreeWriter::put_encoded(std::string_view name) {
  for (const char byte : name) {
    if (is_plain(byte)) {
      out_.put(byte);
    } else {
      out_.put('\\');
      put_digits(static_cast<unsigned char>(byte), 8, 3);
    }
  }
}

void MtreeWriter::add(std::string_view path, const rump::Attr& attr, std::string_view target) {
  out_.put(path.empty() ? "." : "./");
  put_encoded(path);
  put_word(" type=", type_name(attr.type));
  out_.put(" mode=");
  put_digits(attr.mode, 8, 4);
  put_word(" uid=", std::to_string(attr.uid));
  put_word(" gid=", std::to_string(attr.gid));
  put_word(" nlink=", std::to_string(attr.nlink));
  put_word(" time=", std::to_string(attr.modify.seconds));
  out_.put('.');
  put_digits(attr.modify.nanoseconds, 10, 9);
  switch (attr.type) {
    case rump::FileType::file:
      put_word(" size=", std::to_string(attr.size));
      break;
    case rump::FileType::symlink:
      out_.put(" link=");
      put_encoded(target);
      break;
    case rump::FileType::block:
    case rump::FileType::chr:
      put_word(" device=native,", std::to_string(attr.device.major));
      put_word(",", std::to_string(attr.device.minor));
      break;
    default:
      break;
  }
  out_.put(flags_text(attr.flags));
  out_.put('\n');
}

void MtreeWriter::finish() {
  out_.flush();
  if (!file_.close()) throw OutputError(errno_text(errno));
}

}  // namespace fsu
