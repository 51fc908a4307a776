// Walking over the steps up to what refuses strangers: see postfix_permits.hpp.
#include "site/postfix_permits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/finding_kinds.hpp"
#include "formats/postfix/expression_table.hpp"
#include "formats/postfix/networks.hpp"
#include "site/server_files.hpp"

namespace core {
namespace {

/// A step that may permit a stranger.
struct EarlyPermit {
  const Step* step = nullptr;
  std::string reason;
  Severity severity = Severity::error;
};

/// A step that permits those whom a policy of the site allows.
struct PermittedClients {
  const Step* step = nullptr;
  std::size_t policy = 0;
};

/// What one list says before it refuses.
struct ListRead {
  bool refuses = false;
  std::vector<EarlyPermit> permits;
  std::vector<PermittedClients> clients;

  [[nodiscard]] bool is_clean() const { return refuses && permits.empty(); }
};

class PermitSearch {
 public:
  PermitSearch(const PostfixContext& context, PostfixTables& tables, const PostfixLists& lists)
      : context_(context), site_(context.site), tables_(tables), lists_(lists) {}

  ListRead read(std::string_view parameter) {
    read_ = {};
    for (const Stage& stage : site_.stages)
      if (stage.name == parameter) walk(stage);
    return std::move(read_);
  }

 private:
  void walk(const Stage& stage) {
    for (const Step& step : stage.steps) {
      read_.refuses = refuses_strangers(step);
      if (read_.refuses) return;
      if (step.lets_relay && step.subject == Subject::client && step.text.starts_with("permit_mynetworks"))
        read_.clients.push_back({&step, *step.table});
      else if (!is_about_few(step))
        note(step);
    }
  }

  /// The first need about `subject` that must hold, with a table where it has one; null: there is none.
  static const Need* need_of(const Step& step, Subject subject) {
    const auto need = std::find_if(step.needs.begin(), step.needs.end(),
                                   [&](const Need& one) { return one.holds && one.subject == subject; });
    return need == step.needs.end() ? nullptr : &*need;
  }

  [[nodiscard]] bool refuses_strangers(const Step& step) const {
    if (std::any_of(step.needs.begin(), step.needs.end(), [](const Need& need) { return need.holds; })) return false;
    if (step.subject == Subject::recipient) return step.table == lists_.destinations && is_refusal(step.miss);
    return step.subject == Subject::always && is_refusal(step.hit) && !has_missing_table(step);
  }

  /// Steps for the server's own clients, for its own domains, and the second turn of what is asked about a route.
  [[nodiscard]] bool is_about_few(const Step& step) const {
    if (step.lets_relay || step.text == "permit_tls_clientcerts") return true;
    return need_of(step, Subject::routed_recipient) != nullptr ||
           std::any_of(step.needs.begin(), step.needs.end(), [&](const Need& need) {
             return need.subject == Subject::unknown ||
                    (need.subject == Subject::recipient && need.table == lists_.told_elsewhere &&
                     !lists_.elsewhere.empty());
           });
  }

  void note(const Step& step) {
    switch (step.subject) {
      case Subject::unknown: return note_unknown(step);
      case Subject::client:
      case Subject::claimed_client: return note_clients(step, *step.table);
      case Subject::nameless:
        if (step.hit == Access::allow) add(step, "it permits every client without a confirmed name");
        return;
      case Subject::sender:
      case Subject::recipient:
        if (step.take == Take::outcome) note_addresses(step, step.subject, *step.table);
        return;
      case Subject::always:
        if (has_missing_table(step)) return add(step, "its table is not here, and may permit", Severity::note);
        if (step.hit == Access::allow) note_permit(step);
        return;
      default: return;
    }
  }

  /// "permit", in the list or in a value of a table.
  void note_permit(const Step& step) {
    for (const Subject subject : {Subject::sender, Subject::recipient})
      if (const Need* need = need_of(step, subject)) return note_addresses(step, subject, *need->table);
    for (const Subject subject : {Subject::client, Subject::claimed_client})
      if (const Need* need = need_of(step, subject)) return note_clients(step, *need->table);
    add(step, need_of(step, Subject::nameless) != nullptr ? "it permits every client without a confirmed name"
                                                          : "it permits everybody");
  }

