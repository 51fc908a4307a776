// Rule sets as steps: see sendmail_stages.hpp. Source: sendmail 8.17.1.9, cf/m4/proto.m4.
//
// With delay_checks all is asked for the recipient: first whether it may be relayed to, then of the sender and the
// client, and a sender that the access map accepts is not asked for his client any more.
#include "site/sendmail_stages.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace core {
namespace {

/// A table of senders or recipients that all have one outcome.
AddressTable listed(std::string name, const std::vector<AddressRule>& rules, Access access = Access::allow) {
  AddressTable table;
  table.name = std::move(name);
  table.order = {AddressKind::null_address, AddressKind::no_domain, AddressKind::user, AddressKind::domain,
                 AddressKind::below};
  const std::uint32_t outcome = table.outcome({access});
  for (AddressRule rule : rules) {
    rule.outcome = outcome;
    table.add(rule);
  }
  return table;
}

std::vector<AddressRule> domains(const std::vector<ClassWord>& words) {
  std::vector<AddressRule> rules;
  for (const ClassWord& word : words) rules.push_back({AddressKind::domain, word.name, 0, word.span});
  return rules;
}

class StageMaker {
 public:
  StageMaker(Site& site, const SendmailParts& parts)
      : site_(site), parts_(parts), tables_(parts_.map, parts_.features, site) {}

  void make() {
    tables_.begin();
    make_shared_tables();
    if (parts_.features.delay_checks) {
      stage("MAIL FROM").steps.push_back({.subject = Subject::readable_sender, .text = "syntax"});
      make_recipient_stages();
      make_delayed_stage();
      return;
    }
    add_client_steps(stage("check_relay"));
    Stage& mail = stage("check_mail");
    mail.steps.push_back({.subject = Subject::readable_sender, .text = "syntax"});
    add_sender_steps(mail);
    make_recipient_stages();
  }

 private:
  Stage& stage(std::string_view name) { return site_.stages.emplace_back(Stage{name, {}, Access::allow, 0}); }

  std::size_t add(Policy policy) {
    site_.policies.push_back(std::move(policy));
    return site_.policies.size() - 1;
  }
  std::size_t add(AddressTable table) {
    site_.addresses.push_back(std::move(table));
    return site_.addresses.size() - 1;
  }
  /// A step with a table of its own, unless that says nothing.
  void ask(Stage& stage, Step step, Policy policy) {
    if (policy.rules.empty()) return;
    step.table = add(std::move(policy));
    stage.steps.push_back(std::move(step));
  }
  /// The same with a table of several steps.
  static void ask(Stage& stage, Step step, const std::optional<std::size_t>& table) {
    if (!table) return;
    step.table = table;
    stage.steps.push_back(std::move(step));
  }
  std::optional<std::size_t> add_unless_empty(Policy policy) {
    return policy.rules.empty() ? std::nullopt : std::optional(add(std::move(policy)));
  }
  void ask(Stage& stage, Step step, AddressTable table) {
    if (table.is_empty()) return;
    step.table = add(std::move(table));
    stage.steps.push_back(std::move(step));
  }

  /// The index of a reply of check_relay or check_mail: with delay_checks it is said for the recipient.
  std::uint32_t add_reply(std::string_view code, std::string_view text, std::string_view whose = {}) {
    if (!names_address(code.substr(0, 3)))
      whose = {};
    else if (parts_.features.delay_checks)
      whose = "<$R>... ";
    return site_.add_reply(fmt::format("{} {}{}", code, whose, text));
  }

  [[nodiscard]] bool subdomains() const { return !parts_.features.relay_hosts_only; }

  /// "example.org" of "mail.example.org" is class m, which relay_entire_domain is about.
  [[nodiscard]] std::vector<ClassWord> entire_domain() const {
    const std::string& host = parts_.features.host;
    const std::size_t dot = host.find('.');
    if (!parts_.features.relay_entire_domain || dot == std::string::npos || dot + 1 == host.size()) return {};
    return {{host.substr(dot + 1), {}}};
  }

