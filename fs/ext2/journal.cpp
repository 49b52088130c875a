// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The pass over the log, and what is left of it once revokes and later copies are known.
#include "fs/ext2/journal.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "fs/ext2/checksum.hpp"
#include "fs/ext2/journal_fast.hpp"
#include "fs/ext2/journal_log.hpp"

namespace rump::ext2 {
namespace {

using Bytes = std::span<const std::byte>;
using HeadView = Record<JournalHead, BigEndian>;
using Checksums = JournalGeometry::Checksums;

constexpr std::array<std::byte, sizeof(u32)> kZeroChecksum{};

/// A copy of a block in the log. Transactions are counted from the log's first: so they compare as plain
/// numbers, where sequence numbers wrap.
struct Copy {
  u64 block;
  u64 source;
  u32 transaction;
  u32 order;  ///< the place in the log, counted from its start
  bool escaped;
  bool damaged;  ///< its checksum is wrong
};

/// No copy of the block in this transaction or before counts.
struct Revoke {
  u64 block;
  u32 transaction;
  auto operator<=>(const Revoke&) const = default;
};

/// Values that are found one by one: memory follows what was found, not what the image claims.
template <class T>
class Found {
 public:
  Result<> add(const T& value) {
    if (count_ == array_.size()) TRY(grow());
    array_[count_++] = value;
    return {};
  }
  std::span<T> values() { return array_.span().first(count_); }
  std::size_t count() const { return count_; }
  void cut(std::size_t count) { count_ = std::min(count_, count); }

 private:
  Result<> grow() {
    // A hostile log can show one block of revokes many times; its doubles take no memory.
    if constexpr (requires(T a, T b) { a < b; }) {
      std::ranges::sort(values());
      count_ -= std::ranges::unique(values()).size();
      if (count_ < array_.size() / 2) return {};
    }
    auto larger = TRY(Array<T>::make(std::max<u64>(256, 2 * array_.size())));
    std::ranges::copy(values(), larger.begin());
    array_ = std::move(larger);
    return {};
  }

  Array<T> array_;
  std::size_t count_ = 0;
};

/// A tag of a descriptor.
struct Tag {
  u64 block;
  u32 flags;
  u32 checksum;
};

/// The tags of a descriptor block, one after the other.
class Tags {
 public:
  Tags(const JournalGeometry& journal, Bytes block)
      : j_(journal), block_(block.first(block.size() - journal.tail_bytes())) {}

  /// Nothing behind the last tag.
  std::optional<Tag> next() {
    if (last_ || block_.size() - at_ < bytes()) return std::nullopt;
    const Tag tag = j_.checksums == Checksums::v3 ? long_tag() : short_tag();
    at_ += bytes();
    // A wrong length of the last UUID only ends the block.
    if (!(tag.flags & kTagSameUuid)) at_ = std::min(at_ + kTagUuidBytes, block_.size());
    last_ = tag.flags & kTagLast;
    return tag;
  }

 private:
  std::size_t bytes() const {
    if (j_.checksums == Checksums::v3) return JournalTag3::size;
    return JournalTag::size + (j_.wide ? JournalTagHigh::size : 0) +
           (j_.checksums == Checksums::v2 ? kTag2Padding : 0);
  }
  // next() has shown that the tag lies inside.
  Tag short_tag() const {
    const auto tag = *Record<JournalTag, BigEndian>::at(block_, at_);
    const u64 high = j_.wide ? Record<JournalTagHigh, BigEndian>::at(block_, at_ + JournalTag::size)
                                   ->get(JournalTagHigh::block)
                             : 0;
    return {join(high, tag.get(JournalTag::block), 32), tag.get(JournalTag::flags),
            tag.get(JournalTag::checksum)};
  }
  Tag long_tag() const {
    const auto tag = *Record<JournalTag3, BigEndian>::at(block_, at_);
    return {join(j_.wide ? tag.get(JournalTag3::block_hi) : 0, tag.get(JournalTag3::block), 32),
            tag.get(JournalTag3::flags), tag.get(JournalTag3::checksum)};
  }

  const JournalGeometry& j_;
  const Bytes block_;
  std::size_t at_ = JournalHead::size;
  bool last_ = false;
};

/// What Linux' three passes over the log (scan, revoke, replay) find, in one: a transaction counts once its
/// commit block is found.
class Scan {
 public:
  Scan(JournalLog& log, const JournalGeometry& journal, bool verify, Array<std::byte> room)
      : log_(log), j_(journal), verify_(verify), head_(std::move(room)), at_(journal.start) {}

  /// Goes from the start of the log to its end.
  Result<> run();
  /// The blocks of a volume of `blocks` blocks that recovery would write.
  Result<Array<Replacement>> replacements(u64 blocks);
  /// The transaction that the log ends before.
  u32 end_sequence() const { return j_.sequence + committed_; }

