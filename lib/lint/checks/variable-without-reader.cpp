#include "lint/checks/registry.hpp"

namespace {

/// The service that reads `name`; empty when it is another one's business.
std::string_view reader_elsewhere(std::string_view name, const CheckContext& context) {
  if (context.service == Service::any) return {};
  if (name == "AXFR") return context.service == Service::dns ? "" : "axfrdns";
  if (context.takes_mail()) return {};
  if (name == "RELAYCLIENT") return "qmail-smtpd";
  return name == "RBLSMTPD" ? "rblsmtpd" : "";
}

void check_variable_without_reader(const PolicyFacts& facts, Findings& findings) {
  const auto is_bad = [&](std::string_view name) { return !reader_elsewhere(name, facts.context).empty(); };
  for_each_bad_name(facts, is_bad, [&](const Rule& rule, const EnvEdit& edit) {
    report_at(findings, variable_without_reader.kind, place_of(rule, edit.name_span),
              fmt::format("{} is read by {} only: behind these rules it does nothing", quoted(edit.name()),
                          reader_elsewhere(edit.name(), facts.context)),
              "put it into the rules of the service that reads it");
  });
}

}  // namespace

const core::Check core::checks::variable_without_reader = {
    .kind = {"RR511", "variable-without-reader", Severity::warning},
    .summary = "a variable for mail in the rules of another service",
    .rationale =
        "RELAYCLIENT is read by qmail-smtpd, RBLSMTPD by rblsmtpd, AXFR by axfrdns. Behind a POP3 or IMAP server "
        "nobody reads the first two, and behind a mail server nobody reads the third: the rule looks as if it gave or "
        "took something, and does not. Mostly a file was copied, or is not the one that the author had in mind.\n"
        "Put the variable into the rules of the service that reads it. This check is asked for with '--service'.",
    .bad = {"tcp.pop3", "192.168.1.:allow,RELAYCLIENT=\"\"\n:deny\n"},
    .good = {"tcp.pop3", "192.168.1.:allow\n:deny\n"},
    .needs = Traits::keys | Traits::environment,
    .policy = check_variable_without_reader,
    .example_context = {.service = Service::pop3},
};
