// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file rump.h: starting and stopping, keys, processes.
#include <cerrno>
#include <span>

#include "vfs/cface/call.hpp"
#include "vfs/include/rump/rump.h"

namespace cface = rump::cface;

namespace {

/// One thread at a time starts or stops the kernel.
std::mutex& starting() {
  static std::mutex mutex;
  return mutex;
}

/// An errno value of the host's, for which there is no sentence.
int told(int number) { return number == 0 ? 0 : cface::number_of(number, ""); }

}  // namespace

int rump_init(void) {
  const std::lock_guard hold(starting());
  if (cface::running().load()) return 0;
  auto face = cface::Face::start();
  if (!face) return cface::number_of(face.error());
  cface::running().store(face->release(), std::memory_order_release);
  return 0;
}

int rump_fini(void) {
  const std::lock_guard hold(starting());
  cface::Face* face = cface::running().load();
  if (!face) return 0;
  const rump::Result<> stopped = face->stop();
  if (!stopped && stopped.error().code == rump::Errc::busy) return cface::number_of(stopped.error());
  cface::running().store(nullptr);
  delete face;
  return stopped ? 0 : cface::number_of(stopped.error());
}

int rump_pub_etfs_register(const char* key, const char* hostpath, rump_etfs_type type) {
  return rump_pub_etfs_register_withsize(key, hostpath, type, 0, RUMP_ETFS_SIZE_ENDOFF);
}

int rump_pub_etfs_register_withsize(const char* key, const char* hostpath, rump_etfs_type type,
                                    uint64_t begin, uint64_t size) {
  cface::Face* face = cface::running_face();
  if (!face) return ENXIO;
  if (type != RUMP_ETFS_BLK && type != RUMP_ETFS_REG)
    return cface::number_of(EOPNOTSUPP, "only images can be registered");
  return told(face->add_key(key, hostpath, begin, size));
}

int rump_pub_etfs_remove(const char* key) {
  cface::Face* face = cface::running_face();
  return face ? told(face->remove_key(key)) : ENXIO;
}

int rump_pub_lwproc_rfork(int flags) {
  cface::Face* face = cface::running_face();
  if (!face) return ENXIO;
  if (flags != RUMP_RFCFDG)
    return cface::number_of(EOPNOTSUPP, "descriptors can be neither shared nor copied");
  cface::current_lwp() = face->make_process(face->process().cred());
  return 0;
}

int rump_lwproc_newproc(uint32_t uid, uint32_t gid, size_t ngroups, const uint32_t* groups) {
  cface::Face* face = cface::running_face();
  if (!face) return ENXIO;
  if (ngroups > RUMP_NGROUPS_MAX) return cface::number_of(EINVAL, "too many groups");
  static_assert(RUMP_NGROUPS_MAX == rump::Cred::kGroupsMax);
  rump::Cred cred;
  cred.uid = uid;
  cred.gid = gid;
  cred.group_count = static_cast<rump::u32>(ngroups);
  for (size_t i = 0; i < ngroups; ++i) cred.groups[i] = groups[i];
  cface::current_lwp() = face->make_process(cred);
  return 0;
}

lwp* rump_pub_lwproc_curlwp(void) { return cface::current_lwp(); }

void rump_pub_lwproc_switch(lwp* process) { cface::current_lwp() = process; }

void rump_pub_lwproc_releaselwp(void) {
  cface::Face* face = cface::running_face();
  lwp* own = std::exchange(cface::current_lwp(), nullptr);
  if (face && own) face->end_process(own);
}
