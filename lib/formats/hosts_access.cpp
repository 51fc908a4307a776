// The hosts_access format: hosts.allow and hosts.deny of the tcp wrappers (libwrap).
//
//   file    := { line LF }                              a line ends in "\" LF to go on in the next one
//   line    := "#" anything | blanks | daemons ":" clients [ ":" options ]
//   daemons := daemon { sep daemon } [ "EXCEPT" daemons ]          sep := blanks, tabs, CRs and commas
//   daemon  := word [ "@" host ]                        host: the server's end of the connection
//   clients := client { sep client } [ "EXCEPT" clients ]
//   client  := [ word "@" ] ( host | "/" file )         word: the user that ident tells
//   host    := see hosts_access/patterns.cpp            options := see hosts_access/options.cpp
//
// One rule for each client pattern of a line; a pattern of a file is one of the line that names the file. The rules say
// what libwrap does, mistakes included: what it skips is skipped, what it never matches is a rule for nobody. Each
// mistake is a finding, an error makes the policy incomplete. With ParseOptions::daemon, lines about other daemons are
// left alone, whatever else they say. There is only the strict reading.
//
// Compat (libwrap 7.6.q-32 of Debian 12; tests/conformance/tcpdmatch_test.cpp and tests/unit/hosts_access_test.cpp):
//   - words are compared without regard to case; a CR is a blank
//   - "a EXCEPT b EXCEPT c" is a EXCEPT (b EXCEPT c); nothing behind EXCEPT excepts nobody
//   - text behind the last newline is lost; in hosts.deny, even a comment there makes libwrap deny everybody
//   - at a joined line of 2048 bytes or more, newline included, libwrap stops reading (hosts.deny: denies everybody)
//   - "#" begins a comment only in the first column of a joined line: an indented one is a rule for the daemon "#"
//   - a comment goes on over "\" LF and takes the next line with it
//   - a ':' inside brackets does not end a list; an IPv6 address without brackets does, and its rest is read as options
//   - in a file of patterns only blanks separate, "#" and "EXCEPT" are names; one that names itself crashes the daemon
//   - an IPv4-mapped client is matched as IPv4: callers ask with unmapped() addresses
//   - 255.255.255.255 is in no net; client names are cut to 127 bytes before they are compared
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/ascii_case.hpp"
#include "base/cursor.hpp"
#include "base/finding_kinds.hpp"
#include "formats/hosts_access/detect.hpp"
#include "formats/hosts_access/lines.hpp"
#include "formats/hosts_access/options.hpp"
#include "formats/hosts_access/patterns.hpp"
#include "formats/hosts_access/print.hpp"
#include "formats/registry.hpp"
#include "model/evaluate.hpp"
#include "model/format.hpp"
#include "model/word_pattern.hpp"

namespace core {
namespace {

constexpr std::string_view separators = ", \t\r\n";
constexpr std::string_view blanks = " \t\r\n";
/// Files of patterns that are read for one policy: ten of them that name each other twice stand for a thousand.
constexpr std::size_t most_files = 1000;
constexpr std::string_view file_separators = " \t\r\n\v\f";

/// The three parts of a rule; `options` has no data when the rule has none.
struct Parts {
  std::string_view daemons;
  std::string_view clients;
  std::string_view options;
  std::string_view behind_daemons;  ///< clients and options, with the ':' between them
};

/// Where a pattern stands in a file of patterns; line 0: it stands in the rule itself.
struct FilePlace {
  std::uint32_t file = 0;
  std::uint32_t line = 0;
};

/// One pattern of a client list.
struct ListedClient {
  ClientPattern pattern;
  std::uint32_t info = 0;
  Span span;
  FilePlace place = {};
};

/// Takes the next word of a list; empty at its end.
std::string_view take_word(Cursor& cursor) {
  cursor.skip_any(separators);
  return cursor.take_until(separators);
}

/// True when no finding from number `first` on is about something that only the host knows on which libwrap runs.
/// Behind all other mistakes libwrap goes on, as this parser does.
bool is_meaning_known(const Findings& findings, std::size_t first) {
  const auto hides_meaning = [](const Finding& finding) {
    const FindingKind* kind = finding.kind;
    return finding.severity == Severity::error && (kind == &syntax::not_supported || kind == &syntax::pattern_file ||
                                                   kind == &syntax::zone_id || kind == &syntax::control_character);
  };
  return std::none_of(findings.all().begin() + static_cast<std::ptrdiff_t>(first), findings.all().end(), hides_meaning);
}

class Reader {
 public:
  Reader(const Source& source, const ParseOptions& options, Policy& policy, Findings& findings)
      : source_(source),
        options_(options),
        daemon_(in_lower_case(options.daemon)),
        policy_(policy),
        findings_(findings),
        told_(&findings) {
    const bool is_deny_file = source.name().find("hosts.deny", source.name().rfind('/') + 1) != std::string::npos;
    access_ = options.access.value_or(is_deny_file ? Access::deny : Access::allow);
  }

