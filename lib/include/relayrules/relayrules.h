// relayrules.h - ask a compiled rule file whether a client may connect, and whether it may relay. This is the manual.
//
// A rule file in the CDB format of tcprules maps addresses and host names to `allow` or `deny` and to changes of the
// environment; RELAYCLIENT among them lets a client send mail to any domain. A mail server, or a wrapper that runs
// before it, opens the file once and asks it about each client. What a reader would get wrong: rr_status says whether
// the question could be answered, rr_verdict is the answer; rr_permits() is the one test that takes both into account.
//
//     rr_db *db;
//     if (rr_open("/etc/tcp.smtp.cdb", NULL, &db) != RR_OK) return 111;
//
//     rr_client client = RR_CLIENT_INIT;
//     rr_client_from_env(&client);                                // as tcpserver tells it: TCPREMOTEIP and others
//
//     char text[200];
//     rr_result result = RR_RESULT_INIT;
//     rr_status status = rr_lookup(db, &client, &result);         // without an address it fails, and a failure denies
//     if (status != RR_OK) fprintf(stderr, "tcp.smtp.cdb: %s\n", rr_errmsg(status, text, sizeof text));
//     if (!rr_permits(&result, RR_ALLOW)) return 100;             // RR_ALLOW: who is not listed may connect
//     if (rr_apply_env(&result) != RR_OK) return 111;             // removes an inherited RELAYCLIENT first
//     rr_result_release(&result);
//
// All of that in one call, in the manner of hosts_ctl(): rr_admit("/etc/tcp.smtp.cdb", RR_ALLOW, &status).
// Whether a mail may go out, by login, grant and the recipient's domain, too: relayrules/recipients.h.
//
// CONVENTIONS
//
//  1. Everything fails closed. Whenever rr_lookup() returns something other than RR_OK, the verdict is RR_DENY. A
//     zeroed result, one whose size is wrong and one of a failed lookup all deny. RR_DENY is 0. NULL is refused, not
//     followed.
//
//  2. Structs begin with their size. Start from RR_OPTIONS_INIT, RR_CLIENT_INIT, RR_RESULT_INIT, RR_ENV_EDIT_INIT. A
//     later library knows the sizes of all earlier ones; a size that the library does not know is RR_BAD_ARGUMENT.
//
//  3. Text is pointer and length and need not end in NUL. A NULL pointer means "absent" (its length must be 0); a
//     length of 0 behind a pointer means "present but empty", as for environment variables. A name or an info with a
//     NUL byte in it is RR_BAD_ARGUMENT.
//
//  4. Results borrow. key, env and what rr_env_next() hands out point into the mapped file. They are valid until
//     rr_result_release(), even after rr_refresh() and rr_close(). A result belongs to one thread at a time; it must
//     not be copied and released twice. A forgotten release costs a mapping of the file, never a wrong answer.
//
//  5. One handle serves many threads. rr_lookup() and rr_result_release() neither wait nor allocate, and nothing asks
//     the DNS. rr_refresh() may run beside lookups. rr_open() and rr_close() are the first and the last call on a
//     handle.
//
//  6. The address is what `form` says:
//       RR_TEXT      text: IPv4 as four numbers without leading zeros, IPv6 in any spelling without a zone (%eth0)
//       RR_BYTES     4 or 16 bytes in network order, as in a struct in_addr or in6_addr
//       RR_SOCKADDR  the struct sockaddr_in or sockaddr_in6 that accept() filled; only its address counts
//     Anything else is RR_BAD_ADDRESS. However it was given, it is asked in the spelling of convention 8: a deny holds
//     for all spellings. An IPv4-mapped address (::ffff:10.1.2.3) is asked as the IPv4 address, so that it cannot evade
//     a deny for `10.`.
//
//  7. The host name is asked in lower case (ASCII), the info text (ident) as it is. Whether a name or an ident answer
//     deserves trust is the caller's business: pass only names that were confirmed by a forward lookup.
//
//  8. Lookup order. The first of these keys that exists in the file decides, and no other is looked at:
//       1. info@ip           4. =host                               7. =.b.c  =.c  of host a.b.c
//       2. info@=host        5. 1.2.3.  1.2.  1.  of ip 1.2.3.4      8. =   (if there is a host)
//       3. ip                6. networks: RR_UCSPI_TCP6 only         9. the empty key
//     Steps 1 and 2 need info; 2, 4, 7 and 8 need host. If none exists the verdict is RR_NOMATCH: tcpserver then
//     allows, others deny, so rr_permits() makes you say which. The scheme, which is the program that the file was
//     compiled for, says how an IPv6 address is spelt in steps 1, 3 and 5:
//       RR_TCPSERVER       tcprules of ucspi-tcp 0.88, and relayrules. As inet_ntop() and RFC 5952 spell it:
//                          2001:db8::1, 2001:db8:0:1:1:1:1:5. Step 5 has no prefixes at colons.
//       RR_UCSPI_TCP_IPV6  tcprules of Debian's ucspi-tcp-ipv6. A single zero group is shortened, too:
//                          2001:db8::1:1:1:1:5. Step 5 has 2001:db8::  2001:db8:  2001:  of 2001:db8::1.
//       RR_UCSPI_TCP6      tcprules of ucspi-tcp6 1.11. All digits: 2001:0DB8:0000:0000:0000:0000:0000:0001. Step 6 has
//                          the networks of the address, /32 (/128) to /2, in bits: _0000e0g0 is 10.0.0.0/8.
//     Nothing in a file tells its scheme. Asked with another, it answers without complaint, and without its rules for
//     IPv6 and networks, the denies among them.
//
//  9. A value is a chain of chunks, each ended by NUL: `D` denies, `+NAME=VALUE` sets, `-NAME` unsets; an empty value
//     is a plain allow. Anything else was not written for this lookup (other programs write CDB files too, and their
//     denies would look like allows): RR_FOREIGN, and RR_DENY.
//
// 10. A file is replaced by renaming a new one over it, as the compilers do. Never write into a file that is in use:
//     a mapped file that shrinks ends its readers with SIGBUS.
//
// 11. Functions that return rr_status never abort and never print. errno is meaningful after RR_SYSTEM only.
#ifndef RELAYRULES_RELAYRULES_H
#define RELAYRULES_RELAYRULES_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define RR_API __attribute__((visibility("default")))
#define RR_MUST_USE __attribute__((warn_unused_result))
#else
#define RR_API
#define RR_MUST_USE
#endif

