// Restrictions as steps: see postfix_restrictions.hpp.
#include "site/postfix_restrictions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/ascii_case.hpp"
#include "base/cursor.hpp"
#include "base/edit_distance.hpp"
#include "base/finding_kinds.hpp"
#include "site/postfix_words.hpp"

namespace core {
namespace {

constexpr int deepest_class = 100;
/// Of one main.cf, with those that tables and classes name: lists that name each other twice have no end.
constexpr std::size_t most_words = 5'000;
/// What a list says of a domain that it has not, for steps behind it.
constexpr std::string_view not_listed = "not listed";

/// Words of which one must stand in the lists about recipients.
constexpr std::string_view refusing_words[] = {
    "reject_unauth_destination", "defer_unauth_destination", "reject", "defer",
    "defer_if_permit",           "check_relay_domains"};

}  // namespace

/// Reads one list. Steps of a value in a table are read in place, under the needs of the table's key.
class PostfixRestrictions::Reader {
 public:
  Reader(PostfixRestrictions& owner, RestrictionList list, std::vector<Step>& steps, Step like, int depth)
      : owner_(owner), site_(owner.context_.site), list_(list), steps_(steps), like_(std::move(like)), depth_(depth) {}

  void read(std::string_view text) {
    rest_ = text;
    for (std::string_view word; !(word = next_postfix_word(rest_)).empty();) {
      if (++owner_.words_read_ > most_words && depth_ > 0) {
        add(Subject::unknown, "the rest of the nested restrictions").either_way = true;
        return;
      }
      if (depth_ == 0) like_.place = place_of(word);
      if (!take(word)) return;
    }
  }

 private:
  /// Of a word of the list, where it stands in the file; of others that of the list.
  Span place_of(std::string_view word) {
    const Span list = owner_.file_.place(list_.parameter);
    const std::string_view written = owner_.context_.sources.text(list);
    const std::size_t at = written.find(word, std::max(searched_, std::min(written.find('='), written.size())));
    if (at == std::string_view::npos) return list;
    searched_ = at + word.size();
    const auto begin = list.begin + static_cast<std::uint32_t>(at);
    return {begin, begin + static_cast<std::uint32_t>(word.size())};
  }

  /// False when nothing behind it is asked.
  bool take(std::string_view word) {
    const std::string name = in_lower_case(word);
    if (name == "warn_if_reject") {
      warns_ = true;
      return true;
    }
    const std::size_t begin = steps_.size();
    const bool is_end = take_end(name);
    const bool goes_on = !is_end || (warns_ && name != "permit");
    if (!is_end) take_other(word, name);
    if (std::exchange(warns_, false)) owner_.softened_.soften(steps_, begin, {.warns = true});
    return goes_on;
  }

  void take_other(std::string_view word, std::string_view name) {
    const bool is_known = take_client(name) || take_recipient(name) || take_defer_if(name) || take_table(word, name) ||
                          take_elsewhere(name) || take_class(word);
    if (!is_known) take_unknown(word);
  }

  Step& add(Subject subject, std::string_view text) {
    Step step = like_;
    step.subject = subject;
    step.text = text;
    return steps_.emplace_back(std::move(step));
  }

  /// "554" with what follows it; a code of the 400s is a refusal for now.
  std::pair<Access, std::uint32_t> refusal(std::string_view code, std::string_view detail, std::string_view text) {
    const std::string number = owner_.file_.text(code).empty() ? std::string(code) : owner_.file_.text(code);
    const bool is_soft = number.starts_with('4') || owner_.file_.is_yes("soft_bounce");
    const char first = is_soft ? '4' : '5';
    return {
        is_soft ? Access::defer : Access::deny,
        site_.add_reply(fmt::format("{}{} {}.{} {}", first, std::string_view(number).substr(1), first, detail, text))};
  }
  void refuse(Step& step, std::string_view code, std::string_view detail, std::string_view text) {
    std::tie(step.hit, step.reply) = refusal(code, detail, text);
  }

