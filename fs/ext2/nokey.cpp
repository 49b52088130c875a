// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file No-key names: what is in them, and base64url (RFC 4648, without padding) around it.
#include "fs/ext2/nokey.hpp"

#include <algorithm>
#include <array>

namespace rump::ext2 {
namespace {

constexpr Name kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t kStoredMin = 16;  ///< one block of the cipher

/// What stands before the stored name.
struct NoKeyHead : Layout<NoKeyHead, 8> {
  static constexpr At<u32, 0> major{};
  static constexpr At<u32, 4> minor{};
};

std::span<const std::byte> bytes_of(Name name) { return std::as_bytes(std::span(name)); }

Name encode(std::span<const std::byte> bytes, std::span<char> room) {
  std::size_t length = 0;
  u32 bits = 0, held = 0;
  const auto put = [&](u32 digit) { room[length++] = kDigits[digit & 63]; };
  for (const std::byte b : bytes) {
    held = held << 8 | static_cast<u32>(b);
    for (bits += 8; bits >= 6; bits -= 6) put(held >> (bits - 6));
  }
  if (bits > 0) put(held << (6 - bits));
  return {room.data(), length};
}

/// How many bytes the text was made of; nothing where it was not, or has more of them than room.
std::optional<std::size_t> decode(Name text, std::span<std::byte> room) {
  std::size_t length = 0;
  u32 bits = 0, held = 0;
  for (const char c : text) {
    const std::size_t digit = kDigits.find(c);
    if (digit == kDigits.npos) return std::nullopt;
    held = held << 6 | static_cast<u32>(digit);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    if (length == room.size()) return std::nullopt;
    room[length++] = std::byte(held >> bits & 0xFF);
  }
  const bool is_rest_zero = (held & ((u32{1} << bits) - 1)) == 0;
  return is_rest_zero && bits < 6 ? std::optional(length) : std::nullopt;
}

}  // namespace

Result<Name> NoKeyName::show(const DirHash& hash, Name stored, std::span<char> room) {
  if (stored.size() < kStoredMin) return fail(Errc::corrupt, "an encrypted name is too short");
  std::array<std::byte, kMax> bytes;
  const auto head = TRY((Record<NoKeyHead, LittleEndian, std::byte>::at(bytes, 0)));
  head.set(NoKeyHead::major, hash.major);
  head.set(NoKeyHead::minor, hash.minor);
  const auto all = bytes_of(stored);
  const auto plain = all.first(std::min(all.size(), kPlainMax));
  auto end = std::ranges::copy(plain, bytes.begin() + kHashBytes).out;
  if (plain.size() < all.size()) end = std::ranges::copy(sha256(all.subspan(kPlainMax)), end).out;
  return encode({bytes.begin(), end}, room);
}

std::optional<NoKeyName> NoKeyName::parse(Name text) {
  NoKeyName name;
  const auto size = decode(text, name.bytes_);
  if (!size || *size <= kHashBytes || (*size > kHashBytes + kPlainMax && *size != kMax)) return std::nullopt;
  name.size_ = *size;
  return name;
}

DirHash NoKeyName::hash() const {
  const auto head = Record<NoKeyHead, LittleEndian>::at(bytes_, 0);
  return {head->get(NoKeyHead::major), head->get(NoKeyHead::minor)};
}

std::optional<Name> NoKeyName::stored() const {
  if (size_ == kMax) return std::nullopt;
  return Name{reinterpret_cast<const char*>(plain().data()), plain().size()};
}

bool NoKeyName::matches(Name stored) const {
  const auto theirs = bytes_of(stored);
  if (size_ < kMax) return std::ranges::equal(theirs, plain());
  return theirs.size() > kPlainMax && std::ranges::equal(theirs.first(kPlainMax), plain().first(kPlainMax)) &&
         std::ranges::equal(sha256(theirs.subspan(kPlainMax)), plain().subspan(kPlainMax));
}

Result<Name> show_link(std::span<const std::byte> content, std::span<char> room) {
  const auto head = TRY((Record<SealedLink, LittleEndian>::at(content, 0)));
  const std::size_t length = head.get(SealedLink::length);
  const auto text = content.subspan(SealedLink::size);
  if (length > text.size()) return fail(Errc::corrupt, "an encrypted symbolic link runs out of its content");
  return NoKeyName::show({}, {reinterpret_cast<const char*>(text.data()), length}, room);
}

}  // namespace rump::ext2
