// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The styles of names beside shell quoting.
#include "utils/list/name_style.hpp"

#include "utils/base/quote.hpp"
#include "utils/base/utf8.hpp"
#include "utils/base/words.hpp"

namespace fsu {
namespace {

/// Calls `shown(bytes)` for each character that a terminal shows, `hidden(bytes)` for all else.
template <class Shown, class Hidden>
void each_character(std::string_view text, Shown shown, Hidden hidden) {
  while (!text.empty()) {
    std::uint32_t point;
    const std::size_t length = decode_utf8(text, point);
    const std::string_view bytes = text.substr(0, length == 0 ? 1 : length);
    if (length == 0 || acts_on_terminal(point)) {
      hidden(bytes);
    } else {
      shown(bytes);
    }
    text.remove_prefix(bytes.size());
  }
}

void hide_controls(std::string_view text, std::string& out) {
  each_character(text, [&](std::string_view bytes) { out += bytes; }, [&](std::string_view) { out += '?'; });
}

void escape(std::string_view text, std::string_view special, std::string& out) {
  each_character(
      text,
      [&](std::string_view bytes) {
        if (special.contains(bytes[0])) out += '\\';
        out += bytes;
      },
      [&](std::string_view bytes) {
        for (const char byte : bytes) append_c_escape(out, static_cast<unsigned char>(byte));
      });
}

}  // namespace

Quoting parse_quoting(std::string_view option, std::string_view word) {
  static constexpr Word<Quoting> kWords[] = {{"literal", Quoting::literal},
                                             {"escape", Quoting::escape},
                                             {"c", Quoting::c},
                                             {"shell-escape", Quoting::shell_escape},
                                             {"shell-escape-always", Quoting::shell_always}};
  return find_word<Quoting>(option, word, kWords);
}

std::string_view NameStyle::shown(std::string_view text, std::string& room) const {
  room.clear();
  switch (quoting) {
    case Quoting::literal:
      if (!hide_controls) return text;
      fsu::hide_controls(text, room);
      break;
    case Quoting::escape:
      escape(text, std::string("\\ ").append(special), room);
      break;
    case Quoting::c:
      room += '"';
      escape(text, std::string("\\\"").append(special), room);
      room += '"';
      break;
    case Quoting::shell_escape:
      room = quote(text, special);
      break;
    case Quoting::shell_always:
      room = quote_always(text);
      break;
  }
  return room;
}

}  // namespace fsu
