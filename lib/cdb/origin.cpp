// What a CDB was made of: see origin.hpp.
#include "cdb/origin.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "base/printable.hpp"
#include "base/utc_time.hpp"

namespace core::cdb {

namespace {

/// Takes "WORD VALUE\n" off the text; none where it does not begin so.
std::optional<std::string_view> take_value(std::string_view& text, std::string_view word) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos || end <= word.size() + 1) return std::nullopt;
  if (text.substr(0, word.size()) != word || text[word.size()] != ' ') return std::nullopt;
  const std::string_view value = text.substr(word.size() + 1, end - word.size() - 1);
  text.remove_prefix(end + 1);
  return value;
}

bool is_sha256(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// "SHA NAME"
bool take_source(std::string_view value, std::vector<HashedFile>& sources) {
  if (value.size() < 66 || value[64] != ' ' || !is_sha256(value.substr(0, 64))) return false;
  sources.push_back({std::string(value.substr(65)), std::string(value.substr(0, 64))});
  return true;
}

}  // namespace

std::optional<std::uint64_t> parse_serial(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number > greatest_serial) return std::nullopt;
  return number;
}

std::string format_origin(const Origin& origin) {
  std::string text = fmt::format("relayrules origin 1\ndatabase {}\n", origin.database_sha256);
  if (origin.serial) text += fmt::format("serial {}\n", *origin.serial);
  if (origin.not_after) text += fmt::format("not-after {}\n", format_utc(*origin.not_after));
  for (const HashedFile& source : origin.sources)
    text += fmt::format("source {} {}\n", source.sha256, printable(source.path));
  return text + "end\n";
}

std::optional<Origin> parse_origin(std::string_view text) {
  Origin origin;
  if (take_value(text, "relayrules origin") != "1") return std::nullopt;
  const auto database = take_value(text, "database");
  if (!database || !is_sha256(*database)) return std::nullopt;
  origin.database_sha256 = *database;
  if (const auto serial = take_value(text, "serial"); serial && !(origin.serial = parse_serial(*serial)))
    return std::nullopt;
  if (const auto time = take_value(text, "not-after"); time && !(origin.not_after = parse_utc(*time)))
    return std::nullopt;
  while (const auto source = take_value(text, "source"))
    if (!take_source(*source, origin.sources)) return std::nullopt;
  if (text != "end\n") return std::nullopt;
  return origin;
}

Result<std::optional<Origin>> read_origin(const std::string& database) {
  const std::string path = origin_path(database);
  const auto bytes = read_file(path);
  if (!bytes.ok() && bytes.error().error == ENOENT) return std::optional<Origin>();
  if (!bytes.ok()) return bytes.error();
  auto origin = parse_origin(bytes.value().view());
  if (!origin) return SystemError{"understand", path, 0, "it is not what 'relayrules compile --origin' writes"};
  return origin;
}

Result<ReplaceFile> prepare_origin(const std::string& database, const Origin& origin) {
  const std::string path = origin_path(database);
  auto file = ReplaceFile::open(path);
  if (!file.ok()) return file.error();
  if (const Status failed = write_all(file.value().fd(), format_origin(origin), path)) return *failed;
  return file;
}

}  // namespace core::cdb
