/* mailfront-relayrules.c - a plugin of mailfront that asks librelayrules: who may connect, and which mail is taken.
 *
 *   cc -shared -fPIC -o plugin-relayrules.so mailfront-relayrules.c $(pkg-config --cflags --libs relayrules)
 *   env RULES=/etc/tcp.smtp.cdb CONTROL=/var/qmail/control MODULE_PATH=/usr/local/lib/mailfront \
 *       mailfront smtp qmail relayrules
 *
 * It takes the place of tcpserver -x, relayclient and the rcpthosts of qmail-validate. Needs mailfront, libbg-dev.
 */
#include <mailfront/mailfront.h>
#include <relayrules/recipients.h>
#include <stdlib.h>
#include <syslog.h>

static const response denied = {554, "5.7.1 Your address is not welcome here."};
static const response refused = {553, "5.7.1 Sorry, that domain isn't in my list of allowed rcpthosts."};
static const response unable = {451, "4.3.0 The rules of this server cannot be read."};

static rr_result rules = RR_RESULT_INIT;
static rr_rcpthosts *ours;
static const response *failure;

static const response *fail(const char *file, rr_status status) {
  char text[200];
  syslog(LOG_MAIL | LOG_ERR, "%s: %s", file, rr_errmsg(status, text, sizeof text));
  return failure = &unable;
}

static const response *start(void) {
  const char *path = getenv("RULES"), *control = getenv("CONTROL");
  rr_client client = RR_CLIENT_INIT;
  rr_db *db = NULL;
  rr_status status;

  if (!path) path = "/etc/tcp.smtp.cdb";
  if (!control) control = "/var/qmail/control";
  if ((status = rr_open(path, NULL, &db)) != RR_OK) return fail(path, status);
  rr_client_from_env(&client);
  if ((status = rr_lookup(db, &client, &rules)) != RR_OK) return fail(path, status);
  rr_close(db); /* what the result borrows stays until it is released */
  if ((status = rr_rcpthosts_open(control, &ours)) != RR_OK) return fail(control, status);
  if (!rr_permits(&rules, RR_ALLOW)) return failure = &denied;
  /* mailfront looks here for what no message has set; so do plugins behind this one, for RELAYCLIENT */
  if (rr_apply_env(&rules) != RR_OK) return fail(path, RR_SYSTEM);
  return NULL;
}

/* A sender is nobody's proof. */
static const response *sender(str *address, str *params) {
  (void)address, (void)params;
  return failure ? failure : &resp_accepted_sender;
}

static const response *recipient(str *address, str *params) {
  rr_mail mail = RR_MAIL_INIT;
  rr_mail_reason reason;
  (void)params;
  if (failure) return failure;
  mail.rules = &rules;
  mail.on_nomatch = RR_ALLOW;
  mail.authenticated = session_getnum("authenticated", 0) == 1;
  mail.ours = ours;
  mail.recipient = address->s;
  mail.recipient_len = address->len;
  if (rr_may_relay(&mail, &reason)) return &resp_accepted_recip;
  syslog(LOG_MAIL | LOG_INFO, "refused %s: %s", address->s, rr_mail_reason_text(reason));
  return &refused;
}

struct plugin plugin = {.version = PLUGIN_VERSION, .init = start, .sender = sender, .recipient = recipient};
