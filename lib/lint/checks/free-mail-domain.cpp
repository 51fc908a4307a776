#include "lint/checks/registry.hpp"

namespace {

constexpr std::array<std::string_view, 34> providers = {
    "gmail.com",   "googlemail.com", "hotmail.com",    "hotmail.co.uk", "outlook.com", "live.com",   "msn.com",
    "yahoo.com",   "yahoo.co.jp",    "yahoo.co.uk",    "yahoo.fr",      "yahoo.de",    "ymail.com",  "aol.com",
    "icloud.com",  "me.com",         "mac.com",        "gmx.de",        "gmx.net",     "gmx.com",    "web.de",
    "t-online.de", "freenet.de",     "mail.ru",        "yandex.ru",     "yandex.com",  "rambler.ru", "qq.com",
    "163.com",     "126.com",        "protonmail.com", "proton.me",     "orange.fr",   "comcast.net"};

void check_free_mail_domain(const DestinationList& list, const Sources&, Findings& findings) {
  for (const Destination& entry : list.entries) {
    if (std::find(providers.begin(), providers.end(), entry.domain()) == providers.end()) continue;
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
        "Delete the entry.",
    .bad = {"rcpthosts", "example.com\ngmail.com\nlocalhost\n"},
    .good = {"rcpthosts", "example.com\nlocalhost\n"},
    .needs = Traits::destinations,
    .destinations = check_free_mail_domain,
};
