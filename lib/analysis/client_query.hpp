// ClientQuery: which clients somebody asks about, as an expectation or a search names them.
//
// A query is a product like everything that is said of clients (model/axes.hpp): addresses, names and infos, each by
// itself. What a query leaves open holds for all: without a host it means every name and none, without an info whatever
// ident says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.hpp"
#include "model/policy.hpp"

namespace core::analysis {

enum class HostKind : std::uint8_t {
  whatever,  ///< clients with any name, and those without
  none,      ///< clients without a name
  named,     ///< clients with any name
  pattern,   ///< clients with this name, or a name that ends so
};

/// Which names.
struct HostQuery {
  HostKind kind = HostKind::whatever;
  std::string pattern;                ///< "mail.example.com" or ".example.com", in lower case
  std::vector<std::string> excluded;  ///< names and suffixes that are not meant
};

enum class InfoKind : std::uint8_t { whatever, none, text };

/// Which answers of ident.
struct InfoQuery {
  InfoKind kind = InfoKind::whatever;
  std::string text;
};

/// All of IPv4 and all of IPv6.
[[nodiscard]] std::vector<Range> every_address();

/// All clients, unless it is narrowed down.
struct ClientQuery {
  std::vector<Range> addresses = every_address();  ///< disjoint and in order
  HostQuery host;
  InfoQuery info;
  /// Only what the name is good for: clients whose address no rule decides about. For questions that name no address.
  bool by_name_alone = false;
};

/// The addresses that are in both. Both must be disjoint and in order.
[[nodiscard]] std::vector<Range> intersect(const std::vector<Range>& a, const std::vector<Range>& b);

/// True when `host` excludes `name`, a name or a suffix.
[[nodiscard]] bool is_excluded(const HostQuery& host, std::string_view name);
/// True when no client can have such a name: all that are meant are excluded.
[[nodiscard]] bool is_nobody(const HostQuery& host);
/// A client that is meant by both; none when there is no such client.
[[nodiscard]] std::optional<Client> common_client(const ClientQuery& a, const ClientQuery& b);

}  // namespace core::analysis
