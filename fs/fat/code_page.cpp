// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The code pages, and upper case in them.
///
/// Source of the tables: unicode.org, Public/MAPPINGS/VENDORS/MICSFT (PC/CP437.TXT, PC/CP850.TXT,
/// WINDOWS/CP1252.TXT). Bytes that 1252 leaves undefined are the control characters of the same number, as in
/// WindowsBestFit/bestfit1252.txt.
#include "fs/fat/code_page.hpp"

#include <utf8proc.h>

#include <array>

namespace rump::fat {
namespace {

constexpr std::array kPages = {
    CodePage(437,
             u"ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒ"
             u"áíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐"
             u"└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀"
             u"αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00A0"),
    CodePage(850,
             u"ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒ"
             u"áíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐"
             u"└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀"
             u"ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00AD±‗¾¶§÷¸°¨·¹³²■\u00A0"),
    CodePage(1252,
             u"€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ"
             u"\u00A0¡¢£¤¥¦§¨©ª«¬\u00AD®¯°±²³´µ¶·¸¹º»¼½¾¿"
             u"ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞß"
             u"àáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ"),
};

}  // namespace

const CodePage* CodePage::find(u32 number) {
  for (const CodePage& page : kPages)
    if (page.number() == number) return &page;
  return nullptr;
}

const CodePage& CodePage::standard() { return kPages.front(); }

std::optional<u8> CodePage::encode(char16_t unit) const {
  if (unit < 0x80) return static_cast<u8>(unit);
  const std::size_t index = upper_half_.find(unit);
  if (index == upper_half_.npos) return std::nullopt;
  return static_cast<u8>(0x80 + index);
}

std::optional<u8> CodePage::encode_upper(char16_t unit) const {
  const auto upper = encode(static_cast<char16_t>(utf8proc_toupper(unit)));
  return upper ? upper : encode(unit);
}

}  // namespace rump::fat
