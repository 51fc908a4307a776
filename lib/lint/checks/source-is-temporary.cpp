#include "lint/checks/registry.hpp"

namespace {

/// The name behind "tcprules CDB" in `command` when it is the file that is read as well; else empty.
std::string_view file_lost_by(std::string_view command) {
  constexpr std::string_view blanks = " \t";
  Cursor cursor(command);
  std::string_view words[3];
  for (std::string_view& word : words) {
    cursor.skip_any(blanks);
    if (&word == &words[2] && !cursor.skip("<")) return {};
    cursor.skip_any(blanks);
    word = cursor.take_until(" \t<;&|");
  }
  return words[1] == words[2] ? words[1] : std::string_view();
}

void check_source_is_temporary(const PolicyFacts& facts, Findings& findings) {
  constexpr std::string_view command = "tcprules ";
  const std::string_view text = facts.sources.text(facts.policy.span);
  for (std::size_t at = text.find(command); at != std::string_view::npos; at = text.find(command, at + 1)) {
    const std::string_view line = text.substr(at, text.find('\n', at) - at);
    const std::string_view lost = file_lost_by(line.substr(command.size()));
    if (lost.empty()) continue;
    const auto begin = facts.policy.span.begin + static_cast<std::uint32_t>(at);
    report_at(findings, source_is_temporary.kind, {begin, begin + static_cast<std::uint32_t>(line.size())},
              fmt::format("this command empties {} before it reads it: the second name is that of a temporary file",
                          quoted(lost)),
              fmt::format("name another temporary file, for instance {}", quoted(std::string(lost) + ".tmp")));
  }
}

}  // namespace

const core::Check core::checks::source_is_temporary = {
    .kind = {"RR213", "source-is-temporary", Severity::error},
    .summary = "the command to compile the file destroys it",
    .rationale =
        "'tcprules tcp.smtp.cdb tcp.smtp < tcp.smtp' stands in recipes on the web. The second name is the file that "
        "tcprules writes to before it renames it: it empties the rules, compiles nothing to a database that lets "
        "everybody in, and the rules are gone. It says nothing, and exits 0.\n"
        "Name another file: tcprules tcp.smtp.cdb tcp.smtp.tmp < tcp.smtp. relayrules compile needs no such name.",
    .bad = {"tcp.smtp", "# tcprules tcp.smtp.cdb tcp.smtp < tcp.smtp\n:allow\n"},
    .good = {"tcp.smtp", "# tcprules tcp.smtp.cdb tcp.smtp.tmp < tcp.smtp\n:allow\n"},
    .needs = Traits::keys,
    .policy = check_source_is_temporary,
};
