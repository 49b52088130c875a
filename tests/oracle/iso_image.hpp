// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Images of ISO 9660: made by genisoimage, xorriso and makefs, and what bsdtar reads in them.
#pragma once

#include <string>
#include <vector>

#include "tests/oracle/command.hpp"
#include "tests/oracle/manifest.hpp"

namespace oracle {

using Arguments = std::vector<std::string>;

/// The makers of `image`, with the contents of `tree`. They throw what the program says.
void genisoimage(const std::string& image, const Arguments& options, const std::string& tree);
void xorriso(const std::string& image, const Arguments& options, const std::string& tree);
void makefs_cd9660(const std::string& image, const Arguments& options, const std::string& tree);

/// Takes from a manifest what Rock Ridge does not keep: fractions of seconds, xattrs, and the link counts of
/// directories, which makers count in several ways.
Manifest as_rock_ridge_keeps(Manifest manifest);

/// Takes from a manifest all but types, sizes, times and contents: what is left without Rock Ridge. `lower`:
/// and the case of the names' letters.
Manifest as_plain_keeps(const Manifest& manifest, bool lower = false);

/// What bsdtar extracts; `options` as for bsdtar --options ("iso9660:!rockridge").
Manifest bsdtar_manifest(const std::string& image, const std::string& options);

/// Writes bytes over those of the image.
void patch(const std::string& image, rump::u64 offset, const std::string& bytes);

/// The bytes of a file.
std::string bytes_of_file(const std::string& path);

/// A number as ECMA-119 keeps it in both byte orders (7.3.3).
std::string both_endian(rump::u32 number);

/// Where the directory record of the name as it is stored ("FILE.TXT;1") begins in the image; the first one
/// that is found. Throws when there is none.
rump::u64 record_of(const std::string& image_bytes, const std::string& stored_name);

}  // namespace oracle
