// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The table of errno values.
#include "vfs/cface/errno_map.hpp"

#include <cerrno>

namespace rump::cface {
namespace {

struct Pair {
  Errc code;
  int number;
};

constexpr Pair kPairs[] = {
    {Errc::io, EIO},
    {Errc::corrupt, EUCLEAN},
    {Errc::not_found, ENOENT},
    {Errc::exists, EEXIST},
    {Errc::not_dir, ENOTDIR},
    {Errc::is_dir, EISDIR},
    {Errc::not_empty, ENOTEMPTY},
    {Errc::no_space, ENOSPC},
    {Errc::no_memory, ENOMEM},
    {Errc::read_only, EROFS},
    {Errc::denied, EACCES},
    {Errc::not_permitted, EPERM},
    {Errc::not_supported, EOPNOTSUPP},
    {Errc::invalid, EINVAL},
    {Errc::name_too_long, ENAMETOOLONG},
    {Errc::busy, EBUSY},
    {Errc::cross_device, EXDEV},
    {Errc::loop, ELOOP},
    {Errc::too_big, EFBIG},
    {Errc::range, ERANGE},
    {Errc::no_data, ENODATA},
    {Errc::too_many_links, EMLINK},
    {Errc::exhausted, EMFILE},
    {Errc::unclean, ENOTRECOVERABLE},
    {Errc::quota, EDQUOT},
    {Errc::bad_descriptor, EBADF},
    {Errc::broken_pipe, EPIPE},
};

}  // namespace

int errno_of(Errc code) {
  for (const Pair& pair : kPairs)
    if (pair.code == code) return pair.number;
  return EIO;
}

}  // namespace rump::cface
