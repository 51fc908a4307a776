// grants.h - ask a store of grants whether somebody just logged in from a client's address (POP-before-SMTP), and
// record such logins. relayrules.h is read first: its conventions 1 to 3, 6 and 11 hold here, too.
//
//     rr_reason reason = RR_REASON_INIT;
//     rr_grants *grants;
//     if (rr_grants_open("/var/spool/grants", NULL, &grants, &reason) != RR_OK) fprintf(stderr, "%s\n", reason.text);
//
//     if (rr_may_be_granted(&result, RR_ALLOW)) {                        // what the rules say of the client
//       rr_grant grant = RR_GRANT_INIT;                                  // a handle that is NULL: no grant
//       if (rr_grants_lookup(grants, &client, time(NULL), &grant, &reason) != RR_OK)
//         fprintf(stderr, "%s\n", reason.text);
//       if (grant.state == RR_GRANT_VALID) setenv("RELAYCLIENT", "", 1);
//     }
//     rr_grants_close(grants);
//
// CONVENTIONS
//
//  1. A grant only adds: ask the rules first, and rr_may_be_granted() of what they say. A client that a rule denies
//     stays denied, whatever is granted to its address, and keeps the environment of its rule.
//
//  2. A store is named by a text:
//       /DIR             a folder with one file a grant; relayrules-grant(8) documents the files
//       relay-ctrl:/DIR  the folder of relay-ctrl 3, which is read and never written
//       redis:/SOCKET?OPTIONS, redis://127.0.0.1:6379?OPTIONS
//                        a Redis server of this machine; relayrules-grant(8) documents the options and what it holds
//     The path is absolute and has no symbolic link and no `..` in it.
//
//  3. Who can write to the store opens the relay. So a folder is refused (RR_UNSAFE) when its mode lets others than its
//     owner write, and so is one above it, or when one above it belongs to others than root, the caller and the store's
//     own owner. A folder above with the sticky bit, such as /tmp, will do if what it holds of the path belongs to root
//     or to the caller. The store's own mode and owner are looked at again at each call. A folder of relay-ctrl
//     may be writable by everybody, as relay-ctrl wants it, where one above it lets none but its owner pass. For a
//     socket of Redis all this is asked of the folder in which it lies; who may write there is Redis' own to say.
//
//  4. Whether a grant holds is found out when it is asked for, by the login's time and the period in its record: it
//     holds from the login on, until before time + period. A time more than 5 seconds ahead is none. The clock is that
//     of the day, for grants outlive a reboot; a clock that is set back ends grants early. Purging saves room only.
//
//  5. Loopback addresses, 0.0.0.0/8, `::` and multicast addresses are never granted, nor is what `never` lists. It is
//     asked for when a grant is recorded and again when it is looked up.
//
//  6. One handle serves many threads, and many processes share a store. A look-up in a folder allocates nothing and
//     waits for nobody. Those that write wait for each other, at most options.wait_ms. To Redis each call makes a
//     connection of its own; a look-up and all that belongs to it ends within the time that the store's name has
//     (100 ms), rr_grants_add() within options.wait_ms, and the others wait so long for each answer.
//
//  7. Each function says in *reason, which may be NULL, why it did not return RR_OK: one line, with what it is about
//     and how to mend it.
#ifndef RELAYRULES_GRANTS_H
#define RELAYRULES_GRANTS_H

#include <relayrules/relayrules.h>

