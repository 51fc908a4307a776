// Why an address of the tcprules family can never match: exactly one reason for each such rule.
//
// tcpserver builds keys from what it knows of a client and looks them up as they are. A text that it never builds is
// stored and never found. Each reason has its check in checks/; since the reason is chosen here, once, no dead rule is
// reported twice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "model/client_pattern.hpp"
#include "model/program.hpp"

namespace core {

enum class DeadKey : std::uint8_t {
  byte_order_mark,
  shell_residue,
  blank,
  cidr,
  wildcard,
  uppercase_host,
  host_trailing_dot,
  info_with_prefix,
  mail_address,
  full_address_range,
  reversed_range,
  range_above_255,
  open_range,
  second_range,
  prefix_without_dot,
  dot_after_full_address,
  bad_octet,
  host_without_equals,
  unknown,  ///< must stay last
};
inline constexpr std::size_t dead_key_count = static_cast<std::size_t>(DeadKey::unknown) + 1;

/// Why `text`, which was read as `raw`, matches nobody.
[[nodiscard]] DeadKey dead_key_reason(std::string_view text, const RawKey& raw);
/// True when `program` finds clients for such a key all the same. Which ones is for checks about that program.
[[nodiscard]] bool is_found_by(const ProgramFacts& program, DeadKey reason);
/// Why no client can have the name in `key` ("=..."); none when one can.
[[nodiscard]] std::optional<DeadKey> dead_name_reason(std::string_view key);

/// What `text` would mean with a dot behind it; none when that is no prefix either.
[[nodiscard]] std::optional<ClientPattern> pattern_with_dot(std::string_view text, const RawKey& raw);
/// The digits-and-dots part of `text` from its start.
[[nodiscard]] std::string_view leading_octets(std::string_view text);

}  // namespace core
