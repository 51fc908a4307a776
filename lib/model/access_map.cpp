// Records and values of the access map: see access_map.hpp. Source: sendmail 8.17.1.9, makemap.c and cf/m4/proto.m4.
#include "model/access_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include "base/ascii_case.hpp"
#include "base/cursor.hpp"
#include "base/finding_kinds.hpp"
#include "base/large_memory.hpp"
#include "base/launch.hpp"
#include "base/place_index.hpp"

namespace core {
namespace {

constexpr std::string_view space = " \t\v\f\r";

constexpr std::pair<std::string_view, AccessTag> tags[] = {
    {"connect:", AccessTag::connect},
    {"from:", AccessTag::from},
    {"to:", AccessTag::to},
    {"spam:", AccessTag::spam},
};

/// Reads the lines of a piece of the map; keys that stand twice are still there twice.
class PieceReader {
 public:
  /// Makes room for so many lines.
  PieceReader(const Source& source, std::string_view text, std::size_t lines) : source_(source), rest_(text) {
    reserve_large(map_.entries, lines);
    piece_.hashes.reserve(lines);
  }

  struct Piece {
    AccessMap map;
    std::vector<std::uint32_t> hashes;  ///< of tag and key of each entry
    Findings findings;
  };

  Piece read() {
    while (!rest_.empty()) {
      const std::size_t end = std::min(rest_.find('\n'), rest_.size());
      std::string_view line = rest_.substr(0, end);
      if (line.ends_with('\r')) line.remove_suffix(1);
      read_line(has_nul_ ? line.substr(0, line.find('\0')) : line);
      rest_.remove_prefix(std::min(end + 1, rest_.size()));
    }
    return std::move(piece_);
  }

 private:
  void read_line(std::string_view line) {
    if (line.empty() || line.front() == '#') return;
    const auto key_end = std::find_if(line.begin(), line.end(), is_space);
    const std::string_view key(line.begin(), key_end);
    if (key.empty()) return refuse_leading_blank(line);
    const std::string_view value = trimmed(line.substr(key.size()), space);
    if (value.empty()) return refuse_without_value(line);
    const auto [tag, rest] = take_tag(key);
    map_.entries.push_back(
        {tag, in_small_letters(rest), index_of(value), source_.span_of(line), source_.span_of(value).begin});
    piece_.hashes.push_back(PlaceIndex::hash_of(map_.entries.back().key(), static_cast<std::uint32_t>(tag)));
  }

  static bool is_space(char c) { return space.find(c) != std::string_view::npos; }

  /// Mostly they are.
  std::string_view in_small_letters(std::string_view key) {
    const bool is_small = std::none_of(key.begin(), key.end(), is_upper);
    return is_small ? key : map_.texts.keep(in_lower_case(key));
  }

  std::uint32_t index_of(std::string_view value) {
    const auto is_same = [&](std::uint32_t other) { return map_.values[other].text == value; };
    const auto next = static_cast<std::uint32_t>(map_.values.size());
    const std::uint32_t known = values_.find_or_add(PlaceIndex::hash_of(value), next, is_same);
    if (known != PlaceIndex::nobody) return known;
    map_.values.push_back({value, read_sendmail_value(value, true)});
    return next;
  }

  /// In whatever letters; `small` is in small ones.
  static bool begins_with(std::string_view key, std::string_view small) {
    return key.size() >= small.size() &&
           std::equal(small.begin(), small.end(), key.begin(), [](char a, char b) { return a == in_lower_case(b); });
  }

  /// The tag, and what stands behind it.
  static std::pair<AccessTag, std::string_view> take_tag(std::string_view key) {
    for (const auto& [text, tag] : tags)
      if (begins_with(key, text)) return {tag, key.substr(text.size())};
    const std::size_t colon = key.find(':');
    const bool has_own_tag = colon != std::string_view::npos && !begins_with(key, "ipv6:") && key.front() != '[';
    return {has_own_tag ? AccessTag::other : AccessTag::none, key};
  }

  void refuse_leading_blank(std::string_view line) {
    if (trimmed(line, space).empty() && line.empty()) return;
    findings_
        .add(tables::stray_line, source_.span_of(line),
             "the line begins with a blank: makemap refuses it, and it is not in the map")
        .with_help("begin the line with the key");
  }

  void refuse_without_value(std::string_view line) {
    findings_
        .add(tables::no_value, source_.span_of(line),
             fmt::format("{} has no value: makemap refuses it, and it is not in the map", quoted(line)))
        .with_help("write RELAY, OK, REJECT, DISCARD or an ERROR:... behind it");
  }

