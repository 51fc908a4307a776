// Steps of a restriction that may do less than its tables say: behind warn_if_reject, for a recipient with a route, and
// where smtpd takes a leave for a mistake.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <tuple>
#include <vector>

#include "model/site.hpp"

namespace core {

/// What smtpd says where its configuration is wrong.
inline constexpr std::string_view broken_configuration = "451 4.3.5 Server configuration error";

/// What the steps of one restriction are made into.
struct Softening {
  bool warns = false;           ///< warn_if_reject: what refuses passes
  bool is_routed = false;       ///< the recipient carries a route: what permits passes
  bool may_not_permit = false;  ///< the program takes a leave for a mistake
  friend auto operator<=>(const Softening&, const Softening&) = default;
};

/// Softens the steps of one site, and makes each table for it once.
class PostfixSoftening {
 public:
  explicit PostfixSoftening(Site& site) : site_(site) {}

  /// The steps from `begin` on.
  void soften(std::vector<Step>& steps, std::size_t begin, const Softening& softening);

 private:
  enum class Kind : std::uint8_t { policy, addresses, patterns };

  [[nodiscard]] Outcome softened(const Outcome& outcome, const Softening& softening);
  std::size_t softened(Kind kind, std::size_t table, const Softening& softening);
  std::size_t softened_policy(std::size_t table, const Softening& softening);
  std::size_t softened_addresses(std::size_t table, const Softening& softening);
  std::size_t softened_patterns(std::size_t table, const Softening& softening);

  Site& site_;
  std::map<std::tuple<Kind, std::size_t, Softening>, std::size_t> made_;
};

}  // namespace core
