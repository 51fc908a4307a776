// Reading lines of connection logs: see connection_log.hpp. This runs once for every line of a log of millions: it
// allocates nothing.
#include "analysis/connection_log.hpp"

#include <algorithm>
#include <cstring>

#include "analysis/client_list.hpp"
#include "base/ascii_case.hpp"
#include "base/cursor.hpp"

namespace core::analysis {
namespace {

constexpr std::string_view log_blanks = " \t";
constexpr auto npos = std::string_view::npos;

/// As string_view::find, which is slow where the first byte is common.
std::size_t find(std::string_view text, std::string_view wanted) {
  const void* found = ::memmem(text.data(), text.size(), wanted.data(), wanted.size());
  return found == nullptr ? npos : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

/// True when `text` begins like `shape`, in which "0" stands for any digit or blank.
bool has_shape(std::string_view text, std::string_view shape) {
  if (text.size() < shape.size()) return false;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const bool alike = shape[i] == '0' ? is_digit(text[i]) || text[i] == ' ' : shape[i] == text[i];
    if (shape[i] != '*' && !alike) return false;
  }
  return true;
}

/// The length of the stamp at the beginning of `line`; 0 when there is none.
std::size_t stamp_size(std::string_view line) {
  if (line.empty()) return 0;
  std::size_t from = 0;
  if (line.front() == '@') {
    if (std::min(line.find_first_not_of("0123456789abcdef", 1), line.size()) != 25) return 0;
  } else if (has_shape(line, "0000-00-00 00:00:00") && line[0] != ' ') {
    from = 11;
  } else if (has_shape(line, "*** 00 00:00:00 ") && line[0] >= 'A') {
    return 15;
  } else if (!has_shape(line, "0000-00-00T00:00:00") || line[0] == ' ') {
    return 0;
  }
  return std::min(line.find(' ', from), line.size());
}

/// "host:IP:info:port". An IPv6 address has colons, too, and servers write none into host and info: with one there,
/// nobody can tell where the address ends.
LogLine read_ucspi_remote(std::string_view remote, Sighting& sighting) {
  const std::size_t host_end = remote.find(':');
  const std::size_t port = remote.rfind(':');
  if (host_end == npos || port <= host_end) return LogLine::not_understood;
  const std::string_view middle = remote.substr(host_end + 1, port - host_end - 1);
  const std::size_t colon = middle.rfind(':');
  if (colon == npos || !read_logged_address(middle.substr(0, colon), sighting.address)) return LogLine::not_understood;
  sighting.host = logged_name(remote.substr(0, host_end));
  sighting.info = middle.substr(colon + 1);
  return LogLine::client;
}

/// What stands behind "tcpserver: ".
LogLine read_ucspi(std::string_view text, Sighting& sighting) {
  Cursor cursor(text);
  if (!cursor.skip("ok ") && !cursor.skip("deny ")) return LogLine::other;
  cursor.take_until(" ");  // the process
  cursor.skip(" ");
  cursor.take_until(" ");  // our side
  cursor.skip(" ");
  return read_ucspi_remote(cursor.take_until(log_blanks), sighting);
}

/// What may stand behind "[IP]": a port, or a remark of Sendmail's. Else the bracket is in what the client said.
bool is_end_of_client(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with(':')) return text.find_first_not_of("0123456789", 1) == npos;
  return text.empty() || text == "(may be forged)";
}

/// "info@name [IP]", with or without the blank, the info and the name. The info is the client's word: a second bracket
/// may be in it.
LogLine read_bracketed(std::string_view text, Sighting& sighting) {
  const std::size_t open = text.find('[');
  if (text.rfind('[') != open) return LogLine::not_understood;
  const std::size_t close = text.find(']', open == npos ? text.size() : open);
  if (close == npos || !read_logged_address(text.substr(open + 1, close - open - 1), sighting.address) ||
      !is_end_of_client(text.substr(close + 1)))
    return LogLine::not_understood;
  std::string_view name = trimmed(text.substr(0, open));
  if (const std::size_t at = name.rfind('@'); at != npos) {
    sighting.info = name.substr(0, at);
    if (sighting.info.starts_with("IDENT:")) sighting.info.remove_prefix(6);
    name.remove_prefix(at + 1);
  }
  sighting.host = logged_name(name);
  return name.find_first_of(" \t,=") == npos ? LogLine::client : LogLine::not_understood;
}

/// What stands behind "connect from ": libwrap names the bare address, or "info@name".
LogLine read_connect(std::string_view text, Sighting& sighting) {
  if (read_logged_address(trimmed(text), sighting.address)) return LogLine::client;
  return read_bracketed(text, sighting);
}

/// Sendmail's "NAME=value, ..., relay=...", of mail that came. Mail from this machine itself has no address there.
/// Where a second "relay=" is in what the client chose, nobody can tell them apart. A line about a sender, who may have
/// said anything, ends with the relay; Postfix writes senders alike, and no relay of theirs.
LogLine read_relay(std::string_view text, Sighting& sighting) {
  constexpr std::string_view field = ", relay=";
  const std::size_t at = find(text, field);
  const bool is_sender = text.starts_with("from=");
  const bool is_session = text.starts_with("AUTH=server, relay=") || text.starts_with("STARTTLS=server, relay=");
  if (at == npos || (!is_sender && !is_session && !text.starts_with("ruleset="))) return LogLine::other;
  text.remove_prefix(at + field.size());
  if (find(text, field) != npos) return LogLine::not_understood;
  if (!is_sender) text = text.substr(0, find(text, is_session ? "," : ", reject="));
  return text.find('[') == npos ? LogLine::other : read_bracketed(text, sighting);
}

/// What a program wrote behind its name.
LogLine read_message(std::string_view text, Sighting& sighting) {
  Cursor cursor(text);
  if (cursor.skip("[ID ")) {  // as Solaris has it
    cursor.take_until("]");
    cursor.skip("] ");
  }
  text = cursor.rest();
  const std::size_t word = std::min(text.find_first_of(": =<"), text.size());
  if (text.substr(word).starts_with(": ")) text.remove_prefix(word + 2);  // the number of a message
  cursor = Cursor(text);
  cursor.skip("refused ");
  if (cursor.skip("connect from ")) return read_connect(cursor.rest(), sighting);
  if (text.starts_with("client=")) return read_bracketed(text.substr(7, text.find(',') - 7), sighting);
  return read_relay(text, sighting);
}

/// The next field of a plain line. Between tabs a field may be empty.
std::string_view take_field(Cursor& cursor, std::string_view separators) {
  const std::string_view field = cursor.take_until(separators);
  if (separators == "\t")
    cursor.skip("\t");
  else
    cursor.skip_any(separators);
  return trimmed(field);
}

/// "count TAB first TAB last", of which the stamps may be missing, behind a client whose fields are escaped.
LogLine read_counted(Cursor& cursor, Sighting& sighting) {
  const auto count = parse_count(take_field(cursor, "\t"));
  sighting.stamp = take_field(cursor, "\t");
  sighting.last = take_field(cursor, "\t");
  if (!count || !cursor.at_end()) return LogLine::not_understood;
  sighting.count = *count;
  for (const std::string_view field : {sighting.host, sighting.info, sighting.stamp, sighting.last}) {
    sighting.escaped = sighting.escaped || field.find('\\') != npos;
    if (!unescape_field(field)) return LogLine::not_understood;
  }
  return bytes_of(sighting, sighting.host).find('\0') == npos ? LogLine::client : LogLine::not_understood;
}

LogLine read_plain(std::string_view line, Sighting& sighting) {
  line = trimmed(line, " \r");
  if (line.empty() || line.front() == '#') return LogLine::other;
  Cursor cursor(line);
  const std::string_view separators = line.find('\t') == npos ? " " : "\t";
  if (!read_logged_address(take_field(cursor, separators), sighting.address)) return LogLine::not_understood;
  sighting.host = logged_name(take_field(cursor, separators));
  sighting.info = take_field(cursor, separators);
  if (sighting.info == "-") sighting.info = {};
  if (separators == "\t" && !cursor.at_end()) return read_counted(cursor, sighting);
  return cursor.at_end() && sighting.host.find(' ') == npos ? LogLine::client : LogLine::not_understood;
}

/// True for what stands before a program's words: perhaps a host, and the program's name.
bool is_program(std::string_view text) {
  text = trimmed(text);
  const std::size_t blank = text.find_first_of(log_blanks);
  return !text.empty() && (blank == npos || text.find_first_of(log_blanks, blank + 1) == npos);
}

/// "tcpserver" and others of that name, and relayrules-env, to syslog with its process: "host relayrules-env[123]".
bool writes_as_ucspi(std::string_view program) {
  program = program.substr(0, program.ends_with(']') ? program.rfind('[') : npos);
  return program.ends_with("server") || program.ends_with("relayrules-env");
}

bool begins_with_address(std::string_view text) {
  Address ignored;
  text = trimmed(text, " \r");
  return read_logged_address(text.substr(0, text.find_first_of(log_blanks)), ignored);
}

}  // namespace

