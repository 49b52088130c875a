// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Lines about edits.
#include "utils/edit/edit_log.hpp"

#include "utils/base/quote.hpp"

namespace fsu {

void EditLog::error(std::string_view path, std::string_view reason) { report(shown(path), reason); }

void EditLog::host_error(const std::string& path, std::string_view reason) { report(path, reason); }

void EditLog::report(const std::string& name, std::string_view reason) {
  ++errors_;
  if (line_.empty()) return report_.error(name, reason);
  report_.error(line_, quote(name).append(": ").append(reason));
}

void EditLog::tell(std::string_view done, std::string_view path) {
  out_.put(std::string(done).append(" ").append(quote_always(shown(path))).append("\n"));
}

void EditLog::tell_by_name(std::string_view done, std::string_view path) {
  tell(std::string(tool_).append(": ").append(done), path);
}

void EditLog::tell_move(std::string_view done, const std::string& from, const std::string& to) {
  out_.put(std::string(done).append(" ").append(quote_always(from)).append(" -> "));
  out_.put(quote_always(to).append("\n"));
}

}  // namespace fsu
