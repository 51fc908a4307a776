// Reading them: see exchange_connectors.hpp.
//
// Sources, all of Microsoft's documentation:
//   [groups]  learn.microsoft.com/exchange/mail-flow/connectors/receive-connectors: permission groups, whom and what
//             rights they give; authentication mechanisms; AnonymousUsers give Submit, Accept-Any-Sender and
//             Accept-Headers-Routing; ExchangeUsers give Submit, Accept-Any-Recipient and Bypass-Anti-Spam
//   [rights]  learn.microsoft.com/exchange/receive-connector-permissions-exchange-2013-help: without
//             ms-Exch-SMTP-Submit MAIL FROM and AUTH fail; ms-Exch-SMTP-Accept-Any-Recipient relays
//   [relay]   learn.microsoft.com/exchange/mail-flow/connectors/allow-anonymous-relay: both ways, the right for
//             NT AUTHORITY\ANONYMOUS LOGON, and ExternalAuthoritative with ExchangeServers
//   [cmdlet]  learn.microsoft.com/powershell/module/exchange/new-receiveconnector: forms of RemoteIPRanges and Bindings
#include "site/exchange_connectors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/ascii_case.hpp"
#include "base/finding_kinds.hpp"

namespace core {
namespace {

/// ConvertTo-Json prints an enumeration as the number of its flags, a remote session as its words.
struct Flag {
  std::string_view word;
  unsigned number;
};
constexpr std::array<Flag, 6> permission_groups = {{{"anonymoususers", 1},
                                                    {"exchangeusers", 2},
                                                    {"exchangeservers", 4},
                                                    {"exchangelegacyservers", 8},
                                                    {"partners", 16},
                                                    {"custom", 32}}};
constexpr std::array<Flag, 6> mechanisms = {{{"tls", 1},
                                             {"integrated", 2},
                                             {"basicauth", 4},
                                             {"basicauthrequiretls", 8},
                                             {"exchangeserver", 16},
                                             {"externalauthoritative", 32}}};

bool is_number(std::string_view text) {
  return !text.empty() && text.size() < 6 && std::all_of(text.begin(), text.end(), is_digit);
}

class ConnectorReader {
 public:
  ConnectorReader(const Record& record, Findings& findings) : record_(record), findings_(findings) {}

  ReceiveConnector read() {
    ReceiveConnector connector;
    const FieldValue* identity = record_.first("Identity");
    if (identity == nullptr) identity = record_.first("Name");
    connector.identity = identity == nullptr ? std::string() : identity->text;
    connector.span = identity == nullptr ? record_.span : identity->span;
    connector.bindings = read_bindings();
    read_ranges(connector);
    read_rights(connector);
    return connector;
  }

 private:
  /// True when `field` has the flag. Its place goes to `place`.
  bool has_flag(std::string_view field, const auto& flags, std::string_view word, Span& place) const {
    const auto flag = std::find_if(flags.begin(), flags.end(), [&](const Flag& one) { return one.word == word; });
    for (const FieldValue& value : record_.list(field)) {
      const bool is_set =
          is_number(value.text) ? (std::stoul(value.text) & flag->number) != 0 : in_lower_case(value.text) == word;
      if (is_set) place = value.span;
      if (is_set) return true;
    }
    return false;
  }

  /// Texts, or objects of an address and a port.
  [[nodiscard]] std::vector<std::string> read_bindings() const {
    std::vector<std::string> bindings;
    std::string address;
    for (const FieldValue& value : record_.list("Bindings")) {
      if (value.field.ends_with(".Port"))
        bindings.push_back((address.find(':') == std::string::npos ? address : "[" + address + "]") + ":" + value.text);
      else if (value.field.size() == std::string_view("Bindings").size())
        bindings.push_back(value.text);
      else if (parse_address(value.text))
        address = value.text;
    }
    return bindings;
  }

  /// Texts, or objects with an Expression. [cmdlet]
  void read_ranges(ReceiveConnector& connector) const {
    bool is_there = false;
    for (const FieldValue& value : record_.list("RemoteIPRanges")) {
      const bool is_text = value.field.size() == std::string_view("RemoteIPRanges").size();
      if (!is_text && !value.field.ends_with(".Expression")) continue;
      is_there = true;
      if (const auto range = parse_remote_range(value.text)) {
        connector.ranges.push_back({*range, value.span});
        continue;
      }
      findings_
          .add(syntax::bad_pattern, value.span,
               fmt::format("{} is no address, range or network: nobody knows whom the connector {} is for",
                           core::quoted(value.text), core::quoted(connector.identity)))
          .with_help(value.text.starts_with("Microsoft.")
                         ? "have Export-Csv write the values: @{n='RemoteIPRanges';e={$_.RemoteIPRanges -join ';'}}"
                         : "write 10.0.0.1, 10.0.0.1-10.0.0.9, 10.0.0.0/8 or 10.0.0.0(255.0.0.0)");
    }
    if (is_there) return;
    findings_
        .add(syntax::bad_pattern, connector.span,
             fmt::format("nobody knows whom the connector {} is for: its RemoteIPRanges are not there",
                         core::quoted(connector.identity)))
        .with_help("have ConvertTo-Json print them: -Depth 4");
  }

