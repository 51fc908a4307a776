// Fuzz target: bytes as Postfix's tables of expressions, regexp and pcre.
//
// Spans must lie in the text, what is found must come from a rule, and no expression may keep anybody waiting. What
// postmap says to such texts is the conformance tests' business.
#include <cstdint>
#include <string>
#include <string_view>

#include "formats/postfix/expression_table.hpp"
#include "model/transaction.hpp"
#include "require.hpp"

namespace core {
namespace {

void check_inside(const Source& source, Span span) {
  require(source.base() <= span.begin && span.begin <= span.end && span.end <= source.base() + source.text().size(),
          "a span lies in its file");
}

void check_expressions(std::string_view text, PostfixTableType type) {
  Sources sources;
  Findings findings;
  const Source& source = *sources.add("table", text);
  const PostfixTable table = read_postfix_table(source, type, findings);
  for (const Finding& finding : findings.all()) {
    check_inside(source, finding.span);
    require(!finding.message.empty(), "a finding has a message");
  }
  for (const char* key :
       {"", "10.1.2.3", "mail.example.com", "user+x@example.com", "<>", "aaaaaaaaaaaaaaaaaaaaaaaab"}) {
    const auto answer = table.expressions->find(key);
    if (!answer) continue;
    check_inside(source, answer->place);
    require(answer->unknown.empty() || answer->value.empty(), "what is not known has no value");
  }
  Site site;
  Stage& stage = site.stages.emplace_back(Stage{"recipient", {}, Access::pass});
  AccessCheck check{.subject = AccessSubject::recipient};
  check.expand = [](std::string_view restrictions, const Step&, std::vector<Step>&) {
    require(!restrictions.empty(), "a list of restrictions is not empty");
  };
  MadeAccessTables made;
  add_access_steps(table, check, made, site, stage.steps);
  Transaction transaction{.client = {*parse_address("10.1.2.3"), {}, {}}};
  require(evaluate(site, transaction).access == Access::pass, "a proof asks no expression");
  transaction.asks_patterns = true;
  (void)evaluate(site, transaction);
}

}  // namespace
}  // namespace core

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  core::check_expressions(text, core::PostfixTableType::regexp);
  core::check_expressions(text, core::PostfixTableType::pcre);
  return 0;
}
