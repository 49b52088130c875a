// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file A sentence a bit, made by the compiler: reasons are static text.
#include "fs/ext2/features.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace rump::ext2 {
namespace {

constexpr std::string_view kText = "the incompatible feature FEATURE_I?? is not known";
using Sentence = std::array<char, kText.size() + 1>;

constexpr std::array<Sentence, 32> make_sentences() {
  std::array<Sentence, 32> all{};
  for (std::size_t bit = 0; bit < all.size(); ++bit) {
    const std::size_t at = kText.find('?');
    char* out = std::ranges::copy(kText.substr(0, at), all[bit].begin()).out;
    if (bit >= 10) *out++ = static_cast<char>('0' + bit / 10);
    *out++ = static_cast<char>('0' + bit % 10);
    std::ranges::copy(kText.substr(at + 2), out);
  }
  return all;
}
constexpr std::array<Sentence, 32> kSentences = make_sentences();

}  // namespace

const char* unknown_incompat(u32 bits) {
  invariant(bits != 0, "a feature that is not there is named");
  return kSentences[static_cast<std::size_t>(std::countr_zero(bits))].data();
}

}  // namespace rump::ext2