  void read_rights(ReceiveConnector& connector) const {
    const auto in_group = [&](std::string_view word, Span& place) {
      return has_flag("PermissionGroups", permission_groups, word, place);
    };
    Span place;
    const auto by = [&](std::string_view word) { return has_flag("AuthMechanism", mechanisms, word, place); };
    // BasicAuthRequireTLS and Tls alone let nobody log in, and ExchangeServer is for servers. [groups]
    connector.offers_login = by("integrated") || by("basicauth");
    connector.is_custom = in_group("custom", place);
    connector.anonymous.submits = in_group("anonymoususers", connector.anonymous.place);
    const bool users = in_group("exchangeusers", connector.logged_in.place);
    connector.logged_in.submits = connector.logged_in.any_recipient = users;
    // "externally secured": whoever connects counts as authenticated, with all rights. [relay]
    Span servers;
    if (in_group("exchangeservers", servers) && by("externalauthoritative"))
      connector.anonymous = connector.logged_in = {true, true, place};
  }

  const Record& record_;
  Findings& findings_;
};

enum class Who : std::uint8_t { anonymous, logged_in, both, other };

/// Well-known accounts by name or SID. In the names that Windows has in other languages only the SID tells.
Who who_is(const std::string& user) {
  const std::string name = in_lower_case(user);
  if (name == "s-1-5-7" || name.ends_with("anonymous logon") || name.ends_with("anonymous-anmeldung"))
    return Who::anonymous;
  if (name == "s-1-5-11" || name.ends_with("authenticated users") || name.ends_with("authentifizierte benutzer"))
    return Who::logged_in;
  return name == "s-1-1-0" || name == "everyone" || name == "jeder" ? Who::both : Who::other;
}

constexpr std::string_view submit = "ms-exch-smtp-submit";
constexpr std::string_view any_recipient = "ms-exch-smtp-accept-any-recipient";

/// One entry of an access list.
struct Permission {
  std::string identity;
  std::string user;
  Who who = Who::other;
  bool denies = false;
  std::vector<FieldValue> rights;

  explicit Permission(const Record& record)
      : identity(in_lower_case(record.text("Identity"))),
        user(record.text("User")),
        who(who_is(user)),
        rights(record.list("ExtendedRights")) {
    const std::string deny = in_lower_case(record.text("Deny"));
    denies = deny == "true" || deny == "1";
  }
  [[nodiscard]] bool is_about(const ReceiveConnector& connector) const {
    return identity == in_lower_case(connector.identity) || identity == in_lower_case(connector.name());
  }
  void apply_to(ReceiveConnector& connector) const {
    for (const FieldValue& right : rights) {
      if (who != Who::logged_in) apply_to(connector.anonymous, right);
      if (who != Who::anonymous) apply_to(connector.logged_in, right);
    }
  }
  [[nodiscard]] bool gives_relaying() const {
    return !denies && std::any_of(rights.begin(), rights.end(),
                                  [](const FieldValue& right) { return in_lower_case(right.text) == any_recipient; });
  }

 private:
  void apply_to(SessionRights& session, const FieldValue& right) const {
    const std::string name = in_lower_case(right.text);
    if (name != submit && name != any_recipient) return;
    (name == submit ? session.submits : session.any_recipient) = !denies;
    session.place = right.span;
  }
};

}  // namespace

std::string_view ReceiveConnector::server() const {
  const std::size_t end = identity.find('\\');
  return std::string_view(identity).substr(0, end == std::string::npos ? 0 : end);
}

std::string_view ReceiveConnector::name() const { return std::string_view(identity).substr(identity.find('\\') + 1); }

std::vector<ReceiveConnector> read_connectors(const std::vector<Record>& records, Findings& findings) {
  std::vector<ReceiveConnector> connectors;
  for (const Record& record : records) {
    const std::string enabled = in_lower_case(record.text("Enabled"));
    if (enabled == "false" || enabled == "0") continue;
    connectors.push_back(ConnectorReader(record, findings).read());
  }
  return connectors;
}

std::vector<std::string> apply_permissions(const std::vector<Record>& records,
                                           std::vector<ReceiveConnector>& connectors) {
  std::set<std::string> others;
  std::vector<Permission> permissions(records.begin(), records.end());
  // what is denied counts over what is given
  std::stable_partition(permissions.begin(), permissions.end(), [](const Permission& one) { return !one.denies; });
  for (const Permission& permission : permissions)
    for (ReceiveConnector& connector : connectors) {
      if (!permission.is_about(connector)) continue;
      if (permission.who != Who::other) permission.apply_to(connector);
      if (permission.who == Who::other && permission.gives_relaying()) others.insert(permission.user);
    }
  return {others.begin(), others.end()};
}

std::optional<Range> parse_remote_range(std::string_view text) {
  if (const std::size_t mask = text.find('('); mask != std::string_view::npos && text.ends_with(')')) {
    const auto address = parse_ipv4(text.substr(0, mask));
    const auto bits = parse_ipv4(text.substr(mask + 1, text.size() - mask - 2));
    const auto length = bits ? mask_length(*bits) : std::nullopt;
    return address && length ? std::optional(range_of(make_prefix(*address, *length))) : std::nullopt;
  }
  if (const auto prefix = parse_prefix(text)) return range_of(*prefix);
  const std::size_t dash = std::min(text.find('-'), text.size());
  const auto first = parse_address(text.substr(0, dash));
  const auto last = dash == text.size() ? first : parse_address(text.substr(dash + 1));
  if (!first || !last || first->family != last->family || *last < *first) return std::nullopt;
  return Range{*first, *last};
}

}  // namespace core
