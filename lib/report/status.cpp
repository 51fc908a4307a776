// The state of a CDB in the words of monitoring: see status.hpp. What is not known is left out, never 0.
#include "report/status.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "base/printable.hpp"
#include "base/utc_time.hpp"
#include "report/audit.hpp"
#include "report/clients_json.hpp"

namespace core {
namespace {

constexpr std::array<std::string_view, 4> health_names = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};

std::string_view name_of(Health health) { return health_names[static_cast<std::size_t>(health)]; }

bool is_too_old(const DatabaseStatus& status) { return status.max_age && status.age_seconds > *status.max_age; }
/// A minute more than a clock is off that is set by the network.
bool is_from_the_future(const DatabaseStatus& status) { return status.age_seconds < -60; }

std::string format_age(std::int64_t seconds) {
  if (seconds < 120) return fmt::format("{} s", seconds);
  if (seconds < 120 * 60) return fmt::format("{} min", seconds / 60);
  if (seconds < 48 * 3600) return fmt::format("{} h", seconds / 3600);
  return fmt::format("{} days", seconds / 86400);
}

/// What is wrong with a database that could be read, the worst first.
std::vector<std::string> faults_of_database(const DatabaseStatus& status) {
  std::vector<std::string> faults;
  if (status.audit->is_open()) {
    std::string reasons;
    for (const analysis::Reason reason : status.audit->reasons)
      reasons += fmt::format("{}{}", reasons.empty() ? "" : "; ", format_reason(reason));
    faults.push_back(fmt::format("open relay: {}", reasons));
  }
  if (!status.difference.empty())
    faults.push_back(fmt::format("it is not what its source says: {}", status.difference));
  if (!status.source_failure.empty())
    faults.push_back(fmt::format("it cannot be compared with its source: {}", status.source_failure));
  if (!status.origin_failure.empty()) faults.push_back(status.origin_failure);
  if (status.is_past)
    faults.push_back(fmt::format("it was to be used until {}", format_utc(*status.origin->not_after)));
  if (is_too_old(status)) faults.push_back(fmt::format("it is {} old", format_age(status.age_seconds)));
  if (is_from_the_future(status))
    faults.push_back(fmt::format("it was written {} from now, by its time", format_age(-status.age_seconds)));
  return faults;
}

std::vector<std::string> faults_of(const DatabaseStatus& status) {
  std::vector<std::string> faults = status.failure.empty() ? faults_of_database(status) : std::vector{status.failure};
  if (!status.update_failure.empty())
    faults.push_back(fmt::format("the last update failed: {}", status.update_failure));
  return faults;
}

/// "public addresses that may relay: 8 IPv4, 0 IPv6"
std::string format_public(const DatabaseStatus& status) {
  const PublicAddresses& found = status.audit->surface.public_part;
  return fmt::format("public addresses that may relay: {} IPv4, {} IPv6", found.ipv4, found.ipv6.text());
}

/// The value of a label. Source: Prometheus, "Exposition formats", "Comments, help text, and type information".
std::string label_text(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
  return out;
}

bool was_compared(const DatabaseStatus& status) {
  return !status.sources.empty() && status.source_failure.empty() && status.failure.empty();
}

}  // namespace

std::optional<std::int64_t> parse_duration(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0 || end + 1 != text.data() + text.size()) return std::nullopt;
  std::int64_t unit = 0;
  switch (*end) {
    case 's': unit = 1; break;
    case 'm': unit = 60; break;
    case 'h': unit = 3600; break;
    case 'd': unit = 86400; break;
    default: return std::nullopt;
  }
  constexpr std::int64_t longest = 100LL * 366 * 86400;
  if (number > longest / unit) return std::nullopt;
  return number * unit;
}

Health health_of(const DatabaseStatus& status) {
  if (!status.failure.empty() || status.audit->is_open()) return Health::critical;
  return faults_of(status).empty() ? Health::ok : Health::warning;
}

std::string format_status(const DatabaseStatus& status) {
  std::string text = fmt::format("{}: {}\n", printable(status.database.path), name_of(health_of(status)));
  for (const std::string& fault : faults_of(status)) text += fmt::format("  {}\n", printable(fault));
  if (!status.failure.empty()) return text;
  text += fmt::format("  age     {}\n  relay   {}, {}\n  sha256  {}\n", format_age(status.age_seconds),
                      status.audit->is_open() ? "open relay" : "not an open relay", format_public(status),
                      status.database.sha256);
  for (const HashedFile& source : status.sources)
    text += fmt::format("  source  {}  {}\n", source.sha256, printable(source.path));
  if (!status.origin) return text;
  if (status.origin->serial) text += fmt::format("  serial  {}\n", *status.origin->serial);
  if (status.origin->not_after) text += fmt::format("  until   {}\n", format_utc(*status.origin->not_after));
  for (const HashedFile& source : status.origin->sources)
    text += fmt::format("  made of {}  {}\n", source.sha256, printable(source.path));
  return text;
}

