// The whole decision about one mail: see recipients.h. A deny goes first; what gives relaying spares the question whose
// the recipient is.
// Invariant: whatever is not understood is refused.
#include "relayrules/recipients.h"

#include "bytes.hpp"

using namespace relayrules::runtime;

namespace {

/// Behind the last '@'; absent without one.
Bytes domain_of(Bytes address) {
  const void* at = address.size == 0 ? nullptr : memrchr(address.data, '@', address.size);
  if (at == nullptr) return {};
  return address.from(static_cast<size_t>(static_cast<const char*>(at) - address.data) + 1);
}

rr_mail_reason reason_by_recipient(const rr_mail& mail) {
  const Bytes domain = domain_of({mail.recipient, mail.recipient_len});
  if (!domain.present()) return RR_MAIL_NO_DOMAIN;
  if (rr_rcpthosts_is_missing(mail.ours)) return RR_MAIL_NO_LIST;
  return rr_rcpthosts_match(mail.ours, domain.data, domain.size) ? RR_MAIL_OURS : RR_MAIL_NOT_OURS;
}

rr_mail_reason reason_of(const rr_mail* mail) {
  if (mail == nullptr || mail->size != sizeof *mail || mail->recipient == nullptr) return RR_MAIL_FAILED;
  if (mail->rules != nullptr) {
    if (mail->rules->size != sizeof *mail->rules) return RR_MAIL_FAILED;
    if (!rr_permits(mail->rules, mail->on_nomatch)) return RR_MAIL_DENIED;
    if (number_of(mail->rules->verdict) == RR_ALLOW && mail->rules->relay == 1) return RR_MAIL_RULE;
  }
  if (mail->authenticated == 1) return RR_MAIL_LOGIN;
  if (mail->granted == 1) return RR_MAIL_GRANT;
  return reason_by_recipient(*mail);
}

}  // namespace

int rr_may_relay(const rr_mail* mail, rr_mail_reason* reason) {
  const rr_mail_reason found = reason_of(mail);
  if (reason != nullptr) *reason = found;
  return found > RR_MAIL_TAKES;
}

const char* rr_mail_reason_text(rr_mail_reason reason) {
  switch (number_of(reason)) {
    case RR_MAIL_FAILED: return "the question could not be answered";
    case RR_MAIL_DENIED: return "a rule denies the client";
    case RR_MAIL_NOT_OURS: return "the recipient's domain is not listed, and the client may not relay";
    case RR_MAIL_RULE: return "a rule lets the client relay";
    case RR_MAIL_LOGIN: return "the client has logged in";
    case RR_MAIL_GRANT: return "the client has logged in elsewhere just now";
    case RR_MAIL_OURS: return "the recipient's domain is listed";
    case RR_MAIL_NO_DOMAIN: return "the recipient has no domain, and is local";
    case RR_MAIL_NO_LIST: return "there is no rcpthosts: everything is accepted";
    default: return "unknown reason";
  }
}
