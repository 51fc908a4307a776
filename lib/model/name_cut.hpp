// Name cut: a policy for clients with one name, cut into address regions.
//
// Where a rule has exceptions it is no product of an address and a name: "ALL EXCEPT .example.com EXCEPT 10." holds for other
// addresses for other names. But for one name every rule is a set of addresses: an exception about the name switches the rule off, an
// exception of addresses cuts holes. One name stands for all that no rule and no exception tells apart; name_patterns_of lists
// what they are about.
//
// Cost: linear in the rules for each name, so names times rules together. Files with exceptions are written by hand and short.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/axes.hpp"
#include "model/policy.hpp"

namespace core {

/// One policy, asked about one name after the other. It must stay alive and unchanged.
class NameCut {
 public:
  NameCut(const Policy& policy, std::string_view daemon, const std::optional<std::string>& info);

  /// Who decides about clients with this name (none: without), in address regions as those of Axes.
  [[nodiscard]] AddressRegions regions_for(const std::optional<std::string>& name) const;

 private:
  const Policy& policy_;
  std::string_view daemon_;
  std::optional<Axes> axes_;  ///< for a policy without exceptions
};

}  // namespace core
