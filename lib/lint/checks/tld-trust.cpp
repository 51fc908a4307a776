// tld-trust: "=.com" trusts everybody who has a .com name.
#include <fmt/format.h>

#include "lint/check.hpp"
#include "lint/trust.hpp"
#include "model/public_suffixes.hpp"

namespace relayrules::checks {
namespace {

void run(const PolicyFacts& facts, Findings& findings);

}  // namespace

extern const Check tld_trust;
const Check tld_trust = {
    .kind = {"RR802", "tld-trust", Severity::error},
    .summary = "all clients with a name under a top-level domain are trusted",
    .rationale =
        "A name under .com, .jp or any other top-level domain is had by anybody, for a few coins a year or by writing "
        "it into his own reverse DNS. A rule\n"
        "that lets such clients relay is an open relay; one that lets them in keeps nobody out.\n"
        "List the addresses that are meant. To refuse a top-level domain is fine.\n",
    .bad = {"tcp.smtp", "=.com:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "192.168.7.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .formats = "tcprules tcprules-extended hosts_access",
    .policy = run,
};

namespace {

void run(const PolicyFacts& facts, Findings& findings) {
  for (const std::uint32_t index : facts.allowed_names) {
    const Rule& rule = facts.rule(index);
    const auto* suffix = std::get_if<HostSuffix>(&rule.peer);
    if (suffix == nullptr || rule.info != 0 || !(gives_more(facts, rule) || skips_blocklists(facts, rule))) continue;
    if (!is_tld(std::string_view(suffix->suffix).substr(1))) continue;
    const std::string_view gives =
        gives_more(facts, rule) ? what_it_gives(facts, rule) : "is checked against no blocklist";
    findings
        .add(tld_trust.kind, rule.peer_span,
             fmt::format("anybody can have a name that ends in {}, and every such client {}", quoted(suffix->suffix),
                         gives))
        .with_help("list the addresses that are meant");
  }
}

}  // namespace
}  // namespace relayrules::checks
