// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Threads, mutexes and condition variables over pthreads; the states live in the kernel's own memory.
#include <pthread.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <new>

#include "hypercall/host.hpp"

namespace rump::host {
namespace {

static_assert(sizeof(pthread_mutex_t) <= sizeof(MutexState) &&
              alignof(pthread_mutex_t) <= alignof(MutexState));
static_assert(sizeof(pthread_cond_t) <= sizeof(CondState) && alignof(pthread_cond_t) <= alignof(CondState));

pthread_mutex_t* native(MutexState* mutex) {
  return std::launder(reinterpret_cast<pthread_mutex_t*>(mutex->bytes));
}
pthread_cond_t* native(CondState* cond) {
  return std::launder(reinterpret_cast<pthread_cond_t*>(cond->bytes));
}

void must(int error, const char* what) {
  if (error != 0) [[unlikely]]
    panic(what);
}

/// What a Thread points at: lives from thread_create to thread_join.
struct Running {
  static constexpr std::size_t kNameRoom = 16;  // the system's limit, with its NUL
  void (*entry)(void*);
  void* argument;
  std::array<char, kNameRoom> name;
  pthread_t id;
};

void* run(void* running) {
  auto* self = static_cast<Running*>(running);
  pthread_setname_np(pthread_self(), self->name.data());  // a name is only a courtesy
  self->entry(self->argument);
  return nullptr;
}

}  // namespace

Status thread_create(void (*entry)(void*), void* argument, const char* name, Thread* thread) {
  auto* memory = std::malloc(sizeof(Running));
  if (!memory) return Status::no_memory;
  auto* running = new (memory) Running{entry, argument, {}, {}};
  std::strncpy(running->name.data(), name, Running::kNameRoom - 1);
  if (pthread_create(&running->id, nullptr, run, running) != 0) {
    std::free(running);
    return Status::no_memory;
  }
  *thread = reinterpret_cast<Thread>(running);
  return Status::ok;
}

void thread_join(Thread thread) {
  auto* running = reinterpret_cast<Running*>(thread);
  must(pthread_join(running->id, nullptr), "a thread could not be joined");
  std::free(running);
}

void mutex_init(MutexState* mutex) {
  // The kernel holds mutexes for moments, so a waiting thread tries a while before it sleeps. Debug builds
  // pay for a mutex that knows its owner.
#ifdef NDEBUG
  new (mutex->bytes) pthread_mutex_t(PTHREAD_ADAPTIVE_MUTEX_INITIALIZER_NP);
#else
  new (mutex->bytes) pthread_mutex_t(PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP);
#endif
}

void mutex_destroy(MutexState* mutex) {
  must(pthread_mutex_destroy(native(mutex)), "mutex destroyed while locked");
}

void mutex_lock(MutexState* mutex) {
  must(pthread_mutex_lock(native(mutex)), "mutex locked twice by one thread");
}

void mutex_unlock(MutexState* mutex) {
  must(pthread_mutex_unlock(native(mutex)), "mutex unlocked by a thread that does not hold it");
}

void cond_init(CondState* cond) { new (cond->bytes) pthread_cond_t(PTHREAD_COND_INITIALIZER); }

void cond_destroy(CondState* cond) {
  must(pthread_cond_destroy(native(cond)), "condition variable destroyed in use");
}

void cond_wait(CondState* cond, MutexState* mutex) {
  must(pthread_cond_wait(native(cond), native(mutex)), "waiting on a condition without its mutex");
}

void cond_wake_one(CondState* cond) { must(pthread_cond_signal(native(cond)), "waking a condition failed"); }

void cond_wake_all(CondState* cond) {
  must(pthread_cond_broadcast(native(cond)), "waking a condition failed");
}

}  // namespace rump::host
