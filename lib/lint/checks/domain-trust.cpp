// domain-trust: reverse DNS is set by whoever owns the address. The more people can have such a name, the plainer the
// words: any name at all, a top-level domain, a public suffix, a provider's pool, a name without a domain, and then
// every other name.
#include "lint/checks/registry.hpp"
#include "lint/trust.hpp"
#include "model/public_suffixes.hpp"

namespace {

/// Labels that providers give to the names of customers' addresses.
constexpr std::array<std::string_view, 31> pool_labels = {
    "dyn",       "dynamic", "dynip",  "dsl",      "adsl",      "vdsl",   "xdsl",    "pool",
    "pools",     "dial",    "dialup", "dialin",   "dip",       "dhcp",   "ppp",     "pppoe",
    "cable",     "catv",    "cpe",    "customer", "customers", "cust",   "clients", "subscriber",
    "broadband", "res",     "isdn",   "modem",    "wireless",  "mobile", "hsd1"};
constexpr std::array<std::string_view, 10> rented = {
    "t-ipconnect.de",        "t-dialin.net",         "amazonaws.com",  "googleusercontent.com", "cloudapp.azure.com",
    "linodeusercontent.com", "vultrusercontent.com", "your-server.de", "contaboserver.net",     "poneytelecom.eu"};

/// `suffix` without its first dot.
bool is_pool(std::string_view suffix) {
  for (const std::string_view domain : rented)
    if (suffix.ends_with(domain) &&
        (suffix.size() == domain.size() || suffix[suffix.size() - domain.size() - 1] == '.'))
      return true;
  while (!suffix.empty()) {
    const std::size_t dot = std::min(suffix.find('.'), suffix.size());
    // the last two labels are somebody's domain, whatever it is called
    if (suffix.find('.', std::min(dot + 1, suffix.size())) == std::string_view::npos) return false;
    if (std::find(pool_labels.begin(), pool_labels.end(), suffix.substr(0, dot)) != pool_labels.end()) return true;
    suffix.remove_prefix(std::min(dot + 1, suffix.size()));
  }
  return false;
}

/// What is wrong with trust in this name; without a message when there is nothing.
struct Fault {
  Words message;
  const char* help = "list the addresses that are meant";
  Severity severity = Severity::error;
  std::string_view part = {};
};

/// Names that end in `suffix` are had by anybody: that is so with -p too, and in hosts.allow.
Fault fault_of_suffix(std::string_view suffix, const char* gives, Severity otherwise) {
  const std::string_view domain = suffix.substr(1);
  if (is_tld(domain))
    return {.message =
                fmt::format("anybody can have a name that ends in {}, and every such client {}", quoted(suffix), gives),
            .part = "RR802"};
  if (is_public_suffix(domain))
    return {.message = fmt::format("anybody can register a name that ends in {}, and every such client {}",
                                   quoted(suffix), gives),
            .part = "RR803"};
  if (!is_pool(domain)) return {};
  return {fmt::format("names that end in {} are those of a provider's customers: anybody can rent one, and {}",
                      quoted(suffix), gives),
          "give the host an address of its own and list that", std::max(otherwise, Severity::warning), "RR821"};
}

/// A name that only its own administrator should have. -p compares it with forward DNS, and libwrap does: being let
/// in by such a name is then what the rule is for.
Fault fault_of_name(const PolicyFacts& facts, const Rule& rule, bool gives_by_name, const char* gives,
                    Severity severity) {
  const Span place = rule.pattern_span();
  const bool relays = facts.relays_by(rule);
  const char* help = relays ? "list the addresses that may relay" : "list the addresses that are meant";
  if (facts.context.confirms_names()) {
    if (!relays) return {};
    return {words_about(place, "DNS alone says who may relay by {}: -p only compares its two directions"), help,
            severity};
  }
  if (!gives_by_name) return {};
  const auto host = rule.get_if<HostName>();
  if (facts.policy.is_by_key() && host && host->name.find('.') == std::string_view::npos)
    return {fmt::format("{} is a name without a domain: any host on the internet can give itself that, and {}",
                        quoted(host->name), gives),
            host->name == "localhost" ? "write '127.' for the host itself" : "write the host's address",
            std::max(severity, Severity::warning), "RR822"};
  const auto words = [place, gives](const Sources& sources) {
    return fmt::format("whoever gives his address a name that matches {} {}: reverse DNS is set by the client's side",
                       quoted(sources.text(place)), gives);
  };
  return {words, help, severity};
}

Fault fault_of(const PolicyFacts& facts, const Rule& rule) {
  const bool relays = facts.relays_by(rule);
  if (rule.is<AnyNamedClient>()) {
    if (!relays) return {};
    return {fmt::format("every client that has a host name may send to any domain by {}: this is an open relay",
                        quoted(facts.pattern_text(rule))),
            "list the addresses that may relay", Severity::error, "RR804"};
  }
  const bool more = gives_more(facts, rule);
  const bool skips = skips_blocklists(facts, rule);
  if (!more && !skips) return {};
  constexpr const char* no_blocklist = "is checked against no blocklist";
  const bool more_by_name = relays || (more && facts.policy.is_by_key());
  const Severity severity = relays && !facts.context.confirms_names() ? Severity::error
                            : more_by_name                            ? Severity::warning
                                                                      : Severity::note;
  if (const auto suffix = rule.get_if<HostSuffix>()) {
    Fault fault = fault_of_suffix(suffix->suffix, more ? what_it_gives(facts, rule) : no_blocklist, severity);
    if (!fault.message.empty()) return fault;
  }
  return fault_of_name(facts, rule, more_by_name || skips, more_by_name ? what_it_gives(facts, rule) : no_blocklist,
                       severity);
}

}  // namespace

