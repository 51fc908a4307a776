#include "lint/checks/registry.hpp"
#include "model/key_scheme.hpp"

namespace {

/// True for the front of IPv6 texts that is no network: "2001:db8::".
bool is_front_of_ipv6(const PolicyFacts& facts, const Rule& rule) {
  const auto raw = rule.get_if<RawKey>();
  if (!raw || raw->is_range()) return false;
  const Readings readings = readings_of(*facts.policy.lookup.scheme, raw->text);
  return std::any_of(readings.begin(), readings.end(),
                     [](const KeyReading& reading) { return reading.addresses.first.family == Family::ipv6; });
}

}  // namespace

const core::Check core::checks::ipv6_forgotten = {
    .kind = {"RR422", "ipv6-forgotten", Severity::note},
    .summary = "clients of your networks may relay by IPv4 only",
    .rationale =
        "A client with both addresses mostly comes by IPv6. Where every rule that relays is about IPv4, this client "
        "then meets the catch-all: its mail is refused, now and then, and nobody sees why. Programs on the host itself "
        "that connect to localhost come from ::1.\n"
        "It is said only for programs that speak IPv6 (--program ucspi-tcp-ipv6 or ucspi-tcp6). Write rules for the "
        "IPv6 addresses in the spelling of that program, or let it listen on IPv4 only.",
    .bad = {"tcp.smtp", "127.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "127.:allow\n:allow\n"},
    .needs = Traits::keys | Traits::environment,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          if (facts.program.ipv6 == Ipv6Keys::none || !facts.context.takes_mail() || facts.relays.empty()) return;
          const std::optional<Rule> catch_all = facts.catch_all();
          if (catch_all && facts.relays_by(*catch_all)) return;
          const auto relays = [&](std::uint32_t index) { return facts.relays_by(facts.rule(index)); };
          if (std::any_of(facts.ipv6_nets.begin(), facts.ipv6_nets.end(), relays)) return;
          const auto is_front = [&](std::uint32_t index) { return is_front_of_ipv6(facts, facts.rule(index)); };
          if (std::any_of(facts.relays.begin(), facts.relays.end(), is_front)) return;
          const Rule first = facts.rule(facts.relays.front());
          report_at(findings, ipv6_forgotten.kind, first.pattern_span(),
                    "no client may relay by IPv6: every rule that relays is about IPv4 addresses or names",
                    "add rules for your IPv6 networks and ::1, or let the program listen on IPv4 only");
        },
    .example_context = {.program = Program::ucspi_tcp6},
};
