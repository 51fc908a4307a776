// Words of hosts_access rules: see patterns.hpp. The order of the questions is libwrap's (client_match, host_match,
// string_match), so that a word with two odd things is reported for the one that decides.
//
// Compat (each verified with libwrap 7.6.q-32; tests/conformance/tcpdmatch_test.cpp):
//   - 10.1.2.3/8, 1.2.3.4/255.255.255.255 and any /0 match nobody; 0.0.0.0/0.0.0.0 matches all of IPv4
//   - 10.0.0.0/255.0.0.255 is taken, 010.0.0.0/8 is octal, 10.0.0.0/8x is 10.0.0.0/8
//   - [2001:db8::1]/32 is [2001:db8::]/32, while 10.1.2.3/8 is nobody; [::1]/x is all of IPv6; no [v6] matches IPv4
//   - [fe80::1%eth0] is [fe80::1] where there is an eth0, and nobody elsewhere
//   - ".3.4" matches every address that ends so, "mail." every name that begins so
//   - wildcards are held against the address as text and the name, nets and bare numbers against the address only
//   - a client without a name is called "unknown", one with another's name "paranoid": names like any other
//   - for daemons, ALL and KNOWN are words with a meaning; LOCAL, UNKNOWN and PARANOID are daemons of that name
#include "formats/hosts_access/patterns.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/ascii_case.hpp"
#include "base/cursor.hpp"
#include "base/edit_distance.hpp"
#include "base/finding_kinds.hpp"
#include "model/key.hpp"

