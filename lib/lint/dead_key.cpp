// Choosing the reason why an address matches nobody: see dead_key.hpp. The order of the questions is the order of what
// an author would repair first: a blank before a dot, a network length before a missing dot.
#include "lint/dead_key.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/ascii_case.hpp"
#include "model/key.hpp"

namespace core {
namespace {

constexpr std::string_view digits_and_dots = "0123456789.";
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

bool has_any(std::string_view text, std::string_view set) { return text.find_first_of(set) != std::string_view::npos; }
bool only(std::string_view text, std::string_view set) { return text.find_first_not_of(set) == std::string_view::npos; }

/// Table instead of a search in a set: this is asked for every byte of every name.
bool is_no_name_byte(char c) {
  static constexpr auto table = [] {
    std::array<bool, 256> odd{};
    for (const char byte : std::string_view(" \t*?@$`{}<>")) odd[static_cast<unsigned char>(byte)] = true;
    return odd;
  }();
  return table[static_cast<unsigned char>(c)];
}

/// Text of the script that was to write the file: an unexpanded variable, a placeholder, quotes, redirections.
bool is_shell_residue(std::string_view text) {
  return has_any(text, "$`{}<>;|&'\"\\%()") || text.starts_with("echo ") || text.starts_with("cat ");
}

bool is_keyword(std::string_view text) {
  static constexpr std::array words = {"all", "any", "default", "everyone", "everybody", "others", "else", "world"};
  return std::find(words.begin(), words.end(), in_lower_case(text)) != words.end();
}

/// "1.2.3.4-..." where both sides are addresses, or prefixes, of two numbers and more.
bool is_full_address_range(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return false;
  const auto looks_full = [](std::string_view side) {
    return only(side, digits_and_dots) && std::count(side.begin(), side.end(), '.') >= 2 && is_digit(side.front());
  };
  const std::string_view behind = text.substr(dash + 1);
  return !behind.empty() && dash > 0 && looks_full(text.substr(0, dash)) && looks_full(behind);
}

bool is_cidr(std::string_view text) {
  const std::size_t slash = text.find('/');
  return slash != std::string_view::npos && slash > 0 && only(text.substr(0, slash), digits_and_dots) &&
         only(text.substr(slash + 1), digits_and_dots);
}

/// The text with `number` in the place of its range.
std::string expanded(const RawKey& raw, std::string_view number) {
  return std::string(raw.text.substr(0, raw.hole_begin)).append(number).append(raw.text.substr(raw.hole_end));
}

/// Of digits and dots that are no prefix without its dot.
DeadKey octets_reason(std::string_view text) {
  const auto octets = text.ends_with('.') ? parse_octets(text.substr(0, text.size() - 1)) : std::nullopt;
  return octets && octets->count == 4 ? DeadKey::dot_after_full_address : DeadKey::bad_octet;
}

DeadKey range_reason(std::string_view text, const RawKey& raw) {
  if (is_full_address_range(text)) return DeadKey::full_address_range;
  const std::string_view hole = text.substr(raw.hole_begin, raw.hole_end - raw.hole_begin);
  if (raw.low > raw.high) {
    if (hole.starts_with('-') || hole.ends_with('-')) return DeadKey::open_range;
    return raw.low > 255 ? DeadKey::range_above_255 : DeadKey::reversed_range;
  }
  if (text.find('-', raw.hole_end) != std::string_view::npos) return DeadKey::second_range;
  if (pattern_with_dot(text, raw)) return DeadKey::prefix_without_dot;
  const std::string sample = expanded(raw, "1");
  return only(sample, digits_and_dots) ? octets_reason(sample) : DeadKey::unknown;
}

DeadKey number_reason(std::string_view text, const RawKey& raw) {
  return pattern_with_dot(text, raw) ? DeadKey::prefix_without_dot : octets_reason(text);
}

/// "info@..." that is neither a full address nor a full name.
DeadKey info_reason(std::string_view behind) {
  if (behind.empty()) return DeadKey::unknown;
  if (behind.front() == '=')
    return behind.starts_with("=.") || behind == "=" ? DeadKey::info_with_prefix : DeadKey::uppercase_host;
  if (only(behind, "0123456789.-")) return DeadKey::info_with_prefix;
  return DeadKey::mail_address;
}

/// "192.168.1.x", "xxx.xxx.xxx.xxx": an 'x' stands for any number, as in a manual.
bool is_octets_and_x(std::string_view text) {
  return text.find('.') != std::string_view::npos && only(in_lower_case(text), "0123456789.x");
}

/// Text with letters and no "=": a name, unless its last label is a number.
DeadKey word_reason(std::string_view text) {
  if (is_octets_and_x(text)) return DeadKey::wildcard;
  const bool host_bytes =
      std::all_of(text.begin(), text.end(), [](char c) { return is_letter(c) || is_digit(c) || c == '.' || c == '_'; });
  const std::string_view without_dot = text.substr(0, text.size() - (text.ends_with('.') ? 1 : 0));
  const std::string_view last = without_dot.substr(without_dot.rfind('.') + 1);
  if (!host_bytes || last.empty()) return DeadKey::unknown;
  return is_letter(last.front()) && !is_digit(text.front()) ? DeadKey::host_without_equals
         : is_letter(last.back())                           ? DeadKey::host_without_equals
                                                            : DeadKey::bad_octet;
}

}  // namespace

std::string_view leading_octets(std::string_view text) {
  return text.substr(0, std::min(text.find_first_not_of(digits_and_dots), text.size()));
}

std::optional<ClientPattern> pattern_with_dot(std::string_view text, const RawKey& raw) {
  if (!raw.is_range()) {
    const auto octets = parse_octets(std::string(text) + ".");
    return octets && octets->count < 4 ? std::optional(ClientPattern(prefix_of(*octets))) : std::nullopt;
  }
  if (raw.low > raw.high) return std::nullopt;
  const std::string sample = expanded(raw, std::to_string(raw.low)) + ".";
  const auto octets = parse_octets(sample);
  return octets && octets->count < 4 ? std::optional(ClientPattern(prefix_of(*octets))) : std::nullopt;
}

DeadKey dead_key_reason(std::string_view text, const RawKey& raw) {
  if (text.starts_with(byte_order_mark)) return DeadKey::byte_order_mark;
  if (has_any(text, ":")) return DeadKey::unknown;  // only in dialects with IPv6
  if (is_shell_residue(text)) return DeadKey::shell_residue;
  if (has_any(text, " \t")) return DeadKey::blank;
  if (is_cidr(text)) return DeadKey::cidr;
  if (has_any(text, "*?") || is_keyword(text)) return DeadKey::wildcard;
  if (text.empty()) return DeadKey::unknown;
  if (text.front() == '=') return DeadKey::uppercase_host;
  if (const std::size_t at = text.rfind('@'); at != std::string_view::npos) return info_reason(text.substr(at + 1));
  if (raw.is_range()) return range_reason(text, raw);
  return only(text, digits_and_dots) ? number_reason(text, raw) : word_reason(text);
}

bool is_found_by(const ProgramFacts& program, DeadKey reason) {
  switch (reason) {
    case DeadKey::cidr: return program.ipv4_network.has_value();
    case DeadKey::prefix_without_dot:
    case DeadKey::dot_after_full_address:
    case DeadKey::full_address_range:
    case DeadKey::reversed_range:
    case DeadKey::second_range:
    case DeadKey::info_with_prefix:
    case DeadKey::uppercase_host: return program.reads_loosely;
    default: return false;
  }
}

std::optional<DeadKey> dead_name_reason(std::string_view key) {
  if (key.size() < 2 || (key.back() != '.' && std::none_of(key.begin(), key.end(), is_no_name_byte)))
    return std::nullopt;
  if (has_any(key, "$`{}<>")) return DeadKey::shell_residue;
  if (has_any(key, " \t")) return DeadKey::blank;
  if (has_any(key, "*?")) return DeadKey::wildcard;
  const std::string_view name = key.substr(key.find('=') + 1);
  if (name.find('@') != std::string_view::npos) return DeadKey::mail_address;
  return key.back() == '.' ? std::optional(DeadKey::host_trailing_dot) : std::nullopt;
}

}  // namespace core
