// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What a mount answers for what its format does not have; its health; mount option text.
#include "vfs/mount.hpp"

#include "vfs/access.hpp"
#include "vfs/kernel.hpp"

namespace rump {

Mount::Mount(BlockDevice& device, const MountOptions& options)
    : device_(device), read_only_(options.read_only), access_times_(options.access_times), epochs_(*this) {
  if (options.discard) epochs_.discard_freed();
  if (options.strict_barriers) epochs_.be_strict();
}

Result<Renamed> Mount::rename(const Rename&, Txn&) {
  return fail(Errc::read_only, "the file system is read-only");
}

Result<> Mount::orphans(KeySink&) { return {}; }

Result<> Mount::sync(bool) { return {}; }

void Mount::fail_with(const Error& error) {
  if (failing_.exchange(true, std::memory_order_relaxed)) return;
  failure_ = error;
  failed_.store(true, std::memory_order_release);
  tell(error.reason);
}

Result<Attr> Mount::peek(Key key) {
  const VnodeRef vnode = TRY(kernel_->vnodes().get(*this, key));
  return read_attr(*vnode);
}

Result<Key> Mount::key_of(u64) const {
  return fail(Errc::not_supported, "files of this file system are not found by number");
}

Result<> Mount::health() const {
  if (failed_.load(std::memory_order_acquire)) return std::unexpected(failure_);
  return {};
}

Result<> Mount::wait(Tid tid) {
  TRY(health());
  return epochs_.wait(tid);
}

Result<> Mount::sync_all() {
  TRY(health());
  if (read_only()) return {};
  TRY(sync(false));
  return epochs_.write_back(Reach::stable);
}

bool next_mount_option(std::string_view& text, MountOption& option) {
  while (text.starts_with(',')) text.remove_prefix(1);
  if (text.empty()) return false;
  const std::string_view item = text.substr(0, text.find(','));
  text.remove_prefix(item.size());
  const std::size_t equals = item.find('=');
  option.name = item.substr(0, equals);
  option.value = equals == item.npos ? std::string_view() : item.substr(equals + 1);
  return true;
}

}  // namespace rump