/// What the rules say about a client. Deny is zero, so that forgotten memory denies.
typedef enum rr_verdict {
  RR_DENY = 0,    ///< a rule denies the client, or something went wrong
  RR_ALLOW = 1,   ///< a rule allows the client
  RR_NOMATCH = 2  ///< no rule speaks of the client
} rr_verdict;

/// Whether a call could do its work.
typedef enum rr_status {
  RR_OK = 0,            ///< it did
  RR_SYSTEM = 1,        ///< the system refused: see errno
  RR_CORRUPT = 2,       ///< the file is no CDB, or a damaged one
  RR_FOREIGN = 3,       ///< the record holds a value that tcprules does not write (convention 9)
  RR_BAD_ARGUMENT = 4,  ///< NULL, a wrong size, an unknown scheme or form, or text with a NUL byte
  RR_BUSY = 5,          ///< rr_refresh(): another thread is at it, or results hold on to too many old files
  RR_BAD_ADDRESS = 6,   ///< the client has no IP address, or one that cannot be read (convention 6)
  RR_UNSAFE = 7,        ///< grants.h: others than its owner can write to the store
  RR_REFUSED = 8        ///< grants.h: this address, this user or this store gets no grant
} rr_status;

/// An open rule file. Shared by all threads of the process.
typedef struct rr_db rr_db;

/// For which program a file was compiled: how its keys are spelt, and which are asked (convention 8).
typedef enum rr_scheme {
  RR_TCPSERVER = 0,       ///< ucspi-tcp 0.88
  RR_UCSPI_TCP_IPV6 = 1,  ///< Debian's ucspi-tcp-ipv6
  RR_UCSPI_TCP6 = 2       ///< ucspi-tcp6 1.11
} rr_scheme;

/// What rr_open() is to know of a file. Start from RR_OPTIONS_INIT.
typedef struct rr_options {
  size_t size;       ///< sizeof(rr_options)
  rr_scheme scheme;  ///< for which program it was compiled
} rr_options;

