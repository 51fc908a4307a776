// A store of grants in a folder of its own, and short ways to ask it.
#pragma once

#include <sys/stat.h>

#include <algorithm>
#include <cstring>

#include "relayrules/grants.h"
#include "rule_cdb.hpp"

namespace fs = std::filesystem;

inline constexpr long long noon = 1700000000;

inline rr_client at(std::string_view ip) {
  rr_client client = RR_CLIENT_INIT;
  client.ip = ip.data();
  client.ip_len = ip.size();
  return client;
}

/// An open store, or why there is none.
class Store {
 public:
  explicit Store(const std::string& name, rr_grants_options options = RR_GRANTS_OPTIONS_INIT) {
    status = rr_grants_open(name.c_str(), &options, &grants_, &reason);
    CHECK((status == RR_OK) == (grants_ != nullptr));
  }
  ~Store() { rr_grants_close(grants_); }
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  rr_status add(std::string_view ip, const char* user = "joe", long long now = noon) {
    const rr_client client = at(ip);
    return rr_grants_add(grants_, &client, user, "pop3", now, &reason);
  }
  /// The state, or the status in parentheses.
  std::string look(std::string_view ip, long long now = noon) {
    const rr_client client = at(ip);
    grant = RR_GRANT_INIT;
    const rr_status looked = rr_grants_lookup(grants_, &client, now, &grant, &reason);
    if (looked != RR_OK) {
      CHECK(grant.state != RR_GRANT_VALID);
      return "(" + std::to_string(looked) + ")";
    }
    static constexpr const char* names[] = {"none", "valid", "expired", "future", "never", "broken"};
    return names[grant.state];
  }
  /// "ADDRESS USER; " of each, sorted, and what is wrong behind '!'.
  std::string list(long long now = noon) {
    std::vector<std::string> lines;
    const auto visit = [](void* data, const rr_grant* seen, const char* wrong) {
      static_cast<std::vector<std::string>*>(data)->push_back(
          wrong == nullptr ? std::string(seen->address) + " " + seen->user : "!" + std::string(seen->address));
      return 0;
    };
    CHECK(rr_grants_each(grants_, now, visit, &lines, &reason) == RR_OK);
    std::sort(lines.begin(), lines.end());
    std::string text;
    for (const std::string& line : lines) text += line + "; ";
    return text;
  }
  size_t purge(long long now) {
    size_t removed = 99;
    CHECK(rr_grants_purge(grants_, now, &removed, &reason) == RR_OK);
    return removed;
  }
  size_t revoke(const rr_client* client, const char* user) {
    size_t removed = 99;
    CHECK(rr_grants_revoke(grants_, client, user, &removed, &reason) == RR_OK);
    return removed;
  }

  rr_status status;
  rr_reason reason = RR_REASON_INIT;
  rr_grant grant = RR_GRANT_INIT;

 private:
  rr_grants* grants_ = nullptr;
};

/// A store in a folder of its own.
struct NewStore {
  NewStore() { REQUIRE(mkdir(path.c_str(), 0755) == 0); }
  Folder folder;
  std::string path = folder / "grants";
};

inline std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void write(const std::string& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
  REQUIRE(chmod(path.c_str(), 0644) == 0);
}

inline std::string record(std::string_view address, long long time = noon) {
  return "relayrules grant 1\naddress " + std::string(address) + "\ntime " + std::to_string(time) +
         "\nseconds 900\nuser joe\nservice pop3\nend\n";
}

/// The files of the folder that are no grants.
inline std::string hidden(const std::string& path) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(path))
    if (entry.path().filename().string()[0] == '.') names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  std::string text;
  for (const std::string& name : names) text += name + " ";
  return text;
}
