// Programs that read rules of the tcprules family, and the facts in which they differ.
//
// All of them were modelled on tcpserver, and most rules mean the same to each. What does not stands here, once: a
// check asks for the fact it is about and never which program it is. A fact is about the program as it is, bugs
// included.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "model/key_scheme.hpp"

namespace core {

enum class Program : std::uint8_t { any, tcpserver, ucspi_tcp_ipv6, ucspi_tcp6, ucspi_ssl, spamdyke };

/// By which text a program looks IPv6 clients up.
enum class Ipv6Keys : std::uint8_t {
  none,        ///< by none: no rule for an IPv6 address ever matches
  compressed,  ///< "2001:db8::1", then the prefixes of that text that end in ':'; lower case
  expanded,    ///< the whole address, however it is written in the rule
};

/// Networks with a '/' that a program finds: those with a prefix length of at least this. None: such a rule matches
/// nobody.
using ShortestNetwork = std::optional<std::uint8_t>;

struct ProgramFacts {
  Program program = Program::any;
  std::string_view name;                ///< what users call it: "ucspi-tcp6"
  std::string_view server;              ///< the part of it that decides, for messages: "the tcpserver of ucspi-tcp6"
  std::string_view rules = "tcprules";  ///< the format of its rules
  const KeyScheme* keys = &tcpserver_keys;  ///< how it asks a CDB
  Ipv6Keys ipv6 = Ipv6Keys::none;
  ShortestNetwork ipv4_network = std::nullopt;  ///< "10.0.0.0/8"
  ShortestNetwork ipv6_network = std::nullopt;  ///< "2001:db8::/32"
  bool octets_before_networks = false;          ///< "10.1." decides before "10.1.2.0/24" is asked
  bool networks_always_allow = false;  ///< "10.0.0.0/8:deny" lets them in: the length makes it forget the verdict
  bool first_rule_decides = false;     ///< the first rule of the text that fits, not the most specific
  bool reads_loosely = false;       ///< reads the text itself: "10.1" without a dot, names in any case, ranges anywhere
  bool finds_names_inside = false;  ///< "=.example.com" is in mail.example.com.example.net, too
  bool confirms_names =
      false;  ///< has an option, -p, that compares a name with forward DNS, and it holds for all clients
  bool rules_set_connection = true;    ///< a rule's TCPREMOTEIP replaces the real one; else the real one comes last
  bool hangs_without_verdict = false;  ///< its tcprules runs for ever on a line without ":allow" and ":deny"
};

/// What is known of `program`; of `any`, what holds for tcpserver.
[[nodiscard]] const ProgramFacts& facts_of(Program program);
/// The program that users call `name`; null when there is none.
[[nodiscard]] const ProgramFacts* find_program(std::string_view name);
/// All programs but `any`, in the order of the enumeration.
[[nodiscard]] std::span<const ProgramFacts> all_programs();

}  // namespace core
