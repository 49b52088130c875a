// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Opening images: one open and one lock a host file and process, then the file system in it.
#pragma once

#include <sys/stat.h>

#include <memory>
#include <string>
#include <vector>

#include "utils/image_lock.hpp"
#include "utils/message.hpp"
#include "utils/operand.hpp"
#include "utils/parts.hpp"
#include "vfs/kernel.hpp"
#include "vfs/syscall.hpp"

namespace fsu {

/// What holds for all images of a run.
struct ImageSettings {
  LockPolicy lock;
  std::string mount_text;  ///< MountOptions::text
  rump::Cred cred;         ///< who one is inside
};

/// The images of a run and the kernel that they are mounted in. For one thread.
class Images {
 public:
  explicit Images(ImageSettings settings);
  ~Images();
  Images(const Images&) = delete;
  Images& operator=(const Images&) = delete;

  /// Opens the image's host file for reading and locks it, unless that was done. No byte of it is read.
  /// Throws ImageError.
  void open(const ImageSpec& spec);
  /// The descriptors of all open images.
  std::vector<int> descriptors() const;
  /// The process whose "/" is the file system of an image that open() took; mounted at the first call. Throws
  /// ImageError.
  rump::Process& mount(const ImageSpec& spec);
  /// The image of the spec, as it lies in its file; the part is left aside. Valid as long as this. Throws
  /// ImageError.
  std::unique_ptr<rump::BlockDevice> image_device(const ImageSpec& spec);
  /// A mounted file system: its number in this run, from 1, and the name of its driver.
  struct VolumeFacts {
    std::uint32_t number;
    std::string_view type;
  };
  /// The facts of what mount() returned.
  VolumeFacts facts_of(const rump::Process& process) const;
  /// Whether this is the host file of an open image: it must be neither written nor copied onto.
  bool holds(const struct stat& status) const;

 private:
  struct File;
  struct Volume;
  File& file_of(const ImageSpec& spec);
  std::unique_ptr<rump::BlockDevice> open_image(File& file, const ImageSpec& spec) const;
  Window find_window(File& file, const ImageSpec& spec) const;
  Volume& mount_window(File& file, const Window& window, const std::string& fstype);

  const ImageSettings settings_;
  // In this order: mounts use devices, processes use mounts.
  std::vector<std::unique_ptr<File>> files_;
  std::vector<std::unique_ptr<rump::BlockDevice>> slices_;
  std::unique_ptr<rump::Kernel> kernel_;
  std::vector<std::unique_ptr<Volume>> volumes_;
};

/// Opens the images of the operands that are in one, before any of them is read. What cannot be opened is
/// reported, and the operands in it are taken out.
void open_images(Images& images, std::vector<Operand>& operands, Reporter& report);

}  // namespace fsu
