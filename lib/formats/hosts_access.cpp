// The hosts_access format: hosts.allow and hosts.deny of the tcp wrappers (libwrap), as far as compiled rules need it.
//
//   file    := { line LF }                              a line ends in "\" LF to go on in the next one
//   line    := "#" anything | blanks | daemons ":" clients [ ":" options ]
//   daemons := daemon { sep daemon }                    daemon := name | "ALL"
//   clients := client { sep client }                    sep := blanks, tabs, CRs and commas
//   client  := "ALL" | address | prefix "." | net "/" length | net "/" mask | "." suffix | host
//   options := option { ":" option }                    see hosts_access/options.cpp
//
// One rule for each client pattern of a line. What the real grammar has beyond this (EXCEPT, LOCAL, [v6], /file,
// wildcards, ...) is an error that names it: a skipped pattern is an open door. With ParseOptions::service, lines that
// are understood to be about other daemons are left alone, whatever else they say. There is only the strict reading.
//
// Compat (libwrap 7.6.q-32 of Debian 12; tests/conformance/tcpdmatch_test.cpp and tests/unit/hosts_access_test.cpp):
//   - words are compared without regard to case; a CR is a blank
//   - text behind the last newline is lost; in hosts.deny, even a comment there makes libwrap deny everybody
//   - at a joined line of 2048 bytes or more, newline included, libwrap stops reading (hosts.deny: denies everybody)
//   - "#" begins a comment only in the first column of a joined line: an indented one is a rule for the daemon "#"
//   - a comment goes on over "\" LF and takes the next line with it
//   - a ':' inside brackets does not end a list; an IPv6 address without brackets does, and its rest is read as options
//   - an IPv4-mapped client is matched as IPv4: callers ask with unmapped() addresses
//   - 255.255.255.255 is in no net; client names are cut to 127 bytes before they are compared
#include <fmt/format.h>

#include <algorithm>

#include "base/ascii_case.hpp"
#include "base/cursor.hpp"
#include "base/finding_kinds.hpp"
#include "formats/hosts_access/lines.hpp"
#include "formats/hosts_access/options.hpp"
#include "formats/hosts_access/patterns.hpp"
#include "model/format.hpp"

namespace relayrules {
namespace {

constexpr std::string_view separators = ", \t\r\n";
constexpr std::string_view blanks = " \t\r\n";

/// Where the list at the front of `text` ends: at the first ':' outside brackets.
std::size_t find_list_end(std::string_view text) {
  bool in_brackets = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '[') in_brackets = true;
    if (text[i] == ']') in_brackets = false;
    if (text[i] == ':' && !in_brackets) return i;
  }
  return std::string_view::npos;
}

/// The three parts of a rule; `options` has no data when the rule has none.
struct Parts {
  std::string_view daemons;
  std::string_view clients;
  std::string_view options;
  std::string_view behind_daemons;  ///< clients and options, with the ':' between them
};

/// Takes the next word of a list; empty at its end.
std::string_view take_word(Cursor& cursor) {
  cursor.skip_any(separators);
  return cursor.take_until(separators);
}

class Reader {
 public:
  Reader(const Source& source, const ParseOptions& options, Policy& policy, Findings& findings)
      : source_(source), service_(in_lower_case(options.service)), policy_(policy), findings_(findings) {
    const std::string_view path = source.name();
    is_deny_file_ = path.substr(path.rfind('/') + 1).find("hosts.deny") != std::string_view::npos;
  }

  void read_all() {
    LineReader reader(source_);
    while (reader.next(line_))
      if (!read_line()) policy_.complete = false;
  }

 private:
  /// False when the line is in error, which is then reported.
  bool read_line() {
    const std::string_view text = line_.text();
    const bool is_rule = !text.starts_with('#') && text.find_first_not_of(blanks) != std::string_view::npos;
    const bool whole = check_line_end(is_rule);
    if (!is_rule) return whole;
    const bool readable = check_bytes(text) && whole;
    Parts parts;
    return split(text, parts) && read_rule(parts, readable);
  }

  /// The line as libwrap's reader sees it, before any grammar.
  bool check_line_end(bool is_rule) {
    if (line_.is_too_long())
      return fail(syntax::not_supported, line_.span(),
                  fmt::format("a line of more than {} bytes is not supported: libwrap stops reading the file here",
                              LineReader::buffer_bytes - 2),
                  "write several rules; the first one that matches counts");
    if (line_.is_cut_off())
      return fail(syntax::not_supported, last_byte(),
                  "the file ends behind a '\\' that continues the line: libwrap loses the line",
                  "remove the '\\' at the end");
    if (line_.has_newline() || (!is_rule && !is_deny_file_)) return true;
    const std::uint32_t end = line_.span().end;
    findings_
        .add(syntax::missing_final_newline, last_byte(),
             is_deny_file_ ? "the last line has no newline at its end: libwrap denies every client"
                           : "the last line has no newline at its end: libwrap loses the rule")
        .with_help("end the last line with a newline")
        .with_fix({end, end}, "\n");
    return false;
  }