  void make_shared_tables() {
    DestinationList accepted;
    DestinationList own;
    add_destinations(own, parts_.own, false);
    accepted = own;
    add_destinations(accepted, parts_.relayed, subdomains());
    add_destinations(accepted, entire_domain(), true);
    site_.destinations = {std::move(accepted), std::move(own)};
    own_names_ = add(class_names(parts_.own, false));
    own_literals_ = add(class_literals(parts_.own));
    std::vector<AddressRule> mine = domains(parts_.own);
    mine.push_back({AddressKind::no_domain, {}});
    own_recipients_ = add(listed("class w", mine));
    client_names_ = add_unless_empty(tables_.names());
    client_addresses_ = add_unless_empty(tables_.addresses());
    null_sender_ = add(listed("<>", {{AddressKind::null_address, {}}}));
    const SendmailFeatures& features = parts_.features;
    site_.sendmail = {.host = features.host,
                      .strips_relayed = !features.loose_relay_check,
                      .bang_is_special = features.bang_is_special,
                      .percent_is_special = features.percent_is_special,
                      .bang_is_remote = features.refuses_bang,
                      .percent_is_remote = features.refuses_percent};
    if (parts_.has_map) site_.sendmail.relayed_to = add(tables_.domains_relayed());
  }

  void add_unknown(Stage& stage, bool permits) const {
    for (const UnknownRule& rule : parts_.features.unknown)
      if (rule.permits == permits)
        stage.steps.push_back({.subject = Subject::unknown,
                               .hit = permits ? Access::allow : Access::deny,
                               .text = rule.text,
                               .place = rule.span});
  }

  /// check_relay: the client's name is asked first, and what is found first decides.
  void add_client_steps(Stage& stage) {
    ask(stage, {.subject = Subject::client, .take = Take::outcome, .text = "access: the client's name"}, client_names_);
    ask(stage,
        {.subject = Subject::client,
         .take = Take::outcome,
         .text = "access: the client's address in brackets",
         .needs = {{.subject = Subject::nameless}}},
        tables_.literals());
    ask(stage, {.subject = Subject::client, .take = Take::outcome, .text = "access: the client's address"},
        client_addresses_);
    add_unknown(stage, false);
    if (parts_.features.require_rdns) add_rdns_steps(stage);
  }

  void add_rdns_steps(Stage& stage) {
    ask(stage, {.subject = Subject::client, .take = Take::relay, .text = "class R"}, class_addresses(parts_.relayed));
    stage.steps.push_back({.subject = Subject::forged_name,
                           .hit = Access::defer,
                           .reply = add_reply("451 4.1.8", "Possibly forged hostname for $I"),
                           .text = "FEATURE(`require_rdns')"});
    stage.steps.push_back({.subject = Subject::nameless,
                           .hit = Access::deny,
                           .reply = add_reply("550 5.7.1", "Fix reverse DNS for $I"),
                           .text = "FEATURE(`require_rdns')"});
  }

  /// check_mail. "<>" is always accepted.
  void add_sender_steps(Stage& stage) {
    const Need not_null = {.subject = Subject::sender, .holds = false, .table = null_sender_};
    if (!parts_.features.accept_unqualified_senders) add_localhost_steps(stage);
    ask(stage, {.subject = Subject::sender, .take = Take::outcome, .text = "access: the sender", .needs = {not_null}},
        tables_.senders_checked());
    if (!parts_.features.accept_unqualified_senders)
      ask(stage,
          {.subject = Subject::sender,
           .hit = Access::deny,
           .reply = add_reply("553 5.5.4", "Domain name required for sender address $S", "<$S>... "),
           .text = "senders without a domain",
           .needs = {not_null}},
          listed("senders without a domain", {{AddressKind::no_domain, {}}}));
    if (!parts_.features.accept_unresolvable_domains) add_resolving_step(stage, not_null);
  }

  /// Only clients that are the server itself, by name or, without one, by address, are at localhost.
  void add_localhost_steps(Stage& stage) {
    for (const bool has_name : {true, false})
      stage.steps.push_back(
          {.subject = Subject::localhost_sender,
           .hit = Access::deny,
           .reply = add_reply("553 5.5.4", "Real domain name required for sender address", "<$S>... "),
           .text = "senders at localhost",
           .needs = {{.subject = Subject::nameless, .holds = !has_name},
                     {.subject = Subject::client, .holds = false, .table = has_name ? own_names_ : own_literals_}}});
  }

