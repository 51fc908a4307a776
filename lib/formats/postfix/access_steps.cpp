// What smtpd makes of a table that it asks about a client, a sender or a recipient: see tables.hpp.
#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "base/ascii_case.hpp"
#include "formats/postfix/cidr.hpp"
#include "formats/postfix/client_keys.hpp"
#include "formats/postfix/expression_table.hpp"
#include "formats/postfix/tables.hpp"

namespace core {
namespace {

/// What a rule does, for each entry of a table.
using OutcomeOf = std::function<std::uint32_t(std::size_t entry)>;

/// How rules about clients are made of a table.
struct ClientRules {
  OutcomeOf outcome;
  bool parent_matches = true;
  bool whole_addresses = false;  ///< texts of addresses are not cut
  bool with_nameless = false;    ///< a NameClass stands for clients without a name
};

/// The entries in the order in which smtpd finds them for one name or one address: the longest key first.
std::vector<std::size_t> longest_first(const PostfixTable& table) {
  std::vector<std::size_t> order(table.entries.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return table.entries[a].key.size() > table.entries[b].key.size();
  });
  return order;
}

class ClientRuleWriter {
 public:
  ClientRuleWriter(const PostfixTable& table, const ClientRules& rules, Policy& policy)
      : table_(table), rules_(rules), policy_(policy) {}

  void write() {
    if (table_.type == PostfixTableType::cidr) return write_networks();
    if (table_.type == PostfixTableType::constant) return add(AnyClient{}, 0);
    const std::vector<std::size_t> order = longest_first(table_);
    for (const std::size_t entry : order) write_name(entry);
    for (const std::size_t entry : order) write_address(entry);
  }

 private:
  void add(const ClientPattern& pattern, std::size_t entry) {
    policy_.rules.add({pattern, rules_.outcome(entry), 0, {}, table_.entries[entry].place});
  }

  void add_range(const Range& range, std::size_t entry) {
    const std::vector<Prefix> prefixes = prefixes_of(range);
    if (prefixes.size() == 1) return add(prefixes.front(), entry);
    add(range, entry);
  }

  void write_networks() {
    for (std::size_t i = 0; i < table_.entries.size(); ++i) {
      const PostfixEntry& entry = table_.entries[i];
      if (entry.block == 0 && !entry.negated) {
        add(entry.network, i);
        continue;
      }
      for (const Range& range : narrowed(table_.blocks[entry.block], {entry.network, entry.negated}))
        add_range(range, i);
    }
  }

  void write_name(std::size_t entry) {
    const std::string key = in_lower_case(table_.entries[entry].key);
    if (!could_be_name(key)) return;
    const bool is_suffix = key.front() == '.';
    if (is_suffix && rules_.parent_matches) return;
    if (is_suffix) return add(HostSuffix{key}, entry);
    add(HostName{key}, entry);
    if (rules_.parent_matches) add(HostSuffix{"." + key}, entry);
    if (rules_.with_nameless && key == nameless_key) add(NameClass{NameState::unknown}, entry);
  }

  void write_address(std::size_t entry) {
    const std::string key = in_lower_case(table_.entries[entry].key);
    if (rules_.whole_addresses) {
      const auto address = parse_address(key);
      if (address && format_address(*address) == key) add(make_prefix(*address, address_bits(address->family)), entry);
      return;
    }
    const AddressKey address = address_key(key);
    for (const ClientPattern& pattern : address.patterns) add(pattern, entry);
    for (const std::string& text : address.texts) add(TextPattern{text}, entry);
  }

  const PostfixTable& table_;
  const ClientRules& rules_;
  Policy& policy_;
};

Policy first_rule_policy() {
  Policy policy;
  policy.lookup = {.by = Lookup::By::first_rule};
  policy.rules.set_no_match({Access::pass, Relay::unchanged, 0, 0});
  return policy;
}

/// The entry for clients without a name; none where addresses alone are asked for.
std::optional<std::size_t> nameless_entry(const PostfixTable& table) {
  if (table.type == PostfixTableType::constant) return std::nullopt;
  for (std::size_t i = 0; i < table.entries.size() && is_by_key(table.type); ++i)
    if (in_lower_case(table.entries[i].key) == nameless_key) return i;
  return std::nullopt;
}

/// Adds the addresses that an entry with `key` is about; all else stands in `rule`.
void add_address_rules(AddressTable& table, const std::string& key, bool parent_matches, AddressRule rule) {
  const auto add = [&](AddressKind kind, std::string_view text) {
    rule.kind = kind;
    rule.text = text;
    table.add(rule);
  };
  if (key == "<>") return add(AddressKind::null_address, {});
  if (key.ends_with('@')) return add(AddressKind::user, std::string_view(key).substr(0, key.size() - 1));
  if (key.find('@') != std::string::npos) return add(AddressKind::whole, key);
  if (key.starts_with('.') && parent_matches) return;
  if (key.starts_with('.')) return add(AddressKind::below, key);
  add(AddressKind::domain, key);
  if (parent_matches) add(AddressKind::below, "." + key);
}

/// Makes tables and steps of one check.
class AccessSteps {
 public:
  AccessSteps(const PostfixTable& table, const AccessCheck& check, MadeAccessTables& made, Site& site,
              std::vector<Step>& steps)
      : table_(table), check_(check), made_(made), site_(site), steps_(steps) {}