  bool check_bytes(std::string_view text) {
    const auto is_odd = [](char c) {
      return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\r') || c == 0x7f;
    };
    const auto odd = std::find_if(text.begin(), text.end(), is_odd);
    if (odd == text.end()) return true;
    const std::string_view byte = text.substr(static_cast<std::size_t>(odd - text.begin()), 1);
    return fail(syntax::control_character, line_.span_of(byte),
                fmt::format("the control character {} in a rule: libwrap takes it for text, and ends the line at a NUL",
                            quoted(byte)),
                "remove it");
  }

  bool split(std::string_view text, Parts& parts) {
    const std::size_t first = find_list_end(text);
    if (first == std::string_view::npos)
      return fail(syntax::line_without_colon, line_.span_of(trimmed(text, blanks)),
                  fmt::format("{} has no ':', and libwrap skips the line", quoted(trimmed(text, blanks))),
                  "a rule is 'DAEMONS : CLIENTS' or 'DAEMONS : CLIENTS : OPTIONS'; a comment begins with '#'");
    parts.daemons = text.substr(0, first);
    parts.behind_daemons = text.substr(first + 1);
    const std::size_t second = find_list_end(parts.behind_daemons);
    parts.clients = parts.behind_daemons.substr(0, second);
    if (second != std::string_view::npos) parts.options = parts.behind_daemons.substr(second + 1);
    return true;
  }

  bool read_rule(const Parts& parts, bool readable) {
    std::vector<std::string> services;
    bool is_for_all = false;
    if (!read_daemons(parts.daemons, services, is_for_all)) return false;
    const bool wanted =
        service_.empty() || is_for_all || std::find(services.begin(), services.end(), service_) != services.end();
    if (!wanted || !readable) return readable;
    if (!check_ipv6(parts)) return false;
    HostsOptions options;
    options.verdict = is_deny_file_ ? Verdict::deny : Verdict::allow;
    const bool has_options = parts.options.data() != nullptr;
    const bool good = !has_options || parse_hosts_options(line_, parts.options, options, findings_);
    std::vector<Rule> rules;
    if (!read_clients(parts.clients, rules) || !good) return false;
    Rule shared;
    shared.span = line_.span_of(trimmed(line_.text(), blanks));
    shared.verdict = options.verdict;
    if (has_options) shared.edits_begin = line_.span_of(parts.options).begin;
    shared.edits = edits_index(parts.options, std::move(options.edits));
    shared.services = services_index(is_for_all ? std::vector<std::string>() : std::move(services));
    add_rules(shared, rules);
    return true;
  }

  bool read_daemons(std::string_view list, std::vector<std::string>& services, bool& is_for_all) {
    Cursor cursor(list);
    bool good = true;
    for (std::string_view word = take_word(cursor); !word.empty(); word = take_word(cursor)) {
      DaemonPattern daemon = parse_daemon_pattern(word);
      if (daemon.fault.kind != nullptr) {
        good = report(word, daemon.fault);
        if (is_except(word) || word.front() == '#') return false;  // what follows means something else
      } else if (daemon.name.empty()) {
        is_for_all = true;
      } else {
        services.push_back(std::move(daemon.name));
      }
    }
    if (good && !is_for_all && services.empty())
      return fail(syntax::bad_pattern, line_.span_of(trimmed(line_.text(), blanks)),
                  "the list of daemons is empty, so that the rule never matches", "write 'ALL' for every daemon");
    return good;
  }

  /// One rule for each client pattern; only their peers and peer_spans are set.
  bool read_clients(std::string_view list, std::vector<Rule>& rules) {
    Cursor cursor(list);
    bool good = true;
    for (std::string_view word = take_word(cursor); !word.empty(); word = take_word(cursor)) {
      ClientPattern client = parse_client_pattern(word);
      if (!client.peer) {
        good = report(word, client.fault);
        if (is_except(word) || word.front() == '#') return false;
        continue;
      }
      Rule& rule = rules.emplace_back();
      rule.peer = std::move(*client.peer);
      rule.peer_span = line_.span_of(word);
    }
    if (good && rules.empty())
      return fail(syntax::bad_pattern, line_.span_of(trimmed(line_.text(), blanks)),
                  "the list of clients is empty, so that the rule never matches", "write 'ALL' for every client");
    return good;
  }

