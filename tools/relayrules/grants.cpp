// relayrules grants: what is in a store of grants, and taking grants away. The store itself is the library's.
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <nlohmann/json.hpp>

#include "base/utc_time.hpp"
#include "command.hpp"
#include "output.hpp"
#include "relayrules/grants.h"

namespace core {
namespace {

struct GrantsOptions {
  std::string action;
  std::string store;
  std::string ip;
  std::string user;
  std::string format = "text";
};

struct StoredGrant {
  rr_grant grant;
  std::string wrong;  ///< what is wrong with a record that is broken
};

/// An open store.
class Store {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  ~Store() { rr_grants_close(handle_); }

  bool open(const std::string& name) { return rr_grants_open(name.c_str(), nullptr, &handle_, &reason_) == RR_OK; }

  /// All that is in it, by address; none where it cannot be read.
  std::optional<std::vector<StoredGrant>> read() {
    std::vector<StoredGrant> list;
    const auto visit = [](void* data, const rr_grant* grant, const char* wrong) {
      static_cast<std::vector<StoredGrant>*>(data)->push_back({*grant, wrong == nullptr ? "" : wrong});
      return 0;
    };
    if (rr_grants_each(handle_, std::time(nullptr), visit, &list, &reason_) != RR_OK) return std::nullopt;
    const auto address = [](const StoredGrant& stored) { return std::string_view(stored.grant.address); };
    std::stable_sort(list.begin(), list.end(), [&](const auto& a, const auto& b) { return address(a) < address(b); });
    // Redis may name one twice
    const auto is_same = [&](const auto& a, const auto& b) { return address(a) == address(b); };
    list.erase(std::unique(list.begin(), list.end(), is_same), list.end());
    return list;
  }

  /// How many were taken away.
  std::optional<std::size_t> revoke(const std::string& ip, const std::string& user) {
    rr_client client = RR_CLIENT_INIT;
    client.ip = ip.data();
    client.ip_len = ip.size();
    std::size_t removed = 0;
    const rr_status status = rr_grants_revoke(handle_, ip.empty() ? nullptr : &client,
                                              user.empty() ? nullptr : user.c_str(), &removed, &reason_);
    return status == RR_OK ? std::optional(removed) : std::nullopt;
  }
  std::optional<std::size_t> purge() {
    std::size_t removed = 0;
    const rr_status status = rr_grants_purge(handle_, std::time(nullptr), &removed, &reason_);
    return status == RR_OK ? std::optional(removed) : std::nullopt;
  }

  /// Says why the last call failed.
  [[nodiscard]] int report() const {
    say("relayrules: {}\n", reason_.text);
    return exit_failure;
  }

