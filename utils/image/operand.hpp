// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The operand grammar: what names a host path, and what names a path in a part of an image.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace fsu {

/// Which part of an image is meant: what follows the '@'.
struct Part {
  enum class Kind : std::uint8_t {
    none,       ///< nothing was said
    whole,      ///< 0
    slot,       ///< N: MBR or GPT slot, logical ones from 5
    bsd,        ///< a or 2a: a BSD label, alone or in slot `number`
    label,      ///< label=TEXT: of the file system
    uuid,       ///< uuid=TEXT: of the file system
    partlabel,  ///< partlabel=TEXT
    partuuid,   ///< partuuid=TEXT
    boot,       ///< boot=N: El Torito
    offset,     ///< +OFFSET[s|K|M|G]: `number` bytes from the start
  };
  Kind kind = Kind::none;
  std::uint64_t number = 0;
  char letter = 0;        ///< of a BSD label
  std::string text = {};  ///< of label, uuid, partlabel, partuuid, decoded

  bool operator==(const Part&) const = default;
};

/// The part that `tail` (without the '@') names, or nullopt where it does not fit the grammar as a whole.
/// `/ : @ %` are percent-encoded in values.
std::optional<Part> parse_part(std::string_view tail);

/// Where a file system is: the host file and what of it.
struct ImageSpec {
  std::string file;
  Part part;
  std::uint64_t offset = 0;           ///< bytes into the file where the image begins
  std::optional<std::uint64_t> size;  ///< bytes; nullopt: to the end
  std::string fstype;                 ///< empty: probe
  std::string format;                 ///< empty: probe
  bool read_only = false;             ///< nothing may be written to it

  bool operator==(const ImageSpec&) const = default;
};

/// `FILE[@PART]`: the part is behind the last '@' whose whole tail fits.
ImageSpec parse_image(std::string_view text);

/// An image given by `--image NAME=FILE[,part=…,offset=…,size=…,fstype=…,format=…,ro]`; an empty name is
/// `--image FILE[@PART]`.
struct NamedImage {
  std::string name;
  ImageSpec image;
};

/// The value of --image. A NAME is of letters, digits, '_', '-' and '.'; options are cut off the end of FILE
/// for as long as they are known ones, so FILE may hold commas. Throws UsageError.
NamedImage parse_image_option(std::string_view text);

/// A number of bytes with an optional suffix s (512), K, M or G. Nullopt where it is not one or does not fit.
std::optional<std::uint64_t> parse_bytes(std::string_view text);

/// One operand of a tool.
struct Operand {
  bool in_image = false;
  bool is_stream = false;  ///< "-": standard input or output; `path` is "-" too
  ImageSpec image;         ///< only in an image
  std::string image_name;  ///< as the user wrote it: "disk.img@2"; empty on the host and for ":/PATH"
  std::string path;        ///< in an image absolute, or "#INODE[/PATH]"; a host path verbatim
  /// What a copy is called in a directory, where the path does not say it: of a boot image.
  std::string copy_name;
  /// How the operand is called in messages and headers.
  std::string shown() const {
    if (!in_image) return path;
    return copy_name.empty() ? image_name + ":" + path : image_name;
  }
};

/// What a text without any colon means.
enum class Bare : std::uint8_t {
  host_path,
  image_root,  ///< for tools that read and act in images only
  boot_image,  ///< `IMAGE@boot=N` is that boot image, as a file of bytes; anything else is a host path
};

/// What an operand may refer to.
struct OperandContext {
  std::span<const NamedImage> named = {};
  const ImageSpec* unnamed = nullptr;  ///< of ":/PATH"; nullptr: none was given
  Bare bare = Bare::host_path;
};

/// Parses an operand in the order of the grammar, never by what happens to exist; only a refusal looks: a
/// host path "disk.img:boot" where disk.img is a file. Throws UsageError.
Operand parse_operand(std::string_view text, const OperandContext& context);

}  // namespace fsu
