// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Images by mkfs.fat, mtools and fsck.fat.
#include "tests/oracle/fat_image.hpp"

#include <fstream>
#include <sstream>

namespace oracle {

std::string FatFormat::text() const {
  return "FAT" + std::to_string(bits) + " of " + size + ", sectors of " + std::to_string(sector_bytes) +
         ", clusters of " + std::to_string(cluster_sectors) + ", " + std::to_string(fats) + " FATs";
}

void make_fat(const std::string& image, const FatFormat& format) {
  must({"rm", "-f", image});
  must({"truncate", "-s", format.size, image});
  std::vector<std::string> command = {"mkfs.fat", "--invariant",
                                      "-F",       std::to_string(format.bits),
                                      "-S",       std::to_string(format.sector_bytes),
                                      "-s",       std::to_string(format.cluster_sectors),
                                      "-f",       std::to_string(format.fats)};
  if (!format.label.empty()) command.insert(command.end(), {"-n", format.label});
  if (format.root_entries != 0) command.insert(command.end(), {"-r", std::to_string(format.root_entries)});
  command.push_back(image);
  must(command);
}

std::string mtools(const std::string& image, std::vector<std::string> command) {
  // Only a configuration file sets the code page; C.UTF-8 is what mtools take names to be.
  const std::string configuration = image + ".mtoolsrc";
  std::ofstream(configuration) << "mtools_skip_check=1\ndefault_codepage=437\n";
  command.insert(command.begin() + 1, {"-i", image});
  command.insert(command.begin(), {"env", "LC_ALL=C.UTF-8", "MTOOLSRC=" + configuration});
  return must(command);
}

std::string complaints_of_fsck(const std::string& image) {
  const Outcome outcome = run({"fsck.fat", "-n", image});
  std::istringstream said(outcome.out + outcome.err);
  std::string complaints;
  for (std::string line; std::getline(said, line);) {
    // Who it is, what it counted, and that a test's FAT32 is small.
    const bool is_usual = line.starts_with("fsck.fat 4") || line.starts_with(image + ": ") ||
                          line.starts_with("Warning: Filesystem is FAT32") ||
                          line.starts_with("  but has only") || line.starts_with("  This may lead");
    if (!is_usual && !line.empty()) complaints += line + "\n";
  }
  if (complaints.empty() && outcome.status != 0) complaints = "exit status " + std::to_string(outcome.status);
  return complaints;
}

}  // namespace oracle
