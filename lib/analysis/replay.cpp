// Counting visitors and deciding them by two policies: see replay.hpp.
#include "analysis/replay.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <tuple>

#include "base/ascii_case.hpp"
#include "model/evaluate.hpp"
#include "model/key_index.hpp"

namespace core::analysis {
namespace {

constexpr std::size_t odd_lines_kept = 5;

std::size_t address_size(Family family) { return address_bits(family) / 8; }

bool comes_first(const ReplayChange& a, const ReplayChange& b) {
  return a.kind != b.kind ? a.kind < b.kind : a.count > b.count;
}

bool comes_more_often(const Visitor& a, const Visitor& b) {
  if (a.visits.count != b.visits.count) return a.visits.count > b.visits.count;
  return std::tie(a.client.address, a.client.host, a.client.info) <
         std::tie(b.client.address, b.client.host, b.client.info);
}

}  // namespace

void SeenClients::read(std::string_view lines) {
  while (!lines.empty()) {
    const auto* end = static_cast<const char*>(std::memchr(lines.data(), '\n', lines.size()));
    const std::size_t size = end == nullptr ? lines.size() : static_cast<std::size_t>(end - lines.data());
    read_line(lines.substr(0, size));
    lines.remove_prefix(end == nullptr ? size : size + 1);
  }
}

void SeenClients::read_line(std::string_view line) {
  ++lines_;
  Sighting sighting;
  LogLine kind = !pattern_ ? parse_log_line(line, sighting) : pattern_->parse(line, sighting);
  // no name has a NUL, and pack() ends the name with one
  if (kind == LogLine::client && sighting.host.find('\0') != std::string_view::npos) kind = LogLine::not_understood;
  if (kind == LogLine::not_understood) {
    ++not_understood_;
    if (odd_lines_.size() < odd_lines_kept)
      odd_lines_.push_back({log_, lines_ - lines_before_, std::string(line.substr(0, 200))});
  }
  if (kind != LogLine::client) return;
  ++with_client_;
  pack(sighting);
  auto known = clients_.find(std::string_view(key_));
  if (known == clients_.end()) {
    known = clients_.emplace(key_, Visits{}).first;
    known->second.first = bytes_of(sighting, sighting.stamp);
  }
  known->second.count += sighting.count;
  const std::string_view last = sighting.last.empty() ? sighting.stamp : sighting.last;
  if (sighting.escaped)
    known->second.last = bytes_of(sighting, last);
  else
    known->second.last.assign(last);
}

void SeenClients::pack(const Sighting& sighting) {
  key_.assign(1, sighting.address.family == Family::ipv4 ? '4' : '6');
  key_.append(reinterpret_cast<const char*>(sighting.address.bytes.data()), address_size(sighting.address.family));
  if (sighting.escaped) {
    const Client client = client_of(sighting);
    key_.append(client.host.value_or("")).append(1, '\0').append(client.info.value_or(""));
    return;
  }
  for (const char c : sighting.host) key_ += in_lower_case(c);
  key_.append(1, '\0').append(sighting.info);
}

Client SeenClients::unpacked(std::string_view key) {
  Sighting sighting;
  sighting.address.family = key.front() == '4' ? Family::ipv4 : Family::ipv6;
  const std::size_t size = address_size(sighting.address.family);
  std::memcpy(sighting.address.bytes.data(), key.data() + 1, size);
  const std::string_view names = key.substr(1 + size);
  sighting.host = names.substr(0, names.find('\0'));
  sighting.info = names.substr(sighting.host.size() + 1);
  return client_of(sighting);
}

std::vector<ReplayChange> replay(const Policy& before, const Policy& after, std::string_view daemon,
                                 const SeenClients& seen) {
  const Evaluator old_rules(before, daemon);
  const Evaluator new_rules(after, daemon);
  const Effects effects(std::array{&before, &after});
  std::map<std::pair<std::uint32_t, std::uint32_t>, ReplayChange> by_rules;
  seen.for_each([&](const Client& client, const Visits& visits) {
    const std::uint32_t old_rule = rule_of(old_rules.decide(client));
    const std::uint32_t new_rule = rule_of(new_rules.decide(client));
    if (effects.number_of(old_rule, 0) == effects.number_of(new_rule, 1)) return;
    ReplayChange& change = by_rules[{old_rule, new_rule}];
    change.count += visits.count;
    change.visitors.push_back({client, visits});
  });
  std::vector<ReplayChange> changes;
  for (auto& [rules, change] : by_rules) {
    change.before = effects.decision(rules.first, 0);
    change.after = effects.decision(rules.second, 1);
    change.kind = kind_of(change.before.effect, change.after.effect);
    std::sort(change.visitors.begin(), change.visitors.end(), comes_more_often);
    changes.push_back(std::move(change));
  }
  std::stable_sort(changes.begin(), changes.end(), comes_first);
  return changes;
}

}  // namespace core::analysis