  bool take_end(std::string_view name) {
    if (name != "permit" && name != "reject" && name != "defer") return false;
    Step& step = add(Subject::always, name);
    if (name == "reject") refuse(step, "reject_code", "7.1", fmt::format("{}: Access denied", list_.refused));
    if (name == "defer") refuse(step, "defer_code", "3.2", fmt::format("{}: Try again later", list_.refused));
    return true;
  }

  bool take_client(std::string_view name) {
    if (name == "permit_mynetworks") return add_prepared(owner_.lists_.mynetworks, true);
    if (name == "permit_inet_interfaces") return add_prepared(owner_.lists_.own_addresses, false);
    if (name == "permit_sasl_authenticated") {
      add(Subject::login, name).lets_relay = true;
      return true;
    }
    const bool is_reverse = name == "reject_unknown_reverse_client_hostname";
    if (!is_reverse && name != "reject_unknown_client_hostname" && name != "reject_unknown_client") return false;
    Step& step = add(is_reverse ? Subject::unnamed : Subject::nameless, name);
    refuse(step, "unknown_client_reject_code", is_reverse ? "7.1" : "7.25",
           fmt::format("Client host rejected: cannot find your {}hostname, $A", is_reverse ? "reverse " : ""));
    return true;
  }

  bool add_prepared(const std::vector<Step>& prepared, bool lets_relay) {
    for (const Step& one : prepared) {
      Step step = one;
      step.place = like_.place;
      step.needs.insert(step.needs.end(), like_.needs.begin(), like_.needs.end());
      step.lets_relay = lets_relay;
      steps_.push_back(std::move(step));
    }
    return true;
  }

  bool take_recipient(std::string_view name) {
    const bool is_permit = name == "permit_auth_destination";
    const bool is_both = name == "check_relay_domains";
    const bool is_defer = name == "defer_unauth_destination";
    if (!is_permit && !is_both && !is_defer && name != "reject_unauth_destination") return false;
    if (!list_.knows_recipient) return true;
    if (is_permit || is_both) permit_destinations(name);
    if (!is_permit) refuse_others(name, is_defer);
    return true;
  }

  [[nodiscard]] bool refuses_routes() const { return !owner_.file_.is_yes("allow_untrusted_routing"); }

  void permit_destinations(std::string_view name) {
    const auto patterns = ask_elsewhere(name, {Access::allow, {}, {}, {}}, {});
    Step& step = add(Subject::recipient, name);
    step.table = owner_.lists_.destinations;
    if (refuses_routes()) step.needs.push_back({.subject = Subject::routed_recipient, .holds = false});
    if (patterns) step.needs.push_back(unless_said(*patterns, not_listed));
  }

  static Need unless_said(std::size_t patterns, std::string_view text) {
    return {.subject = Subject::unknown, .holds = false, .text = std::string(text), .patterns = patterns};
  }

  /// Asks for destinations in tables that no proof can tell the entries of; `yes` and `no` are what becomes of who is
  /// there, and who is not. What they say to a question is in the table of expressions that is returned.
  std::optional<std::size_t> ask_elsewhere(std::string_view name, const PatternAnswer& yes, const PatternAnswer& no) {
    if (owner_.lists_.elsewhere.empty()) return std::nullopt;
    const std::size_t patterns = site_.patterns.size();
    site_.patterns.push_back({Subject::destination, domain_answers(yes, no)});
    for (const std::string& table : owner_.lists_.elsewhere) {
      Step& step = add(Subject::unknown, fmt::format("{} ({})", name, table));
      step.patterns = patterns;
      step.either_way = owner_.lists_.may_leave_out;
      step.needs.push_back({.subject = Subject::recipient, .table = owner_.lists_.told_elsewhere});
      if (refuses_routes()) step.needs.push_back({.subject = Subject::routed_recipient, .holds = false});
    }
    return patterns;
  }