namespace core {
namespace {

constexpr std::string_view word_ends = ", \t\r\n";
constexpr std::string_view digits_and_dots = "0123456789.";

PatternFault bad(std::string message, std::string help = {}, std::string replacement = {}) {
  return {&syntax::bad_pattern, Severity::error, std::move(message), std::move(help), std::move(replacement)};
}

PatternFault odd(std::string message, std::string help = {}) {
  return {&syntax::bad_pattern, Severity::warning, std::move(message), std::move(help), {}};
}

/// The same fault under a name of its own.
PatternFault named(const FindingKind& kind, PatternFault fault) {
  fault.kind = &kind;
  return fault;
}

/// What is wrong with a word that was understood and matches nobody.
PatternFault dead(const FindingKind& kind, std::string message, std::string help = {}, std::string replacement = {}) {
  return {&kind, Severity::warning, std::move(message), std::move(help), std::move(replacement)};
}

/// A word that matches no client.
ClientWord nobody(TextPool& texts, std::string_view word, PatternFault fault) {
  return {RawKey{texts.keep(word), 0, 0, 0, 0}, std::move(fault)};
}

bool is_name_byte(char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.'; }

PatternFault comment_fault(std::string_view word, std::string_view read_as) {
  return named(syntax::comment_in_rule,
               bad(fmt::format("{} does not begin a comment here: libwrap reads it and each word behind it as a {}",
                               quoted(word), read_as),
                   "a comment is a line of its own that begins with '#' in the first column"));
}

/// Words in this case-folded form stand for a class of clients.
std::optional<NameState> name_state(const std::string& lower) {
  for (const auto state : {NameState::local, NameState::known, NameState::unknown, NameState::paranoid})
    if (lower == in_lower_case(name_state_word(state))) return state;
  return std::nullopt;
}

// ---- net/mask ----------------------------------------------------------------------------------------------

/// libwrap's reading of four numbers: octal and hexadecimal ones count. The highest address is its mark for an error.
std::optional<Address> parse_dotted(std::string_view text) {
  if (std::count(text.begin(), text.end(), '.') != 3) return std::nullopt;
  const in_addr_t value = ::inet_addr(std::string(text).c_str());
  return value == INADDR_NONE ? std::nullopt : std::optional(Address::from_ipv4(ntohl(value)));
}

/// strtol's reading: the number in front, whatever is behind it. None when there is none.
std::optional<int> leading_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  int value = 0;
  std::size_t digits = 0;
  for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits)
    value = std::min(value * 10 + (text[digits] - '0'), 1000);
  return digits == 0 ? std::nullopt : std::optional(negative ? -value : value);
}

/// The net's address has bits where its mask has none.
PatternFault host_bits_fault(std::string_view word, const Address& net, const Address& mask, std::string_view text) {
  const std::string message = fmt::format("{} never matches: the address has bits outside its mask", quoted(word));
  // to let everybody in, or keep everybody out, is no repair to be made unseen
  if (mask.ipv4() == 0) return dead(syntax::zero_mask, message, "write 'ALL' or '0.0.0.0/0.0.0.0'");
  const std::string right = format_address(Address::from_ipv4(net.ipv4() & mask.ipv4())) + "/" + std::string(text);
  return dead(syntax::host_bits_set, message,
              fmt::format("write '{}', or '{}' for the one client", right, format_address(net)), right);
}

/// A net under a mask that was understood: what it matches, and what is odd about its spelling.
ClientWord masked_net(TextPool& texts, std::string_view word, const Address& net, const Address& mask,
                      std::string_view mask_text) {
  if ((net.ipv4() & ~mask.ipv4()) != 0) return nobody(texts, word, host_bits_fault(word, net, mask, mask_text));
  const auto bits = mask_length(mask);
  if (!bits)
    return {
        MaskedAddress{net.ipv4(), mask.ipv4()},
        odd(fmt::format("the mask {} has gaps, so that {} is no net of neighbours", quoted(mask_text), quoted(word)),
            "a net's mask has its one bits in front, as 255.255.0.0 has")};
  const Prefix prefix = make_prefix(net, *bits);
  const std::string right = format_prefix(prefix);
  const bool is_plain = word.starts_with(format_address(net) + "/") &&
                        (mask_text == format_address(mask) || mask_text == std::to_string(*bits));
  if (is_plain) return {prefix, {}};
  return {prefix, bad(fmt::format("{} is read as {}, which is not how it looks", quoted(word), right),
                      fmt::format("write '{}'", right), right)};
}

PatternFault mask_fault(std::string_view word, const Address& net, std::string_view mask) {
  if (mask == "255.255.255.255")
    return bad(fmt::format("{} never matches: libwrap takes the mask 255.255.255.255 for an error", quoted(word)),
               fmt::format("write '{}'", format_address(net)), format_address(net));
  if (leading_number(mask) == 0)
    return dead(syntax::zero_mask,
                fmt::format("{} never matches: libwrap takes the length 0 for an error", quoted(word)),
                "write 'ALL' for every client, or '0.0.0.0/0.0.0.0' for every IPv4 client");
  return bad(fmt::format("{} is no mask, so that {} never matches", quoted(mask), quoted(word)),
             "a mask is a length of 1 to 32, or written as 255.255.0.0");
}

ClientWord parse_net(TextPool& texts, std::string_view word, std::size_t slash) {
  const auto net = parse_dotted(word.substr(0, slash));
  if (!net)
    return nobody(texts, word,
                  bad(fmt::format("{} is no IPv4 address of four decimal numbers, so that {} never matches",
                                  quoted(word.substr(0, slash)), quoted(word)),
                      "a net is written as 192.168.0.0/16 or 192.168.0.0/255.255.0.0"));
  const std::string_view mask = word.substr(slash + 1);
  if (const auto dotted = parse_dotted(mask)) return masked_net(texts, word, *net, *dotted, mask);
  const auto bits = leading_number(mask);
  if (!bits || *bits < 1 || *bits > 32) return nobody(texts, word, mask_fault(word, *net, mask));
  const auto length = static_cast<unsigned>(*bits);
  return masked_net(texts, word, *net, Address::from_ipv4(0xffffffffU << (32 - length)), mask);
}

// ---- IPv6 --------------------------------------------------------------------------------------------------

PatternFault zone_fault(std::string_view word, const std::string& right) {
  return named(syntax::zone_id,
               bad(fmt::format("{} names an interface, and libwrap compares none: the pattern matches on every one, or "
                               "never where there is none of that name",
                               quoted(word)),
                   fmt::format("write '{}'", right), right));
}

/// `bits` are those of the IPv6 pattern, 96 or more.
PatternFault mapped_fault(std::string_view word, const Address& mapped, unsigned bits) {
  const std::string right = format_client_word(make_prefix(unmapped(mapped), bits - 96)).value_or(std::string());
  return named(syntax::ipv4_mapped,
               bad(fmt::format("{} never matches: libwrap sees such a client under its IPv4 address", quoted(word)),
                   fmt::format("write '{}'", right), right));
}

ClientWord parse_bracketed(TextPool& texts, std::string_view word) {
  const std::size_t slash = std::min(word.find('/'), word.size());
  std::string_view inside = word.substr(1, slash - 1);
  const bool is_closed = inside.ends_with(']');
  if (is_closed) inside.remove_suffix(1);
  const auto address = is_closed ? parse_ipv6(inside) : std::nullopt;
  if (!address && !is_closed && word.ends_with(']') && parse_ipv6(inside)) {
    const std::string_view length = word.substr(slash, word.size() - slash - 1);
    const std::string right = fmt::format("[{}]{}", inside, length);
    const std::string message = fmt::format("{} never matches: the length stands inside the brackets", quoted(word));
    // what is no length behind the bracket either is left to the author
    const bool is_length = parse_prefix(fmt::format("{}{}", inside, length)).has_value();
    return nobody(
        texts, word,
        dead(syntax::mask_inside_brackets, message, fmt::format("write '{}'", right), is_length ? right : ""));
  }
  const std::size_t percent = inside.find('%');
  if (is_closed && percent != std::string_view::npos && parse_ipv6(inside.substr(0, percent)))
    return nobody(texts, word, zone_fault(word, fmt::format("[{}]{}", inside.substr(0, percent), word.substr(slash))));
  const std::string_view length = word.substr(std::min(slash + 1, word.size()));
  const int bits = slash == word.size() ? 128 : leading_number(length).value_or(0);
  if (address && unmapped(*address).family == Family::ipv4 && bits >= 96 && bits <= 128)
    return nobody(texts, word, mapped_fault(word, *address, static_cast<unsigned>(bits)));
  if (!address || (unmapped(*address).family == Family::ipv4 && bits >= 96))
    return nobody(texts, word,
                  bad(fmt::format("{} never matches: between the brackets is no IPv6 address", quoted(word)),
                      "write it as [2001:db8::1] or [2001:db8::]/32; IPv4 addresses stand without brackets"));
  if (bits < 0 || bits > 128)
    return nobody(texts, word, bad(fmt::format("{} never matches: a length is a number from 0 to 128", quoted(word))));
  const Prefix prefix = make_prefix(*address, static_cast<unsigned>(bits));
  if (slash == word.size() || length == std::to_string(bits)) return {prefix, {}};
  return {prefix, bad(fmt::format("{} is no plain length: libwrap reads it as {}", quoted(length), bits),
                      "a length is a number from 0 to 128")};
}

// ---- addresses and names -----------------------------------------------------------------------------------

/// ".3.4": libwrap compares texts, so that every address matches that ends so.
ClientWord parse_last_octets(TextPool& texts, std::string_view word) {
  std::string full;
  const auto given = std::count(word.begin(), word.end(), '.');
  for (auto missing = 4 - given; missing > 0; --missing) full += missing > 1 ? "0." : "0";
  const auto address = given < 4 ? parse_ipv4(full + std::string(word)) : std::nullopt;
  if (!address) return nobody(texts, word, bad(fmt::format("{} never matches: no address ends so", quoted(word))));
  return {MaskedAddress{address->ipv4(), 0xffffffffU >> (8 * (4 - static_cast<unsigned>(given)))},
          odd(fmt::format("{} matches every address that ends so", quoted(word)),
              "the addresses that begin with 10.1 are '10.1.'")};
}

ClientWord parse_digits(TextPool& texts, std::string_view word) {
  if (word.front() == '.') return parse_last_octets(texts, word);
  const auto octets = parse_octets(word);
  const bool is_prefix = word.back() == '.';
  if (octets && is_prefix == (octets->count < 4)) return {prefix_of(*octets), {}};
  const std::string other = is_prefix ? std::string(word.substr(0, word.size() - 1)) : std::string(word) + ".";
  const auto repaired = parse_octets(other);
  if (!repaired || (repaired->count == 4) != is_prefix)
    return nobody(
        texts, word,
        dead(syntax::bad_octet,
             fmt::format("{} never matches: it is no address of four numbers from 0 to 255 and no prefix of one",
                         quoted(word))));
  const std::string_view reason =
      is_prefix ? "a full address has no final '.'" : "it is no full address and has no final '.'";
  return nobody(
      texts, word,
      dead(is_prefix ? syntax::dot_after_full_address : syntax::prefix_without_dot,
           fmt::format("{} never matches: {}", quoted(word), reason), fmt::format("write '{}'", other), other));
}

/// The wildcard that somebody meant who wrote `word`; empty when it looks like a name.
std::string_view meant_wildcard(std::string_view word, const std::string& lower) {
  for (const std::string_view other : {"any", "anybody", "anyone", "everybody", "everyone", "world"})
    if (lower == other) return "ALL";
  // behind a ':' these are options
  if (lower == "allow") return ": allow";
  if (lower == "deny") return ": deny";
  if (lower == "fail") return "EXCEPT";  // what it was for old versions of libwrap
  if (!std::all_of(word.begin(), word.end(), is_upper)) return {};
  static constexpr std::string_view wildcards[] = {"ALL", "EXCEPT", "LOCAL", "KNOWN", "UNKNOWN", "PARANOID"};
  if (std::find(std::begin(wildcards), std::end(wildcards), word) != std::end(wildcards)) return {};
  const std::size_t limit = word.size() < 5 ? 1 : 2;
  for (const std::string_view wildcard : wildcards)
    if (edit_distance(word, wildcard, limit) <= limit) return wildcard;
  return {};
}

/// A word that is read as a name, and was probably to be one of libwrap's own.
PatternFault wildcard_fault(std::string_view word, const std::string& lower, std::string_view read_as) {
  const std::string_view meant = meant_wildcard(word, lower);
  if (meant.empty()) return {};
  return named(
      syntax::misspelt_wildcard,
      odd(fmt::format("{} means nothing to libwrap, which takes it for the name of a {}", quoted(word), read_as),
          fmt::format("write '{}' if that is meant", meant)));
}

/// "x.x.x.x", "192.168.x.x", "10.nnn.nnn.nnn": an address with one letter in the place of numbers.
bool is_blank_form(std::string_view lower) {
  if (std::count(lower.begin(), lower.end(), '.') != 3) return false;
  const std::size_t first = lower.find_first_not_of(digits_and_dots);
  if (first == std::string_view::npos || !is_letter(lower[first])) return false;
  const char letters[] = {lower[first], '.', '\0'};
  const auto is_number_or_letters = [&](std::string_view part) {
    return !part.empty() && (part.find_first_not_of("0123456789") == std::string_view::npos ||
                             part.find_first_not_of(letters) == std::string_view::npos);
  };
  for (std::size_t dot = lower.find('.'); dot != std::string_view::npos; dot = lower.find('.')) {
    if (!is_number_or_letters(lower.substr(0, dot))) return false;
    lower.remove_prefix(dot + 1);
  }
  return is_number_or_letters(lower);
}

/// "<ip>", "$HOST", "{{ net }}", "%s", "x.x.x.x": what a script or a manual has where an address belongs.
bool is_placeholder(std::string_view lower) {
  return is_blank_form(lower) || lower.find_first_of("$`{}<>%") != std::string_view::npos;
}

ClientWord parse_name(TextPool& texts, std::string_view word) {
  const std::string lower = in_lower_case(word);
  ClientWord pattern{HostName{texts.keep(lower)}, wildcard_fault(word, lower, "host")};
  if (lower.front() == '.')
    pattern.pattern = HostSuffix{texts.keep(lower)};
  else if (lower.back() == '.')
    pattern = {TextPattern{texts.keep(lower + "*")},
               odd(fmt::format("{} matches every host name that begins so", quoted(word)),
                   "a host name is written without a final '.'")};
  if (is_placeholder(lower))
    pattern.fault = bad(fmt::format("{} looks like text of a script or template that was never filled in, and is no "
                                    "client",
                                    quoted(word)),
                        "write the address that belongs here");
  else if (!std::all_of(word.begin(), word.end(), is_name_byte))
    pattern.fault = bad(fmt::format("{} is no address, net or host name", quoted(word)),
                        "words are separated by blanks or commas; who is not meant stands behind EXCEPT");
  else if (word.find_first_not_of("0123456789.-") == std::string_view::npos)
    pattern.fault =
        dead(syntax::bad_pattern, fmt::format("{} is a host name for libwrap, which knows no ranges", quoted(word)),
             "write nets, as 10.0.0.0/29, or the single addresses");
  return pattern;
}

struct Formatter {
  using Text = std::optional<std::string>;
  Text operator()(const AnyClient&) const { return "ALL"; }
  Text operator()(const Prefix& prefix) const {
    std::string text;
    if (prefix.base.family == Family::ipv6) {
      text = "[" + format_address(prefix.base) + "]";
      return prefix.bits == 128 ? text : text + "/" + std::to_string(prefix.bits);
    }
    if (prefix.bits == 0) return "0.0.0.0/0.0.0.0";
    if (!append_octet_key(text, prefix)) text = format_prefix(prefix);
    return text;
  }
  Text operator()(const HostName& host) const { return std::string(host.name); }
  Text operator()(const HostSuffix& host) const { return std::string(host.suffix); }
  Text operator()(const NameClass& name) const { return format_pattern(name); }
  Text operator()(const MaskedAddress& net) const { return format_pattern(net); }
  Text operator()(const TextPattern& text) const { return std::string(text.pattern); }
  Text operator()(const RawKey& raw) const { return raw.is_range() ? std::nullopt : Text(raw.text); }
  template <typename Other>
  Text operator()(const Other&) const {
    return std::nullopt;
  }
};

/// True for an address, a net or a domain: nothing that a daemon is called.
bool looks_like_client(std::string_view word) {
  const std::string_view start = word.substr(0, word.find('/'));
  const bool is_numeric = start.find_first_not_of(digits_and_dots) == std::string_view::npos;
  return (is_numeric && start.find('.') != std::string_view::npos) || (word.front() == '.' && word.size() > 1) ||
         (word.front() == '[' && start.find(':') != std::string_view::npos);
}

}  // namespace

