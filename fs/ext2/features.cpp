// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The names of features, and a sentence a bit for those that have none: reasons are static text.
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

/// By bit; the names of e2fsprogs. nullptr: e2fsprogs prints a number.
constexpr const char* kCompatNames[32] = {"dir_prealloc",    "imagic_inodes", "has_journal", "ext_attr",
                                          "resize_inode",    "dir_index",     "lazy_bg",     nullptr,
                                          "snapshot_bitmap", "sparse_super2", "fast_commit", "stable_inodes",
                                          "orphan_file"};
constexpr const char* kIncompatNames[32] = {
    "compression", "filetype",    "needs_recovery", "journal_dev", "meta_bg", nullptr,   "extent",
    "64bit",       "mmp",         "flex_bg",        "ea_inode",    nullptr,   "dirdata", "metadata_csum_seed",
    "large_dir",   "inline_data", "encrypt",        "casefold"};
constexpr const char* kRoCompatNames[32] = {
    "sparse_super", "large_file", nullptr,         "huge_file", "uninit_bg",     "dir_nlink",
    "extra_isize",  nullptr,      "quota",         "bigalloc",  "metadata_csum", "replica",
    "read-only",    "project",    "shared_blocks", "verity",    "orphan_present"};

/// One word of features; `letter` tells the words apart where a feature has no name.
void add_features(u32 word, const char* const (&names)[32], char letter, DetailSink& sink) {
  for (u32 bit = 0; bit < 32; ++bit) {
    if (!(word >> bit & 1)) continue;
    char unnamed[] = "FEATURE_?00";
    unnamed[8] = letter;
    std::size_t length = 9;
    if (bit >= 10) unnamed[length++] = static_cast<char>('0' + bit / 10);
    unnamed[length++] = static_cast<char>('0' + bit % 10);
    sink.item("features", names[bit] ? std::string_view(names[bit]) : std::string_view(unnamed, length));
  }
}

}  // namespace

const char* unknown_incompat(u32 bits) {
  invariant(bits != 0, "a feature that is not there is named");
  return kSentences[static_cast<std::size_t>(std::countr_zero(bits))].data();
}

void tell_features(u32 compat, u32 incompat, u32 ro_compat, DetailSink& sink) {
  add_features(compat, kCompatNames, 'C', sink);
  add_features(incompat, kIncompatNames, 'I', sink);
  add_features(ro_compat, kRoCompatNames, 'R', sink);
}

}  // namespace rump::ext2
