// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Extended attributes in a list.
#include "fs/tmpfs/xattr.hpp"

#include <algorithm>
#include <array>

#include "vfs/acl.hpp"

namespace rump::tmpfs {
namespace {

/// Whether the name is in a name space that there is.
bool is_known(Name name) {
  static constexpr std::array<Name, 3> kPrefixes = {"user.", "trusted.", "security."};
  const auto begins_name = [&](Name prefix) {
    return name.size() > prefix.size() && name.starts_with(prefix);
  };
  return name == kAccessAcl || name == kDefaultAcl || std::ranges::any_of(kPrefixes, begins_name);
}

}  // namespace

Xattrs::~Xattrs() {
  while (first_) TailDeleter<Item>{}(std::exchange(first_, first_->next));
}

Result<std::size_t> Xattrs::get(Name name, std::span<std::byte> room) const {
  const Item* item = find(name);
  if (!item) return fail(Errc::no_data, "no such attribute");
  if (room.empty()) return item->value_bytes;
  if (room.size() < item->value_bytes) return fail(Errc::range, "the attribute's value does not fit");
  std::ranges::copy(item->value(), room.begin());
  return item->value_bytes;
}

void Xattrs::list(NameSink& sink) const {
  for (const Item* item = first_; item; item = item->next)
    if (!sink.add(item->name())) return;
}

Result<> Xattrs::set(Name name, std::span<const std::byte> value) {
  if (!is_known(name)) return fail(Errc::not_supported, "attributes of this name space are not kept");
  if (value.size() > kValueMax) return fail(Errc::too_big, "an attribute's value has at most 64 KiB");
  const Item* old = find(name);
  const u64 others = bytes_ - (old ? old->tail_bytes() : 0);
  const Item made{first_, static_cast<u32>(name.size()), static_cast<u32>(value.size())};
  if (others + made.tail_bytes() > kBytesMax)
    return fail(Errc::no_space, "the attributes of a file have at most 1 MiB");
  WithTail<Item> item = TRY(make_with_tail(made));
  auto* tail = reinterpret_cast<std::byte*>(item.get() + 1);
  std::ranges::copy(value, std::ranges::copy(std::as_bytes(std::span(name)), tail).out);
  take_out(name);
  item->next = first_;
  first_ = item.release();
  bytes_ += first_->tail_bytes();
  return {};
}

Result<> Xattrs::remove(Name name) {
  if (!take_out(name)) return fail(Errc::no_data, "no such attribute");
  return {};
}

const Xattrs::Item* Xattrs::find(Name name) const {
  const Item* item = first_;
  while (item && item->name() != name) item = item->next;
  return item;
}

/// Frees the attribute; whether there was one.
bool Xattrs::take_out(Name name) {
  Item** link = &first_;
  while (*link && (*link)->name() != name) link = &(*link)->next;
  if (!*link) return false;
  const WithTail<Item> item(std::exchange(*link, (*link)->next));
  bytes_ -= item->tail_bytes();
  return true;
}

}  // namespace rump::tmpfs
