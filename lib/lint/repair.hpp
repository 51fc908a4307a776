// Repairs that several checks share: writing addresses as tcprules knows them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/address.hpp"
#include "base/ascii_case.hpp"
#include "base/finding.hpp"
#include "lint/facts.hpp"

namespace core {

/// The network that "10.0.0.0/8", "10.0.0.0/255.0.0.0" or "10.1/16" was meant for; host bits are cleared. None for
/// other texts.
[[nodiscard]] std::optional<Prefix> parse_network(std::string_view text);

/// The addresses of the tcprules grammar that together are exactly `range` (IPv4), in order: "172.16-31.",
/// "10.0.0.1-255". All of IPv4 is "0-255.".
[[nodiscard]] std::vector<std::string> octet_addresses(const Range& range);

/// "'a', 'b' and 'c'"; more than `max` are counted.
[[nodiscard]] std::string list_quoted(const std::vector<std::string>& texts, std::size_t max = 4);

/// Adds the fix that replaces the address of `rule` by `addresses`: in place when it is one, else as several rules.
void fix_address(Finding& finding, const PolicyFacts& facts, const Rule& rule,
                 const std::vector<std::string>& addresses);

/// `number` with commas between the thousands: "16,777,216".
[[nodiscard]] std::string with_commas(std::uint64_t number);
/// "1 domain", "1,024 domains".
[[nodiscard]] std::string plural(std::uint64_t count, std::string_view one);

}  // namespace core
