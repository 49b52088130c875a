// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Root, directory, umask and user of one thread.
#include "tests/conformance/host_visit.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <system_error>

namespace conformance {
namespace {

/// Failing half way would leave the program as somebody else somewhere else.
void must_work(long result) {
  if (result < 0) std::abort();
}

/// The C library's calls change all threads of the process; the kernel's only the one that asks.
void become(u32 uid, u32 gid, std::span<const u32> groups) {
  constexpr long kStays = -1;
  must_work(syscall(SYS_setresuid, kStays, 0L, kStays));
  must_work(syscall(SYS_setgroups, groups.size(), groups.data()));
  must_work(syscall(SYS_setresgid, kStays, long{gid}, kStays));
  must_work(syscall(SYS_setresuid, kStays, long{uid}, kStays));
}

/// Where the program itself lives.
struct Home {
  HostFd root{::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC), "open /"};
  HostFd cwd{::open(".", O_PATH | O_DIRECTORY | O_CLOEXEC), "open ."};
};
const Home& home() {
  static const Home the_home;
  return the_home;
}

void move_to(int root, int cwd) {
  must_work(::fchdir(root));
  must_work(::chroot("."));
  must_work(::fchdir(cwd));
}

}  // namespace

HostFd::HostFd(int fd, const std::string& what) : fd_(fd) {
  if (fd < 0) throw std::system_error(errno, std::generic_category(), what);
}
HostFd::~HostFd() { ::close(fd_); }

HostVisit::HostVisit(const HostProcess& process) {
  home();
  thread_local const int unshared = ::unshare(CLONE_FS);
  must_work(unshared);
  move_to(process.root, process.cwd);
  ::umask(process.mask);
  if (process.who.uid != 0 || process.who.gid != 0)
    become(process.who.uid, process.who.gid, process.who.groups);
}

HostVisit::~HostVisit() {
  become(0, 0, {});
  move_to(home().root.number(), home().cwd.number());
  ::umask(022);
}

}  // namespace conformance
