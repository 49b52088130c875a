// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The words that listings have for what an inode says.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "utils/base/id_names.hpp"
#include "utils/base/json.hpp"
#include "vfs/vnode.hpp"

namespace fsu {

/// The letter of `ls -l`: '-', 'd', 'l' …; '?' where the type is not known.
char type_letter(rump::FileType type);
/// As GNU stat has it: "regular file", "regular empty file", "directory".
std::string_view type_text(const rump::Attr& attr);
/// "-rw-r--r--", with s, S, t and T where they belong.
std::array<char, 10> mode_text(rump::FileType type, std::uint32_t permissions);
/// Type and permissions in one number, as st_mode has them on Linux.
std::uint32_t mode_number(rump::FileType type, std::uint32_t permissions);
/// The letters of lsattr(1) for the flags that are set.
std::string flag_letters(std::uint32_t flags);

/// Which of a file's times is meant.
enum class TimeKind : std::uint8_t { modify, access, change, birth };
const rump::Time& time_of(const rump::Attr& attr, TimeKind kind);
/// Whether the format keeps times of birth and this file has one.
bool has_birth(const rump::Attr& attr);

/// The members of a file's object in JSON, the same in every tool: image, name, path (in the image).
void put_name(JsonLine& json, std::string_view image, std::string_view path);
/// type, mode (octal), nlink, uid, gid, user, group (where they have names), size, allocated, ino, device
/// ("8:1", of devices), mtime, atime, ctime, btime (where known), flags (letters of lsattr, where any is
/// set).
void put_attributes(JsonLine& json, const rump::Attr& attr, IdNames& names);
/// The word of "type" in JSON: "file", "directory", "symlink", "block", "char", "fifo", "socket", "unknown".
std::string_view type_word(rump::FileType type);

}  // namespace fsu
