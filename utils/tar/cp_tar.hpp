// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file fs-cp between images and tar archives.
#pragma once

#include <string>
#include <vector>

#include "utils/base/message.hpp"
#include "utils/copy/cp_options.hpp"
#include "utils/image/writer_options.hpp"

namespace fsu {

/// Writes what the operands name into the archive ("-": standard output). Throws UsageError, OutputError.
void copy_to_tar(const CpOptions& cp, const std::string& archive, const ImageOptions& image_options,
                 const std::vector<std::string>& texts, Reporter& report);

/// Makes the members of the archive ("-": standard input) in the directory that is the one operand; the exit
/// status. Throws UsageError, OutputError.
int copy_from_tar(const CpOptions& cp, const std::string& archive, const WriterOptions& writer_options,
                  std::vector<std::string> texts);

}  // namespace fsu