bool is_except(std::string_view word) { return word.size() == 6 && in_lower_case(word) == "except"; }

PatternFault except_fault(std::string_view word, bool is_first, std::string_view rest) {
  if (is_first)
    return odd(fmt::format("nothing stands before {}, so that this list matches nobody", quoted(word)),
               "write 'ALL EXCEPT ...'");
  if (!trimmed(rest, word_ends).empty()) return {};
  return odd(fmt::format("nothing stands behind {}, so that nobody is excepted", quoted(word)),
             "take it away, or say who is not meant");
}

std::size_t find_outside_brackets(std::string_view text, char wanted, std::size_t from) {
  int depth = 0;
  for (std::size_t i = from; i < text.size(); ++i) {
    if (text[i] == '[') ++depth;
    if (text[i] == ']') --depth;
    if (text[i] == wanted && depth == 0) return i;
  }
  return std::string_view::npos;
}

UserPattern split_user(std::string_view word) {
  // the first byte is never the separator: "@group" is a netgroup
  const std::size_t at = find_outside_brackets(word, '@', 1);
  if (at == std::string_view::npos) return {{}, word};
  return {word.substr(0, at), word.substr(at + 1)};
}

ClientWord parse_client_word(TextPool& texts, std::string_view word) {
  if (word.empty())
    return nobody(texts, word, bad("there is no host behind the '@', so that the pattern never matches"));
  const std::string lower = in_lower_case(word);
  if (word.front() == '#') return {HostName{texts.keep(lower)}, comment_fault(word, "client pattern")};
  if (word.front() == '@')
    return nobody(texts, word,
                  named(syntax::not_supported,
                        bad(fmt::format("{} is not supported: a netgroup cannot be looked up here", quoted(word)),
                            "write the addresses of its hosts")));
  if (is_except(word))
    return {HostName{texts.keep(lower)}, bad(fmt::format("{} is taken for a host name here", quoted(word)))};
  if (const auto state = name_state(lower)) return {NameClass{*state}, {}};
  if (word.front() == '[') return parse_bracketed(texts, word);
  if (const std::size_t slash = word.find('/'); slash != std::string_view::npos) return parse_net(texts, word, slash);
  if (word.find_first_of("*?") != std::string_view::npos) return {TextPattern{texts.keep(lower)}, {}};
  if (lower == "all") return {AnyClient{}, {}};
  // only where an unclosed bracket before it keeps the list from ending at its ':'
  if (const auto address = parse_ipv6(lower); address && format_address(*address) == lower)
    return {make_prefix(*address, 128), {}};
  if (word.find_first_not_of(digits_and_dots) == std::string_view::npos) return parse_digits(texts, word);
  return parse_name(texts, word);
}

