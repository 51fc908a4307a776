// Reading what Exchange's own commands print: see servers.hpp. Which file is what is told by its fields, so that names
// are only needed in folders.
//
// A session is with one connector: that of the listener whose RemoteIPRanges are the narrowest around the client
// [learn.microsoft.com/exchange/mail-flow/connectors/receive-connectors]; without one there is no connection. So each
// listener has two tables: what its connectors give to a client that has not logged in, and to one that has.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "base/ascii_case.hpp"
#include "base/finding_kinds.hpp"
#include "site/exchange_connectors.hpp"
#include "site/file_names.hpp"
#include "site/read_clients.hpp"
#include "site/records.hpp"
#include "site/server_files.hpp"
#include "site/servers.hpp"
#include "site/smtp_virtual_server.hpp"

namespace core {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view not_authenticated = "530 5.7.57 Client not authenticated to send mail";
constexpr std::string_view login_failed = "535 5.7.3 Authentication unsuccessful";
constexpr std::string_view no_login = "504 5.7.4 Unrecognized authentication type";
constexpr std::string_view unable_to_relay = "550 5.7.54 Unable to relay recipient in non-accepted domain";

/// Below: fewer addresses. Ranges of IPv6 come behind those of IPv4, which they have nothing to do with.
bool is_narrower(const Range& a, const Range& b) {
  const auto width = [](const Range& range) {
    std::array<std::uint8_t, 16> difference{};
    int borrow = 0;
    for (std::size_t i = difference.size(); i-- > 0;) {
      const int value = range.last.bytes[i] - range.first.bytes[i] - borrow;
      borrow = value < 0 ? 1 : 0;
      difference[i] = static_cast<std::uint8_t>(value & 0xff);
    }
    return difference;
  };
  return a.first.family != b.first.family ? a.first.family < b.first.family : width(a) < width(b);
}

class ExchangeReader {
 public:
  ExchangeReader(Site& site, const ReadOptions& options, Sources& sources, Findings& findings)
      : site_(site), options_(options), sources_(sources), findings_(findings) {}

  void read(const std::vector<std::string>& paths) {
    site_.server = Server::exchange;
    for (const std::string& path : paths) take(path);
    if (!site_.failures.empty()) return;
    if (options_.scope == Scope::each_file) return report_relaying();
    if (!virtual_servers_.empty()) return take_virtual_server();
    if (connectors_.empty()) return fail(paths.front(), "no receive connector is in it that is enabled");
    if (!permissions_.empty()) note_others(apply_permissions(permissions_, connectors_));
    if (!is_one_server()) return fail(paths.front(), several_servers());
    add_sessions();
    add_recipient_stage();
    if (findings_.has_errors()) reject();
  }

 private:
  void fail(const std::string& path, std::string reason) {
    site_.failures.push_back({"use", path, EINVAL, std::move(reason)});
  }

  void take(const std::string& path) {
    std::error_code ignored;
    if (path == "-" || !fs::is_directory(path, ignored)) return take_file(path);
    site_.paths.push_back(path);
    for (const char* name : {"receive-connectors", "ad-permissions", "accepted-domains", "smtp-virtual-server"})
      for (const char* ending : {".json", ".csv"}) {
        const std::string file = (fs::path(path) / (std::string(name) + ending)).string();
        if (!fs::exists(fs::symlink_status(file, ignored))) continue;
        sources_.reach.found(file, path);
        take_file(file);
      }
  }

  void take_file(const std::string& path) {
    const Source* source = read_file_of(site_, path, options_, sources_);
    if (source == nullptr) return;
    auto records = read_records(*source);
    if (!records.ok()) return site_.failures.push_back(records.error());
    if (records.value().empty() && source->text().find_first_of("[{") == std::string_view::npos)
      return fail(path, "it is neither JSON nor CSV: there is no record in it");
    site_.files.push_back({source, &exchange_file});
    std::size_t known = 0;
    for (Record& record : records.value()) known += take_record(record) ? 1 : 0;
    if (known == 0 && !records.value().empty())
      fail(path, "it has none of the fields RemoteIPRanges, ExtendedRights, DomainName and RelayIpList");
  }

  bool take_record(Record& record) {
    if (record.has("RemoteIPRanges"))
      std::ranges::move(read_connectors({record}, findings_), std::back_inserter(connectors_));
    else if (record.has("RelayIpList"))
      virtual_servers_.push_back(std::move(record));
    else if (record.has("DomainName"))
      add_accepted_domain(record);
    else if (record.has("ExtendedRights"))
      permissions_.push_back(std::move(record));
    else
      return record.has("User");  // an entry of Get-ADPermission without such rights
    return true;
  }