  void read_all() {
    LineReader reader(source_);
    const std::size_t before = findings_.all().size();
    while (reader.next(line_)) {
      told_ = &findings_;
      if (!read_line()) policy_.complete = false;
      if (line_.is_too_long()) break;
    }
    policy_.known = policy_.known && is_meaning_known(findings_, before) && is_meaning_known(unsaid_, 0);
  }

 private:
  /// False when the line is in error, which is then reported.
  bool read_line() {
    const std::string_view text = line_.text();
    const bool is_rule = !text.starts_with('#') && text.find_first_not_of(blanks) != std::string_view::npos;
    if (!check_line_end(is_rule)) {
      if (access_ == Access::deny) add_denial_of_all();
      // a newline alone would not make a rule of it
      if (Parts parts; is_rule && !line_.is_too_long()) split(text, parts);
      return false;
    }
    if (!is_rule) return true;
    const bool readable = check_bytes(text);
    if (text.find('\0') != std::string_view::npos) return false;
    Parts parts;
    return split(text, parts) && read_rule(parts, readable) && readable;
  }

  /// What libwrap does when it cannot read hosts.deny to its end.
  void add_denial_of_all() {
    NewRule rule;
    rule.outcome = policy_.add_outcome(Access::deny, 0);
    rule.place = {line_.span(), line_.span(), line_.span().begin};
    policy_.rules.add(rule);
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
    if (line_.has_newline() || (!is_rule && access_ == Access::allow)) return true;
    const std::uint32_t end = line_.span().end;
    told_
        ->add(syntax::missing_final_newline, last_byte(),
              access_ == Access::deny ? "the last line has no newline at its end: libwrap denies every client"
                                      : "the last line has no newline at its end: libwrap loses the rule")
        .with_help("end the last line with a newline")
        .with_fix({end, end}, "\n")
        .severity = Severity::error;
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
    const std::size_t first = find_outside_brackets(text, ':', 0);
    if (first == std::string_view::npos)
      return fail(syntax::line_without_colon, line_.span_of(trimmed(text, blanks)),
                  fmt::format("{} has no ':', and libwrap skips the line", quoted(trimmed(text, blanks))),
                  follows_open_line(source_, line_)
                      ? "a rule goes on in the next line only behind a '\\' that is the last byte of its line"
                      : "a rule is 'DAEMONS : CLIENTS' or 'DAEMONS : CLIENTS : OPTIONS'; a comment begins with '#'");
    parts.daemons = text.substr(0, first);
    parts.behind_daemons = text.substr(first + 1);
    const std::size_t second = find_outside_brackets(parts.behind_daemons, ':', 0);
    parts.clients = parts.behind_daemons.substr(0, second);
    if (second != std::string_view::npos) parts.options = parts.behind_daemons.substr(second + 1);
    return true;
  }

