// wrong-format: rcpthosts given as tcp.smtp, and the like.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/cursor.hpp"
#include "lint/check.hpp"
#include "lint/domains.hpp"

namespace relayrules::checks {
namespace {

void run(const Site& site, const Sources& sources, Findings& findings);

}  // namespace

extern const Check wrong_format;
const Check wrong_format = {
    .kind = {"RR121", "wrong-format", Severity::warning},
    .summary = "a file of another program under this name",
    .rationale =
        "The lines of this file are not what this kind of file holds: domains stand where rules for clients belong, or "
        "rules where domains belong, or the lines\n"
        "are those of hosts.allow or of an access table. Either the file was copied to the wrong place, or the program "
        "that reads it was given the wrong name.\n"
        "Nothing in it does what it was written for. Put the right file here, or name its format with --from.\n",
    .bad = {"tcp.smtp", "example.com\nexample.org\n"},
    .good = {"tcp.smtp", "=.example.com:deny\n:allow\n"},
    .formats = "tcprules tcprules-extended rcpthosts",
    .site = run,
};

namespace {

enum class Look : std::uint8_t { other, rule, domain, daemon, access };

constexpr std::size_t most_lines = 100;  // enough to know

Look look_of(std::string_view line) {
  if (line.find(":allow") != std::string_view::npos || line.find(":deny") != std::string_view::npos) return Look::rule;
  const std::size_t blank = line.find_first_of(" \t");
  if (blank == std::string_view::npos)
    return line.find('.') != std::string_view::npos && !domain_fault(line) ? Look::domain : Look::other;
  const std::string_view word = line.substr(0, blank);
  const std::string_view rest = trimmed(line.substr(blank));
  static constexpr std::array actions = {"OK", "RELAY", "REJECT", "DISCARD", "DUNNO", "permit", "reject"};
  if (std::find(actions.begin(), actions.end(), rest) != actions.end()) return Look::access;
  const bool daemon = !word.empty() && word.find_first_of(".@=/#") == std::string_view::npos;
  return daemon && (word.ends_with(':') || rest.starts_with(':')) ? Look::daemon : Look::other;
}

/// What more than half of the lines of `text` look like, and two at least; other when there is a line that looks as `wanted`.
Look look_of_text(std::string_view text, Look wanted) {
  std::array<std::size_t, 5> count{};
  std::size_t lines = 0;
  while (!text.empty() && lines < most_lines) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed_right(text.substr(0, end), " \t\r");
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    const Look look = look_of(line);
    if (look == wanted) return Look::other;
    ++count[static_cast<std::size_t>(look)];
    ++lines;
  }
  const auto most = std::max_element(count.begin(), count.end());
  return *most > 1 && *most * 2 > lines ? static_cast<Look>(most - count.begin()) : Look::other;
}

void report(Span span, std::string_view text, Look wanted, Findings& findings) {
  const Look look = look_of_text(text, wanted);
  if (look == Look::other) return;
  const std::string_view what = look == Look::rule     ? "rules for clients, as in tcp.smtp"
                                : look == Look::domain ? "domains, as in rcpthosts"
                                : look == Look::daemon ? "rules for daemons, as in hosts.allow"
                                                       : "an access table, as Sendmail and Postfix have";
  const std::uint32_t end = span.begin + static_cast<std::uint32_t>(std::min(text.find('\n'), text.size()));
  findings
      .add(wrong_format.kind, {span.begin, end}, fmt::format("this is another kind of file: its lines are {}", what))
      .with_help("put the right file here, or name its format with --from");
}

void run(const Site& site, const Sources& sources, Findings& findings) {
  // a file that was read to the end is what it seems to be
  for (const Policy& policy : site.policies)
    if (!policy.complete && policy.resolution != Resolution::first_match)
      report(policy.span, sources.text(policy.span), Look::rule, findings);
  for (const DestinationList& list : site.destinations)
    report(list.span, sources.text(list.span), Look::domain, findings);
}

}  // namespace
}  // namespace relayrules::checks
