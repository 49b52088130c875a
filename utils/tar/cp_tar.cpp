// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The runs of fs-cp with archives.
#include "utils/tar/cp_tar.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "utils/base/quote.hpp"
#include "utils/confine/host_calls.hpp"
#include "utils/edit/edit_run.hpp"
#include "utils/image/glob.hpp"
#include "utils/tar/tar_export.hpp"
#include "utils/tar/tar_import.hpp"

namespace fsu {
namespace {

/// Puts the archive's file in the place of standard output, the one stream that a confined reader writes.
/// It is not emptied before it is known to be none of the images.
void open_archive(const std::string& file, const Images& images) {
  if (file == "-") {
    if (::isatty(STDOUT_FILENO) == 1) throw UsageError("--to-tar: an archive is nothing for a terminal");
  } else {
    const HostFd opened(::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666));
    if (!opened || ::dup2(opened.get(), STDOUT_FILENO) < 0)
      throw UsageError("--to-tar: " + quote(file) + ": " + errno_text(errno));
  }
  struct stat status;
  if (!stat_descriptor(STDOUT_FILENO, status)) throw UsageError("--to-tar: " + errno_text(errno));
  if (images.holds(status)) throw UsageError("--to-tar: " + quote(file) + " is the image being read");
  if (file != "-" && S_ISREG(status.st_mode) && ::ftruncate(STDOUT_FILENO, 0) != 0)
    throw UsageError("--to-tar: " + quote(file) + ": " + errno_text(errno));
}

/// What the operand is called in the archive: as cp would call its copy, or with all of its path.
std::string member_name(std::string_view path, bool parents) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  if (!parents) path.remove_prefix(path.rfind('/') + 1);
  while (path.starts_with('/')) path.remove_prefix(1);
  if (parents && (path == ".." || path.starts_with("../") || path.ends_with("/..") || path.contains("/../")))
    throw UsageError("--parents: '..' cannot be a part of a name in an archive");
  return path.empty() || path == ".." ? "." : std::string(path);
}

/// The archive that is read. Throws UsageError.
HostFd open_source(const std::string& file) {
  if (file == "-" && ::isatty(STDIN_FILENO) == 1)
    throw UsageError("--from-tar: no archive comes from a terminal");
  HostFd opened(file == "-" ? ::dup(STDIN_FILENO) : ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!opened) throw UsageError("--from-tar: " + quote(file) + ": " + errno_text(errno));
  return opened;
}

}  // namespace

void copy_to_tar(const CpOptions& cp, const std::string& archive, const ImageOptions& image_options,
                 const std::vector<std::string>& texts, Reporter& report) {
  std::vector<Operand> operands = image_options.image_operands(texts, "; use tar for it");
  if (cp.copy.parents)
    for (const Operand& operand : operands) member_name(operand.path, true);
  Images images(image_options.settings());
  open_images(images, operands, report);
  if (operands.empty()) return;
  open_archive(archive, images);
  Progress progress(!cp.copy.verbose);
  report.before_message([&progress] { progress.clear(); });
  Output out(STDOUT_FILENO);
  TarWriter writer(out);
  confine({.sources = images.descriptors()}, image_options.confine_mode());

  if (image_options.glob()) expand_globs(images, operands, report);
  const TarExportOptions options = {.follow = cp.copy.follow,
                                    .follow_operands = cp.copy.follow_operands,
                                    .holes = cp.copy.sparse != Sparse::never,
                                    .owner = cp.copy.keep.owner,
                                    .verbose = cp.copy.verbose};
  TarExporter exporter(options, writer, report, progress);
  for (const Operand& operand : operands) {
    try {
      exporter.add(images.mount(operand.image), operand.path, operand.shown(),
                   member_name(operand.path, cp.copy.parents));
    } catch (const ImageError& error) {
      report.not_opened(operand.image.file, error.what());
    }
  }
  writer.finish();
  progress.clear();
  report.before_message({});
}

int copy_from_tar(const CpOptions& cp, const std::string& archive, const WriterOptions& writer_options,
                  std::vector<std::string> texts) {
  texts = writer_options.images().with_listed(std::move(texts));
  if (texts.size() != 1) throw UsageError("--from-tar takes one operand: the directory in an image");
  EditRun::Files files{.targets = {writer_options.in_image(texts.front(), "tar")}};
  const HostFd source = open_source(archive);
  EditRun run("fs-cp", writer_options);
  run.open(files);
  if (struct stat status; ::fstat(source.get(), &status) == 0 && run.images().holds(status))
    throw UsageError("--from-tar: " + quote(archive) + " is the image itself");
  Progress progress(!cp.copy.verbose);
  run.report().before_message([&progress] { progress.clear(); });
  TarReader reader(source.get());
  const std::array host = {source.get()};
  files.host = host;
  run.confine_to(files);

  const TarImportOptions options = {.kept = cp.kept_of_archive(),
                                    .named = cp.copy.keep.named,
                                    .owner = cp.copy.keep.owner,
                                    .keep_existing = cp.policy.existing == TargetPolicy::Existing::keep,
                                    .verbose = cp.copy.verbose};
  for (const Operand& operand : files.targets)
    run.attempt(operand, [&](rump::Process& process) {
      TarImporter(process, options, run.log(), run.report(), progress)
          .run(reader, operand.path, archive == "-" ? "standard input" : archive);
    });
  progress.clear();
  run.report().before_message({});
  return run.finish();
}

}  // namespace fsu
