#include "lint/checks/registry.hpp"

namespace {

/// Text has line ends and tabs among its control bytes, and hardly any other.
bool is_binary(std::string_view text) {
  constexpr std::size_t enough = 4096;
  text = text.substr(0, enough);
  const auto odd = static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' && c != '\r';
  }));
  return odd * 10 > text.size();
}

void report(Span span, std::string_view text, Findings& findings) {
  if (!is_binary(text)) return;
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) {
    report_at(findings, not_text.kind, {span.begin, span.begin},
              "this is UTF-16, two bytes for each letter: no program of this family reads it",
              "save the file as plain text (ASCII or UTF-8), and check it again");
    return;
  }
  report_at(findings, not_text.kind, {span.begin, span.begin},
            "this is no text: it is a program, an archive or a compiled CDB",
            "give the text that the CDB is made from");
}

void check_not_text(const Site& site, const Sources& sources, Findings& findings) {
  for (const Policy& policy : site.policies) report(policy.span, sources.text(policy.span), findings);
  for (const DestinationList& list : site.destinations) report(list.span, sources.text(list.span), findings);
}

}  // namespace

const core::Check core::checks::not_text = {
    .kind = syntax::not_text,
    .summary = "a file that is no text",
    .rationale =
        "The file holds bytes that no text has: it is a program, an archive, or a compiled CDB. What stands in it by "
        "chance is read as rules. Mostly tcp.smtp.cdb was given instead of tcp.smtp, or the compiled file was written "
        "over its source. An editor on Windows that saves 'Unicode' writes UTF-16, which is no text here either.\n"
        "Give the text that the CDB is made from, or what 'relayrules dump' makes of it; 'relayrules lookup' and "
        "'relayrules diff' read the CDB itself.",
    .bad = {"tcp.smtp", "\001\002\003:allow\n:deny\n"},
    .good = {"tcp.smtp", "127.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .needs = Traits::text,
    .site = check_not_text,
};
