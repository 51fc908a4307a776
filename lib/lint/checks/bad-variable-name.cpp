#include "lint/checks/registry.hpp"

namespace {

/// Blanks, commas and slips have checks of their own.
bool is_odd(std::string_view name) {
  if (name.find_first_of(", \t") != std::string_view::npos || !meant_variable(name).empty()) return false;
  return name.empty() ||
         !std::all_of(name.begin(), name.end(), [](char c) { return is_letter(c) || is_digit(c) || c == '_'; });
}

void check_bad_variable_name(const PolicyFacts& facts, Findings& findings) {
  for_each_bad_name(facts, is_odd, [&](const Rule& rule, const EnvEdit& edit) {
    report_at(findings, bad_variable_name.kind, place_of(rule, edit.name_span),
              fmt::format("{} is no name of a variable that a program could ask for", quoted(edit.name())),
              "write ',NAME=\"value\"', with letters, digits and '_' in the name");
  });
}

}  // namespace

const core::Check core::checks::bad_variable_name = {
    .kind = {"RR510", "bad-variable-name", Severity::warning},
    .summary = "the name of a variable is empty or has odd bytes in it",
    .rationale =
        "Names of variables are letters, digits and '_'. With quotes, dots, brackets or nothing at all the variable is "
        "set, but no shell can name it and no mail program asks for it. Mostly a quote or a comma is in the wrong "
        "place.",
    .bad = {"tcp.smtp", "127.:allow,\"RELAYCLIENT=x\"x\n:allow\n"},
    .good = {"tcp.smtp", "127.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .needs = Traits::environment,
    .policy = check_bad_variable_name,
};
