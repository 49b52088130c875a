// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Short names: text, what new names may have, and the choices for a long name.
///
/// Sources: Microsoft, "FAT32 File System Specification", "FAT Long Directory Entries" and "The Basis-Name
/// Generation Algorithm"; the form with a hash is that of Windows NT, whose own hash function is not
/// published.
#include "fs/fat/short_name.hpp"

#include <utf8proc.h>

#include <algorithm>

namespace rump::fat {
namespace {

constexpr u8 kSpace = ' ', kTail = '~';
constexpr u32 kPlainTails = 4;  ///< choices ~1 to ~4; those behind them have a hash
constexpr char16_t kSubstitute = u'_';

bool is_control(char16_t unit) { return unit < 0x20; }

/// Whether a short name may have the character, which is not a space or dot.
bool may_be_short(char16_t unit) {
  constexpr std::u16string_view kForbidden = u"\"*+,/:;<=>?[\\]|\x7F";
  return !is_control(unit) && kForbidden.find(unit) == kForbidden.npos;
}

/// How the letters of a part are written.
struct Letters {
  bool has_lower = false, has_upper = false, has_others = false;

  explicit Letters(std::u16string_view part) {
    for (const char16_t unit : part) {
      has_lower |= unit >= 'a' && unit <= 'z';
      has_upper |= unit >= 'A' && unit <= 'Z';
      has_others |= unit >= 0x80;
    }
  }
  /// Whether upper-case letters and the bit for lower case can say it.
  bool has_one_case() const { return !has_others && !(has_lower && has_upper); }
};

/// The bytes of one part of a short name.
class Part {
 public:
  explicit Part(std::span<u8> room) : room_(room) {}

  /// Takes the characters that fit. Returns whether that loses none.
  bool take(std::u16string_view text, const CodePage& page) {
    bool exact = true;
    for (const char16_t unit : text) {
      const bool vanishes = unit == ' ' || unit == '.';
      if (vanishes || length_ == room_.size()) {
        exact = false;
        continue;
      }
      const auto byte = may_be_short(unit) ? page.encode_upper(unit) : std::nullopt;
      exact = exact && byte;
      room_[length_++] = byte.value_or(u8{kSubstitute});
    }
    return exact;
  }
  std::size_t length() const { return length_; }

