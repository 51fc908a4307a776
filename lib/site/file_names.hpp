// What the names of a server's files tell: which two are one table, and which are slips of the pen.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace core {

/// How much of a text tells what it is: enough to reach the first rule behind a long comment.
inline constexpr std::size_t head_bytes = 65536;

/// The file that is one table with `path`: hosts.deny for hosts.allow in the same folder, and the reverse;
/// "x.hosts.deny.1" for "x.hosts.allow.1", too. None for others.
[[nodiscard]] std::optional<std::string> other_half_of(const std::string& path);
/// True when the two are halves of one table.
[[nodiscard]] bool are_halves(const std::string& path, const std::string& other);
/// True for the half that is asked second.
[[nodiscard]] bool is_second_half(std::string_view path);

/// The name of a server's file that somebody meant who wrote `name`; empty when it is that name itself, or none is
/// near.
[[nodiscard]] std::string_view meant_name(std::string_view name);

/// A file with a name that no program reads.
struct Slip {
  std::string path;
  std::string_view meant;

  /// "the name 'rcphosts' is a slip for 'rcpthosts', ..."
  [[nodiscard]] std::string message() const;
};
/// The slips in `folder`, sorted, as far as the right file is not there. A folder that cannot be read has none.
[[nodiscard]] std::vector<Slip> slips_in(const std::string& folder);

}  // namespace core
