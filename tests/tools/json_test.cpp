// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file --json of fs-ls and fs-stat, beside stat(2) of the source.
#include <sys/stat.h>

#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/tools/varied.hpp"

namespace tools {
namespace {

using Json = nlohmann::json;

class JsonOutputTest : public VariedTest {
 protected:
  static std::vector<Json> objects(const std::string& text) {
    std::vector<Json> objects;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) objects.push_back(Json::parse(line));
    return objects;
  }
  static std::string bytes_of(const Json& object, const std::string& key) {
    if (!object.contains(key + "_hex")) return object[key];
    std::string bytes;
    const std::string hex = object[key + "_hex"];
    for (std::size_t i = 0; i < hex.size(); i += 2)
      bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    return bytes;
  }
  void check(const Json& object) {
    const std::string path = bytes_of(object, "path");
    SCOPED_TRACE(path);
    struct stat status;
    ASSERT_EQ(lstat(source(path.substr(1)).c_str(), &status), 0);
    const std::map<mode_t, std::string> types = {
        {S_IFREG, "file"}, {S_IFDIR, "directory"}, {S_IFLNK, "symlink"}, {S_IFIFO, "fifo"}};
    EXPECT_EQ(object["type"], types.at(status.st_mode & S_IFMT));
    EXPECT_EQ(std::stoul(object["mode"].get<std::string>(), nullptr, 8), status.st_mode & 07777);
    EXPECT_EQ(object["uid"], status.st_uid);
    EXPECT_EQ(object["gid"], status.st_gid);
    EXPECT_EQ(object["nlink"], status.st_nlink);
    if (!S_ISDIR(status.st_mode)) {
      EXPECT_EQ(object["size"], status.st_size);
    }
    EXPECT_EQ(object["mtime"], time_text(status.st_mtime));
    EXPECT_EQ(object.contains("target"), S_ISLNK(status.st_mode));
    EXPECT_EQ(bytes_of(object, "name"), path.substr(path.rfind('/') + 1));
    EXPECT_EQ(object["image"], image_);
  }
  static std::string time_text(time_t time) {
    struct tm utc;
    gmtime_r(&time, &utc);
    char text[64];
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S.000000000Z", &utc);
    return text;
  }
};

TEST_F(JsonOutputTest, ListingsSayWhatStatSays) {
  const auto listed = objects(ours({}, "ls", {"--json", "-RA", in_image("/")}));
  std::size_t checked = 0;
  for (const Json& object : listed) {
    if (bytes_of(object, "path").starts_with("/lost+found")) continue;
    check(object);
    ++checked;
  }
  const std::string found = must({"find", source(), "-mindepth", "1", "-printf", "."});
  EXPECT_EQ(checked, found.size());
  EXPECT_EQ(objects(ours({}, "ls", {"--json", "-URA", in_image("/")})).size(), listed.size());
}

TEST_F(JsonOutputTest, StatAndLsSayTheSame) {
  for (const char* path : {"/files/link", "/files/bad\xff", "/files/fifo", "/types/sub"}) {
    const std::string stat = ours({}, "stat", {"--json", in_image(path)});
    EXPECT_EQ(objects(stat), objects(ours({}, "ls", {"--json", "-d", in_image(path)})));
    ASSERT_EQ(objects(stat).size(), 1U);
    check(objects(stat)[0]);
  }
}

TEST_F(JsonOutputTest, FlagsAndAttributesAreNamed) {
  must({"debugfs", "-w", "-R", "sif /files/small flags 0x80010", image_});
  must({"debugfs", "-w", "-R", "ea_set /files/small user.note x", image_});
  const Json object = objects(ours({}, "stat", {"--json", in_image("/files/small")})).at(0);
  EXPECT_EQ(object["flags"], "i");
  EXPECT_EQ(object["xattrs"], std::vector<std::string>{"user.note"});
  EXPECT_EQ(objects(ours({}, "ls", {"--json", in_image("/files/small")})).at(0)["flags"], "i");
  const std::string form = ours({}, "stat", {in_image("/files/small")});
  EXPECT_NE(form.find("\n Flags: i  Attributes: user.note\n"), form.npos) << form;
}

TEST_F(JsonOutputTest, FileSystems) {
  const Json object = objects(ours({}, "stat", {"--json", "-f", image_})).at(0);
  EXPECT_EQ(object["type"], "ext2");
  EXPECT_EQ(object["name_max"], 255);
  EXPECT_GT(object["blocks"], object["blocks_free"]);
}

}  // namespace
}  // namespace tools
