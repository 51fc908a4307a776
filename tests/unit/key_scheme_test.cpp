// What a key text means: every client that is asked with it, and nobody else.
#include "model/key_scheme.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <vector>

#include "model/axes.hpp"
#include "model/key.hpp"
#include "small_world.hpp"

namespace core {
namespace {

using Texts = std::vector<std::string>;

/// All texts of up to `count` pieces.
Texts texts_of(const Texts& pieces, unsigned count) {
  Texts texts = {""};
  for (std::size_t begin = 0; count > 0; --count) {
    const std::size_t end = texts.size();
    for (std::size_t i = begin; i < end; ++i)
      for (const std::string& piece : pieces) texts.push_back(texts[i] + piece);
    begin = end;
  }
  return texts;
}

bool covers(const KeyReading& reading, const Client& client) {
  switch (reading.kind) {
    case KeyKind::info_address: return client.info == reading.info && reading.addresses.covers(client.address);
    case KeyKind::info_host: return client.info == reading.info && client.host == reading.name;
    case KeyKind::address:
    case KeyKind::network: return reading.addresses.covers(client.address);
    case KeyKind::host: return client.host == reading.name;
    case KeyKind::suffix: return client.host && client.host->ends_with(reading.name);
    case KeyKind::any_name: return client.host.has_value();
    case KeyKind::any_client: break;
  }
  return true;
}

bool is_read_as(const std::string& key, const Client& client) {
  const auto readings = readings_of(tcpserver_keys, key);
  return std::any_of(readings.begin(), readings.end(),
                     [&](const KeyReading& reading) { return covers(reading, client); });
}

}  // namespace

TEST_CASE("a key has a reading for a client exactly when the client is asked with it") {
  const Texts odd = texts_of({"a", ".", "@", "=", "1.2.3.4"}, 3);
  Texts keys = texts_of({"a", ".", "@", "=", "1.2.3.4", "1.2.", "::1", "::1.2."}, 4);
  std::vector<std::optional<std::string>> texts = {std::nullopt};
  for (const std::string& text : odd) texts.emplace_back(text);
  std::size_t hits = 0;
  for (const char* address : {"1.2.3.4", "1.2.9.9", "::1", "::1.2.3.4", "::ffff:1.2.3.4"}) {
    for (std::size_t i = 0; i < texts.size(); ++i) {
      // every name, and every info, with a few of the other
      for (const std::size_t j : {std::size_t{0}, std::size_t{2}, (i * 7 + 3) % texts.size()}) {
        for (const Client& client : {Client{*parse_address(address), texts[i], texts[j]},
                                     Client{*parse_address(address), texts[j], texts[i]}}) {
          const Texts asked = keys_asked_for(tcpserver_keys, client);
          for (const std::string& key : asked) {
            CAPTURE(key, address, client.host.value_or("(none)"), client.info.value_or("(none)"));
            if (!is_read_as(key, client)) FAIL("asked, and no reading");
          }
          const std::string& key = keys[(i * 977 + j * 31) % keys.size()];
          const bool is_asked = std::find(asked.begin(), asked.end(), key) != asked.end();
          hits += is_asked ? 1 : 0;
          CAPTURE(key, address, client.host.value_or("(none)"), client.info.value_or("(none)"));
          if (is_read_as(key, client) != is_asked) FAIL("read, and not asked");
        }
      }
    }
  }
  CHECK(hits > 5);
}

TEST_CASE("a text may mean several kinds of clients, because names and ident answers hold any byte") {
  const auto kinds = [](std::string_view key) {
    std::vector<KeyKind> list;
    for (const KeyReading& reading : readings_of(tcpserver_keys, key)) list.push_back(reading.kind);
    return list;
  };
  using enum KeyKind;
  CHECK(kinds("joe@=a@b") == std::vector{info_host});
  CHECK(kinds("x@=y@1.2.3.4") == std::vector{info_address, info_host});
  CHECK(kinds("=@1.2.3.4") == std::vector{info_address, host});
  CHECK(kinds("joe@2001:db8::1") == std::vector{info_address});
  CHECK(kinds("::10.1.2.") == std::vector{network});
  CHECK(kinds("::0.0.1.").empty());
  CHECK(kinds("=.a") == std::vector{host, suffix});
  CHECK(kinds("=") == std::vector{host, any_name});
  CHECK(kinds("=A").empty());
  CHECK(kinds("joe@1.2.3.").empty());
  CHECK(kinds("2001:DB8::1").empty());
}

TEST_CASE("no client of a program that asks by IPv4 has a mapped address") {
  const auto is_read = [](const KeyScheme& scheme, std::string_view key) { return !readings_of(scheme, key).empty(); };
  const auto full = [](std::string_view address) { return ucspi_tcp6_keys.address_text(*parse_address(address)); };
  CHECK_FALSE(is_read(ucspi_tcp6_keys, full("::ffff:10.1.2.3")));
  CHECK_FALSE(is_read(ucspi_tcp6_keys, "joe@" + full("::ffff:10.1.2.3")));
  CHECK(is_read(ucspi_tcp6_keys, full("::fffe:10.1.2.3")));
  Keys networks;
  for (const unsigned bits : {96U, 120U, 95U})
    REQUIRE(ucspi_tcp6_keys.add_cidr_key(make_prefix(*parse_address("::ffff:10.1.2.0"), bits), networks));
  CHECK_FALSE(is_read(ucspi_tcp6_keys, networks[0]));
  CHECK_FALSE(is_read(ucspi_tcp6_keys, networks[1]));
  CHECK(is_read(ucspi_tcp6_keys, networks[2]));
  CHECK_FALSE(is_read(ucspi_tcp_ipv6_keys, "::ffff:a01:203"));
  CHECK_FALSE(is_read(ucspi_tcp_ipv6_keys, "joe@::ffff:a01:203"));
  CHECK(is_read(ucspi_tcp_ipv6_keys, "::ffff:a01:"));  // of ::ffff:a01:1:1, too
  CHECK(is_read(tcpserver_keys, "::ffff:10.1."));      // asks as it is asked
  const Client mapped{*parse_address("::ffff:10.1.2.3"), "a.b", "joe"};
  CHECK(keys_asked_for(ucspi_tcp_ipv6_keys, mapped) ==
        Keys{"joe@=a.b", "=a.b", "::fffe:ffff:", "::fffe:", "::", ":", "=.b", "=", ""});
}

TEST_CASE("the ident answer and the name are found in a key whatever bytes they hold") {
  const auto readings = readings_of(tcpserver_keys, "x@=y@1.2.3.4");
  REQUIRE(readings.size() == 2);
  CHECK(readings[0].info == "x@=y");
  CHECK(format_address(readings[0].addresses.first) == "1.2.3.4");
  CHECK(readings[1].info == "x");
  CHECK(readings[1].name == "y@1.2.3.4");
}

}  // namespace core