ClientPattern as_unseen(TextPool& texts, const ClientPattern& pattern, std::string_view word) {
  if (const auto* host = std::get_if<HostName>(&pattern)) return TextPattern{host->name};
  if (const auto* host = std::get_if<HostSuffix>(&pattern))
    return TextPattern{texts.keep(std::string("?*").append(host->suffix))};
  if (std::holds_alternative<RawKey>(pattern)) return RawKey{};
  // "255.0.0.0/8" is computed, and "255." compared as text: who does not see the word could not tell
  const auto* prefix = std::get_if<Prefix>(&pattern);
  const bool is_highest =
      prefix != nullptr && is_octet_prefix(*prefix) && range_of(*prefix).last == Address::from_ipv4(0xffffffffU);
  if (is_highest && word.find('/') != std::string_view::npos)
    return MaskedAddress{prefix->base.ipv4(), 0xffffffffU << (32 - prefix->bits)};
  return pattern;
}

std::optional<std::string> format_client_word(const ClientPattern& pattern) {
  auto text = std::visit(Formatter{}, pattern);
  // a name from another format may be one that this grammar takes for something else ("all", "a@b", "1.2.3.4")
  const bool is_word = text && !text->empty() && text->find_first_of(word_ends) == std::string::npos;
  if (!is_word || is_except(*text) || !split_user(*text).user.empty() ||
      find_outside_brackets(*text, ':', 0) != std::string_view::npos)
    return std::nullopt;
  TextPool texts;
  const auto back = parse_client_word(texts, *text);
  return back.pattern == pattern && back.fault.severity != Severity::error ? text : std::nullopt;
}

