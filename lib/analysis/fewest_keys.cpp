// The cheapest keys for a tree of octets: see fewest_keys.hpp.
#include "analysis/fewest_keys.hpp"

#include <algorithm>
#include <compare>
#include <map>

namespace core::analysis {
namespace {

/// Rules first; among as many rules fewer keys, and rather keys that are there already.
struct Cost {
  std::uint32_t rules = 0;
  std::uint64_t keys = 0;

  friend auto operator<=>(const Cost&, const Cost&) = default;
  friend Cost operator+(const Cost& a, const Cost& b) { return {a.rules + b.rules, a.keys + b.keys}; }
};
constexpr Cost impossible{1U << 30, 0};
constexpr Cost one_rule{1, 0};
constexpr std::uint32_t no_key = 0xffffffff;
/// A node remembers its cost for so many effects; for all others it has one cost.
constexpr std::size_t effects_remembered = 16;

struct Node {
  std::uint32_t address = 0;
  std::uint8_t depth = 0;
  bool has_key = false;      // one of the given keys is exactly this
  std::uint32_t effect = 0;  // what holds here, where nothing longer answers
  std::size_t keys_begin = 0;
  std::size_t keys_end = 0;
  std::size_t children_begin = 0;
  std::size_t children_end = 0;
  std::vector<std::pair<std::uint32_t, Cost>> costs;  // for the effects that help
  Cost other = impossible;                            // for any other effect from above

  [[nodiscard]] Cost cost(std::uint32_t effect_above) const {
    for (const auto& [known, cost] : costs)
      if (known == effect_above) return cost;
    return other;
  }
};

/// A child, or neighbours of which no key says anything.
struct Segment {
  unsigned low = 0;
  unsigned high = 0;
  const Node* child = nullptr;
};

/// What lies below a node.
struct Row {
  std::vector<Segment> segments;
  /// For each effect that a segment asks for the last such segment; sorted.
  std::vector<std::pair<std::uint32_t, std::size_t>> last_uses;

  [[nodiscard]] bool is_used_after(std::size_t segment, std::uint32_t effect) const {
    const auto use = std::lower_bound(last_uses.begin(), last_uses.end(), std::pair{effect, std::size_t{0}});
    return use != last_uses.end() && use->first == effect && use->second > segment;
  }
};

/// The cheapest way to here that ends with a key of `effect`, or with no_key.
struct State {
  std::uint32_t effect = no_key;
  Cost cost;
  std::size_t previous = 0;  // among the states of the segment before
};
/// The one without a key, if that is possible, and then by effect.
using States = std::vector<State>;

class Tree {
 public:
  Tree(std::vector<OctetKey> keys, std::uint32_t uncovered, FullKeys full_keys)
      : keys_(std::move(keys)), full_keys_(full_keys) {
    std::sort(keys_.begin(), keys_.end(), [](const OctetKey& a, const OctetKey& b) {
      return a.address != b.address ? a.address < b.address : a.count < b.count;
    });
    Node root;
    root.effect = uncovered;
    root.keys_end = keys_.size();
    nodes_.push_back(root);
    for (std::size_t i = 0; i < nodes_.size(); ++i) grow(i);
  }

  std::vector<KeyRun> run() {
    for (std::size_t i = nodes_.size(); i-- > 0;) solve(nodes_[i]);
    walk(nodes_.front(), nodes_.front().effect);
    return std::move(runs_);
  }

 private:
  static unsigned octet_at(std::uint32_t address, unsigned index) { return address >> (24 - 8 * index) & 255; }

  /// Adds the children of node `i`.
  void grow(std::size_t i) {
    const Node parent = nodes_[i];
    nodes_[i].children_begin = nodes_.size();
    std::size_t at = parent.keys_begin;
    while (at < parent.keys_end) {
      Node child;
      child.depth = static_cast<std::uint8_t>(parent.depth + 1);
      child.address = keys_[at].address >> (32 - 8 * child.depth) << (32 - 8 * child.depth);
      child.effect = parent.effect;
      child.has_key = keys_[at].count == child.depth;
      if (child.has_key) child.effect = keys_[at++].effect;
      child.keys_begin = at;
      while (at < parent.keys_end && octet_at(keys_[at].address, parent.depth) == octet_at(child.address, parent.depth))
        ++at;
      child.keys_end = at;
      nodes_.push_back(std::move(child));
    }
    nodes_[i].children_end = nodes_.size();
  }

