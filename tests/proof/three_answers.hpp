// One question, three answers: what evaluate says of a client, what librelayrules finds in the compiled CDB, and the
// region that the client is in. They must be one; and what diff says of two policies must be what evaluate says of
// both.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "analysis/diff.hpp"
#include "analysis/regions.hpp"
#include "base/file.hpp"
#include "cdb/lower.hpp"
#include "cdb/read.hpp"
#include "cdb/write.hpp"
#include "model/axes.hpp"
#include "model/evaluate.hpp"
#include "model/key.hpp"
#include "model/name_pattern.hpp"
#include "proof/odd_world.hpp"
#include "unit/small_world.hpp"

namespace core::proof {

/// Ends the test when `holds` is false: the world itself is broken, not what it tests.
inline void must(bool holds) {
  if (!holds) std::abort();
}

inline std::string in_upper_case(std::string text) {
  for (char& c : text)
    if (is_letter(c)) c = static_cast<char>(c & ~0x20);
  return text;
}

inline std::string text_of(const Client& client) {
  return format_address(client.address) + ", host " + client.host.value_or("(none)") + ", info " +
         client.info.value_or("(none)");
}

/// The keys of all rules with what they do, a line each.
inline std::string keys_of(const Policy& policy) {
  std::string text;
  for (const Rule rule : policy.rules)
    for_each_key(policy, rule, [&](std::string_view key) {
      text.append(key).append(policy.outcomes()[rule.outcome_index()].allows() ? ":allow\n" : ":deny\n");
    });
  return text;
}

/// A CDB that exists in memory only.
class MemoryDatabase {
 public:
  MemoryDatabase() : file_(::memfd_create("rules", MFD_CLOEXEC)), writer_(file_.get(), "rules") { must(file_.valid()); }
  /// The records of `policy`.
  explicit MemoryDatabase(const Policy& policy) : MemoryDatabase() {
    Findings findings;
    must(cdb::lower(policy, {}, writer_, findings));
    finish();
  }
  explicit MemoryDatabase(const std::vector<std::pair<std::string, std::string>>& records) : MemoryDatabase() {
    for (const auto& [key, value] : records) must(writer_.add(key, value));
    finish();
  }
  [[nodiscard]] int descriptor() const { return file_.get(); }
  [[nodiscard]] FileBytes bytes() const {
    const auto size = static_cast<std::size_t>(::lseek(file_.get(), 0, SEEK_END));
    FileBytes bytes{std::make_unique<char[]>(size), size};
    must(::pread(file_.get(), bytes.bytes.get(), size, 0) == static_cast<ssize_t>(size));
    return bytes;
  }

 private:
  void finish() { must(!writer_.finish()); }
  FileDescriptor file_;
  cdb::Writer writer_;
};

/// The policy of these records, as the tools read it from a CDB; incomplete where they say nothing for this program.
inline Policy policy_of(const odd_world::Program& program,
                        const std::vector<std::pair<std::string, std::string>>& records) {
  const auto reader = cdb::Reader::take("rules", MemoryDatabase(records).bytes());
  must(reader.ok());
  Findings findings;
  return cdb::read_policy(reader.value(), *lookup_of(program.dialect).scheme, findings);
}

/// A policy of the odd world, perhaps incomplete: by text, or as records, which may have keys that no compiler writes.
inline Policy any_policy(const odd_world::Program& program, const odd_world::Pick& pick, bool by_text) {
  return by_text ? odd_world::read(program, odd_world::rule_text(program, pick, 6))
                 : policy_of(program, odd_world::records(program, pick, 6));
}
/// One that is complete.
inline Policy complete_policy(const odd_world::Program& program, const odd_world::Pick& pick, bool by_text) {
  for (;;)
    if (Policy policy = any_policy(program, pick, by_text); policy.complete) return policy;
}

/// One policy that is complete, and is asked in three ways.
class ThreeAnswers {
 public:
  ThreeAnswers(const Policy& policy, rr_scheme scheme) : policy_(policy), database_(policy) {
    rr_options options = RR_OPTIONS_INIT;
    options.scheme = scheme;
    must(rr_open_fd(database_.descriptor(), &options, &open_) == RR_OK);
    if (!find_uncuttable(policy)) partition_ = analysis::partition(policy, {});
  }
  ~ThreeAnswers() { rr_close(open_); }
  ThreeAnswers(const ThreeAnswers&) = delete;
  ThreeAnswers& operator=(const ThreeAnswers&) = delete;

  /// What is wrong with the answers for `client`, whose address is spelt `spelling`; empty when nothing is. The library
  /// takes the mapped form of an IPv4 address for that address, and so must be asked with the latter in evaluate.
  [[nodiscard]] std::string disagreement(const Client& client, const std::string& spelling) {
    const Decision decision = evaluate(policy_, client);
    with_rule_ += decision.rule ? 1 : 0;
    if (!is_in_region(client, decision)) return "another region than evaluate's: " + text_of(client);
    Client asked = client;
    asked.address = unmapped(client.address);
    const Decision wanted = asked.address == client.address ? decision : evaluate(policy_, asked);
    if (is_found(asked, spelling, wanted)) return {};
    return "another answer of the library than evaluate's: " + spelling + " for " + text_of(client);
  }
  /// For how many of the clients a rule was found.
  [[nodiscard]] unsigned with_rule() const { return with_rule_; }
  [[nodiscard]] bool has_regions() const { return partition_.has_value(); }

