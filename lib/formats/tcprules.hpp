// The line grammar that the formats of the tcprules family share: one parser, four dialects and two readings.
#pragma once

#include <optional>
#include <string>

#include "model/format.hpp"

namespace core {

enum class TcprulesDialect : std::uint8_t {
  classic,
  extended,
  ipv6,  ///< Debian's ucspi-tcp-ipv6
  tcp6,  ///< ucspi-tcp6
};

/// How the rules of a dialect are chosen.
[[nodiscard]] constexpr Lookup lookup_of(TcprulesDialect dialect) {
  switch (dialect) {
    case TcprulesDialect::extended: return {Lookup::By::key, &tcpserver_keys, Lookup::Tie::narrowest};
    case TcprulesDialect::ipv6: return {Lookup::By::key, &ucspi_tcp_ipv6_keys, Lookup::Tie::first};
    case TcprulesDialect::tcp6: return {Lookup::By::key, &ucspi_tcp6_keys, Lookup::Tie::first};
    case TcprulesDialect::classic: break;
  }
  return {Lookup::By::key, &tcpserver_keys, Lookup::Tie::first};
}

/// Reads `source` as rules of `dialect`; see Format::parse. With Reading::faithful it stops at the first line that the
/// original refuses, as the original does.
void parse_tcprules(const Source& source, const ParseOptions& options, TcprulesDialect dialect, Policy& policy,
                    Findings& findings);

/// One rule as a line of `dialect`, without the line feed; none when that grammar cannot say it.
[[nodiscard]] std::optional<std::string> format_tcprules_rule(const Policy& policy, const Rule& rule,
                                                              TcprulesDialect dialect);

/// All rules, a line each.
[[nodiscard]] std::optional<std::string> print_tcprules(const Policy& policy, TcprulesDialect dialect);

}  // namespace core
