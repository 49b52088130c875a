// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The sentences for what is left out.
#include "utils/copy/left_out.hpp"

#include <array>

namespace fsu {

void LeftOutNotes::add(LeftOut what, std::string_view shown, bool named) {
  constexpr std::array<std::string_view, 16> kSentences = {
      "setuid and setgid bits are left out, here and elsewhere; --trusted-image keeps them",
      "devices are left out, here and elsewhere; --trusted-image copies them",
      "sockets are left out, here and elsewhere",
      "attributes security.* are left out, here and elsewhere; --trusted-image keeps them",
      "attributes trusted.* are left out, here and elsewhere; --trusted-image keeps them",
      "attributes other than user.* are left out, here and elsewhere",
      "extended attributes that the target does not take are left out, here and elsewhere",
      "ACLs that the target does not take are left out, here and elsewhere",
      "owners that only root may set are left out, here and elsewhere; --save-meta keeps them in a file",
      "hard links that the target does not take are copied as files, here and elsewhere",
      "owners that the target cannot hold are left out, here and elsewhere",
      "modes that the target cannot hold are left out, here and elsewhere",
      "symbolic links, which the target cannot hold, are left out, here and elsewhere; -L follows them",
      "pipes, sockets and devices, which the target cannot hold, are left out, here and elsewhere",
      "file flags that the target cannot hold are left out, here and elsewhere",
      "symbolic links, which the target cannot hold, are left out, here and elsewhere",
  };
  const auto kind = static_cast<unsigned>(what);
  if ((said_ >> kind & 1) != 0) return;
  said_ |= 1U << kind;
  if (named) return report_.error(shown, kSentences[kind]);
  report_.warning(shown, kSentences[kind]);
}

}  // namespace fsu
