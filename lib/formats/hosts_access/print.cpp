// Policies as hosts_access text: see print.hpp. Every word is read again before it is used: a name from another format
// may be one that this grammar takes for something else.
#include "formats/hosts_access/print.hpp"

#include <algorithm>

#include "base/ascii_case.hpp"
#include "formats/hosts_access/lines.hpp"
#include "formats/hosts_access/options.hpp"
#include "formats/hosts_access/patterns.hpp"

namespace core {
namespace {

using Text = std::optional<std::string>;

Text format_daemon(const DaemonList& list, std::size_t i) {
  const auto& server = list.servers.empty() ? std::nullopt : list.servers[i];
  std::string word = list.names[i];
  if (server) {
    const Text host = format_client_word(*server);
    if (!host) return std::nullopt;
    word += "@" + *host;
  }
  const bool is_word = !word.empty() && word.find_first_of(", \t\r\n\\#") == std::string::npos &&
                       find_outside_brackets(word, ':', 0) == std::string::npos && !is_except(word);
  if (!is_word) return std::nullopt;
  TextPool texts;
  const DaemonWord back = parse_daemon_word(texts, word);
  return back.name == list.names[i] && back.server == server ? Text(word) : std::nullopt;
}

Text format_daemons(const Policy& policy, const DaemonList& list) {
  std::string text = list.names.empty() ? "ALL" : "";
  for (std::size_t i = 0; i < list.names.size(); ++i) {
    const Text word = format_daemon(list, i);
    if (!word) return std::nullopt;
    text += (i == 0 ? "" : " ") + *word;
  }
  if (list.exceptions == 0) return text;
  const Text rest = format_daemons(policy, policy.daemon_lists[list.exceptions]);
  return rest ? Text(text + " EXCEPT " + *rest) : std::nullopt;
}

Text format_client(const Policy& policy, const ClientPattern& pattern, std::uint32_t info) {
  const Text host = format_client_word(pattern);
  if (!host || info == 0) return host;
  const std::string word = *policy.infos[info] + "@" + *host;
  const UserPattern parts = split_user(word);
  const bool is_same = in_lower_case(parts.user) == *policy.infos[info] && parts.host == *host;
  return is_same && word.find_first_of(", \t\r\n:\\#") == std::string::npos ? Text(word) : std::nullopt;
}

Text format_exceptions(const Policy& policy, std::uint32_t index) {
  if (index == 0) return std::string();
  const ExceptionList& list = policy.exception_lists[index];
  std::string text = " EXCEPT";
  for (std::size_t i = 0; i < list.patterns.size(); ++i) {
    const Text word = format_client(policy, list.patterns[i], list.infos.empty() ? 0 : list.infos[i]);
    if (!word) return std::nullopt;
    text += " " + *word;
  }
  const Text rest = format_exceptions(policy, list.exceptions);
  return rest ? Text(text + *rest) : std::nullopt;
}

/// A '[' too many would hide the ':' behind the list from libwrap.
bool has_pairs_of_brackets(std::string_view list) {
  return std::count(list.begin(), list.end(), '[') == std::count(list.begin(), list.end(), ']');
}

Text format_rule(const Policy& policy, const Rule& rule) {
  if (!policy.options_of(rule).empty()) return std::nullopt;  // their place among the others is not known
  const Text daemons = format_daemons(policy, policy.daemons_of(rule));
  const Text client = format_client(policy, rule.pattern(), rule.info());
  const Text exceptions = format_exceptions(policy, rule.exceptions());
  const Text options = format_hosts_options(rule.access(), policy.edits_of(rule));
  if (!daemons || !client || !exceptions || !options) return std::nullopt;
  if (!has_pairs_of_brackets(*daemons) || !has_pairs_of_brackets(*client + *exceptions)) return std::nullopt;
  const std::string line = *daemons + " : " + *client + *exceptions + *options + "\n";
  return line.size() < LineReader::buffer_bytes ? Text(line) : std::nullopt;
}

}  // namespace

std::optional<std::string> print_hosts_access(const Policy& policy) {
  if (policy.is_by_key() || policy.no_match() != Outcome{}) return std::nullopt;
  std::string text;
  for (const Rule rule : policy.rules) {
    const auto line = format_rule(policy, rule);
    if (!line) return std::nullopt;
    text += *line;
  }
  return text;
}

}  // namespace core
