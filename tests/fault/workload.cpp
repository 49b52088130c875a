// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The steps, and the script of the crash tests.
#include "tests/fault/workload.hpp"

#include <span>

namespace rump::test {
namespace {

constexpr u32 kMode = 0644;

Result<> with_file(Process& process, const std::string& path, u32 flags,
                   const std::function<Result<>(Fd)>& use) {
  const Fd fd = TRY(process.open(kCwd, path, flags, kMode));
  Result<> used = use(fd);
  TRY(process.close(fd));
  return used;
}

}  // namespace

Workload& Workload::add(Step step) {
  steps_.push_back(std::move(step));
  return *this;
}

Workload& Workload::create(const std::string& path) {
  return add({"create " + path,
              [=](Context& context) {
                return with_file(context.process, path, kOpenWrite | kOpenCreate,
                                 [](Fd) { return Result<>(); });
              },
              [=](Tree& tree) { tree.add(path, FileType::file); }});
}

Workload& Workload::write(const std::string& path, u64 offset, std::string text) {
  return add({"write " + path,
              [=](Context& context) {
                return with_file(context.process, path, kOpenWrite, [&](Fd fd) -> Result<> {
                  std::size_t done = 0;
                  const auto bytes = std::as_bytes(std::span(text));
                  while (done < bytes.size())
                    done += TRY(context.process.pwrite(fd, bytes.subspan(done), offset + done));
                  return {};
                });
              },
              [=](Tree& tree) {
                std::string& content = tree.at(path).content;
                content.resize(std::max<std::size_t>(content.size(), offset + text.size()));
                content.replace(offset, text.size(), text);
              }});
}

Workload& Workload::truncate(const std::string& path, u64 size) {
  return add({"truncate " + path,
              [=](Context& context) { return context.process.truncate(kCwd, path, size); },
              [=](Tree& tree) { tree.at(path).content.resize(size); }});
}

Workload& Workload::mkdir(const std::string& path) {
  return add({"mkdir " + path, [=](Context& context) { return context.process.mkdir(kCwd, path, 0755); },
              [=](Tree& tree) { tree.add(path, FileType::dir); }});
}

Workload& Workload::rmdir(const std::string& path) {
  return add({"rmdir " + path, [=](Context& context) { return context.process.rmdir(kCwd, path); },
              [=](Tree& tree) { tree.remove(path); }});
}

Workload& Workload::symlink(const std::string& target, const std::string& path) {
  return add({"symlink " + path,
              [=](Context& context) { return context.process.symlink(target, kCwd, path); },
              [=](Tree& tree) { tree.add(path, FileType::symlink, target); }});
}

Workload& Workload::link(const std::string& from, const std::string& to) {
  return add({"link " + from + " " + to,
              [=](Context& context) { return context.process.link(kCwd, from, kCwd, to, Follow::no); },
              [=](Tree& tree) { tree.names[to] = tree.names.at(from); }});
}

Workload& Workload::rename(const std::string& from, const std::string& to) {
  return add({"rename " + from + " " + to,
              [=](Context& context) { return context.process.rename(kCwd, from, kCwd, to, 0); },
              [=](Tree& tree) { tree.move(from, to); }});
}

Workload& Workload::exchange(const std::string& one, const std::string& other) {
  return add(
      {"exchange " + one + " " + other,
       [=](Context& context) { return context.process.rename(kCwd, one, kCwd, other, kRenameExchange); },
       [=](Tree& tree) { tree.exchange(one, other); }});
}

Workload& Workload::unlink(const std::string& path) {
  return add({"unlink " + path, [=](Context& context) { return context.process.unlink(kCwd, path); },
              [=](Tree& tree) { tree.remove(path); }});
}

Workload& Workload::hold(const std::string& path) {
  return add({"hold " + path,
              [=](Context& context) -> Result<> {
                context.held.push_back(TRY(context.process.open(kCwd, path, kOpenRead)));
                return {};
              },
              {}});
}

Workload& Workload::close_all() {
  return add({"close",
              [](Context& context) -> Result<> {
                for (const Fd fd : std::exchange(context.held, {})) TRY(context.process.close(fd));
                return {};
              },
              {}});
}

Workload& Workload::fsync(const std::string& path) {
  return add({"fsync " + path,
              [=](Context& context) {
                return with_file(context.process, path, kOpenRead,
                                 [&](Fd fd) { return context.process.fsync(fd); });
              },
              {},
              true});
}

Workload& Workload::sync() {
  return add({"sync", [](Context& context) { return context.process.sync(); }, {}, true});
}

Workload::Outcome Workload::run(Process& process, History& history, OnError on_error) const {
  Context context{process, {}};
  Outcome outcome{.finished = false, .last_error = {}};
  for (const Step& step : steps_) {
    if (step.change) {
      history.states.push_back(history.now());
      step.change(history.states.back());
    }
    Result<> done = step.call(context);
    if (!done) {
      ++outcome.errors;
      outcome.last_error = step.text + ": " + done.error().reason;
    }
    if (!done && on_error == OnError::retry) {
      done = step.call(context);
      if (!done && (done.error().code == Errc::exists || done.error().code == Errc::not_found)) done = {};
    }
    if (!done) return outcome;
    if (step.durable) history.durable = history.states.size() - 1;
  }
  outcome.finished = true;
  return outcome;
}

std::string pattern(std::size_t bytes, u32 seed) {
  std::string text(bytes, '\0');
  for (std::size_t i = 0; i < bytes; ++i)
    text[i] = static_cast<char>('A' + (i * 7 + i / 512 * 3 + seed * 11) % 53);
  return text;
}

Workload full_workload(bool exchanges) {
  Workload script;
  script.create("/a").write("/a", 0, pattern(3000, 1)).mkdir("/d").create("/d/b").sync();
  // A file replaced in the way editors do it.
  script.create("/a.new")
      .write("/a.new", 0, pattern(2500, 2))
      .fsync("/a.new")
      .rename("/a.new", "/a")
      .fsync("/a");
  // Indirect and double indirect blocks, with holes before them.
  script.write("/d/b", 5000, pattern(9000, 3)).write("/d/b", 300000, pattern(3000, 4)).sync();
  script.link("/a", "/d/a2").symlink("/a", "/short").symlink(pattern(200, 5), "/d/long").unlink("/a").sync();
  // Metadata blocks freed, and their space used for data.
  script.truncate("/d/b", 7000)
      .unlink("/d/long")
      .sync()
      .create("/c")
      .write("/c", 0, pattern(14000, 6))
      .fsync("/c");
  script.truncate("/d/b", 20000).write("/d/b", 6500, pattern(40, 7)).mkdir("/d/e").create("/d/e/f").sync();
  // Directories moved, made and removed.
  script.rename("/d/e", "/e").mkdir("/g").rename("/e", "/g/e").unlink("/g/e/f").rmdir("/g/e").sync();
  for (u32 i = 0; i < 12; ++i) script.create("/g/" + pattern(200, i) + std::to_string(i));
  script.sync();
  for (u32 i = 0; i < 12; ++i) script.unlink("/g/" + pattern(200, i) + std::to_string(i));
  script.rmdir("/g").sync();
  // An open file without names.
  script.hold("/c").unlink("/c").create("/h").write("/h", 0, pattern(1500, 8)).sync().close_all();
  script.create("/i").write("/i", 0, pattern(6000, 9)).fsync("/i").write("/i", 1000, pattern(2000, 10));
  if (exchanges) script.exchange("/i", "/d/a2").fsync("/i").exchange("/d", "/h").sync();
  return script.fsync("/i").unlink("/i").sync();
}

}  // namespace rump::test
