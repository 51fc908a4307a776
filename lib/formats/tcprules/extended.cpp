// Addresses of the extended dialect: see extended.hpp. Nothing is guessed here: host bits, an empty range or an IPv6
// address are errors that say what to write.
#include "formats/tcprules/extended.hpp"

#include <fmt/format.h>

#include "base/cursor.hpp"
#include "base/finding_kinds.hpp"

namespace core {
namespace {

ExtendedAddress error(std::string message, std::string help, std::string replacement = {}) {
  return {std::nullopt, &syntax::bad_pattern, std::move(message), std::move(help), std::move(replacement)};
}

/// "/22" or "/255.255.252.0" as a number of bits.
std::optional<unsigned> parse_length(std::string_view text) {
  if (const auto mask = parse_ipv4(text)) return mask_length(*mask);
  const auto prefix = parse_prefix("0.0.0.0/" + std::string(text));
  return prefix ? std::optional<unsigned>(prefix->bits) : std::nullopt;
}

ExtendedAddress host_bits(std::string_view text, const Prefix& network, const Address& address) {
  return error(fmt::format("{} has bits set behind its {} bit mask", quoted(text), network.bits),
               fmt::format("write '{}' for the whole network, or '{}' for the one address", format_prefix(network),
                           format_address(address)));
}

ExtendedAddress parse_cidr(std::string_view text, std::size_t slash) {
  const auto address = parse_ipv4(text.substr(0, slash));
  const auto bits = parse_length(text.substr(slash + 1));
  if (!address || !bits)
    return error(
        fmt::format("{} is no IPv4 network: four octets, '/', and a length from 1 to 32 are expected", quoted(text)),
        "for instance '192.168.0.0/22'");
  if (*bits == 0)
    return error(fmt::format("{} means every IPv4 client, which no single key of tcpserver can say", quoted(text)),
                 "write an empty address, ':allow' or ':deny', for every client, IPv6 included");
  const Prefix prefix = make_prefix(*address, *bits);
  if (prefix.base != *address) return host_bits(text, prefix, *address);
  return {ClientPattern(prefix), nullptr, {}, {}, {}};
}

ExtendedAddress parse_ipv6_text(std::string_view text, const KeyScheme& scheme) {
  if (&scheme == &tcpserver_keys)
    return {std::nullopt,
            &syntax::not_supported,
            fmt::format("{} is an IPv6 address: the classic CDB has no key that every tcpserver would ask for it",
                        quoted(text)),
            "leave IPv6 clients to the catch-all ':allow' or ':deny'",
            {}};
  const auto address = parse_ipv6(text.substr(0, text.find('/')));
  const bool is_single = text.find('/') == std::string_view::npos;
  const auto network = parse_prefix(is_single ? std::string(text) + "/128" : std::string(text));
  if (!address || !network || network->bits == 0)
    return error(fmt::format("{} is no IPv6 address, and no network with a length from 1 to 128", quoted(text)),
                 "for instance '2001:db8::1' or '2001:db8::/32'");
  if (unmapped(*address).family == Family::ipv4)
    return error(
        fmt::format("{} is a client of IPv4, and seen as {}", quoted(text), format_address(unmapped(*address))),
        "write it as IPv4");
  if (network->base != *address) return host_bits(text, *network, *address);
  Keys keys;
  if (!scheme.add_ipv6_keys(*network, keys))
    return {std::nullopt,
            &portability::not_expressible,
            fmt::format("{}: no list of keys of {} is exactly this network, because a text with '::' in it stands for "
                        "addresses inside and outside",
                        quoted(text), scheme.name),
            "write a network whose length is a multiple of 16 and in whose front is no zero group",
            {}};
  return {ClientPattern(*network), nullptr, {}, {}, {}};
}

}  // namespace

ExtendedAddress parse_extended_address(std::string_view text, const KeyScheme& scheme) {
  if (text.find(':') != std::string_view::npos) return parse_ipv6_text(text, scheme);
  if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) return parse_cidr(text, slash);
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return {};
  const auto first = parse_ipv4(trimmed(text.substr(0, dash)));
  const auto last = parse_ipv4(trimmed(text.substr(dash + 1)));
  if (!first || !last) return {};
  if (*last < *first)
    return error(fmt::format("{} ends before it begins", quoted(text)),
                 fmt::format("write '{}-{}'", format_address(*last), format_address(*first)),
                 fmt::format("{}-{}", format_address(*last), format_address(*first)));
  return {ClientPattern(Range{*first, *last}), nullptr, {}, {}, {}};
}

std::size_t find_extended_colon(std::string_view line) {
  const std::size_t first = line.find(':');
  std::size_t last = first;
  for (std::size_t colon = first; colon != std::string_view::npos; colon = line.find(':', colon + 1)) {
    const std::string_view address = trimmed(line.substr(0, colon));
    const std::string_view bare = address.substr(0, address.find('/'));
    if (parse_ipv6(bare)) last = colon;
    if (line.find_first_of(",\"#") < colon) break;
  }
  return last;
}

}  // namespace core
