// provider-pool-trust: names that anybody can rent.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "lint/checks/registry.hpp"
#include "lint/trust.hpp"

namespace core::checks {
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
    if (suffix == domain || suffix.ends_with("." + std::string(domain))) return true;
  while (!suffix.empty()) {
    const std::size_t dot = std::min(suffix.find('.'), suffix.size());
    // the last two labels are somebody's domain, whatever it is called
    if (suffix.find('.', std::min(dot + 1, suffix.size())) == std::string_view::npos) return false;
    if (std::find(pool_labels.begin(), pool_labels.end(), suffix.substr(0, dot)) != pool_labels.end()) return true;
    suffix.remove_prefix(std::min(dot + 1, suffix.size()));
  }
  return false;
}

void run(const PolicyFacts& facts, Findings& findings) {
  for_each_trusted_suffix(facts, is_pool, [&](const Rule& rule, std::string_view suffix, std::string_view gives) {
    findings
        .add(provider_pool_trust.kind, rule.pattern_span(),
             fmt::format("names that end in {} are those of a provider's customers: anybody can rent one, and {}",
                         quoted(suffix), gives))
        .with_help("give the host an address of its own and list that");
  });
}

}  // namespace

const Check provider_pool_trust = {
    .kind = {"RR821", "provider-pool-trust", Severity::warning},
    .summary = "names of a provider's customers are trusted",
    .rationale =
        "Names such as '.dyn.example.net', '.dsl.example.net' or '.compute.amazonaws.com' are those of addresses that "
        "a provider gives to whoever pays, by the hour or until the next dial-up. Even when the name is checked "
        "against forward DNS, a spammer has such a name as easily as you.\n"
        "Give the host a name and address of its own, and list the address.",
    .bad = {"tcp.smtp", "=.dyn.example.net:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "=.dyn.example.net:deny\n:allow\n"},
    .formats = "tcprules tcprules-extended hosts_access",
    .policy = run,
};

}  // namespace core::checks