  void solve(Node& node) {
    if (node.depth == 4) {
      if (full_keys_.may_change(node.effect)) node.costs = {{node.effect, {}}};
      return;
    }
    const Row row = row_of(node);
    node.other = cheapest(node, row, no_key, nullptr);
    for (const std::uint32_t effect : useful_effects(node, row.segments)) {
      const Cost cost = cheapest(node, row, effect, nullptr);
      if (cost < node.other) node.costs.emplace_back(effect, cost);
    }
  }

  [[nodiscard]] std::vector<Segment> segments_of(const Node& node) const {
    std::vector<Segment> segments;
    unsigned next = 0;
    for (std::size_t i = node.children_begin; i < node.children_end; ++i) {
      const unsigned octet = octet_at(nodes_[i].address, node.depth);
      if (octet > next) segments.push_back({next, octet - 1, nullptr});
      segments.push_back({octet, octet, &nodes_[i]});
      next = octet + 1;
    }
    if (next < 256) segments.push_back({next, 255, nullptr});
    return segments;
  }

  [[nodiscard]] Row row_of(const Node& node) const {
    Row row{segments_of(node), {}};
    for (std::size_t i = 0; i < row.segments.size(); ++i)
      for (const std::uint32_t effect : effects_asked_for(node, row.segments[i])) row.last_uses.emplace_back(effect, i);
    std::sort(row.last_uses.begin(), row.last_uses.end(), [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first < b.first : a.second > b.second;
    });
    const auto is_same = [](const auto& a, const auto& b) { return a.first == b.first; };
    row.last_uses.erase(std::unique(row.last_uses.begin(), row.last_uses.end(), is_same), row.last_uses.end());
    return row;
  }

  /// The effects for which a key or nothing at all costs less in `segment` than for others.
  static std::vector<std::uint32_t> effects_asked_for(const Node& node, const Segment& segment) {
    if (segment.child == nullptr) return {node.effect};
    std::vector<std::uint32_t> effects = {segment.child->effect};
    for (const auto& [effect, cost] : segment.child->costs) effects.push_back(effect);
    return effects;
  }

  /// Effects from above that may save something below `node`: those that most of its children ask for.
  static std::vector<std::uint32_t> useful_effects(const Node& node, const std::vector<Segment>& segments) {
    std::map<std::uint32_t, std::size_t> wishes{{node.effect, 256}};
    for (const Segment& segment : segments)
      if (segment.child != nullptr)
        for (const auto& [effect, cost] : segment.child->costs) ++wishes[effect];
    std::vector<std::pair<std::size_t, std::uint32_t>> sorted;
    for (const auto& [effect, count] : wishes) sorted.emplace_back(count, effect);
    std::sort(sorted.rbegin(), sorted.rend());
    std::vector<std::uint32_t> effects;
    for (std::size_t i = 0; i < sorted.size() && i < effects_remembered; ++i) effects.push_back(sorted[i].second);
    return effects;
  }

  /// What it costs when `segment` has no key, and `above` reaches it.
  static Cost cost_without_key(const Node& parent, const Segment& segment, std::uint32_t above) {
    if (segment.child != nullptr) return segment.child->cost(above);
    return parent.effect == above ? Cost{} : impossible;
  }

  /// What it costs when `segment` has a key of `effect`, besides the rule that holds the key.
  [[nodiscard]] Cost cost_with_key(const Node& parent, const Segment& segment, std::uint32_t effect) const {
    if (effect == names_decide) return impossible;
    const Node* child = segment.child;
    const std::uint32_t wanted = child != nullptr ? child->effect : parent.effect;
    const std::uint64_t keys = segment.high - segment.low + 1;
    if (parent.depth == 3) {
      const bool is_given = child != nullptr;
      if (effect != wanted || (!is_given && !full_keys_.may_change(effect))) return impossible;
      return {0, is_given ? keys : 2 * keys};
    }
    if (child == nullptr) return effect == wanted ? Cost{0, 2 * keys} : impossible;
    return child->cost(effect) + Cost{0, child->has_key && effect == wanted ? 1U : 2U};
  }

  /// The cheapest keys for the segments of `node` when `above` reaches it; `chosen` gets the effect of each segment's
  /// key.
  Cost cheapest(const Node& node, const Row& row, std::uint32_t above, std::vector<std::uint32_t>* chosen) const {
    std::vector<States> history = {{State{}}};
    for (std::size_t i = 0; i < row.segments.size(); ++i) {
      States next = step(node, row.segments[i], above, history.back());
      if (next.empty()) return impossible;
      drop_useless(next, row, i);
      if (chosen == nullptr) history.pop_back();
      history.push_back(std::move(next));
    }
    const States& last = history.back();
    std::size_t best = cheapest_of(last);
    const Cost cost = last[best].cost;
    if (chosen == nullptr) return cost;
    for (std::size_t i = row.segments.size(); i > 0; --i) {
      chosen->push_back(history[i][best].effect);
      best = history[i][best].previous;
    }
    std::reverse(chosen->begin(), chosen->end());
    return cost;
  }

