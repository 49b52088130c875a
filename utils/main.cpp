// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file One program for all tools: called by a tool's name (fs-ls), or as `fs-utils ls`.
#include <fcntl.h>
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <new>
#include <string>

#include "utils/base/completion.hpp"
#include "utils/base/manual.hpp"
#include "utils/base/message.hpp"
#include "utils/base/output.hpp"
#include "utils/base/quote.hpp"
#include "utils/confine/confine.hpp"
#include "utils/tools.hpp"

namespace fsu {
namespace {

constexpr std::string_view kProgram = "fs-utils";

/// Makes sure that descriptors 0 to 2 are taken: an image opened as number 1 would be "standard output". What
/// was closed stays unusable in its direction.
void occupy_standard_descriptors() {
  for (int fd = 0; fd <= 2; ++fd)
    if (::fcntl(fd, F_GETFD) < 0 && ::open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd)
      std::_Exit(kNotStarted);
}

int output_failed(std::string_view program, const OutputError& error) {
  Reporter report(program);
  report.error("", std::string("write error: ").append(error.what()));
  return report.exit_status();
}

const Tool* find_tool(std::string_view name) {
  if (name.starts_with("fs-")) name.remove_prefix(3);
  for (const Tool& tool : tools())
    if (tool.name == name) return &tool;
  return nullptr;
}

int list_tools() {
  std::size_t width = 0;
  for (const Tool& tool : tools()) width = std::max(width, tool.name.size() + 2);
  Output out(STDOUT_FILENO);
  out.put(
      "Usage: fs-utils TOOL [ARGUMENT]...\nReads and changes disk images without mounting them. The "
      "tools:\n");
  for (const Tool& tool : tools()) {
    out.put("  ");
    out.put(tool.name);
    out.pad(width - tool.name.size());
    out.put(tool.summary);
    out.put('\n');
  }
  out.put("`fs-utils TOOL --help`, or `fs-TOOL --help`, says more; so do man fs-TOOL and man 7 fs-utils.\n");
  out.flush();
  return kDone;
}

/// What the build asks for, to be installed beside the tools.
constexpr Tool kHidden[] = {
    {"manual", "print a manual page", run_manual},
    {"completion", "print the completion for bash", run_completion},
};

int run_tool(const Tool& tool, std::span<char* const> arguments) {
  const std::string name = std::string("fs-").append(tool.name);
  Reporter report(name);
  try {
    return tool.run(arguments);
  } catch (const UsageError& error) {
    report.not_opened("", error.what());
    write_error_stream("Try '" + name + " --help' for more information.\n");
    return report.exit_status();
  } catch (const OutputError& error) {
    return output_failed(name, error);
  } catch (const ConfineError& error) {
    report.not_opened("", std::string("cannot be confined (see --confine): ").append(error.what()));
    return report.exit_status();
  } catch (const std::bad_alloc&) {
    report.error("", "out of memory");
    return report.exit_status();
  }
}

int run_program(std::span<char* const> arguments) {
  occupy_standard_descriptors();
  std::string_view called = arguments.empty() ? kProgram : std::string_view(arguments.front());
  called.remove_prefix(called.rfind('/') + 1);
  if (!arguments.empty()) arguments = arguments.subspan(1);
  if (const Tool* tool = find_tool(called)) return run_tool(*tool, arguments);

  const std::string_view first = arguments.empty() ? std::string_view("--help") : arguments.front();
  if (const Tool* tool = find_tool(first)) return run_tool(*tool, arguments.subspan(1));
  for (const Tool& hidden : kHidden)
    if (hidden.name == first) return run_tool(hidden, arguments.subspan(1));
  if (first == "--help") return list_tools();
  if (first == "--version") {
    Output out(STDOUT_FILENO);
    out.put("fs-utils " FSU_VERSION "\n");
    out.flush();
    return kDone;
  }
  Reporter report(kProgram);
  report.not_opened(first, "there is no such tool; fs-utils --help lists them");
  return report.exit_status();
}

}  // namespace
}  // namespace fsu

int main(int argc, char** argv) {
  // Large directories are held whole: a heap that grows in large steps, and in one piece, costs fewer page
  // faults.
  ::mallopt(M_TOP_PAD, 4 << 20);
  try {
    return fsu::run_program({argv, static_cast<std::size_t>(argc)});
  } catch (const fsu::OutputError& error) {
    return fsu::output_failed(fsu::kProgram, error);
  }
}
