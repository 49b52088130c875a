// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file From conditions to a program of the kernel's classic BPF.
#include "utils/confine/seccomp_filter.hpp"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>

namespace fsu {
namespace {

// The kernel's name for the machine: numbers of system calls mean nothing without it.
#if defined(__x86_64__)
constexpr std::uint32_t kMachine = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kMachine = AUDIT_ARCH_AARCH64;
#elif defined(__riscv) && __riscv_xlen == 64
constexpr std::uint32_t kMachine = AUDIT_ARCH_RISCV64;
#else
constexpr std::uint32_t kMachine = 0;  // unknown: no filter is loaded
#endif

/// Stands for the start of the next rule until that is known.
constexpr std::uint8_t kNextRule = 0xff;

constexpr sock_filter load_word(std::size_t at) {
  return {.code = BPF_LD | BPF_W | BPF_ABS, .jt = 0, .jf = 0, .k = static_cast<std::uint32_t>(at)};
}
constexpr sock_filter answer(std::uint32_t action) {
  return {.code = BPF_RET | BPF_K, .jt = 0, .jf = 0, .k = action};
}
constexpr sock_filter jump(std::uint16_t test, std::uint32_t value, std::uint8_t yes, std::uint8_t no) {
  return {.code = static_cast<std::uint16_t>(BPF_JMP | test | BPF_K), .jt = yes, .jf = no, .k = value};
}

constexpr std::size_t kUsualLength = 256;

constexpr std::uint32_t low(std::uint64_t value) { return static_cast<std::uint32_t>(value); }
constexpr std::uint32_t high(std::uint64_t value) { return static_cast<std::uint32_t>(value >> 32); }

}  // namespace

SeccompFilter::SeccompFilter() {
  program_.reserve(kUsualLength);
  // A kernel that sees an argument looked at first does not try the filter with each number there is, to
  // remember which ones it always allows: that takes longer than a short run has calls.
  program_.push_back(load_word(offsetof(seccomp_data, args)));
  program_.push_back(load_word(offsetof(seccomp_data, arch)));
  program_.push_back(jump(BPF_JEQ, kMachine, 1, 0));
  program_.push_back(answer(SECCOMP_RET_KILL_PROCESS));
}

void SeccompFilter::allow(int number, std::initializer_list<ArgTest> tests) {
  add(number, tests, SECCOMP_RET_ALLOW);
}

void SeccompFilter::refuse(int number) { add(number, {}, SECCOMP_RET_ERRNO | EACCES); }

/// One rule: where the number and all tests fit, the action.
void SeccompFilter::add(int number, std::initializer_list<ArgTest> tests, std::uint32_t action) {
  const std::size_t start = program_.size();
  program_.push_back(load_word(offsetof(seccomp_data, nr)));
  program_.push_back(jump(BPF_JEQ, static_cast<std::uint32_t>(number), 0, kNextRule));
  for (const ArgTest& test : tests) {
    // All machines above keep the lower half of an argument first.
    const auto at =
        static_cast<std::uint32_t>(offsetof(seccomp_data, args) + test.argument * sizeof(std::uint64_t));
    test_word(at + 4, high(test.mask), high(test.first), high(test.last));
    test_word(at, low(test.mask), low(test.first), low(test.last));
  }
  program_.push_back(answer(action));
  for (std::size_t i = start; i < program_.size(); ++i) {
    const auto rest = static_cast<std::uint8_t>(program_.size() - i - 1);
    if (program_[i].jt == kNextRule) program_[i].jt = rest;
    if (program_[i].jf == kNextRule) program_[i].jf = rest;
  }
}

void SeccompFilter::test_word(std::uint32_t at, std::uint32_t mask, std::uint32_t first, std::uint32_t last) {
  if (mask == 0) return;
  program_.push_back(load_word(at));
  if (mask != ~std::uint32_t{0})
    program_.push_back({.code = BPF_ALU | BPF_AND | BPF_K, .jt = 0, .jf = 0, .k = mask});
  if (first == last) return program_.push_back(jump(BPF_JEQ, first, 0, kNextRule));
  program_.push_back(jump(BPF_JGE, first, 0, kNextRule));
  program_.push_back(jump(BPF_JGT, last, kNextRule, 0));
}

int SeccompFilter::load() {
  const std::uint32_t kills = SECCOMP_RET_KILL_PROCESS;
  if (kMachine == 0 || ::syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &kills) != 0) return ENOSYS;
  program_.push_back(answer(SECCOMP_RET_KILL_PROCESS));
  const sock_fprog program{.len = static_cast<unsigned short>(program_.size()), .filter = program_.data()};
  return ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0 ? 0 : errno;
}

}  // namespace fsu