const core::Check core::checks::domain_trust = {
    .kind = {"RR801", "domain-trust", Severity::warning},
    .aliases = {{{"RR802", "tld-trust"},
                 {"RR803", "public-suffix-trust"},
                 {"RR804", "any-name-trust"},
                 {"RR821", "provider-pool-trust"},
                 {"RR822", "unqualified-name"}}},
    .summary = "clients are trusted by their host name",
    .rationale =
        "The name of a client comes from reverse DNS, and whoever owns an address sets its name as he likes: nobody "
        "keeps a spammer from calling his host mail.example.com, or localhost. Without 'tcpserver -p' the name is not "
        "even checked against forward DNS.\n"
        "'=' stands for every client that has a name, whatever it is: with RELAYCLIENT this is an open relay. A name "
        "under .com, .jp or any other top-level domain is had by anybody, for a few coins a year; under .co.jp, "
        ".github.io and some thousand others as well (the list is kept at publicsuffix.org). Names such as "
        "'.dyn.example.net', '.dsl.example.net' or '.compute.amazonaws.com' are those of addresses that a provider "
        "gives to whoever pays, by the hour or until the next dial-up: a spammer has one as easily as you, even when "
        "it is checked. A name without a domain, 'localhost' or 'mail', is no more your own than any other.\n"
        "A rule that lets names relay is an open relay for everybody who knows it. List the addresses that may relay, "
        "and write '127.' for the host itself. To refuse by name is fine.\n"
        "For people whose address changes, a laptop on its way or a line that is dialled, no rule is right. Let them "
        "log in (SMTP AUTH on port 587), give them a grant for some minutes (POP before SMTP), or let them come "
        "through a VPN with addresses of yours: CLIENTS THAT MOVE in relayrules-rules(5) tells more.",
    .bad = {"tcp.smtp", "127.:allow,RELAYCLIENT=\"\"\n=.example.com:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "127.:allow,RELAYCLIENT=\"\"\n192.168.7.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .needs = Traits::clients,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          for (const std::uint32_t index : facts.allowed_names) {
            const Rule rule = facts.rule(index);
            if (rule.info() != 0) continue;
            Fault fault = fault_of(facts, rule);
            if (fault.message.empty()) continue;
            auto& finding = findings.add(domain_trust.kind, rule.pattern_span(), std::move(fault.message));
            finding.as_part(fault.part).severity = fault.severity;
            finding.help = fault.help;
          }
        },
};
