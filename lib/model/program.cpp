// The table of programs: see program.hpp. A row was read in the program's source or seen by running it:
//
//   tcpserver       0.88                          ucspi-tcp-ipv6  0.88-7, Debian's
//   ucspi-tcp6      1.11.4, and s/qmail with it   ucspi-ssl       0.97 and later, not the branch that has rules of
//   ucspi-tcp6 spamdyke        4.1, which reads the text and knows no database
#include "model/program.hpp"

#include <algorithm>
#include <array>

namespace core {
namespace {

constexpr std::array programs = {
    ProgramFacts{
        .program = Program::tcpserver,
        .name = "tcpserver",
        .server = "tcpserver",
        .confirms_names = true,
    },
    ProgramFacts{
        .program = Program::ucspi_tcp_ipv6,
        .name = "ucspi-tcp-ipv6",
        .server = "the tcpserver of ucspi-tcp-ipv6",
        .rules = "tcprules-ipv6",
        .keys = &ucspi_tcp_ipv6_keys,
        .ipv6 = Ipv6Keys::compressed,
        .confirms_names = true,
        .hangs_without_verdict = true,
    },
    ProgramFacts{
        .program = Program::ucspi_tcp6,
        .name = "ucspi-tcp6",
        .server = "the tcpserver of ucspi-tcp6",
        .rules = "tcprules-tcp6",
        .keys = &ucspi_tcp6_keys,
        .ipv6 = Ipv6Keys::expanded,
        // "/1" compiles and is never asked for
        .ipv4_network = 2,
        .ipv6_network = 2,
        .octets_before_networks = true,
        // its -p takes the last 32 bits of an IPv6 address for an IPv4 address: whoever has a /64 chooses them
        .confirms_names = false,
        .rules_set_connection = false,
    },
    ProgramFacts{
        .program = Program::ucspi_ssl,
        .name = "ucspi-ssl",
        .server = "sslserver",
        .confirms_names = true,
    },
    ProgramFacts{
        .program = Program::spamdyke,
        .name = "spamdyke",
        .server = "spamdyke",
        .ipv4_network = 0,
        .networks_always_allow = true,
        .first_rule_decides = true,
        .reads_loosely = true,
        .finds_names_inside = true,
    },
};

}  // namespace

const ProgramFacts& facts_of(Program program) {
  for (const ProgramFacts& facts : programs)
    if (facts.program == program) return facts;
  return programs.front();
}

const ProgramFacts* find_program(std::string_view name) {
  const auto found =
      std::find_if(programs.begin(), programs.end(), [&](const ProgramFacts& facts) { return facts.name == name; });
  return found == programs.end() ? nullptr : &*found;
}

std::span<const ProgramFacts> all_programs() { return programs; }

}  // namespace core