 private:
  std::span<u8> room_;
  std::size_t length_ = 0;
};

/// The part of a stored name without the spaces at its end.
std::span<const u8> without_padding(std::span<const u8> part) {
  while (!part.empty() && part.back() == kSpace) part = part.first(part.size() - 1);
  return part;
}

/// Any 16 bits that differ for most names.
u16 hash_of(std::u16string_view name) {
  u32 hash = 0;
  for (const char16_t unit : name) hash = hash * 31 + unit;
  return static_cast<u16>(hash ^ hash >> 16);
}

}  // namespace

u8 ShortName::checksum() const {
  u8 sum = 0;
  for (const u8 byte : bytes) sum = static_cast<u8>((sum << 7 | sum >> 1) + byte);
  return sum;
}

std::u16string_view ShortName::text(u8 case_bits, const CodePage& page, std::span<char16_t> room) const {
  invariant(room.size() >= kTextMax, "no room for a short name");
  std::size_t length = 0;
  const auto put = [&](std::span<const u8> part, bool lower) {
    for (const u8& byte : part) {
      const bool stands_for_e5 = &byte == bytes.data() && byte == kNameE5;
      const char16_t unit = page.decode(stands_for_e5 ? kNameDeleted : byte);
      const char16_t shown = unit == 0 || unit == '/' ? kSubstitute : unit;
      room[length++] = lower ? static_cast<char16_t>(utf8proc_tolower(shown)) : shown;
    }
  };
  const std::span<const u8> all(bytes);
  put(without_padding(all.first<kBaseMax>()), case_bits & kCaseLowerBase);
  const auto extension = without_padding(all.last<kExtensionMax>());
  if (!extension.empty()) room[length++] = '.';
  put(extension, case_bits & kCaseLowerExtension);
  return {room.data(), length};
}

Result<> check_long_name(std::u16string_view name) {
  constexpr std::u16string_view kForbidden = u"\"*/:<>?\\|";
  if (name.size() > kLongNameUnitsMax)
    return fail(Errc::name_too_long, "a name has at most 255 UTF-16 units");
  if (name.empty()) return fail(Errc::invalid, "the name is empty");
  if (name.ends_with('.') || name.ends_with(' '))
    return fail(Errc::invalid, "FAT has no names that end in a dot or space");
  for (const char16_t unit : name)
    if (is_control(unit) || kForbidden.find(unit) != kForbidden.npos)
      return fail(Errc::invalid, "FAT has no names with a control character or one of \" * / : < > ? \\ |");
  return {};
}

ShortNames::ShortNames(std::u16string_view name, const CodePage& page) {
  const std::size_t start = std::min(name.find_first_not_of(u". "), name.size());
  const std::u16string_view rest = name.substr(start);
  const std::size_t dot = rest.rfind('.');
  const std::u16string_view base = rest.substr(0, dot);
  const std::u16string_view extension = dot == rest.npos ? u"" : rest.substr(dot + 1);
  Part base_part(base_), extension_part(extension_);
  const bool base_exact = base_part.take(base, page), extension_exact = extension_part.take(extension, page);
  is_exact_ = start == 0 && base_exact && extension_exact;
  base_length_ = base_part.length();
  extension_length_ = extension_part.length();

  make_hashed(hash_of(name));

  const Letters base_letters(base), extension_letters(extension);
  needs_long_ = !is_exact_ || !base_letters.has_one_case() || !extension_letters.has_one_case();
  if (needs_long_) return;
  if (base_letters.has_lower) case_bits_ |= kCaseLowerBase;
  if (extension_letters.has_lower) case_bits_ |= kCaseLowerExtension;
}

void ShortNames::make_hashed(u16 hash) {
  const std::size_t kept = std::min(base_length_, kKeptOfHashed);
  const auto put = [&] {
    std::ranges::copy_n(base_.begin(), static_cast<std::ptrdiff_t>(kept), hashed_.begin());
    for (std::size_t i = 0; i < kHashDigits; ++i) {
      constexpr std::string_view kDigits = "0123456789ABCDEF";
      hashed_[kept + i] = static_cast<u8>(kDigits[hash >> (4 * (kHashDigits - 1 - i)) & 0xF]);
    }
  };
  put();
  hashed_length_ = kept + kHashDigits;
  // No two choices may be the same.
  if (std::ranges::equal(hashed_, std::span(base_).first<kHashedMax>())) {
    hash ^= 1;
    put();
  }
}

ShortName ShortNames::with_tail(std::span<const u8> base, u32 tail) const {
  ShortName name;
  name.bytes.fill(kSpace);
  std::array<u8, ShortName::kBaseMax> digits;
  std::size_t first = digits.size();
  for (u32 rest = tail; rest > 0; rest /= 10) digits[--first] = static_cast<u8>('0' + rest % 10);
  if (tail > 0) digits[--first] = kTail;
  const auto kept = base.first(std::min(base.size(), first));
  auto end = std::ranges::copy(kept, name.bytes.begin()).out;
  std::ranges::copy(std::span(digits).subspan(first), end);
  std::ranges::copy(std::span(extension_).first(extension_length_), name.bytes.begin() + ShortName::kBaseMax);
  if (name.bytes[0] == kNameDeleted) name.bytes[0] = kNameE5;
  return name;
}

ShortName ShortNames::candidate(u32 n) const {
  const auto base = std::span(base_).first(base_length_);
  if (is_exact_ && n == 0) return with_tail(base, 0);
  const u32 tail = is_exact_ ? n : n + 1;
  if (tail <= kPlainTails) return with_tail(base, tail);
  return with_tail(std::span(hashed_).first(hashed_length_), tail - kPlainTails);
}

std::optional<u32> ShortNames::index_of(const ShortName& taken) const {
  if (is_exact_ && taken == candidate(0)) return 0;
  u32 tail = 0, unit = 1;
  auto rest = without_padding(std::span(taken.bytes).first<ShortName::kBaseMax>());
  for (; !rest.empty() && rest.back() >= '0' && rest.back() <= '9'; rest = rest.first(rest.size() - 1)) {
    tail += (rest.back() - '0') * unit;
    unit *= 10;
  }
  if (tail == 0 || rest.empty() || rest.back() != kTail) return std::nullopt;
  const u32 first = is_exact_ ? tail : tail - 1;
  for (const u32 n : {first, first + kPlainTails})
    if (n < kCandidates && candidate(n) == taken) return n;
  return std::nullopt;
}

}  // namespace rump::fat
