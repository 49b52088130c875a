// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Times as DOS keeps them: local, from 1980 to 2107, in steps of two seconds.
#pragma once

#include "vfs/vnode.hpp"

namespace rump::fat {

/// Fields of a directory entry ("FAT32 File System Specification", "Date and Time Formats").
struct DosTime {
  u16 date = 0;       ///< 0: the entry has no such time
  u16 time = 0;       ///< two seconds' steps
  u8 hundredths = 0;  ///< 0 to 199, added to the time; only creation times have it
  bool operator==(const DosTime&) const = default;
};

/// The last step that is not after `time`, in a zone `minutes_east` of UTC. Times that DOS does not know
/// become the first or the last one that it knows.
DosTime to_dos(Time time, i32 minutes_east);

/// The time, whatever is in the fields: a month or day of 0 counts as 1, a month beyond 12 as 12, and other
/// numbers are added up as they are.
Time from_dos(DosTime dos, i32 minutes_east);

}  // namespace rump::fat
