// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file From an operand's image to a mounted file system.
#include "utils/image.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fs/registry.hpp"
#include "images/raw.hpp"
#include "images/slice.hpp"
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
  const File* file;
  rump::u64 offset;
  rump::u64 length;
  std::string_view fstype;
  std::unique_ptr<rump::Process> process;
};

namespace {

template <class T>
T value_or_throw(rump::Result<T> result) {
  if (!result) throw ImageError(reason_of(result.error()));
  return *std::move(result);
}

void refuse_what_cannot_be_read(const ImageSpec& spec) {
  using Kind = Part::Kind;
  if (spec.part.kind != Kind::none && spec.part.kind != Kind::whole && spec.part.kind != Kind::offset)
    throw ImageError("partition tables cannot be read yet; @+OFFSET names a part by its place");
  if (!spec.format.empty() && spec.format != "raw")
    throw ImageError("image format " + quote(spec.format) + " cannot be read yet");
  if (spec.fstype.empty()) return;
  for (const rump::FsType* type : rump::fs_types())
    if (type->name == spec.fstype) return;
  throw ImageError("file system type " + quote(spec.fstype) + " is not one that fs-utils can read");
}

/// Opens for reading without waiting for anybody and, where that is allowed, without changing the access
/// time.
int open_host_file(const std::string& path) {
  constexpr int kFlags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  int fd = ::open(path.c_str(), kFlags | O_NOATIME);
  if (fd < 0 && errno == EPERM) fd = ::open(path.c_str(), kFlags);
  if (fd < 0) throw ImageError(errno_text(errno));
  return fd;
}

/// The one driver that knows what lies on the device, or the one asked for.
const rump::FsType& find_type(rump::BlockDevice& device, const std::string& asked) {
  const rump::FsType* found = nullptr;
  for (const rump::FsType* type : rump::fs_types()) {
    if (!asked.empty()) {
      if (type->name == asked) return *type;
      continue;
    }
    if (!value_or_throw(type->probe(device))) continue;
    if (found)
      throw ImageError("holds both " + std::string(found->name) + " and " + std::string(type->name) +
                       "; --fstype says which is meant");
    found = type;
  }
  if (!found) throw ImageError("no file system found that fs-utils can read");
  return *found;
}

}  // namespace

Images::Images(ImageSettings settings)
    : settings_(std::move(settings)), kernel_(std::make_unique<rump::Kernel>()) {}

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
  lock_for_reading(opened->fd, settings_.lock);
  opened->dev = status.st_dev;
  opened->ino = status.st_ino;
  opened->names.push_back(spec.file);
  files_.push_back(std::move(opened));
}

Images::File& Images::file_of(const ImageSpec& spec) {
  for (const auto& file : files_)
    for (const std::string& name : file->names)
      if (name == spec.file) return *file;
  throw ImageError("is not open");
}

rump::BlockDevice& Images::device_of(File& file, Volume& volume) {
  if (volume.offset == 0 && volume.length == file.device->size()) return *file.device;
  slices_.push_back(value_or_throw(rump::images::open_slice(*file.device, volume.offset, volume.length)));
  return *slices_.back();
}

rump::Process& Images::mount(const ImageSpec& spec) {
  File& file = file_of(spec);
  if (!file.device)
    file.device = value_or_throw(rump::images::open_raw(static_cast<rump::host::Handle>(file.fd), false));

  const rump::u64 skipped = spec.part.kind == Part::Kind::offset ? spec.part.number : 0;
  const rump::u64 size = file.device->size();
  if (spec.offset > size || skipped > size - spec.offset)
    throw ImageError("the offset is past the end of the file");
  auto volume = std::make_unique<Volume>();
  volume->file = &file;
  volume->offset = spec.offset + skipped;
  volume->length = size - volume->offset;
  if (spec.size) {
    if (*spec.size < skipped || *spec.size - skipped > volume->length)
      throw ImageError("the size reaches past the end of the file");
    volume->length = *spec.size - skipped;
  }
  for (const auto& mounted : volumes_) {
    if (mounted->file != &file || mounted->offset != volume->offset || mounted->length != volume->length)
      continue;
    if (!spec.fstype.empty() && spec.fstype != mounted->fstype)
      throw ImageError("is in use as " + std::string(mounted->fstype) + " already");
    return *mounted->process;
  }

  rump::BlockDevice& device = device_of(file, *volume);
  const rump::FsType& type = find_type(device, spec.fstype);
  rump::MountOptions options;
  options.text = settings_.mount_text;
  rump::Mount* mount = value_or_throw(kernel_->mount(type, device, options));
  volume->fstype = type.name;
  volume->process =
      std::make_unique<rump::Process>(*kernel_, value_or_throw(kernel_->root_of(*mount)), settings_.cred);
  volumes_.push_back(std::move(volume));
  return *volumes_.back()->process;
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
