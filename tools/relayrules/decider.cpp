// Answers from a CDB or from rules: see decider.hpp.
#include "decider.hpp"

#include <fmt/format.h>

#include "cdb/value.hpp"
#include "command.hpp"
#include "model/key.hpp"
#include "model/key_index.hpp"
#include "model/percent.hpp"
#include "output.hpp"

namespace core {
namespace {

class DatabaseDecider : public Decider {
 public:
  DatabaseDecider(cdb::Reader reader, std::string path) : reader_(std::move(reader)), path_(std::move(path)) {}

  [[nodiscard]] Result<Answer> decide(const Client& client) const override {
    Answer answer;
    answer.result.client = client;
    for (const std::string& key : keys_asked_for(tcpserver_keys, client)) {
      const auto value = reader_.find(key);
      answer.trace.push_back({key, value ? std::optional<std::size_t>(0) : std::nullopt});
      if (value) return found(std::move(answer), key, *value);
    }
    answer.result.allowed = true;  // as tcpserver does
    return answer;
  }

 private:
  [[nodiscard]] Result<Answer> found(Answer answer, const std::string& key, std::string_view value) const {
    cdb::DecodedValue decoded = cdb::decode_value(value);
    if (!decoded.error.empty())
      return SystemError{"use", path_, EPROTO,
                         fmt::format("the record for key {}: {}", core::quoted(key), decoded.error)};
    answer.result.allowed = decoded.access == Access::allow;
    answer.result.matched = key;
    answer.result.relay = answer.result.allowed && relay_of(decoded.edits) == Relay::grant;
    if (answer.result.allowed) answer.result.edits = std::move(decoded.edits);  // a denied connection runs nothing
    return answer;
  }

  cdb::Reader reader_;
  std::string path_;
};

class RulesDecider : public Decider {
 public:
  RulesDecider(Policy policy, std::string daemon, bool many, const Sources& sources)
      : policy_(std::move(policy)), daemon_(std::move(daemon)), sources_(sources) {
    if (many && policy_.is_by_key()) index_.emplace(policy_);
  }

  [[nodiscard]] Result<Answer> decide(const Client& client) const override {
    Answer answer;
    const Decision decision = index_ ? index_->decide(client) : evaluate(policy_, client, daemon_, &answer.trace);
    answer.result.client = client;
    answer.result.allowed = outcome_of(policy_, decision).allows();
    answer.result.relay = outcome_of(policy_, decision).relays();
    if (answer.result.allowed)
      for (const EnvEdit& edit : edits_of(policy_, decision))
        answer.result.edits.push_back(expanded(edit, client, daemon_));
    if (!decision.rule) return answer;
    answer.result.matched = decision.matched;
    if (!index_) answer.place = format_place(policy_.rules[*decision.rule]);
    return answer;
  }

 private:
  [[nodiscard]] std::string format_place(const Rule& rule) const {
    const Source* source = sources_.find(rule.span().begin);
    if (source == nullptr) return {};
    const std::string text = core::quoted(sources_.text(rule.span()), 100);
    return fmt::format("{}:{}: {}", source->name(), sources_.position(rule.span().begin).line,
                       text.substr(1, text.size() - 2));
  }

  Policy policy_;
  std::string daemon_;
  const Sources& sources_;
  std::optional<KeyIndex> index_;
};

}  // namespace

Result<std::unique_ptr<Decider>> make_decider(const std::vector<std::string>& paths, const LoadOptions& options,
                                              bool many, Sources& sources) {
  Findings findings;
  auto loaded = load(paths, options, sources, findings);
  if (!loaded.ok()) return loaded.error();
  if (auto& database = loaded.value().database)
    return std::unique_ptr<Decider>(std::make_unique<DatabaseDecider>(std::move(*database), paths.front()));
  Policy& policy = loaded.value().policy;
  if (auto needed = check_daemon(policy, paths.front(), options, sources.reach)) return *needed;
  if (policy.complete)
    return std::unique_ptr<Decider>(std::make_unique<RulesDecider>(std::move(policy), options.daemon, many, sources));
  findings.sort();
  print_findings(findings, sources, FindingOptions{});
  say("relayrules: rules in error decide nothing; mend them first\n");
  return std::unique_ptr<Decider>();
}

}  // namespace core
