// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The walk that fills an archive.
#include "utils/tar/tar_export.hpp"

#include <algorithm>
#include <array>

#include "utils/base/quote.hpp"
#include "utils/image/image_fd.hpp"
#include "utils/list/listing.hpp"

namespace fsu {
namespace {

/// Read and written at a time.
constexpr std::size_t kBufferBytes = std::size_t{256} << 10;
/// The most runs of one file: each takes memory, here and in libarchive. What is behind the last of them is
/// stored whole.
constexpr std::size_t kRunsMax = std::size_t{1} << 18;

constexpr std::size_t kXattrMax = std::size_t{64} << 10;  // the limit of Linux

class XattrNames final : public rump::NameSink {
 public:
  bool add(rump::Name name) override {
    names.emplace_back(name);
    return true;
  }
  std::vector<std::string> names;
};

}  // namespace

TarExporter::TarExporter(const TarExportOptions& options, TarWriter& writer, Reporter& report,
                         Progress& progress)
    : options_(options),
      writer_(writer),
      report_(report),
      progress_(progress),
      left_out_(report),
      guard_(options.follow),
      buffer_(std::make_unique_for_overwrite<std::byte[]>(kBufferBytes)) {}

TarExporter::~TarExporter() { leave_to(0); }

void TarExporter::add(rump::Process& process, const std::string& path, const std::string& shown,
                      const std::string& name) {
  leave_to(0);
  process_ = &process;
  guard_.begin();
  const bool follow = options_.follow || options_.follow_operands;
  add_reported({rump::kCwd, path, shown, name, follow ? rump::Follow::yes : rump::Follow::no});
  while (!levels_.empty()) {
    Level& level = levels_.back();
    if (level.entries.empty()) {
      leave_to(levels_.size() - 1);
      continue;
    }
    const std::string entry = std::move(level.entries.back());
    level.entries.pop_back();
    add_reported({level.fd, entry, join_path(level.shown, entry), join_path(level.name, entry),
                  options_.follow ? rump::Follow::yes : rump::Follow::no});
  }
}

void TarExporter::add_reported(const Source& source) {
  try {
    if (const auto added = add_file(source); !added) report_.error(source.shown, added.error());
  } catch (const TarError& error) {
    report_.error(source.shown, error.what());
  }
}

rump::Result<> TarExporter::add_file(const Source& source) {
  TarMember member{.path = source.name, .attr = TRY(process_->stat(source.at, source.path, source.follow))};
  if (options_.owner) {
    member.attr.uid = options_.owner->uid;
    member.attr.gid = options_.owner->gid;
  }
  if (member.attr.type == rump::FileType::dir) return enter(source, std::move(member));
  return store(source, std::move(member));
}

/// Stores the directory, and leaves it open as the last level.
rump::Result<> TarExporter::enter(const Source& source, TarMember member) {
  rump::u32 flags = rump::kOpenRead | rump::kOpenDirectory;
  if (source.follow == rump::Follow::no) flags |= rump::kOpenNoFollow;
  const rump::Fd fd = TRY(process_->open(source.at, source.path, flags));
  levels_.push_back({fd, source.shown, source.name, {}});
  if (const char* refused = guard_.enter(member.attr.ino, levels_.size() - 1, source.shown)) {
    leave_to(levels_.size() - 1);
    report_.error(source.shown, refused);
    return {};
  }
  read_xattrs(source, member);
  if (!member.path.ends_with('/')) member.path += '/';
  begin(source, member);
  writer_.end();
  levels_.back().entries = TRY(read_names(fd));
  return {};
}

/// The names in the directory, the first one last.
rump::Result<std::vector<std::string>> TarExporter::read_names(rump::Fd directory) {
  std::vector<std::string> names;
  for (;;) {
    const auto read = process_->read_dir(directory, batch_);
    // What was read so far is stored all the same.
    if (!read) report_.error(levels_.back().shown, read.error());
    if (!read || batch_.entries().empty()) break;
    for (const rump::DirEntry& entry : batch_.entries())
      if (entry.name != "." && entry.name != "..") names.emplace_back(entry.name);
  }
  std::ranges::sort(names, std::greater());
  return names;
}

/// Stores what is no directory.
rump::Result<> TarExporter::store(const Source& source, TarMember member) {
  switch (member.attr.type) {
    case rump::FileType::socket:
      left_out_.add(LeftOut::socket, source.shown);
      return {};
    case rump::FileType::unknown:
      return rump::fail(rump::Errc::corrupt, "a file of no known type");
    default:
      break;
  }
  if (is_another_name(member)) {
    begin(source, member);
    writer_.end();
    return {};
  }
  if (member.attr.type == rump::FileType::symlink) {
    std::array<char, rump::kPathMax> room;
    const std::size_t length = TRY(process_->readlink(source.at, source.path, room));
    member.target.assign(room.data(), length);
  }
  read_xattrs(source, member);
  if (member.attr.type == rump::FileType::file) {
    TRY(store_regular(source, member));
  } else {
    begin(source, member);
    writer_.end();
  }
  if (member.attr.nlink > 1) first_names_.emplace(std::pair(process_, member.attr.ino), member.path);
  return {};
}

/// Whether the file is in the archive already; then the member becomes a link to it.
bool TarExporter::is_another_name(TarMember& member) {
  if (member.attr.nlink < 2) return false;
  const auto first = first_names_.find({process_, member.attr.ino});
  if (first == first_names_.end()) return false;
  member.linked_to = first->second;
  return true;
}

rump::Result<> TarExporter::store_regular(const Source& source, TarMember& member) {
  rump::u32 flags = rump::kOpenRead;
  if (source.follow == rump::Follow::no) flags |= rump::kOpenNoFollow;
  const ImageFd file = TRY(ImageFd::open(*process_, source.at, source.path, flags));
  if (options_.holes) TRY(find_runs(file.get(), member));
  begin(source, member);
  // From here on the archive has room for the file, whatever can be read of it.
  if (const auto copied = copy_data(file.get(), source, member); !copied)
    report_.error(source.shown,
                  reason_of(copied.error()) + "; in the archive zeroes take the place of the rest");
  writer_.end();
  return {};
}

/// Finds the member's runs, if it has holes.
rump::Result<> TarExporter::find_runs(rump::Fd file, TarMember& member) {
  const rump::u64 size = member.attr.size;
  if (size == 0) return {};
  rump::u64 end = TRY(process_->seek(file, 0, rump::Whence::hole));
  if (end >= size) return {};
  member.sparse = true;
  for (rump::u64 start = 0; start < size;) {
    if (end > start) member.runs.push_back({start, std::min(end, size) - start});
    const auto next = process_->seek(file, static_cast<rump::i64>(end), rump::Whence::data);
    if (!next && next.error().code == rump::Errc::no_data) break;
    start = TRY(next);
    if (start >= size) break;
    end = member.runs.size() + 1 < kRunsMax
              ? TRY(process_->seek(file, static_cast<rump::i64>(start), rump::Whence::hole))
              : size;
  }
  return {};
}

rump::Result<> TarExporter::copy_data(rump::Fd file, const Source& source, const TarMember& member) {
  if (!member.sparse) return copy_run(file, {0, member.attr.size}, source);
  rump::u64 at = 0;
  for (const TarRun& run : member.runs) {
    writer_.hole(run.offset - at);
    TRY(copy_run(file, run, source));
    at = run.offset + run.length;
  }
  writer_.hole(member.attr.size - at);
  return {};
}

rump::Result<> TarExporter::copy_run(rump::Fd file, const TarRun& run, const Source& source) {
  for (rump::u64 done = 0; done < run.length;) {
    const auto step = static_cast<std::size_t>(std::min<rump::u64>(kBufferBytes, run.length - done));
    const std::size_t got = TRY(process_->pread(file, {buffer_.get(), step}, run.offset + done));
    writer_.data({buffer_.get(), got});
    if (got != step) return rump::fail(rump::Errc::corrupt, "the file ends before its size");
    done += got;
    if (progress_.advance(got)) progress_.show(source.shown);
  }
  return {};
}

/// An attribute that cannot be read is reported, and the others are kept.
void TarExporter::read_xattrs(const Source& source, TarMember& member) {
  XattrNames sink;
  const auto listed = process_->list_xattr(source.at, source.path, source.follow, sink);
  if (!listed && listed.error().code != rump::Errc::not_supported)
    report_.error(source.shown, listed.error());
  std::ranges::sort(sink.names);
  for (std::string& name : sink.names) {
    if (auto value = read_xattr(source, name)) {
      member.xattrs.push_back({std::move(name), *std::move(value)});
    } else {
      report_.error(source.shown, value.error());
    }
  }
}

rump::Result<std::vector<std::byte>> TarExporter::read_xattr(const Source& source, const std::string& name) {
  const auto read = [&](std::span<std::byte> room) {
    return process_->get_xattr(source.at, source.path, source.follow, name, room);
  };
  std::vector<std::byte> value;
  const std::size_t size = TRY(read({}));
  if (size > kXattrMax) return rump::fail(rump::Errc::too_big, "an extended attribute is too large");
  value.resize(size);
  if (size > 0) TRY(read(value));
  return value;
}

void TarExporter::begin(const Source& source, const TarMember& member) {
  const std::string left_out = writer_.begin(member);
  if (!left_out.empty()) report_.error(source.shown, left_out);
  if (!options_.verbose) return;
  progress_.clear();
  write_error_stream(quote(member.path) + "\n");
}

void TarExporter::leave_to(std::size_t depth) {
  for (; levels_.size() > depth; levels_.pop_back())
    static_cast<void>(process_->close(levels_.back().fd));  // it was only read
}

}  // namespace fsu