  void add_resolving_step(Stage& stage, const Need& not_null) {
    const std::size_t resolved = add(
        listed("the server's own name", {{AddressKind::no_domain, {}}, {AddressKind::domain, parts_.features.host}}));
    stage.steps.push_back({.subject = Subject::unknown,
                           .hit = Access::deny,
                           .reply = add_reply("553 5.1.8", "Domain of sender address $S does not exist", "<$S>... "),
                           .text = "a look-up of the sender's domain in the DNS",
                           .needs = {not_null, {.subject = Subject::sender, .holds = false, .table = resolved}}});
  }

  void make_delayed_stage() {
    Stage& delayed = stage("delayed checks");
    if (parts_.login_relays && !parts_.features.promiscuous_relay)
      delayed.steps.push_back({.subject = Subject::login, .text = "SMTP AUTH"});
    if (parts_.features.spam_friend) add_friends(delayed, "friend", Access::allow, Access::pass);
    if (parts_.features.spam_hater) add_friends(delayed, "hater", Access::pass, Access::allow);
    add_sender_steps(delayed);
    add_client_steps(delayed);
  }

  /// Spam: says for whom the checks are left out, or for whom they are not.
  void add_friends(Stage& stage, std::string_view word, Access hit, Access miss) {
    for (const bool are_own : {true, false}) {
      Step step{.subject = Subject::recipient,
                .hit = hit,
                .miss = miss,
                .text = "access: Spam: of the recipient",
                .needs = {{.subject = Subject::recipient, .holds = are_own, .table = own_recipients_}}};
      step.table = add(tables_.recipients_with(word, are_own));
      stage.steps.push_back(std::move(step));
    }
  }

  /// All but nobody at a domain: ""@example.org. Only users without a domain are asked for among the server's own
  /// alone: where none is listed one table does.
  void add_blocking_steps(Stage& stage) {
    AddressTable table = tables_.recipients_checked(true);
    if (table.is_empty()) return;
    const bool has_users = table.has(AddressKind::user) || table.has(AddressKind::user_detail);
    const std::size_t nobody = add(listed("nobody", {{AddressKind::user, {}}}));
    const std::size_t own = add(std::move(table));
    for (const bool are_own : {true, false})
      stage.steps.push_back({.subject = Subject::recipient,
                             .table = are_own || !has_users ? own : add(tables_.recipients_checked(false)),
                             .take = Take::outcome,
                             .text = "access: blocked recipients",
                             .needs = {{.subject = Subject::recipient, .holds = are_own, .table = own_recipients_},
                                       {.subject = Subject::recipient, .holds = false, .table = nobody}}});
  }

  void make_recipient_stages() {
    Stage& first = stage("RCPT TO");
    first.steps.push_back({.subject = Subject::readable_recipient, .text = "syntax"});
    if (parts_.features.block_recipients) add_blocking_steps(first);
    Stage& last = stage("check_rcpt");
    add_unknown(last, true);
    if (parts_.features.promiscuous_relay) {
      last.steps.push_back({.subject = Subject::always, .text = "FEATURE(`promiscuous_relay')"});
      return;
    }
    add_recipient_steps(last);
    add_relaying_steps(last);
    last.end = Access::deny;
    last.reply = site_.add_reply("550 5.7.1 <$R>... Relaying denied");
  }

  /// Rcpt_ok: for whom mail is taken from anybody.
  void add_recipient_steps(Stage& stage) {
    if (parts_.login_relays) stage.steps.push_back({.subject = Subject::login, .text = "SMTP AUTH"});
    const Need plain = {.subject = Subject::routed_recipient, .holds = false};
    stage.steps.push_back({.subject = Subject::destination, .table = 0, .text = "classes w and R", .needs = {plain}});
    Step step{.subject = Subject::recipient, .take = Take::relay, .text = "access: the recipient", .needs = {plain}};
    if (parts_.features.relay_to_full_address)
      ask_relayed_mailboxes(stage, std::move(step));
    else
      ask_relayed_domains(stage, std::move(step));
    if (parts_.features.relay_based_on_mx)
      stage.steps.push_back(
          {.subject = Subject::unknown, .text = "the server is an MX of the recipient's domain", .needs = {plain}});
  }

