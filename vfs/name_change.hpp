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

/// [X] Marks the file as unlinked if its last name has gone.
void note_links(Vnode& file);

/// [X] Tells the name cache what the name stands for now.
void enter_name(Kernel& kernel, Vnode& directory, Name name, NameCache::Answer answer);

}  // namespace rump
