// Format: one text syntax, as a table entry.
//
// lib/formats/<name>.cpp defines one constant of this type and nothing else that others see. The list of all formats is
// written by the build from the files that are there.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/finding.hpp"
#include "base/result.hpp"
#include "base/source.hpp"
#include "model/destinations.hpp"
#include "model/policy.hpp"

namespace core {

/// How to read one grammar.
enum class Reading : std::uint8_t {
  strict,    ///< every oddity is a finding; what cannot be read makes the policy incomplete
  faithful,  ///< as the original program: what it drops is dropped in silence, and only what it refuses is an error
};

/// How sure it is that a file is of a format, from least to most.
enum class Confidence : std::uint8_t {
  none,           ///< nothing speaks for it
  possible,       ///< it can be read so, and so can files that are something else
  by_content,     ///< what stands in it is proof
  by_usual_name,  ///< it is called so, as other files are, too: enough where the user named it
  by_name,        ///< it is called as nothing else is
  declared,       ///< its first line says so
};

enum class AccountKind : std::uint8_t { user, group };

struct ParseOptions {
  Reading reading = Reading::strict;
  std::string daemon;  ///< hosts_access: keep only rules for this daemon, "name" or "name@server"; empty keeps all
  std::optional<Access> access = std::nullopt;  ///< hosts_access: what a match means; none: the file's name tells
  /// hosts_access: reads a file that a pattern names. Without it such a pattern is an error.
  std::function<Result<std::string>(const std::string& path)> read_file = nullptr;
  /// hosts_access: whether the host has such an account; libwrap denies where an option names one that it has not.
  /// Without it there are all.
  std::function<bool(AccountKind kind, const std::string& name)> has_account = nullptr;
  const KeyScheme* scheme = nullptr;  ///< tcprules-extended: of the program that will be asked; null: tcpserver's
  bool is_compiled = true;            ///< false: the program reads the text itself, and refuses no line
  /// tcprules and its dialects: bytes from which on two threads read a text, half each.
  std::size_t halves_from = std::size_t{4} << 20;
};

/// What a format can say and how it is read. Who needs to know asks for that and never for the format's name.
enum class Traits : std::uint16_t {
  none = 0,
  text = 1,            ///< lines, and comments that begin with '#': every format
  clients = 2,         ///< rules about clients
  destinations = 4,    ///< domains that mail is taken for
  keys = 8,            ///< compiled to keys: the program asks for what it knows of a client
  order = 16,          ///< the program reads rules from the top, and the first that matches decides
  literal = 32,        ///< whatever stands before the verdict is the address: blanks and odd bytes too
  masks = 64,          ///< networks with a '/'
  environment = 128,   ///< rules set variables
  daemons = 256,       ///< rules are for daemons, and have the words and options of libwrap
  continuation = 512,  ///< a line goes on behind a backslash at its end
  ipv4_only = 1024,    ///< no rule is about an IPv6 address
  unix_lines = 2048,   ///< a carriage return at the end of a line is part of it
  values = 4096,       ///< a rule has a text that a look-up gives: it stands behind Rule::edits_begin
  indented = 8192,     ///< a rule goes on in lines that begin with a blank, over comments and empty lines
};
[[nodiscard]] constexpr Traits operator|(Traits a, Traits b) {
  return static_cast<Traits>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
/// True when `traits` has all of `wanted`.
[[nodiscard]] constexpr bool has(Traits traits, Traits wanted) { return (traits | wanted) == traits; }

/// A text syntax. Exactly one of `parse` and `parse_destinations` is set; neither for what only the reader of a whole
/// server reads, and such a one is not among all_formats().
struct Format {
  std::string_view name;     ///< as users type it after --from
  std::string_view summary;  ///< one line
  /// Base names of files of this format and no other: "*" at one end stands for anything there; separated by blanks.
  /// The pre-commit hook has the same names.
  std::string_view file_patterns;
  /// Base names that they have, and files that are something else have, too.
  std::string_view usual_patterns = {};
  Traits traits = Traits::text;
  /// What the text says, whatever the file is called. A text that is only like one of this format is no proof.
  Confidence (*detect)(std::string_view text) = nullptr;
  Lookup lookup = {};
  Access no_match = Access::allow;
  /// Appends the rules of `source` to `policy` (which may already hold rules of an earlier file of the same format) and
  /// reports what is wrong. Errors make the policy incomplete; the parser goes on behind them.
  void (*parse)(const Source& source, const ParseOptions& options, Policy& policy, Findings& findings) = nullptr;
  /// The same for a list of destinations, whose entries are then as they are meant (strict: what checks look at) or as
  /// the program has them (faithful). The findings are the same.
  void (*parse_destinations)(const Source& source, Reading reading, DestinationList& list,
                             Findings& findings) = nullptr;
  /// Text that parses to an equal policy; none when the format cannot say it. Null for formats that are only read.
  std::optional<std::string> (*print)(const Policy& policy) = nullptr;
};

/// All formats, sorted by name.
[[nodiscard]] std::span<const Format* const> all_formats();
/// The format that users call `name`; null when there is none.
[[nodiscard]] const Format* find_format(std::string_view name);
/// True for files that `relayrules test` reads. They are named after the rules that they are about, and are no rules.
[[nodiscard]] bool is_expectation_file(std::string_view path);
/// True for templates: the rules are what is made of them.
[[nodiscard]] bool is_template_file(std::string_view path);

/// What a file may be.
struct Detection {
  Confidence confidence = Confidence::none;
  std::vector<const Format*> formats = {};  ///< all of which that is so sure, sorted by name

  /// The one format of which there is proof; null when there is none, or of several.
  [[nodiscard]] const Format* format() const {
    return confidence >= Confidence::by_content && formats.size() == 1 ? formats.front() : nullptr;
  }
};
/// By what its first line declares, the base name of its path, and its text, in this order. Nothing for expectations
/// and templates.
[[nodiscard]] Detection detect_format(std::string_view path, std::string_view text);
/// The same for a file that nobody named: one with a name that others have, too, must be proved by its text.
[[nodiscard]] Detection detect_found(std::string_view path, std::string_view text);
/// Why detect_format() names no format, and what can be done: a clause.
[[nodiscard]] std::string why_undetected(std::string_view path, std::string_view text);

/// An empty policy of this format.
[[nodiscard]] Policy new_policy(const Format& format);

}  // namespace core