std::string format_status_nagios(const DatabaseStatus& status) {
  std::string said = fmt::format("{}", fmt::join(faults_of(status), "; "));
  if (status.failure.empty()) {
    said += (said.empty() ? "" : "; ") + format_public(status);
    if (status.origin && status.origin->serial) said += fmt::format("; serial {}", *status.origin->serial);
    const PublicAddresses& found = status.audit->surface.public_part;
    const std::string limit = status.max_age ? fmt::format(";{}", *status.max_age) : "";
    // what stands behind the bar is for programs, so there is no other bar
    for (char& c : said)
      if (c == '|') c = '/';
    said += fmt::format(" | age={}s{} public_ipv4={} public_ipv6={}", status.age_seconds, limit, found.ipv4,
                        found.ipv6.text());
  }
  return fmt::format("RELAYRULES {} - {}\n", name_of(health_of(status)), printable(said));
}

std::string format_status_prometheus(const DatabaseStatus& status) {
  std::string text;
  const std::string database = label_text(status.database.path);
  const auto add = [&](std::string_view name, std::string_view help, std::string_view value,
                       std::string_view labels = "") {
    text += fmt::format(
        "# HELP relayrules_{0} {1}\n# TYPE relayrules_{0} gauge\nrelayrules_{0}{{database=\"{2}\"{3}}} {4}\n", name,
        help, database, labels, value);
  };
  add("status", "0 OK, 1 WARNING, 2 CRITICAL.", fmt::format("{}", static_cast<int>(health_of(status))));
  add("readable", "Whether the database could be read whole.", status.failure.empty() ? "1" : "0");
  add("update_failed", "Whether the last attempt to replace the database failed.",
      status.update_failure.empty() ? "0" : "1");
  if (!status.failure.empty()) return text;
  const PublicAddresses& found = status.audit->surface.public_part;
  add("age_seconds", "Seconds since the database was written.", fmt::format("{}", status.age_seconds));
  add("open_relay", "Whether the database makes the server an open relay.", status.audit->is_open() ? "1" : "0");
  add("public_ipv4_addresses", "Public IPv4 addresses that may relay.", fmt::format("{}", found.ipv4));
  add("public_ipv6_addresses", "Public IPv6 addresses that may relay.", found.ipv6.text());
  add("info", "The SHA-256 of the database.", "1", fmt::format(",sha256=\"{}\"", status.database.sha256));
  if (was_compared(status))
    add("same_as_source", "Whether the database is what its source compiles to.",
        status.difference.empty() ? "1" : "0");
  if (status.origin && status.origin->serial)
    add("serial", "The recorded number of its rules.", fmt::format("{}", *status.origin->serial));
  if (status.origin && status.origin->not_after)
    add("not_after_seconds", "Until when it is to be used, in seconds since 1970.",
        fmt::format("{}", *status.origin->not_after));
  return text;
}

namespace {

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json json_of(const std::vector<HashedFile>& files) {
  Json list = Json::array();
  for (const HashedFile& file : files) list.push_back({{"file", file.path}, {"sha256", text_or_null(file.sha256)}});
  return list;
}

}  // namespace

std::string format_status_json(const DatabaseStatus& status) {
  Json json;
  const bool is_read = status.failure.empty();
  json["status"] = name_of(health_of(status));
  json["problems"] = faults_of(status);
  json["database"] = status.database.path;
  json["sha256"] = text_or_null(status.database.sha256);
  json["age_seconds"] = is_read ? Json(status.age_seconds) : Json(nullptr);
  json["max_age_seconds"] = status.max_age ? Json(*status.max_age) : Json(nullptr);
  json["open_relay"] = is_read ? Json(status.audit->is_open()) : Json(nullptr);
  json["reasons"] = Json::array();
  if (is_read)
    for (const analysis::Reason reason : status.audit->reasons) json["reasons"].push_back(reason_name(reason));
  json["public_ipv4"] = is_read ? Json(std::to_string(status.audit->surface.public_part.ipv4)) : Json(nullptr);
  json["public_ipv6"] = is_read ? Json(status.audit->surface.public_part.ipv6.text()) : Json(nullptr);
  json["sources"] = json_of(status.sources);
  json["same_as_source"] = was_compared(status) ? Json(status.difference.empty()) : Json(nullptr);
  const cdb::Origin& origin = status.origin ? *status.origin : cdb::Origin();
  json["serial"] = origin.serial ? Json(*origin.serial) : Json(nullptr);
  json["not_after"] = origin.not_after ? Json(*origin.not_after) : Json(nullptr);
  json["recorded_sources"] = json_of(origin.sources);
  json["update_failure"] = text_or_null(status.update_failure);
  return format_json(json);
}

}  // namespace core