LogLine parse_log_line(std::string_view line, Sighting& sighting) {
  const std::size_t stamp = stamp_size(line);
  sighting = {};
  sighting.stamp = line.substr(0, stamp);
  const std::string_view text = trimmed_right(line.substr(stamp), "\r");
  if (begins_with_address(text)) return read_plain(text, sighting);
  // what a client chose stands behind the program's name, and is never searched for the beginning of anything
  std::string_view message = text;
  for (std::size_t end = find(message, ": "); end != npos && is_program(message.substr(0, end));
       end = find(message, ": ")) {
    const bool is_ucspi = writes_as_ucspi(message.substr(0, end));
    message.remove_prefix(end + 2);
    if (is_ucspi) return read_ucspi(message, sighting);
    if (message.empty() || !is_digit(message.front()) || message.find_first_not_of("0123456789.") != message.find(' '))
      break;
  }
  const LogLine kind = read_message(message, sighting);
  return kind == LogLine::other && stamp == 0 ? read_plain(text, sighting) : kind;
}

bool read_logged_address(std::string_view text, Address& address) {
  if (text.starts_with("IPv6:")) text.remove_prefix(5);
  const auto parsed = parse_address(text.substr(0, text.find('%')));
  if (parsed) address = unmapped(*parsed);
  return parsed.has_value();
}

std::string_view logged_name(std::string_view name) {
  return name == "unknown" || name == "-" || name == "0" ? std::string_view() : name;
}

std::string bytes_of(const Sighting& sighting, std::string_view member) {
  return sighting.escaped ? unescape_field(member).value_or("") : std::string(member);
}

Client client_of(const Sighting& sighting) {
  Client client;
  client.address = sighting.address;
  if (!sighting.host.empty()) client.host = in_lower_case(bytes_of(sighting, sighting.host));
  if (!sighting.info.empty()) client.info = bytes_of(sighting, sighting.info);
  return client;
}

}  // namespace core::analysis
