// Answers from a CDB or from rules: see decider.hpp.
#include "decider.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii_case.hpp"
#include "cdb/value.hpp"
#include "command.hpp"
#include "formats/hosts_access/patterns.hpp"
#include "formats/postfix/lines.hpp"
#include "model/key.hpp"
#include "model/key_index.hpp"
#include "model/percent.hpp"
#include "output.hpp"

namespace core {
namespace {

constexpr std::size_t libwrap_name_bytes = 127;

/// The client as the program of the rules sees it: IPv4-mapped addresses as IPv4, names in lower case, and libwrap's
/// cut where its memory for them ends.
Client as_asked(const Client& client, bool by_libwrap) {
  Client asked = client;
  asked.address = unmapped(client.address);
  if (asked.host) asked.host = in_lower_case(*asked.host);
  if (!by_libwrap) return asked;
  for (auto* text : {&asked.host, &asked.info})
    if (*text) (*text)->resize(std::min((*text)->size(), libwrap_name_bytes));
  return asked;
}

class DatabaseDecider : public Decider {
 public:
  DatabaseDecider(cdb::Reader reader, std::string path, const KeyScheme& scheme)
      : reader_(std::move(reader)), path_(std::move(path)), scheme_(scheme) {}

  [[nodiscard]] Result<Answer> decide(const Client& client) const override {
    Answer answer;
    answer.result.client = as_asked(client, false);
    for (const std::string& key : keys_asked_for(scheme_, answer.result.client)) {
      const auto value = reader_.find(key);
      answer.trace.push_back({scheme_.show_key(key), value ? std::optional<std::size_t>(0) : std::nullopt});
      if (value) return found(std::move(answer), key, *value);
    }
    answer.result.allowed = true;  // as tcpserver does
    return answer;
  }

  [[nodiscard]] bool lets_relay() const override {
    const auto records = reader_.records();
    return std::any_of(records.begin(), records.end(), [](const cdb::Reader::Record& record) {
      return record.value.find("+RELAYCLIENT=") != std::string_view::npos;
    });
  }

 private:
  [[nodiscard]] Result<Answer> found(Answer answer, const std::string& key, std::string_view value) const {
    cdb::DecodedValue decoded = cdb::decode_value(value);
    if (!decoded.error.empty())
      return SystemError{"use", path_, EPROTO,
                         fmt::format("the record for key {}: {}", core::quoted(key), decoded.error)};
    answer.result.allowed = decoded.access == Access::allow;
    answer.result.matched = scheme_.show_key(key);
    answer.result.relay = answer.result.allowed && relay_of(decoded.edits) == Relay::grant;
    if (answer.result.allowed) answer.result.edits = std::move(decoded.edits);  // a denied connection runs nothing
    return answer;
  }

  cdb::Reader reader_;
  std::string path_;
  const KeyScheme& scheme_;
};

/// The client as expansions tell it: libwrap keeps the case of its name.
Client as_told(const Client& client) {
  Client told = as_asked(client, true);
  if (client.host) told.host = client.host->substr(0, libwrap_name_bytes);
  return told;
}

/// True for a net or mask that libwrap computes with, and does not compare as text. `written` is the pattern as the
/// rule has it.
bool is_computed(const ClientPattern& pattern, std::string_view written) {
  const auto* prefix = std::get_if<Prefix>(&pattern);
  const auto* masked = std::get_if<MaskedAddress>(&pattern);
  if (prefix == nullptr && masked == nullptr) return false;
  const std::string_view host = split_user(written).host;
  if (!host.starts_with('/')) return host.find('/') != std::string_view::npos;
  // it stands in a file of patterns, which is not seen: see as_unseen()
  if (prefix != nullptr) return prefix->bits % 8 != 0 || prefix->bits == 0;
  return masked->mask != 0xffU && masked->mask != 0xffffU && masked->mask != 0xffffffU;
}

/// The rules for the client 255.255.255.255, which libwrap's arithmetic takes for an error: no net and no mask matches
/// it, texts do.
Policy for_highest(const Policy& policy, const Sources& sources) {
  const auto read = [&](const ClientPattern& pattern, Span written) {
    return is_computed(pattern, sources.text(written)) ? ClientPattern(RawKey{}) : pattern;
  };
  Policy changed = policy;
  changed.rules.shrink(0);
  for (const Rule rule : policy.rules)
    changed.rules.add({read(rule.pattern(), rule.pattern_span()),
                       rule.outcome_index(),
                       rule.edits(),
                       rule.condition(),
                       {rule.span(), rule.pattern_span(), rule.edits_begin()}});
  for (ExceptionList& list : changed.exception_lists)
    for (std::size_t i = 0; i < list.patterns.size(); ++i) list.patterns[i] = read(list.patterns[i], list.spans[i]);
  return changed;
}

void show_rule(const Rule& rule, const Sources& sources, Answer& answer) {
  const std::string text = core::quoted(sources.text(rule.span()), 100);
  answer.place = sources.place(rule.span());
  answer.text = text.substr(1, text.size() - 2);
}

class RulesDecider : public Decider {
 public:
  RulesDecider(Policy policy, std::string daemon, bool many, const Sources& sources)
      : policy_(std::move(policy)), daemon_(std::move(daemon)), sources_(sources) {
    if (many && policy_.is_by_key()) index_.emplace(policy_);
  }

