// Findings about main.cf: see postfix_findings.hpp.
#include "site/postfix_findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/ascii_case.hpp"
#include "base/finding_kinds.hpp"
#include "formats/postfix/expression_table.hpp"
#include "formats/postfix/networks.hpp"
#include "model/domain_fault.hpp"
#include "model/public_suffixes.hpp"

namespace core {
namespace {

/// What refuses mail to strangers' domains.
constexpr std::string_view refusing_strangers[] = {"reject_unauth_destination", "defer_unauth_destination", "reject",
                                                   "defer", "check_relay_domains"};
/// What permits by what no file tells.
constexpr std::string_view permitting_strangers[] = {"permit_dnswl_client",     "permit_rhswl_client",
                                                     "permit_naked_ip_address", "permit_tls_all_clientcerts",
                                                     "check_ccert_access",      "check_sasl_access"};

template <typename Words>
bool is_among(std::string_view name, const Words& words) {
  return std::find(std::begin(words), std::end(words), name) != std::end(words);
}

/// A restriction that may permit a stranger.
struct EarlyPermit {
  std::string text;
  std::string reason;
  Span place;
  Severity severity = Severity::error;
};

struct RestrictionsRead {
  bool refuses = false;
  std::vector<EarlyPermit> permits;
};

/// Walks over a list of restrictions and its classes up to what refuses strangers.
class PermitSearch {
 public:
  PermitSearch(const PostfixContext& context, const MainCf& file, PostfixTables& tables,
               const AddressTable& destinations)
      : context_(context), file_(file), tables_(tables), destinations_(destinations) {}

  RestrictionsRead read(std::string_view parameter) {
    read_ = {};
    place_ = file_.place(parameter);
    written_ = context_.sources.text(place_);
    searched_ = std::min(written_.find('='), written_.size());
    walk(file_.text(parameter), 0);
    return std::move(read_);
  }

 private:
  /// False when nothing behind it is asked.
  bool walk(std::string_view text, int depth) {
    constexpr int deepest = 20;
    for (std::string_view word; depth < deepest && !(word = next_postfix_word(text)).empty();) {
      const Span place = depth == 0 ? place_of(word) : place_;
      const std::string name = in_lower_case(word);
      if (name == "warn_if_reject") {
        std::ignore = next_postfix_word(text);
        continue;
      }
      if (is_among(name, refusing_strangers)) return read_.refuses = true, false;
      if (name == "permit") return add(word, "it permits everybody", place, Severity::error), false;
      if (is_among(name, permitting_strangers)) add(word, "no file tells whom it permits", place, Severity::warning);
      if (name.starts_with("check_") && name.ends_with("_access")) take_table(name, next_postfix_word(text), place);
      if (is_class(word) && !walk(file_.text(word), depth + 1)) return false;
    }
    return true;
  }

  [[nodiscard]] bool is_class(std::string_view word) const {
    const std::string classes = file_.text("smtpd_restriction_classes");
    std::string_view rest = classes;
    for (std::string_view name; !(name = next_postfix_word(rest)).empty();)
      if (name == word) return true;
    return false;
  }

  Span place_of(std::string_view word) {
    const std::size_t at = written_.find(word, searched_);
    if (at == std::string_view::npos) return place_;
    searched_ = at + word.size();
    const auto begin = place_.begin + static_cast<std::uint32_t>(at);
    return {begin, begin + static_cast<std::uint32_t>(word.size())};
  }

  void add(std::string_view text, std::string reason, Span place, Severity severity) {
    read_.permits.push_back({std::string(text), std::move(reason), place, severity});
  }

  void take_table(const std::string& name, std::string_view table_name, Span place) {
    if (table_name.find(':') == std::string_view::npos) return;
    const bool is_sender = name == "check_sender_access" || name == "check_helo_access";
    const bool is_recipient = name == "check_recipient_access";
    if (!is_sender && !is_recipient) return;  // of clients it says what mynetworks says
    const std::string text = fmt::format("{} {}", name, table_name);
    const PostfixTable& table = *tables_.table(std::string(table_name), place_);
    if (!table.unavailable.empty()) return add(text, "its table is not here, and may permit", place, Severity::note);
    if (!is_readable(table.type) && table.expressions == nullptr)
      return add(text, "its table is not read here, and may permit", place, Severity::warning);
    if (table.expressions != nullptr) return take_expressions(*table.expressions, text, is_sender, place);
    const auto subject = is_sender ? AccessSubject::sender : AccessSubject::recipient;
    for (const PostfixEntry& entry : table.entries) {
      if (!permits(entry.value, subject) || (is_recipient && is_own(entry.key))) continue;
      return add(text,
                 fmt::format("{} is given to {}", core::quoted(fmt::format("{} {}", entry.key, entry.value)),
                             is_sender ? "whoever says so" : "everybody"),
                 place, Severity::error);
    }
  }

