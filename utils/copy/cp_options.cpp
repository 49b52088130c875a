// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The options of fs-cp, those of GNU cp.
#include "utils/copy/cp_options.hpp"

#include "utils/base/quote.hpp"
#include "utils/image/image_options.hpp"

namespace fsu {
namespace {

Sparse parse_sparse(const std::string& when) {
  if (when == "auto") return Sparse::automatic;
  if (when == "always") return Sparse::always;
  if (when == "never") return Sparse::never;
  throw UsageError(quote(when) + " is no value of --sparse; they are auto, always and never");
}

void set_update(TargetPolicy& policy, const std::string& which) {
  policy.only_older = which == "older";
  if (which == "none") policy.existing = TargetPolicy::Existing::keep;
  if (!policy.only_older && which != "none" && which != "all")
    throw UsageError(quote(which) + " is no value of --update; they are older, none and all");
}

[[noreturn]] void refuse_links() {
  throw UsageError("-l and -s cannot be done: nothing on the host can link to a file in an image");
}

/// Throws UsageError where the option was given together with `other`.
void exclude(bool given, std::string_view option, std::string_view other) {
  if (given)
    throw UsageError(std::string(option).append(" and ").append(other).append(" exclude each other"));
}

}  // namespace

void CpOptions::add_what(Options& options) {
  const auto archive = [this] {
    copy.recursive = true;
    follow_ = Follow::never;
    keep(kKeepAll);
  };
  const auto no_dereference = [this] {
    follow_ = Follow::never;
    keep(kKeepLinks);
  };
  options.flag("-a,--archive", "copy trees with all attributes: -dR --preserve=all", archive);
  options.flag("-r,-R,--recursive", "copy directories with all that is in them", copy.recursive);
  options.flag("-p", "the same as --preserve=mode,ownership,timestamps", [this] { keep(kKeepUsual); });
  options.optional_value(
      "--preserve", "LIST",
      "keep mode (and ACLs), ownership (where that is allowed), timestamps, links, xattr, acl, all "
      "(default: mode,ownership,timestamps); what the target cannot hold is an error then",
      [this](const std::optional<std::string>& list) {
        keep(list ? parse_keep(*list) : unsigned{kKeepUsual});
        if (!list || *list == "all") return;
        copy.keep.named |= parse_keep(*list);
        if ((copy.keep.kept & kKeepMode) != 0) copy.plain_mode = false;
      });
  options.value("--no-preserve", "LIST", "do not keep these", [this](const std::string& list) {
    const unsigned bits = parse_keep(list);
    not_kept_ |= bits;
    copy.keep.kept &= ~bits;
    copy.keep.named &= ~bits;
    if ((bits & kKeepMode) != 0) copy.plain_mode = true;
  });
  options.flag("-d", "copy symbolic links as links: --no-dereference --preserve=links", no_dereference);
  options.flag("-P,--no-dereference", "copy symbolic links as links (the default with -r)",
               [this] { follow_ = Follow::never; });
  options.flag("-H", "copy what symbolic links among the operands lead to",
               [this] { follow_ = Follow::operands; });
  options.flag("-L,--dereference", "copy what symbolic links lead to", [this] { follow_ = Follow::always; });
  options.value("--sparse", "WHEN",
                "holes: those of the source (auto), zeroes in its data too (always), none (never)",
                [this](const std::string& when) { copy.sparse = parse_sparse(when); });
  options.flag("-x,--one-file-system", "stay on the file system of each source", copy.one_file_system);
  options.flag("-l,--link", "refused: nothing can link to a file in an image", refuse_links);
  options.flag("-s,--symbolic-link", "refused likewise", refuse_links);
  options.value("--chown", "UID[:GID]", "give the copies to this owner (GID: UID by default)",
                [this](const std::string& owner) {
                  const rump::Cred cred = parse_ids("--chown", owner);
                  copy.keep.owner = KeepOptions::Owner{cred.uid, cred.gid};
                });
  options.flag("--trusted-image",
               "copy devices, setuid and setgid bits, security.* and trusted.* attributes out, too",
               copy.keep.trusted_image);
  options.value("--save-meta", "FILE",
                "write owners, modes and times of all that is copied to FILE, as mtree(5)",
                [this](const std::string& file) { save_meta = file; });
  options.value(
      "--load-meta", "FILE",
      "in the end give copies in an image the owners, modes and times of FILE, and make its devices",
      [this](const std::string& file) { load_meta = file; });
  options.value("--to-tar", "FILE", "write the operands, trees whole, to a tar archive (-: standard output)",
                [this](const std::string& file) { to_tar = file; });
  options.value(
      "--from-tar", "FILE",
      "make what is in a tar archive, plain or compressed by gzip, xz or zstd, in the one operand, a "
      "directory in an image (-: standard input)",
      [this](const std::string& file) { from_tar = file; });
}

void CpOptions::add_where(Options& options) {
  using Existing = TargetPolicy::Existing;
  options.flag("-n,--no-clobber", "leave files alone that exist",
               [this] { policy.existing = Existing::keep; });
  options.flag("-i,--interactive", "ask before a file is overwritten",
               [this] { policy.existing = Existing::ask; });
  options.flag("-f,--force", "replace files that cannot be opened for writing", policy.force);
  options.flag("--remove-destination", "remove files that exist before their copies are made",
               policy.remove_first);
  options.optional_value(
      "-u,--update", "WHICH",
      "overwrite only what is older than its source (older, the default), nothing (none), all",
      [this](const std::optional<std::string>& which) { set_update(policy, which.value_or("older")); });
  options.value("-t,--target-directory", "DIRECTORY", "copy into this directory",
                [this](const std::string& directory) { target_directory = directory; });
  options.flag("-T,--no-target-directory", "DEST is the copy's name even if it is a directory",
               no_target_directory);
  options.flag("--parents", "make the source's whole path below the directory", copy.parents);
  options.flag("--strip-trailing-slashes", "remove slashes from the ends of the sources", strip_slashes);
  options.flag("-v,--verbose", "say what is copied", copy.verbose);
}

void CpOptions::add_to(Options& options) {
  add_what(options);
  add_where(options);
}

/// What means nothing where an archive takes the place of files.
void CpOptions::check_archive(std::string_view option) const {
  exclude(target_directory.has_value(), option, "-t");
  exclude(no_target_directory, option, "-T");
  exclude(save_meta.has_value(), option, "--save-meta");
  exclude(copy.sparse == Sparse::always, option, "--sparse=always");
  exclude(policy.existing == TargetPolicy::Existing::ask, option, "-i");
  exclude(policy.only_older, option, "-u");
  exclude(policy.force, option, "-f");
  exclude(policy.remove_first, option, "--remove-destination");
}

/// An archive is always new, and keeps everything.
void CpOptions::check_to_tar() const {
  constexpr std::string_view kOption = "--to-tar";
  check_archive(kOption);
  exclude(from_tar.has_value(), kOption, "--from-tar");
  exclude(not_kept_ != 0, kOption, "--no-preserve");
  exclude(policy.existing == TargetPolicy::Existing::keep, kOption, "-n");
}

void CpOptions::check_from_tar() const {
  constexpr std::string_view kOption = "--from-tar";
  check_archive(kOption);
  exclude(follow_ == Follow::always, kOption, "-L");
  exclude(follow_ == Follow::operands, kOption, "-H");
  exclude(copy.parents, kOption, "--parents");
  exclude(copy.sparse == Sparse::never, kOption, "--sparse=never");
}

void CpOptions::settle() {
  if (from_tar) check_from_tar();
  if (to_tar) {
    check_to_tar();
    copy.recursive = true;
  }
  if (target_directory && no_target_directory) throw UsageError("-t and -T exclude each other");
  if (copy.parents && no_target_directory) throw UsageError("--parents and -T exclude each other");
  if (follow_ == Follow::as_recursive) follow_ = copy.recursive ? Follow::never : Follow::always;
  copy.follow = follow_ == Follow::always;
  copy.follow_operands = follow_ != Follow::never;
}

}  // namespace fsu
