// What came of expectation files: as text for people, JSON for programs, JUnit's XML for build servers.
//
// A file that could not be tried is never left out of a report: it counts as an error, not as nothing.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "analysis/expectations.hpp"
#include "analysis/first_expectations.hpp"
#include "base/source.hpp"
#include "model/policy.hpp"
#include "report/clients.hpp"

namespace core {

/// One expectation file and its rules.
struct TestedFile {
  std::string name;
  std::string rules_name;  ///< for rules without a place
  std::optional<Policy> policy;
  std::vector<analysis::Expectation> expectations;
  std::vector<analysis::TestResult> outcomes;  ///< one for each expectation; empty when the file was not tried
  std::string trouble;                         ///< why it was not tried; empty when it was
};

struct TestCounts {
  std::size_t passed = 0;
  std::size_t failed = 0;
  std::size_t untried = 0;  ///< files
};
[[nodiscard]] TestCounts count_outcomes(std::span<const TestedFile> files);

/// A line for each expectation, more for one that fails, and "3 passed, 1 failed" at the end. With `quiet` only what
/// fails.
[[nodiscard]] std::string format_test_text(const std::vector<TestedFile>& files, const Sources& sources, bool quiet);
/// {"passed":n,"failed":n,"untried":n,"files":[...]} and a line feed; the fields are documented in relayrules(1).
[[nodiscard]] std::string format_test_json(const std::vector<TestedFile>& files, const Sources& sources);
/// A <testsuite> for each file and a <testcase> for each expectation.
[[nodiscard]] std::string format_test_junit(const std::vector<TestedFile>& files, const Sources& sources);

/// An expectation file from what rules do today. `rules` are the words that go behind "rules"; the reason of a line is
/// the comment behind its rule, or above it.
/// `named` is null when there are no client rules.
[[nodiscard]] std::string format_first_expectations(const std::vector<analysis::FirstExpectations>& groups,
                                                    const std::vector<std::string>& rules, const NamedPolicy* named);

}  // namespace core