  [[nodiscard]] Result<Answer> decide(const Client& client) const override {
    Answer answer;
    const bool by_libwrap = !policy_.is_by_key();
    const Client asked = as_asked(client, by_libwrap);
    const Decision decision = decide(asked, by_libwrap, answer.trace);
    answer.result.client = asked;
    if (!by_libwrap)
      for (TraceStep& step : answer.trace) step.asked = policy_.lookup.scheme->show_key(step.asked);
    answer.result.allowed = outcome_of(policy_, decision).allows();
    answer.result.relay = outcome_of(policy_, decision).relays();
    if (answer.result.allowed)
      for (const EnvEdit& edit : edits_of(policy_, decision))
        answer.result.edits.push_back(expanded(edit, as_told(client), daemon_));
    if (!decision.rule) return answer;
    answer.unknown = asked_elsewhere(policy_.rules[*decision.rule]);
    answer.result.matched = by_libwrap ? decision.matched : policy_.lookup.scheme->show_key(decision.matched);
    if (!index_) show_rule(policy_.rules[*decision.rule], sources_, answer);
    return answer;
  }

  [[nodiscard]] bool lets_relay() const override {
    return std::any_of(policy_.rules.begin(), policy_.rules.end(),
                       [](const Rule& rule) { return rule.outcome().relays(); });
  }

 private:
  [[nodiscard]] Decision decide(const Client& asked, bool by_libwrap, Trace& trace) const {
    if (index_) return index_->decide(asked);
    if (by_libwrap && asked.address == Address::from_ipv4(0xffffffffU))
      return evaluate(for_highest(policy_, sources_), asked, daemon_, &trace);
    return evaluate(policy_, asked, daemon_, &trace);
  }

  /// A command, which is not run here, decides, or the rights of the process do.
  [[nodiscard]] std::string asked_elsewhere(const Rule& rule) const {
    for (const RuleOption& option : policy_.options_of(rule)) {
      if (option.has_command_decide())
        return fmt::format("the command {} decides, and it is not run here", core::quoted(option.value));
      if (option.needs_rights() && rule.outcome().allows())
        return fmt::format("libwrap lets it in only where the daemon's process may take the {} {}", option.keyword,
                           core::quoted(option.value));
    }
    return {};
  }

  Policy policy_;
  std::string daemon_;
  const Sources& sources_;
  std::optional<KeyIndex> index_;
};

/// Tables of a mail server: the value that stands behind what was found.
class TableDecider : public Decider {
 public:
  TableDecider(Policy policy, const Sources& sources) : policy_(std::move(policy)), sources_(sources) {}

  [[nodiscard]] Result<Answer> decide(const Client& client) const override {
    Answer answer;
    answer.result.is_table = true;
    answer.result.client = client;
    if (client.host) answer.result.client.host = in_lower_case(*client.host);
    const Decision decision = evaluate(policy_, answer.result.client, {}, &answer.trace);
    if (!decision.rule) return answer;
    const Rule rule = policy_.rules[*decision.rule];
    answer.result.matched = decision.matched;
    answer.result.value = joined_postfix_value(sources_.text({rule.edits_begin(), rule.span().end}));
    show_rule(rule, sources_, answer);
    return answer;
  }

  [[nodiscard]] bool lets_relay() const override { return false; }

 private:
  Policy policy_;
  const Sources& sources_;
};

}  // namespace

std::string format_rule(const Answer& answer) {
  return answer.place.empty() ? answer.place : answer.place + ": " + answer.text;
}

std::unique_ptr<Decider> make_decider(const std::vector<std::string>& paths, const ReadOptions& options, bool many,
                                      Sources& sources) {
  Findings findings;
  if (report_other_program(paths, options)) return nullptr;
  auto database = open_database(paths, options, sources);
  if (!database.ok()) return report_failure(database.error()), nullptr;
  if (database.value()) {
    if (cdb::check_keys(*database.value(), options.scheme(), findings))
      return std::make_unique<DatabaseDecider>(std::move(*database.value()), paths.front(), options.scheme());
    print_findings(findings, sources, FindingOptions{});
    say("relayrules: nothing can be said of '{}' until that is mended\n", paths.front());
    return nullptr;
  }
  Site site = read_site(paths, options, sources, findings);
  if (report_unanswerable(site, site.rules_name, sources)) return nullptr;
  Policy& policy = site.policies.front();
  if (!policy.complete) {
    findings.sort(sources);
    print_findings(findings, sources, FindingOptions{});
  }
  // libwrap goes on behind an error, and what it then does is known; a compiler does not
  if (!policy.complete && (policy.is_by_key() || !policy.known)) {
    say("relayrules: rules in error decide nothing; mend them first\n");
    return nullptr;
  }
  say_notes(site, site.rules_name);
  if (has(site.files.front().format->traits, Traits::values))
    return std::make_unique<TableDecider>(std::move(policy), sources);
  return std::make_unique<RulesDecider>(std::move(policy), options.daemon, many, sources);
}

}  // namespace core