  void note_clients(const Step& step, std::size_t table) {
    if (permits_some(site_.policies[table].outcomes())) read_.clients.push_back({&step, table});
  }

  static bool permits_some(const std::vector<Outcome>& outcomes) {
    return std::any_of(outcomes.begin(), outcomes.end(),
                       [](const Outcome& outcome) { return outcome.access == Access::allow; });
  }

  void note_addresses(const Step& step, Subject subject, std::size_t index) {
    const AddressTable& table = site_.addresses[index];
    for (const AddressRule& rule : table.rules()) {
      const bool is_own = subject == Subject::recipient && is_destination(rule);
      if (table.outcome_of(rule).access != Access::allow || is_own) continue;
      return add(step, fmt::format("{} is given to {}", shown(rule.span),
                                   subject == Subject::sender ? "whoever says so" : "everybody"));
    }
  }

  /// True for a rule about recipients to whom anybody may send without it.
  [[nodiscard]] bool is_destination(const AddressRule& rule) const {
    const std::size_t at = rule.text.find('@');
    const std::string domain(at == std::string_view::npos ? rule.text : rule.text.substr(at + 1));
    if (domain.empty() || rule.kind == AddressKind::user) return false;
    const AddressTable& destinations = site_.addresses[lists_.destinations];
    const bool is_suffix = domain.starts_with('.');
    const AddressRule* found = destinations.find({{}, is_suffix ? "host" + domain : domain});
    return found != nullptr && destinations.outcome_of(*found).access == Access::allow;
  }

  [[nodiscard]] std::string shown(Span span) const { return core::quoted(context_.sources.text(span)); }

  void note_unknown(const Step& step) {
    if (!step.may_permit_unknown()) return;
    if (step.patterns) return note_expressions(step);
    if (step.text.starts_with("check_helo_access "))
      return add(step, "some of its table permits whoever says so behind HELO");
    add(step,
        step.text.find(':') == std::string::npos || step.text.starts_with("check_policy_service ")
            ? "no file tells whom it permits"
            : "its table is not read here, and may permit",
        Severity::warning);
  }

  /// Whom an expression is for nobody can tell: they may be the server's own clients or recipients.
  void note_expressions(const Step& step) {
    const Subject about = site_.patterns[*step.patterns].about;
    const AccessSubject subject = about == Subject::sender      ? AccessSubject::sender
                                  : about == Subject::recipient ? AccessSubject::recipient
                                                                : AccessSubject::client;
    const PostfixTable* table = table_of(step);
    if (table == nullptr || table->expressions == nullptr) return;
    for (const ExpressionTable::Rule& rule : table->expressions->rules) {
      if (rule.endif || !permits_by_itself(rule.value, subject)) continue;
      if (subject == AccessSubject::sender) return add(step, shown(rule.place) + " is given to whoever says so");
      return add(step,
                 fmt::format("{} may be for other {} than the server's", shown(rule.place),
                             subject == AccessSubject::recipient ? "domains" : "clients"),
                 Severity::warning);
    }
  }

  /// The table that a step names behind its first word; null: none.
  [[nodiscard]] const PostfixTable* table_of(const Step& step) const {
    const std::size_t blank = step.text.find(' ');
    if (blank == std::string::npos || step.text.find(':', blank) == std::string::npos) return nullptr;
    return tables_.table(step.text.substr(blank + 1), step.place).get();
  }

  /// True for a table that is not where it is checked, and may be on the server.
  [[nodiscard]] bool has_missing_table(const Step& step) const {
    if (step.subject != Subject::always || step.hit != Access::defer) return false;
    const PostfixTable* table = table_of(step);
    return table != nullptr && table->is_missing;
  }

