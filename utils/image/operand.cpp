// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Parsing of operands.
#include "utils/image/operand.hpp"

#include <sys/stat.h>

#include <array>
#include <charconv>

#include "utils/base/message.hpp"
#include "utils/base/quote.hpp"

namespace fsu {
namespace {

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<unsigned char> hex_byte(std::string_view digits) {
  unsigned char value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (digits.size() != 2 || error != std::errc{} || end != digits.data() + 2) return std::nullopt;
  return value;
}

/// The value behind label= and its like, or nullopt where it is empty or not encoded as it must be.
std::optional<std::string> decode_value(std::string_view text) {
  std::string value;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (std::string_view("/:@").contains(text[i])) return std::nullopt;
    if (text[i] != '%') {
      value += text[i];
      continue;
    }
    const auto byte = hex_byte(text.substr(i + 1, 2));
    if (!byte) return std::nullopt;
    value += static_cast<char>(*byte);
    i += 2;
  }
  if (value.empty()) return std::nullopt;
  return value;
}

bool is_label_letter(char letter) { return letter >= 'a' && letter <= 'z'; }

/// N, a or 2a.
std::optional<Part> parse_slot(std::string_view tail) {
  if (tail.empty()) return std::nullopt;
  const bool has_letter = is_label_letter(tail.back());
  const std::string_view digits = has_letter ? tail.substr(0, tail.size() - 1) : tail;
  if (digits.empty()) return Part{.kind = Part::Kind::bsd, .letter = tail.back()};
  const auto number = parse_number(digits);
  if (!number || *number > 0xffffffff || (digits[0] == '0' && (digits.size() > 1 || has_letter)))
    return std::nullopt;
  if (has_letter) return Part{.kind = Part::Kind::bsd, .number = *number, .letter = tail.back()};
  return Part{.kind = *number == 0 ? Part::Kind::whole : Part::Kind::slot, .number = *number};
}

/// Whether the character may be part of a NAME of --image.
bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '.';
}

/// The NAME of a value of --image, empty where the whole value is a file.
std::string_view image_name(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == text.npos) return {};
  for (const char c : text.substr(0, equals))
    if (!is_name_char(c)) return {};
  return text.substr(0, equals);
}

std::uint64_t bytes_or_throw(std::string_view option, std::string_view text) {
  const auto bytes = parse_bytes(text);
  if (!bytes)
    throw UsageError("--image: " + std::string(option) + "=" + quote(text) + " is not a number of bytes");
  return *bytes;
}

/// Takes one option of --image into the image; false when it is none.
bool take_image_option(std::string_view option, ImageSpec& image) {
  const std::size_t equals = option.find('=');
  const std::string_view key = option.substr(0, equals);
  if (equals == option.npos) {
    image.read_only |= key == "ro";
    return key == "ro";
  }
  const std::string_view value = option.substr(equals + 1);
  if (key == "offset") {
    image.offset = bytes_or_throw(key, value);
  } else if (key == "size") {
    image.size = bytes_or_throw(key, value);
  } else if (key == "fstype") {
    image.fstype = value;
  } else if (key == "format") {
    image.format = value;
  } else if (key == "part") {
    const auto part = parse_part(value);
    if (!part) throw UsageError("--image: part=" + quote(value) + " names no part of an image");
    image.part = *part;
  } else {
    return false;
  }
  return true;
}

/// Whether the text is a path of an image: "/…", "#INODE" or "#INODE/…".
bool is_image_path(std::string_view text) {
  if (!text.starts_with('#')) return text.starts_with('/');
  text.remove_prefix(1);
  return parse_number(text.substr(0, text.find('/'))).has_value();
}

/// Where the image ends and its path begins: the first colon with a path behind it, or a final one.
std::size_t path_colon(std::string_view text) {
  for (std::size_t colon = text.find(':'); colon != text.npos; colon = text.find(':', colon + 1))
    if (is_image_path(text.substr(colon + 1))) return colon;
  return text.ends_with(':') ? text.size() - 1 : text.npos;
}

Operand image_operand(const ImageSpec& image, std::string_view name, std::string_view path) {
  Operand operand;
  operand.in_image = true;
  operand.image = image;
  operand.image_name = name;
  operand.path = path.empty() ? "/" : path;
  return operand;
}

/// The bytes of a boot image, as the one file of a rawfs.
Operand boot_image_operand(ImageSpec image, std::string_view name) {
  image.fstype = "rawfs";
  Operand operand = image_operand(image, name, "/data");
  operand.copy_name = "boot" + std::to_string(image.part.number) + ".img";
  return operand;
}

const NamedImage* find_named(std::string_view name, const OperandContext& context) {
  for (const NamedImage& named : context.named)
    if (!named.name.empty() && named.name == name) return &named;
  return nullptr;
}

bool is_image_file(const std::string& path) {
  struct stat status;
  return ::stat(path.c_str(), &status) == 0 && (S_ISREG(status.st_mode) || S_ISBLK(status.st_mode));
}

