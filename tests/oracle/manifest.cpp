// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Walking both sides, and comparing.
#include "tests/oracle/manifest.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "tests/fixtures/host_types.hpp"

namespace oracle {
namespace {

using rump::FileType;

constexpr std::size_t kPiece = std::size_t{256} << 10;
/// Larger files are read by their data only, as SEEK_DATA and SEEK_HOLE tell it.
constexpr rump::u64 kReadWhole = rump::u64{64} << 20;

/// Runs `read(offset, room, length)` over [from, to) in pieces that keep to the hash's blocks.
template <class Read>
void hash_range(ContentHash& hash, rump::u64 from, rump::u64 to, Read&& read) {
  std::vector<char> room(kPiece);
  from -= from % ContentHash::kBlock;
  while (from < to) {
    const std::size_t want = static_cast<std::size_t>(std::min<rump::u64>(kPiece, to - from));
    if (read(from, room.data(), want) != want) throw std::runtime_error("short read");
    hash.add(from, room.data(), want);
    from += want;
  }
}

/// Hashes a file of `size` bytes. `seek(offset, data)` is SEEK_DATA or SEEK_HOLE, -1 without more data.
template <class Read, class Seek>
rump::u64 hash_file(rump::u64 size, Read&& read, Seek&& seek) {
  ContentHash hash;
  if (size <= kReadWhole) {
    hash_range(hash, 0, size, read);
    return hash.value();
  }
  rump::i64 at = 0;
  while ((at = seek(at, true)) >= 0) {
    const rump::i64 end = seek(at, false);
    // Data may begin inside a block of the hash; the rest of that block must not be hashed twice.
    const rump::u64 block = ContentHash::kBlock;
    const rump::u64 stop = std::min((static_cast<rump::u64>(end) + block - 1) / block * block, size);
    hash_range(hash, static_cast<rump::u64>(at), stop, read);
    at = static_cast<rump::i64>(stop);
  }
  return hash.value();
}

std::string quoted(const std::string& text) {
  std::string result;
  for (const char each : text) {
    char hex[8];
    if (each > ' ' && each < 0x7f && each != '\\')
      result += each;
    else
      result.append(hex, static_cast<std::size_t>(snprintf(hex, sizeof hex, "\\x%02x", each & 0xff)));
  }
  return result;
}

/// Notes which paths are names of one file.
void note_hard_links(Manifest& manifest) {
  std::map<rump::u64, std::string> first;
  for (auto& [path, entry] : manifest)
    if (entry.type != FileType::dir && entry.nlink > 1)
      entry.same_as = first.try_emplace(entry.ino, path).first->second;
}

// ---- the host's side

void fail_errno(const std::string& what) { throw std::runtime_error(what + ": " + std::strerror(errno)); }

rump::u64 host_hash(const std::string& path, rump::u64 size) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) fail_errno(path);
  const auto read = [fd](rump::u64 offset, char* room, std::size_t length) {
    return static_cast<std::size_t>(pread(fd, room, length, static_cast<off_t>(offset)));
  };
  const auto seek = [fd](rump::i64 offset, bool data) -> rump::i64 {
    return lseek(fd, offset, data ? SEEK_DATA : SEEK_HOLE);
  };
  const rump::u64 hash = hash_file(size, read, seek);
  close(fd);
  return hash;
}

std::map<std::string, std::string> host_xattrs(const std::string& path) {
  std::map<std::string, std::string> result;
  std::vector<char> names(65536), value(65536);
  const ssize_t length = llistxattr(path.c_str(), names.data(), names.size());
  if (length < 0) return result;  // this file system has none
  for (const char* name = names.data(); name < names.data() + length; name += std::strlen(name) + 1) {
    const ssize_t bytes = lgetxattr(path.c_str(), name, value.data(), value.size());
    if (bytes < 0) fail_errno(path);
    result[name] = std::string(value.data(), static_cast<std::size_t>(bytes));
  }
  return result;
}

