// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The table of tools.
#include "utils/tools.hpp"

#include <array>

namespace fsu {

std::span<const Tool> tools() {
  static constexpr std::array kTools = {
      Tool{"apply", "carry out a script of edits in an image", run_apply},
      Tool{"cat", "write files of an image to standard output", run_cat},
      Tool{"cp", "copy files out of an image", run_cp},
      Tool{"df", "show how full the file systems of images are", run_df},
      Tool{"du", "count the space that files of an image take", run_du},
      Tool{"info", "say what is in an image: partitions, file systems, their state", run_info},
      Tool{"ls", "list directories of an image", run_ls},
      Tool{"mkdir", "make directories in an image", run_mkdir},
      Tool{"mv", "move files within images, and between them", run_mv},
      Tool{"rm", "remove files and trees of an image", run_rm},
      Tool{"rmdir", "remove empty directories of an image", run_rmdir},
      Tool{"stat", "show what files and file systems of an image are", run_stat},
      Tool{"touch", "set times of files in an image", run_touch},
      Tool{"truncate", "set sizes of files in an image", run_truncate},
      Tool{"write", "write standard input into a file of an image", run_write},
  };
  return kTools;
}

}  // namespace fsu