  void add() {
    if (table_.expressions != nullptr) return add_patterns();
    if (!is_readable(table_.type) && table_.unavailable.empty()) {
      Step step = check_.like;
      step.subject = Subject::unknown;
      step.either_way = true;
      return steps_.push_back(std::move(step));
    }
    if (!table_.unavailable.empty())
      return add_constant({Access::defer, access_failure_reply(check_.subject), {}}, check_.like, Subject::always);
    if (table_.type == PostfixTableType::constant) return add_constant(value_of(0), check_.like, Subject::always);
    if (values().of_entry.empty()) read_values();
    if (check_.subject == AccessSubject::client) return add_client_steps();
    add_tables(check_.like);
  }

 private:
  [[nodiscard]] PostfixValue value_of(std::size_t entry) const {
    return read_postfix_value(table_.entries[entry].value, check_.subject, check_.codes);
  }

  /// A step that asks the expressions, and those of the lists of restrictions that they can name.
  void add_patterns() {
    std::vector<std::string> lists;
    for (const std::string& value : table_.expressions->fixed_values()) {
      PostfixValue meaning = read_postfix_value(value, check_.subject, check_.codes);
      if (!meaning.restrictions.empty()) lists.push_back(std::move(meaning.restrictions));
    }
    Step step = check_.like;
    step.subject = Subject::unknown;
    step.either_way = true;
    if (!may_permit(*table_.expressions)) step.hit = Access::deny;
    step.patterns = site_.patterns.size();
    site_.patterns.push_back({subject(), pattern_answers(lists)});
    const std::size_t patterns = *step.patterns;
    steps_.push_back(std::move(step));
    for (const std::string& list : lists) {
      Step inside = check_.like;
      inside.needs.push_back({.subject = Subject::unknown, .text = list, .patterns = patterns});
      check_.expand(list, inside, steps_);
    }
  }

  /// False when everything in the table refuses or says nothing.
  [[nodiscard]] bool may_permit(const ExpressionTable& table) const {
    return std::any_of(table.rules.begin(), table.rules.end(), [&](const ExpressionTable::Rule& rule) {
      if (rule.endif) return false;
      const std::string_view action = std::string_view(rule.value).substr(0, rule.value.find(' '));
      if (action.find('$') != std::string_view::npos) return true;  // made of what parentheses took
      const PostfixValue value = read_postfix_value(rule.value, check_.subject, check_.codes);
      return value.access == Access::allow || value.access == Access::discard || !value.restrictions.empty();
    });
  }

  /// What smtpd makes of the values. Of a list of restrictions that is put together of the text nobody can tell.
  [[nodiscard]] std::function<std::optional<PatternAnswer>(std::string_view)> pattern_answers(
      const std::vector<std::string>& lists) const {
    return [table = table_.expressions, about = check_.subject, codes = check_.codes,
            lists](std::string_view text) -> std::optional<PatternAnswer> {
      const auto found = table->find(text);
      if (!found) return std::nullopt;
      PostfixValue value = read_postfix_value(found->value, about, codes);
      const bool is_list = !value.restrictions.empty();
      const bool is_known = !is_list || std::find(lists.begin(), lists.end(), value.restrictions) != lists.end();
      return PatternAnswer{value.access, std::move(value.reply), std::move(value.restrictions), found->place,
                           is_known ? found->unknown : "its value is a list of restrictions that $1 is part of"};
    };
  }

  AccessValues& values() { return made_[{&table_, check_.subject}]; }

  void read_values() {
    AccessValues& all = values();
    std::map<std::string_view, std::size_t> known;
    all.of_entry.reserve(table_.entries.size());
    for (std::size_t i = 0; i < table_.entries.size(); ++i) {
      const auto [found, is_new] = known.try_emplace(table_.entries[i].value, all.meanings.size());
      if (is_new) {
        all.meanings.push_back(value_of(i));
        if (!all.meanings.back().restrictions.empty()) all.lists.push_back(found->second);
      }
      all.of_entry.push_back(found->second);
    }
  }

  /// `value` for everybody of whom `subject` holds.
  void add_constant(const PostfixValue& value, const Step& like, Subject subject) {
    if (!value.restrictions.empty()) {
      Step inside = like;
      if (subject != Subject::always) inside.needs.push_back({.subject = subject});
      return check_.expand(value.restrictions, inside, steps_);
    }
    Step step = like;
    step.subject = subject;
    step.hit = value.access;
    step.reply = site_.add_reply(value.reply);
    steps_.push_back(std::move(step));
  }

