// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file Options as GNU coreutils have them.
#include "utils/edit/edit_options.hpp"

#include "utils/base/quote.hpp"
#include "utils/base/time_parse.hpp"
#include "utils/base/words.hpp"

namespace fsu {

void add_options(Options& options, MkdirOptions& mkdir) {
  options.flag("-p,--parents", "make those above it, too, and be content with what is there", mkdir.parents);
  options.value("-m,--mode", "MODE", "permission bits as in chmod, instead of a=rwx less the umask 022",
                [&mkdir](const std::string& text) {
                  mkdir.mode = ModeChange::parse(text);
                  if (!mkdir.mode) throw UsageError("-m: " + quote(text) + " is not a mode");
                });
  options.flag("-v,--verbose", "say what is made", mkdir.verbose);
}

void add_options(Options& options, RmdirOptions& rmdir) {
  options.flag("-p,--parents", "and those above it, up to the first that is not empty or the root",
               rmdir.parents);
  options.flag("--ignore-fail-on-non-empty", "no error for one that is not empty", rmdir.ignore_non_empty);
  options.flag("-v,--verbose", "say what is removed", rmdir.verbose);
}

void add_options(Options& options, RmOptions& rm) {
  options.flag("-r,-R,--recursive", "remove directories and what is in them", rm.remove.recursive);
  options.flag("-f,--force", "no error for what is not there, and no questions", [&rm] {
    rm.remove.force = true;
    rm.asks = Asks::never;
  });
  const auto ask = [&rm](Asks asks) {
    return [&rm, asks] {
      rm.remove.force = false;
      rm.asks = asks;
    };
  };
  options.flag("-i", "ask before each removal", ask(Asks::always));
  options.flag("-I", "ask once, before trees and more than three operands are removed", ask(Asks::once));
  options.flag("-d,--dir", "remove empty directories, too", rm.remove.empty_directories);
  options.flag("--no-preserve-root", "let -r remove everything in a file system",
               [&rm] { rm.remove.preserve_root = false; });
  options.flag("-v,--verbose", "say what is removed", rm.remove.verbose);
}

void add_options(Options& options, MvOptions& mv) {
  using Existing = MoveOptions::Existing;
  const auto set = [&mv](Existing existing) { return [&mv, existing] { mv.move.existing = existing; }; };
  options.flag("-f,--force", "replace what is there (default)", set(Existing::replace));
  options.flag("-i,--interactive", "ask before something is replaced", set(Existing::ask));
  options.flag("-n,--no-clobber", "replace nothing", set(Existing::keep));
  options.flag("-u,--update", "replace only what is older than the file", mv.move.update);
  options.value("-t,--target-directory", "DIRECTORY", "move all operands into it",
                [&mv](const std::string& text) { mv.target_directory = text; });
  options.flag("-T,--no-target-directory", "the last operand is the new name, not a directory to move into",
               mv.move.no_target_directory);
  options.flag("-v,--verbose", "say what is moved", mv.move.verbose);
}

std::string take_target(const MvOptions& mv, std::vector<std::string>& operands) {
  if (mv.target_directory && mv.move.no_target_directory) throw UsageError("-t and -T exclude each other");
  std::string target = mv.target_directory.value_or("");
  if (!mv.target_directory && !operands.empty()) {
    target = std::move(operands.back());
    operands.pop_back();
    if (operands.empty()) throw UsageError("no destination is named after " + quote(target));
  }
  if (operands.empty()) throw UsageError("no file is named");
  if (mv.move.no_target_directory && operands.size() > 1) throw UsageError("-T is for one file only");
  return target;
}

void add_options(Options& options, LinkOptions& link) {
  options.flag("-s,--symbolic", "make a symbolic link", link.symbolic);
  options.flag("-f,--force", "remove a file that has the name", link.force);
}

void add_options(Options& options, TouchArguments& touch) {
  options.flag("-a", "set the time of access only", touch.only_access);
  options.flag("-m", "set the time of modification only", touch.only_modify);
  options.value("--time", "atime|mtime", "the same by words: atime, access, use; mtime, modify",
                [&touch](const std::string& text) {
                  constexpr Word<bool> kWords[] = {
                      {"atime", true}, {"access", true}, {"use", true}, {"mtime", false}, {"modify", false}};
                  (find_word<bool>("--time", text, kWords) ? touch.only_access : touch.only_modify) = true;
                });
  options.flag("-c,--no-create", "make no file", [&touch] { touch.touch.create = false; });
  options.flag("-h,--no-dereference", "a symbolic link itself, not what it leads to",
               [&touch] { touch.touch.follow = rump::Follow::no; });
  options.value("-d,--date", "DATE",
                "this time instead of now: 2026-01-31, with 12:00[:00[.5]] and Z or +01:00 if wanted, or\n"
                "@SECONDS",
                [&touch](const std::string& text) {
                  const auto time = parse_date(text);
                  if (!time && text != "now") throw UsageError("-d: " + quote(text) + " is not a date");
                  touch.touch.times.reset();
                  if (time) touch.touch.times = {*time, *time};
                });
  options.value("-t", "STAMP", "the same as [[CC]YY]MMDDhhmm[.ss]",
                [&touch](const std::string& text) { touch.stamp = text; });
  options.value("-r,--reference", "FILE", "the times of this file",
                [&touch](const std::string& text) { touch.reference = text; });
}

void TouchArguments::settle(const rump::Time& now) {
  if ((touch.times ? 1 : 0) + (stamp ? 1 : 0) + (reference ? 1 : 0) > 1)
    throw UsageError("times come from one source only: -d, -t or -r");
  if (only_access != only_modify) {
    touch.access = only_access;
    touch.modify = only_modify;
  }
  if (!stamp) return;
  const auto time = parse_stamp(*stamp, now);
  if (!time) throw UsageError("-t: " + quote(*stamp) + " is not a date");
  touch.times = {*time, *time};
}

void add_options(Options& options, TruncateArguments& truncate) {
  options.value("-s,--size", "[+|-|<|>|/|%]SIZE",
                "the new size, or how it changes: more, less, at most, at least, rounded down or up to a\n"
                "multiple; SIZE may end in K, M, G ... (of 1024), KB, MB ... (of 1000)",
                [&truncate](const std::string& text) {
                  truncate.truncate.change = SizeChange::parse(text);
                  if (!truncate.truncate.change) throw UsageError("-s: " + quote(text) + " is not a size");
                });
  options.value("-r,--reference", "FILE", "the size of this file",
                [&truncate](const std::string& text) { truncate.reference = text; });
  options.flag("-c,--no-create", "make no file", [&truncate] { truncate.truncate.create = false; });
  options.flag("-o,--io-blocks", "SIZE counts blocks of the file system", truncate.truncate.in_blocks);
}

void TruncateArguments::settle() const {
  if (!truncate.change && !reference) throw UsageError("a size is missing: -s or -r");
  if (truncate.change && reference && truncate.change->kind == SizeChange::Kind::set)
    throw UsageError("beside -r the size of -s must be a change: +, -, <, >, / or %");
  if (truncate.in_blocks && !truncate.change) throw UsageError("-o is of no use without -s");
}

void add_options(Options& options, WriteOptions& write) {
  options.flag("-a,--append", "write behind what is there", write.append);
  options.value("-o,--offset", "SIZE",
                "write from this byte on, and keep what is before and behind; may end in K, M, G ...",
                [&write](const std::string& text) {
                  write.offset = parse_size(text);
                  if (!write.offset) throw UsageError("-o: " + quote(text) + " is not a number of bytes");
                });
  options.flag("-c,--no-create", "make no file", [&write] { write.create = false; });
}

void check_options(const WriteOptions& write) {
  if (write.append && write.offset) throw UsageError("-a and -o exclude each other");
}

}  // namespace fsu
