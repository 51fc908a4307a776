// The patterns of mynetworks, in main.cf or in a file that it names: networks, addresses and names of clients.
//
// What a reader would get wrong: a pattern is tried as a name and as an address, and one that is no proper network
// fails the whole question, but only for clients that come as far. Source: Postfix 3.7, match_ops.c, namadr_list.c.
#pragma once

#include <string_view>

#include "base/finding.hpp"
#include "base/source.hpp"
#include "model/policy.hpp"

namespace core {

/// Makes a policy of patterns, first rule: who is on the list is allowed, with relaying; who is excluded, denied;
/// deferred is who comes to a pattern that cannot be asked.
class NetworkRules {
 public:
  /// `nameless`: as it is for clients without a name, whom the word "unknown" is about. `failure` is the reply of what
  /// is deferred.
  NetworkRules(bool nameless, bool covers_subdomains, std::uint32_t failure);

  /// `text` is in lower case, without "!"; `matches` is false behind one.
  void add_pattern(std::string_view text, bool matches, Span place);
  void add_client(const ClientPattern& pattern, bool matches, Span place);
  /// Nobody who comes here can be answered.
  void add_failure(Span place);
  [[nodiscard]] Policy take() { return std::move(policy_); }

 private:
  void add(const ClientPattern& pattern, std::uint32_t outcome, Span place);
  void add_address(std::string_view text, std::uint32_t outcome, Span place);

  bool nameless_;
  bool covers_subdomains_;
  Policy policy_;
  std::uint32_t on_list_ = 0;
  std::uint32_t excluded_ = 0;
  std::uint32_t failing_ = 0;
};

/// True for an IPv6 address or network without brackets, which Postfix takes for a table of the type "2001".
[[nodiscard]] bool is_unbracketed_ipv6(std::string_view word);

/// Says what is wrong with a pattern (without "!"): whom it fails for, why nobody is it, or, where it lets clients
/// relay (`matches`), why it should not be there.
void report_network_pattern(std::string_view text, bool matches, Span place, bool covers_subdomains,
                            Findings& findings);

/// Says who relays by a name, or by one below it; nothing of what is no name.
void report_trusted_name(std::string_view text, Span place, bool covers_subdomains, Findings& findings);

}  // namespace core
