// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file fs-cp between images and tar archives.
#pragma once

#include <string>
#include <vector>

#include "utils/cp_options.hpp"
#include "utils/message.hpp"
#include "utils/writer_options.hpp"

namespace fsu {

/// Writes what the operands name into the archive of CpOptions::to_tar. Throws UsageError, OutputError.
void copy_to_tar(const CpOptions& cp, const ImageOptions& image_options,
                 const std::vector<std::string>& operands, Reporter& report);

/// Makes the members of the archive of CpOptions::from_tar in the directory that is the one operand; the exit
/// status. Throws UsageError, OutputError.
int copy_from_tar(const CpOptions& cp, const WriterOptions& writer_options,
                  const std::vector<std::string>& operands);

}  // namespace fsu
