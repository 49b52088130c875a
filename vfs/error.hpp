// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Errors of the kernel: Result, TRY, and the check for our own bugs.
#pragma once

#include <expected>
#include <string_view>
#include <utility>

#include "hypercall/host.hpp"

namespace rump {

/// What went wrong. Own numbers, not the host's errno: each host side (utils, fuse-bridge, the C face) maps
/// them at its edge. `corrupt` (a bad image) is never the same as `io` (the host failed) or `not_supported`.
enum class Errc : i32 {
  io = 1,
  corrupt,
  not_found,
  exists,
  not_dir,
  is_dir,
  not_empty,
  no_space,
  no_memory,
  read_only,
  denied,
  not_permitted,
  not_supported,
  invalid,
  name_too_long,
  busy,
  cross_device,
  loop,
  too_big,
  range,
  no_data,
  too_many_links,
  exhausted,
  unclean,
  quota,
  bad_descriptor,
  broken_pipe,
};

/// An error: what went wrong, and a static sentence for the person who reads it.
struct [[nodiscard]] Error {
  Errc code;
  const char* reason = "";
};

template <class T = void>
using Result = std::expected<T, Error>;

/// `return fail(Errc::corrupt, "directory entry runs past its block");`
inline std::unexpected<Error> fail(Errc code, const char* reason = "") {
  return std::unexpected(Error{code, reason});
}

/// The kernel's error for a failed hypercall; `reason` says what was being done.
[[nodiscard]] Error host_error(host::Status status, const char* reason);

/// A line for the person who runs the host, where no caller is left to be told.
inline void tell(std::string_view text) { host::console(text.data(), text.size()); }

/// A condition that only a bug of ours can break; never used on what an image says. Checked in every build.
inline void invariant(bool holds, const char* what) {
  if (!holds) [[unlikely]]
    host::panic(what);
}

}  // namespace rump

/// The value of a Result expression, or return its error from this function.
// The one macro of the project: nothing else can return early from inside an expression.
#define TRY(expression)                           \
  __extension__({                                 \
    auto try_result = (expression);               \
    if (!try_result) [[unlikely]]                 \
      return std::unexpected(try_result.error()); \
    *std::move(try_result);                       \
  })
