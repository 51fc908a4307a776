// Worlds small enough to ask about every client in them: four octets of three values, or two of two, and two addresses
// of IPv6; a few names and infos, odd ones among them: with these, one key may be found for several kinds of clients.
// Policies are made at random over them, so that what analysis claims can be compared with the answers for all clients.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "analysis/regions.hpp"
#include "formats/tcprules.hpp"
#include "model/axes.hpp"
#include "model/evaluate.hpp"
#include "model/key.hpp"
#include "model/name_pattern.hpp"
#include "model/policy.hpp"
#include "unit/policies.hpp"

namespace core::small_world {

/// The first six are also suffixes in rules. Of the odd ones each is part of a key that is one of an odd info, too.
inline const std::vector<std::string> names = {"a",     "b", "a.a", "a.b",  "b.a",  "b.b",      "a.a.b",
                                               "b.a.b", "c", "=a",  "b.a.", "a@=b", "a@1.0.0.0"};
inline const std::vector<std::string> infos = {"x", "y", "x@=a", "=a"};

enum class Size { small, tiny };

/// Makes rule texts; the same seed makes the same ones.
class RuleMaker {
 public:
  explicit RuleMaker(std::uint32_t seed, Size size = Size::small) : random_(seed), size_(size) {}

  std::string rules(unsigned most) {
    static const char* const effects[] = {":deny\n", ":allow\n", ":allow,RELAYCLIENT=\"\"\n", ":allow,A=\"1\"\n",
                                          ":allow,A=\"2\"\n"};
    std::string text;
    for (unsigned i = 1 + pick(most); i > 0; --i) text += pattern() + effects[pick(5)];
    return text;
  }
  unsigned pick(unsigned below) { return static_cast<unsigned>(random_() % below); }

