// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file fs-info: says what is in an image, also of what cannot be read.
#include <unistd.h>

#include <ctime>

#include "utils/base/output.hpp"
#include "utils/base/quote.hpp"
#include "utils/confine/confine.hpp"
#include "utils/image/image_options.hpp"
#include "utils/info/info_report.hpp"
#include "utils/tools.hpp"

namespace fsu {
namespace {

constexpr ToolText kText = {
    .name = "fs-info",
    .usage = "[OPTION]... IMAGE[@PART]...",
    .summary =
        "Says what is in disk images: their format, their partition table, their boot images, and of each\n"
        "part the file system with its label, UUID, features, sizes and state. What fs-utils cannot read\n"
        "is named all the same. Without an operand: of the image that --image or the variable FSU_IMAGE\n"
        "names.",
    .examples =
        "  fs-info disk.img\n"
        "  fs-info --json disk.img | jq -r '.partitions[] | [.part, .filesystem.type] | @tsv'\n",
    .description =
        "A volume is described from its superblock, also where it cannot be read: because it is\n"
        "damaged, needs recovery, or has features that are not known. What no driver of fs-utils\n"
        "reads is named by libblkid: encrypted volumes (LUKS, BitLocker), members of LVM, RAID and\n"
        "ZFS, swap space, and other file systems. Formats that keep a disk's bytes in another form\n"
        "(qcow2, VMDK, gzip) are named by their first bytes.\n"
        "\n"
        "With --json each image is one object: its name, format and size; table (type, id,\n"
        "sector_size, and a problem where there is one); partitions, each with part (how an operand\n"
        "names it), start, size, type, name, uuid and filesystem; boot_catalog (start, and a problem)\n"
        "and boot_images of a CD, each with part, start, size, platform, bootable, emulation,\n"
        "load_segment, load_size and filesystem; and filesystem, where the image as a whole is one. A\n"
        "filesystem has type, readable, label, uuid, state, size, free, features and more, as far as\n"
        "its format keeps them. Sizes and places are in bytes, times in UTC. A text that is not UTF-8\n"
        "is also there in hexadecimal, its name ending in _hex.\n"
        "\n"
        "The exit status is 0 where the image could be described, though fs-utils may not be able to\n"
        "read it, and 1 where something in it is damaged.\n",
};

/// Prints one image, and reports what of it is damaged.
void describe(Images& images, const ImageOptions& options, const Operand& operand, bool as_json, Output& out,
              Reporter& report) {
  const std::string name = operand.image_name.empty() ? operand.image.file : operand.image_name;
  try {
    const auto device = images.image_device(operand.image);
    Survey found = survey(*device, operand.image, options.settings().mount_text);
    found.image.name = name;
    out.put(as_json ? info_json(found.image) : info_text(found.image));
    out.flush();
    for (const auto& [part, reason] : found.damage)
      report.error(operand.image.part.kind == Part::Kind::none ? name + part : name, reason);
  } catch (const ImageError& error) {
    report.not_opened(name, error.what());
  }
}

}  // namespace

int run_info(std::span<char* const> arguments) {
  bool as_json = false;
  Options options(kText);
  options.flag("--json", "one JSON object an image, each on a line", as_json);
  ImageOptions image_options(options);
  auto texts = options.parse(arguments);
  if (!texts) return kDone;
  std::vector<Operand> operands = image_options.image_operands(*std::move(texts), ", not an image");
  for (const Operand& operand : operands)
    if (operand.path != "/")
      throw UsageError(quote(operand.shown()) + " is a file in an image; fs-info tells about images");

  Reporter report(kText.name);
  Images images(image_options.settings());
  open_images(images, operands, report);
  Output out(STDOUT_FILENO);
  ::tzset();
  confine({.sources = images.descriptors(), .identifies = true}, image_options.confine_mode());
  bool first = true;
  for (const Operand& operand : operands) {
    if (!first && !as_json) out.put('\n');
    first = false;
    describe(images, image_options, operand, as_json, out, report);
  }
  out.flush();
  return report.exit_status();
}

}  // namespace fsu
