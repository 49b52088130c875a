// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Members of archives.
#include "utils/tar/tar_writer.hpp"

#include <algorithm>
#include <new>

#include "utils/base/message.hpp"
#include "utils/tar/tar_acl.hpp"
#include "vfs/acl.hpp"

namespace fsu {
namespace {

unsigned archive_type(rump::FileType type) {
  switch (type) {
    case rump::FileType::dir:
      return AE_IFDIR;
    case rump::FileType::symlink:
      return AE_IFLNK;
    case rump::FileType::block:
      return AE_IFBLK;
    case rump::FileType::chr:
      return AE_IFCHR;
    case rump::FileType::fifo:
      return AE_IFIFO;
    case rump::FileType::socket:
      return AE_IFSOCK;
    default:
      return AE_IFREG;
  }
}

}  // namespace

TarWriter::TarWriter(Output& out) : out_(out), writer_(archive_write_new()), entry_(archive_entry_new()) {
  if (!writer_ || !entry_) throw std::bad_alloc();
  archive_write_set_format_pax(writer_.get());
  // One of two forms of extended attributes: that which GNU tar knows, too.
  archive_write_set_options(writer_.get(), "xattrheader=SCHILY");
  archive_write_set_bytes_per_block(writer_.get(), 0);  // the output collects
  check(archive_write_open(writer_.get(), this, nullptr, write, nullptr));
}

/// Called by libarchive, through which nothing can be thrown.
la_ssize_t TarWriter::write(archive* writer, void* self, const void* bytes, std::size_t length) {
  TarWriter& tar = *static_cast<TarWriter*>(self);
  try {
    tar.out_.put({static_cast<const char*>(bytes), length});
    return static_cast<la_ssize_t>(length);
  } catch (...) {
    tar.thrown_ = std::current_exception();
    archive_set_error(writer, EIO, "the output cannot be written");
    return ARCHIVE_FATAL;
  }
}

void TarWriter::check(la_ssize_t result) {
  if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
  if (result >= ARCHIVE_WARN) return;
  const char* const reason = archive_error_string(writer_.get());
  throw OutputError(reason ? reason : "the archive cannot be written");
}

/// Makes entry_ the member.
std::string TarWriter::fill(const TarMember& member) {
  archive_entry* const entry = archive_entry_clear(entry_.get());
  const rump::Attr& attr = member.attr;
  archive_entry_copy_pathname(entry, member.path.c_str());
  archive_entry_set_filetype(entry, archive_type(attr.type));
  archive_entry_set_perm(entry, static_cast<__LA_MODE_T>(attr.mode));
  archive_entry_set_uid(entry, attr.uid);
  archive_entry_set_gid(entry, attr.gid);
  archive_entry_set_mtime(entry, attr.modify.seconds, static_cast<long>(attr.modify.nanoseconds));
  if (!member.linked_to.empty()) {
    archive_entry_set_size(entry, 0);
    archive_entry_copy_hardlink(entry, member.linked_to.c_str());
    return {};
  }
  archive_entry_set_size(entry, attr.type == rump::FileType::file ? static_cast<la_int64_t>(attr.size) : 0);
  if (attr.type == rump::FileType::symlink) archive_entry_copy_symlink(entry, member.target.c_str());
  if (attr.type == rump::FileType::block || attr.type == rump::FileType::chr) {
    archive_entry_set_rdevmajor(entry, attr.device.major);
    archive_entry_set_rdevminor(entry, attr.device.minor);
  }
  if (const std::string flags = flags_text(attr.flags); !flags.empty())
    archive_entry_copy_fflags_text(entry, flags.c_str());
  for (const TarRun& run : member.runs)
    archive_entry_sparse_add_entry(entry, static_cast<la_int64_t>(run.offset),
                                   static_cast<la_int64_t>(run.length));
  // A file that is one hole: libarchive takes it for one without any unless it is told of an end.
  if (member.sparse && member.runs.empty())
    archive_entry_sparse_add_entry(entry, archive_entry_size(entry), 0);
  std::string left_out;
  for (const TarXattr& xattr : member.xattrs) {
    const bool is_access = xattr.name == rump::kAccessAcl;
    if (!is_acl(xattr.name)) {
      archive_entry_xattr_add_entry(entry, xattr.name.c_str(), xattr.value.data(), xattr.value.size());
      continue;
    }
    const auto added = add_acl(entry, is_access ? AclKind::access : AclKind::standard, xattr.value);
    if (!added) left_out = reason_of(added.error());
  }
  return left_out;
}

std::string TarWriter::begin(const TarMember& member) {
  std::string left_out = fill(member);
  const int result = archive_write_header(writer_.get(), entry_.get());
  if (result == ARCHIVE_FAILED) throw TarError(archive_error_string(writer_.get()));
  check(result);  // a warning: a name is not UTF-8, and the member's header says so
  return left_out;
}

void TarWriter::data(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const la_ssize_t written = archive_write_data(writer_.get(), bytes.data(), bytes.size());
    check(written);
    if (written == 0) return;  // all that the member was to have is there
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

/// libarchive counts the bytes of holes, and stores none.
void TarWriter::hole(std::uint64_t length) {
  constexpr std::size_t kZeroes = std::size_t{1} << 20;
  if (zeroes_.empty()) zeroes_.resize(kZeroes);
  while (length > 0) {
    const auto step = static_cast<std::size_t>(std::min<std::uint64_t>(length, kZeroes));
    data({zeroes_.data(), step});
    length -= step;
  }
}

void TarWriter::end() { check(archive_write_finish_entry(writer_.get())); }

void TarWriter::finish() {
  check(archive_write_close(writer_.get()));
  out_.flush();
}

}  // namespace fsu
