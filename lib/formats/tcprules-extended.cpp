// The tcprules-extended format: tcprules, plus what its users have asked for since 2000.
//
//   address  also  a.b.c.d "/" length | a.b.c.d "/" mask | a.b.c.d "-" a.b.c.d       IPv4 only
//   blanks   around every part, and a comment at the end of a line
//
// The compiled keys are those that any tcpserver reads. A network or range stands for the fewest octet prefixes that
// are exactly it (a /22 is four keys "a.b.c."), so it is asked at their places in tcpserver's order; of two rules that
// need the same key, the one for fewer addresses gets it. Therefore the longest prefix wins, as everybody expects.
//
// A file says what it is with the first line "# relayrules: extended", or its reader with --extended.
#include "formats/registry.hpp"
#include "formats/tcprules.hpp"

const core::Format core::formats::tcprules_extended = {
    .name = "tcprules-extended",
    .summary = "tcprules with CIDR, full ranges, blanks and comments at line ends",
    .file_patterns = "*.tcprules-extended",
    .traits = Traits::text | Traits::clients | Traits::keys | Traits::environment | Traits::masks | Traits::ipv4_only |
              Traits::unix_lines,
    .detect =
        [](std::string_view text) {
          return text.starts_with("# relayrules: extended") ? Confidence::declared : Confidence::none;
        },
    .lookup = lookup_of(TcprulesDialect::extended),
    .no_match = Access::allow,
    .parse = [](const Source& source, const ParseOptions& options, Policy& policy,
                Findings& findings) { parse_tcprules(source, options, TcprulesDialect::extended, policy, findings); },
    .print = [](const Policy& policy) { return print_tcprules(policy, TcprulesDialect::extended); },
};
