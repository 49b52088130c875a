// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The common options.
#include "utils/image/image_options.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <ctime>

#include "utils/base/message.hpp"
#include "utils/base/quote.hpp"
#include "vfs/mount.hpp"

namespace fsu {
namespace {

[[noreturn]] void refuse_ids(std::string_view option, const std::string& whole) {
  throw UsageError(std::string(option) + ": " + quote(whole) + " is not UID or UID:GID");
}

/// A 32-bit number off the front of `text`.
std::uint32_t take_id(std::string_view option, std::string_view& text, const std::string& whole) {
  std::uint32_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc{}) refuse_ids(option, whole);
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return id;
}

LockPolicy parse_lock(const std::string& text) {
  if (text == "fail") return {};
  if (text == "none") return {.kind = LockPolicy::Kind::none};
  if (text == "wait") return {.kind = LockPolicy::Kind::wait};
  if (std::string_view rest = text; rest.starts_with("wait=")) {
    rest.remove_prefix(5);
    std::uint32_t seconds = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), seconds);
    if (error == std::errc{} && end == rest.data() + rest.size())
      return {.kind = LockPolicy::Kind::wait, .seconds = seconds};
  }
  throw UsageError("--lock: " + quote(text) + " is not fail, wait, wait=SECONDS or none");
}

/// The whole text of a file that the user names; "-" is standard input.
std::string read_list(const std::string& path) {
  const auto refuse = [&](int error) {
    throw UsageError("--files0-from: " + quote(path) + ": " + errno_text(error));
  };
  const int fd = path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) refuse(errno);
  std::string text;
  constexpr std::size_t kStep = std::size_t{64} << 10;
  for (ssize_t got = 1; got > 0;) {
    const std::size_t used = text.size();
    text.resize(used + kStep);
    do got = ::read(fd, text.data() + used, kStep);
    while (got < 0 && errno == EINTR);
    if (got < 0) refuse(errno);
    text.resize(used + static_cast<std::size_t>(got));
  }
  if (fd != STDIN_FILENO) ::close(fd);
  return text;
}

ConfineMode parse_confine(const std::string& text) {
  if (text == "auto") return ConfineMode::as_possible;
  if (text == "require") return ConfineMode::required;
  if (text == "off") return ConfineMode::off;
  throw UsageError("--confine: " + quote(text) + " is not auto, require or off");
}

/// Drivers know no zone of the host's: "tz=local" becomes what it is now, in minutes east of UTC.
std::string with_host_zone(std::string_view text) {
  std::string known;
  rump::MountOption option;
  while (rump::next_mount_option(text, option)) {
    if (!known.empty()) known += ',';
    known += option.name;
    if (option.name == "tz" && option.value == "local") {
      const std::time_t now = std::time(nullptr);
      std::tm local{};
      ::localtime_r(&now, &local);
      known += "=" + std::to_string(local.tm_gmtoff / 60);
    } else if (!option.value.empty()) {
      known.append("=").append(option.value);
    }
  }
  return known;
}

}  // namespace

rump::Cred parse_ids(std::string_view option, const std::string& whole) {
  std::string_view text = whole;
  rump::Cred cred;
  cred.uid = take_id(option, text, whole);
  cred.gid = cred.uid;
  if (text.starts_with(':')) {
    text.remove_prefix(1);
    cred.gid = take_id(option, text, whole);
  }
  if (!text.empty()) refuse_ids(option, whole);
  return cred;
}

ImageOptions::ImageOptions(Options& options) {
  options.group("Image options");
  options.value("--image", "[NAME=]FILE", "the image of ':/PATH', or of 'NAME:/PATH' (may be repeated)",
                [this](const std::string& text) {
                  NamedImage named = parse_image_option(text);
                  if (named.name.empty()) {
                    unnamed_ = std::move(named.image);
                  } else if (std::ranges::find(named_, named.name, &NamedImage::name) != named_.end()) {
                    throw UsageError("--image: the name " + named.name + " is given twice");
                  } else {
                    named_.push_back(std::move(named));
                  }
                });
  options.value("--image-offset", "BYTES[s|K|M|G]", "where in the file the image begins",
                [this](const std::string& text) {
                  const auto bytes = parse_bytes(text);
                  if (!bytes)
                    throw UsageError("--image-offset: " + quote(text) + " is not a number of bytes");
                  offset_ = *bytes;
                });
  options.value("--image-format", "FORMAT", "the image's format instead of probing: raw", format_);
  options.value("--fstype", "TYPE", "the file system's type instead of probing", fstype_);
  options.value("--mount-options", "LIST", "options for the file-system driver, comma-separated",
                [this](const std::string& text) { settings_.mount_text = with_host_zone(text); });
  options.value("--lock", "fail|wait[=SECONDS]|none",
                "what to do while another process uses the image (fail by default)",
                [this](const std::string& text) { settings_.lock = parse_lock(text); });
  options.value("--as", "UID[:GID]",
                "check permissions inside the image as for this user (GID: UID by default)",
                [this](const std::string& text) { settings_.cred = parse_ids("--as", text); });
  options.flag("--glob", "operands may hold patterns (*, ?, [...]) for names in an image", glob_);
  options.value("--files0-from", "FILE",
                "further operands, each ended by a NUL, from FILE (-: standard input)", files0_from_);
  options.value("--confine", "MODE",
                "how much this process gives up before it reads an image: auto (default: all that the\n"
                "kernel can take away), require (or fail) or off (for debuggers)",
                [this](const std::string& text) { confine_mode_ = parse_confine(text); });
  options.group("");
  if (const char* file = std::getenv("FSU_IMAGE"); file && *file) unnamed_ = parse_image(file);
}

std::vector<std::string> ImageOptions::with_listed(std::vector<std::string> texts) const {
  if (files0_from_.empty()) return texts;
  const std::string list = read_list(files0_from_);
  std::vector<std::string> all;
  for (std::size_t at = 0; at < list.size();) {
    const std::size_t end = std::min(list.find('\0', at), list.size());
    if (end == at) throw UsageError("--files0-from: " + quote(files0_from_) + " holds an empty name");
    all.push_back(list.substr(at, end - at));
    at = end + 1;
  }
  std::ranges::move(texts, std::back_inserter(all));
  return all;
}

std::vector<Operand> ImageOptions::image_operands(std::vector<std::string> texts,
                                                  std::string_view instead) const {
  texts = with_listed(std::move(texts));
  if (texts.empty() && unnamed_) texts.emplace_back(":/");
  if (texts.empty()) throw UsageError("no image is named");
  std::vector<Operand> operands;
  for (const std::string& text : texts) {
    operands.push_back(operand(text, Bare::image_root));
    if (!operands.back().in_image) throw UsageError(quote(text) + " is a host path" + std::string(instead));
  }
  return operands;
}

Operand ImageOptions::operand(std::string_view text, Bare bare) const {
  const OperandContext context{.named = named_, .unnamed = unnamed_ ? &*unnamed_ : nullptr, .bare = bare};
  Operand operand = parse_operand(text, context);
  if (operand.in_image) {
    if (operand.image.offset == 0) operand.image.offset = offset_;
    if (operand.image.fstype.empty()) operand.image.fstype = fstype_;
    if (operand.image.format.empty()) operand.image.format = format_;
  }
  return operand;
}

}  // namespace fsu
