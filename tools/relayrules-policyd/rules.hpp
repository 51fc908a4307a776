// The rules, the domains and the store of grants in use, and the replacement of files while requests are answered.
#pragma once

#include <relayrules/recipients.h>

#include <chrono>
#include <relayrules/relayrules.hpp>
#include <string>

#include "relayrules-policyd/decision.hpp"

namespace relayrules::policyd {

/// Which files, and what else decides.
struct RuleOptions {
  std::string rules;    ///< a CDB
  std::string control;  ///< qmail's control folder; empty: Postfix alone knows its domains
  Scheme scheme = Scheme::tcpserver;
  bool login_relays = false;
  GrantOptions grants;
};

/// Open files. A new one that is damaged or missing leaves the old one in use, and is complained of once.
class Rules {
 public:
  Rules() = default;
  Rules(const Rules&) = delete;
  Rules& operator=(const Rules&) = delete;
  ~Rules();

  /// False if a file cannot be used; that was said.
  bool open(const RuleOptions& options);
  /// Opens anew what was replaced; the domains, which tell nothing of that, only where it is `forced`.
  void refresh(bool forced);
  [[nodiscard]] Tables tables() { return {&database_, ours_, options_.login_relays, &grants_}; }

 private:
  void complain(const std::string& text);

  RuleOptions options_;
  Database database_;
  rr_rcpthosts* ours_ = nullptr;
  Grants grants_;
  std::string complaint_;  ///< the last; empty when all is well
};

}  // namespace relayrules::policyd
