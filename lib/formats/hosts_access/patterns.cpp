// Words of hosts_access rules: see patterns.hpp. The order of the questions is libwrap's (client_match, host_match,
// string_match), so that a word with two odd things is reported for the one that decides.
//
// Compat (each verified with libwrap 7.6.q-32; tests/conformance/tcpdmatch_test.cpp):
//   - 10.1.2.3/8, 1.2.3.4/255.255.255.255 and any /0 match nobody; 0.0.0.0/0.0.0.0 matches all of IPv4
//   - 10.0.0.0/255.0.0.255 is taken, 010.0.0.0/8 is octal, 10.0.0.0/8x is 10.0.0.0/8
//   - ".3.4" matches every address that ends so, "mail." every name that begins so
#include "formats/hosts_access/patterns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/ascii_case.hpp"
#include "base/cursor.hpp"
#include "base/finding_kinds.hpp"
#include "model/key.hpp"

namespace relayrules {
namespace {

constexpr std::string_view separators = ", \t\r\n";

PatternFault unsupported(std::string message, std::string help = {}) {
  return {&syntax::not_supported, std::move(message), std::move(help), {}};
}

PatternFault bad(std::string message, std::string help = {}, std::string replacement = {}) {
  return {&syntax::bad_pattern, std::move(message), std::move(help), std::move(replacement)};
}

bool is_reserved(const std::string& lower) {
  static constexpr std::array<std::string_view, 4> words = {"local", "known", "unknown", "paranoid"};
  return std::find(words.begin(), words.end(), lower) != words.end();
}

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

PatternFault comment_fault(std::string_view word, std::string_view read_as) {
  return bad(fmt::format("{} does not begin a comment here: libwrap reads it and each word behind it as a {}",
                         quoted(word), read_as),
             "a comment is a line of its own that begins with '#' in the first column");
}

/// Words that mean more than their text, in daemon and client lists alike.
std::optional<PatternFault> special_word_fault(std::string_view word, std::string_view read_as) {
  if (is_except(word))
    return unsupported(fmt::format("{} is not supported: exceptions cannot be read yet", quoted(word)));
  if (is_reserved(in_lower_case(word)))
    return unsupported(fmt::format("the pattern {} is not supported", quoted(word)));
  if (word.front() == '#') return comment_fault(word, read_as);
  return std::nullopt;
}

// ---- net/mask ----------------------------------------------------------------------------------------------

std::optional<unsigned> leading_number(std::string_view text) {
  unsigned value = 0;
  std::size_t digits = 0;
  for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9' && value <= 1000; ++digits)
    value = value * 10 + static_cast<unsigned>(text[digits] - '0');
  return digits == 0 ? std::nullopt : std::optional(value);
}

/// The prefix length that `mask` stands for, or the reason why there is none.
std::optional<unsigned> parse_mask(std::string_view word, const Address& net, std::string_view mask,
                                   PatternFault& fault) {
  const std::string address = format_address(net);
  if (const auto dotted = parse_ipv4(mask)) {
    const auto bits = mask_length(*dotted);
    if (!bits)
      fault = bad(
          fmt::format("the mask {} has gaps: only a net whose one bits are all in front can be said", quoted(mask)));
    if (bits == 32U)
      fault = bad(fmt::format("{} never matches: libwrap takes the mask 255.255.255.255 for an error", quoted(word)),
                  fmt::format("write '{}'", address), address);
    return fault.kind == nullptr ? bits : std::nullopt;
  }
  const auto bits = leading_number(mask);
  if (bits && *bits >= 1 && *bits <= 32) {
    const std::string plain = std::to_string(*bits);
    if (plain == mask) return bits;
    const std::string right = address + "/" + plain;
    fault = bad(fmt::format("{} is not a plain prefix length", quoted(mask)), fmt::format("write '{}'", right), right);
  } else if (bits == 0U) {
    fault = bad(fmt::format("{} never matches: libwrap takes the length 0 for an error", quoted(word)),
                "write 'ALL' for every client, or '0.0.0.0/0.0.0.0' for every IPv4 client");
  } else {
    fault = bad(fmt::format("{} is no mask, so that {} never matches", quoted(mask), quoted(word)),
                "a mask is a length of 1 to 32, or written as 255.255.0.0");
  }
  return std::nullopt;
}

ClientPattern parse_net(std::string_view word, std::size_t slash) {
  const auto net = parse_ipv4(word.substr(0, slash));
  if (!net)
    return {std::nullopt,
            bad(fmt::format("{} is no IPv4 address of four decimal numbers", quoted(word.substr(0, slash))),
                "a net is written as 192.168.0.0/16 or 192.168.0.0/255.255.0.0")};
  PatternFault fault;
  const auto bits = parse_mask(word, *net, word.substr(slash + 1), fault);
  if (!bits) return {std::nullopt, std::move(fault)};
  const Prefix prefix = make_prefix(*net, *bits);
  if (prefix.base == *net) return {prefix, {}};
  const std::string right = format_address(prefix.base) + std::string(word.substr(slash));
  const std::string help = *bits == 0
                               ? "write 'ALL' or '0.0.0.0/0.0.0.0'"
                               : fmt::format("write '{}', or '{}' for the one client", right, format_address(*net));
  return {std::nullopt,
          bad(fmt::format("{} never matches: the address has bits outside its mask", quoted(word)), help, right)};
}

// ---- addresses and names -----------------------------------------------------------------------------------

ClientPattern parse_digits(std::string_view word) {
  if (word.front() == '.')
    return {std::nullopt,
            unsupported(fmt::format("{} is not supported: libwrap matches every address that ends so", quoted(word)))};
  const auto octets = parse_octets(word);
  const bool is_prefix = word.back() == '.';
  if (octets && is_prefix == (octets->count < 4)) return {prefix_of(*octets), {}};
  const std::string other = is_prefix ? std::string(word.substr(0, word.size() - 1)) : std::string(word) + ".";
  const auto repaired = parse_octets(other);
  if (!repaired || (repaired->count == 4) != is_prefix)
    return {std::nullopt,
            bad(fmt::format("{} never matches: it is no address of four numbers from 0 to 255 and no prefix of one",
                            quoted(word)))};
  return {std::nullopt,
          bad(fmt::format("{} never matches: {}", quoted(word),
                          is_prefix ? "a full address has no final '.'" : "it is no full address and has no final '.'"),
              fmt::format("write '{}'", other), other)};
}

ClientPattern parse_name(std::string_view word) {
  if (!std::all_of(word.begin(), word.end(), is_name_byte))
    return {std::nullopt, bad(fmt::format("{} is no address, net or host name", quoted(word)))};
  if (word.back() == '.')
    return {std::nullopt, unsupported(fmt::format("{} is not supported: libwrap matches every host name that begins so",
                                                  quoted(word)),
                                      "a host name is written without a final '.'")};
  if (word.front() == '.') return {HostSuffix{in_lower_case(word)}, {}};
  return {HostName{in_lower_case(word)}, {}};
}

std::optional<PatternFault> unsupported_client(std::string_view word) {
  if (auto fault = special_word_fault(word, "client pattern")) return fault;
  const std::string text = quoted(word);
  if (word.front() == '@')
    return unsupported(fmt::format("{} is not supported: a netgroup cannot be looked up here", text));
  if (word.find('@') != std::string_view::npos)
    return unsupported(fmt::format("{} is not supported: a pattern with a user name cannot be read yet", text));
  if (word.front() == '/')
    return unsupported(fmt::format("{} is not supported: a file of patterns cannot be read yet", text));
  if (word.find_first_of("[]") != std::string_view::npos)
    return unsupported(fmt::format("{} is not supported: an IPv6 pattern cannot be read yet", text));
  if (word.find_first_of("*?") != std::string_view::npos)
    return unsupported(fmt::format("{} is not supported: a pattern with wildcards cannot be read yet", text));
  return std::nullopt;
}

struct Formatter {
  using Text = std::optional<std::string>;
  Text operator()(const AnyPeer&) const { return "ALL"; }
  Text operator()(const Prefix& prefix) const {
    std::string text;
    if (prefix.base.family == Family::ipv6) return std::nullopt;
    if (prefix.bits == 0) return "0.0.0.0/0.0.0.0";
    if (!append_prefix_key(text, prefix)) text = format_prefix(prefix);
    return text;
  }
  Text operator()(const HostName& host) const { return host.name; }
  Text operator()(const HostSuffix& host) const { return host.suffix; }
  template <typename Other>
  Text operator()(const Other&) const {
    return std::nullopt;
  }
};

}  // namespace

bool is_except(std::string_view word) { return word.size() == 6 && in_lower_case(word) == "except"; }

ClientPattern parse_client_pattern(std::string_view word) {
  if (word.size() == 3 && in_lower_case(word) == "all") return {AnyPeer{}, {}};
  if (auto fault = unsupported_client(word)) return {std::nullopt, std::move(*fault)};
  if (const std::size_t slash = word.find('/'); slash != std::string_view::npos) return parse_net(word, slash);
  if (word.find_first_not_of("0123456789.") == std::string_view::npos) return parse_digits(word);
  return parse_name(word);
}

std::optional<std::string> format_client_pattern(const Peer& peer) {
  auto text = std::visit(Formatter{}, peer);
  // a name from another format may be one that this grammar takes for something else ("all", "local", "1.2.3.4")
  if (!text || text->empty() || text->find_first_of(separators) != std::string::npos) return std::nullopt;
  const auto back = parse_client_pattern(*text);
  return back.peer == peer ? text : std::nullopt;
}

DaemonPattern parse_daemon_pattern(std::string_view word) {
  const std::string name = in_lower_case(word);
  if (name == "all") return {};
  const std::string text = quoted(word);
  if (auto fault = special_word_fault(word, "daemon")) return {{}, std::move(*fault)};
  if (word.find('@') != std::string_view::npos)
    return {{},
            unsupported(fmt::format("{} is not supported: a daemon at one of the server's addresses cannot be read yet",
                                    text))};
  if (word.find_first_of("*?[]") != std::string_view::npos)
    return {{},
            unsupported(
                fmt::format("{} is not supported: a daemon is named in full, without wildcards and brackets", text))};
  if (word.front() == '.' || word.back() == '.')
    return {{},
            unsupported(
                fmt::format("{} is not supported: libwrap matches every daemon whose name begins or ends so", text))};
  if (word.find('\\') != std::string_view::npos)
    return {{}, bad(fmt::format("{} is no daemon name: it has a '\\'", text))};
  return {name, {}};
}

std::string_view find_unbracketed_ipv6(std::string_view clients, std::size_t colon) {
  if (colon >= clients.size()) return {};
  const std::size_t before = clients.substr(0, colon).find_last_of(separators);
  const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  const std::size_t end = std::min(clients.find_first_of(separators, colon), clients.size());
  std::string_view word = clients.substr(begin, end - begin);
  while (std::count(word.begin(), word.end(), ':') >= 2) {
    const std::size_t slash = std::min(word.find('/'), word.size());
    if (parse_ipv6(word.substr(0, slash)) && word.find(':', slash) == std::string_view::npos) return word;
    word = word.substr(0, word.rfind(':'));  // "2001:db8::1:allow"
  }
  return {};
}

}  // namespace relayrules
