// Asking the steps: see transaction.hpp.
#include "model/transaction.hpp"

#include <algorithm>
#include <utility>

#include "base/add_once.hpp"
#include "base/ascii_case.hpp"
#include "model/access_map.hpp"
#include "model/evaluate.hpp"
#include "model/recipient.hpp"

namespace core {
namespace {

/// What a step says.
struct StepAnswer {
  Access access = Access::pass;
  std::uint32_t reply = 0;
  Span place;
  Relay relay = Relay::unchanged;
  bool hit = false;
};

class Walk {
 public:
  Walk(const Site& site, const Transaction& transaction, MailTrace* trace, const ReadyPolicies* ready)
      : site_(site), given_(transaction), trace_(trace), ready_(ready), relays_(transaction.relays) {
    confirmed_ = given_.client;
    if (confirmed_.host) confirmed_.host = in_lower_case(*confirmed_.host);
    claimed_ = confirmed_;
    if (!given_.verified) confirmed_.host.reset();
  }

  MailDecision decide() {
    for (const Stage& stage : site_.stages)
      if (ends_at(stage)) break;
    if (decision_.is_accepted() && when_accepted_) settle(*when_accepted_);
    return std::move(decision_);
  }

 private:
  /// True when the stage is the last one.
  bool ends_at(const Stage& stage) {
    when_refused_.reset();
    for (const Step& step : stage.steps) {
      if (!std::all_of(step.needs.begin(), step.needs.end(), [&](const Need& need) { return holds(need); })) continue;
      const StepAnswer answer = ask(step);
      if (trace_ != nullptr)
        trace_->push_back({stage.name, step.text, std::string(access_name(answer.access)), answer.place});
      if (answer.relay != Relay::unchanged) {
        relays_ = answer.relay == Relay::grant;
        relay_place_ = answer.place;
      }
      if (answer.access != Access::pass) return settle(answer);
      if (answer.hit) remember(step, answer);
    }
    return settle({stage.end, stage.reply, {}});
  }

  /// The first reason of each kind counts.
  void remember(const Step& step, StepAnswer answer) {
    answer.access = Access::defer;
    answer.reply = step.reply;
    if (step.later == Later::defers_accepted && !when_accepted_) when_accepted_ = answer;
    if (step.later == Later::defers_refused && !when_refused_) when_refused_ = answer;
  }

  bool settle(const StepAnswer& given) {
    const StepAnswer& answer = given.access == Access::deny && when_refused_ ? *when_refused_ : given;
    decision_.access = answer.access;
    decision_.place = answer.place;
    decision_.reply = filled_in(answer.reply == 0 ? std::exchange(unreadable_, {}) : site_.replies[answer.reply]);
    return answer.access != Access::allow;
  }

  [[nodiscard]] std::string filled_in(std::string_view reply) {
    std::string text;
    for (; !reply.empty(); reply.remove_prefix(1)) {
      const char sign = reply.size() > 1 && reply.front() == '$' ? reply[1] : ' ';
      if (sign != 'A' && sign != 'I' && sign != 'C' && sign != 'S' && sign != 'R') {
        text += reply.front();
        continue;
      }
      text += shown(sign);
      reply.remove_prefix(1);
    }
    return text;
  }

  [[nodiscard]] std::string shown(char sign) {
    if (sign == 'S') return sender().shown;
    if (sign == 'R') return recipient().shown.empty() ? given_.recipient : recipient().shown;
    if (sign == 'I')
      return site_.server == Server::sendmail ? sendmail_address(given_.client.address)
                                              : format_address(given_.client.address);
    const std::string address = "[" + format_address(given_.client.address) + "]";
    return sign == 'A' ? address : (confirmed_.host ? *given_.client.host : "unknown") + address;
  }

  [[nodiscard]] bool holds(const Need& need) {
    if (need.patterns) return (given_.asks_patterns && says(*need.patterns, need.text)) == need.holds;
    if (!need.table) return is(need.subject, need.text) == need.holds;
    return (ask({.subject = need.subject, .table = need.table}).access == Access::allow) == need.holds;
  }