  void add_rules(const Rule& shared, std::vector<Rule>& rules) {
    for (Rule& rule : rules) {
      Rule& added = policy_.rules.emplace_back(shared);
      added.peer = std::move(rule.peer);
      added.peer_span = rule.peer_span;
    }
  }

  bool check_ipv6(const Parts& parts) {
    if (parts.options.data() == nullptr) return true;
    const std::string_view word = find_unbracketed_ipv6(parts.behind_daemons, parts.clients.size());
    if (word.empty()) return true;
    const std::size_t slash = std::min(word.find('/'), word.size());
    const std::string right = fmt::format("[{}]{}", word.substr(0, slash), word.substr(slash));
    findings_
        .add(syntax::unbracketed_ipv6, line_.span_of(word),
             fmt::format(
                 "{} needs brackets: libwrap ends the list of clients at its first ':' and takes the rest for options",
                 quoted(word)))
        .with_help(fmt::format("write '{}'", right))
        .with_fix(line_.span_of(word), right);
    return false;
  }

  /// Lines often repeat what the line before them says.
  std::uint32_t edits_index(std::string_view text, EnvEdits edits) {
    if (edits.empty()) return 0;
    if (text != last_options_ || last_edits_ == 0) last_edits_ = policy_.add_edits(std::move(edits));
    // the spans of a line with breaks in it are its own
    last_options_ = line_.is_joined() ? std::string() : std::string(text);
    return last_edits_;
  }

  std::uint32_t services_index(std::vector<std::string> services) {
    if (services.empty()) return 0;
    if (last_services_ == 0 || policy_.service_lists[last_services_] != services)
      last_services_ = policy_.add_services(std::move(services));
    return last_services_;
  }

  [[nodiscard]] Span last_byte() const {
    const Span whole = line_.span();
    return {whole.end - (whole.size() == 0 ? 0 : 1), whole.end};
  }

  bool report(std::string_view word, PatternFault& fault) {
    const Span place = line_.span_of(word);
    auto& finding = findings_.add(*fault.kind, place, std::move(fault.message)).with_help(std::move(fault.help));
    if (!fault.replacement.empty()) finding.with_fix(place, std::move(fault.replacement));
    return false;
  }

  bool fail(const FindingKind& kind, Span place, std::string message, std::string help) {
    findings_.add(kind, place, std::move(message)).with_help(std::move(help));
    return false;
  }

  const Source& source_;
  std::string service_;
  Policy& policy_;
  Findings& findings_;
  bool is_deny_file_ = false;
  LogicalLine line_;
  std::string last_options_;
  std::uint32_t last_edits_ = 0;
  std::uint32_t last_services_ = 0;
};

void parse_hosts_access(const Source& source, const ParseOptions& options, Policy& policy, Findings& findings) {
  policy.span = {policy.rules.empty() ? source.base() : policy.span.begin,
                 source.base() + static_cast<std::uint32_t>(source.text().size())};
  Reader(source, options, policy, findings).read_all();
}

std::optional<std::string> format_rule(const Policy& policy, const Rule& rule) {
  if (rule.info != 0 || rule.exceptions != 0) return std::nullopt;
  std::string line;
  for (const std::string& service : policy.services_of(rule)) {
    const DaemonPattern daemon = service.empty() ? DaemonPattern{} : parse_daemon_pattern(service);
    const bool is_word = service.find_first_of(", \t\r\n:\\") == std::string::npos;
    if (daemon.fault.kind != nullptr || daemon.name.empty() || daemon.name != service || !is_word) return std::nullopt;
    line += (line.empty() ? "" : " ") + service;
  }
  if (line.empty()) line = "ALL";
  const auto client = format_client_pattern(rule.peer);
  const auto options = format_hosts_options(rule.verdict, policy.edits_of(rule));
  if (!client || !options) return std::nullopt;
  line += " : " + *client + *options + "\n";
  return line.size() < LineReader::buffer_bytes ? std::optional(line) : std::nullopt;
}

/// One line for each rule.
std::optional<std::string> print_hosts_access(const Policy& policy) {
  if (policy.resolution != Resolution::first_match || policy.no_match != Verdict::allow) return std::nullopt;
  std::string text;
  for (const Rule& rule : policy.rules) {
    const auto line = format_rule(policy, rule);
    if (!line) return std::nullopt;
    text += *line;
  }
  return text;
}

}  // namespace

namespace formats {

extern const Format hosts_access;
const Format hosts_access = {
    .name = "hosts_access",
    .summary = "hosts.allow and hosts.deny of the tcp wrappers",
    .file_patterns = "*hosts.allow* *hosts.deny*",
    .resolution = Resolution::first_match,
    .no_match = Verdict::allow,
    .parse = parse_hosts_access,
    .print = print_hosts_access,
};

}  // namespace formats
}  // namespace relayrules
