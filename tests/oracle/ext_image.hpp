// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Images of ext2, ext3 and ext4: made by mke2fs, changed and asked about by debugfs.
#pragma once

#include <string>
#include <vector>

#include "tests/oracle/command.hpp"
#include "tests/oracle/manifest.hpp"

namespace oracle {

/// mke2fs with fixed UUID and hash seed; `tree` fills the image where it is not empty. Throws what mke2fs
/// says.
void make_ext(const std::string& image, const std::string& size, const std::vector<std::string>& options,
              const std::string& tree = "");

/// Runs debugfs commands, one a line, writing to the image. Throws when one of them fails.
void debugfs_write(const std::string& image, const std::vector<std::string>& commands);

/// Runs debugfs commands without writing; each one's output.
std::vector<std::string> debugfs(const std::string& image, const std::vector<std::string>& commands);
std::string debugfs(const std::string& image, const std::string& command);

/// e2fsck; throws unless the image is clean, or was repaired where `repair` options ("-D") ask for a change.
void e2fsck(const std::string& image, const std::vector<std::string>& repair = {});

/// What debugfs says of one inode.
struct DebugfsStat {
  std::string type;
  rump::u32 mode = 0, uid = 0, gid = 0, project = 0, nlink = 0, generation = 0;
  rump::u64 size = 0, allocated = 0, file_acl = 0;
  rump::Time access{}, modify{}, change{}, birth{};
  rump::DeviceNumber device{};
};
/// In the order of the inode numbers given.
std::vector<DebugfsStat> debugfs_stat(const std::string& image, const std::vector<rump::u64>& inodes);
DebugfsStat debugfs_stat(const std::string& image, const std::string& path);

/// Every difference between what our driver and debugfs say of the inodes in the manifest.
std::vector<std::string> differences_from_debugfs(const std::string& image, rump::Process& process,
                                                  const Manifest& manifest);

/// What mke2fs -d makes of a source tree: seconds only, cut to 32 bits, with a lost+found. The two
/// directories that it makes by itself are taken from `actual` (debugfs is the oracle for those).
Manifest as_mke2fs_keeps(Manifest source, const Manifest& actual);

/// The number of data blocks, in order, of a file as `debugfs blocks` lists them (holes and maps left out).
std::vector<rump::u64> blocks_of(const std::string& image, const std::string& path);
/// The physical blocks of a file's extent tree below the inode, the root's children first.
std::vector<rump::u64> extent_blocks_of(const std::string& image, const std::string& path);
/// Depth of a file's extent tree; 0: all in the inode.
int extent_depth_of(const std::string& image, const std::string& path);

/// Inverts one byte of the image.
void flip_byte(const std::string& image, rump::u64 offset);

}  // namespace oracle
