// The tcprules-tcp6 format: the text that the tcprules of ucspi-tcp6 1.11 compiles; s/qmail has the same.
//
//   line     as in tcprules, but the address ends at the last ":" before the first ",", or at that "," without a ":"
//   address  also an IPv6 address in any spelling, "INFO@" before it; IPv4 and IPv6 networks "address/length"
//
// Networks with a length are keys of their own, asked behind all dotted prefixes ("10.1." decides before "10.1.2.0/24"
// is asked).
//
// Compat (tests/unit/tcprules_dialects_test.cpp; no program to ask is in Debian):
//   - of an address only the front counts: "fe80::1%eth0" is fe80::1, "10.1.2.3:allow:deny" denies ::ffff:10.1.2.3,
//     which nobody is asked for                       strict: zone-id, bad-pattern (warnings)
//   - numbers of IPv4 networks are taken modulo 256, and missing ones are 0
//   - "10.1.2.3,allow" is a rule; a line without ":" and "," is dropped in silence   strict: line-without-colon
//   - "/1" compiles, and nobody is asked for it; "/0" is refused
#include "formats/registry.hpp"
#include "formats/tcprules.hpp"

const core::Format core::formats::tcprules_tcp6 = {
    .name = "tcprules-tcp6",
    .summary = "tcprules of ucspi-tcp6 and s/qmail, with IPv6 addresses and CIDR",
    .file_patterns = "*.tcprules-tcp6",
    .traits = Traits::text | Traits::clients | Traits::keys | Traits::environment | Traits::literal | Traits::masks |
              Traits::unix_lines,
    .lookup = lookup_of(TcprulesDialect::tcp6),
    .no_match = Access::allow,
    .parse = [](const Source& source, const ParseOptions& options, Policy& policy,
                Findings& findings) { parse_tcprules(source, options, TcprulesDialect::tcp6, policy, findings); },
    .print = [](const Policy& policy) { return print_tcprules(policy, TcprulesDialect::tcp6); },
};
