// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Mistakes with on-disk records that the compiler has to refuse; see CMakeLists.txt.
#include <array>

#include "vfs/disk.hpp"

namespace {

struct Entry : rump::Layout<Entry, 8> {
  static constexpr At<rump::u32, 0> inode{};
  static constexpr At<rump::u16, 4, 2> words{};
#ifdef MISTAKE_beyond_record
  static constexpr At<rump::u32, 6> late{};
#endif
};
struct Header : rump::Layout<Header, 8> {
  static constexpr At<rump::u32, 0> magic{};
};

[[maybe_unused]] rump::u32 use(std::span<std::byte> block) {
  auto entry = rump::Record<Entry, rump::LittleEndian, std::byte>::at(block, 0);
  auto seen = rump::Record<Entry, rump::LittleEndian>::at(block, 0);
  entry->set(Entry::inode, 1);
#ifdef MISTAKE_other_layout
  return entry->get(Header::magic);
#endif
#ifdef MISTAKE_beyond_record
  return entry->get(Entry::late);
#endif
#ifdef MISTAKE_store_to_const
  seen->set(Entry::inode, 1);
#endif
#ifdef MISTAKE_string_of_words
  return static_cast<rump::u32>(seen->bytes(Entry::words).size());
#endif
  return seen->get(Entry::words, 1);
}

}  // namespace
