// Patterns as text and as addresses: see client_pattern.hpp.
#include "model/client_pattern.hpp"

#include "model/key.hpp"

namespace core {
namespace {

struct Formatter {
  std::string operator()(const AnyClient&) const { return ""; }
  std::string operator()(const AnyNamedClient&) const { return "="; }
  std::string operator()(const Prefix& prefix) const {
    std::string text;
    if (append_octet_key(text, prefix)) return text;
    return prefix.bits == address_bits(prefix.base.family) ? format_address(prefix.base) : format_prefix(prefix);
  }
  std::string operator()(const OctetRange& range) const {
    std::string text;
    for (unsigned i = 0; i < range.count; ++i) {
      const unsigned octet = i == range.varying ? range.low : range.octets[i];
      text += std::to_string(octet);
      if (i == range.varying) text += "-" + std::to_string(range.high);
      if (i < 3) text += '.';
    }
    return text;
  }
  std::string operator()(const Range& range) const {
    return format_address(range.first) + "-" + format_address(range.last);
  }
  std::string operator()(const HostName& host) const { return std::string("=").append(host.name); }
  std::string operator()(const HostSuffix& host) const { return std::string("=").append(host.suffix); }
  std::string operator()(const RawKey& raw) const {
    const std::string text(raw.text);
    if (!raw.is_range()) return text;
    return text.substr(0, raw.hole_begin) + std::to_string(raw.low) + "-" + std::to_string(raw.high) +
           text.substr(raw.hole_end);
  }
  std::string operator()(const NameClass& name) const { return std::string(name_state_word(name.state)); }
  std::string operator()(const MaskedAddress& net) const {
    return format_address(Address::from_ipv4(net.bits)) + "/" + format_address(Address::from_ipv4(net.mask));
  }
  std::string operator()(const TextPattern& text) const { return std::string(text.pattern); }
  std::string operator()(const CidrNetwork& cidr) const { return format_prefix(cidr.network); }
};

}  // namespace

std::string_view name_state_word(NameState state) {
  switch (state) {
    case NameState::known: return "KNOWN";
    case NameState::unknown: return "UNKNOWN";
    case NameState::local: return "LOCAL";
    case NameState::paranoid: break;
  }
  return "PARANOID";
}

std::string format_pattern(const ClientPattern& pattern) { return std::visit(Formatter{}, pattern); }

std::vector<Range> ranges_of(const ClientPattern& pattern) {
  if (const auto* prefix = std::get_if<Prefix>(&pattern)) return {range_of(*prefix)};
  if (const auto* range = std::get_if<Range>(&pattern)) return {*range};
  if (const auto* cidr = std::get_if<CidrNetwork>(&pattern)) return {range_of(cidr->network)};
  const auto* octets = std::get_if<OctetRange>(&pattern);
  if (octets == nullptr) return {};
  std::vector<Range> ranges;
  for (unsigned value = octets->low; value <= octets->high; ++value) {
    const Range next = range_of(prefix_of(*octets, value));
    if (!ranges.empty() && successor(ranges.back().last) == next.first)
      ranges.back().last = next.last;
    else
      ranges.push_back(next);
  }
  return ranges;
}

std::uint64_t count_addresses(const ClientPattern& pattern) {
  std::uint64_t addresses = 0;
  for (const Range& range : ranges_of(pattern))
    if (range.first.family == Family::ipv4) addresses += std::uint64_t{range.last.ipv4()} - range.first.ipv4() + 1;
  return addresses;
}

bool is_narrower(const ClientPattern& pattern, const ClientPattern& other) {
  const auto* network = std::get_if<Prefix>(&pattern);
  const auto* wider = std::get_if<Prefix>(&other);
  if (network != nullptr && wider != nullptr && network->base.family == Family::ipv6)
    return wider->base.family == Family::ipv6 && network->bits > wider->bits;
  const std::uint64_t mine = count_addresses(pattern);
  return mine != 0 && mine < count_addresses(other);
}

}  // namespace core