/// What the address of a client is given as (convention 6).
typedef enum rr_form { RR_TEXT = 0, RR_BYTES = 1, RR_SOCKADDR = 2 } rr_form;

/// The client to ask about. Start from RR_CLIENT_INIT and set what you know; only ip is required.
typedef struct rr_client {
  size_t size;       ///< sizeof(rr_client)
  rr_form form;      ///< what ip points to
  const void* ip;    ///< its address
  size_t ip_len;     ///< bytes in ip
  const char* host;  ///< its confirmed host name, or NULL
  size_t host_len;   ///< bytes in host
  const char* info;  ///< what its ident server says, or NULL
  size_t info_len;   ///< bytes in info
} rr_client;

/// The answer. The caller owns the struct; key and env are borrowed from the file (convention 4).
typedef struct rr_result {
  size_t size;               ///< sizeof(rr_result)
  rr_verdict verdict;        ///< RR_DENY after every failure
  int relay;                 ///< 1 if a rule allows and leaves RELAYCLIENT set, to whatever value; else 0
  const char* key;           ///< the key that decided, NULL if none did; may be empty
  size_t key_len;            ///< bytes in key
  const char* env;           ///< the chain of chunks of that key (convention 9); read it with rr_env_next()
  size_t env_len;            ///< bytes in env; 0 for a plain allow
  const void* reserved_[2];  ///< the library's own: what the result borrows from
} rr_result;

/// One change of the environment. Name and value are borrowed from the result.
typedef struct rr_env_edit {
  size_t size;        ///< sizeof(rr_env_edit)
  const char* name;   ///< the variable; may be empty, and is not ended by NUL
  size_t name_len;    ///< bytes in name
  const char* value;  ///< what it is set to, ended by NUL as well; NULL: it is unset
  size_t value_len;   ///< bytes in value
} rr_env_edit;

/* clang-format off */
#define RR_OPTIONS_INIT  {sizeof(rr_options), RR_TCPSERVER}
#define RR_CLIENT_INIT   {sizeof(rr_client), RR_TEXT, NULL, 0, NULL, 0, NULL, 0}
#define RR_RESULT_INIT   {sizeof(rr_result), RR_DENY, 0, NULL, 0, NULL, 0, {NULL, NULL}}
#define RR_ENV_EDIT_INIT {sizeof(rr_env_edit), NULL, 0, NULL, 0}
/* clang-format on */

/// Opens the rule file at `path`; NULL options are RR_OPTIONS_INIT. *db is the handle, or NULL unless the status is
/// RR_OK. The path is kept for rr_refresh() and rr_is_stale(): let it be absolute if the process changes its directory.
RR_API RR_MUST_USE rr_status rr_open(const char* path, const rr_options* options, rr_db** db);

/// The same for an open file, which stays the caller's and may be closed at once. Such a handle has no path: it is
/// never stale, and rr_refresh() is RR_BAD_ARGUMENT.
RR_API RR_MUST_USE rr_status rr_open_fd(int fd, const rr_options* options, rr_db** db);

/// Closes the handle. Results that still borrow from it stay valid until they are released. NULL is allowed.
RR_API void rr_close(rr_db* db);

/// Asks the file about one client. Overwrites *result without looking at what it held, so release an earlier answer
/// first. Only an RR_OK result with a key needs rr_result_release(); releasing any other does no harm.
RR_API RR_MUST_USE rr_status rr_lookup(rr_db* db, const rr_client* client, rr_result* result);

/// Gives back what the result borrows and makes it a denying, empty one. May be repeated. NULL is allowed.
RR_API void rr_result_release(rr_result* result);

/// 1 if the client may connect, else 0. `on_nomatch` says what holds for a client no rule speaks of: RR_ALLOW or
/// RR_DENY.
RR_API RR_MUST_USE int rr_permits(const rr_result* result, rr_verdict on_nomatch);

/// Hands out the next change of the environment in the order of the rule: 1 and *edit, or 0 at the end. Set *cursor to
/// 0 before the first call. The edits of a deny can be read too, for a message say, but rr_apply_env() ignores them.
RR_API RR_MUST_USE int rr_env_next(const rr_result* result, size_t* cursor, rr_env_edit* edit);

/// What one edit of rr_each_edit() is given to: `data` is the caller's. Anything but 0 ends the edits.
typedef int (*rr_edit_function)(const rr_env_edit* edit, void* data);

