// The line grammar that tcprules and tcprules-extended share: one parser, two dialects and two readings.
#pragma once

#include <optional>
#include <string>

#include "model/format.hpp"

namespace core {

enum class TcprulesDialect : std::uint8_t { classic, extended };

/// How the rules of a dialect are chosen.
[[nodiscard]] constexpr Lookup lookup_of(TcprulesDialect dialect) {
  const bool is_extended = dialect == TcprulesDialect::extended;
  return {Lookup::By::key, &tcpserver_keys, is_extended ? Lookup::Tie::narrowest : Lookup::Tie::first};
}

/// Reads `source` as rules of `dialect`; see Format::parse. With Reading::faithful it stops at the first line that the original
/// refuses, as the original does.
void parse_tcprules(const Source& source, const ParseOptions& options, TcprulesDialect dialect, Policy& policy,
                    Findings& findings);

/// One rule as a line of `dialect`, without the line feed; none when that grammar cannot say it.
[[nodiscard]] std::optional<std::string> format_tcprules_rule(const Policy& policy, const Rule& rule,
                                                              TcprulesDialect dialect);

/// All rules, a line each.
[[nodiscard]] std::optional<std::string> print_tcprules(const Policy& policy, TcprulesDialect dialect);

}  // namespace core
