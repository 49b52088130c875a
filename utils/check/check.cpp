// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Findings, kept and counted.
#include "utils/check/check.hpp"

namespace fsu {
namespace {

constexpr std::array kSeverities = {"untidy", "leak", "damage"};

}  // namespace

void Findings::add(Severity severity, std::string place, std::string what) {
  ++counts_[static_cast<std::size_t>(severity)];
  if (kept_.size() < kKept) kept_.push_back({severity, std::move(place), std::move(what)});
}

std::string Findings::text() const {
  std::string text;
  for (const auto& [severity, place, what] : kept_)
    text.append(kSeverities[static_cast<std::size_t>(severity)])
        .append(": ")
        .append(place)
        .append(": ")
        .append(what) += '\n';
  return text;
}

}  // namespace fsu
