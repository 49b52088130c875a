// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Many threads in one tree, and afterwards nothing may be lost, doubled or miscounted.
#include <atomic>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "tests/conformance/conformance.hpp"

namespace conformance {
namespace {

using Strings = std::vector<std::string>;

class Threads : public Conformance {
 protected:
  /// Runs `work` in that many threads, each with its own process and number; an error ends the test.
  void run(int count, const std::function<void(Calls&, int)>& work) {
    std::vector<std::unique_ptr<Calls>> calls;
    std::vector<std::string> errors(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) calls.push_back(as(0, 0));
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i) {
      threads.emplace_back([&, i] {
        try {
          work(*calls[i], i);
        } catch (const std::exception& error) {
          errors[i] = error.what();
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    for (const std::string& error : errors) EXPECT_EQ(error, "");
  }

  /// Walks the tree: each directory's "..", link counts of directories and of files. Returns how many names
  /// each inode that is no directory has.
  std::map<u64, u32> check(const std::string& path, u64 parent) {
    std::map<u64, u32> names;
    const Attr self = must(root().stat(path));
    EXPECT_EQ(ino_of(root(), path + "/.."), parent) << path;
    u32 directories = 0;
    std::set<std::string> seen;
    const Fd fd = must(root().open(path, kOpenRead));
    for (const Entry& entry : entries_of(root(), fd)) {
      EXPECT_TRUE(seen.insert(entry.name).second) << path << "/" << entry.name << " is there twice";
      if (entry.name == "." || entry.name == "..") continue;
      EXPECT_EQ(ino_of(root(), path + "/" + entry.name), entry.ino);
      if (entry.type != FileType::dir) {
        ++names[entry.ino];
        continue;
      }
      ++directories;
      for (const auto& [ino, count] : check(path + "/" + entry.name, self.ino)) names[ino] += count;
    }
    must(root().close(fd));
    EXPECT_EQ(self.nlink, directories + 2) << path;
    return names;
  }
  std::map<u64, u32> check_all() { return check("/", ino_of(root(), "/")); }
};

/// A result that the others' work explains.
void expect_one_of(Errc result, std::initializer_list<Errc> allowed) {
  for (const Errc one : allowed)
    if (result == one) return;
  throw std::runtime_error("unexpected " + testing::PrintToString(result));
}

class ThreadsWithLinks : public Threads {};

TEST_P(Threads, CreateEachItsOwn) {
  must(root().mkdir("d"));
  run(4, [](Calls& calls, int number) {
    for (int i = 0; i < 300; ++i) {
      const std::string name = "d/" + std::to_string(number) + "_" + std::to_string(i);
      put(calls, name, name);
      if (i % 3 == 0) must(calls.unlink(name));
      if (i % 5 == 0) must(calls.mkdir(name + "d"));
    }
  });
  EXPECT_EQ(check_all().size(), 800u);
  EXPECT_EQ(names_in(root(), "d").size(), 4u * (200 + 60));
  for (const std::string& name : names_in(root(), "d")) {
    if (name.back() == 'd') continue;
    EXPECT_EQ(get(root(), "d/" + name), "d/" + name);
  }
}

TEST_P(Threads, OneWinsAnExclusiveCreate) {
  std::array<std::atomic<int>, 200> wins{};
  run(4, [&](Calls& calls, int) {
    for (int i = 0; i < 200; ++i) {
      const auto fd = calls.open("f" + std::to_string(i), kOpenWrite | kOpenCreate | kOpenExclusive, 0644);
      expect_one_of(code(fd), {kDone, Errc::exists});
      if (!fd) continue;
      ++wins[i];
      must(calls.close(*fd));
    }
  });
  for (const auto& count : wins) EXPECT_EQ(count, 1);
}

TEST_P(Threads, OneWinsARemoval) {
  std::atomic<int> removed = 0;
  std::atomic<int> renamed = 0;
  for (int i = 0; i < 300; ++i) put(root(), "f" + std::to_string(i), "");
  must(root().mkdir("d"));
  run(4, [&](Calls& calls, int number) {
    for (int i = 0; i < 300; ++i) {
      const std::string name = "f" + std::to_string(i);
      const Errc result = number % 2 == 0 ? code(calls.unlink(name)) : code(calls.rename(name, "d/" + name));
      expect_one_of(result, {kDone, Errc::not_found});
      if (result == kDone) ++(number % 2 == 0 ? removed : renamed);
    }
  });
  EXPECT_EQ(removed + renamed, 300);
  EXPECT_EQ(names_in(root(), "d").size(), static_cast<std::size_t>(renamed));
  EXPECT_EQ(names_in(root(), "."), Strings{"d"});
}

TEST_P(Threads, AppendsDoNotOverwriteEachOther) {
  constexpr int kWriters = 4, kRecords = 300;
  put(root(), "log", "");
  run(kWriters, [](Calls& calls, int number) {
    const Fd fd = must(calls.open("log", kOpenWrite | kOpenAppend));
    for (int i = 0; i < kRecords; ++i) {
      std::string record = std::to_string(number) + ":" + std::to_string(i) + ":";
      record.resize(97, static_cast<char>('a' + number));
      record += '\n';
      if (must(calls.write(fd, bytes_of(record))) != record.size()) throw std::runtime_error("short write");
    }
  });
  const std::string log = get(root(), "log");
  ASSERT_EQ(log.size(), 98u * kWriters * kRecords);
  std::map<int, int> next;
  for (std::size_t at = 0; at < log.size(); at += 98) {
    const int writer = log[at] - '0';
    const std::string start = std::to_string(writer) + ":" + std::to_string(next[writer]++) + ":";
    ASSERT_EQ(log.substr(at, start.size()), start);
    ASSERT_EQ(log[at + 97], '\n');
  }
}

TEST_P(Threads, WritesAtTheirOwnPlaces) {
  constexpr u64 kPiece = 5000;
  put(root(), "f", "");
  run(4, [](Calls& calls, int number) {
    const Fd fd = must(calls.open("f", kOpenRead | kOpenWrite));
    for (u64 i = 0; i < 60; ++i) {
      const std::string piece(kPiece, static_cast<char>('a' + number));
      must(calls.pwrite(fd, bytes_of(piece), (i * 4 + static_cast<u64>(number)) * kPiece));
      const std::string back = get(calls, fd, (i * 4 + static_cast<u64>(number)) * kPiece, kPiece);
      if (back != piece) throw std::runtime_error("something else was read");
    }
  });
  const std::string content = get(root(), "f");
  ASSERT_EQ(content.size(), 240 * kPiece);
  for (u64 i = 0; i < 240; ++i) EXPECT_EQ(content[i * kPiece + 17], static_cast<char>('a' + i % 4)) << i;
}

TEST_P(Threads, RenamesBothWaysAndExchanges) {
  constexpr int kFiles = 20;
  for (const char* name : {"a", "b", "a/sub", "b/sub", "a/sub/deep"}) must(root().mkdir(name));
  for (int i = 0; i < kFiles; ++i) put(root(), "a/f" + std::to_string(i), std::to_string(i));
  run(4, [](Calls& calls, int number) {
    const Strings directories{"a", "b", "a/sub", "b/sub", "a/sub/deep", "b/sub/deep"};
    std::mt19937 random(static_cast<u32>(number));
    const auto pick = [&] { return directories[random() % directories.size()]; };
    for (int i = 0; i < 600; ++i) {
      const std::string name = "/f" + std::to_string(random() % kFiles);
      const u32 flags = std::array{u32{0}, u32{kRenameNoReplace}, u32{kRenameExchange}}[random() % 3];
      // Without a flag a file could fall over another one of the same name: there is only one of each.
      expect_one_of(code(calls.rename(pick() + name, pick() + name, flags)),
                    {kDone, Errc::not_found, Errc::exists});
      if (i % 10 == 0)
        expect_one_of(code(calls.rename("a/sub", "b/sub", kRenameExchange)), {kDone, Errc::not_found});
      if (i % 15 == 0)
        expect_one_of(code(calls.rename("a/sub/deep", "b/sub/deep")),
                      {kDone, Errc::not_found, Errc::not_empty});
    }
  });
  const auto names = check_all();
  EXPECT_EQ(names.size(), static_cast<std::size_t>(kFiles));
  for (const auto& [ino, count] : names) EXPECT_EQ(count, 1u) << ino;
}

TEST_P(Threads, DirectoriesIntoEachOther) {
  for (const char* name : {"a", "b", "c"}) {
    must(root().mkdir(name));
    put(root(), std::string(name) + "/f", name);
  }
  run(4, [](Calls& calls, int number) {
    std::mt19937 random(static_cast<u32>(number) + 77);
    const Strings names{"a", "b", "c"};
    for (int i = 0; i < 400; ++i) {
      const std::string& one = names[random() % 3];
      const std::string& two = names[random() % 3];
      // Into another one, and back to the top; never may a cycle come out.
      expect_one_of(code(calls.rename(one, two + "/" + one)),
                    {kDone, Errc::not_found, Errc::invalid, Errc::not_empty});
      expect_one_of(code(calls.rename(two + "/" + one, one)),
                    {kDone, Errc::not_found, Errc::invalid, Errc::not_empty});
    }
  });
  EXPECT_EQ(check_all().size(), 3u);
}

TEST_P(ThreadsWithLinks, LinksAreCounted) {
  put(root(), "f", "content");
  must(root().mkdir("d"));
  run(4, [](Calls& calls, int number) {
    std::mt19937 random(static_cast<u32>(number));
    for (int i = 0; i < 400; ++i) {
      const std::string one = "d/l" + std::to_string(random() % 10);
      const std::string two = "d/l" + std::to_string(random() % 10);
      expect_one_of(code(calls.link("f", one)), {kDone, Errc::exists});
      expect_one_of(code(calls.rename(one, two)), {kDone, Errc::not_found});
      expect_one_of(code(calls.unlink(two)), {kDone, Errc::not_found});
    }
  });
  EXPECT_EQ(links_of(root(), "f"), 1 + names_in(root(), "d").size());
  check_all();
}

TEST_P(Threads, ReadersSeeWholeDirectories) {
  must(root().mkdir("d"));
  for (int i = 0; i < 300; ++i) put(root(), "d/stay" + std::to_string(i), "");
  run(4, [](Calls& calls, int number) {
    for (int i = 0; i < 40; ++i) {
      if (number % 2 == 0) {
        int staying = 0;
        for (const std::string& name : names_in(calls, "d")) staying += name.starts_with("stay");
        if (staying != 300) throw std::runtime_error(std::to_string(staying) + " of 300 names");
        continue;
      }
      for (int k = 0; k < 20; ++k) {
        const std::string name = "d/go" + std::to_string(number) + "_" + std::to_string(k);
        put(calls, name, "x");
        must(calls.rename(name, name + "_moved"));
        must(calls.unlink(name + "_moved"));
      }
    }
  });
  EXPECT_EQ(names_in(root(), "d").size(), 300u);
}

TEST_P(Threads, UnlinkedWhileUsed) {
  run(4, [](Calls& calls, int) {
    for (int i = 0; i < 200; ++i) {
      const auto fd = calls.open("shared", kOpenRead | kOpenWrite | kOpenCreate, 0644);
      expect_one_of(code(fd), {kDone, Errc::not_found});
      if (!fd) continue;
      must(calls.pwrite(*fd, bytes_of("content"), static_cast<u64>(i) * 100));
      expect_one_of(code(calls.unlink("shared")), {kDone, Errc::not_found});
      // Whoever has the same file open may have emptied it.
      const std::string back = get(calls, *fd, static_cast<u64>(i) * 100, 7);
      if (back != std::string("content") && back != std::string(back.size(), '\0'))
        throw std::runtime_error("something else was read");
      must(calls.ftruncate(*fd, 0));
      must(calls.close(*fd));
    }
  });
  check_all();
}

TEST_P(Threads, RemovalAgainstCreation) {
  run(4, [](Calls& calls, int number) {
    for (int i = 0; i < 300; ++i) {
      const std::string file = "d/f" + std::to_string(number);
      expect_one_of(code(calls.mkdir("d")), {kDone, Errc::exists});
      expect_one_of(code(calls.mknod(file, FileType::file, 0644, {})), {kDone, Errc::not_found});
      expect_one_of(code(calls.unlink(file)), {kDone, Errc::not_found});
      expect_one_of(code(calls.rmdir("d")), {kDone, Errc::not_found, Errc::not_empty});
    }
  });
  check_all();
}

INSTANTIATE_TEST_SUITE_P(On, ThreadsWithLinks, testing::ValuesIn(having(&Traits::links, targets())),
                         TargetName());
INSTANTIATE_TEST_SUITE_P(On, Threads, testing::ValuesIn(targets()), TargetName());

}  // namespace
}  // namespace conformance
