// The tcprules format: the text that ucspi-tcp 0.88's tcprules compiles for tcpserver -x.
//
//   file    := { line LF } [ line ]
//   line    := "#" anything | "" | address ":" verdict { "," name "=" quote value quote } blanks
//   address := [ info "@" ] ( ip | ip-prefix "." | "=" host | "=" "." suffix | "=" | "" ), one number of an ip may be
//   "a-b" verdict := "allow" | "deny"            exact, directly behind the colon
//   name    := bytes up to the next "="    it may be empty, and hold commas and blanks
//   quote   := any one byte; the value ends at the next equal byte
//
// One parser, two readings. The faithful one does what the original does; the strict one reads the same rules from the
// same text and says what is odd: a line that the original drops or refuses is an error, because a skipped deny is an
// open door.
//
// Compat (each row is a case of tests/conformance/quirks.cpp, compared with the real program):
//   - a line without a colon is dropped in silence            strict: line-without-colon
//   - blanks and tabs are cut at the line's end only; a CR is text, and then an error
//   - "a-b" is expanded once, at the first "-", when there is no "=" and no "@"; numbers above 255 are clamped, a
//   reversed
//     range gives no key, an empty number is 0, numbers wrap at 2^64
//   - what no client is asked with ("10.0.0.0/8", "1.2.3", "=Upper.example") is stored as it is
#include "formats/tcprules.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <future>
#include <utility>

#include "base/ascii_case.hpp"
#include "base/cursor.hpp"
#include "base/finding_kinds.hpp"
#include "base/launch.hpp"
#include "base/rule_lines.hpp"
#include "formats/final_newline.hpp"
#include "formats/registry.hpp"
#include "formats/tcprules/extended.hpp"
#include "formats/tcprules/ipv6.hpp"
#include "formats/tcprules/tcp6.hpp"
#include "formats/tcprules/words.hpp"
#include "model/key.hpp"

