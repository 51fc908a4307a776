// Fuzz target: bytes as an expectation file. Whatever is in it: spans lie in the text, a file is complete when all that
// is said of it is which lines contradict each other, and what was read can be proved or refuted of rules with names
// and infos in them; a counterexample has a witness that is put to evaluate.
#include <cstdint>
#include <string_view>

#include "analysis/expectation_text.hpp"
#include "base/finding_kinds.hpp"
#include "formats/tcprules.hpp"
#include "report/expectations.hpp"
#include "require.hpp"

namespace core {
namespace {

constexpr std::string_view rules =
    "10.1.:allow,RELAYCLIENT=\"\"\n10.1.2.3:deny\n=.example.com:allow,RELAYCLIENT=\"\"\n=mail.example.com:deny\n"
    "joe@10.1.2.4:allow,A=\"1\"\njoe@=mail.example.com:allow\n:allow\n";

Policy make_policy() {
  Policy policy = new_policy(*find_format("tcprules"));
  Findings findings;
  parse_tcprules(Source("", rules, 0), {}, TcprulesDialect::classic, policy, findings);
  return policy;
}

void prove_all(analysis::ExpectationFile& file, const Sources& sources) {
  static const Policy policy = make_policy();
  static const auto clients = analysis::partition(policy, {});
  std::vector<TestedFile> files(1);
  files[0].policy = policy;
  for (const analysis::Expectation& expectation : file.expectations) {
    files[0].outcomes.push_back(analysis::prove(expectation, &clients, {}));
    const analysis::TestResult& outcome = files[0].outcomes.back();
    require(outcome.holds || outcome.counterexample || !outcome.reason.empty(), "a failure says why");
  }
  files[0].expectations = std::move(file.expectations);
  require(!format_test_text(files, sources, false).empty(), "the report has its last line");
  require(format_test_junit(files, sources).find('\0') == std::string::npos, "no NUL in XML");
  (void)format_test_json(files, sources);
}

}  // namespace
}  // namespace core

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace core;
  Sources sources;
  Findings findings;
  const Source* source = sources.add("x.expect", {reinterpret_cast<const char*>(data), size});
  analysis::ExpectationFile file = analysis::parse_expectations(*source, sources, findings);
  require(file.complete || !findings.empty(), "an incomplete file has a finding");
  for (const Finding& finding : findings.all()) {
    require(finding.span.begin <= finding.span.end && finding.span.end <= size, "a finding lies in the text");
    require(!finding.message.empty(), "a finding has a message");
    if (file.complete)
      require(finding.kind == &expectations::contradiction, "only contradictions leave a file complete");
  }
  if (!file.complete) return 0;
  require(!file.expectations.empty(), "a file expects something");
  for (const analysis::Expectation& expectation : file.expectations)
    require(!expectation.text.empty() && sources.text(expectation.span).size() >= expectation.text.size(),
            "an expectation lies in the text");
  prove_all(file, sources);
  return 0;
}
