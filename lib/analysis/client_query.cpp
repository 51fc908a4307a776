// Sets of addresses and names that a query means: see client_query.hpp.
#include "analysis/client_query.hpp"

#include <algorithm>

#include "model/name_pattern.hpp"
#include "model/space.hpp"

namespace core::analysis {
namespace {

bool may_be_nameless(const HostQuery& host) { return host.kind == HostKind::whatever || host.kind == HostKind::none; }

/// A name that both mean, in the inner optional none for a client without one; the outer is none when they have nothing
/// in common.
std::optional<std::optional<std::string>> common_host(const HostQuery& a, const HostQuery& b) {
  if (may_be_nameless(a) && may_be_nameless(b)) return std::optional<std::string>();
  if (a.kind == HostKind::none || b.kind == HostKind::none) return std::nullopt;
  const HostQuery& narrow = a.kind != HostKind::pattern || covers_name(a.pattern, b.pattern) ? b : a;
  const HostQuery& wide = &narrow == &a ? b : a;
  if (wide.kind == HostKind::pattern && !covers_name(wide.pattern, narrow.pattern)) return std::nullopt;
  if (is_excluded(a, narrow.pattern) || is_excluded(b, narrow.pattern)) return std::nullopt;
  if (!narrow.pattern.empty() && !narrow.pattern.starts_with('.')) return narrow.pattern;
  // a made-up label is below no other suffix; only the name itself can be excluded
  std::string label = "host";
  while (is_excluded(a, label + narrow.pattern) || is_excluded(b, label + narrow.pattern)) label += 'x';
  return label + narrow.pattern;
}

bool infos_overlap(const InfoQuery& a, const InfoQuery& b) {
  return a.kind == InfoKind::whatever || b.kind == InfoKind::whatever || (a.kind == b.kind && a.text == b.text);
}

}  // namespace

std::vector<Range> every_address() { return {all_addresses(Family::ipv4), all_addresses(Family::ipv6)}; }

std::vector<Range> intersect(const std::vector<Range>& a, const std::vector<Range>& b) {
  std::vector<Range> both;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    const Range range{std::max(a[i].first, b[j].first), std::min(a[i].last, b[j].last)};
    if (range.first <= range.last) both.push_back(range);
    if (a[i].last < b[j].last)
      ++i;
    else
      ++j;
  }
  return both;
}

bool is_excluded(const HostQuery& host, std::string_view name) {
  return std::any_of(host.excluded.begin(), host.excluded.end(),
                     [&](const std::string& excluded) { return covers_name(excluded, name); });
}

bool is_nobody(const HostQuery& host) { return host.kind == HostKind::pattern && is_excluded(host, host.pattern); }

std::optional<Client> common_client(const ClientQuery& a, const ClientQuery& b) {
  const auto host = common_host(a.host, b.host);
  const auto addresses = intersect(a.addresses, b.addresses);
  if (!host || !infos_overlap(a.info, b.info) || addresses.empty()) return std::nullopt;
  const InfoQuery& info = a.info.kind == InfoKind::text ? a.info : b.info;
  return Client{addresses.front().first, *host, info.kind == InfoKind::text ? std::optional(info.text) : std::nullopt};
}

}  // namespace core::analysis