  /// Facts of the transaction.
  [[nodiscard]] bool is(Subject subject, const std::string& text) {
    switch (subject) {
      case Subject::always: return true;
      case Subject::relay: return relays_;
      case Subject::login: return given_.logged_in;
      case Subject::grant: return is_granted();
      case Subject::forged_name: return given_.client.host && !given_.verified;
      case Subject::nameless: return !confirmed_.host;
      case Subject::unnamed: return !claimed_.host;
      case Subject::listener: return given_.listener == text;
      case Subject::routed_recipient: return recipient().is_routed;
      case Subject::localhost_sender: return sender().is_localhost;
      default: return false;
    }
  }

  [[nodiscard]] bool is_granted() const {
    const auto is_his = [&](const Grant& grant) { return !grant.expired && grant.address == given_.client.address; };
    return given_.granted || (site_.grants && std::any_of(site_.grants->begin(), site_.grants->end(), is_his));
  }

  StepAnswer ask(const Step& step) {
    switch (step.subject) {
      case Subject::client: return ask_clients(step, confirmed_);
      case Subject::claimed_client: return ask_clients(step, claimed_);
      case Subject::libwrap_client: return ask_clients(step, as_libwrap_sees());
      case Subject::sender: return ask_addresses(step, sender());
      case Subject::recipient: return ask_addresses(step, recipient());
      case Subject::destination: return ask_destinations(step);
      case Subject::readable_sender: return answer_of(read_sender(site_, given_.sender));
      case Subject::readable_recipient: return answer_of(read_recipient(site_, given_.recipient));
      case Subject::unknown: return ask_unknown(step);
      case Subject::relay: return ask_relay(step);
      default: return answer_of(step, is(step.subject, step.text));
    }
  }

  static StepAnswer answer_of(const Step& step, bool hit) {
    return {hit ? step.hit : step.miss, step.reply, step.place,
            hit && step.lets_relay ? Relay::grant : Relay::unchanged, hit};
  }

  /// Of the reader of addresses, whose replies stand in no table.
  StepAnswer answer_of(const ReadAddress& read) {
    if (read.access == Access::allow) return {};
    unreadable_ = read.reply;
    return {read.access, 0, {}};
  }

  [[nodiscard]] Client as_libwrap_sees() const {
    Client client = claimed_;
    if (!given_.verified && client.host) client.host = paranoid_host;
    return client;
  }

  /// What gave relaying is what decides.
  [[nodiscard]] StepAnswer ask_relay(const Step& step) const {
    StepAnswer answer = answer_of(step, relays_);
    if (relays_) answer.place = relay_place_;
    return answer;
  }

  /// The address as tables of texts are asked for it, with the letters as they were written where it stands there in
  /// one piece.
  static std::string in_given_case(const ReadAddress& read, const std::string& given) {
    const std::string text = read.address.is_null()     ? "<>"
                             : read.domain_text.empty() ? read.address.text()
                                                        : read.address.local + "@" + read.domain_text;
    const std::size_t at = in_lower_case(given).find(text);
    return at == std::string::npos ? text : given.substr(at, text.size());
  }

  /// What a table of expressions says of the client's name and then of his address, or of an address.
  [[nodiscard]] std::optional<PatternAnswer> found_in(const PatternTable& table) {
    if (table.about == Subject::sender) return table.find(in_given_case(sender(), given_.sender));
    if (table.about == Subject::destination && !recipient().domain_text.empty())
      return table.find(recipient().address.text());
    if (table.about == Subject::recipient || table.about == Subject::destination)
      return table.find(in_given_case(recipient(), given_.recipient));
    const auto& name = (table.about == Subject::client ? confirmed_ : claimed_).host;
    auto found = table.find(name ? *given_.client.host : "unknown");
    return found ? found : table.find(format_address(given_.client.address));
  }

