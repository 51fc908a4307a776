// Choosing name keys: see name_keys.hpp. Names form a tree by their suffixes; each name only looks at the nearest wider
// one that a rule is about, which was settled before it, so that the work is linear in the length of all names.
#include "cdb/name_keys.hpp"

#include <algorithm>

namespace core::cdb {
namespace {

std::string key_of(const ClientPattern& pattern) {
  if (const auto* host = std::get_if<HostName>(&pattern)) return std::string("=").append(host->name);
  if (const auto* suffix = std::get_if<HostSuffix>(&pattern)) return std::string("=").append(suffix->suffix);
  return "=";
}

/// A name that a rule is about.
struct Name {
  RankedDecision first;    ///< the first rule that matches it, its own or one for a wider name
  RankedDecision decides;  ///< what the longest kept key for it says
};

class Chooser {
 public:
  Chooser(RankedDecision rest, const AddressRules& addresses) : rest_{rest, rest}, addresses_(addresses) {}

  void add(const std::string& key, RankedDecision own) {
    const Name& wider = wider_than(key);
    Name name{own, own};
    if (own.rule > wider.first.rule) {
      name = wider;  // never the first to match
    } else if (own.decision == wider.decides.decision &&
               !addresses_.differ_between(own.rule, wider.decides.rule, own.decision)) {
      name.decides = wider.decides;
    } else {
      keys_.push_back({key, own});
    }
    names_.emplace(key, name);
  }

  std::vector<NameKey> take() {
    std::sort(keys_.begin(), keys_.end(), [](const NameKey& a, const NameKey& b) { return a.key < b.key; });
    return std::move(keys_);
  }

 private:
  /// The nearest wider name that a rule is about; all names together when there is none.
  const Name& wider_than(const std::string& key) const {
    if (key == "=") return rest_;
    for (std::size_t dot = key.find('.', 2); dot != std::string::npos; dot = key.find('.', dot + 1)) {
      const auto found = names_.find("=" + key.substr(dot));
      if (found != names_.end()) return found->second;
    }
    const auto any = names_.find("=");
    return any == names_.end() ? rest_ : any->second;
  }

  Name rest_;
  const AddressRules& addresses_;
  std::unordered_map<std::string, Name> names_;
  std::vector<NameKey> keys_;
};

}  // namespace

AddressRules::AddressRules(std::vector<RankedDecision> rules) {
  std::sort(rules.begin(), rules.end(), [](const auto& a, const auto& b) { return a.rule < b.rule; });
  for (const RankedDecision& rule : rules) {
    if (!all_.empty() && all_.back() == rule.rule) continue;
    all_.push_back(rule.rule);
    by_decision_[rule.decision].push_back(rule.rule);
  }
}

bool AddressRules::differ_between(std::uint32_t first, std::uint32_t last, std::uint32_t decision) const {
  const auto count = [&](const std::vector<std::uint32_t>& rules) {
    return std::lower_bound(rules.begin(), rules.end(), last) - std::upper_bound(rules.begin(), rules.end(), first);
  };
  const auto same = by_decision_.find(decision);
  return count(all_) != (same == by_decision_.end() ? 0 : count(same->second));
}

std::vector<NameKey> choose_name_keys(const Policy& policy, std::span<const RankedDecision> named, RankedDecision rest,
                                      const AddressRules& addresses) {
  // the first rule for each text; then wider names before the names inside them
  std::unordered_map<std::string, RankedDecision> first_rules;
  for (const RankedDecision& by : named) first_rules.try_emplace(key_of(policy.rules[by.rule].pattern()), by);
  std::vector<NameKey> ordered;
  ordered.reserve(first_rules.size());
  for (const auto& [key, by] : first_rules) ordered.push_back({key, by});
  std::sort(ordered.begin(), ordered.end(), [](const NameKey& a, const NameKey& b) {
    return a.key.size() != b.key.size() ? a.key.size() < b.key.size() : a.key < b.key;
  });
  Chooser chooser(rest, addresses);
  for (const NameKey& key : ordered) chooser.add(key.key, key.by);
  return chooser.take();
}

template <typename IsOuter>
void NameOrder::widen(Outermost& known, const NameKey& key, IsOuter is_outer) {
  if (known.best == nullptr || is_outer(key.by.rule, known.best->by.rule)) {
    if (known.best != nullptr && known.best->by.decision != key.by.decision) known.other = known.best;
    known.best = &key;
  } else if (key.by.decision != known.best->by.decision &&
             (known.other == nullptr || is_outer(key.by.rule, known.other->by.rule))) {
    known.other = &key;
  }
}

void NameOrder::add(const NameKey& key) {
  widen(first_, key, [](std::uint32_t a, std::uint32_t b) { return a < b; });
  widen(last_, key, [](std::uint32_t a, std::uint32_t b) { return a > b; });
}

const NameKey* NameOrder::before(RankedDecision by) const {
  const bool best_differs = first_.best != nullptr && first_.best->by.decision != by.decision;
  const NameKey* key = best_differs ? first_.best : first_.other;
  return key != nullptr && key->by.rule < by.rule ? key : nullptr;
}

const NameKey* NameOrder::behind(RankedDecision by) const {
  const bool best_differs = last_.best != nullptr && last_.best->by.decision != by.decision;
  const NameKey* key = best_differs ? last_.best : last_.other;
  return key != nullptr && key->by.rule > by.rule ? key : nullptr;
}

}  // namespace core::cdb
