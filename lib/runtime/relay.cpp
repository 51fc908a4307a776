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

rr_reason reason_by_recipient(const rr_mail& mail) {
  const Bytes domain = domain_of({mail.recipient, mail.recipient_len});
  if (!domain.present()) return RR_REASON_NO_DOMAIN;
  if (rr_rcpthosts_is_missing(mail.ours)) return RR_REASON_NO_LIST;
  return rr_rcpthosts_match(mail.ours, domain.data, domain.size) ? RR_REASON_OURS : RR_REASON_NOT_OURS;
}

rr_reason reason_of(const rr_mail* mail) {
  if (mail == nullptr || mail->size != sizeof *mail || mail->recipient == nullptr) return RR_REASON_FAILED;
  if (mail->rules != nullptr) {
    if (mail->rules->size != sizeof *mail->rules) return RR_REASON_FAILED;
    if (!rr_permits(mail->rules, mail->on_nomatch)) return RR_REASON_DENIED;
    if (number_of(mail->rules->verdict) == RR_ALLOW && mail->rules->relay == 1) return RR_REASON_RULE;
  }
  if (mail->authenticated == 1) return RR_REASON_LOGIN;
  if (mail->granted == 1) return RR_REASON_GRANT;
  return reason_by_recipient(*mail);
}

}  // namespace

int rr_may_relay(const rr_mail* mail, rr_reason* reason) {
  const rr_reason found = reason_of(mail);
  if (reason != nullptr) *reason = found;
  return found > RR_REASON_TAKES;
}

const char* rr_reason_text(rr_reason reason) {
  switch (number_of(reason)) {
    case RR_REASON_FAILED: return "the question could not be answered";
    case RR_REASON_DENIED: return "a rule denies the client";
    case RR_REASON_NOT_OURS: return "the recipient's domain is not listed, and the client may not relay";
    case RR_REASON_RULE: return "a rule lets the client relay";
    case RR_REASON_LOGIN: return "the client has logged in";
    case RR_REASON_GRANT: return "the client has logged in elsewhere just now";
    case RR_REASON_OURS: return "the recipient's domain is listed";
    case RR_REASON_NO_DOMAIN: return "the recipient has no domain, and is local";
    case RR_REASON_NO_LIST: return "there is no rcpthosts: everything is accepted";
    default: return "unknown reason";
  }
}
