// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The tree of a FAT volume: every directory, the chain of every file, and what belongs to none.
#include "utils/check/check_fat.hpp"

#include <algorithm>

#include "utils/check/check_fat_names.hpp"
#include "utils/check/check_fat_volume.hpp"

namespace fsu {
namespace {

using namespace rump::fat;

constexpr std::uint8_t kAttrReserved = 0xC0;
constexpr const char* kLabelPlace = "volume label";

/// The clusters of a file that are its own.
struct Chain {
  std::uint32_t start = 0;
  std::uint32_t clusters = 0;
  bool is_complete = false;  ///< it ends as it should
};

/// A directory to be read.
struct Directory {
  std::string name;
  Chain chain;
  std::uint32_t parent = 0;  ///< what its ".." has to say
  bool is_root = false;
};

class TreeChecker {
 public:
  TreeChecker(const ImageBytes& bytes, const FatShape& shape, Findings& findings)
      : bytes_(bytes),
        shape_(shape),
        findings_(findings),
        table_(bytes, shape, shape.used_fat),
        seen_(shape.end_of_clusters()) {}

  /// Returns how many clusters are free.
  std::uint32_t run();

 private:
  Chain claim(std::uint32_t start, const std::string& name);
  void meet_twice(const Chain& chain, std::uint32_t cluster, const std::string& name);
  /// Calls `visit(record number, its bytes)` until it says false or the directory ends.
  void for_each_record(const Directory& dir, auto visit);
  std::vector<Directory> read_directory(const Directory& dir);
  void check_entry(const Directory& dir, const FatRecord& record, FatSlices& slices, FatNameSet& names,
                   std::vector<Directory>& below);
  void check_dots(const Directory& dir, std::uint32_t number, const FatRecord& record);
  void check_label(const Directory& dir, const FatRecord& record);
  void check_boot_label();
  bool check_file(const std::string& name, const FatRecord& record, Chain& chain);
  std::uint32_t check_free();

  std::uint32_t start_of(const FatRecord& record) const {
    const std::uint32_t high = shape_.entry_bits == 32 ? record.get(DirRecord::cluster_hi) : 0;
    return high << 16 | record.get(DirRecord::cluster_lo);
  }
  /// `name` is in the directory that is being read; empty: that directory.
  void add(Severity severity, const std::string& name, std::string what) {
    findings_.add(severity, path_of(name), std::move(what));
  }
  void add_fault(Severity severity, const std::string& name, const char* fault) {
    if (fault) add(severity, name, fault);
  }
  std::string path_of(const std::string& name) const;

