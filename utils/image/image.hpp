// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Opening images: one open and one lock a host file and process, then the file system in it.
#pragma once

#include <sys/stat.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "utils/base/message.hpp"
#include "utils/image/image_lock.hpp"
#include "utils/image/operand.hpp"
#include "utils/image/parts.hpp"
#include "vfs/kernel.hpp"
#include "vfs/syscall.hpp"

namespace fsu {

/// What holds for all images of a run.
struct ImageSettings {
  LockPolicy lock;
  std::string mount_text;  ///< MountOptions::text
  rump::Cred cred;         ///< who one is inside
  bool sync = true;        ///< changes are on stable storage in the end
  /// The time of all changes; else the clock's.
  std::optional<rump::Time> fixed_time = {};
};

/// An image that a run needs.
struct ImageRequest {
  const ImageSpec& spec;
  Access access;
};

/// The images of a run and the kernel that they are mounted in. For one thread.
class Images {
 public:
  explicit Images(ImageSettings settings);
  ~Images();
  Images(const Images&) = delete;
  Images& operator=(const Images&) = delete;

  /// Opens and locks the host files: each once, for writing where a request wants that, in the order of their
  /// numbers, so that two runs never wait for each other. No byte is read. What was opened by an earlier call
  /// stays as it is. The reason for each request that cannot be met; empty where it is.
  std::vector<std::string> open(std::span<const ImageRequest> requests);
  /// The descriptors of the images that are open for reading, and of those that are open for writing.
  std::vector<int> descriptors(Access access = Access::read) const;
  /// The process whose "/" is the file system of an image that open() took; mounted at the first call, for
  /// writing if any request wanted that of this file system. Throws ImageError, also where a file system that
  /// is to be written can only be read.
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
  /// The end of a run that writes: takes all mounts away, whose changes are on stable storage then, unless
  /// ImageSettings::sync says otherwise. Reports what could not be written, and file systems that were found
  /// damaged and could not be changed any further. Processes of mount() are gone after it.
  void finish(Reporter& report);

 private:
  struct File;
  struct Volume;
  struct Identity;
  struct Wanted;
  void open_file(const Wanted& wanted);
  File& file_of(const ImageSpec& spec);
  std::unique_ptr<rump::BlockDevice> open_image(File& file, const ImageSpec& spec) const;
  Window find_window(File& file, const ImageSpec& spec) const;
  bool is_written(File& file, const Window& window) const;
  [[noreturn]] void refuse_to_write(rump::Mount& mount);
  Volume& mount_window(File& file, const Window& window, const std::string& fstype);

  const ImageSettings settings_;
  // In this order: mounts use devices, processes use mounts.
  std::vector<std::unique_ptr<File>> files_;
  std::vector<std::unique_ptr<rump::BlockDevice>> slices_;
  std::unique_ptr<rump::Kernel> kernel_;
  std::vector<std::unique_ptr<Volume>> volumes_;
};

/// Operands of a run, and what it does with their images.
struct OperandList {
  std::vector<Operand>& operands;
  Access access;
};
/// Opens the images of the operands that are in one, before any of them is read. What cannot be opened is
/// reported, and the operands in it are taken out.
void open_images(Images& images, std::span<const OperandList> lists, Reporter& report);
/// The same where all are only read.
void open_images(Images& images, std::vector<Operand>& operands, Reporter& report);

}  // namespace fsu
