#include "lint/checks/registry.hpp"

namespace {

constexpr std::size_t most_of_rblsmtpd = 200;         // rblsmtpd.c, behind a '-'
constexpr std::size_t most_of_variable = 128 * 1024;  // MAX_ARG_STRLEN of Linux, with the NUL at the end

bool stops_the_program(const EnvEdit& edit) { return edit.assignment.size() >= most_of_variable; }

bool is_too_long(const EnvEdit& edit) {
  const std::size_t sign = edit.value().starts_with('-') ? 1 : 0;
  return stops_the_program(edit) || (edit.name() == "RBLSMTPD" && edit.value().size() - sign > most_of_rblsmtpd);
}

void report(const Rule& rule, const EnvEdit& edit, Findings& findings) {
  const Span place = place_of(rule, edit.value_span);
  if (!stops_the_program(edit)) {
    report_at(findings, long_value.kind, place,
              fmt::format("rblsmtpd sends the first {} bytes of this text only, and it has {}", most_of_rblsmtpd,
                          edit.value().size()),
              "write a short text with a link");
    return;
  }
  findings
      .add(long_value.kind, place,
           fmt::format("Linux starts no program with a variable of {} bytes: every client of this rule is dropped",
                       edit.assignment.size()))
      .severity = Severity::error;
}

void check_long_value(const PolicyFacts& facts, Findings& findings) {
  for_each_bad_edit(facts, is_too_long, [&](const Rule& rule, const EnvEdit& edit) { report(rule, edit, findings); });
}

}  // namespace

const core::Check core::checks::long_value = {
    .kind = {"RR606", "long-value", Severity::note},
    .summary = "a value that the program behind cuts, or that it cannot be started with",
    .rationale =
        "rblsmtpd sends at most 200 bytes of RBLSMTPD to the client: the rest of a longer text, often the address "
        "where to complain, nobody reads. And Linux starts no program with a variable of 128 KiB or more: tcpserver "
        "then drops every client of the rule, which is an error.\n"
        "Write a short text with a link.",
    .bad =
        {"tcp.smtp",
         "24.:allow,RBLSMTPD=\"-"
         "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
         "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"\n:allow\n"},
    .good = {"tcp.smtp", "24.:allow,RBLSMTPD=\"-see http://www.example.com/why\"\n:allow\n"},
    .needs = Traits::keys | Traits::environment,
    .policy = check_long_value,
};
