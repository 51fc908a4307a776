// Running the checks as somebody wants them: see wanted.hpp.
#include "wanted.hpp"

#include <vector>

#include "lint/run.hpp"

namespace core {
namespace {

/// Null for what is no rule file: the settings themselves.
const Choice* choice_of(const Choices& choices, const Source* source) {
  const auto found = source == nullptr ? choices.end() : choices.find(source->name());
  return found == choices.end() ? nullptr : &found->second;
}

}  // namespace

std::size_t find_wanted(const CheckTask& task, Findings& findings) {
  std::vector<SourceContext> contexts;
  for (const CheckedFile& file : task.files)
    if (const Choice* choice = choice_of(task.choices, file.source))
      contexts.push_back({file.source->base(), context_of(*choice)});
  run_checks(task.site, task.sources, findings, CheckContexts({}, contexts), task.helper);
  const std::size_t suppressed = apply_suppressions(task.files, findings);
  std::erase_if(findings.all(), [&](Finding& finding) {
    const Choice* choice = choice_of(task.choices, task.sources.find(finding.span.begin));
    return choice != nullptr && !keep_finding(*choice, finding);
  });
  findings.sort(task.sources);
  return suppressed;
}

}  // namespace core
