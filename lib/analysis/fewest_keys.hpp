// fewest_keys: the fewest rules of octet keys that say of every IPv4 address what given keys say.
//
// Keys make a tree: of all keys that cover an address the longest answers. From the longest to the shortest it is
// worked out what each node of the tree costs for each effect that may reach it from above; then the cheapest choice is
// walked from the top. One rule covers neighbours that differ in their last octet ("10.0-3."), so that runs of
// neighbours count, not keys.
//
// Not always the least there is: rules that lie over each other ("10.3.:deny" before "10.0-5.:allow") are not thought
// of here.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace core::analysis {

/// "10.1." is {10.1.0.0, 2}: the first `count` octets of `address`; the rest is zero.
struct OctetKey {
  std::uint32_t address = 0;
  std::uint8_t count = 0;
  std::uint32_t effect = 0;
};

/// Keys that differ in their last octet only, which runs from low to high; that octet is zero in `address`.
struct KeyRun {
  std::uint32_t address = 0;
  std::uint8_t count = 0;
  std::uint8_t low = 0;
  std::uint8_t high = 0;
  std::uint32_t effect = 0;

  [[nodiscard]] std::uint32_t address_of(unsigned octet) const { return address | octet << (32 - 8 * count); }
};

/// Keys of full addresses are asked before host names, all others behind them. So a full key may come or go only where
/// no name says anything else.
struct FullKeys {
  bool fixed = false;  ///< they stay as they are, but for those with `free_effect`
  std::optional<std::uint32_t> free_effect;

  [[nodiscard]] bool may_change(std::uint32_t effect) const { return !fixed || free_effect == effect; }
};

/// An effect that no key may have: names decide.
constexpr std::uint32_t names_decide = 0xfffffffe;

/// `keys` must differ from each other. `uncovered` is the effect, perhaps names_decide, where no key answers.
[[nodiscard]] std::vector<KeyRun> fewest_keys(std::vector<OctetKey> keys, std::uint32_t uncovered, FullKeys full_keys);

}  // namespace core::analysis