  [[nodiscard]] std::function<std::optional<PatternAnswer>(std::string_view)> domain_answers(
      const PatternAnswer& yes, const PatternAnswer& no) const {
    return [find = owner_.lists_.find_domain, yes, no](std::string_view address) -> std::optional<PatternAnswer> {
      const std::size_t at = address.rfind('@');
      if (at == std::string_view::npos) return std::nullopt;
      Span untried;
      const ListAnswer found = find(address.substr(at + 1), untried);
      if (found == ListAnswer::fails) return PatternAnswer{Access::defer, std::string(lookup_failure), {}, {}};
      PatternAnswer answer = found == ListAnswer::yes ? yes : no;
      answer.restrictions = found == ListAnswer::yes ? listed : not_listed;
      if (found == ListAnswer::unread) answer.unknown = not_tried;
      answer.place = untried;
      return answer;
    };
  }

  void refuse_others(std::string_view name, bool is_defer) {
    const std::string_view text = name == "check_relay_domains"
                                      ? "<$R>: Recipient address rejected: Relay access denied"
                                      : "<$R>: Relay access denied";
    const auto answer = refusal(is_defer ? "454" : "relay_domains_reject_code", "7.1", text);
    const auto patterns = ask_elsewhere(name, {}, {answer.first, site_.replies[answer.second], {}, {}});
    Step& step = add(Subject::recipient, name);
    step.table = owner_.lists_.destinations;
    step.hit = Access::pass;
    std::tie(step.miss, step.reply) = answer;
    if (patterns) step.needs.push_back(unless_said(*patterns, listed));
    if (!refuses_routes()) return;
    Step& routed = add(Subject::routed_recipient, name);
    std::tie(routed.hit, routed.reply) = answer;
  }

  bool take_defer_if(std::string_view name) {
    if (name != "defer_if_permit" && name != "defer_if_reject") return false;
    add_defer_if(name, fmt::format("450 4.7.0 {}: {} requested", list_.refused, name));
    return true;
  }

  void add_defer_if(std::string_view name, std::string reply) {
    Step& step = add(Subject::always, name);
    step.hit = Access::pass;
    step.later = name == "defer_if_permit" ? Later::defers_accepted : Later::defers_refused;
    step.reply = site_.add_reply(std::move(reply));
  }

  /// Takes the next word; empty where it has no ':', and then that is a mistake in the configuration.
  std::string table_name() {
    std::string_view behind = rest_;
    const std::string_view word = next_postfix_word(behind);
    if (word.find(':') == std::string_view::npos) return {};
    rest_ = behind;
    return std::string(word);
  }

  bool take_table(std::string_view word, std::string_view name) {
    const bool is_bare = word.find(':') != std::string_view::npos && word.front() != '{';
    const std::string_view check = is_bare ? list_.bare_table : name;
    const bool is_reverse = check == "check_reverse_client_hostname_access";
    const bool is_client = is_reverse || check == "check_client_access";
    const bool is_sender = check == "check_sender_access";
    const bool is_helo = check == "check_helo_access";
    if (!is_client && !is_sender && !is_helo && check != "check_recipient_access") return false;
    if (is_bare && depth_ > 0) return fail(word);
    const std::string table = is_bare ? std::string(word) : table_name();
    if (table.empty()) return fail(name);
    const std::string text = fmt::format("{} {}", check, table);
    if (is_helo) return add_elsewhere(text, what_helo_may(table));
    const bool is_known = is_client || (is_sender ? list_.knows_sender : list_.knows_recipient);
    if (!is_known) return true;
    ask_table(text, table,
              is_client   ? AccessSubject::client
              : is_sender ? AccessSubject::sender
                          : AccessSubject::recipient,
              is_reverse);
    return true;
  }

  /// Nobody can tell what a client says there.
  Elsewhere what_helo_may(const std::string& name) {
    const PostfixTable& table = *owner_.tables_.table(name, like_.place);
    const bool is_told = is_by_key(table.type) && table.unavailable.empty();
    const bool may_permit = std::any_of(table.entries.begin(), table.entries.end(), [](const PostfixEntry& entry) {
      return permits_by_itself(entry.value, AccessSubject::sender);
    });
    return is_told && !may_permit ? Elsewhere::may_refuse : Elsewhere::may_permit;
  }

