// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The colours of fs-ls: LS_COLORS as GNU ls reads it.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "utils/list/listing.hpp"

namespace fsu {

/// Colours by type, mode and suffix, and the sequences around coloured text.
class LsColors {
 public:
  /// The colours that LS_COLORS asks for; without it the usual ones, where COLORTERM or TERM says that the
  /// terminal has colours. Nullopt: none. Throws UsageError when LS_COLORS cannot be understood.
  static std::optional<LsColors> from_environment();
  /// From the text of LS_COLORS. Throws UsageError.
  explicit LsColors(std::string_view text);

  /// The colour of an entry's name, or nullptr.
  const std::string* of(const Row& row, std::string_view name) const;
  /// The colour of what a symlink's row leads to, called `target`.
  const std::string* of_target(const Row& row, std::string_view target) const;

  /// What the colours need to know of entries.
  bool needs_referents(bool long_lines) const;
  bool needs_capabilities() const { return is_coloured(Kind::capability); }

  /// Appends what comes in front of a line, where there is a colour for normal text.
  void normal(std::string& out);
  /// Appends what comes in front of a name of this colour, which may be nullptr.
  void begin(std::string& out, const std::string* colour);
  /// Appends what comes behind it; `wraps`: the name may have run into another line.
  void end(std::string& out, const std::string* colour, bool wraps);
  /// What comes behind everything.
  std::string last() const;

 private:
  /// In the order of kNames.
  enum class Kind : std::uint8_t {
    left,
    right,
    end,
    reset,
    normal,
    file,
    dir,
    link,
    fifo,
    socket,
    block,
    chr,
    missing,
    orphan,
    exec,
    door,
    setuid,
    setgid,
    sticky,
    other_writable,
    sticky_other_writable,
    capability,
    hard_links,
    clear,
  };
  static constexpr std::size_t kKinds = 24;
  static const std::array<std::string_view, kKinds> kNames;
  struct Suffix {
    std::string text, colour;
  };

  /// nullptr: nobody has said anything of it, which is not the same as an empty text.
  const std::string* code(Kind kind) const {
    const std::optional<std::string>& code = codes_[static_cast<std::size_t>(kind)];
    return code ? &*code : nullptr;
  }
  std::string_view text(Kind kind) const {
    const std::string* const known = code(kind);
    return known ? *known : std::string_view();
  }
  bool is_coloured(Kind kind) const;
  bool follows_links() const { return text(Kind::link) == "target"; }
  void parse(std::string_view text);
  Kind kind_of(std::uint32_t mode, const Row& row) const;
  Kind kind_of_file(std::uint32_t mode, const Row& row) const;
  Kind kind_of_directory(std::uint32_t mode) const;
  const std::string* colour_of(Kind kind, std::string_view name) const;
  void put(std::string& out, std::string_view sequence);
  void put_end(std::string& out) const;

  std::array<std::optional<std::string>, kKinds> codes_;
  std::vector<Suffix> suffixes_;
  bool used_ = false;  ///< a sequence was put out
};

}  // namespace fsu
