// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file From an operand's image to a mounted file system.
#include "utils/image.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "images/raw.hpp"
#include "images/slice.hpp"
#include "utils/parts.hpp"
#include "utils/quote.hpp"

namespace fsu {

/// One host file: one descriptor and one lock, however many operands name it.
struct Images::File {
  ~File() {
    device.reset();
    if (fd >= 0) ::close(fd);
  }
  int fd = -1;
  dev_t dev = 0;
  ino_t ino = 0;
  std::vector<std::string> names;  ///< the paths it was named by
  std::unique_ptr<rump::BlockDevice> device;
};

/// One file system in a file.
struct Images::Volume {
  std::vector<ImageSpec> specs;  ///< that it was named by
  const File* file;
  rump::u64 offset;  ///< in the file
  rump::u64 length;
  std::string_view fstype;
  std::unique_ptr<rump::Process> process;
};

namespace {

void refuse_what_cannot_be_read(const ImageSpec& spec) {
  if (!spec.format.empty() && spec.format != "raw")
    throw ImageError("image format " + quote(spec.format) + " cannot be read yet");
  if (spec.fstype.empty()) return;
  find_type(spec.fstype);
}

/// Waits for nobody.
constexpr int kOpenFlags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

/// Opens for reading and, where that is allowed, without changing the access time.
int open_host_file(const std::string& path) {
  int fd = ::open(path.c_str(), kOpenFlags | O_NOATIME);
  if (fd < 0 && errno == EPERM) fd = ::open(path.c_str(), kOpenFlags);
  if (fd < 0) throw ImageError(errno_text(errno));
  return fd;
}

/// Puts an exclusive opening of the block device in the place of the one at `fd`, of device number `number`.
void make_exclusive(int fd, const std::string& path, dev_t number, const LockPolicy& lock) {
  const int exclusive = open_device(path, kOpenFlags, lock);
  struct stat status;
  const bool same = ::fstat(exclusive, &status) == 0 && S_ISBLK(status.st_mode) && status.st_rdev == number;
  const bool done = same && ::dup3(exclusive, fd, O_CLOEXEC) == fd;
  ::close(exclusive);
  if (!done) throw ImageError("has changed while it was opened");
}

/// Where in the file the image lies.
Window image_window(const ImageSpec& spec, rump::u64 file_bytes) {
  if (spec.offset > file_bytes) throw ImageError("the offset is past the end of the file");
  const rump::u64 rest = file_bytes - spec.offset;
  if (spec.size && *spec.size > rest) throw ImageError("the size reaches past the end of the file");
  return {.offset = spec.offset, .length = spec.size.value_or(rest)};
}

/// A tool meets most files once: keeping many only takes memory.
constexpr rump::KernelOptions kKernelOptions{.vnode_limit = 1024, .name_limit = 2048};

}  // namespace

Images::Images(ImageSettings settings)
    : settings_(std::move(settings)), kernel_(std::make_unique<rump::Kernel>(kKernelOptions)) {}

Images::~Images() = default;

void Images::open(const ImageSpec& spec) {
  refuse_what_cannot_be_read(spec);
  for (const auto& file : files_)
    for (const std::string& name : file->names)
      if (name == spec.file) return;

  auto opened = std::make_unique<File>();
  opened->fd = open_host_file(spec.file);
  struct stat status;
  if (::fstat(opened->fd, &status) != 0) throw ImageError(errno_text(errno));
  if (!S_ISREG(status.st_mode) && !S_ISBLK(status.st_mode))
    throw ImageError("is neither a regular file nor a block device");
  // A second name of a file that is open already: its locks belong to the first descriptor.
  for (const auto& file : files_) {
    if (file->dev != status.st_dev || file->ino != status.st_ino) continue;
    file->names.push_back(spec.file);
    return;
  }
  // Not before: a second exclusive opening would be refused because of the first.
  if (S_ISBLK(status.st_mode)) make_exclusive(opened->fd, spec.file, status.st_rdev, settings_.lock);
  lock_for_reading(opened->fd, settings_.lock);
  opened->dev = status.st_dev;
  opened->ino = status.st_ino;
  opened->names.push_back(spec.file);
  files_.push_back(std::move(opened));
}

std::vector<int> Images::descriptors() const {
  std::vector<int> all;
  for (const auto& file : files_) all.push_back(file->fd);
  return all;
}

Images::File& Images::file_of(const ImageSpec& spec) {
  for (const auto& file : files_)
    for (const std::string& name : file->names)
      if (name == spec.file) return *file;
  throw ImageError("is not open");
}

std::unique_ptr<rump::BlockDevice> Images::open_image(File& file, const ImageSpec& spec) const {
  if (!file.device)
    file.device = value_or_throw(rump::images::open_raw(static_cast<rump::host::Handle>(file.fd), false));
  const Window image = image_window(spec, file.device->size());
  return value_or_throw(rump::images::open_slice(*file.device, image.offset, image.length));
}

std::unique_ptr<rump::BlockDevice> Images::image_device(const ImageSpec& spec) {
  return open_image(file_of(spec), spec);
}

Window Images::find_window(File& file, const ImageSpec& spec) const {
  const auto image = open_image(file, spec);
  Window part = PartFinder(*image, settings_.mount_text).find(spec.part, spec.fstype);
  part.offset += spec.offset;
  return part;
}

Images::Volume& Images::mount_window(File& file, const Window& window, const std::string& fstype) {
  rump::BlockDevice* device = file.device.get();
  if (window.offset != 0 || window.length != device->size()) {
    slices_.push_back(value_or_throw(rump::images::open_slice(*device, window.offset, window.length)));
    device = slices_.back().get();
  }
  const rump::FsType& type = find_type(*device, fstype);
  rump::MountOptions options;
  options.text = settings_.mount_text;
  rump::Mount* mount = value_or_throw(kernel_->mount(type, *device, options));
  auto process =
      std::make_unique<rump::Process>(*kernel_, value_or_throw(kernel_->root_of(*mount)), settings_.cred);
  process->name_inodes();  // operands may say IMAGE:#INODE
  volumes_.push_back(std::make_unique<Volume>(
      Volume{{}, &file, window.offset, window.length, type.name, std::move(process)}));
  return *volumes_.back();
}

rump::Process& Images::mount(const ImageSpec& spec) {
  for (const auto& volume : volumes_)
    if (std::ranges::find(volume->specs, spec) != volume->specs.end()) return *volume->process;

  File& file = file_of(spec);
  const Window window = find_window(file, spec);
  Volume* found = nullptr;
  for (const auto& volume : volumes_)
    if (volume->file == &file && volume->offset == window.offset && volume->length == window.length)
      found = volume.get();
  if (found && !spec.fstype.empty() && spec.fstype != found->fstype)
    throw ImageError("is in use as " + std::string(found->fstype) + " already");
  if (!found) {
    try {
      found = &mount_window(file, window, spec.fstype);
    } catch (const ImageError& error) {
      if (!window.cut) throw;
      throw ImageError(std::string(error.what()) + " (the image ends inside this partition)");
    }
  }
  found->specs.push_back(spec);
  return *found->process;
}

Images::VolumeFacts Images::facts_of(const rump::Process& process) const {
  std::uint32_t number = 1;
  for (const auto& volume : volumes_) {
    if (volume->process.get() == &process) return {number, volume->fstype};
    ++number;
  }
  return {0, ""};
}

bool Images::holds(const struct stat& status) const {
  for (const auto& file : files_)
    if (file->dev == status.st_dev && file->ino == status.st_ino) return true;
  return false;
}

void open_images(Images& images, std::vector<Operand>& operands, Reporter& report) {
  std::erase_if(operands, [&](const Operand& operand) {
    if (!operand.in_image) return false;
    try {
      images.open(operand.image);
      return false;
    } catch (const ImageError& error) {
      report.not_opened(operand.image.file, error.what());
      return true;
    }
  });
}

}  // namespace fsu