namespace core {
namespace {

/// scan_ulong over the whole of `text`: digits only, none is 0, wrapping at 2^64 as on the original's 64-bit builds.
/// The original ends its copy of the text with a NUL, so that a NUL in it ends the number.
bool parse_range_number(std::string_view text, std::uint64_t& number) {
  number = 0;
  for (const char c : text) {
    if (c == '\0') return true;
    if (c < '0' || c > '9') return false;
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return true;
}

/// "before a-b behind", cut where the original cuts: at the first "-", and at the dots around it.
struct RangeText {
  std::string_view before;
  std::string_view low;
  std::string_view high;
  std::string_view behind;
};

RangeText cut_range(std::string_view address, std::size_t dash) {
  const std::size_t dot = address.substr(0, dash).rfind('.');
  const std::size_t left = dot == std::string_view::npos ? 0 : dot + 1;
  const std::size_t right = std::min(address.find('.', dash + 1), address.size());
  return {address.substr(0, left), address.substr(left, dash - left), address.substr(dash + 1, right - dash - 1),
          address.substr(right)};
}

/// The typed form of a range whose every key is a full address or a prefix with its dot; none otherwise.
std::optional<OctetRange> parse_octet_range(const RangeText& text, unsigned low, unsigned high) {
  const std::string sample = std::string(text.before) + std::to_string(low) + std::string(text.behind);
  const auto octets = parse_octets(sample);
  if (!octets) return std::nullopt;
  OctetRange range;
  std::copy(octets->value.begin(), octets->value.end(), range.octets);
  range.count = static_cast<std::uint8_t>(octets->count);
  range.varying = static_cast<std::uint8_t>(std::count(text.before.begin(), text.before.end(), '.'));
  range.octets[range.varying] = 0;
  range.low = static_cast<std::uint8_t>(low);
  range.high = static_cast<std::uint8_t>(high);
  return range;
}

/// What "a-b" in `address` means, a view of it; none when a and b are no numbers, where the original refuses the line.
std::optional<ClientPattern> parse_range(std::string_view address, std::size_t dash) {
  const RangeText text = cut_range(address, dash);
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  if (!parse_range_number(text.low, low) || !parse_range_number(text.high, high)) return std::nullopt;
  const auto clamped_low = static_cast<std::uint16_t>(std::min<std::uint64_t>(low, 256));
  const auto clamped_high = static_cast<std::uint16_t>(std::min<std::uint64_t>(high, 255));
  if (clamped_low <= clamped_high)
    if (const auto range = parse_octet_range(text, clamped_low, clamped_high)) return ClientPattern(*range);
  RawKey raw{address};
  raw.hole_begin = static_cast<std::uint32_t>(text.before.size());
  raw.hole_end = static_cast<std::uint32_t>(address.size() - text.behind.size());
  raw.low = clamped_low;
  raw.high = clamped_high;
  return ClientPattern(raw);
}

/// What was just read behind a verdict, by its text: most files say the same few things on every line.
class ActionCache {
 public:
  struct Action {
    std::string_view text;
    Access access = Access::pass;  ///< no rule's: an entry that was never filled
    std::uint32_t edits = 0;
    std::uint32_t outcome = 0;
  };
  /// The place where what `text` says is kept; another text or access stands in it when nothing is known of it.
  Action& entry(std::string_view text, Access access) {
    const auto byte = text.empty() ? 0U : static_cast<unsigned char>(text[text.size() / 2]);
    return entries_[(text.size() * 31 + byte + static_cast<unsigned>(access)) % entries_.size()];
  }

 private:
  std::array<Action, 64> entries_{};
};

/// True when what follows a verdict belongs to its word: "allowed", "deny:".
bool runs_on(std::string_view rest) {
  if (rest.empty() || rest.front() == ',') return false;
  return is_letter(rest.front()) || rest == ":";
}

/// About how many lines `text` has, from its beginning: for room that need not be made twice.
std::size_t estimated_lines(std::string_view text) {
  const std::string_view sample = text.substr(0, 1 << 16);
  const auto lines = static_cast<std::size_t>(std::count(sample.begin(), sample.end(), '\n')) + 1;
  return sample.size() == text.size() ? lines : lines * (text.size() / sample.size() + 1);
}

class TcprulesReader {
 public:
  TcprulesReader(const Source& source, const ParseOptions& options, TcprulesDialect dialect, Policy& policy,
                 Findings& findings)
      : source_(source),
        strict_(options.reading == Reading::strict),
        is_compiled_(options.is_compiled),
        dialect_(dialect),
        extended_(dialect == TcprulesDialect::extended),
        policy_(policy),
        findings_(findings) {}

  void read_all() {
    std::string_view rest = source_.text();
    while (!rest.empty()) {
      const auto* end = static_cast<const char*>(std::memchr(rest.data(), '\n', rest.size()));
      const std::size_t size = end == nullptr ? rest.size() : static_cast<std::size_t>(end - rest.data());
      const bool read = read_line(rest.substr(0, size));
      rest.remove_prefix(end == nullptr ? size : size + 1);
      if (read) continue;
      policy_.complete = false;
      if (!strict_) return;
    }
  }

 private:
  /// False when the line is in error, which is then reported.
  bool read_line(std::string_view line) {
    if (line.empty() || line.front() == '#') return true;
    const bool readable = !strict_ || check_bytes(line);
    line = trimmed_right(line);
    const Octets octets = extended_ ? Octets{} : scan_octets(line);  // most lines begin with an address
    const bool ends = octets.count != 0 && octets.size < line.size() && is_separator(line, octets.size);
    const std::size_t colon = ends ? octets.size : find_colon(line);
    if (colon == std::string_view::npos) return readable && accept_without_colon(line);
    Found found;
    found.place.span = source_.span_of(line);
    if (!read_action(line, colon, found)) return false;
    if (ends) {
      if (readable) policy_.rules.add(prefix_of(octets), found.outcome, found.edits, found.place);
      return readable;
    }
    NewRule rule;
    rule.place = found.place;
    if (!read_address(line.substr(0, colon), rule) || !readable) return false;
    rule.outcome = found.outcome;
    rule.edits = found.edits;
    policy_.rules.add(rule);
    return true;
  }

  /// What a line says besides its address.
  struct Found {
    RulePlace place;
    std::uint32_t outcome = 0;
    std::uint32_t edits = 0;
  };

  bool read_action(std::string_view line, std::size_t colon, Found& found) {
    std::string_view address = line.substr(0, colon);
    std::string_view rest = line.substr(colon + 1);
    if (extended_) {
      address = trimmed(address);
      rest = trimmed(rest);
    }
    found.place.pattern = source_.span_of(address);
    const Access access = rest.starts_with("deny") ? Access::deny : Access::allow;
    const std::size_t size = access == Access::deny ? 4 : 5;
    if ((access == Access::allow && !rest.starts_with("allow")) || runs_on(rest.substr(size))) {
      if (strict_ || findings_.empty()) report_bad_verdict(source_, rest, found.place.pattern, findings_, is_compiled_);
      return false;
    }
    return read_edits(rest.substr(size), access, found);
  }

  bool read_edits(std::string_view rest, Access access, Found& found) {
    if (extended_) rest = trimmed(rest);
    found.place.edits_begin = source_.span_of(rest).begin;
    auto& known = cache_.entry(rest, access);
    if (known.text != rest || known.access != access) {
      EnvEdits edits;
      const std::string_view whole = rest;
      while (!rest.empty()) {
        if (extended_ && rest.front() == '#') break;
        if (!read_edit(whole, rest, edits)) return false;
        if (extended_) rest = trimmed(rest);
      }
      const std::uint32_t list = edits.empty() ? 0 : policy_.add_edits(std::move(edits));
      known = {whole, access, list, policy_.add_outcome(access, list)};
    }
    found.edits = known.edits;
    found.outcome = known.outcome;
    return true;
  }

  /// One ",NAME=qVALUEq" from the front of `rest`.
  bool read_edit(std::string_view whole, std::string_view& rest, EnvEdits& edits) {
    if (rest.front() != ',') return fail_text_behind(rest, edits);
    const std::size_t equals = rest.find('=');
    if (equals == std::string_view::npos) return fail(report_missing_equals, rest);
    std::size_t open = equals + 1;
    while (extended_ && open < rest.size() && rest[open] == ' ') ++open;
    if (open == rest.size()) return fail(report_missing_value, rest);
    const std::size_t close = rest.find(rest[open], open + 1);
    if (close == std::string_view::npos) return fail(report_missing_quote, rest.substr(open));
    std::string_view name = rest.substr(1, equals - 1);
    if (extended_) name = trimmed(name);
    const std::string_view value = rest.substr(open + 1, close - open - 1);
    EnvEdit edit;
    edit.name_size = static_cast<std::uint32_t>(name.size());
    edit.assignment.reserve(name.size() + 1 + value.size());
    edit.assignment.append(name).append(1, '=').append(value);
    edit.name_span = relative(whole, name);
    edit.value_span = relative(whole, value);
    edits.push_back(std::move(edit));
    rest.remove_prefix(close + 1);
    return true;
  }

  bool read_address(std::string_view address, NewRule& rule) {
    if (extended_) address = trimmed(address);
    if (const auto octets = parse_octets(address)) {
      rule.pattern = prefix_of(*octets);
      return true;
    }
    if (extended_)
      if (const auto read = read_extended_address(address, rule)) return *read;
    if (dialect_ == TcprulesDialect::tcp6) return read_tcp6(address, rule);
    // "=" and "@" switch ranges off
    const std::size_t dash = address.find('-');
    if (dash != std::string_view::npos && address.find_first_of("=@") == std::string_view::npos)
      return read_range(address, dash, rule);
    return read_key(address, rule);
  }

  bool read_range(std::string_view address, std::size_t dash, NewRule& rule) {
    const auto pattern = parse_range(address, dash);
    if (!pattern) return fail(report_bad_range, address);
    rule.pattern = *pattern;
    return true;
  }

  bool read_key(std::string_view key, NewRule& rule) {
    const KeyMeaning meaning = parse_key(*policy_.lookup.scheme, key);
    rule.pattern = meaning.pattern;
    if (meaning.info) rule.condition.info = policy_.add_info(std::string(*meaning.info));
    return true;
  }

  bool read_tcp6(std::string_view address, NewRule& rule) {
    Tcp6Address read = read_tcp6_address(address);
    if (read.kind == Tcp6Address::Kind::literal) return read_key(address, rule);
    if (read.kind == Tcp6Address::Kind::range) return read_range(address, address.find('-'), rule);
    if (read.kind != Tcp6Address::Kind::key) {
      report_tcp6_address(source_, address, read.kind, findings_);
      return false;
    }
    if (strict_ && !read.forgotten.empty()) report_forgotten(source_, address, read, findings_);
    key_ = std::move(read.key);
    return read_key(key_, rule);
  }

  /// What only the extended dialect knows: CIDR and full ranges. None when `address` is no such thing; false when it is
  /// in error.
  std::optional<bool> read_extended_address(std::string_view address, NewRule& rule) {
    if (address.find_first_of("=@") != std::string_view::npos) return std::nullopt;
    const ExtendedAddress extended = parse_extended_address(address, *policy_.lookup.scheme);
    if (extended.pattern) rule.pattern = *extended.pattern;
    if (extended.error.empty()) return extended.pattern ? std::optional(true) : std::nullopt;
    auto& finding = findings_.add(*extended.kind, rule.place.pattern, extended.error).with_help(extended.help);
    if (!extended.replacement.empty()) finding.with_fix(rule.place.pattern, extended.replacement);
    return false;
  }

  /// True when the byte behind the octets that `line` begins with ends the address.
  bool is_separator(std::string_view line, std::size_t at) const {
    return line[at] == ':' && (dialect_ == TcprulesDialect::classic || find_colon(line) == at);
  }

  std::size_t find_colon(std::string_view line) const {
    if (dialect_ == TcprulesDialect::ipv6) return find_ipv6_colon(line);
    if (dialect_ == TcprulesDialect::tcp6) return find_tcp6_separator(line);
    if (!extended_) {
      const auto* colon = static_cast<const char*>(std::memchr(line.data(), ':', line.size()));
      return colon == nullptr ? std::string_view::npos : static_cast<std::size_t>(colon - line.data());
    }
    return find_extended_colon(line);
  }

  /// The strict reading's word on bytes that have no business in a rule. False when the line cannot be taken as it is.
  bool check_bytes(std::string_view& line) {
    const std::size_t nul = line.find('\0');
    if (nul != std::string_view::npos) {
      findings_.add(syntax::control_character, source_.span_of(line.substr(nul, 1)), nul_message());
      return false;
    }
    if (line.back() != '\r') return true;
    const Span place = source_.span_of(line.substr(line.size() - 1));
    line.remove_suffix(1);
    if (line.empty() && dialect_ != TcprulesDialect::ipv6) return true;
    // one finding for the file
    if (!std::exchange(has_carriage_return_, true))
      fix_line_ends(
          source_,
          findings_.add(syntax::carriage_return, place, carriage_return_message()).with_help(carriage_return_help()));
    return false;
  }

  bool accept_without_colon(std::string_view line) {
    if (dialect_ == TcprulesDialect::ipv6) return fail(report_endless_line, line);
    if (!strict_) return true;
    const std::string_view text = trimmed(line);
    if (text.empty() || text.front() == '#')
      return true;  // an indented comment is one to the original too, as long as it has no colon
    if (text.starts_with("\xef\xbb\xbf#")) return true;  // the byte order mark has its own check
    report_line_without_colon(source_, text, "tcprules drops this line in silence", findings_);
    return false;
  }

  bool fail(void (*report)(const Source&, std::string_view, Findings&), std::string_view place) {
    report(source_, place, findings_);
    return false;
  }

  bool fail_text_behind(std::string_view rest, const EnvEdits& edits) {
    report_text_behind(source_, rest, edits, findings_);
    return false;
  }

  static Span relative(std::string_view whole, std::string_view part) {
    const auto begin = static_cast<std::uint32_t>(part.data() - whole.data());
    return {begin, begin + static_cast<std::uint32_t>(part.size())};
  }

  const Source& source_;
  bool strict_;
  bool is_compiled_;
  TcprulesDialect dialect_;
  bool extended_;
  Policy& policy_;
  Findings& findings_;
  ActionCache cache_;
  std::string key_;  ///< that a rule's pattern looks at until the rule is added
  bool has_carriage_return_ = false;
};

/// Reads both halves of a long text at the same time. False, and nothing done, when the text is short or anything in it
/// needs to be talked about: then it is read from its beginning.
bool read_in_halves(const Source& source, const ParseOptions& options, TcprulesDialect dialect, Policy& policy) {
  const std::string_view text = source.text();
  const std::size_t end = text.size() < options.halves_from ? std::string_view::npos : text.find('\n', text.size() / 2);
  if (end == std::string_view::npos || !policy.rules.empty()) return false;
  Policy front = policy;
  Policy back = policy;
  Findings front_findings;
  Findings back_findings;
  const auto read = [&](std::string_view part, Policy& into, Findings& findings) {
    const Source half(source.name(), part, source.span_of(part).begin);
    TcprulesReader(half, options, dialect, into, findings).read_all();
  };
  front.rules.make_room(estimated_lines(text));  // the other half will follow
  back.rules.make_room(estimated_lines(text.substr(end + 1)));
  auto reading = std::async(beside_if_possible, [&] { read(text.substr(end + 1), back, back_findings); });
  read(text.substr(0, end + 1), front, front_findings);
  reading.get();
  if (!front_findings.empty() || !back_findings.empty() || !front.complete || !back.complete) return false;
  policy = std::move(front);
  policy.append(std::move(back));
  return true;
}

/// True for a text with a verdict directly behind its address, as hardly any other file has.
bool has_verdict(std::string_view line, std::size_t colon) {
  const std::string_view behind = line.substr(colon + 1);
  const std::size_t size = behind.starts_with("deny") ? 4 : 5;
  return (size == 4 || behind.starts_with("allow")) && !runs_on(behind.substr(size));
}

/// True for what can only be the address of a rule: an address, the front of one, "=name", one of these behind "info@",
/// or nothing. A number alone is none, nor is a mail address, and "face::" is a word of a program.
bool proves_address(std::string_view text) {
  text = trimmed(text);
  if (text.find_first_of(" \t") != std::string_view::npos) return false;
  if (text.find(':') != std::string_view::npos) {
    const bool is_word = text.find_first_of("0123456789") == std::string_view::npos && text.front() != ':';
    return !is_word && (parse_ipv6(text).has_value() || parse_ipv6(std::string(text) + ":").has_value());
  }
  const std::string_view behind = text.substr(text.find('@') + 1);
  return text.empty() || behind.starts_with('=') ||
         (!behind.empty() && is_digit(behind.front()) && behind.find('.') != std::string_view::npos);
}

Confidence detect_tcprules(std::string_view text) {
  std::size_t proofs = 0;
  std::size_t open = 0;
  std::size_t against = 0;
  bool begins_with_proof = false;
  for_each_rule_line(text, [&](std::string_view line) {
    std::size_t colon = line.find(':');
    while (colon != std::string_view::npos && !has_verdict(line, colon)) colon = line.find(':', colon + 1);
    const bool is_proof = colon != std::string_view::npos && proves_address(line.substr(0, colon));
    begins_with_proof = begins_with_proof || (is_proof && proofs + open + against == 0);
    ++(is_proof ? proofs : colon != std::string_view::npos ? open : against);
    return true;
  });
  if (begins_with_proof || proofs > against) return Confidence::by_content;
  return proofs + open > 0 ? Confidence::possible : Confidence::none;
}

}  // namespace

void parse_tcprules(const Source& source, const ParseOptions& options, TcprulesDialect dialect, Policy& policy,
                    Findings& findings) {
  const Span span = {policy.rules.empty() ? source.base() : policy.span.begin,
                     source.base() + static_cast<std::uint32_t>(source.text().size())};
  if (dialect == TcprulesDialect::extended && options.scheme != nullptr) policy.lookup.scheme = options.scheme;
  if (!read_in_halves(source, options, dialect, policy)) {
    policy.rules.make_room(estimated_lines(source.text()));
    TcprulesReader(source, options, dialect, policy, findings).read_all();
  }
  policy.span = span;
  if (options.reading == Reading::strict) note_missing_newline(source, findings);
}

}  // namespace core

const core::Format core::formats::tcprules = {
    .name = "tcprules",
    .summary = "ucspi-tcp's tcprules, read by tcpserver -x and its relatives",
    .file_patterns = "*tcp.smtp *tcp.smtps *tcp.submission *tcp.pop3 *tcp.pop3s *tcp.imap *tcp.imaps *.tcprules",
    .usual_patterns = "*tcp.smtp* *tcp.pop3* *tcp.imap* tcp.* *.rules",
    .traits = Traits::text | Traits::clients | Traits::keys | Traits::environment | Traits::literal |
              Traits::ipv4_only | Traits::unix_lines,
    .detect = detect_tcprules,
    .lookup = lookup_of(TcprulesDialect::classic),
    .no_match = Access::allow,
    .parse = [](const Source& source, const ParseOptions& options, Policy& policy,
                Findings& findings) { parse_tcprules(source, options, TcprulesDialect::classic, policy, findings); },
    .print = [](const Policy& policy) { return print_tcprules(policy, TcprulesDialect::classic); },
};
