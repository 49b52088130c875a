// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The records of fast commits, up to the first tail.
#include "fs/ext2/journal_fast.hpp"

#include "fs/ext2/checksum.hpp"

namespace rump::ext2 {
namespace {

/// Whether a whole fast commit begins here, as far as it was seen.
enum class Verdict : u8 { yes, no, open };

/// Reads records until the first tail decides.
class FastCommit {
 public:
  explicit FastCommit(u32 sequence) : sequence_(sequence) {}

  /// The records of the next block; none goes over its end.
  Verdict block(std::span<const std::byte> bytes) {
    while (const auto record = Record<FastRecord, LittleEndian>::at(bytes, 0)) {
      const u32 length = record->get(FastRecord::length);
      if (length > bytes.size() - FastRecord::size) return Verdict::no;
      const auto whole = bytes.first(FastRecord::size + length);
      const Verdict verdict = one(record->get(FastRecord::tag), whole);
      if (verdict != Verdict::open) return verdict;
      bytes = bytes.subspan(whole.size());
    }
    return Verdict::open;
  }

 private:
  Verdict one(u32 tag, std::span<const std::byte> record) {
    if (tag == 0 || tag > kFastHead || (tag == kFastHead) != first_) return Verdict::no;
    if (tag == kFastTail) return tail(record);
    if (tag == kFastHead) {
      const auto head = Record<FastHead, LittleEndian>::at(record, FastRecord::size);
      if (!head || head->get(FastHead::sequence) != sequence_) return Verdict::no;
      first_ = false;
    }
    checksum_ = crc32c(checksum_, record);
    return Verdict::open;
  }

  Verdict tail(std::span<const std::byte> record) const {
    const auto tail = Record<FastTail, LittleEndian>::at(record, FastRecord::size);
    if (!tail || tail->get(FastTail::sequence) != sequence_) return Verdict::no;
    const u32 crc = crc32c(checksum_, record.first(FastRecord::size + sizeof(u32)));
    return crc == tail->get(FastTail::checksum) ? Verdict::yes : Verdict::no;
  }

  const u32 sequence_;
  u32 checksum_ = 0;
  bool first_ = true;  ///< the head has not been seen
};

}  // namespace

Result<bool> has_fast_commits(JournalLog& log, const JournalGeometry& journal, u32 sequence) {
  FastCommit commit(sequence);
  for (u32 block = journal.fast_first; block < journal.fast_end; ++block) {
    const Verdict verdict = commit.block(TRY(log.read(block)));
    if (verdict != Verdict::open) return verdict == Verdict::yes;
  }
  return false;
}

}  // namespace rump::ext2