  /// Which recipients an expression is for nobody can tell: they may be the server's own.
  void take_expressions(const ExpressionTable& table, const std::string& text, bool is_sender, Span place) {
    const auto subject = is_sender ? AccessSubject::sender : AccessSubject::recipient;
    for (const ExpressionTable::Rule& rule : table.rules) {
      if (rule.endif || !permits(rule.value, subject)) continue;
      const std::string shown = core::quoted(std::string(context_.sources.text(rule.place)));
      return is_sender ? add(text, shown + " is given to whoever says so", place, Severity::error)
                       : add(text, shown + " may be for other domains than the server's", place, Severity::warning);
    }
  }

  [[nodiscard]] static bool permits(std::string_view value, AccessSubject subject) {
    const PostfixValue read = read_postfix_value(value, subject);
    std::string_view rest = read.restrictions;
    for (std::string_view word; !(word = next_postfix_word(rest)).empty();)
      if (in_lower_case(word) == "permit") return true;
    return read.access == Access::allow;
  }

  /// True for a key about recipients to whom anybody may send without it.
  [[nodiscard]] bool is_own(std::string_view key) const {
    const std::size_t at = key.find('@');
    const std::string_view domain = at == std::string_view::npos ? key : key.substr(at + 1);
    const AddressRule* rule = destinations_.find({.local = {}, .domain = in_lower_case(domain)});
    return !domain.empty() && rule != nullptr && destinations_.outcome_of(*rule).access == Access::allow;
  }

  const PostfixContext& context_;
  const MainCf& file_;
  PostfixTables& tables_;
  const AddressTable& destinations_;
  RestrictionsRead read_;
  Span place_;
  std::string_view written_;
  std::size_t searched_ = 0;
};

bool is_clean(const RestrictionsRead& list) { return list.refuses && list.permits.empty(); }

/// Entries that name a table which Postfix cannot have: "http://example.net".
void report_odd_table(const PostfixListItem& item, const std::string& parameter, Findings& findings) {
  const std::string_view type = std::string_view(item.text).substr(0, item.text.find(':'));
  const bool is_no_type = item.table != nullptr && item.table->unavailable.starts_with("Postfix has no tables");
  if (!is_no_type) return;
  findings
      .add(
          domains::not_a_domain, item.place,
          fmt::format("{} in {} is a table of the type {} to Postfix, which it has not: it answers 451 4.3.0 for every "
                      "recipient that comes as far",
                      core::quoted(item.text), parameter, core::quoted(type)))
      .with_help("write the domain only");
}

void report_domain_item(const PostfixListItem& item, const PostfixList& list, Findings& findings) {
  const bool covers_more = list.parameter == "relay_domains";
  const bool is_dead_suffix = item.text.starts_with('.') && (!covers_more || list.covers_subdomains);
  const auto fault = domain_fault(item.text);
  if (fault || is_dead_suffix) {
    findings
        .add(domains::not_a_domain, item.place,
             fmt::format("{} in {} is no domain that mail is sent to: {}", core::quoted(item.text), list.parameter,
                         fault ? fault->reason : "names have no '.' in front there"))
        .with_help(fault ? fault->help : fmt::format("write '{}'", printable(item.text.substr(1))));
    return;
  }
  const std::string_view domain = std::string_view(item.text).substr(item.text.starts_with('.') ? 1 : 0);
  if (!item.matches || !anybody_registers_under(domain)) return;
  Finding& finding = findings.add(
      domains::public_suffix, item.place,
      covers_more ? fmt::format("{} in {} lets everybody send to every domain under it", core::quoted(item.text),
                                list.parameter)
                  : fmt::format("{} in {} is where anybody can register: mail for user@{} only is meant by it",
                                core::quoted(item.text), list.parameter, printable(domain)));
  finding.with_help("list your own domains only");
  if (!covers_more) finding.severity = Severity::warning;
}

}  // namespace

void report_networks(const PostfixList& list, Findings& findings) {
  for (const PostfixListItem& item : list.items)
    if (item.table == nullptr ? !item.fails : is_unbracketed_ipv6(item.text))
      report_network_pattern(item.text, item.matches, item.place, list.covers_subdomains, findings);
}

void report_domains(const PostfixList& list, Findings& findings) {
  for (const PostfixListItem& item : list.items) {
    if (item.fails)
      report_odd_table(item, list.parameter, findings);
    else if (item.table == nullptr)
      report_domain_item(item, list, findings);
  }
}

void report_early_permits(const PostfixContext& context, const MainCf& file, PostfixTables& tables,
                          const AddressTable& destinations) {
  PermitSearch search(context, file, tables, destinations);
  const RestrictionsRead lists[] = {search.read("smtpd_relay_restrictions"),
                                    search.read("smtpd_recipient_restrictions")};
  // each must let the mail pass: one that refuses strangers is enough
  if (std::any_of(std::begin(lists), std::end(lists), is_clean)) return;
  for (const RestrictionsRead& list : lists)
    for (const EarlyPermit& permit : list.permits) {
      Finding& finding = context.findings.add(main_cf::permit_before_reject, permit.place,
                                              fmt::format("{} comes before anything refuses mail to other domains: {}",
                                                          core::quoted(permit.text), permit.reason));
      finding.severity = permit.severity;
      finding.with_help(
          "put it behind reject_unauth_destination, or set smtpd_relay_restrictions = permit_mynetworks, "
          "permit_sasl_authenticated, reject_unauth_destination");
    }
}

}  // namespace core
