// A world of odd clients and of rules about them: names and ident answers full of '@', '=' and dots, upper case, IPv4,
// plain and mapped IPv6 in any spelling. The unit tests, the conformance tests and a fuzz target draw from it.
//
// Keys are mostly texts that some client of the same world is asked with, so that most questions find a rule. Proofs
// are about names that are not empty and do not begin with a dot, and so are the clients here; keys are about others,
// too.
#pragma once

#include <algorithm>
#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ascii_case.hpp"
#include "cdb/lower.hpp"
#include "formats/tcprules.hpp"
#include "model/evaluate.hpp"
#include "relayrules/relayrules.h"

namespace core::odd_world {

/// A number below `below`, which is not 0: from a random generator, or from the bytes of a fuzzer.
using Pick = std::function<unsigned(unsigned below)>;

/// A program, the text that its compiler reads, and what librelayrules calls it.
struct Program {
  TcprulesDialect dialect;
  const char* format;
  rr_scheme scheme;
};
inline constexpr Program programs[] = {{TcprulesDialect::classic, "tcprules", RR_TCPSERVER},
                                       {TcprulesDialect::ipv6, "tcprules-ipv6", RR_UCSPI_TCP_IPV6},
                                       {TcprulesDialect::tcp6, "tcprules-tcp6", RR_UCSPI_TCP6}};

/// One to three pieces.
inline std::string text(const Pick& pick) {
  static constexpr std::string_view pieces[] = {"a", "b",   ".", "@",  "=",       "A",    "a.b",  ".b",
                                                "-", "::1", ":", "@=", "1.2.3.4", "1.2.", "\xff", "0"};
  std::string text;
  for (unsigned count = 1 + pick(3); count > 0; --count) text += pieces[pick(std::size(pieces))];
  return text;
}

/// A name as programs ask with it: in lower case, not empty, without a dot in front.
inline std::string name(const Pick& pick) {
  const std::string name = in_lower_case(text(pick));
  return name.front() == '.' ? "a" + name : name;
}

inline Address address(const Pick& pick) {
  static constexpr const char* addresses[] = {
      "1.2.3.4", "1.2.3.4",        "1.2.3.9",       "1.2.9.9",     "1.20.3.4",        "9.9.9.9",
      "::1",     "::1.2.3.4",      "::0.0.1.2",     "2001:db8::1", "2001:db8:0:1::1", "2001:db8:0:1:1:1:1:5",
      "1::",     "::ffff:1.2.3.4", "::ffff:1.2.9.9"};
  return *parse_address(addresses[pick(std::size(addresses))]);
}

inline Client client(const Pick& pick) {
  Client client{address(pick), std::nullopt, std::nullopt};
  if (pick(3) != 0) client.host = name(pick);
  if (pick(2) != 0) client.info = pick(16) == 0 ? "" : text(pick);
  return client;
}

/// The address in one of the spellings in which a caller may have it.
inline std::string spelling(const Address& address, const Pick& pick) {
  const unsigned way = pick(4);
  if (address.family == Family::ipv4) return way == 0 ? "::ffff:" + format_address(address) : format_address(address);
  if (way == 0) return format_address(address);
  std::string spelt = ucspi_tcp6_keys.address_text(address);  // all digits
  if (way == 1) return spelt;
  if (way == 2) return in_lower_case(spelt);
  return spelt.substr(0, 30) +
         format_address(Address::from_ipv4(static_cast<std::uint32_t>(address.bytes[12]) << 24 |
                                           static_cast<std::uint32_t>(address.bytes[13]) << 16 |
                                           static_cast<std::uint32_t>(address.bytes[14]) << 8 | address.bytes[15]));
}

/// A key that is asked for some client, now and then with a letter in upper case or a piece before or behind it; or any
/// text.
inline std::string key(const KeyScheme& scheme, const Pick& pick) {
  if (pick(6) == 0) return text(pick);
  const Keys asked = keys_asked_for(scheme, client(pick));
  std::string key = asked[pick(static_cast<unsigned>(asked.size()))];
  switch (pick(16)) {
    case 0: return key + text(pick);
    case 1: return text(pick) + key;
    case 2: {
      const auto lower = std::find(key.begin(), key.end(), 'a');
      if (lower != key.end()) *lower = 'A';
      return key;
    }
    default: return key;
  }
}

/// What a rule does, as text behind the ':' and as the value of a record.
struct Effect {
  std::string_view text;
  std::string_view value;
};
inline constexpr Effect effects[] = {{"deny", std::string_view("D\0", 2)},
                                     {"allow", ""},
                                     {"allow,RELAYCLIENT=\"\"", std::string_view("+RELAYCLIENT=\0", 14)},
                                     {"allow,RELAYCLIENT=\"@a\"", std::string_view("+RELAYCLIENT=@a\0", 16)},
                                     {"allow,A=\"1\",B=\"x=y\"", std::string_view("+A=1\0+B=x=y\0", 12)}};
inline const Effect& effect(const Pick& pick) { return effects[pick(std::size(effects))]; }

/// Reads `rules` for `program`; the policy is incomplete when a line is in error.
inline Policy read(const Program& program, const std::string& rules) {
  Policy policy = new_policy(*find_format(program.format));
  Findings findings;
  parse_tcprules(Source("", rules, 0), {}, program.dialect, policy, findings);
  return policy;
}

/// Up to `most` lines that are rules of `program`: what its compiler refuses is left out.
inline std::string rule_text(const Program& program, const Pick& pick, unsigned most) {
  const KeyScheme& scheme = *lookup_of(program.dialect).scheme;
  std::string rules;
  for (unsigned count = 1 + pick(most); count > 0; --count) {
    // ucspi-tcp6 writes networks otherwise than it asks for them
    const std::string pattern =
        pick(5) == 0 ? format_address(address(pick)) + "/" + std::to_string(pick(130)) : key(scheme, pick);
    const std::string line = pattern + ":" + std::string(effect(pick).text) + "\n";
    if (read(program, line).complete) rules += line;
  }
  return rules;
}

/// Up to `most` records with keys of the program, whether or not its compiler would write them. None of `foreign` keys.
inline std::vector<std::pair<std::string, std::string>> records(const Program& program, const Pick& pick,
                                                                unsigned most) {
  const KeyScheme& scheme = *lookup_of(program.dialect).scheme;
  std::vector<std::pair<std::string, std::string>> records;
  for (unsigned count = 1 + pick(most); count > 0; --count) records.emplace_back(key(scheme, pick), effect(pick).value);
  return records;
}

}  // namespace core::odd_world
