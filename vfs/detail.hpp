// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What a driver can tell about a file system without mounting it.
#pragma once

#include <string_view>

#include "hypercall/host.hpp"

namespace rump {

/// Takes facts about a file system, in the order in which a person wants them. Keys are in lower case with
/// underscores ("last_mounted") and the same in all drivers that tell the same thing: `type`, `label`,
/// `uuid`, `state`, `damage`, `size`, `free`, `block_size`, `files`, `files_free`, `features`, `created`,
/// `written` …; a fact that a volume does not have is left out. Texts are bytes of the image, valid during
/// the call.
class DetailSink {
 public:
  virtual void text(std::string_view key, std::string_view value) = 0;
  virtual void number(std::string_view key, u64 value) = 0;
  /// An amount of space, in bytes.
  virtual void bytes(std::string_view key, u64 value) = 0;
  /// A moment, in seconds since 1970.
  virtual void time(std::string_view key, i64 seconds) = 0;
  /// One more item of the list `key`.
  virtual void item(std::string_view key, std::string_view value) = 0;

 protected:
  ~DetailSink() = default;
};

}  // namespace rump