/// Refuses a host path whose front, before some colon, names an image: most likely a slash was forgotten, and
/// a file of a strange name would be written.
void refuse_forgotten_slash(std::string_view text, const OperandContext& context) {
  for (std::size_t colon = text.find(':'); colon != text.npos; colon = text.find(':', colon + 1)) {
    const std::string_view front = text.substr(0, colon);
    if (front.empty() ? !context.unnamed
                      : !find_named(front, context) && !is_image_file(parse_image(front).file))
      continue;
    const std::string meant = std::string(front).append(":/").append(text.substr(colon + 1));
    throw UsageError("did you mean " + quote(meant) + "? (host:" + quote(text) + " is the host path)");
  }
}

}  // namespace

std::optional<std::uint64_t> parse_bytes(std::string_view text) {
  std::uint64_t unit = 1;
  if (!text.empty()) {
    switch (text.back()) {
      case 's':
        unit = 512;
        break;
      case 'K':
        unit = std::uint64_t{1} << 10;
        break;
      case 'M':
        unit = std::uint64_t{1} << 20;
        break;
      case 'G':
        unit = std::uint64_t{1} << 30;
        break;
      default:
        break;
    }
  }
  if (unit != 1) text.remove_suffix(1);
  const auto number = parse_number(text);
  // Offsets of the host are signed.
  if (!number || *number > (~std::uint64_t{0} >> 1) / unit) return std::nullopt;
  return *number * unit;
}

std::optional<Part> parse_part(std::string_view tail) {
  if (tail.starts_with('+')) {
    const auto bytes = parse_bytes(tail.substr(1));
    if (!bytes) return std::nullopt;
    return Part{.kind = Part::Kind::offset, .number = *bytes};
  }
  const std::size_t equals = tail.find('=');
  if (equals == tail.npos) return parse_slot(tail);
  const std::string_view key = tail.substr(0, equals);
  const std::string_view value = tail.substr(equals + 1);
  if (key == "boot") {
    const auto number = parse_number(value);
    if (!number) return std::nullopt;
    return Part{.kind = Part::Kind::boot, .number = *number};
  }
  struct Keyed {
    std::string_view key;
    Part::Kind kind;
  };
  constexpr std::array kKeyed = {Keyed{"label", Part::Kind::label}, Keyed{"uuid", Part::Kind::uuid},
                                 Keyed{"partlabel", Part::Kind::partlabel},
                                 Keyed{"partuuid", Part::Kind::partuuid}};
  for (const Keyed& keyed : kKeyed) {
    if (keyed.key != key) continue;
    auto text = decode_value(value);
    if (!text) return std::nullopt;
    return Part{.kind = keyed.kind, .text = std::move(*text)};
  }
  return std::nullopt;
}

ImageSpec parse_image(std::string_view text) {
  ImageSpec image;
  for (std::size_t at = text.rfind('@'); at != text.npos && at > 0; at = text.rfind('@', at - 1)) {
    if (auto part = parse_part(text.substr(at + 1))) {
      image.file = text.substr(0, at);
      image.part = std::move(*part);
      return image;
    }
  }
  image.file = text;
  return image;
}

NamedImage parse_image_option(std::string_view text) {
  NamedImage named;
  named.name = image_name(text);
  if (named.name.empty()) {
    named.image = parse_image(text);
  } else {
    if (named.name == "host") throw UsageError("--image: 'host' always means the host; choose another name");
    text.remove_prefix(named.name.size() + 1);
    for (std::size_t comma = text.rfind(','); comma != text.npos; comma = text.rfind(',')) {
      if (!take_image_option(text.substr(comma + 1), named.image)) break;
      text = text.substr(0, comma);
    }
    named.image.file = text;
  }
  if (named.image.file.empty()) throw UsageError("--image: no file is named");
  return named;
}

Operand parse_operand(std::string_view text, const OperandContext& context) {
  constexpr std::string_view kHost = "host:";
  if (text.starts_with(kHost)) {
    Operand operand;
    operand.path = text.substr(kHost.size());
    return operand;
  }
  for (const NamedImage& named : context.named) {
    const std::string_view rest = text.substr(std::min(named.name.size(), text.size()));
    if (!named.name.empty() && text.starts_with(named.name) && rest.starts_with(':') &&
        (rest.size() == 1 || is_image_path(rest.substr(1))))
      return image_operand(named.image, named.name, rest.substr(1));
  }
  if (const std::size_t colon = path_colon(text); colon != text.npos) {
    const std::string_view image = text.substr(0, colon);
    if (!image.empty()) return image_operand(parse_image(image), image, text.substr(colon + 1));
    if (!context.unnamed)
      throw UsageError(quote(text) + " needs --image FILE or the variable FSU_IMAGE to say which image");
    return image_operand(*context.unnamed, "", text.substr(colon + 1));
  }
  refuse_forgotten_slash(text, context);
  if (context.bare == Bare::image_root && !text.empty()) return image_operand(parse_image(text), text, "");
  if (context.bare == Bare::boot_image)
    if (ImageSpec image = parse_image(text); image.part.kind == Part::Kind::boot)
      return boot_image_operand(std::move(image), text);
  Operand operand;
  operand.is_stream = text == "-";
  operand.path = text;
  return operand;
}

}  // namespace fsu
