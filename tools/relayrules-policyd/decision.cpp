// Decides a request: see decision.hpp.
// Invariant: OK is said of a recipient alone, in the state RCPT. A routed address (user%elsewhere@ours) is left to
// Postfix, which knows what it would make of it: OK would let strangers relay by it.
#include "relayrules-policyd/decision.hpp"

namespace relayrules::policyd {

namespace {

constexpr std::string_view leave = "DUNNO";

bool is_routed(std::string_view recipient) {
  return recipient.substr(0, recipient.rfind('@')).find_first_of("@%!") != std::string_view::npos;
}

bool is_granted(const Tables& tables, const Request& request, const Result& rules) {
  if (tables.grants == nullptr) return false;
  rr_client client = RR_CLIENT_INIT;
  client.ip = request.client_address.data();
  client.ip_len = request.client_address.size();
  return tables.grants->hold_for(client, *rules.raw());
}

}  // namespace

std::string_view action_for(const Tables& tables, const Request& request) {
  Client client{.ip = request.client_address};
  // "unknown" is Postfix' word for a name that is not confirmed
  if (!request.client_name.empty() && request.client_name != "unknown") client.host = request.client_name;
  if (tables.rules == nullptr) return "451 4.3.5 the rules cannot be asked";
  const Result result = tables.rules->lookup(client);
  if (!result.status().ok()) return "451 4.3.5 the rules cannot be asked about this client";
  if (!result.permits(Verdict::allow)) return "REJECT a rule denies this client";
  if (request.state != "RCPT" || request.recipient.empty()) return leave;
  rr_mail mail = RR_MAIL_INIT;
  mail.rules = result.raw();
  mail.on_nomatch = RR_ALLOW;
  mail.authenticated = tables.login_relays && !request.login.empty();
  mail.ours = tables.ours;
  mail.recipient = request.recipient.data();
  mail.recipient_len = request.recipient.size();
  rr_mail_reason reason = RR_MAIL_FAILED;
  if (rr_may_relay(&mail, &reason) == 0 && reason != RR_MAIL_NOT_OURS) return "451 4.3.5 nobody can tell";
  if (reason == RR_MAIL_RULE || reason == RR_MAIL_LOGIN) return "OK";
  if (reason == RR_MAIL_OURS && !is_routed(request.recipient)) return "OK";
  return is_granted(tables, request, result) ? "OK" : leave;
}

}  // namespace relayrules::policyd
