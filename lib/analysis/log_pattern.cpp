// Expressions of the user's own: see log_pattern.hpp. std::regex knows no names of groups, so they are taken out and counted here.
#include "analysis/log_pattern.hpp"

#include <map>

namespace relayrules::analysis {
namespace {

/// std::regex goes one call deeper for each byte that it matches.
constexpr std::size_t searched_at_most = 4096;

struct NumberedGroups {
  std::string expression;  ///< without names
  std::map<std::string, std::size_t, std::less<>> names;
  std::size_t count = 0;
};

/// The length of "?<name>" or "?P<name>" at the beginning of `text`, and its name; 0 when there is none.
std::size_t name_size(std::string_view text, std::string_view& name) {
  const std::size_t begin = text.starts_with("?<") ? 2 : text.starts_with("?P<") ? 3 : 0;
  const std::size_t end = text.find('>');
  if (begin == 0 || end == std::string_view::npos) return 0;
  name = text.substr(begin, end - begin);
  return end + 1;
}

NumberedGroups number_groups(std::string_view text) {
  NumberedGroups groups;
  bool in_class = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    groups.expression += text[i];
    if (text[i] == '\\' && i + 1 < text.size()) {
      groups.expression += text[++i];
    } else if (in_class || text[i] != '(') {
      in_class = in_class ? text[i] != ']' : text[i] == '[';
    } else {
      std::string_view name;
      const std::size_t size = name_size(text.substr(i + 1), name);
      if (size > 0 || !text.substr(i + 1).starts_with('?')) ++groups.count;
      if (size > 0) groups.names.emplace(name, groups.count);
      i += size;
    }
  }
  return groups;
}

}  // namespace

Result<LogPattern> LogPattern::compile(const std::string& expression) {
  NumberedGroups groups = number_groups(expression);
  const auto refused = [&](std::string reason) {
    return SystemError{"use the expression", expression, EINVAL, std::move(reason)};
  };
  for (const auto& [name, number] : groups.names)
    if (name != "ip" && name != "host" && name != "info" && name != "stamp")
      return refused("it names a group '" + name + "'; known are ip, host, info and stamp");
  if (groups.names.empty()) groups.names = {{"ip", 1}, {"host", groups.count >= 2 ? 2 : 0}};
  if (groups.count == 0 || groups.names.count("ip") == 0)
    return refused("a group must stand around the address, for instance 'from (?<ip>[0-9.]+)'");
  LogPattern pattern;
  try {
    pattern.regex_.assign(groups.expression, std::regex::ECMAScript | std::regex::optimize);
  } catch (const std::regex_error& error) {
    return refused(error.what());
  }
  pattern.ip_ = groups.names["ip"];
  pattern.host_ = groups.names["host"];
  pattern.info_ = groups.names["info"];
  pattern.stamp_ = groups.names["stamp"];
  return pattern;
}

std::string_view LogPattern::group(std::size_t number) const {
  if (number == 0 || !match_[number].matched) return {};
  return {match_[number].first, static_cast<std::size_t>(match_[number].length())};
}

LogLine LogPattern::parse(std::string_view line, Sighting& sighting) {
  sighting = {};
  line = line.substr(0, searched_at_most);
  try {
    if (!std::regex_search(line.data(), line.data() + line.size(), match_, regex_)) return LogLine::other;
  } catch (const std::regex_error&) {
    return LogLine::not_understood;  // the library gave up
  }
  sighting.host = logged_name(group(host_));
  sighting.info = group(info_);
  sighting.stamp = group(stamp_);
  return read_logged_address(group(ip_), sighting.address) ? LogLine::client : LogLine::not_understood;
}

}  // namespace relayrules::analysis