/// Hands all edits of an allow to `apply`, for a program that keeps an environment of its own. The first is always that
/// RELAYCLIENT is unset: an inherited one would let everybody relay. A name that is empty or contains '=' is left out:
/// no program could ask for such a variable. RR_NOMATCH has the first edit alone; RR_DENY has none and is
/// RR_BAD_ARGUMENT. RR_SYSTEM: `apply` ended the edits; some are done and some are not: turn the client away.
RR_API RR_MUST_USE rr_status rr_each_edit(const rr_result* result, rr_edit_function apply, void* data);

/// rr_each_edit() with setenv() and unsetenv() on the environment of this process. It allocates, and it must not run
/// while other threads use the environment. Other variables that the rule does not name stay as they were.
RR_API RR_MUST_USE rr_status rr_apply_env(const rr_result* result);

/// Sets what the environment of a UCSPI server (tcpserver, tcpsvd, s6-tcpserver) tells of the client: TCPREMOTEIP,
/// TCPREMOTEHOST, TCPREMOTEINFO. The texts are borrowed from the environment. An empty name or ident answer counts as
/// none. RR_BAD_ADDRESS where TCPREMOTEIP is missing or empty: such a client has no address, and rr_lookup() denies
/// him. RR_BAD_ARGUMENT for NULL and a wrong size.
RR_API rr_status rr_client_from_env(rr_client* client);

/// All in one call: opens the CDB at `path` (RR_TCPSERVER), asks it about the client of the environment, carries the
/// edits out and closes it. 1: the client may connect, and the environment is as his rule wants it. 0: turn him away;
/// *status (may be NULL) is RR_OK where a rule says so, else why nobody could tell. `on_nomatch` is that of
/// rr_permits().
RR_API RR_MUST_USE int rr_admit(const char* path, rr_verdict on_nomatch, rr_status* status);

/// 1 if the path now leads to another file than the open one (device, inode, size, time of change) or to none, else 0.
/// Costs one stat(). It is never called by the library's own decision.
RR_API RR_MUST_USE int rr_is_stale(rr_db* db);

/// Opens the file anew if it is stale, for all threads at once; the options stay. Results keep the file from which they
/// came, which is unmapped with its last result. *changed (may be NULL) is 1 if a new file is in use. On failure the
/// old file stays in use: a missing or damaged new file never leaves a server without rules. Up to 63 old files can be
/// held by results.
RR_API RR_MUST_USE rr_status rr_refresh(rr_db* db, int* changed);

/// A status in plain English, for instance "the file is damaged or no CDB". Never NULL; for RR_SYSTEM see rr_errmsg().
RR_API RR_MUST_USE const char* rr_strerror(rr_status status);

/// The same in `buffer` of `size` bytes, cut where it does not fit, with what errno says after RR_SYSTEM: "No such file
/// or directory". Returns `buffer`, or rr_strerror() where that is NULL or `size` is 0. Leaves errno as it is.
RR_API const char* rr_errmsg(rr_status status, char* buffer, size_t size);

/// Room for the longest line of rr_log_line().
#define RR_LOG_LINE_SIZE 4096

/// What became of a client, in one line for a log. relayrules-env(8) writes the same line and tells its words:
///     ok 4711 mx.example:198.51.100.25:25 a.example:192.0.2.7:joe:40001 relay=yes rule=192.0.2.
/// `client` is who was asked about, `result` the answer, `on_nomatch` that of rr_permits(). `granted_to` is the user by
/// whose grant the client relays, or NULL. The ports, and the server's own name and address, are those that the
/// environment of a UCSPI server tells; what is not known is empty. Whatever others chose is escaped, so that no name
/// and no ident answer makes a line or a word of its own. Writes into `buffer` of `size` bytes, without a newline, cut
/// where it does not fit. Returns `buffer`, or "" where that is NULL or `size` is 0.
RR_API const char* rr_log_line(const rr_client* client, const rr_result* result, rr_verdict on_nomatch,
                               const char* granted_to, char* buffer, size_t size);

/// The version of the library at run time, for instance "0.2.0".
RR_API RR_MUST_USE const char* rr_version(void);

#ifdef __cplusplus
}
#endif

#endif
