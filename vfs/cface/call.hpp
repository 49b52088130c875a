// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file From a C call to the kernel and back: the process, the flags, errno.
#pragma once

#include <cerrno>
#include <string_view>

#include "vfs/cface/face.hpp"
#include "vfs/include/rump/rump_syscalls.h"

namespace rump::cface {

/// Remembers the error's sentence for rump_last_error; its errno value.
int number_of(const Error& error);

/// The same for an errno value of the host's or of this face's own.
int number_of(int number, const char* reason);

/// Sets errno for an error of the kernel's; -1.
int failed(const Error& error);

/// The running kernel's face; where there is none, ENXIO is remembered and the answer is nullptr.
Face* running_face();

/// Runs body(face, process) for the calling thread. What it returned as a Return, or 0 where that is nothing;
/// -1 and errno where it failed.
template <class Return = int, class Body>
Return call(Body&& body) noexcept {
  Face* face = running_face();
  if (!face) {
    errno = ENXIO;
    return static_cast<Return>(-1);
  }
  auto result = body(*face, face->process());
  if (!result) return static_cast<Return>(failed(result.error()));
  if constexpr (std::is_void_v<typename decltype(result)::value_type>)
    return 0;
  else
    return static_cast<Return>(*result);
}

/// invalid unless `flags` has no bit but those of `known`.
inline Result<> check_known(u64 flags, u64 known) {
  if (flags & ~known) return fail(Errc::invalid, "a flag that this call does not know");
  return {};
}

/// A size or offset of C's, which must not be negative.
inline Result<u64> not_negative(int64_t value) {
  if (value < 0) return fail(Errc::invalid, "a negative size or offset");
  return static_cast<u64>(value);
}

/// Whether the last symlink is followed, out of the flags of an "at" call that knows no other.
inline Result<Follow> follow_of(int flags) {
  TRY(check_known(static_cast<unsigned>(flags), RUMP_AT_SYMLINK_NOFOLLOW));
  return flags & RUMP_AT_SYMLINK_NOFOLLOW ? Follow::no : Follow::yes;
}

/// A file type as the S_IFMT bits of a mode.
u32 mode_of(FileType type);

/// The type for the S_IFMT bits of a mode; no bits mean a regular file. invalid.
Result<FileType> type_of_mode(u32 mode);

/// A number that no other mounted file system has.
inline u64 number_of(const Mount& mount) { return reinterpret_cast<std::uintptr_t>(&mount); }

}  // namespace rump::cface
