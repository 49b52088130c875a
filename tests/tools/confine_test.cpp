// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What a confined process can still do: tried out by children that confine themselves as the tools do.
#include "utils/confine/confine.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>

#include "hypercall/posix/status.hpp"
#include "tests/oracle/scratch.hpp"

namespace tools {
namespace {

namespace fs = std::filesystem;

constexpr char kEmpty[] = "";
constexpr int kRefused = 77;  ///< exit status of a child whose call failed with an error

/// What a child does once it is confined: like a system call, -1 and errno where it fails.
using Call = std::function<long()>;

const std::string kNotConfined = "not confined";

/// "done", "refused: …", "killed by …" or kNotConfined.
std::string text_of(int status) {
  if (WIFSIGNALED(status)) return std::string("killed by ") + ::strsignal(WTERMSIG(status));
  const int code = WEXITSTATUS(status);
  if (code == 0) return "done";
  return code >= kRefused ? std::string("refused: ") + ::strerror(code - kRefused) : kNotConfined;
}

class ConfineTest : public testing::Test {
 protected:
  void SetUp() override {
    std::ofstream(scratch_ / "image") << "bytes of the image\n";
    std::ofstream(scratch_ / "secret") << "secret\n";
    fs::create_directory(scratch_ / "out");
    std::ofstream(scratch_ / "out/old") << "old\n";
    fs::create_symlink(scratch_ / "secret", scratch_ / "out/escape");
    fs::create_directory_symlink(scratch_ / "", scratch_ / "out/way-out");
    image_ = ::open((scratch_ / "image").c_str(), O_RDWR | O_CLOEXEC);  // so that only the filter protects it
    ASSERT_GE(image_, 0);
    out_ = ::open((scratch_ / "out").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ASSERT_GT(out_, image_);
    secret_ = ::open(secret().c_str(), O_RDWR | O_CLOEXEC);
    ASSERT_GT(secret_, out_);
    if (extractor([] { return 0; }) == kNotConfined)
      GTEST_SKIP() << "this kernel, or container, has no seccomp filters or no Landlock";
  }
  void TearDown() override {
    ::close(image_);
    ::close(out_);
    ::close(secret_);
  }

  /// How a child ends that confines itself and makes the call.
  std::string in_child(const fsu::Confinement& needs, const Call& call) const {
    const pid_t child = ::fork();
    if (child == 0) {
      try {
        fsu::confine(needs, fsu::ConfineMode::required);
      } catch (const fsu::ConfineError& error) {
        ::_exit(1);
      }
      // Through the kernel: the C library's exit would run the parent's handlers.
      ::_exit(call() >= 0 ? 0 : kRefused + errno);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return text_of(status);
  }
  std::string reader(const Call& call) const { return in_child({.sources = sources_}, call); }
  std::string extractor(const Call& call, bool devices = false) const {
    return in_child(
        {.sources = sources_,
         .extraction =
             fsu::Extraction{.destinations = destinations_, .devices = devices, .empty_path = kEmpty}},
        call);
  }
  /// As the tools that change the image; what the secret holds is read.
  std::string editor(const Call& call) const {
    return in_child({.sources = {&secret_, 1}, .images = sources_}, call);
  }
  std::string secret() const { return scratch_ / "secret"; }
  std::string content(const std::string& name) const {
    std::ifstream file(scratch_ / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  /// As the tools open files below their destination; or, with `resolve` 0, as they never do.
  int open_below(const char* path, std::uint64_t flags, std::uint64_t mode = 0,
                 std::uint64_t resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS) const {
    open_how how{.flags = flags | O_CLOEXEC, .mode = mode, .resolve = resolve};
    return static_cast<int>(::syscall(SYS_openat2, out_, path, &how, sizeof how));
  }

  const oracle::Scratch scratch_;
  int image_ = -1;
  int out_ = -1;
  int secret_ = -1;
  std::span<const int> sources_{&image_, 1};
  std::span<const int> destinations_{&out_, 1};
};

const std::string kKilled = std::string("killed by ") + ::strsignal(SIGSYS);

/// libblkid lives on when it asks the host for more than the image.
TEST_F(ConfineTest, IdentificationIsAnsweredOfTheImageAlone) {
  const auto identifier = [this](const Call& call) {
    return in_child({.sources = sources_, .identifies = true}, call);
  };
  const std::string denied = std::string("refused: ") + ::strerror(EACCES);
  struct stat status;
  EXPECT_EQ(identifier([&] { return ::fstat(image_, &status); }), "done");
  EXPECT_EQ(identifier([&] { return ::lseek(image_, 0, SEEK_END); }), "done");
  EXPECT_EQ(identifier([&] { return ::open(secret().c_str(), O_RDONLY); }), denied);
  EXPECT_EQ(identifier([&] { return ::stat(secret().c_str(), &status); }), denied);
  EXPECT_EQ(identifier([&] { return ::ioctl(image_, BLKRRPART); }), denied);
  EXPECT_EQ(identifier([&] { return ::write(image_, "x", 1); }), kKilled);
  EXPECT_EQ(identifier([] { return ::socket(AF_UNIX, SOCK_STREAM, 0); }), kKilled);
}

/// A call that neither kind of tool may make.
struct Forbidden {
  const char* name;
  long (*call)(const char* path, int image);
};

const Forbidden kForbidden[] = {
#ifdef __x86_64__
    {"open_in_the_old_way", [](const char* path, int) { return ::syscall(SYS_open, path, O_RDONLY); }},
    {"creat", [](const char* path, int) { return ::syscall(SYS_creat, path, 0600); }},
    {"stat", [](const char* path, int) { return ::syscall(SYS_stat, path, nullptr); }},
    {"readlink", [](const char* path, int) { return ::syscall(SYS_readlink, path, nullptr, 0); }},
    {"rename", [](const char* path, int) { return ::syscall(SYS_rename, path, "x"); }},
#endif
    {"open", [](const char* path, int) { return ::syscall(SYS_openat, AT_FDCWD, path, O_RDONLY); }},
    {"statx", [](const char* path, int) { return ::syscall(SYS_statx, AT_FDCWD, path, 0, 0, nullptr); }},
    {"fstatat",
     [](const char* path, int) { return ::syscall(SYS_newfstatat, AT_FDCWD, path, nullptr, AT_EMPTY_PATH); }},
    {"access", [](const char* path, int) { return ::syscall(SYS_faccessat, AT_FDCWD, path, R_OK); }},
    {"chmod", [](const char* path, int) { return ::syscall(SYS_fchmodat, AT_FDCWD, path, 0777); }},
    {"chown", [](const char* path, int) { return ::syscall(SYS_fchownat, AT_FDCWD, path, 1, 1, 0); }},
    {"truncate", [](const char* path, int) { return ::syscall(SYS_truncate, path, 0); }},
    {"utimensat", [](const char* path, int) { return ::syscall(SYS_utimensat, AT_FDCWD, path, nullptr, 0); }},
    {"setxattr", [](const char* path, int) { return ::syscall(SYS_setxattr, path, "user.x", "x", 1, 0); }},
    {"getxattr", [](const char* path, int) { return ::syscall(SYS_getxattr, path, "user.x", nullptr, 0); }},
    {"rmdir", [](const char* path, int) { return ::syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR); }},
    {"chdir", [](const char* path, int) { return ::syscall(SYS_chdir, path); }},
    {"chroot", [](const char* path, int) { return ::syscall(SYS_chroot, path); }},
    {"mount", [](const char* path, int) { return ::syscall(SYS_mount, "none", path, "tmpfs", 0, nullptr); }},
    {"execve", [](const char*, int) { return static_cast<long>(::execl("/bin/true", "true", nullptr)); }},
    {"execveat",
     [](const char*, int image) { return ::syscall(SYS_execveat, image, "", 0, 0, AT_EMPTY_PATH); }},
    {"fork", [](const char*, int) { return ::syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0); }},
    {"clone3", [](const char*, int) { return ::syscall(SYS_clone3, nullptr, 0); }},
    {"kill", [](const char*, int) { return ::syscall(SYS_kill, ::getppid(), 0); }},
    {"tgkill_of_another", [](const char*, int) { return ::syscall(SYS_tgkill, 1, 1, 0); }},
    {"ptrace", [](const char*, int) { return ::syscall(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0); }},
    {"process_vm_readv",
     [](const char*, int) { return ::syscall(SYS_process_vm_readv, 1, nullptr, 0, nullptr, 0, 0); }},
    {"socket", [](const char*, int) { return ::syscall(SYS_socket, AF_UNIX, SOCK_STREAM, 0); }},
    {"io_uring", [](const char*, int) { return ::syscall(SYS_io_uring_setup, 1, nullptr); }},
    {"userfaultfd", [](const char*, int) { return ::syscall(SYS_userfaultfd, 0); }},
    {"keyctl", [](const char*, int) { return ::syscall(SYS_keyctl, 0, 0); }},
    {"bpf", [](const char*, int) { return ::syscall(SYS_bpf, 0, nullptr, 0); }},
    {"memfd_create", [](const char*, int) { return ::syscall(SYS_memfd_create, "x", 0); }},
    {"prctl", [](const char*, int) { return ::syscall(SYS_prctl, PR_SET_DUMPABLE, 1, 0, 0, 0); }},
    {"setrlimit", [](const char*, int) { return ::syscall(SYS_prlimit64, 0, 0, nullptr, nullptr); }},
    {"executable_memory",
     [](const char*, int) {
       return ::syscall(SYS_mmap, nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
     }},
    {"memory_in_a_fixed_place",
     [](const char*, int) {
       return ::syscall(SYS_mmap, 0x10000000, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
                        0);
     }},
    {"file_in_memory_to_be_written",
     [](const char*, int image) {
       return ::syscall(SYS_mmap, nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, image, 0);
     }},
    {"mprotect",
     [](const char*, int) { return ::syscall(SYS_mprotect, 0x10000000, 4096, PROT_READ | PROT_EXEC); }},
    {"pkey_mprotect",
     [](const char*, int) { return ::syscall(SYS_pkey_mprotect, 0x10000000, 4096, PROT_EXEC, 0); }},
    {"write_to_the_image", [](const char*, int image) { return ::syscall(SYS_write, image, "x", 1); }},
    {"write_to_the_image_by_a_wide_number",
     [](const char*, int image) { return ::syscall(SYS_write, image | 1L << 32, "x", 1); }},
    {"pwrite_to_the_image", [](const char*, int image) { return ::syscall(SYS_pwrite64, image, "x", 1, 0); }},
    {"pwritev_to_the_image",
     [](const char*, int image) { return ::syscall(SYS_pwritev, image, nullptr, 0, 0, 0); }},
    {"truncate_the_image", [](const char*, int image) { return ::syscall(SYS_ftruncate, image, 0); }},
    {"punch_the_image",
     [](const char*, int image) { return ::syscall(SYS_fallocate, image, FALLOC_FL_PUNCH_HOLE, 0, 1); }},
    {"chmod_the_image", [](const char*, int image) { return ::syscall(SYS_fchmod, image, 0777); }},
    {"times_of_the_image",
     [](const char*, int image) { return ::syscall(SYS_utimensat, image, nullptr, nullptr, 0); }},
    {"copy_onto_the_image",
     [](const char*, int image) {
       return ::syscall(SYS_copy_file_range, image, nullptr, image, nullptr, 1, 0);
     }},
    {"send_into_the_image",
     [](const char*, int image) { return ::syscall(SYS_sendfile, image, image, nullptr, 1); }},
    {"another_number_for_the_image",
     [](const char*, int image) { return ::syscall(SYS_dup3, image, STDOUT_FILENO, 0); }},
    {"type_into_the_terminal", [](const char*, int) { return ::syscall(SYS_ioctl, 0, TIOCSTI, "x"); }},
    {"discard_of_the_image",
     [](const char*, int image) { return ::syscall(SYS_ioctl, image, BLKDISCARD, nullptr); }},
    {"unlock_the_image", [](const char*, int image) { return ::syscall(SYS_flock, image, 8); }},
};

TEST_F(ConfineTest, WhatNoToolDoesKillsIt) {
  for (const Forbidden& forbidden : kForbidden) {
    const Call call = [&] { return forbidden.call(secret().c_str(), image_); };
    EXPECT_EQ(reader(call), kKilled) << forbidden.name;
    EXPECT_EQ(extractor(call), kKilled) << forbidden.name;
    EXPECT_EQ(editor([&] { return forbidden.call(secret().c_str(), secret_); }), kKilled) << forbidden.name;
  }
  EXPECT_EQ(content("image"), "bytes of the image\n");
  EXPECT_EQ(content("secret"), "secret\n");
}

#ifdef __x86_64__
TEST_F(ConfineTest, NumbersOfAnotherMachineKillIt) {
  constexpr long kX32 = 0x40000000;
  EXPECT_EQ(reader([] { return ::syscall(kX32 | SYS_getpid); }), kKilled);
  // getpid of 32-bit programs, which is the number of writev here.
  EXPECT_EQ(reader([] {
              long result = 20;
              asm volatile("int $0x80" : "+a"(result) : : "memory");
              return result;
            }),
            kKilled);
}
#endif

TEST_F(ConfineTest, AReaderReadsItsImageAndWritesItsOutput) {
  EXPECT_EQ(reader([this] {
              char byte;
              return ::pread(image_, &byte, 1, 0) == 1 && byte == 'b' ? 0 : -1;
            }),
            "done");
  EXPECT_EQ(reader([] { return ::write(STDOUT_FILENO, "", 0) + ::write(STDERR_FILENO, "", 0); }), "done");
  EXPECT_EQ(reader([this] {
              struct stat status;
              return rump::host::posix::descriptor_stat(image_, &status);
            }),
            "done");
  EXPECT_EQ(reader([] {
              const std::vector<std::string> large(10000, std::string(10000, 'x'));
              return large.size() == 10000 ? 0 : -1;
            }),
            "done")
      << "memory";
  EXPECT_EQ(reader([] {
              try {
                throw std::runtime_error("caught");
              } catch (const std::exception&) {
                return 0;
              }
            }),
            "done");
  EXPECT_EQ(reader([] { return ::time(nullptr) > 0 ? 0 : -1; }), "done");
}

TEST_F(ConfineTest, AToolCanEndBySignals) {
  EXPECT_EQ(reader([]() -> long { std::abort(); }), std::string("killed by ") + ::strsignal(SIGABRT));
  EXPECT_EQ(reader([]() -> long {
              std::signal(SIGPIPE, SIG_DFL);
              return std::raise(SIGPIPE);
            }),
            std::string("killed by ") + ::strsignal(SIGPIPE));
}

TEST_F(ConfineTest, OtherDescriptorsAreClosed) {
  const int other = ::open(secret().c_str(), O_RDONLY);  // not to be closed by exec: as a shell leaves them
  ASSERT_GT(other, out_);
  const Call look = [other] {
    struct stat status;
    return rump::host::posix::descriptor_stat(other, &status);
  };
  EXPECT_EQ(reader(look), "refused: Bad file descriptor");
  const int both[] = {image_, other};
  EXPECT_EQ(in_child({.sources = both}, look), "done");
  // The directory between two sources is no longer what it was, but no new file can get its number.
  EXPECT_EQ(in_child({.sources = both},
                     [this] {
                       struct stat status;
                       return rump::host::posix::descriptor_stat(out_, &status) == 0 &&
                                      S_ISREG(status.st_mode)
                                  ? 0
                                  : -1;
                     }),
            "done");
  ::close(other);
}

TEST_F(ConfineTest, AReaderHasNoPathsAtAll) {
  EXPECT_EQ(reader([this] { return open_below("old", O_RDONLY); }), kKilled);
  EXPECT_EQ(reader([this] { return ::mkdirat(out_, "x", 0700); }), kKilled);
  EXPECT_EQ(reader([this] { return ::unlinkat(out_, "old", 0); }), kKilled);
  EXPECT_EQ(reader([this] { return ::fchmod(out_, 0700); }), kKilled);
  EXPECT_EQ(content("out/old"), "old\n");
}

TEST_F(ConfineTest, AnEditorChangesTheBytesOfItsImage) {
  EXPECT_EQ(editor([this] { return ::pwrite(image_, "B", 1, 0); }), "done");
  const iovec part{.iov_base = const_cast<char*>("Y"), .iov_len = 1};
  EXPECT_EQ(editor([&] { return ::pwritev(image_, &part, 1, 1); }), "done");
  EXPECT_EQ(editor([this] { return ::fdatasync(image_); }), "done");
  EXPECT_EQ(content("image"), "BYtes of the image\n");
  EXPECT_EQ(editor([this] {
              off_t from = 0, to = 0;
              return ::copy_file_range(secret_, &from, image_, &to, 6, 0);
            }),
            "done");
  EXPECT_EQ(content("image"), "secretof the image\n");
  EXPECT_EQ(editor([this] { return ::fallocate(image_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 1); }),
            "done");
  EXPECT_EQ(editor([this] {
              char byte;
              return ::pread(image_, &byte, 1, 1) == 1 && byte == 'e' ? 0 : -1;
            }),
            "done");
}

TEST_F(ConfineTest, AnEditorChangesNothingElse) {
  EXPECT_EQ(editor([this] { return ::ftruncate(image_, 0); }), kKilled);
  EXPECT_EQ(editor([this] { return ::fallocate(image_, 0, 0, 1 << 20); }), kKilled) << "nor lets it grow";
  EXPECT_EQ(editor([this] { return ::fchmod(image_, 0777); }), kKilled);
  EXPECT_EQ(editor([this] { return ::futimens(image_, nullptr); }), kKilled);
  EXPECT_EQ(editor([this] { return ::write(image_, "x", 1); }), kKilled) << "without saying where";
  EXPECT_EQ(editor([this] { return ::ioctl(image_, BLKDISCARD, nullptr); }), kKilled);
  EXPECT_EQ(editor([this] { return ::dup(image_); }), kKilled);
  EXPECT_EQ(editor([this] { return open_below("old", O_RDONLY); }), kKilled);
  EXPECT_EQ(editor([this] { return ::unlinkat(out_, "old", 0); }), kKilled);
  EXPECT_EQ(editor([this] {
              off_t from = 0, to = 0;
              return ::copy_file_range(image_, &from, secret_, &to, 1, 0);
            }),
            kKilled);
  EXPECT_EQ(content("image"), "bytes of the image\n");
  EXPECT_EQ(content("secret"), "secret\n");
}

TEST_F(ConfineTest, SourcesBetweenImagesStayReadable) {
  const int images[] = {secret_, image_};
  const auto mixed = [&](const Call& call) {
    return in_child({.sources = destinations_, .images = images}, call);
  };
  EXPECT_EQ(mixed([this] { return ::pwrite(image_, "b", 1, 0) + ::pwrite(secret_, "s", 1, 0); }), "done");
  EXPECT_EQ(mixed([this] { return ::pwrite(out_, "x", 1, 0); }), kKilled);
  EXPECT_EQ(in_child({.sources = {}, .images = images}, [this] { return ::pwrite(out_, "x", 1, 7); }), "done")
      << "what is free between images becomes one of them";
  EXPECT_FALSE(fs::exists(scratch_ / "out/x"));
}

/// As a copy into the image: what is in `out` is read.
TEST_F(ConfineTest, AnIntakeReadsBeneathItsDirectoriesAndNoMore) {
  const auto intake = [this](const Call& call) {
    return in_child({.sources = {&out_, 1},
                     .images = sources_,
                     .intake = fsu::Intake{.directories = destinations_, .empty_path = kEmpty}},
                    call);
  };
  const std::string denied = std::string("refused: ") + ::strerror(EACCES);
  EXPECT_EQ(intake([this]() -> long {
              const int file = open_below("old", O_RDONLY), link = open_below("escape", O_PATH | O_NOFOLLOW);
              struct stat status;
              char text[8];
              if (file < 0 || link < 0 || ::pread(file, text, 3, 0) != 3 || ::read(file, text, 3) != 3)
                return -1;
              if (::lseek(file, 0, SEEK_DATA) != 0 || ::flistxattr(file, nullptr, 0) < 0) return -1;
              if (::fstatat(link, kEmpty, &status, AT_EMPTY_PATH) != 0) return -1;
              if (::readlinkat(link, kEmpty, text, sizeof text) != sizeof text) return -1;
              const int directory = open_below(".", O_RDONLY | O_DIRECTORY);
              alignas(8) char entries[512];
              if (::syscall(SYS_getdents64, directory, entries, sizeof entries) <= 0) return -1;
              off_t from = 0, to = 0;
              return ::copy_file_range(file, &from, image_, &to, 3, 0) == 3 ? 0 : -1;
            }),
            "done");
  EXPECT_EQ(content("image"), "oldes of the image\n");
  const std::string path = secret();
  EXPECT_EQ(intake([&] { return open_below(path.c_str(), O_RDONLY, 0, 0); }), denied);
  EXPECT_EQ(intake([this] { return open_below("escape", O_RDONLY, 0, 0); }), denied);
  EXPECT_EQ(intake([this] { return open_below("way-out/secret", O_RDONLY, 0, 0); }), denied);
  for (const int flags : {O_WRONLY, O_RDWR, O_RDONLY | O_TRUNC})
    EXPECT_EQ(intake([&] { return open_below("old", flags); }), denied);
  EXPECT_EQ(intake([this] { return open_below("new", O_WRONLY | O_CREAT, 0600); }), denied);
  EXPECT_EQ(intake([this] { return ::unlinkat(out_, "old", 0); }), kKilled);
  EXPECT_EQ(intake([this] { return ::mkdirat(out_, "new", 0700); }), kKilled);
  EXPECT_EQ(intake([this] { return ::fchmod(out_, 0777); }), kKilled);
  EXPECT_EQ(intake([&] {
              struct stat status;
              return ::stat(path.c_str(), &status);
            }),
            kKilled);
  EXPECT_EQ(intake([this] { return ::ftruncate(image_, 0); }), kKilled);
}

TEST_F(ConfineTest, AnExtractorFillsItsDestination) {
  EXPECT_EQ(extractor([this]() -> long {
              const int file = open_below("new", O_WRONLY | O_CREAT | O_EXCL, 0600);
              off_t offset = 0;
              if (file < 0 || ::write(file, "0123", 4) != 4 || ::pwrite(file, "4", 1, 4) != 1) return -1;
              if (::copy_file_range(image_, &offset, file, nullptr, 5, 0) != 5) return -1;
              const timespec times[2] = {{1, 0}, {2, 0}};
              return ::ftruncate(file, 20) | ::fchmod(file, 0640) | ::futimens(file, times) | ::fsync(file) |
                     ::fchown(file, ::geteuid(), static_cast<gid_t>(-1));
            }),
            "done");
  EXPECT_EQ(content("out/new"), std::string("0123bytes").append(11, '\0'));
  struct stat status;
  ASSERT_EQ(::stat((scratch_ / "out/new").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0640u);
  EXPECT_EQ(status.st_mtim.tv_sec, 2);

  EXPECT_EQ(extractor([this] { return ::mkdirat(out_, "dir", 0700); }), "done");
  EXPECT_EQ(extractor([this] { return ::linkat(out_, "old", out_, "dir/link", 0); }), "done");
  EXPECT_EQ(extractor([this] { return ::renameat(out_, "dir/link", out_, "renamed"); }), kKilled);
  EXPECT_EQ(extractor([this] { return ::syscall(SYS_renameat2, out_, "dir/link", out_, "renamed", 0); }),
            "done");
  EXPECT_EQ(extractor([this] { return ::mknodat(out_, "fifo", S_IFIFO | 0600, 0); }), "done");
  EXPECT_EQ(extractor([this] { return ::symlinkat("anywhere", out_, "symlink"); }), "done");
  EXPECT_EQ(extractor([this]() -> long {
              const int link = open_below("symlink", O_PATH | O_NOFOLLOW);
              struct stat its;
              const timespec times[2] = {{1, 0}, {2, 0}};
              return ::fstatat(link, kEmpty, &its, AT_EMPTY_PATH) |
                     ::fchownat(link, kEmpty, its.st_uid, its.st_gid, AT_EMPTY_PATH) |
                     ::utimensat(link, kEmpty, times, AT_EMPTY_PATH);
            }),
            "done");
  EXPECT_EQ(extractor([this] { return open_below("old", O_WRONLY | O_TRUNC); }), "done");
  EXPECT_EQ(content("out/old"), "");
  EXPECT_EQ(extractor([this] { return ::unlinkat(out_, "old", 0); }), "done");
  EXPECT_FALSE(fs::exists(scratch_ / "out/old"));
}

TEST_F(ConfineTest, AnExtractorDoesNotLeaveItsDestination) {
  const std::string outside = scratch_ / "outside";
  const auto at = [&](const char* path, std::uint64_t flags) {
    return extractor(
        [this, path, flags] { return open_below(path, flags, 0600 * ((flags & O_CREAT) != 0), 0); });
  };
  const std::string denied = "refused: Permission denied";
  // By an openat2 that does not ask to stay beneath: Landlock is what stops it.
  EXPECT_EQ(at(secret().c_str(), O_RDONLY), denied);
  EXPECT_EQ(at("../secret", O_WRONLY), denied);
  EXPECT_EQ(at("escape", O_WRONLY | O_TRUNC), denied);
  EXPECT_EQ(at("way-out/outside", O_WRONLY | O_CREAT), denied);
  EXPECT_EQ(at("old", O_RDONLY), denied) << "a copy is never read back";
  EXPECT_EQ(at("/etc", O_RDONLY | O_DIRECTORY), denied);
  // By the openat2 of the tools.
  EXPECT_EQ(extractor([this] { return open_below("escape", O_WRONLY); }),
            "refused: Too many levels of symbolic links");

  EXPECT_EQ(extractor([&] { return ::mkdirat(AT_FDCWD, outside.c_str(), 0700); }), denied);
  EXPECT_EQ(extractor([&] { return ::symlinkat("x", AT_FDCWD, outside.c_str()); }), denied);
  EXPECT_EQ(extractor([&] { return ::mknodat(AT_FDCWD, outside.c_str(), S_IFIFO | 0600, 0); }), denied);
  EXPECT_EQ(extractor([&] { return ::unlinkat(AT_FDCWD, secret().c_str(), 0); }), denied);
  // Versions of Linux differ in the reason.
  const auto refused = [](const std::string& outcome) { return outcome.starts_with("refused: "); };
  EXPECT_PRED1(refused, extractor([&] { return ::linkat(AT_FDCWD, secret().c_str(), out_, "x", 0); }));
  EXPECT_PRED1(refused, extractor([&] { return ::linkat(out_, "old", AT_FDCWD, outside.c_str(), 0); }));
  EXPECT_PRED1(refused,
               extractor([&] { return ::syscall(SYS_renameat2, AT_FDCWD, secret().c_str(), out_, "x", 0); }));
  EXPECT_EQ(content("secret"), "secret\n");
  EXPECT_EQ(content("out/old"), "old\n");
  EXPECT_FALSE(fs::exists(outside));
}

TEST_F(ConfineTest, AnExtractorTouchesNothingByPath) {
  struct stat its;
  const timespec times[2] = {};
  const std::string other_empty;  // has the same text as kEmpty, at another address
  EXPECT_EQ(extractor([&] { return ::fstatat(out_, other_empty.c_str(), &its, AT_EMPTY_PATH); }), kKilled);
  EXPECT_EQ(extractor([&] { return ::fstatat(out_, "old", &its, 0); }), kKilled);
  EXPECT_EQ(extractor([&] { return ::fchownat(out_, "old", 0, 0, 0); }), kKilled);
  EXPECT_EQ(extractor([&] { return ::fchmodat(out_, "old", 0777, 0); }), kKilled);
  EXPECT_EQ(extractor([&] { return ::utimensat(out_, "old", times, 0); }), kKilled);
  EXPECT_EQ(extractor([&] { return ::fchmod(STDERR_FILENO, 0777); }), kKilled) << "nor a standard stream";
}

TEST_F(ConfineTest, DevicesAreMadeOnlyWhereTheyAreWanted) {
  const Call make = [this] { return ::mknodat(out_, "null", S_IFCHR | 0600, makedev(1, 3)); };
  EXPECT_EQ(extractor(make), kKilled);
  // Elsewhere than as root the kernel has the last word.
  EXPECT_EQ(extractor(make, true), ::geteuid() == 0 ? "done" : "refused: Operation not permitted");
}

TEST_F(ConfineTest, ADestinationMayBeAFile) {
  const int file = ::open(secret().c_str(), O_PATH | O_CLOEXEC);
  const int both[] = {out_, file};
  const auto open_secret = [this] { return open_below("escape", O_WRONLY, 0, 0); };
  EXPECT_EQ(in_child({.sources = sources_,
                      .extraction = fsu::Extraction{.destinations = both, .empty_path = kEmpty}},
                     open_secret),
            "done");
  ::close(file);
}

/// Makes this process find a kernel without the system call, as in a container that refuses it.
bool hide_call(std::uint32_t number) {
  sock_filter program[] = {
      {.code = BPF_LD | BPF_W | BPF_ABS, .jt = 0, .jf = 0, .k = offsetof(seccomp_data, nr)},
      {.code = BPF_JMP | BPF_JEQ | BPF_K, .jt = 0, .jf = 1, .k = number},
      {.code = BPF_RET | BPF_K, .jt = 0, .jf = 0, .k = SECCOMP_RET_ERRNO | ENOSYS},
      {.code = BPF_RET | BPF_K, .jt = 0, .jf = 0, .k = SECCOMP_RET_ALLOW},
  };
  const sock_fprog all{.len = std::size(program), .filter = program};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &all) == 0;
}

TEST_F(ConfineTest, WhatTheKernelDoesNotHaveIsAnErrorOnlyWhereItIsRequired) {
  for (const std::uint32_t hidden : {SYS_landlock_create_ruleset, SYS_seccomp}) {
    for (const auto mode : {fsu::ConfineMode::as_possible, fsu::ConfineMode::required}) {
      const pid_t child = ::fork();
      if (child == 0) {
        if (!hide_call(hidden)) ::_exit(kRefused + errno);
        try {
          fsu::confine({.sources = sources_}, mode);
        } catch (const fsu::ConfineError&) {
          ::_exit(1);
        }
        ::_exit(0);
      }
      int status = 0;
      ::waitpid(child, &status, 0);
      EXPECT_EQ(text_of(status), mode == fsu::ConfineMode::required ? kNotConfined : "done") << hidden;
    }
  }
}

TEST_F(ConfineTest, OffMeansOff) {
  const pid_t child = ::fork();
  if (child == 0) {
    fsu::confine({.sources = sources_}, fsu::ConfineMode::off);
    ::_exit(::prctl(PR_GET_SECCOMP) == 0 && ::access(secret().c_str(), R_OK) == 0 ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(text_of(status), "done");
}

}  // namespace
}  // namespace tools