 private:
  rr_grants* handle_ = nullptr;
  rr_reason reason_ = RR_REASON_INIT;
};

std::string_view state_name(rr_grant_state state) {
  switch (state) {
    case RR_GRANT_NONE: break;
    case RR_GRANT_VALID: return "valid";
    case RR_GRANT_EXPIRED: return "expired";
    case RR_GRANT_FUTURE: return "future";
    case RR_GRANT_NEVER: return "never";
    case RR_GRANT_BROKEN: return "broken";
  }
  return "none";
}

nlohmann::json json_of(const StoredGrant& stored) {
  const rr_grant& grant = stored.grant;
  nlohmann::json object = {{"address", grant.address}, {"state", state_name(grant.state)}};
  if (grant.state == RR_GRANT_BROKEN) return object["wrong"] = stored.wrong, object;
  object["user"] = grant.user;
  object["service"] = grant.service;
  object["time"] = grant.time;
  object["expires"] = grant.expires;
  return object;
}

int list_grants(const std::vector<StoredGrant>& grants, const GrantsOptions& options) {
  Output output;
  if (options.format == "json") {
    nlohmann::json list = nlohmann::json::array();
    for (const StoredGrant& stored : grants) list.push_back(json_of(stored));
    output.write(nlohmann::json{{"grants", std::move(list)}}.dump(2) + "\n");
    return output.finish(exit_fine);
  }
  for (const StoredGrant& stored : grants) {
    const rr_grant& grant = stored.grant;
    if (grant.state == RR_GRANT_BROKEN)
      output.print("{}\tbroken\t{}\n", grant.address, stored.wrong);
    else
      output.print("{}\t{}\t{}\t{}\t{}\n", grant.address, state_name(grant.state), format_utc(grant.expires),
                   grant.user, grant.service);
  }
  return output.finish(exit_fine);
}

/// What is broken, or of a time to come; the store itself was looked at when it was opened.
int check_grants(const std::vector<StoredGrant>& grants) {
  Output output;
  std::size_t wrong = 0;
  for (const StoredGrant& stored : grants) {
    const std::string_view address = stored.grant.address;
    const std::size_t slash = address.find('/');
    if (stored.grant.state == RR_GRANT_VALID && slash != std::string_view::npos)
      output.print("{}: note: it is for a network of {} bits, and whoever else is in it may relay with it\n", address,
                   address.substr(slash + 1));
    if (stored.grant.state != RR_GRANT_BROKEN && stored.grant.state != RR_GRANT_FUTURE) continue;
    ++wrong;
    output.print(
        "{}: {}\n", stored.grant.address,
        stored.grant.state == RR_GRANT_FUTURE ? "its login is yet to come: a clock was set back" : stored.wrong);
  }
  if (wrong == 0) output.print("{} records, and none is wrong\n", grants.size());
  return output.finish(wrong == 0 ? exit_fine : exit_findings);
}

int count_grants(const std::vector<StoredGrant>& grants, const GrantsOptions& options) {
  nlohmann::json counts;
  std::vector<std::string_view> users;
  for (const rr_grant_state state :
       {RR_GRANT_VALID, RR_GRANT_EXPIRED, RR_GRANT_FUTURE, RR_GRANT_NEVER, RR_GRANT_BROKEN})
    counts[std::string(state_name(state))] = std::count_if(
        grants.begin(), grants.end(), [&](const StoredGrant& stored) { return stored.grant.state == state; });
  for (const StoredGrant& stored : grants)
    if (stored.grant.state == RR_GRANT_VALID) users.emplace_back(stored.grant.user);
  std::sort(users.begin(), users.end());
  counts["users"] = std::unique(users.begin(), users.end()) - users.begin();
  if (options.format == "json") return deliver(counts.dump(2) + "\n", exit_fine);
  std::string text;
  for (const auto& [name, count] : counts.items()) text += fmt::format("{:<8} {}\n", name, count.get<std::size_t>());
  return deliver(text, exit_fine);
}

int report_removed(const std::optional<std::size_t>& removed, const Store& store, int code_for_none) {
  if (!removed) return store.report();
  return deliver(fmt::format("{} removed\n", *removed), *removed == 0 ? code_for_none : int{exit_fine});
}

int run_action(const GrantsOptions& options) {
  const bool revokes = options.action == "revoke";
  if (revokes == (options.ip.empty() == options.user.empty()))
    return report_usage(revokes ? "revoke: say whose grants, with one of --ip and --user"
                                : "--ip and --user go with revoke alone");
  Store store;
  if (!store.open(options.store)) return store.report();
  if (revokes) return report_removed(store.revoke(options.ip, options.user), store, exit_findings);
  if (options.action == "purge") return report_removed(store.purge(), store, exit_fine);
  const auto grants = store.read();
  if (!grants) return store.report();
  if (options.action == "list") return list_grants(*grants, options);
  return options.action == "check" ? check_grants(*grants) : count_grants(*grants, options);
}

}  // namespace

int run_grants(int argc, char** argv) {
  GrantsOptions options;
  CLI::App app("List the grants of a store (POP before SMTP), count them (stats), check, purge or revoke them.",
               "relayrules grants");
  app.add_option("ACTION", options.action, "list, stats, check, purge or revoke")
      ->check(CLI::IsMember({"list", "stats", "check", "purge", "revoke"}))
      ->required();
  app.add_option("STORE", options.store, "What relayrules-grant writes, a folder or redis:..., or relay-ctrl:/DIR")
      ->required();
  app.add_option("--ip", options.ip, "revoke: the grants of this address")->type_name("ADDRESS");
  app.add_option("--user", options.user, "revoke: the grants of this user")->type_name("NAME");
  app.add_option("--format", options.format, "list, stats: text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  if (const auto code = parse_command_line(app, argc, argv)) return *code;
  return run_action(options);
}

}  // namespace core
