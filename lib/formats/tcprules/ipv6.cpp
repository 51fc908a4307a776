// The dialect of ucspi-tcp-ipv6: see ipv6.hpp.
//
// Its tcprules looks for the colon in a loop whose "next line, please" goes on with the same line: one without a
// verdict, be it of blanks alone, keeps it busy until somebody kills it. The database is then never replaced.
#include "formats/tcprules/ipv6.hpp"

#include <fmt/format.h>

#include "base/cursor.hpp"
#include "base/finding_kinds.hpp"
#include "formats/tcprules/words.hpp"

namespace core {
namespace {

constexpr std::string_view consequence = "the tcprules of ucspi-tcp-ipv6 never ends on it";

/// A line that other compilers take for blank, or for a comment.
void report_blank_line(const Source& source, std::string_view line, Findings& findings) {
  const std::size_t mark = line.find('#');
  const std::string_view blanks = line.substr(0, mark);
  const std::string_view what =
      mark == std::string_view::npos ? "a line of blanks" : "a comment that does not begin its line";
  findings.add(syntax::line_without_colon, source.span_of(line), fmt::format("{}: {}", what, consequence))
      .with_help("delete the blanks in front")
      .with_fix(source.span_of(blanks), "");
}

}  // namespace

std::size_t find_ipv6_colon(std::string_view line) {
  for (std::size_t colon = line.find(':'); colon != std::string_view::npos; colon = line.find(':', colon + 1)) {
    const std::string_view behind = line.substr(colon + 1);
    if (behind.starts_with("deny") || behind.starts_with("allow")) return colon;
  }
  return std::string_view::npos;
}

void report_endless_line(const Source& source, std::string_view line, Findings& findings) {
  const std::string_view text = trimmed(line);
  if (text.empty() || text.front() == '#') return report_blank_line(source, line, findings);
  const std::size_t colon = line.substr(0, line.find(',')).rfind(':');
  if (colon == std::string_view::npos) return report_line_without_colon(source, text, consequence, findings);
  const std::size_t before = findings.all().size();
  report_bad_verdict(source, line.substr(colon + 1), source.span_of(line.substr(0, colon)), findings);
  Words& message = findings.all()[before].message;
  message = fmt::format("{}; {}", message.text({}), consequence);
}

}  // namespace core
