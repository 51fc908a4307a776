// The tcprules-ipv6 format: the text that the tcprules of Debian's ucspi-tcp-ipv6 compiles.
//
//   line     as in tcprules, but the address ends at the first ":" that "allow" or "deny" follows
//   address  also an IPv6 address as its tcpserver writes it, or the front of one with its last ":": "2001:db8:"
//
// Its tcpserver writes lower case without leading zeros, and "::" for the longest run of zero groups, even for a single
// one. Every other spelling of an address is a text that nobody asks for. There is no CIDR.
//
// Compat (tests/conformance/ipv6_tcprules_test.cpp asks the real program):
//   - "2001:db8::allow" is the front "2001:db8:", "2001:db8:::allow" is "2001:db8::"
//   - a line without ":allow" and ":deny", of blanks too, is an endless loop   strict: line-without-colon, bad-verdict
#include "formats/registry.hpp"
#include "formats/tcprules.hpp"

const core::Format core::formats::tcprules_ipv6 = {
    .name = "tcprules-ipv6",
    .summary = "tcprules of Debian's ucspi-tcp-ipv6, with IPv6 addresses",
    .file_patterns = "*.tcprules-ipv6",
    .traits =
        Traits::text | Traits::clients | Traits::keys | Traits::environment | Traits::literal | Traits::unix_lines,
    .lookup = lookup_of(TcprulesDialect::ipv6),
    .no_match = Access::allow,
    .parse = [](const Source& source, const ParseOptions& options, Policy& policy,
                Findings& findings) { parse_tcprules(source, options, TcprulesDialect::ipv6, policy, findings); },
    .print = [](const Policy& policy) { return print_tcprules(policy, TcprulesDialect::ipv6); },
};
