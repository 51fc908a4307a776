#include "lint/checks/registry.hpp"

namespace {

void report(const ClientPattern& pattern, Span place, std::string_view text, Findings& findings) {
  const auto* host = std::get_if<HostName>(&pattern);
  if (host == nullptr || host->name.find('.') != std::string::npos) return;
  // what is no name has been reported as that
  if (host->name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") != std::string::npos) return;
  const bool is_localhost = host->name == "localhost";
  auto& finding = findings.add(
      name_without_domain.kind, place,
      is_localhost
          ? fmt::format("{} is 127.0.0.1 and ::1 only where these have that name, and no other, by /etc/hosts or DNS",
                        quoted(text))
          : fmt::format("{} is a name without a domain: a client whose name in DNS has one is somebody else",
                        quoted(text)));
  finding.help = is_localhost ? "write '127.0.0.1 [::1]' for the host itself" : "write the whole name, or the address";
}

void check_name_without_domain(const PolicyFacts& facts, Findings& findings) {
  for (const std::uint32_t index : facts.names)
    report(facts.rule(index).pattern(), facts.rule(index).pattern_span(), facts.pattern_text(facts.rule(index)),
           findings);
  for (const ExceptionList& list : facts.policy.exception_lists)
    for (std::size_t i = 0; i < list.spans.size(); ++i)
      report(list.patterns[i], list.spans[i], facts.sources.text(list.spans[i]), findings);
}

}  // namespace

const core::Check core::checks::name_without_domain = {
    .kind = {"RR826", "name-without-domain", Severity::note},
    .summary = "a client is named by one word",
    .rationale =
        "libwrap asks DNS, or /etc/hosts, for the client's name and compares it whole. What comes back is mostly "
        "'pc.example.com', and the word 'pc' is then another name: the rule is about nobody, and what it was to allow "
        "is refused by the next. It matches only where the resolver gives the bare word, as a line of /etc/hosts with "
        "that word in front does; with the next change of that file it no longer does. Who rules his own reverse DNS "
        "cannot take such a name, for it must lead back to him.\n"
        "Write the whole name, or better the address; for the host itself '127.0.0.1 [::1]'.",
    .bad = {"hosts.allow", "sshd : mail pc\n"},
    .good = {"hosts.allow", "sshd : mail.example.com 192.168.7.5\n"},
    .needs = Traits::daemons,
    .policy = check_name_without_domain,
};
