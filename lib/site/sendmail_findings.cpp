// Findings about Sendmail's files: see sendmail_findings.hpp.
#include "site/sendmail_findings.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/edit_distance.hpp"
#include "base/finding_kinds.hpp"
#include "model/access_map.hpp"
#include "model/domain_fault.hpp"
#include "model/public_suffixes.hpp"
#include "site/sendmail_feature_names.hpp"

namespace core {
namespace {

/// A feature that somebody should think twice about.
struct Danger {
  std::string_view feature;
  const FindingKind* kind;
  std::string_view what;
  std::string_view help;
};

constexpr Danger dangers[] = {
    {"promiscuous_relay", &sendmail_mc::promiscuous_relay, "relays for everybody: the server is an open relay",
     "delete the line; clients relay by Connect: in the access map, or when they log in"},
    {"relay_local_from", &sendmail_mc::sender_trust,
     "relays for everybody who writes one of the server's own domains behind MAIL FROM",
     "delete the line; let clients relay by address, or when they log in"},
    {"relay_mail_from", &sendmail_mc::sender_trust,
     "relays for everybody who writes an address with From:... RELAY behind MAIL FROM",
     "delete the line; let clients relay by address, or when they log in"},
    {"relay_entire_domain", &sendmail_mc::entire_domain, "relays to and for every name in the domain of the server",
     "list networks with Connect: in the access map, and hosts that get mail in relay-domains"},
    {"relay_based_on_MX", &sendmail_mc::relay_based_on_mx,
     "relays to every domain whose owner names the server as its MX", "delete the line; list domains in relay-domains"},
    {"loose_relay_check", &sendmail_mc::loose_relay_check,
     "takes user%other@domain for every domain that is relayed to", "delete the line"},
    {"accept_unresolvable_domains", &sendmail_mc::unresolvable,
     "takes mail from senders whose domain does not exist: nobody can answer them",
     "delete the line where the server can ask the DNS"},
};

/// True for an entry that FEATURE(`relay_mail_from') relays for: a whole address, or with its argument a domain.
bool is_sender_that_relays(const AccessMap& map, const AccessEntry& entry, const SendmailFeatures& features) {
  if (entry.tag() != AccessTag::from || map.value_of(entry).meaning.word != AccessWord::relay) return false;
  const std::size_t at = entry.key().rfind('@');
  const bool is_asked = at == std::string::npos ? features.relay_mail_from_domain : at + 1 < entry.key().size();
  return features.relay_mail_from && is_asked;
}

/// What Sendmail makes of an entry with these features, where it is not what the entry says.
class EntryFindings {
 public:
  EntryFindings(const AccessMap& map, const SendmailFeatures& features, Findings& findings)
      : map_(map), features_(features), findings_(findings) {}

  void report(const AccessEntry& entry) {
    const AccessWord word = map_.value_of(entry).meaning.word;
    const bool has_own_keys = entry.tag() == AccessTag::other;
    if (word == AccessWord::skip && !features_.skip && !has_own_keys) report_skip(entry);
    if (entry.key().starts_with('.') && !features_.lookup_dot_domain && !has_own_keys) report_dot(entry);
    if (word != AccessWord::relay || access_prefix(entry.key())) return;  // networks have checks of their own
    if (entry.tag() == AccessTag::from) return report_sender(entry);
    const bool is_mailbox = entry.key().find('@') != std::string::npos;
    const bool is_of_mail = entry.tag() == AccessTag::to || entry.tag() == AccessTag::none;
    if (is_mailbox && is_of_mail && !features_.relay_to_full_address) return report_mailbox(entry);
    if (anybody_registers_under(entry.key()) && !entry.key().empty() && entry.tag() != AccessTag::spam)
      report_open_domain(entry);
  }

 private:
  static std::string quoted_key(const AccessEntry& entry) { return core::quoted(access_key_text(entry)); }

  void report_skip(const AccessEntry& entry) {
    findings_
        .add(tables::not_an_action, map_.value_span(entry),
             "SKIP is no action without 'skip' among the arguments of FEATURE(`access_db'): mail is refused with "
             "553 5.3.0 SKIP")
        .with_help("write FEATURE(`access_db', , `skip') in sendmail.mc");
  }

