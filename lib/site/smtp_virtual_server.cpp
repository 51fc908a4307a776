// Reading it: see smtp_virtual_server.hpp. Fields are those of the metabase and of the objects that scripts see.
//
// Sources:
//   [list]   msdn.microsoft.com/library/ms524685, IIsIPSecurity: with GrantByDefault only IPDeny and DomainDeny count,
//            without it only IPGrant and DomainGrant
//   [relay]  learn.microsoft.com/previous-versions, cc787910, SMTP virtual server relay restrictions: the list, and
//            RelayForAuth, "allow all computers which successfully authenticate to relay, regardless of the list above"
//   [access] the metabase property AuthFlags: 1 anonymous, 2 basic, 4 NTLM; also as AuthAnonymous, AuthBasic, AuthNTLM
#include "site/smtp_virtual_server.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii_case.hpp"
#include "base/cursor.hpp"
#include "base/finding_kinds.hpp"

namespace core {
namespace {

constexpr Outcome allowed{Access::allow, Relay::unchanged, 0, 0};
constexpr Outcome relaying{Access::allow, Relay::grant, 0, 0};

bool is_set(const Record& record, std::string_view field, bool otherwise) {
  const FieldValue* value = record.first(field);
  return value == nullptr ? otherwise : in_lower_case(value->text) != "false" && value->text != "0";
}

/// "192.168.1.0, 255.255.255.0", or an address alone: the mask of a single computer may be left out.
std::optional<Range> parse_listed_net(std::string_view text) {
  const std::size_t comma = std::min(text.find(','), text.size());
  const auto address = parse_address(trimmed(text.substr(0, comma)));
  if (!address) return std::nullopt;
  if (comma == text.size()) return Range{*address, *address};
  const auto mask = parse_ipv4(trimmed(text.substr(comma + 1)));
  const auto length = mask ? mask_length(*mask) : std::nullopt;
  if (!length || address->family != Family::ipv4) return std::nullopt;
  return range_of(make_prefix(*address, *length));
}

class ServerReader {
 public:
  ServerReader(const Record& record, Findings& findings) : record_(record), findings_(findings) {
    policy_.format = "smtp_virtual_server";
    policy_.lookup.by = Lookup::By::first_rule;
  }

  Policy read_list() {
    const FieldValue* mode = record_.first("RelayIpList.GrantByDefault");
    const bool all = is_set(record_, "RelayIpList.GrantByDefault", false);
    policy_.rules.set_no_match(allowed);
    const std::uint32_t relays = policy_.rules.add_outcome(relaying);
    const std::uint32_t listed = all ? policy_.rules.add_outcome(allowed) : relays;
    for (const FieldValue* value : record_.all(all ? "RelayIpList.IPDeny" : "RelayIpList.IPGrant"))
      add_net(*value, listed);
    for (const FieldValue* value : record_.all(all ? "RelayIpList.DomainDeny" : "RelayIpList.DomainGrant"))
      add_domain(*value, listed);
    if (all) add(AnyClient{}, *mode, relays);
    return std::move(policy_);
  }

 private:
  void add_net(const FieldValue& value, std::uint32_t outcome) {
    if (const auto range = parse_listed_net(value.text)) return add(*range, value, outcome);
    findings_
        .add(syntax::bad_pattern, value.span,
             fmt::format("{} is no address, and no address with a mask", core::quoted(value.text)))
        .with_help("write \"10.0.0.1\" or \"10.0.0.0, 255.0.0.0\"");
    policy_.complete = false;
  }

  /// A domain stands for every computer whose name of reverse DNS lies in it.
  void add_domain(const FieldValue& value, std::uint32_t outcome) {
    std::string name = in_lower_case(value.text);
    if (name.starts_with("*.")) name.erase(0, 2);
    const std::string suffix = "." + name;
    add(HostName{name}, value, outcome);
    add(HostSuffix{suffix}, value, outcome);
  }

  void add(const ClientPattern& pattern, const FieldValue& value, std::uint32_t outcome) {
    policy_.rules.add({pattern, outcome, 0, {}, {value.span, value.span, value.span.end}});
  }

  const Record& record_;
  Findings& findings_;
  Policy policy_;
};

}  // namespace

void add_virtual_server(Site& site, const Record& record, Findings& findings) {
  site.policies.push_back(ServerReader(record, findings).read_list());
  const FieldValue* flags = record.first("AuthFlags");
  const auto mask = flags == nullptr ? std::nullopt : std::optional(std::strtoul(flags->text.c_str(), nullptr, 10));
  const bool anonymous = mask ? (*mask & 1) != 0 : is_set(record, "AuthAnonymous", true);
  const bool offers_login =
      mask ? (*mask & 6) != 0 : is_set(record, "AuthBasic", true) || is_set(record, "AuthNTLM", true);
  std::vector<Step>& connect = site.stages.emplace_back(Stage{"mail", {}}).steps;
  if (!anonymous)
    connect.push_back({.subject = Subject::login,
                       .hit = Access::pass,
                       .miss = Access::deny,
                       .reply = site.add_reply("530 5.7.3 Client was not authenticated"),
                       .text = "anonymous access"});
  Stage recipient{"recipient", {}, Access::pass};
  recipient.steps.push_back({.subject = Subject::readable_recipient, .text = "syntax"});
  recipient.steps.push_back(
      {.subject = Subject::claimed_client, .table = 0, .take = Take::relay, .text = "RelayIpList"});
  if (offers_login && is_set(record, "RelayForAuth", true))
    recipient.steps.push_back({.subject = Subject::login, .text = "RelayForAuth"});
  if (!site.destinations.empty()) {
    recipient.steps.push_back({.subject = Subject::destination, .table = 0, .text = "domains of the server"});
    recipient.end = Access::deny;
    recipient.reply = site.add_reply("550 5.7.1 Unable to relay for $R");
  }
  site.stages.push_back(std::move(recipient));
}

}  // namespace core
