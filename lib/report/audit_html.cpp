// Writing the page of an audit: see audit_html.hpp. Every text goes through e(); the only markup that is taken as it
// is, is ours and the picture's.
#include "report/audit_html.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lint/repair.hpp"
#include "report/audit_html_style.hpp"
#include "report/markup.hpp"

namespace core {
namespace {

using namespace analysis;

/// Rows of a list; a page that nobody can scroll through helps nobody, and JSON has them all.
constexpr std::size_t most_rows = 200;

std::string e(std::string_view text) { return escaped_markup(text); }

/// " (a: b)" as it stands behind a word in the text becomes "a: b".
std::string without_parentheses(std::string_view text) {
  return std::string(text.empty() ? text : text.substr(2, text.size() - 3));
}

std::string rest(std::size_t count) {
  return count <= most_rows ? "" : fmt::format("<p>and {} more</p>\n", with_commas(count - most_rows));
}

std::string section(std::string_view id, std::string_view title, std::string_view content) {
  return fmt::format("<section aria-labelledby=\"{0}\">\n<h2 id=\"{0}\">{1}</h2>\n{2}</section>\n", id, title, content);
}

/// A table that scrolls by itself where the page is narrow; reachable by keyboard.
std::string wide(std::string_view label, std::string_view table) {
  return fmt::format("<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"{}\">\n{}</div>\n", label, table);
}

std::string head_row(const std::vector<std::string_view>& titles) {
  std::string row = "<thead><tr>";
  for (const std::string_view title : titles) row += fmt::format("<th scope=\"col\">{}</th>", title);
  return row + "</tr></thead>\n";
}

std::string verdict(const Audit& audit, const AuditContext& context, const AuditPage& page) {
  const bool open = audit.is_open();
  std::string text = fmt::format("<div class=\"verdict{}\">\n<h1>{}</h1>\n<p>{}</p>\n", open ? " open" : "",
                                 open ? "Open relay" : "Not an open relay", e(page.files));
  if (!audit.reasons.empty()) {
    text += "<ul>\n";
    for (const Reason reason : audit.reasons) text += fmt::format("<li>{}</li>\n", e(format_reason(reason)));
    text += "</ul>\n";
  }
  if (const std::string needs = proviso(audit, context.site); !needs.empty())
    text += fmt::format("<p>A{}.</p>\n", e(needs.substr(1)));
  text += "</div>\n";
  if (trusts_blindly(audit, context.site))
    text +=
        "<p class=\"quiet\">Note: it is not checked that all who may relay are yours; --local NETS tells who is.</p>\n";
  for (const std::string& note : context.site.notes) text += fmt::format("<p class=\"quiet\">Note: {}.</p>\n", e(note));
  return text;
}

/// One cell of the four. Strangers who get through to the outside are what must not be.
std::string cell(const Cell& cell, bool must_refuse, bool open, std::string_view detail) {
  std::string_view look;
  if (must_refuse) look = open ? " class=\"bad\"" : " class=\"good\"";
  return fmt::format("<td{}><strong>{}</strong>{}</td>", look,
                     cell.outcome == CellOutcome::nobody ? "nobody" : cell_word(cell, must_refuse && open), e(detail));
}

std::string matrix(const Audit& audit) {
  const auto& [ours, outside] = audit.cells;
  const bool open = audit.is_open();
  const std::string strangers = open ? relaying_clients(audit, Origin::outside)
                                     : (outside[1].outcome == CellOutcome::refused ? conditions(audit) : "");
  std::string relaying = without_parentheses(relaying_clients(audit, Origin::ours));
  if (const std::string doubtful = doubt(ours[1]); !doubtful.empty())
    relaying += (relaying.empty() ? "" : "; ") + doubtful;
  std::string table =
      "<table class=\"matrix\">\n<caption>What becomes of mail, by where it comes from and where it goes</caption>\n"
      "<thead><tr><td></td><th scope=\"col\">to our domains</th><th scope=\"col\">to the outside</th></tr></thead>\n"
      "<tbody>\n";
  table += fmt::format("<tr><th scope=\"row\">our clients</th>{}{}</tr>\n", cell(ours[0], false, open, doubt(ours[0])),
                       cell(ours[1], false, open, relaying));
  table +=
      fmt::format("<tr><th scope=\"row\">outside</th>{}{}</tr>\n", cell(outside[0], false, open, doubt(outside[0])),
                  cell(outside[1], true, open, without_parentheses(strangers)));
  return table + "</tbody></table>\n";
}

std::string groups(const Audit& audit, const AuditContext& context) {
  std::string table = "<table class=\"crowds\">\n" +
                      head_row({"side", "may", "clients", "how many", "by the rules", "for instance"}) + "<tbody>\n";
  for (const ClientGroup& group : audit.groups)
    table += fmt::format(
        "<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"address\">{}</td><td>{}</td><td>{}</td><td "
        "class=\"address\">{}</td></tr>\n",
        group.origin == Origin::ours ? "ours" : "outside", e(access_text(group.access)), e(format_group(audit, group)),
        e(format_addresses(group.ranges)), e(format_rules(context.rules, group.rules)),
        e(format_client(group.witness)));
  return wide("Clients and the rules that decide for them", table + "</tbody></table>\n");
}

std::string surface(const Audit& audit) {
  const Surface& found = audit.surface;
  std::string text = fmt::format(
      "<p>Public addresses that may relay: <strong>{}</strong> of IPv4, <strong>{}</strong> "
      "of IPv6.</p>\n",
      with_commas(found.public_part.ipv4), found.public_part.ipv6.text_with_commas());
  if (found.nets.empty()) return text + "<p>No network may relay.</p>\n";
  std::string table = "<table>\n" + head_row({"network", "kind", "how many"}) + "<tbody>\n";
  for (std::size_t i = 0; i < std::min(found.nets.size(), most_rows); ++i) {
    const SurfaceNet& net = found.nets[i];
    table += fmt::format("<tr><th scope=\"row\" class=\"address\">{}</th><td>{}</td><td>{}</td></tr>\n",
                         format_prefix(net.prefix), e(network_kind_name(net.kind)),
                         e(format_addresses({range_of(net.prefix)})));
  }
  text += wide("Networks that may relay", table + "</tbody></table>\n") + rest(found.nets.size());
  return text;
}

std::string trusts(const Audit& audit, const AuditContext& context) {
  const auto& found = audit.surface.trusts;
  if (found.empty()) return "<p>Nobody may relay by name or ident.</p>\n";
  std::string text = "<ul>\n";
  for (std::size_t i = 0; i < std::min(found.size(), most_rows); ++i)
    text += fmt::format("<li>{}{} <span class=\"quiet\">({})</span></li>\n", e(format_names_and_info(found[i].clients)),
                        e(reach_text(found[i].reach)), e(format_decider(context.rules, found[i].rule)));
  return text + "</ul>\n" + rest(found.size());
}

std::string_view destinations_text(Destinations known) {
  switch (known) {
    case Destinations::unknown: return "No list of destinations was given: taken to hold the owner's domains.";
    case Destinations::absent: return "There is no list of destinations: every domain is accepted from everybody.";
    case Destinations::listed: break;
  }
  return "";
}

std::string destinations_html(const Audit& audit, const AuditContext& context) {
  const DestinationSurface& found = audit.destinations;
  const Sources& sources = context.rules.sources;
  std::string text = found.known == Destinations::listed
                         ? fmt::format("<p>{}; open to everybody: {}.</p>\n", format_listed(found), found.open.size())
                         : fmt::format("<p>{}</p>\n", destinations_text(found.known));
  if (found.open.empty() && found.providers.empty() && found.rewritten.empty()) return text;
  text += "<ul>\n";
  for (std::size_t i = 0; i < std::min(found.open.size(), most_rows); ++i) {
    const Destination& entry = context.site.accepted().entries()[found.open[i].entry];
    text +=
        fmt::format("<li><code>{}</code>: {}{}</li>\n", e(entry.name),
                    found.open[i].is_tld ? "a top-level domain" : "a public suffix", e(entry_place(sources, entry)));
  }
  for (std::size_t i = 0; i < std::min(found.providers.size(), most_rows); ++i) {
    const Destination& entry = context.site.accepted().entries()[found.providers[i]];
    text +=
        fmt::format("<li><code>{}</code>: a mail provider's{}</li>\n", e(entry.name), e(entry_place(sources, entry)));
  }
  for (const std::size_t index : found.rewritten) {
    const Destination& entry = context.site.qmail.percenthack[index];
    text += fmt::format("<li><code>user%other@{0}</code> is sent to <code>user@other</code>{1}</li>\n", e(entry.name),
                        e(entry_place(sources, entry)));
  }
  text += "</ul>\n" + rest(found.open.size());
  if (!found.open.empty() && found.share.known != 0)
    text += fmt::format("<p>{} of {} public suffixes can be sent to.</p>\n", with_commas(found.share.under),
                        with_commas(found.share.known));
  return text;
}

std::string grants(const Audit& audit) {
  std::string table = "<table>\n" + head_row({"client", "with its grant"}) + "<tbody>\n";
  for (std::size_t i = 0; i < std::min(audit.grants->size(), most_rows); ++i) {
    const GrantedClient& granted = (*audit.grants)[i];
    table += fmt::format("<tr><th scope=\"row\" class=\"address\">{}</th><td>{}</td></tr>\n",
                         format_address(granted.grant.address), e(grant_text(granted)));
  }
  return table + "</tbody></table>\n" + rest(audit.grants->size());
}

std::string forms(const AuditPage& page) {
  std::vector<std::string_view> titles = {"recipient"};
  for (const MailServer reader : page.readers) titles.push_back(mail_server_name(reader));
  std::string table = "<table class=\"forms\">\n" + head_row(titles) + "<tbody>\n";
  for (const FormRow& row : *page.forms) {
    table += fmt::format("<tr><th scope=\"row\"><code>{}</code><br><span class=\"quiet\">{}</span></th>",
                         e(row.form.path), e(row.form.name));
    for (const MailServer reader : page.readers) {
      const ReadRecipient& read = row.read[static_cast<std::size_t>(reader)];
      table += fmt::format("<td>{}{}</td>", e(form_outcome_name(read.outcome)),
                           read.address.empty() ? "" : fmt::format("<br><code>{}</code>", e(read.address)));
    }
    table += "</tr>\n";
  }
  return "<p>From a client that may not relay, worked out on paper: as each program reads them.</p>\n" +
         wide("Forms of recipients", table + "</tbody></table>\n");
}

std::string findings(const AuditContext& context, const AuditPage& page) {
  const auto& all = page.findings.all();
  if (all.empty()) return "<p>The checks have nothing to say about these files.</p>\n";
  std::string text = "<ul class=\"findings\">\n";
  for (std::size_t i = 0; i < std::min(all.size(), most_rows); ++i) {
    const Finding& finding = all[i];
    std::string place = context.rules.sources.place(finding.span);
    if (!place.empty()) place += ": ";
    text += fmt::format("<li>{}<strong class=\"{}\">{}</strong>: {} <span class=\"quiet\">[{} {}]</span>", e(place),
                        severity_name(finding.severity), severity_name(finding.severity),
                        e(finding.message.text(context.rules.sources)), finding.kind->code, finding.kind->name);
    if (!finding.help.empty()) text += fmt::format("<br>Help: {}", e(finding.help.text(context.rules.sources)));
    text += "</li>\n";
  }
  return text + "</ul>\n" + rest(all.size());
}

}  // namespace

std::string format_audit_html(const Audit& audit, const AuditContext& context, const AuditPage& page) {
  std::string sections = section("matrix", "Who may send where", matrix(audit));
  sections += section("crowds", "All clients", groups(audit, context));
  sections += section("surface", "Networks that may relay", surface(audit));
  sections += section("trusts", "Names that are trusted", trusts(audit, context));
  sections += section("destinations", "Destinations", destinations_html(audit, context));
  if (audit.grants) sections += section("grants", "Grants", grants(audit));
  if (page.forms != nullptr) sections += section("forms", "Forms of recipients", forms(page));
  sections += section("findings", "Findings", findings(context, page));
  if (!page.map.empty()) sections += section("picture", "All IPv4 addresses", "<figure>\n" + page.map + "</figure>\n");
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
      "content=\"width=device-width, initial-scale=1\">\n<meta http-equiv=\"Content-Security-Policy\" "
      "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<title>{}: {}</title>\n<style>{}</style>\n</head>\n"
      "<body>\n<header>\n{}</header>\n<main>\n{}</main>\n<footer>\n<p class=\"quiet\">Written by relayrules {} from "
      "the "
      "files alone: worked out for every client there can be, not sampled.</p>\n</footer>\n</body>\n</html>\n",
      audit.is_open() ? "Open relay" : "Not an open relay", e(page.files), audit_html_style,
      verdict(audit, context, page), sections, RELAYRULES_VERSION);
}

}  // namespace core
