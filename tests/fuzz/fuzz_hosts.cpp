// Fuzz target: bytes as hosts.allow and hosts.deny, read one after the other as one policy; a NUL and a newline part
// the two.
//
// Spans must lie in the texts, what is printed must be read as the same rules, and checks, evaluation, dump and
// lowering must survive whatever was read. The file of patterns /list has the second text for its words. What
// libwrap itself says to such files is the conformance tests' business.
#include <cstdint>
#include <string>
#include <string_view>

#include "cdb/lower.hpp"
#include "lint/run.hpp"
#include "model/dump.hpp"
#include "model/evaluate.hpp"
#include "model/format.hpp"
#include "model/percent.hpp"
#include "require.hpp"

namespace core {
namespace {

/// Both files, read.
struct Parsed {
  Sources sources;
  Site site;
  Findings findings;

  Parsed(std::string_view allow, std::string_view deny, const std::string& daemon) {
    const Format& format = *find_format("hosts_access");
    ParseOptions options;
    options.daemon = daemon;
    options.read_file = [&](const std::string& path) -> Result<std::string> {
      if (path != "/list") return system_error("read", path);
      return std::string(deny);
    };
    site.policies.push_back(new_policy(format));
    format.parse(*sources.add("hosts.allow", allow), options, policy(), findings);
    format.parse(*sources.add("hosts.deny", deny), options, policy(), findings);
  }
  [[nodiscard]] Policy& policy() { return site.policies.front(); }
};

void check_span(const Sources& sources, Span span) {
  const Source* source = sources.find(span.begin);
  require(source != nullptr && span.begin <= span.end && span.end <= source->base() + source->text().size(),
          "a span lies in one file");
}

void check_rule_spans(const Sources& sources, const Policy& policy) {
  for (const Rule rule : policy.rules) {
    for (const Span span : {rule.span(), rule.pattern_span()}) check_span(sources, span);
    for (const EnvEdit& edit : policy.edits_of(rule))
      for (const Span span : {edit.name_span, edit.value_span}) check_span(sources, place_of(rule, span));
  }
  for (const RuleOption& option : policy.options) check_span(sources, option.span);
  for (const ExceptionList& list : policy.exception_lists)
    for (const Span span : list.spans) check_span(sources, span);
}

void check_finding_spans(const Sources& sources, const Findings& findings) {
  for (const Finding& finding : findings.all()) {
    check_span(sources, finding.span);
    require(!finding.message.empty(), "a finding has a message");
    for (const Edit& edit : finding.fix) check_span(sources, edit.span);
    for (const Related& related : finding.related) check_span(sources, related.span);
  }
}

void check_printing(const Policy& policy) {
  const Format& format = *find_format("hosts_access");
  const auto printed = format.print(policy);
  if (!printed) return;
  Policy again = new_policy(format);
  Findings findings;
  format.parse(Source("hosts.allow", *printed, 0), {}, again, findings);
  require(again.complete, "what is printed can be read");
  require(dump(again) == dump(policy), "what is printed means the same rules");
  require(format.print(again) == printed, "printing is a fixed point");
}

/// Takes some records.
struct Count : cdb::RecordSink {
  std::size_t records = 0;
  bool add(std::string_view, std::string_view) override { return ++records < 10'000; }
};

void ask(const Policy& policy) {
  const Client clients[] = {{*parse_address("10.1.2.3"), std::nullopt, std::nullopt},
                            {*parse_address("192.168.1.1"), "mail.example.com", "joe"},
                            {*parse_address("2001:db8::1"), "desk", "root"},
                            {*parse_address("8.8.8.8"), "paranoid", std::nullopt}};
  for (const Client& client : clients) {
    for (const char* daemon : {"", "sshd", "tcp-env@10.1.1.1"}) {
      const Decision decision = evaluate(policy, client, daemon);
      require(decision.outcome == 0 || decision.rule, "a rule is responsible, or none");
      for (const EnvEdit& edit : edits_of(policy, decision)) (void)expanded(edit, client, daemon);
    }
  }
}

void check_pair(std::string_view allow, std::string_view deny, const std::string& daemon) {
  Parsed parsed(allow, deny, daemon);
  Policy& policy = parsed.policy();
  require(policy.complete == !parsed.findings.has_errors(), "a policy is complete when there is no error");
  check_rule_spans(parsed.sources, policy);
  ask(policy);
  run_checks(parsed.site, parsed.sources, parsed.findings);
  check_finding_spans(parsed.sources, parsed.findings);
  if (!policy.complete) return;
  check_printing(policy);
  Count sink;
  Findings refused;
  const bool lowered = cdb::lower(policy, daemon, sink, refused);
  require(lowered || !refused.empty() || sink.records == 10'000, "lowering refuses with a reason");
}

}  // namespace
}  // namespace core

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view whole(reinterpret_cast<const char*>(data), size);
  const std::size_t end = whole.find(std::string_view("\0\n", 2));
  const std::string_view allow = whole.substr(0, end);
  const std::string_view deny = end == std::string_view::npos ? std::string_view() : whole.substr(end + 2);
  core::check_pair(allow, deny, "");
  core::check_pair(allow, deny, "sshd");
  return 0;
}
