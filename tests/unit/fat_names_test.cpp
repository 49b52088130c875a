// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file FAT's names: UTF-16, case, code pages, short names and the slices of long ones.
///
/// Short names, case bits and checksums marked "mtools" are what mcopy 4.0 wrote; case folding was compared
/// whole with Perl's Unicode::UCD, and the code pages with iconv.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "fs/fat/disk.hpp"
#include "fs/fat/long_name.hpp"
#include "fs/fat/short_name.hpp"
#include "fs/fat/utf16.hpp"

namespace rump::fat {
namespace {

using namespace std::string_literals;

/// The name as UTF-16; "invalid" or "too long" where there is none.
std::u16string utf16(Name name) {
  std::array<char16_t, kLongNameUnitsMax> room;
  const auto units = to_utf16(name, room);
  if (units) return std::u16string(*units);
  return units.error().code == Errc::invalid ? u"invalid" : u"too long";
}

std::string utf8(std::u16string_view units) {
  std::array<char, kNameMax> room;
  return std::string(to_utf8(units, room));
}

TEST(FatUtf16, GoesThereAndBack) {
  const std::pair<std::string, std::u16string> names[] = {
      {"plain", u"plain"},
      {"ünïcödé", u"ünïcödé"},
      {"日本語", u"日本語"},
      {"\U0001F600\U0010FFFF", u"\U0001F600\U0010FFFF"},
      {"e\u0301", u"e\u0301"},
      {"\uFFFF", u"\uFFFF"},
      {"\xED\xA0\x80", {0xD800}},                                // a half of a pair
      {"\xED\xB0\x80\xED\xA0\x80", {0xDC00, 0xD800}},            // two of them, the wrong way round
      {"\xED\xA0\xBD\U0001F600", {0xD83D, 0xD83D, 0xDE00}},      // a half before a pair
      {"\xED\xA0\x80\x61\xED\xB0\x80", {0xD800, u'a', 0xDC00}},  // two that do not meet
  };
  for (const auto& [text, units] : names) {
    EXPECT_EQ(utf16(text), units) << text;
    EXPECT_EQ(utf8(units), text);
  }
}

TEST(FatUtf16, EveryPairOfUnitsComesBack) {
  // Around the surrogates and the ends of the lengths of UTF-8.
  const char16_t edges[] = {1,      0x7F,   0x80,   0x7FF,  0x800,  0xD7FF,
                            0xD800, 0xDBFF, 0xDC00, 0xDFFF, 0xE000, 0xFFFF};
  for (const char16_t one : edges)
    for (const char16_t two : edges)
      for (const char16_t three : edges) {
        const std::u16string units{one, two, three};
        EXPECT_EQ(utf16(utf8(units)), units);
      }
}

TEST(FatUtf16, OtherBytesAreInvalid) {
  for (const Name text : {"\x80", "a\xFF", "\xC0\xAF", "\xE0\x80\x80", "\xF4\x90\x80\x80", "\xE2\x82",
                          "\xED\xA0", "\xED\xA0\x80\xED\xB0\x80" /* a pair must be four bytes */})
    EXPECT_EQ(utf16(text), u"invalid");
}

TEST(FatUtf16, LengthIsInUnits) {
  std::string name;
  for (int i = 0; i < 127; ++i) name += "\U0001F600";
  EXPECT_EQ(utf16(name + "x").size(), 255u);
  EXPECT_EQ(utf16(name + "\U0001F600"), u"too long");
  EXPECT_EQ(utf16(std::string(255, 'x')).size(), 255u);
  EXPECT_EQ(utf16(std::string(256, 'x')), u"too long");
}

std::u16string folded(std::u16string units) {
  fold(units);
  return units;
}

TEST(FatFold, MakesCaseTheSame) {
  const std::pair<std::u16string, std::u16string> same[] = {
      {u"README.TXT", u"readme.txt"},
      {u"ÄÖÜ ÉÀ", u"äöü éà"},
      {u"ΑΒΓΣ", u"αβγς"},
      {u"ЖЯЁ", u"жяё"},
      {u"ŐŰČ", u"őűč"},
      {u"ＦＵＬＬ", u"ｆｕｌｌ"},
      {u"ẞ", u"ß"},
      {u"Ꭰ", u"ꭰ"},
      {u"\U00010400", u"\U00010428"},  // Deseret, beyond the first plane
      {u"\u1E9E\u2126", u"ß\u03C9"},
  };
  for (const auto& [upper, lower] : same) {
    EXPECT_EQ(folded(upper), folded(lower)) << utf8(upper);
    EXPECT_TRUE(equals_folded(upper, folded(lower)) && equals_folded(lower, folded(upper))) << utf8(upper);
    EXPECT_EQ(hash_folded(upper), hash_folded(lower)) << utf8(upper);
  }
}

TEST(FatFold, MergesNothingElse) {
  const std::pair<std::u16string, std::u16string> different[] = {
      {u"ß", u"ss"},      {u"\u00E9", u"e\u0301"}, {u"ﬁ", u"fi"},   {u"ı", u"i"}, {u"İ", u"i"},
      {u"K\u0301", u"k"}, {u"ŉ", u"ʼn"},           {u"Ⅷ", u"viii"}, {u"²", u"2"}, {u"a\u00ADb", u"ab"},
  };
  for (const auto& [one, other] : different) {
    EXPECT_NE(folded(one), folded(other)) << utf8(one);
    EXPECT_FALSE(equals_folded(one, folded(other))) << utf8(one);
  }
  const std::u16string halves{0xD801, u'A', 0xDC00};
  EXPECT_EQ(folded(halves), (std::u16string{0xD801, u'a', 0xDC00})) << "halves of pairs stay as they are";
}

TEST(FatCodePage, BytesComeBack) {
  for (const u32 number : {437U, 850U, 1252U}) {
    const CodePage* page = CodePage::find(number);
    ASSERT_TRUE(page);
    for (u32 byte = 0; byte < 256; ++byte)
      EXPECT_EQ(page->encode(page->decode(static_cast<u8>(byte))), byte) << number;
  }
  EXPECT_EQ(CodePage::standard().number(), 437u);
  EXPECT_FALSE(CodePage::find(932));
}

TEST(FatCodePage, KnowsCharactersAndTheirUpperCase) {
  const struct {
    u32 page;
    char16_t unit;
    std::optional<u8> encoded, upper;
  } facts[] = {
      {437, u'é', 0x82, 0x90},  {437, u'â', 0x83, 0x83},  {437, u'ß', 0xE1, 0xE1},  {437, u'█', 0xDB, 0xDB},
      {437, u'z', 'z', 'Z'},    {437, u'€', {}, {}},      {850, u'â', 0x83, 0xB6},  {850, u'ı', 0xD5, 'I'},
      {1252, u'€', 0x80, 0x80}, {1252, u'ÿ', 0xFF, 0x9F}, {1252, u'é', 0xE9, 0xC9}, {1252, u'α', {}, {}},
      {437, 0xD800, {}, {}},
  };
  for (const auto& fact : facts) {
    const CodePage* page = CodePage::find(fact.page);
    EXPECT_EQ(page->encode(fact.unit), fact.encoded) << fact.page << " " << std::hex << int{fact.unit};
    EXPECT_EQ(page->encode_upper(fact.unit), fact.upper) << fact.page << " " << std::hex << int{fact.unit};
  }
}

ShortName stored(std::string_view bytes) {
  ShortName name;
  std::ranges::copy(bytes, name.bytes.begin());
  return name;
}

std::string bytes_of(const ShortName& name) { return {name.bytes.begin(), name.bytes.end()}; }

std::string text_of(std::string_view bytes, u8 case_bits = 0, u32 page = 437) {
  std::array<char16_t, ShortName::kTextMax> room;
  return utf8(stored(bytes).text(case_bits, *CodePage::find(page), room));
}

TEST(FatShortName, IsShown) {
  EXPECT_EQ(text_of("README  TXT"), "README.TXT");
  EXPECT_EQ(text_of("README  TXT", 0x18), "readme.txt");
  EXPECT_EQ(text_of("README  TXT", 0x08), "readme.TXT");
  EXPECT_EQ(text_of("README  TXT", 0x10), "README.txt");
  EXPECT_EQ(text_of("README     ", 0xE7), "README") << "other bits mean nothing";
  EXPECT_EQ(text_of("A B     C D"), "A B.C D");
  EXPECT_EQ(text_of("        TXT"), ".TXT");
  EXPECT_EQ(text_of("           "), "");
  EXPECT_EQ(text_of("\x05\x8E      TXT"), "σÄ.TXT");
  EXPECT_EQ(text_of("\x05\x8E      TXT", 0, 1252), "å\u017D.TXT");
  EXPECT_EQ(text_of("\x8E       \x05  ", 0x08), "ä.\x05") << "only the first byte stands for another";
  EXPECT_EQ(text_of("A/B\0C   /  "s), "A_B_C._");
  EXPECT_EQ(text_of(".          "), ".");
}

TEST(FatShortName, HasTheChecksumOfMtools) {
  const std::pair<Name, u8> sums[] = {{"MIXED   TXT", 0x46}, {"ALONGF~1TEX", 0x7D}, {"BASHRC~1   ", 0x76},
                                      {"AB~1    TXT", 0xEC}, {"X_Y_Z~1 C  ", 0x4A}, {"___     TXT", 0xBB},
                                      {"TWODOT~1TAR", 0xE8}, {"EXACTL~1   ", 0xF6}};
  for (const auto& [name, sum] : sums) EXPECT_EQ(stored(name).checksum(), sum) << name;
}

TEST(FatLongName, HasRules) {
  for (const std::u16string_view name :
       {u"a", u".a", u" a", u"a.b.c", u"+,;=[]~ß'`{}!#$%&()-@^_", u"CON", u"x ", u"日本", u"\u007F"})
    EXPECT_EQ(check_long_name(name).has_value(), name != u"x ") << utf8(name);
  for (const std::u16string_view name :
       {u"", u".", u"..", u"...", u" ", u"a.", u"a ", u"a. .", u"a\"b", u"a*b", u"a/b", u"a:b", u"a<b",
        u"a>b", u"a?b", u"a\\b", u"a|b", u"a\x1Fz", u"\nz"})
    EXPECT_EQ(check_long_name(name).error().code, Errc::invalid) << utf8(name);
  EXPECT_TRUE(check_long_name(std::u16string(255, u'x')).has_value());
  EXPECT_EQ(check_long_name(std::u16string(256, u'x')).error().code, Errc::name_too_long);
}

TEST(FatShortNames, AreChosenAsWindowsDoes) {
  const struct {
    std::u16string_view name;
    std::string_view first, second;  ///< candidates
    bool needs_long = true;
    u8 case_bits = 0;
  } facts[] = {
      {u"lower.txt", "LOWER   TXT", "LOWER~1 TXT", false, 0x18},  // mtools
      {u"UPPER.TXT", "UPPER   TXT", "UPPER~1 TXT", false},        // mtools
      {u"noext", "NOEXT      ", "NOEXT~1    ", false, 0x08},      // mtools
      {u"README.txt", "README  TXT", "README~1TXT", false, 0x10},
      {u"12345678.123", "12345678123", "123456~1123", false},
      {u"Mixed.Txt", "MIXED   TXT", "MIXED~1 TXT"},                        // mtools
      {u"A long file name with text.text", "ALONGF~1TEX", "ALONGF~2TEX"},  // mtools
      {u".bashrc", "BASHRC~1   ", "BASHRC~2   "},                          // mtools
      {u"a b.txt", "AB~1    TXT", "AB~2    TXT"},                          // mtools
      {u"x+y=z.c", "X_Y_Z~1 C  ", "X_Y_Z~2 C  "},                          // mtools
      {u"two.dots.tar", "TWODOT~1TAR", "TWODOT~2TAR"},                     // mtools
      {u"exactly13char", "EXACTL~1   ", "EXACTL~2   "},                    // mtools
      {u"日本語.txt", "___~1   TXT", "___~2   TXT"},
      {u"\U0001F600.c", "__~1    C  ", "__~2    C  "},
      {u"ä.txt", "\x8E       TXT", "\x8E~1     TXT"},
      {u"file.html", "FILE~1  HTM", "FILE~2  HTM"},
      {u". .a..b", "A~1     B  ", "A~2     B  "},
      {u"a.b c", "A~1     BC ", "A~2     BC "},
      {u"+", "_~1        ", "_~2        "},
      {u"FOO~1.TXT", "FOO~1   TXT", "FOO~1~1 TXT", false},
      {u"\x7F", "_~1        ", "_~2        "},
  };
  for (const auto& fact : facts) {
    const ShortNames names(fact.name, CodePage::standard());
    EXPECT_EQ(bytes_of(names.candidate(0)), fact.first) << utf8(fact.name);
    EXPECT_EQ(bytes_of(names.candidate(1)), fact.second) << utf8(fact.name);
    EXPECT_EQ(names.needs_long_entries(), fact.needs_long) << utf8(fact.name);
    EXPECT_EQ(names.case_bits(), fact.case_bits) << utf8(fact.name);
  }
  EXPECT_EQ(bytes_of(ShortNames(u"õ.c", *CodePage::find(850)).candidate(0)), "\x05       C  ")
      << "E5 is taken";
}

TEST(FatShortNames, AHashFollowsFourTails) {
  const ShortNames names(u"A long file name.text", CodePage::standard());
  EXPECT_EQ(bytes_of(names.candidate(3)), "ALONGF~4TEX");
  const std::string hashed = bytes_of(names.candidate(4));
  EXPECT_EQ(hashed.substr(0, 2), "AL");
  EXPECT_EQ(hashed.substr(2, 4).find_first_not_of("0123456789ABCDEF"), hashed.npos);
  EXPECT_EQ(hashed.substr(6), "~1TEX");
  EXPECT_EQ(bytes_of(names.candidate(12)), hashed.substr(0, 6) + "~9TEX");
  EXPECT_EQ(bytes_of(names.candidate(13)), hashed.substr(0, 5) + "~10TEX");
  EXPECT_EQ(bytes_of(names.candidate(ShortNames::kCandidates - 1)), hashed.substr(0, 2) + "~65533TEX");
  const ShortNames other(u"A long file name.texts", CodePage::standard());
  EXPECT_NE(bytes_of(other.candidate(4)).substr(0, 6), hashed.substr(0, 6)) << "the hash is that of the name";
}

TEST(FatShortNames, AllChoicesDifferAndAreFoundAgain) {
  // The last one has at its end what a hash may look like: one of them is its own.
  std::vector<std::u16string> all = {u"A long file name.text", u"Ab.c", u"x~1~2~3~4.tar.gz", u"FOO~1.TXT",
                                     u"1234567~1"};
  for (char16_t c = u'A'; c < u'z'; ++c) all.push_back(u"AB"s + c + u"123 long");
  for (const auto& name : all) {
    const ShortNames names(name, CodePage::standard());
    std::vector<std::string> seen;
    for (u32 n = 0; n < 300; ++n) {
      EXPECT_EQ(names.index_of(names.candidate(n)), n) << utf8(name);
      seen.push_back(bytes_of(names.candidate(n)));
    }
    std::ranges::sort(seen);
    EXPECT_EQ(std::ranges::adjacent_find(seen), seen.end()) << utf8(name);
  }
  const ShortNames names(u"A long file name.text", CodePage::standard());
  for (const char* taken : {"ALONGF~5TEX", "ALONGF~0TEX", "ALONG~01TEX", "ALONGF~1TXT", "ALONGFILTEX",
                            "~1      TEX", "12345678TEX", "ALON~123TEX", "        TEX"})
    EXPECT_FALSE(names.index_of(stored(taken))) << taken;
}

using Entries = std::vector<std::array<std::byte, LongRecord::size>>;

/// The long entries of the name as they lie on disk.
Entries entries_of(std::u16string_view name, const ShortName& short_name) {
  Entries entries(slices_of(name));
  for (std::size_t i = 0; i < entries.size(); ++i)
    write_slice(name, entries.size() - i, short_name.checksum(), entries[i]);
  return entries;
}

std::u16string read(const Entries& entries, const ShortName& short_name) {
  SliceRun run;
  for (const auto& entry : entries) run.add(entry);
  return std::u16string(run.name_for(short_name));
}

TEST(FatSlices, ComeTogetherAgain) {
  const ShortName alias = stored("ALONGF~1TEX");
  for (std::size_t length = 1; length <= kLongNameUnitsMax; ++length) {
    std::u16string name;
    for (std::size_t i = 0; i < length; ++i) name += static_cast<char16_t>(0x4E00 + i);
    EXPECT_EQ(read(entries_of(name, alias), alias), name) << length;
    EXPECT_EQ(slices_of(name), (length + 12) / 13);
  }
}

TEST(FatSlices, LieOnDiskAsMtoolsWritesThem) {
  const ShortName alias = stored("MIXED   TXT");
  const auto entries = entries_of(u"Mixed.Txt", alias);
  ASSERT_EQ(entries.size(), 1u);
  const unsigned char expected[] = {0x41, 'M', 0,    'i',  0, 'x', 0,    'e',  0,    'd', 0,
                                    0x0F, 0,   0x46, '.',  0, 'T', 0,    'x',  0,    't', 0,
                                    0,    0,   0xFF, 0xFF, 0, 0,   0xFF, 0xFF, 0xFF, 0xFF};
  EXPECT_EQ(std::memcmp(entries[0].data(), expected, sizeof expected), 0);
  const auto full = entries_of(u"exactly13char", alias);
  ASSERT_EQ(full.size(), 1u);
  EXPECT_EQ(full[0][30], std::byte{'r'}) << "no terminator where the name fills the entry";
}

TEST(FatSlices, WhatDoesNotFitTogetherIsNoName) {
  const ShortName alias = stored("ALONGF~1TEX");
  const std::u16string name = u"A long file name that takes more than two entries";
  const Entries good = entries_of(name, alias);
  ASSERT_EQ(good.size(), 4u);
  ASSERT_EQ(read(good, alias), name);
  EXPECT_EQ(read(good, stored("ALONGF~2TEX")), u"") << "of another short name";
  EXPECT_EQ(read({good[1], good[2], good[3]}, alias), u"") << "the beginning is lost";
  EXPECT_EQ(read({good[0], good[1], good[2]}, alias), u"") << "the end is lost";
  EXPECT_EQ(read({good[0], good[1], good[3]}, alias), u"") << "one is lost";
  EXPECT_EQ(read({good[0], good[2], good[1], good[3]}, alias), u"") << "the order";
  EXPECT_EQ(read({good[0], good[1], good[2], good[3], good[3]}, alias), u"") << "one too many";
  EXPECT_EQ(read({good[0], good[1], good[0], good[1], good[2], good[3]}, alias), name) << "begins anew";
  EXPECT_EQ(read({}, alias), u"");
  const auto damaged = [&](std::size_t entry, std::size_t byte, u8 value) {
    Entries bad = good;
    bad[entry][byte] = std::byte{value};
    return read(bad, alias);
  };
  EXPECT_EQ(damaged(1, 13, 0x7C), u"") << "a checksum";
  EXPECT_EQ(damaged(0, 0, 0x40), u"") << "none at all";
  EXPECT_EQ(damaged(0, 0, 0x40 | 21), u"") << "more than a name can have";
  EXPECT_EQ(damaged(0, 0, 0xC4), u"");
  EXPECT_EQ(damaged(1, 0, 0x43), name.substr(0, 39)) << "another beginning";
  EXPECT_EQ(damaged(3, 0, 0x81), u"");
  EXPECT_EQ(damaged(3, 1, '/'), u"") << "no name has a slash";
  EXPECT_EQ(damaged(3, 1, 0), u"") << "an empty name";
  EXPECT_EQ(damaged(3, 3, 0), u"A") << "the first zero ends it";

  std::array<std::byte, LongRecord::size> entry{};
  SliceRun run;
  for (std::size_t i = 0; i < 20; ++i) {
    write_slice(std::u16string(260, u'x'), 20 - i, alias.checksum(), entry);
    run.add(entry);
  }
  EXPECT_TRUE(run.name_for(alias).empty()) << "256 units and more";
  EXPECT_EQ(run.slices(), 20u);
  run.clear();
  EXPECT_EQ(run.slices(), 0u);
  EXPECT_EQ(read(entries_of(u"..", alias), alias), u"");
}

}  // namespace
}  // namespace rump::fat