  void add(const Step& step, std::string reason, Severity severity = Severity::error) {
    read_.permits.push_back({&step, std::move(reason), severity});
  }

  const PostfixContext& context_;
  const Site& site_;
  PostfixTables& tables_;
  const PostfixLists& lists_;
  ListRead read_;
};

void report(const EarlyPermit& permit, Findings& findings) {
  Finding& finding = findings.add(main_cf::permit_before_reject, permit.step->place,
                                  fmt::format("{} comes before anything refuses mail to other domains: {}",
                                              core::quoted(permit.step->text), permit.reason));
  finding.severity = permit.severity;
  finding.with_help(
      "put it behind reject_unauth_destination, or set smtpd_relay_restrictions = permit_mynetworks, "
      "permit_sasl_authenticated, reject_unauth_destination");
}

/// Clients that relay by their name. A name and all below it stand in one key, or each in its own.
void report_names(const Policy& policy, Findings& findings) {
  Span before;
  for (std::size_t i = 0; i < policy.rules.size(); ++i) {
    const Rule rule = policy.rules[i];
    if (rule.outcome().access != Access::allow || rule.span() == before) continue;
    const auto name = rule.get_if<HostName>();
    const auto suffix = rule.get_if<HostSuffix>();
    if ((!name && !suffix) || (name && name->name == "unknown")) continue;
    before = rule.span();
    const bool covers_below = i + 1 < policy.rules.size() && policy.rules[i + 1].span() == before;
    report_trusted_name(name ? name->name : suffix->suffix, before, covers_below, findings);
  }
}

/// Adds a policy whose clients relay, for the checks of such. What stands in mynetworks is said where it is read.
void add_relaying(const PostfixContext& context, const PermittedClients& clients) {
  Policy policy = context.site.policies[clients.policy];
  if (policy.rules.size() == 0) return;
  for (std::uint32_t i = 0; i < policy.outcomes().size(); ++i)
    if (policy.outcomes()[i].access == Access::allow) policy.rules.set_outcome(i, {Access::allow, Relay::grant, 0, 0});
  if (!clients.step->text.starts_with("permit_mynetworks")) report_names(policy, context.findings);
  const Source* source = context.sources.find(policy.rules[0].span().begin);
  if (source == nullptr) return;
  check_as_networks(policy, *source);
  context.site.policies.push_back(std::move(policy));
}

}  // namespace

void report_early_permits(const PostfixContext& context, PostfixTables& tables, const PostfixLists& lists) {
  PermitSearch search(context, tables, lists);
  const ListRead reads[] = {search.read("smtpd_relay_restrictions"), search.read("smtpd_recipient_restrictions")};
  // each must let the mail pass: one that refuses strangers is enough
  const bool is_clean = reads[0].is_clean() || reads[1].is_clean();
  for (const ListRead& list : reads)
    for (const EarlyPermit& permit : list.permits)
      if (!is_clean) report(permit, context.findings);
  std::vector<PermittedClients> relaying;
  const auto add = [&](const PermittedClients& clients) {
    if (std::none_of(relaying.begin(), relaying.end(),
                     [&](const PermittedClients& other) { return other.policy == clients.policy; }))
      relaying.push_back(clients);
  };
  for (const ListRead* list : {&reads[0], &reads[1]}) {
    const ListRead& other = reads[list == &reads[0] ? 1 : 0];
    for (const PermittedClients& clients : list->clients) {
      const bool is_permitted_there = !other.is_clean() || std::any_of(other.clients.begin(), other.clients.end(),
                                                                       [&](const PermittedClients& there) {
                                                                         return there.step->text == clients.step->text;
                                                                       });
      if (is_permitted_there) add(clients);
    }
  }
  // where nothing refuses, as in a piece of a main.cf, what it is put together with does
  if (!reads[0].refuses && !reads[1].refuses)
    for (const Step& step : lists.mynetworks)
      if (step.subject == Subject::client) add({&step, *step.table});
  for (const PermittedClients& clients : relaying) add_relaying(context, clients);
}

}  // namespace core