  bool read_rule(const Parts& parts, bool readable) {
    NewRule shared;
    std::vector<Fault> faults;
    shared.condition.daemons = daemons_index(read_daemons(parts.daemons, faults));
    if (!daemon_.empty() && !applies_to(policy_, shared.condition.daemons, daemon_))
      return check_server(policy_.daemon_lists[shared.condition.daemons]);
    const bool has_options = parts.options.data() != nullptr;
    bool good = check_ipv6(parts);
    // what is found in the rest of such a line would only confuse
    if (!good || !readable) told_ = &unsaid_;
    good = report_all(faults) && good;
    HostsOptions options;
    options.access = access_;
    if (has_options) good = parse_hosts_options(line_, parts.options, options_, options, *told_) && good;
    std::vector<ListedClient> clients;
    good = read_clients(parts.clients, clients, shared.condition.exceptions) && good;
    shared.place.span = line_.span_of(trimmed(line_.text(), blanks));
    shared.place.edits_begin = has_options ? line_.span_of(parts.options).begin : shared.place.span.begin;
    shared.edits = edits_index(parts.options, std::move(options.edits));
    shared.outcome = policy_.add_outcome(options.access, shared.edits);
    std::move(options.others.begin(), options.others.end(), std::back_inserter(policy_.options));
    add_rules(shared, clients);
    return good;
  }

  // ---- daemons ---------------------------------------------------------------------------------------------

  /// A word and what is wrong with it, not yet reported.
  struct Fault {
    std::string_view word;
    PatternFault fault;
  };

  DaemonList read_daemons(std::string_view list, std::vector<Fault>& faults) {
    Cursor cursor(list);
    DaemonList daemons = read_daemons(cursor, faults);
    if (faults.empty() && trimmed(list, separators).empty())
      faults.push_back({trimmed(line_.text(), blanks),
                        {&syntax::bad_pattern,
                         Severity::error,
                         "the list of daemons is empty, so that the rule never matches",
                         "write 'ALL' for every daemon",
                         {}}});
    return daemons;
  }

  DaemonList read_daemons(Cursor& cursor, std::vector<Fault>& faults) {
    DaemonList daemons;
    bool is_for_all = false;
    for (std::string_view word = take_word(cursor); !word.empty(); word = take_word(cursor)) {
      if (is_except(word)) {
        if (PatternFault fault = except_fault(word, daemons.names.empty(), cursor.rest()); fault.kind != nullptr)
          faults.push_back({word, std::move(fault)});
        daemons.exceptions = policy_.add_daemons(read_daemons(cursor, faults));
        break;
      }
      DaemonWord daemon = parse_daemon_word(texts_, word);
      if (daemon.fault.kind != nullptr) faults.push_back({word, std::move(daemon.fault)});
      is_for_all = is_for_all || (daemon.name == "all" && !daemon.server);
      if (daemon.server) daemons.servers.resize(daemons.names.size());
      daemons.names.push_back(std::move(daemon.name));
      if (daemon.server || !daemons.servers.empty()) daemons.servers.push_back(std::move(daemon.server));
    }
    // no names are every daemon; a list that is empty in the file is none
    if (daemons.names.empty()) daemons.names.emplace_back();
    if (!is_for_all) return daemons;
    daemons.names.clear();
    daemons.servers.clear();
    return daemons;
  }

  /// A rule that may be about the wanted daemon, if only the server's address were known.
  bool check_server(const DaemonList& list) {
    if (daemon_.find('@') != std::string::npos || list.servers.empty()) return true;
    for (std::size_t i = 0; i < list.names.size(); ++i)
      if (list.servers[i] && matches_word(list.names[i], daemon_))
        return fail(syntax::not_supported, line_.span_of(trimmed(line_.text(), blanks)),
                    "whether this rule counts depends on the address that the client has connected to",
                    fmt::format("name the address: --daemon {}@ADDRESS", daemon_));
    return true;
  }

  // ---- clients ---------------------------------------------------------------------------------------------

  bool read_clients(std::string_view list, std::vector<ListedClient>& clients, std::uint32_t& exceptions) {
    if (trimmed(list, separators).empty())
      return fail(syntax::bad_pattern, line_.span_of(trimmed(line_.text(), blanks)),
                  "the list of clients is empty, so that the rule never matches", "write 'ALL' for every client");
    Cursor cursor(list);
    return read_clients(cursor, clients, exceptions);
  }

  bool read_clients(Cursor& cursor, std::vector<ListedClient>& clients, std::uint32_t& exceptions) {
    bool good = true;
    for (std::string_view word = take_word(cursor); !word.empty(); word = take_word(cursor)) {
      if (is_except(word)) {
        PatternFault fault = except_fault(word, clients.empty(), cursor.rest());
        report(word, fault);
        ExceptionList list;
        good = read_exceptions(cursor, list) && good;
        exceptions = policy_.add_exceptions(std::move(list));
        break;
      }
      good = read_client(word, clients) && good;
    }
    return good;
  }