 private:
  enum class Next : bool { go_on, end };

  u32 length() const { return j_.end - j_.first; }
  u32 sequence() const { return j_.sequence + transaction_; }
  /// False once the log was seen whole: whatever it says, no block is visited twice.
  bool advance();
  Result<Next> descriptor();
  Result<> data(const Tag& tag);
  Result<> revokes();
  Result<Next> commit();
  Result<Next> bad_commit(u64 seconds);
  bool tail_is_right() const;
  bool commit_is_right() const;

  JournalLog& log_;
  const JournalGeometry& j_;
  const bool verify_;
  Array<std::byte> head_;  ///< the block with a head that is being looked at
  u32 at_;                 ///< the next block of the log
  u32 visited_ = 0;        ///< blocks before it
  u32 transaction_ = 0;    ///< the running one
  u32 committed_ = 0;      ///< how many count
  std::size_t copies_committed_ = 0;
  Found<Copy> copies_;
  Found<Revoke> revokes_;
  u64 last_seconds_ = 0;         ///< of the last commit
  u32 data_checksum_ = ~u32{0};  ///< of the running transaction, with checksums of the first version
  bool suspect_ = false;         ///< a descriptor's checksum is wrong: stale, or damaged
  bool bad_revokes_ = false;     ///< a revoke block of the running transaction is broken
  bool incomplete_ = false;      ///< the log has ended; another commit would show that it is damaged
};

bool Scan::advance() {
  if (++visited_ > length()) return false;
  if (++at_ == j_.end) at_ = j_.first;
  return true;
}

Result<> Scan::run() {
  while (visited_ < length()) {
    std::ranges::copy(TRY(log_.read(at_)), head_.begin());
    const HeadView head = TRY(HeadView::at(head_.span(), 0));
    if (head.get(JournalHead::magic) != kJournalMagic || head.get(JournalHead::sequence) != sequence()) break;
    if (!advance()) break;
    Next next = Next::go_on;
    switch (head.get(JournalHead::type)) {
      case kJournalDescriptor:
        next = TRY(descriptor());
        break;
      case kJournalRevoke:
        TRY(revokes());
        break;
      case kJournalCommit:
        next = TRY(commit());
        break;
      default:
        next = Next::end;
    }
    if (next == Next::end) break;
  }
  copies_.cut(copies_committed_);
  return {};
}

bool Scan::tail_is_right() const {
  if (!j_.has_tails()) return true;
  const std::size_t covered = head_.size() - JournalTail::size;
  const u32 crc = crc32c(crc32c(j_.checksum_seed, head_.span().first(covered)), kZeroChecksum);
  return Record<JournalTail, BigEndian>::at(head_.span(), covered)->get(JournalTail::checksum) == crc;
}

Result<Scan::Next> Scan::descriptor() {
  // The log may hold blocks of an earlier life: the commit block tells whether this one is damaged or stale.
  if (!tail_is_right()) suspect_ = true;
  if (j_.checksums == Checksums::v1) data_checksum_ = crc32_big(data_checksum_, head_.span());
  Tags tags(j_, head_.span());
  while (const std::optional<Tag> tag = tags.next()) {
    if (visited_ == length()) return Next::end;
    TRY(data(*tag));
    if (!advance()) return Next::end;
  }
  return Next::go_on;
}

/// A block of data, next in the log.
Result<> Scan::data(const Tag& tag) {
  if (incomplete_) return {};
  bool damaged = false;
  if (j_.checksums == Checksums::v1) {
    data_checksum_ = crc32_big(data_checksum_, TRY(log_.read(at_)));
  } else if (j_.has_tails() && verify_ && !suspect_) {
    const u32 seed = crc32c_number(j_.checksum_seed, std::byteswap(sequence()));
    const u32 crc = crc32c(seed, TRY(log_.read(at_)));
    damaged = tag.checksum != (j_.checksums == Checksums::v2 ? crc & 0xFFFF : crc);
  }
  return copies_.add({.block = tag.block,
                      .source = TRY(log_.device_block(at_)),
                      .transaction = transaction_,
                      .order = visited_,
                      .escaped = (tag.flags & kTagEscaped) != 0,
                      .damaged = damaged});
}

Result<> Scan::revokes() {
  if (!tail_is_right()) suspect_ = true;
  if (suspect_ || incomplete_) return {};
  const Bytes block = head_.span();
  const u32 used = TRY((Record<JournalRevokeHead, BigEndian>::at(block, 0))).get(JournalRevokeHead::bytes);
  if (used > block.size() - j_.tail_bytes()) {
    bad_revokes_ = true;
    return {};
  }
  const Bytes numbers = block.first(used);
  const std::size_t width = j_.wide ? JournalNumber64::size : JournalNumber32::size;
  for (std::size_t at = JournalRevokeHead::size; at + width <= used; at += width) {
    const u64 revoked =
        j_.wide ? TRY((Record<JournalNumber64, BigEndian>::at(numbers, at))).get(JournalNumber64::block)
                : TRY((Record<JournalNumber32, BigEndian>::at(numbers, at))).get(JournalNumber32::block);
    TRY(revokes_.add({revoked, transaction_}));
  }
  return {};
}

bool Scan::commit_is_right() const {
  const Bytes block = head_.span();
  const auto view = *Record<JournalCommit, BigEndian>::at(block, 0);
  const u32 stored = view.get(JournalCommit::checksum);
  const u32 type = view.get(JournalCommit::checksum_type), bytes = view.get(JournalCommit::checksum_bytes);
  if (j_.checksums == Checksums::v1)
    return (type == kCommitCrc32 && bytes == sizeof stored && stored == data_checksum_) ||
           (type == 0 && bytes == 0 && stored == 0);
  if (!j_.has_tails()) return true;
  const std::size_t behind = kCommitChecksumOffset + kZeroChecksum.size();
  u32 crc = crc32c(crc32c(j_.checksum_seed, block.first(kCommitChecksumOffset)), kZeroChecksum);
  if (crc32c(crc, block.subspan(behind)) == stored) return true;
  // A disk that writes whole sectors only may have taken the first one; the rest was to be zeroes.
  crc = crc32c(crc, block.first(JournalCommit::size).subspan(behind));
  for (std::size_t at = JournalCommit::size; at < block.size(); at += kZeroChecksum.size())
    crc = crc32c(crc, kZeroChecksum);
  return crc == stored;
}

/// What a wrong checksum before or in a commit block means, as Linux judges it.
Result<Scan::Next> Scan::bad_commit(u64 seconds) {
  if (!verify_ || seconds < last_seconds_) return Next::end;
  if (suspect_ || !j_.async_commit)
    return fail(Errc::corrupt, "a transaction of the journal is damaged (verify=off ends before it)");
  // The commit block was written before what it commits; then no other transaction follows it.
  if (j_.checksums != Checksums::v1) return Next::end;
  incomplete_ = true;
  ++transaction_;
  return Next::go_on;
}

Result<Scan::Next> Scan::commit() {
  const u64 seconds =
      TRY((Record<JournalCommit, BigEndian>::at(head_.span(), 0))).get(JournalCommit::seconds);
  if (incomplete_) return fail(Errc::corrupt, "a transaction of the journal is damaged");
  if (suspect_ || !commit_is_right()) return bad_commit(seconds);
  if (bad_revokes_) return fail(Errc::corrupt, "a revoke block of the journal is too full");
  last_seconds_ = seconds;
  data_checksum_ = ~u32{0};
  copies_committed_ = copies_.count();
  committed_ = ++transaction_;
  return Next::go_on;
}

Result<Array<Replacement>> Scan::replacements(u64 blocks) {
  const auto revokes = revokes_.values();
  std::ranges::sort(revokes);
  const auto revoked = [&](const Copy& copy) {
    // The last revoke of the block that counts, if any.
    const auto behind = std::ranges::upper_bound(revokes, Revoke{copy.block, committed_ - 1});
    return behind != revokes.begin() && behind[-1].block == copy.block &&
           behind[-1].transaction >= copy.transaction;
  };
  auto copies = copies_.values().first(copies_committed_);
  copies = {copies.begin(), std::ranges::remove_if(copies, revoked).begin()};
  for (const Copy& copy : copies) {
    if (copy.damaged)
      return fail(Errc::corrupt, "the checksum of a block in the journal is wrong (verify=off reads on)");
    if (copy.block >= blocks)
      return fail(Errc::corrupt, "a block in the journal lies outside the file system");
  }
  std::ranges::sort(copies, {}, [](const Copy& copy) { return std::pair(copy.block, copy.order); });
  std::size_t kept = 0;
  for (const Copy& copy : copies) {
    if (kept > 0 && copies[kept - 1].block == copy.block) --kept;  // the later copy counts
    copies[kept++] = copy;
  }
  auto table = TRY(Array<Replacement>::make(kept));
  for (std::size_t i = 0; i < kept; ++i) table[i] = {copies[i].block, copies[i].source, copies[i].escaped};
  return table;
}

}  // namespace

Result<Array<Replacement>> read_journal(const Ext2Mount& raw, const Inode& file) {
  JournalLog log = TRY(JournalLog::open(raw, file));
  const JournalGeometry journal = TRY(log.geometry());
  if (journal.start == 0) return Array<Replacement>();
  Scan scan(log, journal, raw.geometry().verify, TRY(Array<std::byte>::make(log.block_bytes())));
  TRY(scan.run());
  if (TRY(has_fast_commits(log, journal, scan.end_sequence())))
    return fail(Errc::not_supported, "the journal holds fast commits, which cannot be recovered yet");
  return scan.replacements(raw.geometry().blocks);
}

}  // namespace rump::ext2
