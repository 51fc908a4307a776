// Rule files for measuring: like those of real sites, and the same on every machine.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace core::bench {

/// A file of `count` rules: single addresses and prefixes of all lengths, most of them denied, some relay clients, a
/// few ranges, names and comments. No address occurs twice; the same count gives the same bytes.
[[nodiscard]] std::string generate_rules(std::size_t count);

/// An old list that many hands kept: addresses, octet networks and names below domains at random, some of them again,
/// with what was decided about each at random. A check finds something in every seventh line.
[[nodiscard]] std::string generate_old_rules(std::size_t count);

/// An access map of Sendmail's with `count` entries: about clients by address, octet network and name, about senders
/// and about recipients; and their domains without a tag. No key occurs twice.
[[nodiscard]] std::string generate_access_map(std::size_t count);

/// A cidr table of Postfix's with `count` networks, most of them single addresses, each with one of `results`.
[[nodiscard]] std::string generate_cidr_table(std::size_t count, std::span<const std::string_view> results);

/// A table of Postfix's about clients (texthash) with `count` addresses, octet networks and names.
[[nodiscard]] std::string generate_client_table(std::size_t count);

}  // namespace core::bench
