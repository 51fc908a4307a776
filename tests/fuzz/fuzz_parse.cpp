// Fuzz target: bytes as rules. The two readings of the one grammar must agree, spans must lie in the text, what is
// printed must parse to the same rules, and lowering must survive whatever was read.
//
// With RELAYRULES_ORIGINAL=1 in the environment the real tcprules is asked as well: slow, for a long night. The other
// part of that comparison, 20,000 generated inputs, is in every test run (tests/conformance/generated.cpp).
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/finding.hpp"
#include "cdb/lower.hpp"
#include "formats/tcprules.hpp"
#include "model/key.hpp"
#include "require.hpp"

namespace core {
namespace {

struct Parsed {
  Policy policy;
  Findings findings;
};

Parsed parse(const Source& source, Reading reading, TcprulesDialect dialect) {
  Parsed parsed;
  parsed.policy = new_policy(*find_format(dialect == TcprulesDialect::classic ? "tcprules" : "tcprules-extended"));
  ParseOptions options;
  options.reading = reading;
  parse_tcprules(source, options, dialect, parsed.policy, parsed.findings);
  return parsed;
}

std::vector<std::string> keys_of(const Policy& policy, const Rule& rule) {
  std::vector<std::string> keys;
  for_each_key(policy, rule, [&](std::string_view key) { keys.emplace_back(key); });
  return keys;
}

/// Equal patterns, or for text that no client matches equal keys: "x09-3" is printed as "x9-3".
bool same_pattern(const Policy& a, const Rule& first, const Policy& b, const Rule& second) {
  if (first.pattern().index() != second.pattern().index()) return false;
  return first.pattern() == second.pattern() || (first.is<RawKey>() && keys_of(a, first) == keys_of(b, second));
}

bool same_rule(const Policy& a, const Rule& first, const Policy& b, const Rule& second) {
  const EnvEdits& mine = a.edits_of(first);
  const EnvEdits& theirs = b.edits_of(second);
  if (mine.size() != theirs.size()) return false;
  for (std::size_t i = 0; i < mine.size(); ++i)
    if (!mine[i].same_effect(theirs[i])) return false;
  return same_pattern(a, first, b, second) && first.access() == second.access() &&
         a.info_of(first) == b.info_of(second);
}

bool same_rules(const Policy& a, const Policy& b) {
  if (a.rules.size() != b.rules.size()) return false;
  for (std::size_t i = 0; i < a.rules.size(); ++i)
    if (!same_rule(a, a.rules[i], b, b.rules[i])) return false;
  return true;
}

void check_spans(const Source& source, const Parsed& parsed) {
  const std::size_t end = source.base() + source.text().size();
  const auto inside = [&](Span span) {
    return span.begin >= source.base() && span.begin <= span.end && span.end <= end;
  };
  for (const Rule rule : parsed.policy.rules) {
    require(inside(rule.span()) && inside(rule.pattern_span()), "a rule's span lies in the text");
    for (const EnvEdit& edit : parsed.policy.edits_of(rule))
      require(inside(place_of(rule, edit.name_span)) && inside(place_of(rule, edit.value_span)),
              "an edit's span lies in the text");
  }
  for (const Finding& finding : parsed.findings.all()) {
    require(inside(finding.span), "a finding's span lies in the text");
    require(!finding.message.empty(), "a finding has a message");
    for (const Edit& edit : finding.fix) require(inside(edit.span), "a repair lies in the text");
  }
}

void check_printing(const Policy& policy, TcprulesDialect dialect) {
  const auto printed = print_tcprules(policy, dialect);
  if (!printed) return;
  const Source again("", *printed, 0);
  const Parsed parsed = parse(again, Reading::strict, dialect);
  require(!parsed.findings.has_errors(), "what is printed can be read");
  require(same_rules(policy, parsed.policy), "what is printed means the same rules");
  require(print_tcprules(parsed.policy, dialect) == printed, "printing is a fixed point");
}

struct Count : cdb::RecordSink {
  std::size_t records = 0;
  bool add(std::string_view, std::string_view) override { return ++records < 100'000; }
};

void check_lowering(const Policy& policy) {
  Count sink;
  Findings findings;
  const bool lowered = cdb::lower(policy, {}, sink, findings);
  require(lowered || !findings.empty() || sink.records == 100'000, "lowering refuses with a reason");
}

/// The exit code of the real tcprules.
int original_exit_code(std::string_view text) {
  const int input = memfd_create("input", MFD_CLOEXEC);
  if (pwrite(input, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) std::abort();
  const pid_t child = fork();
  if (child == 0) {
    dup2(input, STDIN_FILENO);
    dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
    execlp("tcprules", "tcprules", "/tmp/relayrules-fuzz.cdb", "/tmp/relayrules-fuzz.tmp", static_cast<char*>(nullptr));
    _exit(127);
  }
  close(input);
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void check_classic(const Source& source) {
  const Parsed faithful = parse(source, Reading::faithful, TcprulesDialect::classic);
  const Parsed strict = parse(source, Reading::strict, TcprulesDialect::classic);
  check_spans(source, faithful);
  check_spans(source, strict);
  require(faithful.policy.complete == faithful.findings.empty(),
          "the faithful reading reports what it refuses and nothing else");
  require(strict.policy.complete == !strict.findings.has_errors(),
          "the strict reading is complete when there is no error");
  if (strict.policy.complete) {
    require(faithful.policy.complete, "what the strict reading accepts, the original accepts");
    require(same_rules(strict.policy, faithful.policy), "both readings give the same rules");
    check_printing(strict.policy, TcprulesDialect::classic);
  }
  check_lowering(faithful.policy);
  static const bool ask_original = std::getenv("RELAYRULES_ORIGINAL") != nullptr;
  if (ask_original)
    require(original_exit_code(source.text()) == (faithful.policy.complete ? 0 : 100), "the original says the same");
}

void check_extended(const Source& source) {
  const Parsed parsed = parse(source, Reading::strict, TcprulesDialect::extended);
  check_spans(source, parsed);
  require(parsed.policy.complete == !parsed.findings.has_errors(),
          "the strict reading is complete when there is no error");
  check_lowering(parsed.policy);
  if (parsed.policy.complete) check_printing(parsed.policy, TcprulesDialect::extended);
}

}  // namespace
}  // namespace core

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const core::Source source("", {reinterpret_cast<const char*>(data), size}, 0);
  core::check_classic(source);
  core::check_extended(source);
  return 0;
}
