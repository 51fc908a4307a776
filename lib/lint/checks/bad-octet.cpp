#include "lint/checks/registry.hpp"

namespace {

/// The first thing that is wrong with the numbers of `text`.
std::string fault_of(std::string_view text) {
  if (std::count(text.begin(), text.end(), '.') > 3) return "an IPv4 address has four numbers";
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view number = rest.substr(0, std::min(rest.find('.'), rest.size()));
    if (number.empty()) return "there is no number before a '.'";
    if (number.find('-') == std::string_view::npos) {
      if (number.find_first_not_of("0123456789") != std::string_view::npos)
        return fmt::format("{} is no number", quoted(number));
      if (number.size() > 1 && number.front() == '0')
        return fmt::format("'{}' has a zero in front, and is never looked up so", number);
      if (number.size() > 3 || (number.size() == 3 && number > "255"))
        return fmt::format("{} is above 255", quoted(number));
    }
    rest.remove_prefix(std::min(number.size() + 1, rest.size()));
  }
  return "it is no IPv4 address and no prefix of one";
}

std::string without_leading_zeros(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool starts = result.empty() || result.back() == '.';
    const bool more = i + 1 < text.size() && is_digit(text[i + 1]);
    if (!(text[i] == '0' && starts && more)) result += text[i];
  }
  return result;
}

void check_bad_octet(const PolicyFacts& facts, Findings& findings) {
  for (const std::uint32_t index : facts.dead_by(DeadKey::bad_octet)) {
    const Rule rule = facts.rule(index);
    const std::string_view text = facts.pattern_text(rule);
    auto& finding =
        report_rule(facts, findings, rule, bad_octet.kind, "{} can never match a client: {}", fault_of(text));
    const std::string repaired = without_leading_zeros(text);
    if (repaired != text && parse_octets(repaired))
      finding.with_help(fmt::format("write '{}'", repaired)).with_fix(rule.pattern_span(), repaired);
    else
      finding.help = "an address is four numbers from 0 to 255; a prefix is one to three, each with its '.'";
  }
}

}  // namespace

const core::Check core::checks::bad_octet = {
    .kind = syntax::bad_octet,
    .summary = "an address with a number above 255, a zero in front, or too many numbers",
    .rationale =
        "A client's address is looked up as four plain numbers from 0 to 255. '10.0.0.256', '1.2.3.04' (a zero in "
        "front), five numbers or two dots in a row are texts that no client has. tcprules stores them all the same, "
        "and libwrap waits for them.\n"
        "Write the address that was meant.",
    .bad = {"tcp.smtp", "10.0.0.256:deny\n:allow\n"},
    .good = {"tcp.smtp", "10.0.0.25:deny\n:allow\n"},
    .needs = Traits::clients,
    .policy = check_bad_octet,
};