DaemonWord parse_daemon_word(TextPool& texts, std::string_view word) {
  const UserPattern parts = split_user(word);
  DaemonWord pattern{in_lower_case(parts.user.empty() ? word : parts.user), std::nullopt, {}};
  if (word.front() == '#') pattern.fault = comment_fault(word, "daemon");
  if (word.find('\\') != std::string_view::npos)
    pattern.fault = bad(fmt::format("{} is no daemon name: it has a '\\'", quoted(word)));
  if (looks_like_client(word))
    pattern.fault =
        named(syntax::client_as_daemon,
              odd(fmt::format("{} stands before the first ':', where libwrap looks for names of daemons", quoted(word)),
                  "a rule is 'DAEMONS : CLIENTS'; who is not meant stands at its end: 'sshd : ALL EXCEPT 10.1.1.1'"));
  else if (pattern.fault.kind == nullptr)
    pattern.fault = wildcard_fault(word, pattern.name, "daemon");
  const auto state = name_state(pattern.name);
  if (state && state != NameState::known)
    pattern.fault = odd(fmt::format("{} is no wildcard for daemons: libwrap takes it for a name", quoted(word)),
                        "a daemon is named in full; ALL stands for every one");
  if (parts.user.empty()) return pattern;
  ClientWord server = parse_client_word(texts, parts.host);
  pattern.server = std::move(server.pattern);
  if (server.fault.kind == nullptr || word.front() == '#') return pattern;
  pattern.fault = std::move(server.fault);
  if (!pattern.fault.replacement.empty())
    pattern.fault.replacement.insert(0, word.substr(0, word.size() - parts.host.size()));
  return pattern;
}

std::string_view find_unbracketed_ipv6(std::string_view clients, std::size_t colon) {
  if (colon >= clients.size()) return {};
  const std::size_t before = clients.substr(0, colon).find_last_of(word_ends);
  const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  const std::size_t end = std::min(clients.find_first_of(word_ends, colon), clients.size());
  std::string_view word = clients.substr(begin, end - begin);
  while (std::count(word.begin(), word.end(), ':') >= 2) {
    const std::size_t slash = std::min(word.find('/'), word.size());
    const std::string_view address = word.substr(0, std::min(slash, word.find('%')));
    if (parse_ipv6(address) && word.find(':', slash) == std::string_view::npos) return word;
    word = word.substr(0, word.rfind(':'));  // "2001:db8::1:allow"
  }
  return {};
}

}  // namespace core