Entry host_entry(const std::string& path) {
  struct stat status;
  if (lstat(path.c_str(), &status) != 0) fail_errno(path);
  Entry entry;
  entry.type = rump::test::type_of_mode(status.st_mode);
  entry.mode = status.st_mode & 07777;
  entry.uid = status.st_uid;
  entry.gid = status.st_gid;
  entry.nlink = static_cast<rump::u32>(status.st_nlink);
  entry.ino = status.st_ino;
  entry.modify = {status.st_mtim.tv_sec, static_cast<rump::u32>(status.st_mtim.tv_nsec)};
  entry.xattrs = host_xattrs(path);
  if (entry.type == FileType::chr || entry.type == FileType::block)
    entry.device = {major(status.st_rdev), minor(status.st_rdev)};
  if (entry.type == FileType::file) {
    entry.size = static_cast<rump::u64>(status.st_size);
    entry.content = host_hash(path, entry.size);
  }
  if (entry.type == FileType::symlink) {
    std::vector<char> target(8192);
    const ssize_t length = readlink(path.c_str(), target.data(), target.size());
    if (length < 0) fail_errno(path);
    entry.target.assign(target.data(), static_cast<std::size_t>(length));
    entry.size = entry.target.size();
  }
  return entry;
}

void walk_host(Manifest& manifest, const std::string& top, const std::string& relative) {
  const std::string path = relative == "." ? top : top + "/" + relative;
  const Entry& entry = manifest[relative] = host_entry(path);
  if (entry.type != FileType::dir) return;
  DIR* directory = opendir(path.c_str());
  if (!directory) fail_errno(path);
  std::vector<std::string> names;
  while (const dirent* each = readdir(directory)) names.emplace_back(each->d_name);
  closedir(directory);
  for (const std::string& name : names)
    if (name != "." && name != "..") walk_host(manifest, top, relative == "." ? name : relative + "/" + name);
}

// ---- the image's side

template <class T>
T value_of(rump::Result<T> result, const std::string& path) {
  if (!result) throw std::runtime_error(quoted(path) + ": " + result.error().reason);
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

/// An open descriptor in the image.
class Open {
 public:
  Open(rump::Process& process, const std::string& path)
      : process_(process),
        fd_(value_of(process.open(rump::kCwd, path, rump::kOpenRead | rump::kOpenNoFollow), path)) {}
  ~Open() { (void)process_.close(fd_); }
  Open(const Open&) = delete;
  Open& operator=(const Open&) = delete;
  rump::Fd fd() const { return fd_; }

 private:
  rump::Process& process_;
  rump::Fd fd_;
};

rump::u64 image_hash(rump::Process& process, const std::string& path, rump::u64 size) {
  const Open file(process, path);
  const auto read = [&](rump::u64 offset, char* room, std::size_t length) {
    return value_of(process.pread(file.fd(), std::as_writable_bytes(std::span(room, length)), offset), path);
  };
  const auto seek = [&](rump::i64 offset, bool data) -> rump::i64 {
    const auto found = process.seek(file.fd(), offset, data ? rump::Whence::data : rump::Whence::hole);
    if (!found && found.error().code == rump::Errc::no_data) return -1;
    return static_cast<rump::i64>(value_of(found, path));
  };
  return hash_file(size, read, seek);
}

Entry image_entry(rump::Process& process, const std::string& path) {
  const rump::Attr attr = value_of(process.stat(rump::kCwd, path, rump::Follow::no), path);
  Entry entry;
  entry.type = attr.type;
  entry.mode = attr.mode;
  entry.uid = attr.uid;
  entry.gid = attr.gid;
  entry.nlink = attr.nlink;
  entry.ino = attr.ino;
  entry.modify = attr.modify;
  entry.xattrs = xattrs_of(process, path);
  if (attr.type == FileType::chr || attr.type == FileType::block) entry.device = attr.device;
  if (attr.type == FileType::file) {
    entry.size = attr.size;
    entry.content = image_hash(process, path, attr.size);
  }
  if (attr.type == FileType::symlink) {
    entry.size = attr.size;
    std::vector<char> target(8192);
    const std::size_t length = value_of(process.readlink(rump::kCwd, path, target), path);
    entry.target.assign(target.data(), length);
  }
  return entry;
}

std::vector<std::string> image_names(rump::Process& process, const std::string& path) {
  const Open directory(process, path);
  std::vector<std::string> names;
  rump::DirBatch batch(rump::DirBatch::Attrs::no);
  do {
    value_of(process.read_dir(directory.fd(), batch), path);
    for (const rump::DirEntry& each : batch.entries()) names.emplace_back(each.name);
  } while (!batch.entries().empty());
  return names;
}

void walk_image(Manifest& manifest, rump::Process& process, const std::string& top,
                const std::string& relative) {
  const std::string path = relative == "." ? top : top + "/" + relative;
  const auto [place, fresh] = manifest.emplace(relative, image_entry(process, path));
  if (!fresh) throw std::runtime_error(quoted(path) + ": listed twice");
  if (place->second.type != FileType::dir) return;
  for (const std::string& name : image_names(process, path))
    if (name != "." && name != "..")
      walk_image(manifest, process, top, relative == "." ? name : relative + "/" + name);
}

}  // namespace