  static std::size_t cheapest_of(const States& states) {
    const auto best =
        std::min_element(states.begin(), states.end(), [](const State& a, const State& b) { return a.cost < b.cost; });
    return static_cast<std::size_t>(best - states.begin());
  }

  /// The place of the state that ends with a key of `effect`; the size of `states` when there is none.
  static std::size_t place_of(const States& states, std::uint32_t effect) {
    const auto begin = states.begin() + (states.front().effect == no_key ? 1 : 0);
    const auto found = std::lower_bound(begin, states.end(), effect,
                                        [](const State& state, std::uint32_t wanted) { return state.effect < wanted; });
    const bool is_there = found != states.end() && found->effect == effect;
    return static_cast<std::size_t>((is_there ? found : states.end()) - states.begin());
  }

  States step(const Node& node, const Segment& segment, std::uint32_t above, const States& before) const {
    const std::size_t best = cheapest_of(before);
    States after;
    const auto offer = [&](std::uint32_t effect, Cost here) {
      if (here >= impossible) return;
      State state{effect, before[best].cost + here + (effect == no_key ? Cost{} : one_rule), best};
      const std::size_t same = effect == no_key ? before.size() : place_of(before, effect);
      if (same < before.size() && before[same].cost + here < state.cost)
        state = {effect, before[same].cost + here, same};
      after.push_back(state);
    };
    offer(no_key, cost_without_key(node, segment, above));
    for (const std::uint32_t effect : key_effects(node, segment, before))
      offer(effect, cost_with_key(node, segment, effect));
    if (after.empty()) return after;
    // a state that costs a rule more than the best is no better than to begin anew from there
    const Cost limit = after[cheapest_of(after)].cost + one_rule;
    std::erase_if(after, [&](const State& state) { return state.cost >= limit; });
    return after;
  }

  /// Drops the states that no later segment is the better for: to go on with such a key costs no less than to go on
  /// without one from the best state.
  static void drop_useless(States& states, const Row& row, std::size_t segment) {
    const std::uint32_t best = states[cheapest_of(states)].effect;
    std::erase_if(states, [&](const State& state) {
      return state.effect != no_key && state.effect != best && !row.is_used_after(segment, state.effect);
    });
  }

  /// The effects that a key of `segment` may sensibly have.
  static std::vector<std::uint32_t> key_effects(const Node& node, const Segment& segment, const States& before) {
    if (segment.child == nullptr) return {node.effect};
    std::vector<std::uint32_t> effects = effects_asked_for(node, segment);
    for (const State& state : before)
      if (state.effect != no_key) effects.push_back(state.effect);
    std::sort(effects.begin(), effects.end());
    effects.erase(std::unique(effects.begin(), effects.end()), effects.end());
    return effects;
  }

  /// Notes the keys below `node`, which `above` reaches.
  void walk(const Node& node, std::uint32_t above) {
    if (node.depth == 4) return;
    const Row row = row_of(node);
    const std::vector<Segment>& segments = row.segments;
    std::vector<std::uint32_t> chosen;
    if (segments.empty() || cheapest(node, row, above, &chosen) >= impossible) return;
    std::uint32_t previous = no_key;
    for (std::size_t i = 0; i < segments.size(); ++i) {
      const std::uint32_t effect = chosen[i];
      if (effect != no_key && effect == previous)
        runs_[open_].high = static_cast<std::uint8_t>(segments[i].high);
      else if (effect != no_key)
        open_run(node, segments[i], effect);
      previous = effect;
    }
    for (std::size_t i = 0; i < segments.size(); ++i)
      if (segments[i].child != nullptr) walk(*segments[i].child, chosen[i] == no_key ? above : chosen[i]);
  }

  void open_run(const Node& parent, const Segment& segment, std::uint32_t effect) {
    open_ = runs_.size();
    runs_.push_back({parent.address, static_cast<std::uint8_t>(parent.depth + 1),
                     static_cast<std::uint8_t>(segment.low), static_cast<std::uint8_t>(segment.high), effect});
  }

  std::vector<OctetKey> keys_;
  FullKeys full_keys_;
  std::vector<Node> nodes_;  // parents before their children
  std::vector<KeyRun> runs_;
  std::size_t open_ = 0;  // the run that may go on
};

}  // namespace

std::vector<KeyRun> fewest_keys(std::vector<OctetKey> keys, std::uint32_t uncovered, FullKeys full_keys) {
  return Tree(std::move(keys), uncovered, full_keys).run();
}

}  // namespace core::analysis
