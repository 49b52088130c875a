// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Extended attributes of one file.
#pragma once

#include "fs/tmpfs/memory.hpp"
#include "vfs/vnode.hpp"

namespace rump::tmpfs {

/// A list: files have few attributes. Not locked: the file's lock is held.
class Xattrs {
 public:
  Xattrs() = default;
  ~Xattrs();
  Xattrs(const Xattrs&) = delete;
  Xattrs& operator=(const Xattrs&) = delete;

  bool has(Name name) const { return find(name) != nullptr; }
  /// As Vnode's calls of these names. After an error nothing has changed.
  Result<std::size_t> get(Name name, std::span<std::byte> room) const;
  void list(NameSink& sink) const;
  Result<> set(Name name, std::span<const std::byte> value);
  Result<> remove(Name name);

 private:
  static constexpr std::size_t kValueMax = 65536;
  /// What the names and values of one file may take together.
  static constexpr u64 kBytesMax = u64{1} << 20;
  /// The bytes of the name, and then those of the value, follow it.
  struct Item {
    Item* next;
    u32 name_bytes, value_bytes;

    u64 tail_bytes() const { return u64{name_bytes} + value_bytes; }
    Name name() const { return {reinterpret_cast<const char*>(this + 1), name_bytes}; }
    std::span<const std::byte> value() const {
      return {reinterpret_cast<const std::byte*>(this + 1) + name_bytes, value_bytes};
    }
  };

  const Item* find(Name name) const;
  bool take_out(Name name);

  Item* first_ = nullptr;
  u64 bytes_ = 0;
};

}  // namespace rump::tmpfs
