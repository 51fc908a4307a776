// The text of Sendmail's access map, as makemap and the rule sets of sendmail.cf take it.
//
//   line := "#" anything | "" | key blanks value
//   key  := [ tag ":" ] ( name | octets | "IPv6:" groups | user "@" | user "@" name )
//
// makemap folds keys to lower case and keeps the first of several; values stay as they are. There are no comments
// behind a value. A value is a word that the rule sets know, or it refuses mail with itself as the answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.hpp"
#include "base/finding.hpp"
#include "base/source.hpp"
#include "model/outcome.hpp"
#include "model/text_pool.hpp"

namespace core {

/// Who asks for a key. `none` is asked for by connect, from and to where the tagged key is missing.
enum class AccessTag : std::uint8_t { none, connect, from, to, spam, other };
inline constexpr std::size_t access_tags = 6;

/// "Connect:", "From:", "To:", "Spam:", or nothing.
[[nodiscard]] std::string_view access_tag_text(AccessTag tag);

/// What the rule sets make of a value.
enum class AccessWord : std::uint8_t {
  relay,
  ok,
  reject,
  discard,
  skip,        ///< only with the feature's "skip"; else it is one of `error`
  quarantine,  ///< taken, and kept in the queue
  absent,      ///< "?": the rule sets write it themselves for "nothing found"
  error,       ///< "ERROR:...", or what they do not know: both refuse
};

struct SendmailValue {
  AccessWord word = AccessWord::error;
  bool is_told = true;      ///< error: written as one, "ERROR:...", or with a reply code in front
  std::string code = {};    ///< error: "550", or what Sendmail writes where there is none, "553"
  std::string status = {};  ///< error: "5.7.1"; "5.3.0" where there is none
  std::string text = {};    ///< error: what stands behind

  [[nodiscard]] bool is_temporary() const { return code.starts_with('4'); }
};
[[nodiscard]] SendmailValue read_sendmail_value(std::string_view value, bool knows_skip);
/// One record of the map. There may be a million: what can be told from others is not in it.
class AccessEntry {
 public:
  AccessEntry(AccessTag tag, std::string_view key, std::uint32_t value, Span line, std::uint32_t value_begin)
      : key_(key.data()),
        key_size_(static_cast<std::uint32_t>(key.size())),
        value_(value),
        line_(line),
        value_begin_(value_begin),
        tag_(tag) {}

  [[nodiscard]] AccessTag tag() const { return tag_; }
  /// Without the tag, in lower case.
  [[nodiscard]] std::string_view key() const { return {key_, key_size_}; }
  /// Index into AccessMap::values; different ones may be equal values.
  [[nodiscard]] std::uint32_t value() const { return value_; }
  /// The line.
  [[nodiscard]] Span span() const { return line_; }
  /// With the tag.
  [[nodiscard]] Span key_span() const;
  [[nodiscard]] std::uint32_t value_begin() const { return value_begin_; }

 private:
  friend struct AccessMap;
  const char* key_;
  std::uint32_t key_size_;
  std::uint32_t value_;
  Span line_;
  std::uint32_t value_begin_;
  AccessTag tag_;
};

/// What stands behind keys.
struct AccessValue {
  std::string_view text;  ///< a view of the source
  SendmailValue meaning;  ///< read with SKIP as a word
};

/// The records in order, each key once. The source must stay alive.
struct AccessMap {
  std::vector<AccessEntry> entries;
  std::vector<AccessValue> values;  ///< few, mostly
  TextPool texts;                   ///< of keys that are not written in lower case

  [[nodiscard]] auto begin() const { return entries.begin(); }
  [[nodiscard]] auto end() const { return entries.end(); }
  [[nodiscard]] const AccessValue& value_of(const AccessEntry& entry) const { return values[entry.value()]; }
  [[nodiscard]] Span value_span(const AccessEntry& entry) const {
    return {entry.value_begin(), entry.value_begin() + static_cast<std::uint32_t>(value_of(entry).text.size())};
  }
  /// Takes the records of `other` behind its own: keys may then stand twice.
  void append(AccessMap&& other);
};

/// The key of `entry` with its tag.
[[nodiscard]] std::string access_key_text(const AccessEntry& entry);

/// The records that makemap makes of `source`. What it refuses is left out, and is a finding.
[[nodiscard]] AccessMap read_access_map(const Source& source, Findings& findings);

/// True for what is read as AccessWord::absent.
[[nodiscard]] inline bool is_absent_value(std::string_view value) { return value == "?"; }

/// The addresses that a key about clients means: octets of IPv4, or "ipv6:" with groups as Sendmail writes them. None
/// for all that Sendmail never asks for.
[[nodiscard]] std::optional<Prefix> access_prefix(std::string_view key);
/// True when a name can be `key`, or end in it: it has no empty label, no '@' and no ':', and its last label is no
/// number (a name that is confirmed has a domain).
[[nodiscard]] bool is_access_name(std::string_view key);
/// The text that Sendmail asks for an address with: "10.1.2.3", "IPv6:2001:db8:0:0:0:0:0:1".
[[nodiscard]] std::string sendmail_address(const Address& address);

}  // namespace core
