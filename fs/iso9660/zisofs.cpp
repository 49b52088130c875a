// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file zisofs, versions 1 and 2, with zlib.
#include "fs/iso9660/zisofs.hpp"

#include <zlib.h>

#include <algorithm>

namespace rump::iso9660 {
namespace {

/// Compressed bytes of a block are at most a little more than the block, or the writer would be mad: zlib's
/// compressBound, and room for its head.
constexpr u64 stored_bytes_max(u64 block_bytes) { return block_bytes + (block_bytes >> 10) + 64; }

// zlib gives memory back without its size, which is kept in front of it.
constexpr u64 kMemoryHead = 16;

void* take_memory(void*, uInt items, uInt item_bytes) {
  const u64 bytes = u64{items} * item_bytes + kMemoryHead;
  void* memory = host::allocate(bytes, kMemoryHead);
  if (!memory) return nullptr;
  std::memcpy(memory, &bytes, sizeof bytes);
  return static_cast<std::byte*>(memory) + kMemoryHead;
}

void give_memory(void*, void* address) {
  if (!address) return;
  void* memory = static_cast<std::byte*>(address) - kMemoryHead;
  u64 bytes = 0;
  std::memcpy(&bytes, memory, sizeof bytes);
  host::release(memory, bytes, kMemoryHead);
}

/// Decodes a whole zlib stream, which has to fill `to` to its end.
Result<> inflate_whole(std::span<const std::byte> from, std::span<std::byte> to) {
  z_stream stream{};
  stream.zalloc = take_memory;
  stream.zfree = give_memory;
  if (inflateInit(&stream) != Z_OK) return fail(Errc::no_memory, "the host has no memory left");
  // zlib takes no pointer to constant bytes, and changes none.
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(from.data()));
  stream.avail_in = static_cast<uInt>(from.size());
  stream.next_out = reinterpret_cast<Bytef*>(to.data());
  stream.avail_out = static_cast<uInt>(to.size());
  const int status = inflate(&stream, Z_FINISH);
  const bool whole = status == Z_STREAM_END && stream.avail_out == 0;
  inflateEnd(&stream);
  if (status == Z_MEM_ERROR) return fail(Errc::no_memory, "the host has no memory left");
  if (!whole) return fail(Errc::corrupt, "a block of the compressed file cannot be decoded");
  return {};
}

/// What the head of a compressed file says.
struct Head {
  u32 pointer_bytes;
  u64 size;
  u32 header_bytes;
  u8 log_block;
  u8 algorithm;
};

Result<Head> read_head(BlockDevice& device, const FileMap& map) {
  std::array<std::byte, ZisofsHeader2::size> bytes{};
  const u64 there = std::min<u64>(bytes.size(), map.bytes());
  TRY(map.read_stored(device, 0, std::span(bytes).first(there)));
  const std::string_view magic = text_of(bytes).substr(0, kZisofsMagic1.size());
  if (magic == kZisofsMagic1) {
    const auto view = TRY((Record<ZisofsHeader1, LittleEndian>::at(bytes, 0)));
    return Head{.pointer_bytes = sizeof(u32),
                .size = view.get(ZisofsHeader1::content),
                .header_bytes = view.get(ZisofsHeader1::header_words) * u32{4},
                .log_block = view.get(ZisofsHeader1::log_block),
                .algorithm = kZisofsZlib};
  }
  if (magic == kZisofsMagic2) {
    const auto view = TRY((Record<ZisofsHeader2, LittleEndian>::at(bytes, 0)));
    if (view.get(ZisofsHeader2::version) != 0)
      return fail(Errc::not_supported, "the compressed file's version is not known");
    return Head{.pointer_bytes = sizeof(u64),
                .size = view.get(ZisofsHeader2::content),
                .header_bytes = view.get(ZisofsHeader2::header_words) * u32{4},
                .log_block = view.get(ZisofsHeader2::log_block),
                .algorithm = view.get(ZisofsHeader2::algorithm)};
  }
  return fail(Errc::corrupt, "the compressed file has no head of zisofs");
}

/// Why an algorithm cannot be decoded; nullptr where it can.
const char* refusal_of(u8 algorithm) {
  switch (algorithm) {
    case kZisofsZlib:
      return nullptr;
    case 2:
      return "zisofs with xz is not supported";
    case 3:
      return "zisofs with lz4 is not supported";
    case 4:
      return "zisofs with zstd is not supported";
    case 5:
      return "zisofs with bzip2 is not supported";
    default:
      return "zisofs with an unknown algorithm is not supported";
  }
}

bool legal_log_block(u8 log) { return log >= kZisofsLogBlockMin && log <= kZisofsLogBlockMax; }

/// "pz" is zlib in version 1, "PZ" in version 2; another algorithm is named by the file's head.
bool is_known(const ZisofsInfo& info) {
  const std::string_view algorithm(info.algorithm.data(), info.algorithm.size());
  return info.version == 1 ? algorithm == "pz" : info.version == 2;
}

}  // namespace

