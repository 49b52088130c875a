// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Plans: orders, counting, the write log and what power loss makes of it.
#include "hypercall/fault/plan.hpp"

#include <algorithm>
#include <cstring>
#include <random>
#include <unordered_map>

namespace rump::host::fault {
namespace {

constexpr u64 kForever = ~u64{0};

/// Plans by disk.
class Plans {
 public:
  void add(Plan::State& plan) {
    const std::lock_guard hold(lock_);
    if (!plans_.emplace(plan.handle, &plan).second) panic("two plans for one disk");
  }
  void remove(const Plan::State& plan) {
    const std::lock_guard hold(lock_);
    plans_.erase(plan.handle);
  }
  Plan::State* find(Handle handle) {
    const std::lock_guard hold(lock_);
    const auto found = plans_.find(handle);
    return found == plans_.end() ? nullptr : found->second;
  }

 private:
  std::mutex lock_;
  std::unordered_map<Handle, Plan::State*> plans_;
};

/// Hypercalls are free functions, so plans have no other home.
Plans& plans() {
  static Plans instance;
  return instance;
}

void lay_down(std::vector<std::byte>& medium, const Plan::Piece& piece) {
  if (medium.size() < piece.offset + piece.bytes.size()) medium.resize(piece.offset + piece.bytes.size());
  std::ranges::copy(piece.bytes, medium.begin() + static_cast<std::ptrdiff_t>(piece.offset));
}

/// The first `bytes` of the parts.
std::vector<IoPart> first_of(const IoPart* parts, u32 count, u64 bytes) {
  std::vector<IoPart> cut;
  for (u32 i = 0; i < count && bytes > 0; ++i) {
    cut.push_back({parts[i].base, std::min(parts[i].length, bytes)});
    bytes -= cut.back().length;
  }
  return cut;
}

}  // namespace

Plan::State* plan_of(Handle handle) { return plans().find(handle); }

Plan::State::State(const memory::Disk& disk)
    : handle(disk.handle()), stable(disk.contents().begin(), disk.contents().end()) {}

Plan::State::Verdict Plan::State::admit(Op op) {
  const u64 number = ++counter(op);
  if (op == Op::write && number == power_cut_at) powerless = true;
  if (powerless) return {Status::io, 0};
  const auto order = std::ranges::find_if(orders, [&](const Order& candidate) {
    return candidate.op == op && candidate.first <= number && number <= candidate.last;
  });
  return order == orders.end() ? Verdict{} : order->verdict;
}

Status Plan::State::pass_on(u64 offset, const IoPart* parts, u32 count) {
  if (offset == kStream)
    if (const Status status = memory::size(handle, &offset); status != Status::ok) return status;
  if (const Status status = memory::write(handle, offset, parts, count); status != Status::ok) return status;
  for (u32 i = 0; i < count; ++i) {
    const auto* bytes = static_cast<const std::byte*>(parts[i].base);
    for (u64 done = 0; done < parts[i].length;) {
      const u64 length = std::min(parts[i].length - done, kSector - offset % kSector);
      log.push_back({counter(Op::write), offset, {bytes + done, bytes + done + length}});
      done += length;
      offset += length;
    }
  }
  return Status::ok;
}

Status Plan::State::write(u64 offset, const IoPart* parts, u32 count, u64* arrived) {
  const std::lock_guard hold(lock);
  *arrived = 0;
  const Verdict verdict = admit(Op::write);
  const std::vector<IoPart> cut = first_of(parts, count, verdict.arriving);
  const Status status = pass_on(offset, cut.data(), static_cast<u32>(cut.size()));
  if (status != Status::ok) return status;
  for (const IoPart& part : cut) *arrived += part.length;
  return verdict.status;
}

Status Plan::State::flush() {
  const std::lock_guard hold(lock);
  if (const Status status = admit(Op::flush).status; status != Status::ok) return status;
  for (const Piece& piece : log) lay_down(stable, piece);
  log.clear();
  return Status::ok;
}

Status Plan::State::discard(u64 offset, u64 length) {
  const std::lock_guard hold(lock);
  if (const Status status = admit(Op::write).status; status != Status::ok) return status;
  std::span<std::byte> bytes;
  if (const Status status = memory::view(handle, offset, length, &bytes); status != Status::ok)
    return status == Status::end ? Status::ok : status;
  // Seen from after a loss of power, a discard is a write of zeroes.
  std::vector<std::byte> zeroes(bytes.size());
  const IoPart part{zeroes.data(), zeroes.size()};
  return pass_on(offset, &part, 1);
}

Plan::Plan(const memory::Disk& disk) : state_(std::make_unique<State>(disk)) { plans().add(*state_); }

Plan::~Plan() { plans().remove(*state_); }

void Plan::fail(Op op, u64 nth, Status status, Times times) {
  const std::lock_guard hold(state_->lock);
  state_->orders.push_back({op, nth, times == Times::once ? nth : kForever, {status, 0}});
}

void Plan::tear(u64 nth, u64 bytes) {
  const std::lock_guard hold(state_->lock);
  state_->orders.push_back({Op::write, nth, nth, {Status::io, bytes}});
}

void Plan::cut_power(u64 nth) {
  const std::lock_guard hold(state_->lock);
  state_->power_cut_at = nth;
}

void Plan::restart() {
  const std::lock_guard hold(state_->lock);
  state_->orders.clear();
  state_->counts = {};
  state_->powerless = false;
  state_->power_cut_at = 0;
}

u64 Plan::count(Op op) const {
  const std::lock_guard hold(state_->lock);
  return state_->counter(op);
}

std::vector<Plan::Piece> Plan::unflushed() const {
  const std::lock_guard hold(state_->lock);
  return state_->log;
}

std::vector<std::byte> Plan::after_power_loss(std::span<const std::size_t> pieces) const {
  const std::lock_guard hold(state_->lock);
  std::vector<std::byte> medium = state_->stable;
  for (const std::size_t index : pieces) lay_down(medium, state_->log.at(index));
  return medium;
}

std::vector<std::size_t> Plan::choose(std::size_t count, u64 seed) {
  std::mt19937_64 random(seed);
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < count; ++i)
    if (random() % 2 == 0) chosen.push_back(i);
  // By hand, since std::shuffle may differ between libraries and a seed must mean the same everywhere.
  for (std::size_t i = chosen.size(); i > 1; --i) std::swap(chosen[i - 1], chosen[random() % i]);
  return chosen;
}

}  // namespace rump::host::fault