  /// "example.org", "*.example.org" for it and all below, "*" for every domain.
  /// Source: learn.microsoft.com/exchange/mail-flow/accepted-domains/accepted-domains.
  void add_accepted_domain(const Record& record) {
    const FieldValue* value = record.first("DomainName");
    for (const FieldValue* part : record.all("DomainName"))
      if (part->field.ends_with(".Domain")) value = part;
    const bool below = in_lower_case(record.text("DomainName.IncludeSubDomains")) == "true";
    const std::string name = in_lower_case(value->text);
    if (site_.destinations.empty()) site_.destinations.emplace_back().format = "accepted-domains";
    if (name == "*") return accepts_all_.push_back(value->span);
    const bool is_wild = name.starts_with("*.");
    site_.destinations.front().add({is_wild ? name.substr(2) : name, value->span});
    if (is_wild || below) site_.destinations.front().add({is_wild ? name.substr(1) : "." + name, value->span});
  }

  void note_others(const std::vector<std::string>& others) {
    if (others.empty()) return;
    site_.notes.push_back(
        fmt::format("ms-Exch-SMTP-Accept-Any-Recipient is also given to {}: who logs in as one of "
                    "them relays, and that is not asked here",
                    fmt::join(others, ", ")));
  }

  [[nodiscard]] std::set<std::string> servers() const {
    std::set<std::string> names;
    for (const ReceiveConnector& connector : connectors_) names.insert(in_lower_case(connector.server()));
    return names;
  }
  [[nodiscard]] bool is_one_server() const { return servers().size() == 1; }
  [[nodiscard]] std::string several_servers() const {
    return fmt::format(
        "it has the connectors of several servers, {}; a session is with one of them: use "
        "Get-ReceiveConnector -Server NAME",
        fmt::join(servers(), ", "));
  }

  /// A listener is called as its binding is written, or by its port alone; the one that nobody names is port 25.
  void add_sessions() {
    std::map<std::string, std::vector<const ReceiveConnector*>> by_listener;
    by_listener[""];
    for (const ReceiveConnector& connector : connectors_) {
      std::set<std::string> names;
      for (const std::string& binding : connector.bindings) {
        const std::string port = binding.substr(binding.rfind(':') + 1);
        names.insert({binding, port});
        if (port == "25") names.insert("");
      }
      for (const std::string& name : names) by_listener[name].push_back(&connector);
    }
    Stage& connect = site_.stages.emplace_back(Stage{"connect", {}, Access::deny});
    for (const auto& [listener, connectors] : by_listener)
      for (const bool login : {false, true}) {
        const Need at_listener{Subject::listener, true, listener};
        connect.steps.push_back(
            {.subject = Subject::client,
             .table = site_.policies.size(),
             .take = Take::outcome,
             .text = "connectors at " + (listener.empty() ? "port 25" : listener) + (login ? ", logged in" : ""),
             .needs = {at_listener, {Subject::login, login, {}}}});
        site_.policies.push_back(sessions_of(connectors, login));
      }
  }

  Policy sessions_of(const std::vector<const ReceiveConnector*>& connectors, bool login) {
    struct Ranged {
      const RemoteRange* range;
      const ReceiveConnector* connector;
    };
    std::vector<Ranged> ranges;
    for (const ReceiveConnector* connector : connectors)
      for (const RemoteRange& range : connector->ranges) ranges.push_back({&range, connector});
    std::stable_sort(ranges.begin(), ranges.end(),
                     [](const Ranged& a, const Ranged& b) { return is_narrower(a.range->range, b.range->range); });
    Policy policy;
    policy.format = "receive-connectors";
    policy.lookup.by = Lookup::By::first_rule;
    policy.rules.set_no_match({Access::deny, Relay::unchanged, 0, 0});
    for (const Ranged& one : ranges) {
      const Outcome outcome = outcome_of(*one.connector, login);
      const SessionRights& rights = login ? one.connector->logged_in : one.connector->anonymous;
      // what gave relaying says more than the range
      const Span place = outcome.relays() && rights.place != Span() ? rights.place : one.range->span;
      policy.rules.add({one.range->range, policy.add_outcome(outcome), 0, {}, {place, place, place.end}});
    }
    return policy;
  }

  Outcome outcome_of(const ReceiveConnector& connector, bool login) {
    const SessionRights& rights = login ? connector.logged_in : connector.anonymous;
    const auto refused = [&](std::string_view reply) {
      return Outcome{Access::deny, Relay::unchanged, 0, site_.add_reply(std::string(reply))};
    };
    if (login && !connector.offers_login) return refused(no_login);
    if (!rights.submits) return refused(login ? login_failed : not_authenticated);
    return {Access::allow, rights.any_recipient ? Relay::grant : Relay::unchanged, 0, 0};
  }

