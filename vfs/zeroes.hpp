// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Zeroes to write.
#pragma once

#include <algorithm>
#include <array>
#include <span>

#include "hypercall/host.hpp"

namespace rump {

/// The parts of a write that brings nothing but zeroes; at most kMax bytes.
class ZeroParts {
 public:
  static constexpr std::size_t kPieceBytes = 65536;
  static constexpr std::size_t kPartsMax = 16;
  static constexpr u64 kMax = kPartsMax * kPieceBytes;

  /// For the first kMax bytes of `length`.
  explicit ZeroParts(u64 length) : length_(std::min(length, kMax)) {
    for (u64 left = length_; left > 0; ++count_) {
      const u64 piece = std::min<u64>(left, kZeroes.size());
      // The host only reads from the parts of a write.
      parts_[count_] = {const_cast<std::byte*>(kZeroes.data()), piece};
      left -= piece;
    }
  }
  u64 length() const { return length_; }
  std::span<const host::IoPart> parts() const { return std::span(parts_).first(count_); }

 private:
  static constexpr std::array<std::byte, kPieceBytes> kZeroes{};
  u64 length_;
  std::size_t count_ = 0;
  std::array<host::IoPart, kPartsMax> parts_;
};

}  // namespace rump
