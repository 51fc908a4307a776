// Random rule files from a grammar that likes broken lines.
//
// The same seed gives the same texts on every machine: nothing here depends on the standard library's distributions.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace core::conformance {

class RuleText {
 public:
  explicit RuleText(std::uint64_t seed) : random_(seed) {}

  /// A file of a few lines; now and then with lines longer than any buffer.
  [[nodiscard]] std::string file();
  /// About `bytes` bytes of good lines, with one broken line at the end if `broken`.
  [[nodiscard]] std::string large_file(std::size_t bytes, bool broken);
  /// A number below `limit`.
  [[nodiscard]] unsigned below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }
  [[nodiscard]] std::string address();

 private:
  [[nodiscard]] bool one_in(unsigned count) { return below(count) == 0; }
  [[nodiscard]] char odd_byte();
  [[nodiscard]] std::string any_bytes(unsigned max);
  [[nodiscard]] std::string number();
  [[nodiscard]] std::string range_number();
  [[nodiscard]] std::string name();
  [[nodiscard]] std::string numeric_address();
  [[nodiscard]] std::string range();
  [[nodiscard]] std::string verdict(bool good);
  [[nodiscard]] std::string edit(bool good);
  [[nodiscard]] std::string line(bool good);
  void damage(std::string& text);

  std::mt19937_64 random_;
};

/// The seed to use: RELAYRULES_SEED, or a new one; it is printed.
[[nodiscard]] std::uint64_t choose_seed(std::string_view what);

}  // namespace core::conformance