  void add_recipient_stage() {
    Stage stage{"recipient", {}, Access::pass};
    stage.steps.push_back({.subject = Subject::readable_recipient, .text = "syntax"});
    stage.steps.push_back({.subject = Subject::relay, .text = "ms-Exch-SMTP-Accept-Any-Recipient"});
    for (const Span& place : accepts_all_)
      stage.steps.push_back({.subject = Subject::always, .text = "accepted domain *", .place = place});
    if (!site_.destinations.empty()) {
      stage.steps.push_back({.subject = Subject::destination, .table = 0, .text = "accepted domains"});
      stage.end = Access::deny;
      stage.reply = site_.add_reply(std::string(unable_to_relay));
    }
    add_unknown_rights(stage);
    site_.stages.push_back(std::move(stage));
  }

  /// A connector whose permission groups say Custom has rights that only Get-ADPermission tells.
  void add_unknown_rights(Stage& stage) const {
    if (!permissions_.empty()) return;
    for (const ReceiveConnector& connector : connectors_)
      if (connector.is_custom)
        stage.steps.push_back({.subject = Subject::unknown,
                               .text = "Get-ADPermission of the connector " + core::quoted(connector.identity),
                               .place = connector.span});
  }

  void take_virtual_server() {
    if (!connectors_.empty() || virtual_servers_.size() > 1)
      return fail(site_.paths.front(), "an SMTP virtual server is one server: name its file alone");
    add_virtual_server(site_, virtual_servers_.front(), findings_);
    if (findings_.has_errors()) reject();
  }

  /// For `check`: who relays without a login, as networks that have checks.
  void report_relaying() {
    for (const Span& place : accepts_all_)
      findings_.add(exchange::accepts_all, place, "the accepted domain '*' takes mail for every domain from everybody")
          .with_help("list your own domains");
    if (!permissions_.empty()) apply_permissions(permissions_, connectors_);
    for (const Record& record : virtual_servers_) {
      add_virtual_server(site_, record, findings_);
      check_last_policy();
    }
    site_.policies.push_back(anonymous_relays());
    check_last_policy();
  }

  /// Nothing is to be checked where nobody relays.
  void check_last_policy() {
    Policy& policy = site_.policies.back();
    if (policy.rules.empty()) return site_.policies.pop_back();
    check_as_networks(policy, *sources_.find(policy.rules.front().span().begin));
  }

  /// The ranges of the connectors that relay for whoever comes, but for those inside another.
  [[nodiscard]] Policy anonymous_relays() const {
    std::vector<RemoteRange> ranges;
    for (const ReceiveConnector& connector : connectors_)
      if (connector.anonymous.submits && connector.anonymous.any_recipient)
        ranges.insert(ranges.end(), connector.ranges.begin(), connector.ranges.end());
    std::stable_sort(ranges.begin(), ranges.end(),
                     [](const RemoteRange& a, const RemoteRange& b) { return is_narrower(b.range, a.range); });
    Policy policy;
    policy.lookup.by = Lookup::By::first_rule;
    policy.rules.set_no_match({Access::deny, Relay::unchanged, 0, 0});
    const std::uint32_t relays = policy.rules.add_outcome({Access::allow, Relay::grant, 0, 0});
    for (std::size_t i = 0; i < ranges.size(); ++i) {
      const Range& range = ranges[i].range;
      const bool is_inside = std::any_of(
          ranges.begin(), ranges.begin() + static_cast<std::ptrdiff_t>(i),
          [&](const RemoteRange& wider) { return wider.range.covers(range.first) && wider.range.covers(range.last); });
      const Span span = ranges[i].span;
      if (is_inside) continue;
      for (const Prefix& prefix : prefixes_of(range)) policy.rules.add({prefix, relays, 0, {}, {span, span, span.end}});
    }
    return policy;
  }

  /// Nothing is decided by files that were not understood.
  void reject() {
    site_.in_error = site_.paths.front();
    for (Policy& policy : site_.policies) policy.complete = false;
  }

  Site& site_;
  const ReadOptions& options_;
  Sources& sources_;
  Findings& findings_;
  std::vector<ReceiveConnector> connectors_;
  std::vector<Record> permissions_;
  std::vector<Record> virtual_servers_;
  std::vector<Span> accepts_all_;
};

}  // namespace

void read_exchange(Site& site, const std::vector<std::string>& paths, const ReadOptions& options, Sources& sources,
                   Findings& findings) {
  ExchangeReader(site, options, sources, findings).read(paths);
}

}  // namespace core