  bool read_exceptions(Cursor& cursor, ExceptionList& list) {
    std::vector<ListedClient> clients;
    const bool good = read_clients(cursor, clients, list.exceptions);
    for (ListedClient& client : clients) {
      list.patterns.push_back(std::move(client.pattern));
      list.infos.push_back(client.info);
      list.spans.push_back(client.span);
    }
    if (std::all_of(list.infos.begin(), list.infos.end(), [](std::uint32_t info) { return info == 0; }))
      list.infos.clear();
    return good;
  }

  bool read_client(std::string_view word, std::vector<ListedClient>& clients) {
    const UserPattern parts = split_user(word);
    const std::string user = in_lower_case(parts.user);
    const std::uint32_t info = user.empty() || user == "all" ? 0 : policy_.add_info(user);
    const Span place = line_.span_of(word);
    if (parts.host.starts_with('/'))
      return read_pattern_file({std::string(parts.host), quoted(parts.host, 4096)}, info, place, clients);
    ClientWord client = parse_client_word(texts_, parts.host);
    clients.push_back({std::move(client.pattern), info, place});
    const bool good = report(parts.host.empty() ? word : parts.host, client.fault);
    // each word of what was meant for a comment is a pattern, but one error is enough
    if (word.front() == '#' && !good) told_ = &unsaid_;
    return good;
  }

  /// A file of patterns, and what it is called in messages. Nobody named it to us, so that nothing in it may be shown.
  struct PatternFile {
    std::string path;
    std::string shown;
  };

  /// All patterns of a file stand for the one that names it.
  bool read_pattern_file(const PatternFile& file, std::uint32_t info, Span place, std::vector<ListedClient>& clients) {
    const auto failed = [&](const std::string& reason) {
      told_->add(syntax::pattern_file, place, fmt::format("the patterns of {} are not known: {}", file.shown, reason))
          .with_help(file.shown.starts_with("'//")
                         ? "libwrap takes a web address for the daemon 'https' and a file; a comment begins with '#'"
                         : "libwrap goes on as if it were empty");
      return false;
    };
    if (options_.read_file == nullptr) return failed("no other file is read here");
    if (std::find(open_files_.begin(), open_files_.end(), file.path) != open_files_.end())
      return failed("it names itself, and libwrap crashes");
    if (++files_read_ > most_files)
      return failed(fmt::format("it is behind {} others; so many are not read", most_files));
    const auto text = options_.read_file(file.path);
    if (!text.ok()) return failed(text.error().why());
    open_files_.push_back(file.path);
    FilePlace at{static_cast<std::uint32_t>(policy_.pattern_files.size()), 1};
    policy_.pattern_files.push_back(file.shown);
    bool good = true;
    for (std::string_view rest = text.value(); !rest.empty(); ++at.line) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      Cursor words(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      for (words.skip_any(file_separators); !words.at_end(); words.skip_any(file_separators))
        good = read_file_word(words.take_until(file_separators), at, info, place, clients) && good;
    }
    open_files_.pop_back();
    return good;
  }

  bool read_file_word(std::string_view word, FilePlace at, std::uint32_t info, Span place,
                      std::vector<ListedClient>& clients) {
    const std::string where = fmt::format("line {} of {}", at.line, policy_.pattern_files[at.file]);
    if (word.starts_with('/'))
      return read_pattern_file({std::string(word), "the file in " + where}, info, place, clients);
    ClientWord client = parse_client_word(texts_, word);
    clients.push_back({as_unseen(texts_, client.pattern, word), info, place, at});
    if (client.fault.kind == nullptr) return true;
    Finding& finding = told_->add(*client.fault.kind, place,
                                  fmt::format("a pattern in {} matches nobody, or not whom it seems to", where));
    finding.with_help(
        fmt::format("what is in that file is not shown, for nobody named it; 'relayrules explain {}' tells what can be "
                    "wrong; only blanks separate the words of such a file",
                    client.fault.kind->name));
    finding.severity = client.fault.severity;
    return finding.severity != Severity::error;
  }

