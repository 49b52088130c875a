// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What a vnode answers for what its format does not have.
#include "vfs/vnode.hpp"

namespace rump {

Result<Key> Vnode::lookup(Name) { return fail(Errc::not_dir, "not a directory"); }

bool Vnode::caches_name(Name) { return true; }

Result<Name> Vnode::fold(Name name, std::span<char>) const { return name; }

Result<> Vnode::readdir(u64, DirSink&) { return fail(Errc::not_dir, "not a directory"); }

Result<std::size_t> Vnode::readlink(std::span<char>) { return fail(Errc::invalid, "not a symbolic link"); }

Result<Extent> Vnode::map(u64, u64) { return fail(Errc::not_supported, "this file holds no bytes"); }

Result<> Vnode::read_encoded(u64, std::span<std::byte>) {
  return fail(Errc::not_supported, "this file holds no encoded bytes");
}

Result<std::size_t> Vnode::get_xattr(Name, std::span<std::byte>) {
  return fail(Errc::not_supported, "the file system has no extended attributes");
}

Result<> Vnode::list_xattr(NameSink&) { return {}; }

namespace {

std::unexpected<Error> read_only() { return fail(Errc::read_only, "the file system is read-only"); }

}  // namespace

Result<> Vnode::setattr(const AttrChange&, Txn&) { return read_only(); }

Result<Key> Vnode::create(Name, const NewNode&, Txn&) { return read_only(); }

Result<> Vnode::link(Name, Vnode&, Txn&) { return read_only(); }

Result<> Vnode::unlink(Name, Vnode&, Txn&) { return read_only(); }

Result<Extent> Vnode::reserve(u64, u64, Txn&) { return read_only(); }

Result<> Vnode::written(const Extent&, u64, u64, Txn&) { return read_only(); }

Result<bool> Vnode::shrink_step(u64, Txn&) { return read_only(); }

Result<> Vnode::set_xattr(Name, std::span<const std::byte>, Txn&) {
  return fail(Errc::not_supported, "the file system has no extended attributes");
}

Result<> Vnode::remove_xattr(Name, Txn&) {
  return fail(Errc::not_supported, "the file system has no extended attributes");
}

Result<> Vnode::released(Txn&) { return read_only(); }

void Vnode::note_tid(Tid tid) { raise_tid(last_tid_, tid); }

}  // namespace rump
