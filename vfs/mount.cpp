// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Mount option text.
#include "vfs/mount.hpp"

namespace rump {

bool next_mount_option(std::string_view& text, MountOption& option) {
  while (text.starts_with(',')) text.remove_prefix(1);
  if (text.empty()) return false;
  const std::string_view item = text.substr(0, text.find(','));
  text.remove_prefix(item.size());
  const std::size_t equals = item.find('=');
  option.name = item.substr(0, equals);
  option.value = equals == item.npos ? std::string_view() : item.substr(equals + 1);
  return true;
}

}  // namespace rump
