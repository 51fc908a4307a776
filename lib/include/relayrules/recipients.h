// recipients.h - may this mail go out? The domains that qmail takes mail for from anybody, and the whole decision of a
// mail server about one recipient: rules, login, grant and domain. The conventions of relayrules.h hold here, too.
//
//     rr_rcpthosts *ours;
//     if (rr_rcpthosts_open("/var/qmail/control", &ours) != RR_OK) return 111;
//
//     rr_mail mail = RR_MAIL_INIT;
//     mail.rules = &result;                                      // of rr_lookup(), for this client
//     mail.on_nomatch = RR_ALLOW;
//     mail.authenticated = logged_in;                            // by SMTP AUTH
//     mail.ours = ours;
//     mail.recipient = address;                                  // without brackets, quotes and source route
//     mail.recipient_len = strlen(address);
//     rr_mail_reason reason;
//     if (!rr_may_relay(&mail, &reason)) refuse(rr_mail_reason_text(reason));
#ifndef RELAYRULES_RECIPIENTS_H
#define RELAYRULES_RECIPIENTS_H

#include "relayrules/relayrules.h"

#ifdef __cplusplus
extern "C" {
#endif

/// The files rcpthosts and morercpthosts.cdb of a control folder, as they were when they were opened. Shared by all
/// threads; a daemon opens them anew when they change.
typedef struct rr_rcpthosts rr_rcpthosts;

/// Reads `control`/rcpthosts and maps `control`/morercpthosts.cdb, if there is one, as qmail-smtpd does. *list is the
/// handle, or NULL unless the status is RR_OK. Without rcpthosts every domain is accepted and morercpthosts.cdb is not
/// asked: that is qmail's meaning, and an open relay (see rr_rcpthosts_is_missing()). Source: notqmail, rcpthosts.c,
/// control.c, constmap.c.
RR_API RR_MUST_USE rr_status rr_rcpthosts_open(const char* control, rr_rcpthosts** list);

/// Closes the handle. NULL is allowed.
RR_API void rr_rcpthosts_close(rr_rcpthosts* list);

/// 1 if mail for `domain` is accepted from anybody, else 0: it is listed, or one of its ends that begin with a dot is,
/// in any case of letters. Allocates nothing. NULL, and a domain of more than 1,000 bytes, are 0.
RR_API RR_MUST_USE int rr_rcpthosts_match(const rr_rcpthosts* list, const char* domain, size_t domain_len);

/// 1 if there was no file rcpthosts, so that all is accepted, else 0.
RR_API RR_MUST_USE int rr_rcpthosts_is_missing(const rr_rcpthosts* list);

/// Why mail is taken or not. Those that take it are behind RR_MAIL_TAKES.
typedef enum rr_mail_reason {
  RR_MAIL_FAILED = 0,      ///< refused: the question could not be understood, or the look-up failed
  RR_MAIL_DENIED = 1,      ///< refused: a rule denies the client
  RR_MAIL_NOT_OURS = 2,    ///< refused: a stranger's mail to a stranger
  RR_MAIL_TAKES = 16,      ///< no reason; larger ones take the mail
  RR_MAIL_RULE = 17,       ///< a rule gives RELAYCLIENT
  RR_MAIL_LOGIN = 18,      ///< the client has logged in
  RR_MAIL_GRANT = 19,      ///< a login elsewhere gave relaying for a time
  RR_MAIL_OURS = 20,       ///< the recipient's domain is listed
  RR_MAIL_NO_DOMAIN = 21,  ///< the recipient has none: he is local
  RR_MAIL_NO_LIST = 22     ///< there is no rcpthosts: everything is accepted
} rr_mail_reason;

/// One mail to one recipient. Start from RR_MAIL_INIT. Everything is borrowed for the call.
typedef struct rr_mail {
  size_t size;               ///< sizeof(rr_mail)
  const rr_result* rules;    ///< what the rules say of the client; NULL: there are no rules, and he may connect
  rr_verdict on_nomatch;     ///< of a client no rule speaks of, as for rr_permits()
  int authenticated;         ///< 1: he has logged in on this connection
  int granted;               ///< 1: a grant holds for his address
  const rr_rcpthosts* ours;  ///< NULL: no domain is accepted from strangers
  const char* recipient;     ///< the address; what stands behind its last '@' is the domain
  size_t recipient_len;      ///< bytes in recipient
} rr_mail;

/* clang-format off */
#define RR_MAIL_INIT {sizeof(rr_mail), NULL, RR_DENY, 0, 0, NULL, NULL, 0}
/* clang-format on */

/// 1 if the mail is taken, else 0. A deny goes first, whoever has logged in; then rule, login and grant each give
/// relaying; then the recipient counts. *reason (may be NULL) says which it was. Takes no lock and allocates nothing.
RR_API RR_MUST_USE int rr_may_relay(const rr_mail* mail, rr_mail_reason* reason);

/// A reason in plain English, for a log or a reply: "the recipient's domain is not listed". Never NULL.
RR_API RR_MUST_USE const char* rr_mail_reason_text(rr_mail_reason reason);

#ifdef __cplusplus
}
#endif

#endif
