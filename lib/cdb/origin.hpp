// What a CDB was made of, as a text beside it, DB.origin: a CDB has no room for that, since its bytes are those of the
// original's compiler.
//
//     relayrules origin 1
//     database <SHA-256>
//     serial <number>                    where one was given
//     not-after <2026-12-31T00:00:00Z>   where one was given
//     source <SHA-256> <name>            for each file
//     end
//
// It names the CDB by its hash, so that one of another CDB shows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.hpp"

namespace core {

/// A file and the SHA-256 of its bytes, in hexadecimal.
struct HashedFile {
  std::string path;
  std::string sha256;
};

namespace cdb {

struct Origin {
  std::string database_sha256;
  std::optional<std::uint64_t> serial;
  std::optional<std::int64_t> not_after;  ///< seconds since 1970
  std::vector<HashedFile> sources;        ///< their names are printable
};

/// The largest serial: eighteen digits.
inline constexpr std::uint64_t greatest_serial = 999'999'999'999'999'999;

/// Where the origin of `database` stands.
[[nodiscard]] inline std::string origin_path(const std::string& database) { return database + ".origin"; }

/// A number from 0 to greatest_serial; none for any other text.
[[nodiscard]] std::optional<std::uint64_t> parse_serial(std::string_view text);
[[nodiscard]] std::string format_origin(const Origin& origin);
/// Reads what format_origin() writes; none for any other text.
[[nodiscard]] std::optional<Origin> parse_origin(std::string_view text);
/// The origin of `database`; empty where there is none. An error where it cannot be read or is none.
[[nodiscard]] Result<std::optional<Origin>> read_origin(const std::string& database);
/// Writes the origin of `database` to a file that is not yet in its place.
[[nodiscard]] Result<ReplaceFile> prepare_origin(const std::string& database, const Origin& origin);

}  // namespace cdb
}  // namespace core