  const ImageBytes& bytes_;
  const FatShape& shape_;
  Findings& findings_;
  FatTable table_;
  std::vector<std::string> path_;  ///< from the root to the directory that is being read
  std::vector<bool> seen_;         ///< clusters of files, by number
  std::array<std::uint8_t, 11> label_{};
  bool has_label_ = false;
};

std::uint32_t TreeChecker::run() {
  Directory root{.name = "", .chain = {}, .parent = 0, .is_root = true};
  if (shape_.entry_bits == 32) root.chain = claim(shape_.root_cluster, "");
  // Of each directory on the way, those below that are still to be read.
  std::vector<std::vector<Directory>> waiting;
  waiting.push_back(read_directory(root));
  while (!waiting.empty()) {
    if (waiting.back().empty()) {
      waiting.pop_back();
      if (!path_.empty()) path_.pop_back();
      continue;
    }
    Directory next = std::move(waiting.back().back());
    waiting.back().pop_back();
    path_.push_back(std::move(next.name));
    waiting.push_back(read_directory(next));
  }
  check_boot_label();
  return check_free();
}

std::string TreeChecker::path_of(const std::string& name) const {
  constexpr std::size_t kPathMax = 4096;
  std::string path = name.empty() ? "" : "/" + name;
  for (auto it = path_.rbegin(); it != path_.rend(); ++it) {
    if (path.size() + it->size() > kPathMax) return "…" + path;
    path.insert(0, "/" + *it);
  }
  return path.empty() ? "/" : path;
}

Chain TreeChecker::claim(std::uint32_t start, const std::string& name) {
  Chain chain{.start = start};
  std::uint32_t cluster = start;
  for (;;) {
    const std::string here = "cluster " + std::to_string(cluster);
    if (!shape_.is_cluster(cluster)) {
      add(Severity::damage, name, "its chain leads to " + here + ", which the volume does not have");
      return chain;
    }
    const std::uint32_t next = table_.entry(cluster);
    if (next == kEntryFree || next == kEntryBad) {
      add(Severity::damage, name,
          here + " of its chain is marked as " + (next == kEntryBad ? "bad" : "free"));
      return chain;
    }
    if (seen_[cluster]) {
      meet_twice(chain, cluster, name);
      return chain;
    }
    seen_[cluster] = true;
    ++chain.clusters;
    if (next >= kEntryEnd) break;
    cluster = next;
  }
  chain.is_complete = true;
  return chain;
}

void TreeChecker::meet_twice(const Chain& chain, std::uint32_t cluster, const std::string& name) {
  std::uint32_t own = chain.start;
  for (std::uint32_t i = 0; i < chain.clusters; ++i, own = table_.entry(own))
    if (own == cluster) return add(Severity::damage, name, "its chain runs in a circle");
  add(Severity::damage, name, "cluster " + std::to_string(cluster) + " belongs to another file, too");
}

void TreeChecker::for_each_record(const Directory& dir, auto visit) {
  std::uint32_t number = 0;
  const auto visit_all = [&](std::uint64_t start, std::size_t length) {
    const auto bytes = bytes_.read(start, length);
    for (std::size_t at = 0; at + DirRecord::size <= length; at += DirRecord::size)
      if (!visit(number++, std::span<const std::byte>(bytes).subspan(at, DirRecord::size))) return false;
    return true;
  };
  if (dir.is_root && shape_.entry_bits != 32) {
    visit_all(shape_.root_start, std::size_t{shape_.root_records} * DirRecord::size);
    return;
  }
  std::uint32_t cluster = dir.chain.start;
  for (std::uint32_t i = 0; i < dir.chain.clusters; ++i, cluster = table_.entry(cluster)) {
    if (number >= kDirRecordsMax) return add(Severity::damage, "", "a directory of more than 65536 entries");
    if (!visit_all(shape_.place_of(cluster), shape_.cluster_bytes)) return;
  }
}

std::vector<Directory> TreeChecker::read_directory(const Directory& dir) {
  std::vector<Directory> below;
  FatNameSet names;
  FatSlices slices;
  bool has_ended = false;
  for_each_record(dir, [&](std::uint32_t number, std::span<const std::byte> bytes) {
    const FatRecord record = *FatRecord::at(bytes, 0);
    const std::uint8_t first = record.get(DirRecord::name), attributes = record.get(DirRecord::attributes);
    if (has_ended) {
      if (first == kNameEnd) return true;
      add(Severity::untidy, "", "has entries behind its end");
      return false;
    }
    has_ended = first == kNameEnd;
    if (!dir.is_root && number < 2) {
      check_dots(dir, number, record);
    } else if (has_ended || first == kNameDeleted) {
      add_fault(Severity::leak, "", slices.drop());
    } else if ((attributes & kAttrLongMask) == kAttrLong) {
      add_fault(Severity::leak, "", slices.add(bytes));
    } else if (attributes & kAttrLabel) {
      add_fault(Severity::leak, "", slices.drop());
      check_label(dir, record);
    } else {
      check_entry(dir, record, slices, names, below);
    }
    return true;
  });
  add_fault(Severity::leak, "", slices.drop());
  std::ranges::reverse(below);
  return below;
}

void TreeChecker::check_entry(const Directory& dir, const FatRecord& record, FatSlices& slices,
                              FatNameSet& names, std::vector<Directory>& below) {
  const char* long_fault = slices.end(record);
  const std::u16string short_name = short_text(record);
  std::string name = printable(slices.name().empty() ? short_name : slices.name());
  add_fault(slices.name().empty() ? Severity::leak : Severity::damage, name, long_fault);
  add_fault(Severity::damage, name, fault_of_short_name(record));
  add_fault(Severity::untidy, name, fault_of_times(record));
  if (names.add(short_name, slices.name())) add(Severity::damage, name, "the directory has the name twice");
  Chain chain;
  if (check_file(name, record, chain))
    below.push_back({std::move(name), chain, dir.is_root ? 0 : dir.chain.start, false});
}

void TreeChecker::check_dots(const Directory& dir, std::uint32_t number, const FatRecord& record) {
  const std::string name = number == 0 ? "." : "..";
  const std::string stored = name + std::string(11 - name.size(), ' ');
  for (std::size_t i = 0; i < stored.size(); ++i)
    if (record.get(DirRecord::name, i) != static_cast<std::uint8_t>(stored[i]))
      return add(Severity::damage, "", "has no \"" + name + "\" where it should be");
  if (!(record.get(DirRecord::attributes) & kAttrDirectory))
    add(Severity::damage, name, "is not a directory");
  if (start_of(record) != (number == 0 ? dir.chain.start : dir.parent))
    add(Severity::damage, name, "leads to another directory");
  if (record.get(DirRecord::file_size) != 0) add(Severity::untidy, name, "a directory with a size");
  add_fault(Severity::untidy, name, fault_of_times(record));
}

void TreeChecker::check_label(const Directory& dir, const FatRecord& record) {
  const auto damage = [&](std::string what) {
    findings_.add(Severity::damage, kLabelPlace, std::move(what));
  };
  if (!dir.is_root) return damage("lies in " + path_of(""));
  if (has_label_) return damage("there is more than one");
  has_label_ = true;
  for (std::size_t i = 0; i < label_.size(); ++i) label_[i] = record.get(DirRecord::name, i);
  if (record.get(DirRecord::attributes) & kAttrDirectory) damage("is a directory, too");
  if (start_of(record) != 0 || record.get(DirRecord::file_size) != 0) damage("has a content");
}

void TreeChecker::check_boot_label() {
  if (!shape_.has_label) return;
  constexpr std::string_view kNone = "NO NAME    ";
  auto label = label_;
  if (has_label_ && label[0] == kNameE5) label[0] = kNameDeleted;
  if (!has_label_) std::ranges::copy(kNone, label.begin());
  if (label != shape_.label)
    findings_.add(Severity::untidy, kLabelPlace, "the boot sector and the root directory do not agree");
}

/// Checks what an entry says of a file and claims its clusters. Whether it is a directory that can be read.
bool TreeChecker::check_file(const std::string& name, const FatRecord& record, Chain& chain) {
  const std::uint8_t attributes = record.get(DirRecord::attributes);
  const bool is_dir = attributes & kAttrDirectory;
  const std::uint32_t start = start_of(record), size = record.get(DirRecord::file_size);
  if (attributes & kAttrReserved) add(Severity::untidy, name, "has unknown attributes");
  if (is_dir && size != 0) add(Severity::untidy, name, "a directory with a size");
  if (start == 0) {
    if (is_dir || size != 0) add(Severity::damage, name, "has no clusters");
    return false;
  }
  chain = claim(start, name);
  if (is_dir) return chain.clusters > 0;
  if (!chain.is_complete) return false;
  const std::uint64_t room = std::uint64_t{chain.clusters} * shape_.cluster_bytes;
  if (room < size) {
    add(Severity::damage, name, std::to_string(size) + " bytes, its clusters have " + std::to_string(room));
  } else if (room - size >= shape_.cluster_bytes) {
    add(Severity::leak, name, "has more clusters than its " + std::to_string(size) + " bytes need");
  }
  return false;
}

std::uint32_t TreeChecker::check_free() {
  std::uint32_t free = 0, lost = 0, first_lost = 0;
  for (std::uint32_t cluster = kFirstCluster; cluster < shape_.end_of_clusters(); ++cluster) {
    const std::uint32_t entry = table_.entry(cluster);
    if (entry == kEntryFree) {
      ++free;
    } else if (entry != kEntryBad && !seen_[cluster]) {
      if (lost++ == 0) first_lost = cluster;
    }
  }
  if (lost > 0)
    findings_.add(Severity::leak, "FAT",
                  std::to_string(lost) + " clusters belong to no file, cluster " +
                      std::to_string(first_lost) + " is the first");
  return free;
}

}  // namespace

void check_fat(rump::BlockDevice& device, Findings& findings) {
  const ImageBytes bytes(device);
  const auto shape = check_boot(bytes, findings);
  if (!shape) return;
  check_tables(bytes, *shape, findings);
  const std::uint32_t free = TreeChecker(bytes, *shape, findings).run();
  check_info(bytes, *shape, free, findings);
}

}  // namespace fsu