 private:
  std::string octet() { return std::to_string(pick(size_ == Size::small ? 3 : 2)); }
  std::string low_octet() { return size_ == Size::small ? octet() : "0"; }
  std::string full_address() { return octet() + "." + octet() + "." + low_octet() + "." + low_octet(); }
  std::string address() {
    switch (pick(6)) {
      case 0: return octet() + ".";
      case 1: return octet() + "." + octet() + ".";
      case 2: return octet() + "." + octet() + "." + low_octet() + ".";
      case 3: return octet() + ".0-" + octet() + ".";
      default: return full_address();
    }
  }
  /// Now and then with a letter in upper case: nobody is asked with that.
  std::string name() { return pick(20) == 0 ? "A.a" : names[pick(static_cast<unsigned>(names.size()))]; }
  /// "INFO@", address or name. A key of an odd info is one of a name, too: of one that is in the world.
  std::string info_address() {
    const std::string& info = infos[pick(4)];
    return info + "@" + (info.size() > 1 ? "1.0.0.0" : full_address());
  }
  std::string info_name() {
    const std::string& info = infos[pick(4)];
    return info + "@=" + (info.size() > 1 ? "b" : info == "x" ? name() : names[pick(9)]);
  }
  std::string pattern() {
    switch (pick(9)) {
      case 0: return "";
      case 1: return "=";
      case 2: return "=" + name();
      case 3: return pick(9) == 0 ? "=.a." : "=." + names[pick(6)];
      case 4: return info_address();
      case 5: return info_name();
      default: return address();
    }
  }
  std::mt19937 random_;
  Size size_;
};

/// `count`, or the share of it that RELAYRULES_REPEAT_PERCENT asks for: sanitized programs are slow.
inline std::uint32_t rounds(std::uint32_t count) {
  const char* percent = std::getenv("RELAYRULES_REPEAT_PERCENT");
  return percent == nullptr ? count : std::max(1U, count * static_cast<std::uint32_t>(std::atoi(percent)) / 100U);
}

/// The policy that `text` is. First match knows no infos: they are dropped there.
inline Policy policy_of(const std::string& text, Lookup lookup) {
  Policy policy = new_policy(*find_format("tcprules"));
  policy.lookup = lookup;
  Findings findings;
  parse_tcprules(Source("", text, 0), {}, TcprulesDialect::classic, policy, findings);
  if (policy.is_by_key()) return policy;
  return changed(policy, [](NewRule& rule, std::uint32_t) {
    rule.condition.info = 0;
    return true;
  });
}

/// Gives some rules exceptions at random, and some of these exceptions of their own: addresses, names, or both. First
/// match only.
inline void add_exceptions(Policy& policy, RuleMaker& maker) {
  std::vector<std::uint32_t> lists;
  for (std::size_t i = 0; i < policy.rules.size(); ++i) {
    std::uint32_t exceptions = 0;
    if (maker.pick(2) != 0)
      for (unsigned depth = 1 + maker.pick(2); depth > 0; --depth) {
        ExceptionList list;
        list.exceptions = exceptions;
        const Policy excepted = policy_of(maker.rules(2), first_match);
        for (const Rule rule : excepted.rules) list.patterns.push_back(rule.pattern());
        exceptions = policy.add_exceptions(std::move(list));
      }
    lists.push_back(exceptions);
  }
  policy = changed(policy, [&](NewRule& rule, std::uint32_t index) {
    rule.condition.exceptions = lists[index];
    return true;
  });
}

/// The names and suffixes that rules for clients with this info, and for all, are about.
inline std::vector<std::string> name_patterns(const Policy& policy, const std::optional<std::string>& info = {}) {
  std::vector<std::string> patterns;
  if (!policy.is_by_key()) {
    for (const std::string_view pattern : name_patterns_of(policy)) patterns.emplace_back(pattern);
    return patterns;
  }
  const auto add = [&](std::string_view key) {
    for (const KeyReading& reading : readings_of(*policy.lookup.scheme, key)) {
      if (reading.kind == KeyKind::suffix) patterns.emplace_back(reading.name);
      if (reading.kind == KeyKind::host || (reading.kind == KeyKind::info_host && reading.info == info))
        patterns.push_back(pattern_of_name(reading.name));
    }
  };
  for (const Rule rule : policy.rules) for_each_key(policy, rule, add);
  return patterns;
}

/// The pattern of `patterns` that takes the name `host`: the name itself, else the longest suffix; empty when there is
/// none.
inline std::string pattern_for(const std::string& host, const std::vector<std::string>& patterns) {
  const std::string own = pattern_of_name(host);
  std::string longest;
  for (const std::string& pattern : patterns) {
    if (pattern == own) return pattern;
    if (covers_name(pattern, own) && pattern.size() > longest.size()) longest = pattern;
  }
  return longest;
}

/// True when `client` is in `set`, which speaks of others than the names of `patterns`. Infos are not looked at.
inline bool is_in(const analysis::ClientSet& set, const Client& client, const std::vector<std::string>& patterns) {
  const auto covers = [&](const Range& range) { return range.covers(client.address); };
  if (std::none_of(set.ranges.begin(), set.ranges.end(), covers)) return false;
  if (set.names.any) return true;
  if (!client.host) return set.names.without;
  const auto lists = [&](const std::string& pattern) {
    return std::find(set.names.patterns.begin(), set.names.patterns.end(), pattern) != set.names.patterns.end();
  };
  const std::string pattern = pattern_for(*client.host, patterns);
  return lists(pattern_of_name(*client.host)) || (pattern.empty() ? set.names.others : lists(pattern));
}

/// Calls `visit` with every client of the world, with this info.
inline void for_each_client(const std::optional<std::string>& info, const std::function<void(const Client&)>& visit,
                            Size size = Size::small) {
  std::vector<Address> addresses = {*parse_address("::1.0.0.0"), *parse_address("::ffff:1.0.0.0")};
  for (unsigned number = 0; number < (size == Size::small ? 81U : 4U); ++number)
    addresses.push_back(size == Size::small ? Address::from_ipv4((number / 27) << 24 | (number / 9 % 3) << 16 |
                                                                 (number / 3 % 3) << 8 | number % 3)
                                            : Address::from_ipv4((number / 2) << 24 | (number % 2) << 16));
  for (const Address& address : addresses) {
    Client client{address, std::nullopt, info};
    for (std::size_t name = 0; name <= names.size(); ++name) {
      client.host = name < names.size() ? std::optional(names[name]) : std::nullopt;
      visit(client);
    }
  }
}

/// The clients of a tiny world with these infos, and some with octets and names that no rule has: they stand for all
/// that the world leaves out.
inline std::vector<Client> with_outsiders(const std::vector<std::optional<std::string>>& with_infos) {
  std::vector<std::optional<std::string>> hosts = {std::nullopt, "z"};
  for (const std::string& name : names) {
    hosts.emplace_back(name);
    hosts.emplace_back("z." + name);
  }
  std::vector<Client> clients;
  for (const auto& info : with_infos)
    for (const auto& host : hosts)
      for (std::uint32_t number = 0; number < 36; ++number) {
        // octets 0 to 2 in front, 0 and 1 behind: rules have 0 and 1, and 0
        const std::uint32_t value = (number / 12) << 24 | (number / 4 % 3) << 16 | (number / 2 % 2) << 8 | number % 2;
        clients.push_back({Address::from_ipv4(value), host, info});
      }
  return clients;
}

}  // namespace core::small_world
