#include "lint/checks/registry.hpp"
#include "model/mail_providers.hpp"

namespace {

void check_free_mail_domain(const DestinationList& list, const Sources&, Findings& findings) {
  for (const Destination& entry : list.entries()) {
    std::string_view domain = entry.domain();
    if (domain.ends_with('.')) domain.remove_suffix(1);  // qmail takes mail for user@gmail.com. then
    if (!is_mail_provider(domain)) continue;
    report_at(findings, free_mail_domain.kind, entry.span,
              fmt::format("{} is a mail provider's: everybody may send to it through this server", quoted(entry.name)),
              "delete this line: relay clients may send there without it");
  }
}

}  // namespace

const core::Check core::checks::free_mail_domain = {
    .kind = {"RR708", "free-mail-domain", Severity::warning},
    .summary = "a big mail provider is listed as local",
    .rationale =
        "Listed in rcpthosts, mail to this domain is taken from everybody, though the mailboxes are elsewhere. The "
        "server relays the world's spam to that provider, and the provider stops taking anything from it. Mostly "
        "somebody wanted to send there, which needs no entry: relay clients may send to any domain.\n"
        "Delete the entry. (Some 5,000 providers are known; where you are one of them, say so above the line: "
        "'# relayrules: allow free-mail-domain we are this provider'.)",
    .bad = {"rcpthosts", "example.com\ngmail.com\nlocalhost\n"},
    .good = {"rcpthosts", "example.com\nlocalhost\n"},
    .needs = Traits::destinations,
    .destinations = check_free_mail_domain,
};
