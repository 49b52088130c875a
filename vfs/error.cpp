// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Host statuses as kernel errors.
#include "vfs/error.hpp"

namespace rump {

Error host_error(host::Status status, const char* reason) {
  switch (status) {
    case host::Status::no_space:
      return {Errc::no_space, reason};
    case host::Status::no_memory:
      return {Errc::no_memory, reason};
    case host::Status::not_supported:
      return {Errc::not_supported, reason};
    case host::Status::denied:
      return {Errc::denied, reason};
    case host::Status::not_found:
      return {Errc::not_found, reason};
    case host::Status::busy:
      return {Errc::busy, reason};
    case host::Status::invalid:
      return {Errc::invalid, reason};
    case host::Status::broken_pipe:
      return {Errc::broken_pipe, reason};
    case host::Status::ok:
    case host::Status::io:
    case host::Status::end:
      break;
  }
  return {Errc::io, reason};
}

}  // namespace rump