  void ask_table(std::string_view text, const std::string& name, AccessSubject subject, bool is_reverse) {
    const PostfixTable& table = *owner_.tables_.table(name, like_.place);
    if (subject == AccessSubject::client) owner_.tables_.note_clients(table);
    const std::size_t begin = steps_.size();
    if (subject != AccessSubject::recipient || !refuses_routes()) {
      add_steps(text, table, subject, is_reverse, {});
      if (is_reverse) ask_claimed_name(begin);
      return;
    }
    add_steps(text, table, subject, false, {{.subject = Subject::routed_recipient, .holds = false}});
    const std::size_t routed = steps_.size();
    add_steps(text, table, subject, false, {{.subject = Subject::routed_recipient}});
    owner_.softened_.soften(steps_, routed, {.is_routed = true});
  }

  void add_steps(std::string_view text, const PostfixTable& table, AccessSubject subject, bool is_reverse,
                 const std::vector<Need>& needs) {
    AccessCheck check;
    check.subject = subject;
    check.like = like_;
    check.like.text = text;
    check.like.needs.insert(check.like.needs.end(), needs.begin(), needs.end());
    check.codes = {code_of("access_map_reject_code"), code_of("access_map_defer_code")};
    check.parent_matches = owner_.covers_subdomains("smtpd_access_maps");
    check.delimiters = owner_.file_.text("recipient_delimiter");
    check.expand = [&](std::string_view restrictions, const Step& like, std::vector<Step>& steps) {
      RestrictionList list = list_;
      list.refused = is_reverse                         ? "<$C>: Unverified Client host rejected"
                     : subject == AccessSubject::client ? "<$C>: Client host rejected"
                     : subject == AccessSubject::sender ? "<$S>: Sender address rejected"
                                                        : "<$R>: Recipient address rejected";
      Reader(owner_, list, steps, like, depth_ + 1).read_value(restrictions);
    };
    add_access_steps(table, check, owner_.made_, site_, steps_);
  }

  /// A list of restrictions in a table. There "defer_if_permit" has a text of its own behind it.
  void read_value(std::string_view text) {
    std::string_view behind = text;
    const std::string first = in_lower_case(next_postfix_word(behind));
    behind = trimmed(behind);
    if (depth_ > deepest_class)
      fail_always("too many");
    else if (first == "defer_if_permit" || first == "defer_if_reject")
      add_defer_if(first,
                   fmt::format("450 4.7.1 {}: {}", list_.refused, behind.empty() ? "Service unavailable" : behind));
    else
      read(text);
  }

  [[nodiscard]] unsigned code_of(std::string_view name) const {
    const std::string text = owner_.file_.text(name);
    unsigned code = 0;
    for (const char c : text) code = is_digit(c) && code < 1000 ? code * 10 + static_cast<unsigned>(c - '0') : code;
    return code;
  }

  /// The steps from `begin` on ask about the name that reverse DNS tells, and may not permit.
  void ask_claimed_name(std::size_t begin) {
    owner_.softened_.soften(steps_, begin, {.may_not_permit = true});
    for (std::size_t i = begin; i < steps_.size(); ++i) {
      if (steps_[i].subject == Subject::client) steps_[i].subject = Subject::claimed_client;
      if (steps_[i].patterns) site_.patterns[*steps_[i].patterns].about = Subject::claimed_client;
      // those in front are of the table that named this check
      for (std::size_t own = like_.needs.size(); own < steps_[i].needs.size(); ++own) {
        Need& need = steps_[i].needs[own];
        if (need.patterns) site_.patterns[*need.patterns].about = Subject::claimed_client;
        if (need.subject == Subject::client) need.subject = Subject::claimed_client;
        if (need.subject == Subject::nameless) need.subject = Subject::unnamed;
      }
    }
  }

  bool take_elsewhere(std::string_view name) {
    const auto* word = std::find_if(std::begin(words_elsewhere), std::end(words_elsewhere),
                                    [&](const ElsewhereWord& one) { return one.name == name; });
    if (word == std::end(words_elsewhere)) return false;
    const std::string argument(word->has_argument ? next_postfix_word(rest_) : std::string_view());
    if (word->what == Elsewhere::passes) return true;
    return add_elsewhere(argument.empty() ? std::string(name) : fmt::format("{} {}", name, argument), word->what);
  }

