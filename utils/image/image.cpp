// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file From an operand's image to a mounted file system.
#include "utils/image/image.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "images/raw.hpp"
#include "images/slice.hpp"
#include "utils/base/quote.hpp"
#include "utils/image/loop_device.hpp"
#include "utils/image/parts.hpp"

namespace fsu {

/// Which file or device it is, whatever it is called. Ordered, so that all runs open in one order.
struct Images::Identity {
  explicit Identity(const struct stat& status)
      : is_device(S_ISBLK(status.st_mode)),
        dev(is_device ? status.st_rdev : status.st_dev),
        ino(is_device ? 0 : status.st_ino) {}
  auto operator<=>(const Identity&) const = default;

  bool is_device;
  dev_t dev;
  ino_t ino;
};

/// One host file: one descriptor and one lock, however many operands name it.
struct Images::File {
  explicit File(const Wanted& wanted);
  ~File() {
    device.reset();
    if (fd >= 0) ::close(fd);
  }
  Identity identity;
  Access access;
  std::vector<std::string> names;  ///< the paths it was named by
  std::vector<ImageSpec> written;  ///< what of it is to be written
  int fd = -1;
  struct stat status{};
  std::unique_ptr<rump::BlockDevice> device;
};

/// A host file that is to be opened, and the requests that want it.
struct Images::Wanted {
  Identity identity;
  std::vector<std::size_t> requests;
  std::vector<std::string> names;
  std::vector<ImageSpec> written;
  Access access() const { return written.empty() ? Access::read : Access::write; }
};

Images::File::File(const Wanted& wanted)
    : identity(wanted.identity), access(wanted.access()), names(wanted.names), written(wanted.written) {}

/// One file system in a file.
struct Images::Volume {
  std::vector<ImageSpec> specs;  ///< that it was named by
  const File* file;
  rump::u64 offset;  ///< in the file
  rump::u64 length;
  std::string_view fstype;
  rump::Mount* mount;
  std::unique_ptr<rump::Process> process;
};

namespace {

void refuse_what_cannot_be_read(const ImageSpec& spec) {
  if (!spec.format.empty() && spec.format != "raw")
    throw ImageError("image format " + quote(spec.format) + " cannot be read yet");
  if (spec.fstype.empty()) return;
  find_type(spec.fstype);
}

/// What is there, without opening it: the mode must be known before.
struct stat look_at(const ImageRequest& request) {
  refuse_what_cannot_be_read(request.spec);
  if (request.access == Access::write && request.spec.read_only)
    throw ImageError("is named with 'ro', and cannot be written");
  struct stat status;
  if (::stat(request.spec.file.c_str(), &status) != 0) throw ImageError(errno_text(errno));
  if (!S_ISREG(status.st_mode) && !S_ISBLK(status.st_mode))
    throw ImageError("is neither a regular file nor a block device");
  return status;
}

/// Waits for nobody.
constexpr int kOpenFlags = O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

int flags_for(Access access) { return kOpenFlags | (access == Access::write ? O_RDWR : O_RDONLY); }

/// Opens, for reading without changing the access time where that is allowed.
int open_regular(const std::string& path, Access access) {
  if (access == Access::write) {
    const int fd = ::open(path.c_str(), flags_for(access));
    if (fd < 0) throw ImageError("cannot be opened for writing: " + errno_text(errno));
    return fd;
  }
  int fd = ::open(path.c_str(), flags_for(access) | O_NOATIME);
  if (fd < 0 && errno == EPERM) fd = ::open(path.c_str(), flags_for(access));
  if (fd < 0) throw ImageError(errno_text(errno));
  return fd;
}

/// Whatever the policy on locks says: the host's kernel would not see what changes beneath it.
void refuse_loop_device(const struct stat& status) {
  if (const auto device = loop_device_of(status))
    throw ImageError("is in use by the host's " + *device + " and cannot be written");
}

/// Where in the file the image lies.
Window image_window(const ImageSpec& spec, rump::u64 file_bytes) {
  if (spec.offset > file_bytes) throw ImageError("the offset is past the end of the file");
  const rump::u64 rest = file_bytes - spec.offset;
  if (spec.size && *spec.size > rest) throw ImageError("the size reaches past the end of the file");
  return {.offset = spec.offset, .length = spec.size.value_or(rest)};
}

// A tool meets most files once: keeping many only takes memory.
constexpr rump::u32 kVnodeLimit = 1024;
constexpr rump::u32 kNameLimit = 2048;

}  // namespace

Images::Images(ImageSettings settings)
    : settings_(std::move(settings)),
      kernel_(std::make_unique<rump::Kernel>(rump::KernelOptions{
          .vnode_limit = kVnodeLimit, .name_limit = kNameLimit, .fixed_time = settings_.fixed_time})) {}

Images::~Images() = default;

std::vector<std::string> Images::open(std::span<const ImageRequest> requests) {
  std::vector<std::string> reasons(requests.size());
  std::vector<Wanted> all;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const ImageRequest& request = requests[i];
    try {
      const Identity identity(look_at(request));
      auto found = std::ranges::find(all, identity, &Wanted::identity);
      if (found == all.end()) found = all.insert(all.end(), Wanted{identity, {}, {}, {}});
      found->requests.push_back(i);
      if (std::ranges::find(found->names, request.spec.file) == found->names.end())
        found->names.push_back(request.spec.file);
      if (request.access == Access::write) found->written.push_back(request.spec);
    } catch (const ImageError& error) {
      reasons[i] = error.what();
    }
  }
  std::ranges::sort(all, {}, &Wanted::identity);
  for (const Wanted& wanted : all) {
    try {
      open_file(wanted);
    } catch (const ImageError& error) {
      for (const std::size_t request : wanted.requests) reasons[request] = error.what();
    }
  }
  return reasons;
}

