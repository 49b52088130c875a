// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Bytes of the host's into a file of an image.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "vfs/syscall.hpp"

namespace fsu {

/// An open file or stream of the host's, as it was found before the process was confined.
struct HostSource {
  int fd = -1;
  bool is_regular = false;
  rump::u64 position = 0;  ///< where its bytes begin, and
  rump::u64 size = 0;      ///< end: of a regular file
  rump::u32 mode = 0;      ///< permission bits

  /// Looks at the descriptor. Throws HostError, also for a directory.
  static HostSource of(int fd);
};

struct WriteOptions {
  bool append = false;
  std::optional<rump::u64> offset =
      {};  ///< write there, and keep what is around it; else the file is emptied
  bool create = true;
  rump::u32 mode = 0666;  ///< of a new file, less the umask
};

/// Writes all of the source into the file. Space for the whole is looked for where its size is known. After
/// an error a part may have been written. Ends early, with the part that has arrived, where the run is
/// interrupted. `arrived` is told of the bytes, piece by piece. Throws SourceError where the source cannot be
/// read.
rump::Result<> write_source(rump::Process& process, const std::string& path, const HostSource& source,
                            const WriteOptions& options, const std::function<void(rump::u64 bytes)>& arrived);
/// Writes the text into the file.
rump::Result<> write_text(rump::Process& process, const std::string& path, std::string_view text,
                          const WriteOptions& options);

}  // namespace fsu