  bool add_elsewhere(std::string_view text, Elsewhere what) {
    Step& step = add(Subject::unknown, text);
    step.either_way = text.starts_with("check_");
    if (what == Elsewhere::may_refuse) refuse(step, "reject_code", "7.1", fmt::format("{}: {}", list_.refused, text));
    return true;
  }

  bool take_class(std::string_view word) {
    if (!owner_.classes_.contains(word)) return false;
    if (depth_ >= deepest_class) return fail(word);
    Reader(owner_, list_, steps_, like_, depth_ + 1).read(owner_.file_.text(word));
    return true;
  }

  void take_unknown(std::string_view word) {
    if (depth_ == 0) report_unknown(word);
    fail(word);
  }

  void report_unknown(std::string_view word) {
    const std::string name = in_lower_case(word);
    Nearest nearest(name);
    for (const std::string_view known : words_here) nearest.try_word(known);
    for (const ElsewhereWord& known : words_elsewhere) nearest.try_word(known.name);
    owner_.context_.findings
        .add(main_cf::unknown_restriction, like_.place,
             fmt::format("{} is no restriction that Postfix knows: who comes as far gets 451 and is not taken",
                         core::quoted(word)))
        .with_help(nearest.word().empty() ? "mend the word, or define it as a restriction class"
                                          : fmt::format("did you mean '{}'?", nearest.word()));
  }

  /// Whoever comes here is refused for now, whatever warn_if_reject says.
  bool fail(std::string_view text) {
    fail_always(text);
    warns_ = false;
    return true;
  }
  void fail_always(std::string_view text) {
    Step& step = add(Subject::always, text);
    step.hit = Access::defer;
    step.reply = site_.add_reply(std::string(broken_configuration));
  }

  PostfixRestrictions& owner_;
  Site& site_;
  RestrictionList list_;
  std::vector<Step>& steps_;
  Step like_;
  int depth_;
  std::string_view rest_;
  bool warns_ = false;
  std::size_t searched_ = 0;  ///< where in the list, as it is written, the next word stands or behind it
};

PostfixRestrictions::PostfixRestrictions(const PostfixContext& context, const MainCf& file, PostfixTables& tables,
                                         const PostfixLists& lists)
    : context_(context), file_(file), tables_(tables), lists_(lists), softened_(context.site) {
  const std::string names = file.text("smtpd_restriction_classes");
  std::string_view rest = names;
  for (std::string_view name; !(name = next_postfix_word(rest)).empty();) {
    classes_.emplace(name);
    if (file.text(name).empty()) fault_ = fmt::format("the restriction class {} has no definition", core::quoted(name));
  }
}

bool PostfixRestrictions::covers_subdomains(std::string_view name) const {
  const std::string names = file_.text("parent_domain_matches_subdomains");
  std::string_view rest = names;
  for (std::string_view word; !(word = next_postfix_word(rest)).empty();)
    if (word == name) return true;
  return false;
}

Stage PostfixRestrictions::stage(const RestrictionList& list) {
  Stage stage{.name = list.parameter, .steps = {}};
  const std::string text = file_.text(list.parameter);
  Reader(*this, list, stage.steps, Step{.place = file_.place(list.parameter)}, 0).read(text);
  return stage;
}

bool PostfixRestrictions::has_refusal(std::string_view parameter) const {
  std::set<std::string, std::less<>> seen;
  return has_refusal_in(file_.text(parameter), seen);
}

bool PostfixRestrictions::has_refusal_in(std::string_view text, std::set<std::string, std::less<>>& seen) const {
  for (std::string_view word; !(word = next_postfix_word(text)).empty();) {
    const std::string name = in_lower_case(word);
    if (name == "permit") return false;
    if (name == "warn_if_reject") {
      std::ignore = next_postfix_word(text);
      continue;
    }
    if (std::find(std::begin(refusing_words), std::end(refusing_words), name) != std::end(refusing_words)) return true;
    const bool is_new_class = classes_.contains(word) && seen.emplace(word).second;
    if (is_new_class && has_refusal_in(file_.text(word), seen)) return true;
  }
  return false;
}

}  // namespace core
