// Words and JSON for what becomes of a mail: see mail_decision.hpp.
#include "report/mail_decision.hpp"

#include <algorithm>

#include "report/clients_json.hpp"
#include "report/format_shown.hpp"

namespace core {
namespace {

/// "access:3: Connect:10 RELAY".
std::string long_place(const Sources& sources, Span span) {
  const std::string place = sources.place(span);
  if (place.empty()) return place;
  const std::string_view rule = sources.text(span);
  const std::string text = quoted(rule.substr(0, rule.find('\n')), 100);
  return place + ": " + text.substr(1, text.size() - 2) + (rule.find('\n') == std::string_view::npos ? "" : " ...");
}

}  // namespace

std::string_view mail_outcome(const MailDecision& decision) {
  switch (decision.access) {
    case Access::allow:
    case Access::discard: return "accepted";
    case Access::defer: return "deferred";
    case Access::deny: return "refused";
    case Access::pass: break;
  }
  return "unknown";
}

std::string format_mail_decision(const Transaction& transaction, const MailDecision& decision, const Sources& sources) {
  std::string text = format_shown("{}: mail to {} is {}{}\n", format_address(transaction.client.address),
                                  transaction.recipient, mail_outcome(decision),
                                  decision.access == Access::discard ? " and thrown away"
                                  : decision.access == Access::pass  ? ": the files do not tell what is taken"
                                                                     : "");
  if (!decision.reply.empty()) text += format_shown("  reply  {}\n", decision.reply);
  if (const std::string place = long_place(sources, decision.place); !place.empty())
    text += format_shown("  rule   {}\n", place);
  text += format_unless(decision.unless, "  ");
  for (const UntriedRule& rule : decision.untried)
    text += format_shown("  not tried  {}: {}\n", long_place(sources, rule.place), rule.why);
  return text;
}

std::string format_unless(const std::vector<std::string>& unless, std::string_view indent) {
  std::string text;
  for (const std::string& one : unless)
    text += format_shown("{}unless {} says otherwise, which nobody can tell here\n", indent, one);
  return text;
}

std::string format_mail_trace(const MailTrace& trace, const Sources& sources) {
  std::size_t width = 0;
  for (const MailStep& step : trace) width = std::max(width, step.stage.size());
  std::string text;
  for (const MailStep& step : trace)
    text += format_shown("  {:<{}} {:<40} {:<8} {}\n", step.stage, width, step.asked, step.answer,
                         long_place(sources, step.place));
  return text;
}

std::string format_mail_decision_json(const Transaction& transaction, const MailDecision& decision,
                                      const Sources& sources) {
  const auto or_null = [](const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); };
  Json json = client_json(transaction.client);
  json["sender"] = transaction.sender;
  json["recipient"] = transaction.recipient;
  json["accepted"] = decision.is_accepted();
  json["outcome"] = mail_outcome(decision);
  json["reply"] = or_null(decision.reply);
  json["rule"] = or_null(sources.place(decision.place));
  json["unless"] = decision.unless;
  json["untried"] = Json::array();
  for (const UntriedRule& rule : decision.untried)
    json["untried"].push_back({{"rule", sources.place(rule.place)}, {"reason", rule.why}});
  return format_json(json);
}

}  // namespace core