  [[nodiscard]] bool says(std::size_t patterns, const std::string& text) {
    const auto found = found_in(site_.patterns[patterns]);
    return found && found->unknown.empty() && found->restrictions == text;
  }

  StepAnswer ask_unknown(const Step& step) {
    if (step.patterns && given_.asks_patterns) {
      auto found = found_in(site_.patterns[*step.patterns]);
      if (!found) return {};
      if (found->unknown.empty()) {
        if (found->access != Access::pass) unreadable_ = std::move(found->reply);
        return {found->access, 0, found->place};
      }
      if (found->place != Span()) add_once(decision_.untried, UntriedRule{found->place, found->unknown});
    }
    add_once(decision_.unless, step.text);
    // one that refused would hide what permits behind it
    return answer_of(step, given_.assumed && step.may_permit_unknown());
  }

  StepAnswer ask_clients(const Step& step, const Client& client) const {
    const Policy& policy = site_.policies[*step.table];
    const Decision decision =
        ready_ != nullptr ? ready_->decide(*step.table, client) : core::evaluate(policy, client, site_.daemon);
    const Span place = decision.rule ? policy.rules[*decision.rule].span() : Span();
    return taken(step, decision.rule || step.take == Take::outcome ? &outcome_of(policy, decision) : nullptr, place);
  }

  StepAnswer ask_addresses(const Step& step, const ReadAddress& read) const {
    const AddressTable& table = site_.addresses[*step.table];
    const AddressRule* rule = read.domain_text.empty() ? table.find(read.address) : table.find(read.asked_of(table));
    return rule == nullptr ? taken(step, nullptr, {}) : taken(step, &table.outcome_of(*rule), rule->span);
  }

  static StepAnswer taken(const Step& step, const Outcome* outcome, Span place) {
    if (outcome == nullptr) return {step.miss, step.reply, place};
    if (step.take == Take::outcome) return {outcome->access, outcome->reply, place, outcome->relay};
    const bool is_list = step.take == Take::listed;
    if (is_list && outcome->access == Access::defer) return {Access::defer, outcome->reply, place};
    StepAnswer answer = answer_of(step, is_list ? outcome->allows() : outcome->relay == Relay::grant);
    answer.place = place;
    return answer;
  }

  StepAnswer ask_destinations(const Step& step) {
    const MailAddress& address = recipient().address;
    const Destination* entry = address.domain ? site_.destinations[*step.table].find(*address.domain) : nullptr;
    StepAnswer answer = answer_of(step, entry != nullptr || !address.domain);
    if (entry != nullptr) answer.place = entry->span;
    return answer;
  }

  const ReadAddress& sender() {
    if (!sender_) sender_ = read_sender(site_, given_.sender);
    return *sender_;
  }
  const ReadAddress& recipient() {
    if (!recipient_) recipient_ = read_recipient(site_, given_.recipient);
    return *recipient_;
  }

  const Site& site_;
  const Transaction& given_;
  MailTrace* trace_;
  const ReadyPolicies* ready_;
  Client confirmed_;
  Client claimed_;
  bool relays_;
  Span relay_place_;  ///< what gave or took it; empty: nothing that was asked
  std::optional<ReadAddress> sender_;
  std::optional<ReadAddress> recipient_;
  std::optional<StepAnswer> when_accepted_;  ///< what becomes of mail that all stages take
  std::optional<StepAnswer> when_refused_;   ///< and of mail that this stage refuses for good
  std::string unreadable_;                   ///< the reply of the reader of addresses
  MailDecision decision_;
};

}  // namespace

ReadyPolicies::ReadyPolicies(const Site& site) {
  for (const Policy& policy : site.policies) evaluators_.emplace_back(policy, site.daemon);
}

MailDecision evaluate(const Site& site, const Transaction& transaction, MailTrace* trace, const ReadyPolicies* ready) {
  return Walk(site, transaction, trace, ready).decide();
}

}  // namespace core