  /// SKIP at a domain ends the search for domains, and the user is asked for all the same.
  void ask_relayed_mailboxes(Stage& stage, Step step) {
    Step users = step;
    step.table = add(tables_.recipients_relayed());
    users.needs.push_back({.subject = Subject::recipient, .holds = false, .table = step.table});
    stage.steps.push_back(std::move(step));
    if (!parts_.features.relay_hosts_only) ask(stage, std::move(users), tables_.users_relayed());
  }

  /// With the table that the reader of addresses asks, too.
  void ask_relayed_domains(Stage& stage, Step step) const {
    step.table = site_.sendmail.relayed_to;
    if (step.table && !site_.addresses[*step.table].is_empty()) stage.steps.push_back(std::move(step));
  }

  /// Relay_ok: who may send to anybody. By address first, then by what the sender says of himself, then by name.
  void add_relaying_steps(Stage& stage) {
    ask(stage, {.subject = Subject::client, .take = Take::relay, .text = "127.0.0.1 and ::1"},
        class_addresses({{"127.0.0.1", {}}, {"ipv6:0:0:0:0:0:0:0:1", {}}}));
    ask(stage, {.subject = Subject::client, .take = Take::relay, .text = "class R: the client's address"},
        class_addresses(parts_.relayed));
    ask(stage, {.subject = Subject::client, .take = Take::relay, .text = "access: the client's address"},
        client_addresses_);
    ask(stage, {.subject = Subject::client, .take = Take::relay, .text = "class w: the client's address"},
        class_literals(parts_.own));
    if (parts_.features.relay_local_from)
      ask(stage, {.subject = Subject::sender, .text = "FEATURE(`relay_local_from')"},
          listed("class w", domains(parts_.own)));
    if (parts_.features.relay_mail_from)
      ask(stage, {.subject = Subject::sender, .take = Take::relay, .text = "FEATURE(`relay_mail_from')"},
          tables_.senders_relayed());
    add_name_steps(stage);
  }

  void add_name_steps(Stage& stage) {
    stage.steps.push_back({.subject = Subject::forged_name,
                           .hit = Access::deny,
                           .reply = site_.add_reply("550 5.7.1 <$R>... Relaying denied. IP name possibly forged [$I]"),
                           .text = "a name that is not confirmed"});
    stage.steps.push_back({.subject = Subject::nameless,
                           .hit = Access::deny,
                           .reply = site_.add_reply("550 5.7.1 <$R>... Relaying denied. IP name lookup failed [$I]"),
                           .text = "no name"});
    ask(stage, {.subject = Subject::client, .take = Take::relay, .text = "FEATURE(`relay_entire_domain')"},
        class_names(entire_domain(), true));
    stage.steps.push_back(
        {.subject = Subject::client, .table = own_names_, .take = Take::relay, .text = "class w: the client's name"});
    ask(stage, {.subject = Subject::client, .take = Take::relay, .text = "class R: the client's name"},
        class_names(parts_.relayed, subdomains()));
    ask(stage, {.subject = Subject::client, .take = Take::relay, .text = "access: the client's name"},
        subdomains() ? client_names_ : add_unless_empty(tables_.hosts()));
  }

  Site& site_;
  const SendmailParts& parts_;
  SendmailTables tables_;
  std::size_t own_names_ = 0;
  std::size_t own_literals_ = 0;
  std::size_t own_recipients_ = 0;
  std::size_t null_sender_ = 0;
  std::optional<std::size_t> client_names_;
  std::optional<std::size_t> client_addresses_;
};

}  // namespace

void make_sendmail_stages(Site& site, const SendmailParts& parts) { StageMaker(site, parts).make(); }

}  // namespace core
