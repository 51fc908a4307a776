// Proof of a hosts_access text: see detect.hpp. Colons part the words of YAML, of mail aliases, Makefiles, passwd,
// Exim's lists and prose, too; in none of them stand a daemon and its clients, or an option of libwrap.
#include "formats/hosts_access/detect.hpp"

#include <algorithm>
#include <array>

#include "base/address.hpp"
#include "base/ascii_case.hpp"
#include "base/cursor.hpp"
#include "base/source.hpp"
#include "formats/hosts_access/lines.hpp"
#include "formats/hosts_access/patterns.hpp"

namespace core {
namespace {

constexpr std::string_view word_separators = ", \t\r";
constexpr std::size_t most_lines = 100;

/// What one line says.
enum class Sign : std::uint8_t { against, open, proof };

bool is_known_daemon(std::string_view word) {
  static constexpr std::array names = {
      "amandad", "atftpd",  "bacula-dir",  "bacula-fd", "bacula-sd", "exim",      "exim4",   "fingerd",     "ftpd",
      "identd",  "imapd",   "innd",        "ipop3d",    "leafnode",  "lockd",     "mountd",  "mysqld",      "nfsd",
      "nntpd",   "nrpe",    "popper",      "portmap",   "proftpd",   "pure-ftpd", "qpopper", "qmail-smtpd", "rexecd",
      "rlogind", "rpcbind", "rquotad",     "rshd",      "rsyncd",    "sendmail",  "slapd",   "smtpd",       "snmpd",
      "sockd",   "sshd",    "sshdfwd-x11", "statd",     "stunnel",   "swat",      "talkd",   "tcp-env",     "tcpenv",
      "telnetd", "tftpd",   "uucpd",       "vsftpd",    "xinetd",    "ypbind",    "ypserv"};
  const std::string name = in_lower_case(word.substr(0, word.find('@')));
  return name.starts_with("in.") || name.starts_with("rpc.") ||
         std::find(names.begin(), names.end(), name) != names.end();
}

bool is_made_of(std::string_view word, std::string_view others) {
  return std::all_of(word.begin(), word.end(),
                     [&](char c) { return is_letter(c) || is_digit(c) || others.find(c) != std::string_view::npos; });
}

/// True for what only a client is called: an address or net, be it miswritten, or the end of a name. A number with a
/// point or two in it is a version or a time.
bool proves_client(std::string_view word) {
  if (word.front() == '[' || parse_ipv6(word).has_value()) return true;
  const auto dots = std::count(word.begin(), word.end(), '.');
  if (word.find_first_not_of("0123456789.*?/") != std::string_view::npos)
    return word.front() == '.' && word.size() > 1 && is_letter(word.back()) && is_made_of(word, ".-");
  return dots != 0 && is_digit(word.front()) &&
         (dots > 2 || word.back() == '.' || word.find_first_of("/*?") != std::string_view::npos);
}

/// The same, and a domain and a wildcard in any case: what stands behind the name of a daemon.
bool may_be_client(std::string_view word) {
  const std::string lower = in_lower_case(word);
  const bool has_letter = std::any_of(word.begin(), word.end(), is_letter);
  const bool is_name = has_letter && is_made_of(word, ".-*?") && word.find('.') != std::string_view::npos;
  return lower == "all" || lower == "local" || lower == "known" || lower == "unknown" || lower == "paranoid" ||
         lower == "localhost" || is_name || proves_client(word);
}

/// Calls `take` with each word of `list`; false when there is none, or it took one for unreadable.
template <typename Take>
bool read_words(std::string_view list, Take&& take) {
  Cursor cursor(list);
  bool good = !trimmed(list, word_separators).empty();
  for (cursor.skip_any(word_separators); good && !cursor.at_end(); cursor.skip_any(word_separators))
    good = take(cursor.take_until(word_separators));
  return good;
}

bool is_daemon_name(std::string_view word) {
  const bool is_number = word.find_first_not_of("0123456789.") == std::string_view::npos;
  return !is_number && (is_made_of(word.substr(0, 1), "/")) && is_made_of(word, "._-+@/[]:*?");
}

/// The first word of `text`, which has no blanks around it, in lower case.
std::string keyword_of(std::string_view text) { return in_lower_case(text.substr(0, text.find_first_of(" \t\r=:"))); }

/// True for an option that hardly any other file has behind two colons.
bool begins_with_option(std::string_view text) {
  const std::string keyword = keyword_of(trimmed(text));
  static constexpr std::array proofs = {"aclexec", "banners", "rfc931", "setenv", "severity", "twist"};
  return std::find(proofs.begin(), proofs.end(), keyword) != proofs.end();
}

/// True for one that other files have, too: jobs are run and spawned, requests allowed and denied.
bool begins_with_common_option(std::string_view text) {
  text = trimmed(text);
  const std::string keyword = keyword_of(text);
  if (keyword == "spawn") return true;
  const std::string_view behind = trimmed(text.substr(keyword.size()), " \t\r");
  return (keyword == "allow" || keyword == "deny") && (behind.empty() || behind.front() == ':');
}

Sign sign_of(std::string_view line) {
  const std::size_t first = find_outside_brackets(line, ':', 0);
  if (first == std::string_view::npos) return Sign::against;
  const std::string_view behind = line.substr(first + 1);
  const std::size_t second = find_outside_brackets(behind, ':', 0);
  bool has_daemon = false;
  const bool has_daemons = read_words(line.substr(0, first), [&](std::string_view word) {
    has_daemon = has_daemon || word == "ALL" || is_known_daemon(word);
    return is_daemon_name(word);
  });
  bool has_client = false;
  bool is_sure = false;  // of a client
  bool has_except = false;
  bool is_for_all = false;
  const bool has_clients = read_words(behind.substr(0, second), [&](std::string_view word) {
    has_client = has_client || may_be_client(word);
    is_sure = is_sure || proves_client(word);
    has_except = has_except || (word == "EXCEPT" && is_for_all);
    is_for_all = is_for_all || word == "ALL";
    return is_made_of(word, "._-:[]/*?@%+~");
  });
  if (!has_daemons || !has_clients) return Sign::against;
  const std::string_view options = second == std::string_view::npos ? "" : behind.substr(second + 1);
  const bool is_proof = (has_daemon && has_client) || begins_with_option(options) ||
                        (is_sure && (has_except || begins_with_common_option(options)));
  return is_proof ? Sign::proof : Sign::open;
}

}  // namespace

Confidence detect_hosts_access(std::string_view text) {
  const Source source("", text, 0);
  LineReader reader(source);
  std::array<std::size_t, 3> count{};
  std::size_t lines = 0;
  for (LogicalLine line; lines < most_lines && reader.next(line);) {
    const std::string_view words = trimmed(line.text(), " \t\r");
    if (words.empty() || words.front() == '#') continue;
    ++count[static_cast<std::size_t>(sign_of(words))];
    ++lines;
  }
  const auto [against, open, proof] = count;
  if (proof > against) return Confidence::by_content;
  return proof > 0 || open > against ? Confidence::possible : Confidence::none;
}

}  // namespace core
