#include "lint/checks/registry.hpp"

namespace {

/// The first edit whose name came before; null when there is none.
const EnvEdit* first_repeated(const EnvEdits& edits) {
  std::unordered_set<std::string_view> names;
  for (const EnvEdit& edit : edits)
    if (!names.insert(edit.name()).second) return &edit;
  return nullptr;
}

void check_duplicate_variable(const PolicyFacts& facts, Findings& findings) {
  const auto& lists = facts.policy.edit_lists;
  std::vector<const EnvEdit*> second(lists.size());
  bool any = false;
  for (std::size_t i = 0; i < lists.size(); ++i) {
    second[i] = lists[i].size() < 2 ? nullptr : first_repeated(lists[i]);
    any = any || second[i] != nullptr;
  }
  if (!any) return;
  for (const Rule rule : facts.policy.rules) {
    const EnvEdit* edit = second[rule.edits()];
    if (edit == nullptr || rule.access() != Access::allow) continue;
    report_at(findings, duplicate_variable.kind, place_of(rule, edit->name_span),
              fmt::format("{} is set twice in this rule, and only its last value counts", quoted(edit->name())),
              "keep the one that is meant");
  }
}

}  // namespace

const core::Check core::checks::duplicate_variable = {
    .kind = {"RR507", "duplicate-variable", Severity::warning},
    .summary = "a rule sets one variable twice",
    .rationale =
        "The last value wins and the others are lost. Mostly a copied line was changed at its end only.\n"
        "Keep the one that is meant.",
    .bad = {"tcp.smtp", "10.:allow,DATABYTES=\"1000\",DATABYTES=\"2000\"\n:allow\n"},
    .good = {"tcp.smtp", "10.:allow,DATABYTES=\"2000\"\n:allow\n"},
    .needs = Traits::keys | Traits::environment,
    .policy = check_duplicate_variable,
};
