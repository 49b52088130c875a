// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A mounted ISO 9660 volume.
#pragma once

#include "fs/iso9660/options.hpp"
#include "fs/iso9660/rock_ridge.hpp"
#include "fs/iso9660/super.hpp"
#include "vfs/mount.hpp"

namespace rump::iso9660 {

/// A key: of a directory the byte position of its extent, of any other file that of its (first) record. A
/// directory has one key, whichever record leads to it.
constexpr Key dir_key(u64 position) { return position << 1 | 1; }
constexpr Key file_key(u64 position) { return position << 1; }
constexpr bool is_dir_key(Key key) { return key & 1; }
/// Inode numbers are positions in units of 32 bytes, as Linux has them: no record is shorter.
inline constexpr u32 kInoShift = 5;
constexpr u64 position_of(Key key) { return key >> 1; }

class ZisofsCache;

/// A mounted session of a volume.
class IsoMount final : public Mount {
 public:
  static Result<std::unique_ptr<Mount>> make(BlockDevice& device, const MountOptions& options);
  ~IsoMount() override;

  Key root() const override { return dir_key(tree_.root); }
  Result<std::unique_ptr<Vnode>> load(Key key) override;
  Result<Attr> peek(Key key) override;
  Result<FsStat> statfs() override;
  Result<Key> key_of(u64 ino) const override;
  u32 name_max() const override { return name_space_ == NameSpace::joliet ? kJolietNameMax : kNameMaxUsual; }

  const Descriptors& volume() const { return volume_; }
  const Options& options() const { return options_; }
  NameSpace name_space() const { return name_space_; }
  /// Whether a name is also found when it differs by case, if no other is equal.
  bool relaxed() const { return options_.relaxed.value_or(name_space_ == NameSpace::joliet); }
  /// The device in sectors.
  BufferCache& cache() const { return *cache_; }
  /// A sector of a directory: corrupt where the device ends before it does. Where sectors are asked for one
  /// after the other, the next ones are read ahead.
  Result<ReadBuf> read_sector(u64 sector) const;

  /// What Rock Ridge says of the record at `position`; nothing in the other name spaces.
  Result<> read_rock(const DirEntry& entry, u64 position, RockPart part, RockRidge& rock,
                     LinkBuilder& target) const;
  Result<> read_rock(const DirEntry& entry, u64 position, RockPart part, RockRidge& rock) const;

  /// Where the directory begins that holds those which were moved up from too deep below; 0: there is none.
  u64 moved() const { return moved_; }
  /// Decoded blocks of this mount's compressed files.
  ZisofsCache& zisofs_cache() const { return *zisofs_cache_; }
  /// Takes memory for an index from what all directories together may have; false: there is no more.
  bool take_index_memory(u64 bytes) const;
  void give_index_memory(u64 bytes) const { index_bytes_.fetch_add(bytes, std::memory_order_relaxed); }

 private:
  IsoMount(BlockDevice& device, const MountOptions& options, const Options& own, const Descriptors& volume,
           std::unique_ptr<BufferCache> cache);

  /// Where the system use entries of records begin.
  struct RockPlace {
    u32 skip = 0;          ///< bytes before the entries
    u32 root_skip = 0;     ///< the same in the root's own record
    bool certain = false;  ///< the volume announces them, and they are of Rock Ridge
  };
  Result<> choose_names();
  Result<std::optional<RockPlace>> find_rock();
  Result<std::optional<RockPlace>> guess_rock();
  Result<bool> is_empty(NameSpace space, const Tree& tree);
  void set_names(NameSpace space, const Tree& tree);
  Result<u64> find_moved() const;
  void read_ahead(u64 sector) const;

  const Options options_;
  const Descriptors volume_;
  const std::unique_ptr<BufferCache> cache_;
  NameSpace name_space_ = NameSpace::plain;
  Tree tree_;
  RockPlace rock_;
  u64 moved_ = 0;
  const std::unique_ptr<ZisofsCache> zisofs_cache_;
  mutable std::atomic<u64> last_sector_{0};    ///< read last
  mutable std::atomic<u64> read_ahead_to_{0};  ///< the end of what was read ahead last
  mutable std::atomic<u64> index_bytes_;
};

}  // namespace rump::iso9660