Result<ZisofsFile> ZisofsFile::open(BlockDevice& device, const FileMap& map, const ZisofsInfo& info) {
  if (!is_known(info)) return fail(Errc::not_supported, "the compressed file's algorithm is not known");
  const Head head = TRY(read_head(device, map));
  if (const char* refusal = refusal_of(head.algorithm)) return fail(Errc::not_supported, refusal);
  const u32 least = head.pointer_bytes == sizeof(u32) ? ZisofsHeader1::size : ZisofsHeader2::size;
  if (head.size != info.size || head.log_block != info.log_block ||
      head.header_bytes != info.header_words * u32{4} || head.header_bytes < least)
    return fail(Errc::corrupt, "the compressed file's head is not what its record says");
  ZisofsFile file;
  file.size_ = head.size;
  file.log_block_ = head.log_block;
  file.pointers_ = head.header_bytes;
  file.pointer_bytes_ = head.pointer_bytes;
  return file;
}

u64 ZisofsFile::block_length(u64 block) const {
  const u64 start = block << log_block_;
  return std::min(block_bytes(), size_ - std::min(size_, start));
}

/// One pointer a block, and one for the end: the next block's start is this one's end.
Result<ZisofsFile::Stored> ZisofsFile::find(BlockDevice& device, const FileMap& map, u64 block) const {
  std::array<std::byte, 2 * sizeof(u64)> bytes{};
  TRY(map.read_stored(device, pointers_ + block * pointer_bytes_,
                      std::span(bytes).first(std::size_t{2} * pointer_bytes_)));
  const auto pointer = [&](u32 i) {
    u64 value = 0;
    for (u32 byte = pointer_bytes_; byte > 0; --byte)
      value = value << 8 | static_cast<u64>(bytes[i * pointer_bytes_ + byte - 1]);
    return value;
  };
  const u64 start = pointer(0), end = pointer(1);
  if (start > end || end > map.bytes() || start < pointers_)
    return fail(Errc::corrupt, "a block of the compressed file lies outside it");
  if (end - start > stored_bytes_max(block_bytes()))
    return fail(Errc::corrupt, "a block of the compressed file is longer than it can be");
  return Stored{start, end - start};
}

Result<> ZisofsFile::decode(BlockDevice& device, const FileMap& map, u64 block,
                            std::span<std::byte> bytes) const {
  const Stored stored = TRY(find(device, map, block));
  if (stored.bytes == 0) {
    std::memset(bytes.data(), 0, bytes.size());
    return {};
  }
  Array<std::byte> compressed = TRY(Array<std::byte>::make(stored.bytes));
  TRY(map.read_stored(device, stored.offset, compressed.span()));
  return inflate_whole(compressed.span(), bytes);
}

bool ZisofsCache::copy(u64 file, u64 block, u64 into, std::span<std::byte> bytes) {
  MutexLock hold(lock_);
  for (Slot& slot : slots_) {
    if (slot.used == 0 || slot.file != file || slot.block != block) continue;
    if (into + bytes.size() > slot.content.size()) return false;
    slot.used = ++clock_;
    std::ranges::copy(slot.content.span().subspan(into, bytes.size()), bytes.begin());
    return true;
  }
  return false;
}

void ZisofsCache::keep(u64 file, u64 block, Array<std::byte> content) {
  MutexLock hold(lock_);
  Slot& oldest = *std::ranges::min_element(slots_, {}, &Slot::used);
  oldest.file = file;
  oldest.block = block;
  oldest.used = ++clock_;
  std::swap(oldest.content, content);
}

Result<> read_zisofs(BlockDevice& device, const FileMap& map, const ZisofsInfo& info, u64 key, u64 offset,
                     std::span<std::byte> bytes, ZisofsCache& cache) {
  if (!legal_log_block(info.log_block))
    return fail(Errc::corrupt, "the compressed file's block size is out of range");
  std::optional<ZisofsFile> file;
  while (!bytes.empty()) {
    const u64 block = offset >> info.log_block, into = offset & ((u64{1} << info.log_block) - 1);
    const u64 wanted = std::min<u64>(bytes.size(), (u64{1} << info.log_block) - into);
    const auto part = bytes.first(wanted);
    if (!cache.copy(key, block, into, part)) {
      if (!file) file = TRY(ZisofsFile::open(device, map, info));
      const u64 length = file->block_length(block);
      if (into + wanted > length) return fail(Errc::corrupt, "the compressed file ends before its size");
      if (wanted == length) {
        TRY(file->decode(device, map, block, part));
      } else {
        Array<std::byte> content = TRY(Array<std::byte>::make(length));
        TRY(file->decode(device, map, block, content.span()));
        std::ranges::copy(content.span().subspan(into, wanted), part.begin());
        cache.keep(key, block, std::move(content));
      }
    }
    bytes = bytes.subspan(wanted);
    offset += wanted;
  }
  return {};
}

}  // namespace rump::iso9660
