// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What all changes of names have in common.
#pragma once

#include "vfs/names.hpp"
#include "vfs/txn.hpp"

namespace rump {

/// [X] Whether the caller may change the directory's entries: it is still there, permissions, flags.
Result<Attr> check_directory(Vnode& directory, Change change, const Caller& caller);

/// [X] Sets the times that a change of a directory's entries, or of a file's names, sets. A failure here,
/// after the change, aborts the transaction.
Result<> stamp_directory(Vnode& directory, Time now, Txn& txn);
Result<> stamp_file(Vnode& file, Time now, Txn& txn);

/// [X] If the file's last name has gone, it is unlinked, under the key that it has then.
void note_links(Vnode& file);

/// [X] The vnode is found by another key from now on. A directory's cached names go with its key.
void rekey(Vnode& vnode, Key key);

/// [X] Tells the name cache what the name stands for now.
void enter_name(Kernel& kernel, Vnode& directory, Name name, NameCache::Answer answer);
/// [X] The name was taken away; `is_cached` is what Vnode::caches_name() said before.
void forget_name(Kernel& kernel, Vnode& directory, Name name, bool is_cached);

}  // namespace rump