  void add_client_steps() {
    Step like = check_.like;
    if (const auto nameless = nameless_entry(table_)) {
      Step step = like;
      step.place = table_.entries[*nameless].place.span;
      add_constant(value_of(*nameless), step, Subject::nameless);
      // it is asked before any address
      like.needs.push_back({.subject = Subject::nameless, .holds = false});
    }
    add_tables(like);
  }

  [[nodiscard]] Subject subject() const {
    switch (check_.subject) {
      case AccessSubject::sender: return Subject::sender;
      case AccessSubject::recipient: return Subject::recipient;
      case AccessSubject::client: break;
    }
    return Subject::client;
  }

  /// The table with all values, and one more for each list of restrictions: whose value it is.
  void add_tables(const Step& like) {
    Step step = like;
    step.subject = subject();
    step.take = Take::outcome;
    step.table = table_of(std::nullopt);
    steps_.push_back(std::move(step));
    for (const std::size_t list : values().lists) {
      Step inside = like;
      inside.needs.push_back({.subject = subject(), .table = table_of(list)});
      check_.expand(values().meanings[list].restrictions, inside, steps_);
    }
  }

  /// The index of the table with all values, or of that of whose value it is.
  std::size_t table_of(std::optional<std::size_t> list) {
    const auto known = values().made.find(list);
    if (known != values().made.end()) return known->second;
    const std::size_t table = add_table([&](std::size_t meaning) {
      const PostfixValue& value = values().meanings[meaning];
      if (list) return Outcome{meaning == *list ? Access::allow : Access::pass, Relay::unchanged, 0, 0};
      return Outcome{value.access, Relay::unchanged, 0, site_.add_reply(value.reply)};
    });
    return values().made[list] = table;
  }

  /// The index of the table in which each entry does what `outcome` says of its value.
  std::size_t add_table(const std::function<Outcome(std::size_t meaning)>& outcome) {
    if (check_.subject == AccessSubject::client) return add_policy(outcome);
    AddressTable addresses;
    addresses.name = table_.name;
    addresses.delimiters = check_.delimiters;
    addresses.order = {AddressKind::null_address, AddressKind::whole, AddressKind::domain, AddressKind::below,
                       AddressKind::user};
    const std::vector<std::size_t>& all = values().of_entry;
    for (std::size_t i = 0; i < table_.entries.size(); ++i) {
      const AddressRule rule{{}, {}, addresses.outcome(outcome(all[i])), table_.entries[i].place.span};
      add_address_rules(addresses, in_lower_case(table_.entries[i].key), check_.parent_matches, rule);
    }
    site_.addresses.push_back(std::move(addresses));
    return site_.addresses.size() - 1;
  }

  std::size_t add_policy(const std::function<Outcome(std::size_t meaning)>& outcome) {
    Policy policy = first_rule_policy();
    std::map<std::size_t, std::uint32_t> indices;
    const std::vector<std::size_t>& all = values().of_entry;
    const auto index_of = [&](std::size_t entry) {
      const auto [found, is_new] = indices.try_emplace(all[entry], 0);
      if (is_new) found->second = policy.add_outcome(outcome(all[entry]));
      return found->second;
    };
    const ClientRules rules = {.outcome = index_of, .parent_matches = check_.parent_matches};
    ClientRuleWriter(table_, rules, policy).write();
    site_.policies.push_back(std::move(policy));
    return site_.policies.size() - 1;
  }

  const PostfixTable& table_;
  const AccessCheck& check_;
  MadeAccessTables& made_;
  Site& site_;
  std::vector<Step>& steps_;
};

}  // namespace

void add_access_steps(const PostfixTable& table, const AccessCheck& check, MadeAccessTables& made, Site& site,
                      std::vector<Step>& steps) {
  AccessSteps(table, check, made, site, steps).add();
}

ListedClients listed_clients(const PostfixTable& table, bool parent_matches) {
  ListedClients listed{first_rule_policy(), std::nullopt};
  const std::uint32_t allowed = listed.policy.add_outcome(Access::allow, Relay::unchanged, 0);
  const ClientRules rules = {
      .outcome = [&](std::size_t) { return allowed; }, .parent_matches = parent_matches, .whole_addresses = true};
  ClientRuleWriter(table, rules, listed.policy).write();
  if (const auto entry = nameless_entry(table)) listed.nameless = table.entries[*entry].place;
  return listed;
}

void add_access_rules(const PostfixTable& table, Policy& policy) {
  std::map<std::string_view, std::uint32_t> indices;
  const ClientRules rules = {.outcome =
                                 [&](std::size_t entry) {
                                   const std::string_view value = table.entries[entry].value;
                                   const auto [found, is_new] = indices.try_emplace(value, 0);
                                   if (is_new)
                                     found->second = policy.add_outcome(
                                         read_postfix_value(value, AccessSubject::client).access, Relay::unchanged, 0);
                                   return found->second;
                                 },
                             .with_nameless = true};
  ClientRuleWriter(table, rules, policy).write();
}

}  // namespace core