#ifdef __cplusplus
extern "C" {
#endif

/// An open store.
typedef struct rr_grants rr_grants;

/// How a store is used. Start from RR_GRANTS_OPTIONS_INIT. Those who look up need seconds, ipv6_bits and never.
typedef struct rr_grants_options {
  size_t size;         ///< sizeof(rr_grants_options)
  long seconds;        ///< the period of a new grant, and the longest that is believed: 1 to 86400. 0: 900 for a new
                       ///< one and where the store records none (relay-ctrl, and what other programs write to
                       ///< Redis), and whatever a record says
  unsigned ipv6_bits;  ///< how many bits of an IPv6 address a grant is for: 48 to 128
  const char* never;   ///< gateways and proxies: "192.0.2.1,10.0.0.0/8,2001:db8::/32"; NULL: none. It is copied.
  unsigned per_user;   ///< addresses that a user may have at a time, up to 64; 0: any number. Redis does not count:
                       ///< another number than 0 and the one of RR_GRANTS_OPTIONS_INIT is refused there
  unsigned in_total;   ///< grants that a store may hold; 0: any number. As per_user in Redis
  unsigned wait_ms;    ///< how long a writer waits for others, or for Redis
} rr_grants_options;

/// What is known of a client's address.
typedef enum rr_grant_state {
  RR_GRANT_NONE = 0,     ///< nobody logged in from there
  RR_GRANT_VALID = 1,    ///< somebody did, not long ago
  RR_GRANT_EXPIRED = 2,  ///< somebody did, too long ago
  RR_GRANT_FUTURE = 3,   ///< the login's time is yet to come
  RR_GRANT_NEVER = 4,    ///< the address is never granted (convention 5)
  RR_GRANT_BROKEN = 5    ///< what lies in the store for it is no record
} rr_grant_state;

/// A grant. The caller owns the struct, and nothing in it is borrowed. Start from RR_GRANT_INIT.
typedef struct rr_grant {
  size_t size;           ///< sizeof(rr_grant)
  rr_grant_state state;  ///< RR_GRANT_VALID alone lets the client relay
  long long time;        ///< of the login, in seconds since 1970
  long long expires;     ///< the first second at which it does not hold any more
  char address[64];      ///< as convention 8 of relayrules.h spells it for RR_TCPSERVER; "2001:db8::/64" for a network.
                         ///< RR_GRANT_BROKEN: the name of the file, or the key behind its prefix
  char user[256];        ///< who logged in; bytes other than printable ASCII, and '%', as %XX. May be empty
  char service[32];      ///< through what: "pop3"; spelt likewise. May be empty
} rr_grant;

/// Why a call failed, in one line without its end. Start from RR_REASON_INIT.
typedef struct rr_reason {
  size_t size;     ///< sizeof(rr_reason)
  char text[512];  ///< ends in NUL
} rr_reason;

/* clang-format off */
#define RR_GRANTS_OPTIONS_INIT {sizeof(rr_grants_options), 0, 128, NULL, 10, 100000, 1000}
#define RR_GRANT_INIT          {sizeof(rr_grant), RR_GRANT_NONE, 0, 0, "", "", ""}
#define RR_REASON_INIT         {sizeof(rr_reason), ""}
/* clang-format on */

/// Opens the store `name` (convention 2); NULL options are RR_GRANTS_OPTIONS_INIT. *grants is the handle, or NULL
/// unless the status is RR_OK. RR_UNSAFE: see convention 3. RR_BAD_ARGUMENT: no such kind of store, a path that is not
/// absolute, an option out of range. RR_SYSTEM: see errno. A server of Redis is not asked before it is needed, and need
/// not run yet.
RR_API RR_MUST_USE rr_status rr_grants_open(const char* name, const rr_grants_options* options, rr_grants** grants,
                                            rr_reason* reason);

/// Closes the handle. NULL is allowed.
RR_API void rr_grants_close(rr_grants* grants);

/// 1 if a grant is of use to a client of whom the rules say this: they let him in (by `on_nomatch` where none is about
/// him, as for rr_permits()), do not let him relay themselves, and do not say RELAYGRANT="no". Else 0.
RR_API RR_MUST_USE int rr_may_be_granted(const rr_result* rules, rr_verdict on_nomatch);

/// Looks for a grant of the client's address; its name and info do not matter. `now` is time(NULL). Whenever the status
/// is not RR_OK, the state is RR_GRANT_NONE or RR_GRANT_BROKEN: no grant. RR_CORRUPT: the file is no record, or not one
/// of that address, or what answers is no Redis. RR_UNSAFE: it, or the store, can be written by others than the store's
/// owner. RR_SYSTEM, for Redis: it cannot be reached, did not answer in time (ETIMEDOUT), or says why it does not tell
/// (EREMOTEIO).
RR_API RR_MUST_USE rr_status rr_grants_lookup(rr_grants* grants, const rr_client* client, long long now,
                                              rr_grant* grant, rr_reason* reason);

/// Records that `user` logged in at `now` from the client's address, through `service`; both may be NULL. A grant of
/// the same address is renewed. When RR_OK is returned, the record is on the disk, or in Redis. RR_REFUSED: the address
/// is never granted, the user has as many as is allowed, or the store is full. RR_BUSY: others kept it for longer than
/// wait_ms. RR_BAD_ARGUMENT: a name that is too long, or a store that is only read. After every failure the store is as
/// before, but Redis, which did not answer in time, may have the grant. A process that stops short leaves nothing that
/// counts as a grant.
RR_API RR_MUST_USE rr_status rr_grants_add(rr_grants* grants, const rr_client* client, const char* user,
                                           const char* service, long long now, rr_reason* reason);

/// What rr_grants_each() calls: with its `data`, with what is in the store, and for RR_GRANT_BROKEN with what is wrong
/// with it, else NULL. Another value than 0 ends the walk.
typedef int (*rr_grants_visit)(void* data, const rr_grant* grant, const char* wrong);

/// Calls `visit` for all that is in the store, in no order, broken records among them. What comes and goes meanwhile
/// may be missed, and Redis may name a grant twice.
RR_API RR_MUST_USE rr_status rr_grants_each(rr_grants* grants, long long now, rr_grants_visit visit, void* data,
                                            rr_reason* reason);

/// Removes the grants of this address (or those of networks that hold it), or of this user, spelt as in rr_grant. One
/// of the two is NULL. *removed is their number. A grant that is recorded meanwhile may stay.
RR_API RR_MUST_USE rr_status rr_grants_revoke(rr_grants* grants, const rr_client* client, const char* user,
                                              size_t* removed, rr_reason* reason);

/// Removes what holds at `now` no more, and what writers left that were killed; *removed is the number of grants.
RR_API RR_MUST_USE rr_status rr_grants_purge(rr_grants* grants, long long now, size_t* removed, rr_reason* reason);

#ifdef __cplusplus
}
#endif

#endif