  void add_rules(NewRule rule, const std::vector<ListedClient>& clients) {
    for (const ListedClient& client : clients) {
      rule.pattern = client.pattern;
      rule.condition.info = client.info;
      rule.place.pattern = client.span;
      policy_.rules.add(rule);
      if (client.place.line == 0) continue;
      policy_.listed.push_back(
          {static_cast<std::uint32_t>(policy_.rules.size() - 1), client.place.file, client.place.line});
    }
  }

  bool check_ipv6(const Parts& parts) {
    if (parts.options.data() == nullptr) return true;
    const std::string_view word = find_unbracketed_ipv6(parts.behind_daemons, parts.clients.size());
    if (word.empty()) return true;
    const std::size_t slash = std::min(word.find('/'), word.size());
    // without a zone: libwrap compares no interface
    const std::string_view address = word.substr(0, std::min(slash, word.find('%')));
    const std::string right = fmt::format("[{}]{}", address, word.substr(slash));
    told_
        ->add(syntax::unbracketed_ipv6, line_.span_of(word),
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

  std::uint32_t daemons_index(DaemonList daemons) {
    if (daemons == DaemonList()) return 0;
    if (last_daemons_ == 0 || policy_.daemon_lists[last_daemons_] != daemons)
      last_daemons_ = policy_.add_daemons(std::move(daemons));
    return last_daemons_;
  }

  [[nodiscard]] Span last_byte() const {
    return {std::max(line_.span().begin + 1, line_.span().end) - 1, line_.span().end};
  }

  bool report_all(std::vector<Fault>& faults) {
    bool good = true;
    for (Fault& fault : faults) {
      good = report(fault.word, fault.fault) && good;
      if (fault.word.front() == '#' && !good) break;
    }
    return good;
  }

  /// False when it is an error.
  bool report(std::string_view word, PatternFault& fault) {
    if (fault.kind == nullptr) return true;
    const Span place = line_.span_of(word);
    Finding& finding = told_->add(*fault.kind, place, std::move(fault.message)).with_help(std::move(fault.help));
    finding.severity = fault.severity;
    if (!fault.replacement.empty()) finding.with_fix(place, std::move(fault.replacement));
    return fault.severity != Severity::error;
  }

  bool fail(const FindingKind& kind, Span place, std::string message, std::string help) {
    told_->add(kind, place, std::move(message)).with_help(std::move(help));
    return false;
  }

  const Source& source_;
  const ParseOptions& options_;
  std::string daemon_;
  Policy& policy_;
  Findings& findings_;
  Findings* told_;  ///< where findings go: findings_, or unsaid_ behind a mistake that explains them
  Findings unsaid_;
  Access access_;   ///< of rules that do not say one
  TextPool texts_;  ///< of patterns until they are added
  LogicalLine line_;
  std::string last_options_;
  std::uint32_t last_edits_ = 0;
  std::uint32_t last_daemons_ = 0;
  std::vector<std::string> open_files_;  ///< pattern files that are being read, outermost first
  std::size_t files_read_ = 0;
};

void parse_hosts_access(const Source& source, const ParseOptions& options, Policy& policy, Findings& findings) {
  policy.span = {policy.span == Span() ? source.base() : policy.span.begin,
                 source.base() + static_cast<std::uint32_t>(source.text().size())};
  Reader(source, options, policy, findings).read_all();
}

}  // namespace

}  // namespace core

const core::Format core::formats::hosts_access = {
    .name = "hosts_access",
    .summary = "hosts.allow and hosts.deny of the tcp wrappers",
    .file_patterns = "*hosts.allow *hosts.deny",
    .usual_patterns = "*hosts.allow* *hosts.deny*",
    .traits = Traits::text | Traits::clients | Traits::order | Traits::environment | Traits::masks | Traits::daemons |
              Traits::continuation,
    .detect = detect_hosts_access,
    .lookup = {Lookup::By::first_rule, nullptr, Lookup::Tie::first},
    .no_match = Access::allow,
    .parse = parse_hosts_access,
    .print = print_hosts_access,
};
