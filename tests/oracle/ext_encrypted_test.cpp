// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Encrypted directories that the host's kernel made, as it shows them without the key. Needs root,
/// loop devices and a kernel with CONFIG_FS_ENCRYPTION.
#include <gtest/gtest.h>

#include <fcntl.h>
#include <linux/fscrypt.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>

#include "tests/oracle/ext_image.hpp"
#include "tests/oracle/loop_mount.hpp"
#include "tests/oracle/mounted.hpp"
#include "tests/oracle/scratch.hpp"
#include "tests/oracle/tree.hpp"

namespace oracle {
namespace {

constexpr std::size_t kKeyBytes = 64;

int open_directory(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) throw std::runtime_error("cannot open " + path);
  return fd;
}

/// Gives the key to the mounted file system; false where this kernel has no encryption.
bool add_key(const std::string& mount, fscrypt_key_specifier& key) {
  std::vector<char> room(sizeof(fscrypt_add_key_arg) + kKeyBytes);
  auto* argument = reinterpret_cast<fscrypt_add_key_arg*>(room.data());
  argument->key_spec.type = FSCRYPT_KEY_SPEC_TYPE_IDENTIFIER;
  argument->raw_size = kKeyBytes;
  std::ranges::copy(noise(kKeyBytes, 1), room.begin() + sizeof(fscrypt_add_key_arg));
  const int fd = open_directory(mount);
  const int result = ioctl(fd, FS_IOC_ADD_ENCRYPTION_KEY, argument);
  const int error = errno;
  close(fd);
  key = argument->key_spec;
  if (result == 0) return true;
  if (error == ENOTTY || error == EOPNOTSUPP || error == ENOPKG) return false;
  throw std::runtime_error(std::string("cannot add a key: ") + std::strerror(error));
}

/// Encrypts the empty directory. `padding`: 0 to 3 for 4 to 32 bytes.
void encrypt(const std::string& directory, const fscrypt_key_specifier& key, unsigned char padding) {
  must({"mkdir", directory});
  fscrypt_policy_v2 policy{};
  policy.version = FSCRYPT_POLICY_V2;
  policy.contents_encryption_mode = FSCRYPT_MODE_AES_256_XTS;
  policy.filenames_encryption_mode = FSCRYPT_MODE_AES_256_CTS;
  policy.flags = padding;
  std::memcpy(policy.master_key_identifier, key.u.identifier, sizeof policy.master_key_identifier);
  const int fd = open_directory(directory);
  const int result = ioctl(fd, FS_IOC_SET_ENCRYPTION_POLICY, &policy);
  close(fd);
  if (result != 0) throw std::runtime_error("cannot encrypt " + directory);
}

/// Names of every length around the cipher's blocks and the longest that is shown whole, symlinks in their
/// inode and in blocks, all kinds of files, and directories of one block and of many.
void fill(const std::string& top, int names) {
  for (const std::size_t length :
       {1, 2, 15, 16, 17, 31, 32, 33, 100, 143, 144, 145, 148, 149, 150, 160, 161, 200, 254, 255})
    put_file(top + "/" + std::string(length, 'n'), noise(length, length));
  for (const std::size_t length : {1, 16, 42, 57, 58, 59, 60, 130, 149, 150, 300, 900})
    if (symlink(std::string(length, 't').c_str(), (top + "/link" + std::to_string(length)).c_str()) != 0)
      throw std::runtime_error("cannot make a symlink");
  must({"mkdir", "-p", top + "/sub/deeper", top + "/empty", top + "/many"});
  must({"mkfifo", top + "/fifo"});
  must({"ln", top + "/n", top + "/sub/another name"});
  put_file(top + "/sub/deeper/file", noise(5000, 1));
  const std::string longest(240, 'l');
  for (int i = 0; i < names; ++i)
    put_file(top + "/many/" + (i % 3 == 0 ? longest : "name ") + std::to_string(i), {});
}

/// What a listing with its links and attributes shows, by path: content aside, which nobody can read.
using Shown = std::map<std::string, std::string>;

std::string line(rump::u32 type, rump::u32 mode, rump::u64 ino, rump::u32 links, rump::u64 size,
                 const std::string& target) {
  return "type " + std::to_string(type) + " mode " + std::to_string(mode) + " ino " + std::to_string(ino) +
         " links " + std::to_string(links) + " size " + std::to_string(size) + " -> " + target;
}

Shown shown_by_host(const std::string& top) {
  Shown result;
  for (const auto& each : std::filesystem::recursive_directory_iterator(top)) {
    const std::string& path = each.path().native();
    struct stat status;
    if (lstat(path.c_str(), &status) != 0) throw std::runtime_error("cannot stat " + path);
    const std::string target = S_ISLNK(status.st_mode) ? std::filesystem::read_symlink(path).native() : "";
    result[path.substr(top.size())] =
        line(status.st_mode >> 12, status.st_mode & 07777, status.st_ino,
             static_cast<rump::u32>(status.st_nlink), static_cast<rump::u64>(status.st_size), target);
  }
  return result;
}

/// Likewise; every name that is listed is looked up too.
void shown_by_us(rump::Process& process, const std::string& directory, Shown& result) {
  static constexpr rump::u32 kTypes[] = {0, S_IFREG, S_IFDIR, S_IFLNK, S_IFBLK, S_IFCHR, S_IFIFO, S_IFSOCK};
  const rump::Fd fd =
      process.open(rump::kCwd, directory + "/", rump::kOpenRead | rump::kOpenDirectory).value();
  std::vector<std::string> names;
  rump::DirBatch batch(rump::DirBatch::Attrs::no);
  do {
    const auto read = process.read_dir(fd, batch);
    if (!read) throw std::runtime_error(directory + ": " + read.error().reason);
    for (const rump::DirEntry& each : batch.entries()) names.emplace_back(each.name);
  } while (!batch.entries().empty());
  ASSERT_TRUE(process.close(fd));
  for (const std::string& name : names) {
    if (name == "." || name == "..") continue;
    const std::string path = directory + "/" + name;
    const auto attr = process.stat(rump::kCwd, path, rump::Follow::no);
    ASSERT_TRUE(attr) << path << ": " << attr.error().reason;
    std::vector<char> target(4096);
    std::size_t length = 0;
    if (attr->type == rump::FileType::symlink) length = process.readlink(rump::kCwd, path, target).value();
    result[path] = line(kTypes[static_cast<int>(attr->type)] >> 12, attr->mode, attr->ino, attr->nlink,
                        attr->size, std::string(target.data(), length));
    if (attr->type == rump::FileType::dir) shown_by_us(process, path, result);
  }
}

struct Variant {
  std::string name;
  std::vector<std::string> options;
  std::string hash;  ///< for tune2fs; empty: as mke2fs chose
  unsigned char padding;
  int names;  ///< in the large directory
};

class ExtEncrypted : public testing::TestWithParam<Variant> {};

TEST_P(ExtEncrypted, IsShownAsTheKernelShowsItWithoutTheKey) {
  const Variant& variant = GetParam();
  const Scratch scratch;
  const std::string image = scratch / "image", at = scratch / "mnt";
  make_ext(image, "64M", variant.options);
  if (!variant.hash.empty()) must({"tune2fs", "-E", "hash_alg=" + variant.hash, image});
  {
    LoopMount loop(image, at, "rw");
    if (!loop.mounted()) GTEST_SKIP() << "the host's kernel cannot mount this image here: " << loop.why_not();
    fscrypt_key_specifier key;
    if (!add_key(at, key)) GTEST_SKIP() << "the host's kernel has no encryption";
    encrypt(at + "/secret", key, variant.padding);
    fill(at + "/secret", variant.names);
    put_file(at + "/plain", noise(100, 1));
    loop.unmount();
  }
  const LoopMount loop(image, at, "ro");
  ASSERT_TRUE(loop.mounted()) << loop.why_not();
  const Shown expected = shown_by_host(at);
  ASSERT_GT(expected.size(), 40u + static_cast<std::size_t>(variant.names));

  const auto mounted = Mounted::must(image);
  rump::Process& process = mounted->process();
  Shown actual;
  shown_by_us(process, "", actual);
  EXPECT_EQ(actual, expected);

  int files = 0;
  for (const auto& [path, shown] : expected) {
    if (!path.starts_with("/secret/") || !shown.starts_with("type 8 ")) continue;
    // One letter changed makes it another name, or none.
    std::string other = path;
    other[path.size() - 6] = path[path.size() - 6] == 'A' ? 'B' : 'A';
    EXPECT_EQ(process.stat(rump::kCwd, other, rump::Follow::no).error().code, rump::Errc::not_found) << other;
    const auto fd = process.open(rump::kCwd, path, rump::kOpenRead);
    std::array<std::byte, 16> room;
    const auto read = fd ? process.read(*fd, room) : std::unexpected(fd.error());
    if (shown.find(" size 0 ") == std::string::npos) {
      ++files;
      ASSERT_FALSE(read) << path;
      EXPECT_EQ(read.error().code, rump::Errc::not_supported);
      EXPECT_NE(std::string(read.error().reason).find("encrypted"), std::string::npos);
    }
    if (fd) {
      EXPECT_TRUE(process.close(*fd));
    }
  }
  EXPECT_EQ(files, 22);
  for (const char* none : {"/secret/n", "/secret/.x", "/secret/AAAAAAAAAAA",
                           "/secret/====", "/secret/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB"})
    EXPECT_EQ(process.stat(rump::kCwd, none, rump::Follow::no).error().code, rump::Errc::not_found) << none;
}

std::vector<Variant> variants() {
  const auto with = [](const std::string& block, const std::string& features) {
    return std::vector<std::string>{"-t", "ext4", "-b", block, "-O", features};
  };
  return {
      {"b1024_padding4", with("1024", "encrypt"), "", 0, 1500},
      {"b4096_padding32", with("4096", "encrypt"), "", 3, 1500},
      {"padding8_tea", with("1024", "encrypt,^metadata_csum"), "tea", 1, 300},
      {"padding16_legacy", with("1024", "encrypt,^metadata_csum,^extents,^64bit"), "legacy", 2, 300},
      {"linear", with("1024", "encrypt,^dir_index"), "", 3, 300},
      {"inline_data_ea_inode", with("4096", "encrypt,inline_data,ea_inode"), "", 0, 100},
  };
}

INSTANTIATE_TEST_SUITE_P(Ext, ExtEncrypted, testing::ValuesIn(variants()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace oracle
