// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file From libarchive's entries to members.
#include "utils/tar/tar_reader.hpp"

#include <langinfo.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <new>

#include "utils/base/message.hpp"
#include "utils/image/interrupt.hpp"
#include "utils/tar/tar_acl.hpp"
#include "vfs/acl.hpp"

namespace fsu {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 20;

rump::FileType file_type(archive_entry* entry) {
  switch (archive_entry_filetype(entry)) {
    case AE_IFDIR:
      return rump::FileType::dir;
    case AE_IFLNK:
      return rump::FileType::symlink;
    case AE_IFBLK:
      return rump::FileType::block;
    case AE_IFCHR:
      return rump::FileType::chr;
    case AE_IFIFO:
      return rump::FileType::fifo;
    case AE_IFSOCK:
      return rump::FileType::socket;
    default:
      return rump::FileType::file;
  }
}

std::string text_or_empty(const char* text) { return text ? text : ""; }

/// An owner's number, or nothing where it does not fit.
std::optional<rump::u32> id_of(la_int64_t number) {
  if (number < 0 || number >= std::numeric_limits<rump::u32>::max()) return std::nullopt;
  return static_cast<rump::u32>(number);
}

/// Extended attributes, and ACLs in their form. Some archives have an ACL twice: as text and as attribute.
std::vector<TarXattr> xattrs_of(archive_entry* entry) {
  std::vector<TarXattr> xattrs;
  for (const auto& [kind, name] :
       {std::pair{AclKind::access, rump::kAccessAcl}, std::pair{AclKind::standard, rump::kDefaultAcl}})
    if (auto value = acl_value(entry, kind); !value.empty())
      xattrs.push_back({std::string(name), std::move(value)});
  archive_entry_xattr_reset(entry);
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  while (archive_entry_xattr_next(entry, &name, &value, &size) == ARCHIVE_OK) {
    if (!name || std::ranges::find(xattrs, name, &TarXattr::name) != xattrs.end()) continue;
    const auto* const bytes = static_cast<const std::byte*>(value);
    xattrs.push_back({name, {bytes, bytes + size}});
  }
  return xattrs;
}

}  // namespace

TarReader::Conversion::Conversion() : conversion_(::iconv_open(::nl_langinfo(CODESET), "UTF-8")) {}

TarReader::Conversion::~Conversion() {
  if (conversion_ != reinterpret_cast<iconv_t>(-1)) ::iconv_close(conversion_);
}

TarReader::TarReader(int fd, Format format)
    : fd_(fd),
      buffer_(std::make_unique_for_overwrite<std::byte[]>(kBufferBytes)),
      reader_(archive_read_new()) {
  if (!reader_) throw std::bad_alloc();
  if (format == Format::mtree) {
    archive_read_support_format_mtree(reader_.get());
    return;
  }
  archive_read_support_format_tar(reader_.get());
  archive_read_support_filter_gzip(reader_.get());
  archive_read_support_filter_xz(reader_.get());
  archive_read_support_filter_zstd(reader_.get());
}

la_ssize_t TarReader::read(archive* reader, void* self, const void** bytes) {
  const TarReader& tar = *static_cast<TarReader*>(self);
  *bytes = tar.buffer_.get();
  for (;;) {
    if (Interrupts::arrived()) {
      archive_set_error(reader, EINTR, "interrupted");
      return -1;
    }
    const ssize_t got = ::read(tar.fd_, tar.buffer_.get(), kBufferBytes);
    if (got >= 0) return got;
    if (errno != EINTR) {
      archive_set_error(reader, errno, "the archive cannot be read: %s", errno_text(errno).c_str());
      return -1;
    }
  }
}

void TarReader::fail() {
  const char* const reason = archive_error_string(reader_.get());
  throw TarError(reason ? reason : "the archive cannot be read");
}

std::optional<ReadMember> TarReader::next() {
  if (!opened_ && archive_read_open(reader_.get(), this, nullptr, read, nullptr) != ARCHIVE_OK) fail();
  opened_ = true;
  const int result = archive_read_next_header(reader_.get(), &entry_);
  if (result == ARCHIVE_EOF) return std::nullopt;
  if (result < ARCHIVE_WARN) fail();
  ReadMember read = member();
  const std::string warning = text_or_empty(archive_error_string(reader_.get()));
  if (result == ARCHIVE_WARN && !warning.contains("can't be converted")) read.warning = warning;
  return read;
}

/// The member that entry_ is.
ReadMember TarReader::member() {
  ReadMember read;
  TarMember& file = read.file;
  file.path = text_or_empty(archive_entry_pathname(entry_));
  file.linked_to = text_or_empty(archive_entry_hardlink(entry_));
  rump::Attr& attr = file.attr;
  attr.type = file_type(entry_);
  attr.mode = archive_entry_perm(entry_) & 07777;
  const auto uid = id_of(archive_entry_uid(entry_)), gid = id_of(archive_entry_gid(entry_));
  if (!uid || !gid) read.warning = "the owner's number is none, and taken for 0";
  attr.uid = uid.value_or(0);
  attr.gid = gid.value_or(0);
  if (const la_int64_t size = archive_entry_size(entry_); size > 0) attr.size = static_cast<rump::u64>(size);
  read.has_data = attr.type == rump::FileType::file && attr.size > 0;
  constexpr long kSecond = 1'000'000'000;
  const long nanoseconds = archive_entry_mtime_nsec(entry_);
  attr.modify = {archive_entry_mtime(entry_),
                 nanoseconds >= 0 && nanoseconds < kSecond ? static_cast<rump::u32>(nanoseconds) : 0};
  if (attr.type == rump::FileType::symlink) file.target = text_or_empty(archive_entry_symlink(entry_));
  if (attr.type == rump::FileType::block || attr.type == rump::FileType::chr)
    attr.device = {static_cast<rump::u32>(archive_entry_rdevmajor(entry_)),
                   static_cast<rump::u32>(archive_entry_rdevminor(entry_))};
  attr.flags = parse_flags(text_or_empty(archive_entry_fflags_text(entry_)));
  file.xattrs = xattrs_of(entry_);
  const bool has_acl = (archive_entry_acl_types(entry_) & ARCHIVE_ENTRY_ACL_TYPE_POSIX1E) != 0;
  if (has_acl && std::ranges::none_of(file.xattrs, [](const TarXattr& xattr) { return is_acl(xattr.name); }))
    read.warning = "an ACL that has names without numbers is left out";
  return read;
}

std::optional<TarReader::Block> TarReader::data() {
  const void* bytes = nullptr;
  std::size_t size = 0;
  la_int64_t offset = 0;
  const int result = archive_read_data_block(reader_.get(), &bytes, &size, &offset);
  if (result == ARCHIVE_EOF) return std::nullopt;
  if (result < ARCHIVE_WARN || offset < 0) fail();
  return Block{{static_cast<const std::byte*>(bytes), size}, static_cast<rump::u64>(offset)};
}

}  // namespace fsu