void Images::open_file(const Wanted& wanted) {
  for (const auto& file : files_) {
    if (file->identity != wanted.identity) continue;
    if (wanted.access() == Access::write && file->access == Access::read)
      throw ImageError("is open for reading only");
    file->names.insert(file->names.end(), wanted.names.begin(), wanted.names.end());
    file->written.insert(file->written.end(), wanted.written.begin(), wanted.written.end());
    return;
  }
  auto opened = std::make_unique<File>(wanted);
  const std::string& path = wanted.names.front();
  opened->fd = wanted.identity.is_device
                   ? open_device(path, flags_for(opened->access), settings_.lock, opened->access)
                   : open_regular(path, opened->access);
  if (::fstat(opened->fd, &opened->status) != 0) throw ImageError(errno_text(errno));
  if (Identity(opened->status) != wanted.identity) throw ImageError("has changed while it was opened");
  lock_file(opened->fd, settings_.lock, opened->access);
  if (opened->access == Access::write) refuse_loop_device(opened->status);
  files_.push_back(std::move(opened));
}

std::vector<int> Images::descriptors(Access access) const {
  std::vector<int> all;
  for (const auto& file : files_)
    if (file->access == access) all.push_back(file->fd);
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
    file.device = value_or_throw(
        rump::images::open_raw(static_cast<rump::host::Handle>(file.fd), file.access == Access::write,
                               settings_.sync ? rump::images::Flushes::yes : rump::images::Flushes::no));
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

/// Whether a request to write means this part of the file. It may have called it by another name.
bool Images::is_written(File& file, const Window& window) const {
  return std::ranges::any_of(file.written, [&](const ImageSpec& spec) {
    try {
      const Window written = find_window(file, spec);
      return written.offset == window.offset && written.length == window.length;
    } catch (const ImageError&) {
      return false;  // to be said when its turn comes
    }
  });
}

/// Takes away a mount that was wanted for writing and cannot be written; throws the reason.
void Images::refuse_to_write(rump::Mount& mount) {
  const rump::Result<> health = mount.health();
  const std::string reason = health ? "the file system can only be read" : reason_of(health.error());
  static_cast<void>(kernel_->unmount(mount, rump::Kernel::Unsaved::discard));
  throw ImageError(reason);
}

Images::Volume& Images::mount_window(File& file, const Window& window, const std::string& fstype) {
  rump::BlockDevice* device = file.device.get();
  if (window.offset != 0 || window.length != device->size()) {
    slices_.push_back(value_or_throw(rump::images::open_slice(*device, window.offset, window.length)));
    device = slices_.back().get();
  }
  const rump::FsType& type = find_type(*device, fstype);
  rump::MountOptions options;
  options.read_only = !is_written(file, window);
  options.text = settings_.mount_text;
  rump::Mount* mount = value_or_throw(kernel_->mount(type, *device, options));
  if (!options.read_only && mount->read_only()) refuse_to_write(*mount);
  auto process =
      std::make_unique<rump::Process>(*kernel_, value_or_throw(kernel_->root_of(*mount)), settings_.cred);
  process->name_inodes();  // operands may say IMAGE:#INODE
  volumes_.push_back(std::make_unique<Volume>(
      Volume{{}, &file, window.offset, window.length, type.name, mount, std::move(process)}));
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
  return std::ranges::any_of(files_, [&](const auto& file) {
    return file->status.st_dev == status.st_dev && file->status.st_ino == status.st_ino;
  });
}

void Images::finish(Reporter& report) {
  for (const auto& volume : volumes_) {
    volume->process.reset();
    if (const auto gone = kernel_->unmount(*volume->mount); !gone)
      report.error(volume->specs.front().file, gone.error());
  }
  volumes_.clear();
}

void open_images(Images& images, std::span<const OperandList> lists, Reporter& report) {
  std::vector<ImageRequest> requests;
  for (const OperandList& list : lists)
    for (const Operand& operand : list.operands)
      if (operand.in_image) requests.push_back({operand.image, list.access});
  const std::vector<std::string> reasons = images.open(requests);
  auto reason = reasons.begin();
  for (const OperandList& list : lists)
    std::erase_if(list.operands, [&](const Operand& operand) {
      if (!operand.in_image) return false;
      const std::string& why = *reason++;
      if (!why.empty()) report.not_opened(operand.image.file, why);
      return !why.empty();
    });
}

void open_images(Images& images, std::vector<Operand>& operands, Reporter& report) {
  const OperandList list{operands, Access::read};
  open_images(images, {&list, 1}, report);
}

}  // namespace fsu
