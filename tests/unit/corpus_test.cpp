// Rule files in the manner of real ones, and what is known of them: what a good checker says (LABELS.tsv), and what
// they mean (DECISIONS.tsv, worked out by hand). Our own files lie in tests/corpus; a larger collection is asked where
// there is one.
#include <catch2/catch.hpp>

#include <filesystem>
#include <sstream>

#include "corpora.hpp"
#include "lint/check.hpp"
#include "model/evaluate.hpp"
#include "reading.hpp"

using namespace core;
using core::testing::check_paths;
using core::testing::check_text;
using core::testing::CheckedText;
using core::testing::corpora;
using core::testing::read_text;

namespace {

/// True when one of "a|b" is in `names`; those may be former names of checks.
bool has_one_of(const std::set<std::string>& names, const std::string& alternatives) {
  std::istringstream words(alternatives);
  for (std::string name; std::getline(words, name, '|');)
    if (const Check* check = find_check(name); check != nullptr && names.count(std::string(check->kind.name)) != 0)
      return true;
  return false;
}

void check_labels(const std::filesystem::path& file, const std::string& labels) {
  const auto text = read_text(file.string());
  REQUIRE(text.has_value());
  CheckedText checked = check_text(file.string(), *text);
  if (!checked.known) checked = check_paths({file.string()});  // a server's
  REQUIRE(checked.known);
  INFO(file.string() << "\n" << checked.listing());
  if (labels == "clean") {
    CHECK(checked.names(Severity::warning).empty());
    return;
  }
  std::istringstream wanted(labels);
  for (std::string alternatives; std::getline(wanted, alternatives, ',');) {
    INFO("expected: " << alternatives);
    CHECK(has_one_of(checked.names(), alternatives));
  }
}

/// The lines of a table that are no comments, as fields; empty when there is no such file.
std::vector<std::vector<std::string>> rows_of(const std::filesystem::path& table) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(read_text(table.string()).value_or(""));
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.front() == '#') continue;
    rows.emplace_back();
    std::istringstream fields(line);
    for (std::string field; std::getline(fields, field, '\t');) rows.back().push_back(field == "-" ? "" : field);
  }
  return rows;
}

std::size_t check_label_file(const std::filesystem::path& folder) {
  auto rows = rows_of(folder / "LABELS.tsv");
  for (auto& row : rows_of(folder / "LABELS-later.tsv")) rows.push_back(std::move(row));
  for (const auto& row : rows) check_labels(folder / row.at(0), row.at(1));
  return rows.size();
}

std::optional<std::string> given(const std::string& text) { return text.empty() ? std::nullopt : std::optional(text); }

/// "deny", "allow", "relay" or "no-rule".
std::string answer(const Policy& policy, const Client& client, const std::string& daemon) {
  const Decision decision = evaluate(policy, client, daemon);
  if (!decision.rule) return "no-rule";
  const Outcome& outcome = outcome_of(policy, decision);
  return outcome.relays() ? "relay" : outcome.allows() ? "allow" : "deny";
}

}  // namespace

TEST_CASE("labelled files give what their labels say, our own and those of a larger collection") {
  const auto folders = corpora();
  CHECK(check_label_file(folders.front()) > 20);
  for (std::size_t i = 1; i < folders.size(); ++i) {
    check_label_file(folders[i]);
    check_label_file(folders[i] / "practice");
  }
}

TEST_CASE("the files of our own decide as was worked out by hand") {
  const std::filesystem::path folder = corpora().front();
  const auto rows = rows_of(folder / "DECISIONS.tsv");
  CHECK(rows.size() > 40);
  for (const auto& row : rows) {
    CAPTURE(row.at(0), row.at(1), row.at(2), row.at(3), row.at(4));
    const CheckedText checked = check_text((folder / row[0]).string(), read_text((folder / row[0]).string()).value());
    REQUIRE(checked.known);
    const Client client{parse_address(row[2]).value(), given(row[3]), given(row[4])};
    CHECK(answer(checked.site.policies.front(), client, row[1]) == row.at(5));
  }
}