void ContentHash::add(rump::u64 offset, const char* bytes, std::size_t length) {
  for (std::size_t at = 0; at < length; at += kBlock) {
    const std::size_t part = std::min(kBlock, length - at);
    rump::u64 hash = 0xcbf29ce484222325 ^ (offset + at), any = 0;
    for (std::size_t i = 0; i < part; i += 8) {
      rump::u64 word = 0;
      std::memcpy(&word, bytes + at + i, std::min<std::size_t>(8, part - i));
      any |= word;
      hash = (hash ^ word) * 0x9fb21c651e98df25;
      hash ^= hash >> 32;
    }
    if (any != 0) value_ += hash;
  }
}

std::string Entry::text() const {
  static constexpr const char* kTypes[] = {"?", "file", "dir", "symlink", "block", "chr", "fifo", "socket"};
  char line[256];
  snprintf(line, sizeof line,
           "%s mode=%04o uid=%u gid=%u nlink=%u size=%llu mtime=%lld.%09u dev=%u:%u content=%016llx",
           kTypes[static_cast<int>(type)], mode, uid, gid, nlink, static_cast<unsigned long long>(size),
           static_cast<long long>(modify.seconds), modify.nanoseconds, device.major, device.minor,
           static_cast<unsigned long long>(content));
  std::string result = line;
  if (!target.empty()) result += " target=" + quoted(target);
  if (!same_as.empty()) result += " same_as=" + quoted(same_as);
  for (const auto& [name, value] : xattrs)
    result.append(" ").append(quoted(name)).append("=").append(quoted(value));
  return result;
}

Manifest manifest_of(const std::string& host_directory) {
  Manifest manifest;
  walk_host(manifest, host_directory, ".");
  note_hard_links(manifest);
  return manifest;
}

Manifest manifest_of(rump::Process& process, const std::string& top) {
  Manifest manifest;
  walk_image(manifest, process, top, ".");
  note_hard_links(manifest);
  return manifest;
}

std::vector<std::string> differences(const Manifest& expected, const Manifest& actual) {
  std::vector<std::string> result;
  for (const auto& [path, entry] : expected) {
    const auto found = actual.find(path);
    if (found == actual.end())
      result.push_back(quoted(path) + ": missing");
    else if (entry.text() != found->second.text())
      result.push_back(quoted(path) + ":\n  expected " + entry.text() + "\n  actual   " +
                       found->second.text());
  }
  for (const auto& [path, entry] : actual)
    if (!expected.contains(path)) result.push_back(quoted(path) + ": unexpected " + entry.text());
  return result;
}

std::string read_all(rump::Process& process, const std::string& path) {
  const Open file(process, path);
  std::string content;
  std::vector<char> room(100'003);  // no multiple of anything
  while (true) {
    const std::size_t got = value_of(process.read(file.fd(), std::as_writable_bytes(std::span(room))), path);
    if (got == 0) return content;
    content.append(room.data(), got);
  }
}

std::map<std::string, std::string> xattrs_of(rump::Process& process, const std::string& path) {
  struct Names final : rump::NameSink {
    std::vector<std::string> list;
    bool add(rump::Name name) override {
      list.emplace_back(name);
      return true;
    }
  } names;
  value_of(process.list_xattr(rump::kCwd, path, rump::Follow::no, names), path);
  std::map<std::string, std::string> result;
  for (const std::string& name : names.list) {
    const auto get = [&](std::span<std::byte> room) {
      return value_of(process.get_xattr(rump::kCwd, path, rump::Follow::no, name, room), path);
    };
    std::vector<std::byte> value(get({}));
    if (!value.empty() && get(value) != value.size()) throw std::runtime_error("xattr changed its size");
    const auto [place, fresh] =
        result.emplace(name, std::string(reinterpret_cast<const char*>(value.data()), value.size()));
    if (!fresh) throw std::runtime_error(quoted(path) + ": xattr " + name + " listed twice");
  }
  return result;
}

}  // namespace oracle
