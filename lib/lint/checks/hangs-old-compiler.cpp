#include "lint/checks/registry.hpp"

namespace {

bool hangs(std::string_view line) {
  return !line.empty() && line.front() != '#' && line.find(":allow") == std::string_view::npos &&
         line.find(":deny") == std::string_view::npos;
}

void check_hangs_old_compiler(const PolicyFacts& facts, Findings& findings) {
  // of its own dialect the parser has said it
  if (!facts.program.hangs_without_verdict || facts.policy.format == facts.program.rules) return;
  const std::string_view text = facts.sources.text(facts.policy.span);
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    if (hangs(text.substr(begin, end - begin))) {
      const auto base = facts.policy.span.begin;
      report_at(findings, hangs_old_compiler.kind,
                {base + static_cast<std::uint32_t>(begin), base + static_cast<std::uint32_t>(end)},
                "the tcprules of ucspi-tcp-ipv6 runs for ever on this line: it has neither ':allow' nor ':deny'",
                "make it a comment or delete it");
    }
    begin = end + 1;
  }
}

}  // namespace

const core::Check core::checks::hangs_old_compiler = {
    .kind = {"RR622", "hangs-old-compiler", Severity::warning},
    .summary = "a line on which the tcprules of ucspi-tcp-ipv6 runs for ever",
    .rationale =
        "The tcprules of ucspi-tcp-ipv6, up to 0.88-7, looks for ':allow' or ':deny' in every line that is no comment "
        "and not empty, and does not end where there is none. A line of blanks or one with a slip such as ':alow' is "
        "enough: the command hangs, the old database stays, and a start script waits for it.\n"
        "Make such a line a comment or delete it. With '--program ucspi-tcp-ipv6' the rules are read as tcprules-ipv6, "
        "where such a line is an error; this check speaks of rules that '--from tcprules' reads.",
    .bad = {"tcp.smtp", "127.:allow,RELAYCLIENT=\"\"\n \t\n:allow\n"},
    .good = {"tcp.smtp", "127.:allow,RELAYCLIENT=\"\"\n#\n:allow\n"},
    .needs = Traits::keys | Traits::literal,
    .policy = check_hangs_old_compiler,
    .example_context = {.program = Program::ucspi_tcp_ipv6},
};
