// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file fs-cp between images and tar archives.
#pragma once

#include <string>
#include <vector>

#include "utils/cp_options.hpp"
#include "utils/image_options.hpp"
#include "utils/message.hpp"

namespace fsu {

/// Writes what the operands name into the archive of CpOptions::to_tar. Throws UsageError, OutputError.
void copy_to_tar(const CpOptions& cp, const ImageOptions& image_options,
                 const std::vector<std::string>& operands, Reporter& report);

}  // namespace fsu
