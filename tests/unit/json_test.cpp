// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file JSON, read back by a parser.
#include "utils/base/json.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

namespace fsu {
namespace {

class JsonTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(pipe(pipe_), 0); }
  void TearDown() override {
    close(pipe_[0]);
    close(pipe_[1]);
  }
  /// The text of what `write` writes.
  template <class Write>
  std::string text(Write write) {
    Output out(pipe_[1]);
    JsonLine json(out);
    write(json);
    json.end();
    out.flush();
    std::string text(65536, '\0');
    const ssize_t got = read(pipe_[0], text.data(), text.size());
    text.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    return text;
  }
  int pipe_[2];
};

TEST_F(JsonTest, EveryCharacterComesBack) {
  std::string all;
  for (char c = 1; c < 0x7f; ++c) all += c;
  all += "\x7f ü 日本 \U0001f600 \u202e \u0085 \ufeff";
  const std::string line = text([&](JsonLine& json) { json.text("name", all); });
  EXPECT_EQ(nlohmann::json::parse(line)["name"], all);
  EXPECT_EQ(line.back(), '\n');
  for (const char c : line.substr(0, line.size() - 1)) EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20);
  EXPECT_EQ(line.find("\u202e"), line.npos) << "what turns text must not reach a terminal";
  EXPECT_EQ(line.find('\x7f'), line.npos);
}

TEST_F(JsonTest, BytesThatAreNotUtf8ComeInHex) {
  const auto object =
      nlohmann::json::parse(text([](JsonLine& json) { json.text("name", "a\xff\xc3\xa9\xc3"); }));
  EXPECT_EQ(object["name"], "a\ufffdé\ufffd");
  EXPECT_EQ(object["name_hex"], "61ffc3a9c3");
}

TEST_F(JsonTest, NumbersTimesAndLists) {
  const auto object = nlohmann::json::parse(text([](JsonLine& json) {
    json.number("big", ~std::uint64_t{0});
    json.time("mtime", {1700000000, 7});
    json.begin_list("xattrs");
    json.item("user.a");
    json.item("user.\"b");
    json.end_list();
    json.begin_list("none");
    json.end_list();
  }));
  EXPECT_EQ(object["big"], ~std::uint64_t{0});
  EXPECT_EQ(object["mtime"], "2023-11-14T22:13:20.000000007Z");
  EXPECT_EQ(object["xattrs"], (std::vector<std::string>{"user.a", "user.\"b"}));
  EXPECT_TRUE(object["none"].empty());
  EXPECT_FALSE(object.contains("name_hex"));
}

}  // namespace
}  // namespace fsu
