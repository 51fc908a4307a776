// Proving expectations, and finding those that nothing can satisfy: see expectations.hpp.
#include "analysis/expectations.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/ascii_case.hpp"
#include "base/finding_kinds.hpp"
#include "base/printable.hpp"

namespace core::analysis {
namespace {

/// With what follows from it: who relays is let in, who is refused has no environment.
Demand completed(Demand demand) {
  for (const VariableDemand& variable : demand.variables) {
    if (variable.value) demand.allow = demand.allow.value_or(true);
    if (variable.name == "RELAYCLIENT" && !demand.relay) demand.relay = variable.value.has_value();
  }
  if (demand.relay == true && !demand.allow) demand.allow = true;
  if (demand.allow == false && !demand.relay) demand.relay = false;
  return demand;
}

template <typename Value>
bool differ(const std::optional<Value>& a, const std::optional<Value>& b) {
  return a && b && *a != *b;
}

/// Both are completed, and may be one and the same.
bool variables_differ(const Demand& a, const Demand& b) {
  for (const VariableDemand& variable : a.variables) {
    if (variable.value && b.allow == false) return true;
    if (variable.name == "RELAYCLIENT" && b.relay && *b.relay != variable.value.has_value()) return true;
    for (const VariableDemand& other : b.variables)
      if (variable.name == other.name && variable.value != other.value) return true;
  }
  return false;
}

/// Who is meant by both, when no rules could satisfy both; else empty.
std::string conflict(const Expectation& a, const Expectation& b) {
  if (a.recipient && b.recipient) {
    const auto domain = [](const RecipientDemand& recipient) {
      return in_lower_case(std::string_view(recipient.address).substr(recipient.address.rfind('@') + 1));
    };
    const bool same = domain(*a.recipient) == domain(*b.recipient);
    if (!same || a.recipient->accepted == b.recipient->accepted) return {};
    return fmt::format("recipients at {}", quoted(domain(*a.recipient)));
  }
  if (a.recipient || b.recipient || !contradict(a.demand, b.demand)) return {};
  if (a.clients.by_name_alone != b.clients.by_name_alone) return {};  // one is about names, the other about addresses
  const auto client = common_client(a.clients, b.clients);
  if (!client) return {};
  return fmt::format("the client {}{}", format_address(client->address),
                     client->host ? " named " + *client->host : std::string());
}

bool is_decided_by_address(const Policy& policy, const Side& side) {
  return side.rule && !ranges_of(policy.rules[*side.rule].pattern()).empty();
}

/// The regions of `clients` that do not have what `demand` wants.
Selection find_failing(const Partition& partition, const ClientQuery& clients, const Demand& demand) {
  const auto fails = [&](const Side& side) { return !satisfies(side.effect, demand); };
  const auto by_name = [&](const Side& side) { return !is_decided_by_address(*partition.policies[0], side); };
  // where rules are about every address, a name alone is never good for anything: then all addresses are meant
  if (!clients.by_name_alone || Selection(partition, clients, by_name).empty())
    return Selection(partition, clients, fails);
  return Selection(partition, clients, [&](const Side& side) { return by_name(side) && fails(side); });
}

TestResult prove_recipient(const RecipientDemand& recipient, std::span<const DestinationList> lists) {
  TestResult outcome;
  if (lists.empty()) {
    outcome.reason = "there is no rcpthosts among the rules; name it behind them";
    return outcome;
  }
  const bool accepted = accepts_recipient(lists, recipient.address);
  outcome.holds = accepted == recipient.accepted;
  if (!outcome.holds)
    outcome.reason =
        accepted ? "it is accepted from every client" : "it is refused: no list of destinations has its domain";
  return outcome;
}

/// "it is refused by main.cf:3" and the like need places, which reports have.
std::string format_mail(const Transaction& mail) {
  return fmt::format("{}{} sends from {} to {}", format_address(mail.client.address),
                     mail.client.host
                         ? " named " + quoted(*mail.client.host) + (mail.verified ? "" : " (not confirmed)")
                         : std::string(),
                     mail.sender, mail.recipient);
}

/// The mail that `demand` is about. What is said to be refused must be so whatever nobody can tell here says; what is
/// taken may be refused by that.
MailQuery query_of(const MailDemand& demand, const Site& site) {
  MailQuery query = demand.mail;
  if (demand.outcome == MailOutcome::accepted || !site.asks(Subject::unknown)) return query;
  for (Circumstance circumstance : demand.mail.circumstances) {
    circumstance.assumed = true;
    query.circumstances.push_back(std::move(circumstance));
  }
  return query;
}

}  // namespace

TestResult prove_mail(const MailDemand& demand, const Site& site) {
  TestResult result;
  const MailMatrix matrix({&site}, query_of(demand, site));
  for (const std::size_t c : matrix.client_kinds)
    for (std::size_t about = 0; about < matrix.circumstances.size(); ++about)
      for (const std::size_t s : matrix.sender_kinds)
        for (const std::size_t r : matrix.recipient_kinds) {
          const MailOutcome outcome = outcome_of(matrix.at(c, about, s, r));
          if (demand.is_met_by(outcome)) continue;
          if (result.failing++ > 0) continue;
          result.mail = matrix.witness(c, about, s, r);
          result.reason = fmt::format("{}: {}", format_mail(*result.mail), outcome_word(outcome));
          if (matrix.circumstances[about].assumed)
            result.reason +=
                fmt::format(" if {} says so", printable(fmt::format("{}", fmt::join(matrix.permits(), " or "))));
        }
  const bool is_about_nobody = matrix.clients.empty() || matrix.senders.empty() || matrix.recipients.empty();
  if (is_about_nobody)
    result.reason = matrix.clients.empty()   ? "there are no such clients"
                    : matrix.senders.empty() ? "there is no such sender: no table lists one, or it is no address"
                                             : "there is no such recipient: no table lists one, or it is no address";
  result.holds = result.failing == 0 && !is_about_nobody;
  if (result.holds && demand.outcome == MailOutcome::accepted) result.unless = matrix.unless();
  return result;
}

bool satisfies(const Effect& effect, const Demand& demand) {
  if (demand.allow && *demand.allow != effect.allowed) return false;
  if (demand.relay && *demand.relay != effect.relay) return false;
  return std::all_of(demand.variables.begin(), demand.variables.end(), [&](const VariableDemand& variable) {
    const EnvEdit* edit = find_edit(effect.edits, variable.name);
    return variable.value ? edit != nullptr && edit->value() == *variable.value : edit == nullptr;
  });
}

bool contradict(const Demand& a, const Demand& b) {
  const Demand first = completed(a);
  const Demand second = completed(b);
  return differ(first.allow, second.allow) || differ(first.relay, second.relay) || variables_differ(first, second) ||
         variables_differ(second, first);
}

bool accepts_recipient(std::span<const DestinationList> lists, std::string_view address) {
  const std::size_t at = address.rfind('@');
  if (at == std::string_view::npos) return true;
  const std::string domain = in_lower_case(address.substr(at + 1));
  return std::any_of(lists.begin(), lists.end(), [&](const DestinationList& list) { return list.accepts(domain); });
}

TestResult prove(const Expectation& expectation, const Partition* clients, std::span<const DestinationList> lists) {
  if (expectation.recipient) return prove_recipient(*expectation.recipient, lists);
  TestResult outcome;
  if (clients == nullptr) {
    outcome.reason = "there are no rules about clients among the rules";
    return outcome;
  }
  auto failing = find_failing(*clients, expectation.clients, expectation.demand).unconfirmed();
  outcome.holds = failing.empty();
  outcome.failing = failing.size();
  if (outcome.holds) return outcome;
  const auto smallest = std::min_element(
      failing.begin(), failing.end(),
      [](const DecidedRegion& a, const DecidedRegion& b) { return a.clients.addresses < b.clients.addresses; });
  const Witness witness{&smallest->clients.witness, smallest->decision.rule};
  require_decisions(*clients->policies[0], clients->daemon, {&witness, 1});
  outcome.counterexample = std::move(*smallest);
  return outcome;
}

void find_contradictions(ExpectationFile& file, const Sources& sources, Findings& findings) {
  const auto& list = file.expectations;
  for (std::size_t later = 1; later < list.size(); ++later) {
    for (std::size_t earlier = 0; earlier < later; ++earlier) {
      const std::string both = conflict(list[earlier], list[later]);
      if (both.empty()) continue;
      file.contradictory = true;
      findings
          .add(expectations::contradiction, list[later].span,
               fmt::format("{} cannot hold together with line {}: both are about {}", quoted(list[later].text),
                           sources.position(list[earlier].span.begin).line, both))
          .with_help("take the smaller one out of the wider one: 'any except 192.0.2.0/24 host=mail.example.com ...'")
          .with_related(list[earlier].span, "the other one");
      break;
    }
  }
}

}  // namespace core::analysis
