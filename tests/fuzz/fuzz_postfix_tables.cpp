// Fuzz target: bytes as tables of Postfix, of every type.
//
// Spans must lie in the text, a value must be found again by its place, and checks, evaluation and the steps of an
// access check must survive whatever was read. What postmap says to such texts is the conformance tests' business.
#include <cstdint>
#include <string>
#include <string_view>

#include "formats/postfix/lines.hpp"
#include "formats/postfix/tables.hpp"
#include "lint/run.hpp"
#include "model/dump.hpp"
#include "model/evaluate.hpp"
#include "model/format.hpp"
#include "model/transaction.hpp"
#include "require.hpp"

namespace core {
namespace {

void check_place(const Sources& sources, Span span) {
  const Source* source = sources.find(span.begin);
  require(source != nullptr && span.begin <= span.end && span.end <= source->base() + source->text().size(),
          "a span lies in its file");
}

void check_findings(const Sources& sources, const Findings& findings) {
  for (const Finding& finding : findings.all()) {
    check_place(sources, finding.span);
    require(!finding.message.empty(), "a finding has a message");
    for (const Edit& edit : finding.fix) check_place(sources, edit.span);
    for (const Related& related : finding.related) check_place(sources, related.span);
  }
}

const Client clients[] = {{*parse_address("10.1.2.3"), std::nullopt, std::nullopt},
                          {*parse_address("192.168.1.1"), "mail.example.com", std::nullopt},
                          {*parse_address("2001:db8::1"), "a.b", std::nullopt}};

void check_format(const char* name, std::string_view text) {
  const Format& format = *find_format(name);
  Sources sources;
  Findings findings;
  Site site;
  site.policies.push_back(new_policy(format));
  Policy& policy = site.policies.front();
  format.parse(*sources.add("table", text), {}, policy, findings);
  require(policy.complete == !findings.has_errors(), "a policy is complete when there is no error");
  for (const Rule rule : policy.rules) {
    check_place(sources, rule.span());
    check_place(sources, rule.pattern_span());
    check_place(sources, {rule.edits_begin(), rule.span().end});
  }
  for (const Client& client : clients) (void)evaluate(policy, client);
  (void)dump(policy);
  run_checks(site, sources, findings);
  check_findings(sources, findings);
}

/// The table as it is asked about clients and about recipients.
void check_steps(const PostfixTable& table) {
  for (const AccessSubject subject : {AccessSubject::client, AccessSubject::recipient}) {
    Site site;
    Stage& stage = site.stages.emplace_back(Stage{"recipient", {}, Access::pass});
    AccessCheck check{.subject = subject, .delimiters = "+"};
    check.expand = [](std::string_view restrictions, const Step&, std::vector<Step>&) {
      require(!restrictions.empty(), "a list of restrictions is not empty");
    };
    MadeAccessTables made;
    add_access_steps(table, check, made, site, stage.steps);
    for (const Client& client : clients) {
      Transaction transaction{.client = client};
      transaction.recipient = "<a+b@mail.example.com>";
      (void)evaluate(site, transaction);
    }
  }
}

void check_table(std::string_view text, PostfixTableType type) {
  Sources sources;
  Findings findings;
  const PostfixTable table = read_postfix_table(*sources.add("table", text), type, findings);
  check_findings(sources, findings);
  for (const PostfixEntry& entry : table.entries) {
    check_place(sources, entry.place.span);
    const std::string_view written = sources.text({entry.place.edits_begin, entry.place.span.end});
    require(joined_postfix_value(written) == entry.value, "a value is found again by its place");
  }
  check_steps(table);
  (void)listed_clients(table);
}

}  // namespace
}  // namespace core

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using core::PostfixTableType;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  core::check_format("cidr_table", text);
  core::check_format("postfix_access", text);
  for (const PostfixTableType type : {PostfixTableType::texthash, PostfixTableType::indexed, PostfixTableType::cidr})
    core::check_table(text, type);
  core::Sources sources;
  core::Findings findings;
  const core::Source* source = sources.add("main.cf", text);
  for (const PostfixTableType type : {PostfixTableType::in_line, PostfixTableType::constant})
    core::check_steps(core::read_postfix_table(*source, source->text(), type, findings));
  return 0;
}
