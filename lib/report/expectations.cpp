// Reports about expectations: see expectations.hpp.
#include "report/expectations.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/printable.hpp"
#include "base/rule_lines.hpp"
#include "report/clients.hpp"
#include "report/clients_json.hpp"
#include "report/mail_decision.hpp"
#include "report/markup.hpp"

namespace core {
namespace {

using analysis::Expectation;
using analysis::TestResult;

/// Why `outcome` does not hold: the decision first, who it is about behind it.
std::vector<std::string> failure_lines(const TestedFile& file, const TestResult& outcome, const Sources& sources) {
  if (!outcome.counterexample) return {outcome.reason};
  const auto& clients = outcome.counterexample->clients;
  const auto& decision = outcome.counterexample->decision;
  const NamedPolicy named{*file.policy, sources, file.rules_name};
  std::vector<std::string> lines = {fmt::format("{}: {}, by {}", format_prefixes(clients.ranges),
                                                format_effect(decision.effect), format_rule_place(named, decision)),
                                    format_client_count(clients),
                                    fmt::format("for instance {}", format_client(clients.witness))};
  if (outcome.failing > 1)
    lines.push_back(fmt::format("and {} other {} of clients, not smaller", outcome.failing - 1,
                                outcome.failing == 2 ? "set" : "sets"));
  return lines;
}

std::uint32_t line_of(const Expectation& expectation, const Sources& sources) {
  return sources.position(expectation.span.begin).line;
}

std::string junit_case(const TestedFile& file, std::size_t i, const Sources& sources) {
  const Expectation& expectation = file.expectations[i];
  std::string text =
      fmt::format("    <testcase classname=\"{}\" name=\"{}\" file=\"{}\" line=\"{}\"", escaped_markup(file.name),
                  escaped_markup(expectation.text), escaped_markup(file.name), line_of(expectation, sources));
  if (file.outcomes[i].holds) return text + "/>\n";
  const auto why = failure_lines(file, file.outcomes[i], sources);
  std::string body =
      escaped_markup(fmt::format("{}:{}: {}", file.name, line_of(expectation, sources), expectation.reason));
  for (const std::string& line : why) body += "\n" + escaped_markup(line);
  return text + fmt::format(">\n      <failure message=\"{}\">{}</failure>\n    </testcase>\n",
                            escaped_markup(why.front()), body);
}

Json expectation_json(const TestedFile& file, std::size_t i, const Sources& sources) {
  const Expectation& expectation = file.expectations[i];
  const TestResult& outcome = file.outcomes[i];
  Json json;
  json["line"] = line_of(expectation, sources);
  json["expectation"] = expectation.text;
  json["reason"] = expectation.reason.empty() ? Json(nullptr) : Json(expectation.reason);
  json["passed"] = outcome.holds;
  json["unless"] = outcome.unless;
  json["error"] = outcome.reason.empty() ? Json(nullptr) : Json(outcome.reason);
  json["failing"] = outcome.failing;
  json["counterexample"] = nullptr;
  if (!outcome.counterexample) return json;
  Json example;
  add_clients(example, outcome.counterexample->clients);
  example["decision"] = side_json({*file.policy, sources, file.rules_name}, outcome.counterexample->decision);
  example["witness"] = client_json(outcome.counterexample->clients.witness);
  json["counterexample"] = std::move(example);
  return json;
}

/// What a comment line says: not an order to relayrules, nor a rule that was taken out, nor a line of dashes.
std::string_view words_of_comment(std::string_view line) {
  const std::string_view words = trimmed(line, "# \t\r*=-");
  const auto has = [&](std::string_view text) { return words.find(text) != std::string_view::npos; };
  return words.starts_with("relayrules:") || has(":allow") || has(":deny") ? std::string_view() : words;
}

/// The comment behind the last variable of a rule, with its '#'; empty where there is none, or the format has no such.
std::string_view comment_behind(const Policy& policy, const Rule& rule, const Sources& sources) {
  const EnvEdits& edits = policy.edits_of(rule);
  const std::uint32_t begin = rule.edits_begin() + (edits.empty() ? 0 : edits.back().value_span.end + 1);
  if (begin < rule.span().begin || begin >= rule.span().end) return {};
  const std::string_view rest = trimmed(sources.text({begin, rule.span().end}));
  return rest.starts_with('#') ? rest : std::string_view();
}

/// Why `rule` is there, by the comment behind it or else the one above it; empty when nobody said so.
std::string reason_of(const NamedPolicy& named, std::size_t index) {
  constexpr std::size_t most_bytes = 100;
  const Rule rule = named.policy.rules[index];
  const Span span = rule.span();
  const Source* source = span.size() == 0 ? nullptr : named.sources.find(span.begin);
  if (source == nullptr || !named.sources.reach.may_show(source->name())) return {};
  std::vector<std::string_view> comment = {comment_behind(named.policy, rule, named.sources)};
  if (comment.front().empty()) comment = comment_above(source->text(), span.begin - source->base());
  std::string reason;
  for (const std::string_view line : comment) {
    const std::string_view words = words_of_comment(line);
    if (!words.empty()) reason.append(reason.empty() ? "" : " ").append(words);
  }
  const std::string shown = quoted(reason, most_bytes);
  return shown.substr(1, shown.size() - 2);
}

std::string format_counts(const TestCounts& counts) {
  std::string text = fmt::format("{} passed, {} failed", counts.passed, counts.failed);
  if (counts.untried != 0)
    text += fmt::format(", {} {} not tried", counts.untried, counts.untried == 1 ? "file" : "files");
  return text;
}

}  // namespace

TestCounts count_outcomes(std::span<const TestedFile> files) {
  TestCounts counts;
  for (const TestedFile& file : files) {
    if (!file.trouble.empty()) ++counts.untried;
    for (const TestResult& outcome : file.outcomes) ++(outcome.holds ? counts.passed : counts.failed);
  }
  return counts;
}

std::string format_test_text(const std::vector<TestedFile>& files, const Sources& sources, bool quiet) {
  std::string text;
  for (const TestedFile& file : files) {
    if (!file.trouble.empty()) text += fmt::format("ERROR {}: {}\n", printable(file.name), printable(file.trouble));
    for (std::size_t i = 0; i < file.outcomes.size(); ++i) {
      const Expectation& expectation = file.expectations[i];
      const TestResult& outcome = file.outcomes[i];
      if (quiet && outcome.holds) continue;
      text += fmt::format("{} {}:{}: {}", outcome.holds ? "ok   " : "FAIL ", printable(file.name),
                          line_of(expectation, sources), printable(expectation.text));
      if (!expectation.reason.empty()) text += "  # " + printable(expectation.reason);
      text += '\n';
      text += format_unless(outcome.unless, "      ");
      if (!outcome.holds)
        for (const std::string& line : failure_lines(file, outcome, sources)) text += fmt::format("      {}\n", line);
    }
  }
  return text + format_counts(count_outcomes(files)) + "\n";
}

std::string format_test_json(const std::vector<TestedFile>& files, const Sources& sources) {
  const TestCounts counts = count_outcomes(files);
  Json json{{"passed", counts.passed}, {"failed", counts.failed}, {"untried", counts.untried}};
  json["files"] = Json::array();
  for (const TestedFile& file : files) {
    Json one;
    one["file"] = file.name;
    one["error"] = file.trouble.empty() ? Json(nullptr) : Json(file.trouble);
    one["expectations"] = Json::array();
    for (std::size_t i = 0; i < file.outcomes.size(); ++i)
      one["expectations"].push_back(expectation_json(file, i, sources));
    json["files"].push_back(std::move(one));
  }
  return format_json(json);
}

std::string format_test_junit(const std::vector<TestedFile>& files, const Sources& sources) {
  const auto numbers = [](const TestCounts& counts) {
    return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\"", counts.passed + counts.failed + counts.untried,
                       counts.failed, counts.untried);
  };
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  text += fmt::format("<testsuites name=\"relayrules\" {}>\n", numbers(count_outcomes(files)));
  for (const TestedFile& file : files) {
    const TestCounts counts = count_outcomes({&file, 1});
    text += fmt::format("  <testsuite name=\"{}\" {}>\n", escaped_markup(file.name), numbers(counts));
    if (counts.untried != 0)
      text += fmt::format(
          "    <testcase classname=\"{0}\" name=\"the file\">\n      <error message=\"{1}\"/>\n    </testcase>\n",
          escaped_markup(file.name), escaped_markup(file.trouble));
    for (std::size_t i = 0; i < file.outcomes.size(); ++i) text += junit_case(file, i, sources);
    text += "  </testsuite>\n";
  }
  return text + "</testsuites>\n";
}

std::string format_first_expectations(const std::vector<analysis::FirstExpectations>& groups,
                                      const std::vector<std::string>& rules, const NamedPolicy* named) {
  std::string text =
      "# What the rules do today, as 'relayrules test --init' found it. Keep what is meant, and say why;\n"
      "# delete what only happens to be so.\n\nrules";
  for (const std::string& rule : rules) text += " " + rule;
  text += '\n';
  for (const analysis::FirstExpectations& group : groups) {
    std::size_t width = 0;
    for (const auto& line : group.lines) width = std::max(width, std::min<std::size_t>(line.text.size(), 60));
    text += fmt::format("\n# {}\n", group.title);
    for (const auto& line : group.lines) {
      const std::string reason = line.rule ? reason_of(*named, *line.rule) : std::string();
      text += reason.empty() ? line.text + "\n" : fmt::format("{:<{}}  # {}\n", line.text, width, reason);
    }
    if (group.left_out != 0)
      text += fmt::format("# and {} more, for which there is no room or no short line\n", group.left_out);
  }
  return text;
}

}  // namespace core