  void report_dot(const AccessEntry& entry) {
    findings_
        .add(
            tables::dead_table_key, entry.key_span(),
            fmt::format("Sendmail never asks for {}: a '.' in front is only looked up with 'lookupdotdomain' among the "
                        "arguments of FEATURE(`access_db')",
                        quoted_key(entry)))
        .with_help(fmt::format("write '{}{}', which is for the names below it, too", access_tag_text(entry.tag()),
                               printable(entry.key().substr(1))));
  }

  void report_sender(const AccessEntry& entry) {
    if (is_sender_that_relays(map_, entry, features_)) {
      findings_
          .add(sendmail_mc::sender_trust, entry.span(),
               fmt::format("{} RELAY: whoever writes this behind MAIL FROM relays", quoted_key(entry)))
          .with_help("take it away; let clients relay by address, or when they log in");
      return;
    }
    const bool is_domain = entry.key().find('@') == std::string::npos;
    const std::string_view why = !features_.relay_mail_from ? " without FEATURE(`relay_mail_from'): it means OK"
                                 : is_domain
                                     ? " without 'domain' as the argument of FEATURE(`relay_mail_from'): it means OK"
                                     : ": FEATURE(`relay_mail_from') asks for whole addresses, and this means OK";
    findings_
        .add(sendmail_mc::sender_trust, entry.span(),
             fmt::format("{} RELAY lets nobody relay{}", quoted_key(entry), why))
        .with_help("write OK")
        .severity = Severity::warning;
  }

  void report_mailbox(const AccessEntry& entry) {
    findings_
        .add(
            tables::dead_table_key, entry.span(),
            fmt::format("{} RELAY lets nobody send there without 'relaytofulladdress' among the arguments of "
                        "FEATURE(`access_db'){}: it means OK",
                        quoted_key(entry), entry.tag() == AccessTag::none ? ", and nobody relay who is called so" : ""))
        .with_help("write OK, or relay to the domain");
  }

  void report_open_domain(const AccessEntry& entry) {
    const std::string_view who = entry.tag() == AccessTag::to ? "lets everybody send to every domain under"
                                 : entry.tag() == AccessTag::connect
                                     ? "lets every client relay whose name ends in"
                                     : "relays to every domain and for every client under";
    findings_
        .add(domains::public_suffix, entry.span(),
             fmt::format("{} RELAY {} {}", quoted_key(entry), who, core::quoted(entry.key())))
        .with_help("list your own domains and networks only");
  }

