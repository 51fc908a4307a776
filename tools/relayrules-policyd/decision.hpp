// What Postfix is to do with a request: the rules, a login here or elsewhere, the domains of qmail's control folder.
#pragma once

#include <relayrules/recipients.h>

#include <relayrules/relayrules.hpp>
#include <string_view>

#include "relayrules-policyd/grants.hpp"
#include "relayrules-policyd/request.hpp"

namespace relayrules::policyd {

/// What is asked. Borrowed.
struct Tables {
  const Database* rules = nullptr;
  const rr_rcpthosts* ours = nullptr;  ///< null: Postfix alone knows its domains
  bool login_relays = false;           ///< a sasl_username may send anywhere
  Grants* grants = nullptr;            ///< null: none. Asked last, since that may take a while
};

/// The action, as access(5) has it. Text that lives for ever.
std::string_view action_for(const Tables& tables, const Request& request);

}  // namespace relayrules::policyd
