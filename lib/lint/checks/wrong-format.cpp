#include "base/rule_lines.hpp"
#include "lint/checks/registry.hpp"
#include "model/domain_fault.hpp"
#include "model/foreign_file.hpp"

namespace {

bool is_shell_command(std::string_view line) {
  static constexpr std::array commands = {"cat", "cp",    "echo", "nano", "printf",   "sudo",    "tcprules",
                                          "tee", "touch", "vi",   "vim",  "qmailctl", "iptables"};
  if (line.starts_with("$ ")) line.remove_prefix(2);  // the prompt
  const std::size_t blank = line.find(' ');
  return blank != std::string_view::npos &&
         std::find(commands.begin(), commands.end(), line.substr(0, blank)) != commands.end();
}

/// How sure it is that `text` is of a format that has `trait`.
Confidence confidence_in(Traits trait, std::string_view text) {
  Confidence most = Confidence::none;
  for (const Format* format : all_formats())
    if (has(format->traits, trait) && format->detect != nullptr) most = std::max(most, format->detect(text));
  return most;
}

/// What the lines of a file are that was read as if of a format with `trait`, when they are of another; empty when
/// nothing tells.
std::string_view kind_by_lines(std::string_view text, Traits trait) {
  if (confidence_in(trait, text) != Confidence::none) return {};
  if (confidence_in(Traits::keys, text) >= Confidence::by_content)
    return "its lines are rules for clients, as in tcp.smtp";
  if (confidence_in(Traits::destinations, text) >= Confidence::possible)
    return "its lines are domains, as in rcpthosts";
  if (confidence_in(Traits::order, text) >= Confidence::by_content)
    return "its lines are rules for daemons, as in hosts.allow";
  return {};
}

/// What a version control system leaves of a link where there are no links.
bool is_target_of_link(std::string_view text) {
  return text.find_first_of("\n:, \t") == std::string_view::npos && text.find('/') != std::string_view::npos;
}

void report(Span span, std::string_view text, Traits trait, Findings& findings) {
  const std::string_view line = first_rule_line(text);
  if (line.empty()) return;
  const std::uint32_t begin = span.begin + static_cast<std::uint32_t>(line.data() - text.data());
  const Span place{begin, begin + static_cast<std::uint32_t>(line.size())};
  const ForeignFile* foreign = find_foreign_text(text);
  const std::string_view kind = foreign != nullptr ? foreign->what : kind_by_lines(text, trait);
  if (!kind.empty()) {
    report_at(
        findings, wrong_format.kind, place, fmt::format("this is another kind of file: {}", kind),
        foreign != nullptr ? std::string(foreign->advice) : "put the right file here, or name its format with --from");
  } else if (is_target_of_link(text)) {
    report_at(findings, wrong_format.kind, place,
              fmt::format("this is no rule file but where a link was to lead to: {}", quoted(text)),
              "make a link of it, or put the rules here");
  } else if (is_shell_command(line)) {
    report_at(findings, wrong_format.kind, place, fmt::format("{} is a command for a shell, and no rule", quoted(line)),
              "delete the line, and what else the command left behind");
  }
}

/// Of a mail server: an access table is then no other kind of file.
bool is_table(const Policy& policy) {
  const Format* format = find_format(policy.format);
  return format != nullptr && has(format->traits, Traits::order) && !has(format->traits, Traits::daemons);
}

void check_wrong_format(const Site& site, const Sources& sources, Findings& findings) {
  // a file that was read to the end is what it seems to be
  for (const Policy& policy : site.policies)
    if (!policy.complete && !is_table(policy))
      report(policy.span, sources.text(policy.span), policy.is_by_key() ? Traits::keys : Traits::order, findings);
  const auto is_domain = [](const Destination& entry) {
    return entry.name.find('.') != std::string::npos && !domain_fault(entry.name);
  };
  for (const DestinationList& list : site.destinations)
    if (std::none_of(list.entries().begin(), list.entries().end(), is_domain))
      report(list.span, sources.text(list.span), Traits::destinations, findings);
}

}  // namespace

const core::Check core::checks::wrong_format = {
    .kind = {"RR121", "wrong-format", Severity::warning},
    .summary = "a file of another program under this name",
    .rationale =
        "The lines of this file are not what this kind of file holds: domains stand where rules for clients belong, or "
        "rules where domains belong, or the lines are those of hosts.allow or of an access table, or the file is "
        "encrypted, or a web page. Either the file was copied to the wrong place, or the program that reads it was "
        "given the wrong name.\n"
        "Nothing in it does what it was written for. Put the right file here, or name its format with --from. Where "
        "only the first line is strange, a command for a shell, it was copied along with the rules: delete it, and "
        "what else belongs to it.",
    .bad = {"tcp.smtp", "example.com\nexample.org\n"},
    .good = {"tcp.smtp", "=.example.com:deny\n:allow\n"},
    .needs = Traits::text,
    .site = check_wrong_format,
};
