// Single words of a hosts_access rule: client patterns and daemon names.
//
// A word is always given the meaning that it has for libwrap, be that "nobody" (a RawKey). What its author will not
// have meant is a fault beside it: an error where the word does not do what it says, a warning where it does more than
// people expect.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/finding.hpp"
#include "model/client_pattern.hpp"
#include "model/text_pool.hpp"

namespace core {

/// What is wrong with a word. `kind` is null when there is no fault.
struct PatternFault {
  const FindingKind* kind = nullptr;
  Severity severity = Severity::note;
  std::string message;
  std::string help;
  std::string replacement;  ///< the word as it should be written; empty when nobody can tell
};

/// True for "EXCEPT" in any case: libwrap compares all its words so.
[[nodiscard]] bool is_except(std::string_view word);

/// What is wrong with an EXCEPT that is the first word of its list, or has nothing but `rest` behind it.
[[nodiscard]] PatternFault except_fault(std::string_view word, bool is_first, std::string_view rest);

/// Where `wanted` stands in `text`, from byte `from` on, with as many '[' as ']' before it; npos when it does not.
[[nodiscard]] std::size_t find_outside_brackets(std::string_view text, char wanted, std::size_t from);

/// "user@host" in two; a word without a user is its host.
struct UserPattern {
  std::string_view user;
  std::string_view host;
};
[[nodiscard]] UserPattern split_user(std::string_view word);

/// Which clients a word is about that has no user and names no file.
struct ClientWord {
  ClientPattern pattern;
  PatternFault fault;
};
/// The texts of the pattern are kept in `texts`.
[[nodiscard]] ClientWord parse_client_word(TextPool& texts, std::string_view word);

/// The pattern of `word` as one that may be held against clients and not be shown: no proof and no database tells the
/// text of it.
[[nodiscard]] ClientPattern as_unseen(TextPool& texts, const ClientPattern& pattern, std::string_view word);

/// The text of `pattern` as a client pattern; none when this format has no pattern for it.
[[nodiscard]] std::optional<std::string> format_client_word(const ClientPattern& pattern);

/// A daemon's name as a word pattern (model/word_pattern.hpp), and at which of the server's addresses it is meant.
struct DaemonWord {
  std::string name;
  std::optional<ClientPattern> server;
  PatternFault fault;
};
/// The texts of the server's pattern are kept in `texts`.
[[nodiscard]] DaemonWord parse_daemon_word(TextPool& texts, std::string_view word);

/// An IPv6 address or net without brackets that a rule's ':' cuts in two: `clients` is the text behind the first ':',
/// `colon` the place in it where libwrap sees the clients end. Empty when it is no such thing.
[[nodiscard]] std::string_view find_unbracketed_ipv6(std::string_view clients, std::size_t colon);

}  // namespace core