  const Source& source_;
  std::string_view rest_;
  const bool has_nul_ = rest_.find('\0') != std::string_view::npos;  ///< what is behind one in a line is not read
  Piece piece_;
  AccessMap& map_ = piece_.map;
  Findings& findings_ = piece_.findings;
  PlaceIndex values_;  ///< of the map
};

/// An entry whose key stands before it.
struct RepeatedKey {
  std::uint32_t entry;
  std::uint32_t first;
};

/// Those of the entries whose hash has `bit` as its highest: each half by itself.
std::vector<RepeatedKey> repeated_keys(const std::vector<AccessEntry>& entries,
                                       const std::vector<std::uint32_t>& hashes, std::uint32_t bit) {
  std::vector<RepeatedKey> repeated;
  PlaceIndex firsts;
  firsts.reserve(entries.size() / 2);
  const auto hash_of_entry = [&](std::uint32_t i) { return hashes[i]; };
  firsts.visit_ahead(static_cast<std::uint32_t>(entries.size()), hash_of_entry,
                     [&](std::uint32_t i, std::uint32_t hash) {
                       if (hash >> 31 != bit) return;
                       const auto is_same = [&](std::uint32_t other) {
                         return entries[other].tag() == entries[i].tag() && entries[other].key() == entries[i].key();
                       };
                       const std::uint32_t first = firsts.find_or_add(hash, i, is_same);
                       if (first != PlaceIndex::nobody) repeated.push_back({i, first});
                     });
  return repeated;
}

/// makemap keeps the first of several.
void drop_repeated(PieceReader::Piece& piece, const Source& source, Findings& findings) {
  std::vector<AccessEntry>& entries = piece.map.entries;
  auto half = std::async(launch_for(entries.size()), repeated_keys, std::cref(entries), std::cref(piece.hashes), 1U);
  std::vector<RepeatedKey> repeated = repeated_keys(entries, piece.hashes, 0);
  const std::vector<RepeatedKey> others = half.get();
  repeated.insert(repeated.end(), others.begin(), others.end());
  if (repeated.empty()) return;
  std::sort(repeated.begin(), repeated.end(), [](const auto& a, const auto& b) { return a.entry < b.entry; });
  for (const auto& [entry, first] : repeated) {
    const Span place = entries[entry].key_span();
    const std::string_view key = source.text().substr(place.begin - source.base(), place.size());
    findings
        .add(tables::repeated_key, place,
             fmt::format("{} stands twice: makemap keeps the first, and this line does nothing", quoted(key)))
        .with_help("delete one of the two")
        .with_related(entries[first].span(), "this one counts");
  }
  auto next = repeated.begin();
  std::uint32_t place = 0;
  std::erase_if(entries, [&](const AccessEntry&) {
    const bool is_repeated = next != repeated.end() && next->entry == place;
    if (is_repeated) ++next;
    ++place;
    return is_repeated;
  });
}

bool is_reply_code(std::string_view text) {
  return text.size() >= 3 && std::all_of(text.begin(), text.begin() + 3, is_digit) &&
         (text.size() == 3 || text[3] == ' ');
}

/// "5.7.1:" in front of `text`, which is cut off; empty when there is none.
std::string take_status(std::string_view& text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return {};
  const std::string_view status = text.substr(0, colon);
  if (std::count(status.begin(), status.end(), '.') != 2) return {};
  const std::size_t first = status.find('.');
  const std::size_t second = status.find('.', first + 1);
  if (first == 0 || second == first + 1 || second + 1 == status.size()) return {};
  text.remove_prefix(colon + 1);
  return std::string(status);
}

SendmailValue error_of(std::string_view text, std::string status, bool is_told) {
  SendmailValue value{AccessWord::error, is_told, "553", std::move(status), {}};
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  text = trimmed(text);
  if (is_reply_code(text)) {
    value.is_told = true;
    value.code = text.substr(0, 3);
    text = trimmed(text.substr(3));
    const std::string_view word = text.substr(0, text.find(' '));
    const bool has_status = std::count(word.begin(), word.end(), '.') == 2 && is_digit(word.front());
    if (has_status) value.status = word;
    if (has_status) text = trimmed(text.substr(word.size()));
    if (value.status.empty()) value.status = value.code.substr(0, 1) + ".0.0";
  }
  if (value.status.empty() || !is_digit(value.status.front())) value.status = "5.3.0";
  value.text = text;
  return value;
}

/// Numbers between 0 and 255 without leading zeros.
std::optional<unsigned> octet_of(std::string_view text) {
  if (text.empty() || text.size() > 3 || !std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  unsigned value = 0;
  for (const char c : text) value = value * 10 + static_cast<unsigned>(c - '0');
  return value > 255 ? std::nullopt : std::optional(value);
}

/// Up to four hexadecimal digits in lower case without leading zeros.
std::optional<unsigned> group_of(std::string_view text) {
  if (text.empty() || text.size() > 4 || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  unsigned value = 0;
  for (const char c : text) {
    if (!is_digit(c) && (c < 'a' || c > 'f')) return std::nullopt;
    value = value * 16 + static_cast<unsigned>(is_digit(c) ? c - '0' : c - 'a' + 10);
  }
  return value;
}

}  // namespace

Span AccessEntry::key_span() const {
  const auto size = static_cast<std::uint32_t>(access_tag_text(tag_).size()) + key_size_;
  return {line_.begin, line_.begin + size};
}

void AccessMap::append(AccessMap&& other) {
  for (AccessEntry& entry : other.entries) entry.value_ += static_cast<std::uint32_t>(values.size());
  std::move(other.values.begin(), other.values.end(), std::back_inserter(values));
  entries.insert(entries.end(), other.entries.begin(), other.entries.end());
  texts.append(std::move(other.texts));
}

AccessMap read_access_map(const Source& source, Findings& findings) {
  const std::string_view text = source.text();
  constexpr std::size_t short_line = 16;  // room that nobody writes to costs nothing
  const std::size_t lines = text.size() / short_line + 1;
  const std::size_t line_end = text.find('\n', text.size() / 2);
  const std::size_t cut = line_end == std::string_view::npos ? text.size() : line_end + 1;
  auto behind = std::async(launch_for(lines), [&] { return PieceReader(source, text.substr(cut), lines / 2).read(); });
  PieceReader::Piece piece = PieceReader(source, text.substr(0, cut), lines).read();
  PieceReader::Piece other = behind.get();
  piece.map.append(std::move(other.map));
  piece.hashes.insert(piece.hashes.end(), other.hashes.begin(), other.hashes.end());
  for (Findings* from : {&piece.findings, &other.findings})
    std::move(from->all().begin(), from->all().end(), std::back_inserter(findings.all()));
  drop_repeated(piece, source, findings);
  return std::move(piece.map);
}

std::string_view access_tag_text(AccessTag tag) {
  switch (tag) {
    case AccessTag::connect: return "Connect:";
    case AccessTag::from: return "From:";
    case AccessTag::to: return "To:";
    case AccessTag::spam: return "Spam:";
    default: return {};
  }
}

std::string access_key_text(const AccessEntry& entry) {
  return std::string(access_tag_text(entry.tag())).append(entry.key());
}

SendmailValue read_sendmail_value(std::string_view value, bool knows_skip) {
  const std::string word = in_lower_case(value);
  if (word == "relay") return {AccessWord::relay};
  if (word == "ok") return {AccessWord::ok};
  if (word == "reject") return {AccessWord::reject};
  if (word == "discard") return {AccessWord::discard};
  if (word == "skip" && knows_skip) return {AccessWord::skip};
  if (is_absent_value(word)) return {AccessWord::absent};
  if (word.starts_with("quarantine:") && word.size() > 11) return {AccessWord::quarantine};
  if (!word.starts_with("error:") || word.size() == 6) return error_of(value, {}, false);
  value.remove_prefix(6);
  std::string status = take_status(value);
  return error_of(value, std::move(status), true);
}

std::optional<Prefix> access_prefix(std::string_view key) {
  const bool is_ipv6 = key.starts_with("ipv6");
  if (key == "ipv6") return Prefix{{Family::ipv6, {}}, 0};
  if (is_ipv6 && !key.starts_with("ipv6:")) return std::nullopt;
  if (is_ipv6) key.remove_prefix(5);
  const char separator = is_ipv6 ? ':' : '.';
  const std::size_t most = is_ipv6 ? 8 : 4;
  Address base{is_ipv6 ? Family::ipv6 : Family::ipv4, {}};
  for (std::size_t i = 0; i < most; ++i) {
    const std::size_t end = std::min(key.find(separator), key.size());
    const auto part = is_ipv6 ? group_of(key.substr(0, end)) : octet_of(key.substr(0, end));
    if (!part) return std::nullopt;
    if (is_ipv6) base.bytes[2 * i] = static_cast<std::uint8_t>(*part >> 8);
    base.bytes[is_ipv6 ? 2 * i + 1 : i] = static_cast<std::uint8_t>(*part);
    if (end == key.size()) return Prefix{base, static_cast<std::uint8_t>((i + 1) * (is_ipv6 ? 16 : 8))};
    key.remove_prefix(end + 1);
  }
  return std::nullopt;
}

bool is_access_name(std::string_view key) {
  if (key.empty() || key.front() == '.' || key.back() == '.') return false;
  const std::string_view top = key.substr(key.rfind('.') + 1);
  if (std::all_of(top.begin(), top.end(), is_digit)) return false;
  const auto is_of_no_name = [](char c) { return c == '@' || c == ':' || c == '/' || c == '[' || c == ']'; };
  return std::none_of(key.begin(), key.end(), is_of_no_name) && key.find("..") == std::string_view::npos;
}

std::string sendmail_address(const Address& address) {
  if (address.family == Family::ipv4) return format_address(address);
  std::string text = "IPv6";
  for (std::size_t i = 0; i < 16; i += 2)
    text += fmt::format(":{:x}", unsigned{address.bytes[i]} << 8 | address.bytes[i + 1]);
  return text;
}

}  // namespace core
