// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file What each kind of tool may do.
#include "utils/confine/confine.hpp"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include "utils/base/message.hpp"
#include "utils/confine/landlock.hpp"
#include "utils/confine/seccomp_filter.hpp"

namespace fsu {
namespace {

/// Sanitizers make system calls of their own, any of them at any time.
constexpr bool kCanBeConfined = FSU_CONFINED != 0;

constexpr int kFirstFree = STDERR_FILENO + 1;

/// Descriptors, from the first to the last.
struct FdRange {
  std::uint32_t first;
  std::uint32_t last;
};
constexpr std::uint32_t kFdMax = std::numeric_limits<int>::max();

/// All descriptors of the lists.
std::vector<int> joined(std::initializer_list<std::span<const int>> lists) {
  std::vector<int> all;
  for (const auto& list : lists)
    for (const int descriptor : list) all.push_back(descriptor);
  return all;
}

/// Closes all descriptors but the standard streams and these.
void close_all_but(std::vector<int> kept) {
  std::ranges::sort(kept);
  int next = kFirstFree;
  for (const int fd : kept) {
    // Without close_range (Linux before 5.9) they stay open, and the filter keeps them from being read.
    if (fd > next) static_cast<void>(::close_range(next, fd - 1, 0));
    next = std::max(next, fd + 1);
  }
  static_cast<void>(::close_range(next, kFdMax, 0));
}

/// The range that the descriptors fill. What is free between them is filled, too, so that nothing that is
/// opened later lies in it.
std::optional<FdRange> range_of(std::span<const int> descriptors) {
  if (descriptors.empty()) return std::nullopt;
  const auto [first, last] = std::ranges::minmax(descriptors);
  for (int fd = first; fd < last; ++fd)
    if (::fcntl(fd, F_GETFD) < 0 && ::dup3(first, fd, O_CLOEXEC) < 0)
      throw ConfineError("descriptors cannot be arranged: " + errno_text(errno));
  return FdRange{static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(last)};
}

/// The ranges that the images fill: one, unless sources lie between them.
std::vector<FdRange> ranges_between(std::span<const int> images, std::span<const int> sources) {
  std::vector<int> sorted(images.begin(), images.end());
  std::ranges::sort(sorted);
  std::vector<FdRange> ranges;
  for (const int image : sorted) {
    const auto fd = static_cast<std::uint32_t>(image);
    const auto lies_between = [&](int source) {
      return static_cast<std::uint32_t>(source) > ranges.back().last && source < image;
    };
    if (ranges.empty() || std::ranges::any_of(sources, lies_between)) ranges.push_back({fd, fd});
    ranges.back().last = fd;
  }
  return ranges;
}

/// Mappings go where the kernel finds room for them.
constexpr unsigned kFixed = MAP_FIXED | MAP_FIXED_NOREPLACE;

/// Memory, clocks, a look at what is open, and the end of the process: what any program needs that is running
/// already.
void allow_to_run(SeccompFilter& filter) {
  for (const int call : {SYS_brk, SYS_munmap, SYS_madvise, SYS_futex, SYS_clock_gettime, SYS_restart_syscall,
                         SYS_getrandom, SYS_fstat, SYS_fstatfs, SYS_rt_sigreturn, SYS_rt_sigaction,
                         SYS_rt_sigprocmask, SYS_getpid, SYS_gettid, SYS_exit_group})
    filter.allow(call);
  // Fresh memory, never to be executed.
  filter.allow(SYS_mmap, {masked(2, PROT_EXEC, 0), masked(3, MAP_ANONYMOUS | kFixed, MAP_ANONYMOUS)});
  filter.allow(SYS_mremap, {masked(3, MREMAP_FIXED | MREMAP_DONTUNMAP, 0)});
  // SIGPIPE of a reader that has gone, SIGABRT of a panic.
  filter.allow(SYS_tgkill, {is(0, static_cast<std::uint32_t>(::getpid()))});
}

/// To see the pages of files, to write from them: what could be read anyway, and cannot be changed so.
void allow_mapping(SeccompFilter& filter, const ArgTest& file) {
  filter.allow(SYS_mmap, {is(2, PROT_READ), masked(3, kFixed, 0), file});
}

/// Standard input is read, the other streams are written; a pipe or a slow file system may have to be waited
/// for.
void allow_streams(SeccompFilter& filter) {
  filter.allow(SYS_read, {is(0, STDIN_FILENO)});
  for (const int call : {SYS_write, SYS_writev})
    filter.allow(call, {within(0, STDOUT_FILENO, STDERR_FILENO)});
#ifdef SYS_poll
  filter.allow(SYS_poll);
#endif
  filter.allow(SYS_ppoll);
}

/// To read sources, and to move their bytes to standard output.
void allow_sources(SeccompFilter& filter, const FdRange& sources) {
  const auto source = [&sources](unsigned argument) { return within(argument, sources.first, sources.last); };
  for (const int call : {SYS_preadv, SYS_pread64, SYS_read}) filter.allow(call, {source(0)});
  allow_mapping(filter, source(4));
  filter.allow(SYS_ioctl, {source(0), is(1, BLKGETSIZE64)});
  filter.allow(SYS_sendfile, {is(0, STDOUT_FILENO), source(1)});
  filter.allow(SYS_copy_file_range, {source(0), is(2, STDOUT_FILENO)});
}

/// To change images: their bytes, and nothing else about them. `readable`: all that can be read.
void allow_images(SeccompFilter& filter, const FdRange& images, const FdRange& readable) {
  const auto image = [&images](unsigned argument) { return within(argument, images.first, images.last); };
  for (const int call : {SYS_pwritev, SYS_pwrite64, SYS_fdatasync}) filter.allow(call, {image(0)});
  filter.allow(SYS_fallocate, {image(0), is(1, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE)});
  filter.allow(SYS_copy_file_range, {within(0, readable.first, readable.last), image(2)});
  // What is redirected from a file is moved like any other one.
  filter.allow(SYS_copy_file_range, {is(0, STDIN_FILENO), image(2)});
  filter.allow(SYS_pread64, {is(0, STDIN_FILENO)});
  allow_mapping(filter, is(4, STDIN_FILENO));
}

/// What libblkid does with a descriptor. Of a disk it would like to know more, by path: that is refused, and
/// it goes on without.
void allow_identification(SeccompFilter& filter, const FdRange& sources) {
  const ArgTest source = within(0, sources.first, sources.last);
  for (const int call : {SYS_lseek, SYS_fadvise64}) filter.allow(call, {source});
  filter.allow(SYS_newfstatat, {source, is(3, AT_EMPTY_PATH)});
  filter.allow(SYS_ioctl, {source, is(1, BLKSSZGET)});
  for (const int call : {SYS_ioctl, SYS_openat, SYS_newfstatat, SYS_faccessat2, SYS_readlinkat})
    filter.refuse(call);
}

/// To write and change what is open at one of these descriptors.
void allow_files(SeccompFilter& filter, const FdRange& files, const std::optional<FdRange>& sources) {
  const ArgTest file = within(0, files.first, files.last);
  for (const int call :
       {SYS_pwrite64, SYS_fchmod, SYS_write, SYS_writev, SYS_pwritev, SYS_ftruncate, SYS_fallocate, SYS_fsync,
        SYS_fdatasync, SYS_syncfs, SYS_fchown, SYS_fgetxattr, SYS_fsetxattr, SYS_fremovexattr})
    filter.allow(call, {file});
  filter.allow(SYS_utimensat, {file, points_to(1, nullptr)});
  if (sources)
    filter.allow(SYS_copy_file_range,
                 {within(0, sources->first, sources->last), within(2, files.first, files.last)});
}

/// To make and open files by path: where to is Landlock's part. What changes or looks at a file names it by
/// descriptor.
void allow_names(SeccompFilter& filter, const Extraction& extraction) {
  for (const int call : {SYS_openat2, SYS_mkdirat, SYS_symlinkat, SYS_linkat, SYS_renameat2, SYS_geteuid})
    filter.allow(call);
  filter.allow(SYS_unlinkat, {is(2, 0)});  // no directories
  if (extraction.devices) {
    filter.allow(SYS_mknodat);
  } else {
    filter.allow(SYS_mknodat, {masked(2, S_IFMT, S_IFIFO)});
  }
  for (const int call : {SYS_newfstatat, SYS_fchownat, SYS_utimensat})
    filter.allow(call, {points_to(1, extraction.empty_path)});
}

/// To open files by path and to look at them by descriptor; where is Landlock's part. Their bytes go into
/// images.
void allow_intake(SeccompFilter& filter, const Intake& intake, std::span<const FdRange> images) {
  filter.allow(SYS_openat2);
  for (const int call : {SYS_newfstatat, SYS_readlinkat})
    filter.allow(call, {points_to(1, intake.empty_path)});
  const ArgTest file = within(0, kFirstFree, kFdMax);
  allow_mapping(filter, within(4, kFirstFree, kFdMax));
  for (const int call : {SYS_getdents64, SYS_pread64, SYS_read, SYS_lseek, SYS_flistxattr, SYS_fgetxattr})
    filter.allow(call, {file});
  for (const FdRange& range : images)
    filter.allow(SYS_copy_file_range, {file, within(2, range.first, range.last)});
}

/// fakeroot preloads a library that asks a server of its own about each file, over System V message queues,
/// looks at files by path, and makes files where nodes are asked for. Landlock is in force all the same.
void allow_fakeroot(SeccompFilter& filter) {
  for (const int call : {SYS_newfstatat, SYS_openat, SYS_umask, SYS_msgget, SYS_msgsnd, SYS_msgrcv,
                         SYS_semget, SYS_semop, SYS_semtimedop})
    filter.allow(call);
}

/// `sources`: all that is read, images that are changed among it. What copies call for every file comes
/// first: the kernel goes through the rules from the start, each time.
SeccompFilter filter_for(const Confinement& needs, const std::optional<FdRange>& sources) {
  SeccompFilter filter;
  const std::vector<FdRange> images = ranges_between(needs.images, needs.sources);
  filter.allow(SYS_close);
  if (needs.intake) allow_intake(filter, *needs.intake, images);
  if (sources) {
    allow_sources(filter, *sources);
    for (const FdRange& range : images) allow_images(filter, range, *sources);
  }
  if (needs.extraction) {
    allow_names(filter, *needs.extraction);
    // All descriptors but the streams and the sources: those are what this process opens to write.
    const FdRange above{sources ? sources->last + 1 : kFirstFree, kFdMax};
    allow_files(filter, above, sources);
    if (sources && sources->first > kFirstFree)
      allow_files(filter, {kFirstFree, sources->first - 1}, sources);
  }
  if (sources && needs.identifies) allow_identification(filter, *sources);
  allow_streams(filter);
  allow_to_run(filter);
  // It matters to copies; other readers ask nothing that fakeroot would answer.
  if ((needs.extraction || needs.intake) && std::getenv("FAKEROOTKEY")) allow_fakeroot(filter);
  return filter;
}

void check(int error, const char* what, ConfineMode mode) {
  if (error == 0 || (error == ENOSYS && mode == ConfineMode::as_possible)) return;
  throw ConfineError(std::string(what) + ": " + errno_text(error));
}

}  // namespace

void confine(const Confinement& needs, ConfineMode mode) {
  if (mode == ConfineMode::off) return;
  if constexpr (!kCanBeConfined) {
    if (mode == ConfineMode::required) throw ConfineError("this is a build for tests, with sanitizers");
    return;
  }
  const std::vector<int> read = joined({needs.sources, needs.images});
  std::vector<int> kept = read;
  PathRules paths;
  if (needs.extraction) {
    paths = {.writable = needs.extraction->destinations, .devices = needs.extraction->devices};
    kept = joined({kept, needs.extraction->destinations, needs.extraction->outputs});
  }
  if (needs.intake) {
    paths.readable = needs.intake->directories;
    kept = joined({kept, paths.readable});
  }
  close_all_but(std::move(kept));
  SeccompFilter filter = filter_for(needs, range_of(read));
  check(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? 0 : errno, "no_new_privs", mode);
  check(restrict_paths(paths), "Landlock", mode);
  check(filter.load(), "seccomp", mode);
}

}  // namespace fsu