  const AccessMap& map_;
  const SendmailFeatures& features_;
  Findings& findings_;
};

/// True for a word that is about addresses: octets, or groups with "ipv6:".
bool is_address_word(std::string_view word) {
  const bool has_dot = word.ends_with('.') || word.ends_with(':');
  return access_prefix(word).has_value() || (has_dot && access_prefix(word.substr(0, word.size() - 1)).has_value());
}

void report_class_word(const ClassWord& word, bool is_relayed, bool has_subdomains, Findings& findings) {
  if (word.span == Span() || is_address_word(word.name)) return;
  if (const auto fault = domain_fault(word.name)) {
    findings
        .add(domains::not_a_domain, word.span,
             fmt::format("{} is no domain that mail is sent to: {}", core::quoted(word.name), fault->reason))
        .with_help(is_relayed ? "write a domain, or the octets of a network: '10.1' is 10.1.0.0/16" : fault->help);
    return;
  }
  const std::string_view domain = std::string_view(word.name).substr(word.name.starts_with('.') ? 1 : 0);
  if (domain.empty() || !anybody_registers_under(domain)) return;
  const bool is_open = is_relayed && has_subdomains;
  Finding& finding = findings.add(
      domains::public_suffix, word.span,
      is_open ? fmt::format("{} relays to every domain under it, and for every client whose name ends in it",
                            core::quoted(word.name))
              : fmt::format("{} is where anybody can register: mail for user@{} only is meant by it",
                            core::quoted(word.name), printable(domain)));
  if (!is_open) finding.severity = Severity::warning;
  finding.with_help("list your own domains only");
}

/// A domain that somebody registered, and no host in one.
bool is_whole_domain(std::string_view name) {
  const std::size_t dot = name.find('.');
  return dot != std::string_view::npos && anybody_registers_under(name.substr(dot + 1)) &&
         !anybody_registers_under(name);
}

/// Words of relay-domains where they are for hosts only.
void report_host_word(const ClassWord& word, Findings& findings) {
  if (word.span == Span() || is_address_word(word.name)) return;
  if (word.name.starts_with('.'))
    findings
        .add(
            tables::dead_table_key, word.span,
            fmt::format("{} is for nobody: no host is called so, and FEATURE(`relay_hosts_only') takes words for hosts",
                        core::quoted(word.name)))
        .with_help("list the hosts, or delete the feature");
  else if (is_whole_domain(word.name))
    findings
        .add(sendmail_mc::hosts_only, word.span,
             fmt::format("{} is one host with FEATURE(`relay_hosts_only'): names below it are not meant",
                         core::quoted(word.name)))
        .with_help("fine if mail for others in the domain goes elsewhere");
}

void report_unknown_feature(const MacroCall& call, Findings& findings) {
  const std::string& name = call.argument(0);
  if (name.empty() || std::find(std::begin(sendmail_feature_names), std::end(sendmail_feature_names), name) !=
                          std::end(sendmail_feature_names))
    return;
  Nearest nearest(name);
  for (const std::string_view known : sendmail_feature_names) nearest.try_word(known);
  Finding& finding = findings.add(
      sendmail_mc::unknown_feature, call.span,
      fmt::format("Sendmail has no FEATURE(`{}'): m4 ends with an error, and the sendmail.cf that it wrote "
                  "lacks the feature",
                  printable(name)));
  if (nearest.word().empty()) finding.severity = Severity::warning;
  finding.with_help(nearest.word().empty() ? "fine if it is a feature of your own, or of an older Sendmail"
                                           : fmt::format("write '{}'", nearest.word()));
}

/// The domain of a host that stands right under a suffix is everybody's.
void report_wide_domain(const MacroCall& call, std::string_view host, Findings& findings) {
  const std::string_view domain = host.substr(std::min(host.find('.'), host.size() - 1) + 1);
  if (host.empty() || domain.empty() || !anybody_registers_under(domain)) return;
  findings
      .add(
          domains::public_suffix, call.span,
          fmt::format("FEATURE(`relay_entire_domain') relays to every domain under {}, and for every client whose name "
                      "ends in it: the host is called {}",
                      core::quoted(domain), core::quoted(host)))
      .with_help("delete the line");
}

/// The severity of a danger here: that of its kind, unless it opens nothing yet.
Severity severity_of(const Danger& danger, const SendmailParts& parts) {
  const bool opens_nothing = danger.feature == "relay_mail_from" && parts.has_map &&
                             std::none_of(parts.map.begin(), parts.map.end(), [&](const AccessEntry& entry) {
                               return is_sender_that_relays(parts.map, entry, parts.features);
                             });
  return opens_nothing ? Severity::warning : danger.kind->severity;
}

void report_features(const Source& configuration, const SendmailParts& parts, Findings& findings) {
  const std::vector<MacroCall> calls = read_macro_calls(configuration);
  if (calls.empty()) {
    findings
        .add(sendmail_mc::no_macro, {configuration.base(), configuration.base()},
             "no macro is in it: this configures nothing, and is no sendmail.mc")
        .with_help("put the right file here; a configuration has lines such as FEATURE(`access_db')");
    return;
  }
  for (const MacroCall& call : calls) {
    if (call.name != "FEATURE") continue;
    report_unknown_feature(call, findings);
    if (call.argument(0) == "relay_entire_domain") report_wide_domain(call, parts.features.host, findings);
    for (const Danger& danger : dangers) {
      if (call.argument(0) != danger.feature) continue;
      const Severity severity = severity_of(danger, parts);
      const bool is_idle = severity != danger.kind->severity;
      findings
          .add(*danger.kind, call.span,
               fmt::format("FEATURE(`{}') {}{}", danger.feature, danger.what,
                           is_idle ? "; the access map has no such address" : ""))
          .with_help(std::string(danger.help))
          .severity = severity;
    }
  }
}

}  // namespace

void report_sendmail(const Source* configuration, const SendmailParts& parts, Findings& findings) {
  if (configuration != nullptr) report_features(*configuration, parts, findings);
  EntryFindings entries(parts.map, parts.features, findings);
  for (const AccessEntry& entry : parts.map) entries.report(entry);
  for (const ClassWord& word : parts.relayed) {
    report_class_word(word, true, !parts.features.relay_hosts_only, findings);
    if (parts.features.relay_hosts_only) report_host_word(word, findings);
  }
  for (const ClassWord& word : parts.own) report_class_word(word, false, false, findings);
}

}  // namespace core