 private:
  [[nodiscard]] bool is_in_region(const Client& client, const Decision& decision) const {
    if (!partition_) return true;
    analysis::ClientQuery query;
    query.addresses = {{client.address, client.address}};
    query.host.kind = client.host ? analysis::HostKind::pattern : analysis::HostKind::none;
    if (client.host) query.host.pattern = pattern_of_name(*client.host);
    query.info.kind = client.info ? analysis::InfoKind::text : analysis::InfoKind::none;
    query.info.text = client.info.value_or("");
    const auto found =
        analysis::Selection(*partition_, query, [](const analysis::Side&) { return true; }).unconfirmed();
    if (found.size() != 1) return false;
    const analysis::Side& side = found.front().decision;
    return side.rule == decision.rule && side.effect.allowed == outcome_of(policy_, decision).allows() &&
           side.effect.relay == outcome_of(policy_, decision).relays();
  }

  [[nodiscard]] bool is_found(const Client& client, const std::string& spelling, const Decision& decision) const {
    rr_client who = RR_CLIENT_INIT;
    who.ip = spelling.data();
    who.ip_len = spelling.size();
    const std::string host =
        in_upper_case(client.host.value_or(""));  // in whatever case: the library asks in lower case
    if (client.host) who.host = host.c_str(), who.host_len = host.size();
    if (client.info) who.info = client.info->c_str(), who.info_len = client.info->size();
    rr_result result = RR_RESULT_INIT;
    const bool answered = rr_lookup(open_, &who, &result) == RR_OK;
    const bool same = answered && is_same(result, decision);
    rr_result_release(&result);
    return same;
  }

  [[nodiscard]] bool is_same(const rr_result& result, const Decision& decision) const {
    const Outcome& outcome = outcome_of(policy_, decision);
    if ((rr_permits(&result, RR_ALLOW) != 0) != outcome.allows() || (result.relay != 0) != outcome.relays())
      return false;
    if ((result.key != nullptr) != decision.rule.has_value()) return false;
    if (!decision.rule) return result.verdict == RR_NOMATCH;
    if (std::string_view(result.key, result.key_len) != decision.matched) return false;
    rr_env_edit edit = RR_ENV_EDIT_INIT;
    std::size_t cursor = 0;
    for (const EnvEdit& wanted : edits_of(policy_, decision)) {
      if (!outcome.allows()) break;
      if (rr_env_next(&result, &cursor, &edit) == 0) return false;
      const std::string found = std::string(edit.name, edit.name_len) + "=" + std::string(edit.value, edit.value_len);
      if (found != wanted.assignment) return false;
    }
    return !outcome.allows() || rr_env_next(&result, &cursor, &edit) == 0;
  }

  const Policy& policy_;
  MemoryDatabase database_;
  rr_db* open_ = nullptr;
  unsigned with_rule_ = 0;
  std::optional<analysis::Partition> partition_;
};

/// What two policies that proofs can cut say of a client, and whether diff says so, too.
class TwoPolicies {
 public:
  TwoPolicies(const Policy& before, const Policy& after)
      : before_(before),
        after_(after),
        changes_(analysis::diff(before, after, {})),
        effects_(std::array{&before, &after}) {
    for (const Policy* policy : {&before, &after}) {
      for (std::string& name : small_world::name_patterns(*policy)) names_.push_back(std::move(name));
      for (const Rule rule : policy->rules)
        for_each_key(*policy, rule, [&](std::string_view key) { add_infos(*policy->lookup.scheme, key); });
    }
  }

  /// What is wrong with the changes for `client`; empty when nothing is.
  [[nodiscard]] std::string disagreement(const Client& client) {
    const bool is_changed = differs(client);
    changed_ += is_changed ? 1 : 0;
    const bool said = std::any_of(changes_.begin(), changes_.end(),
                                  [&](const analysis::Change& change) { return is_in(change.clients, client); });
    if (is_changed && !said) return "no change is said, but there is one for " + text_of(client);
    // regions for all infos are about those that have regions of their own, too
    if (!is_changed && said && !(client.info && infos_.contains(*client.info)))
      return "a change is said, but there is none for " + text_of(client);
    return {};
  }
  /// How many of the clients changed.
  [[nodiscard]] unsigned changed() const { return changed_; }
  /// The same for the changes' own witnesses.
  [[nodiscard]] std::string false_witness() const {
    for (const analysis::Change& change : changes_)
      if (!differs(change.clients.witness))
        return "a change whose witness does not change: " + text_of(change.clients.witness);
    return {};
  }

 private:
  void add_infos(const KeyScheme& scheme, std::string_view key) {
    for (const KeyReading& reading : readings_of(scheme, key))
      if (reading.kind == KeyKind::info_address || reading.kind == KeyKind::info_host) infos_.emplace(reading.info);
  }

  [[nodiscard]] bool differs(const Client& client) const {
    return effects_.number_of(evaluate(before_, client), 0) != effects_.number_of(evaluate(after_, client), 1);
  }

  [[nodiscard]] bool is_in(const analysis::ClientSet& set, const Client& client) const {
    return (!set.info || set.info == client.info) && small_world::is_in(set, client, names_);
  }

  const Policy& before_;
  const Policy& after_;
  std::vector<analysis::Change> changes_;
  std::set<std::string, std::less<>> infos_;
  std::vector<std::string> names_;
  analysis::Effects effects_;
  unsigned changed_ = 0;
};

}  // namespace core::proof
