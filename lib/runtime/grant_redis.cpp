// Asks Redis; grant_redis.hpp has the contract.
#include "grant_redis.hpp"

#include <cstdio>

#include "grant_record.hpp"
#include "redis_link.hpp"

namespace relayrules::runtime {

namespace {

Bytes bytes_of(const redisReply& reply) { return {reply.str, reply.len}; }

struct Key {
  char text[longest_prefix + longest_grant_address];
  Key(const rr_grants& grants, const char* grant_address) {
    snprintf(text, sizeof text, "%s%s", grants.redis->prefix, grant_address);
  }
  Bytes bytes() const { return {text, strlen(text)}; }
};

rr_status refuse_value(rr_grant* grant, const rr_grants& grants, Bytes key, rr_reason* reason) {
  *grant = RR_GRANT_INIT;
  grant->state = RR_GRANT_BROKEN;
  return explain(reason, RR_CORRUPT, "'%.*s' in '%s' is no record of a grant: delete it",
                 key.size > 200 ? 200 : static_cast<int>(key.size), key.data, grants.path);
}

/// Finds out what the value of a key grants; grant->address is the key's.
rr_status judge(const rr_grants& grants, const Address& address, Bytes key, Bytes value, long long now, rr_grant* grant,
                rr_reason* reason) {
  if (!read_value(value, period_of(grants), grant)) return refuse_value(grant, grants, key, reason);
  believe_at_most(grants, grant);
  grant->state = is_never_granted(grants, address) ? RR_GRANT_NEVER : state_at(*grant, now);
  return RR_OK;
}

/// Asks for the grant of the first `bits` of the address.
rr_status look_under(const rr_grants& grants, RedisLink* link, const Address& address, unsigned bits, long long now,
                     rr_grant* grant, rr_reason* reason) {
  *grant = RR_GRANT_INIT;
  write_grant_address(address, bits, grant->address);
  const Key key(grants, grant->address);
  RedisReply reply;
  rr_status status = link->ask(RedisCommand().add("GET").add(key.bytes()), &reply);
  if (status == RR_OK && reply.is_error("WRONGTYPE")) return refuse_value(grant, grants, key.bytes(), reason);
  if (status == RR_OK && reply.is(REDIS_REPLY_STRING))
    return judge(grants, address, key.bytes(), bytes_of(*reply), now, grant, reason);
  *grant = RR_GRANT_INIT;
  return status == RR_OK && !reply.is(REDIS_REPLY_NIL) ? link->refuse(reply) : status;
}

/// Removes the key if its value is still this one: a login may have renewed it. One more in *removed if it was.
rr_status remove_value(RedisLink* link, Bytes key, Bytes value, size_t* removed) {
  constexpr const char script[] =
      "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0";
  link->renew();
  RedisReply reply;
  const rr_status status =
      link->ask(RedisCommand().add("EVAL").add(script).add("1").add(key).add(value), REDIS_REPLY_INTEGER, &reply);
  if (status == RR_OK && reply->integer == 1) ++*removed;
  return status;
}

/// What lies under a key.
struct Found {
  Bytes key;
  Bytes value;
  rr_grant grant;
  bool is_broken;
  rr_reason wrong;  ///< why it is broken
};

/// The text for SCAN that means the prefix itself, whatever is in it, and all that begins with it.
void write_pattern(const char* prefix, char (&out)[2 * longest_prefix + 1]) {
  size_t size = 0;
  for (const char* at = prefix; *at != '\0'; ++at) {
    if (strchr("*?[]^\\", *at) != nullptr) out[size++] = '\\';
    out[size++] = *at;
  }
  out[size++] = '*';
  out[size] = '\0';
}

bool are_values(const redisReply& array) {
  for (size_t i = 0; i < array.elements; ++i) {
    const int type = array.element[i]->type;
    if (type != REDIS_REPLY_STRING && type != REDIS_REPLY_NIL) return false;
  }
  return true;
}

bool are_keys(const redisReply& array, const char* prefix) {
  const size_t size = strlen(prefix);
  for (size_t i = 0; i < array.elements; ++i) {
    const redisReply& key = *array.element[i];
    if (key.type != REDIS_REPLY_STRING || key.len < size || memcmp(key.str, prefix, size) != 0) return false;
  }
  return true;
}

/// Whether it is what SCAN answers: keys, and a cursor that leads on from the one that was sent, or to the end.
bool is_scan(const redisReply& reply, const char* cursor, const char* prefix) {
  if (reply.elements != 2 || reply.element[0]->type != REDIS_REPLY_STRING ||
      reply.element[1]->type != REDIS_REPLY_ARRAY)
    return false;
  const char* next = reply.element[0]->str;
  return (strcmp(next, "0") == 0 || strcmp(next, cursor) != 0) && are_keys(*reply.element[1], prefix);
}

/// A walk through all keys of a store. It may come upon a key twice.
class Walk {
 public:
  Walk(const rr_grants& grants, long long now, rr_reason* reason)
      : grants_(grants), link_(grants, grants.options.wait_ms, reason), now_(now) {}

  /// Calls `visit(link, found)` for each, as long as that is RR_OK; its status, or the walk's.
  template <typename Visit>
  rr_status go(const Visit& visit) {
    char pattern[2 * longest_prefix + 1];
    write_pattern(grants_.redis->prefix, pattern);
    char cursor[24] = "0";
    rr_status status = link_.open();
    while (status == RR_OK) {
      RedisReply scan;
      link_.renew();
      status = link_.ask(RedisCommand().add("SCAN").add(cursor).add("MATCH").add(pattern).add("COUNT").add("500"),
                         REDIS_REPLY_ARRAY, &scan);
      if (status == RR_OK && !is_scan(*scan, cursor, grants_.redis->prefix)) status = link_.refuse(scan);
      if (status != RR_OK) return status;
      const redisReply& keys = *scan->element[1];
      for (size_t from = 0; from < keys.elements && status == RR_OK; from += at_once) status = go_on(keys, from, visit);
      snprintf(cursor, sizeof cursor, "%s", scan->element[0]->str);
      if (strcmp(cursor, "0") == 0) return status;
    }
    return status;
  }

 private:
  static constexpr size_t at_once = RedisCommand::most - 1;

  /// The next of the keys, at once.
  template <typename Visit>
  rr_status go_on(const redisReply& keys, size_t from, const Visit& visit) {
    RedisCommand command;
    command.add("MGET");
    for (size_t i = from; i < keys.elements && i < from + at_once; ++i) command.add(bytes_of(*keys.element[i]));
    RedisReply values;
    link_.renew();
    rr_status status = link_.ask(command, REDIS_REPLY_ARRAY, &values);
    const auto asked = static_cast<size_t>(command.count - 1);
    if (status == RR_OK && (values->elements != asked || !are_values(*values))) status = link_.refuse(values);
    for (size_t i = 0; i < asked && status == RR_OK; ++i)
      status = look_at(bytes_of(*keys.element[from + i]), *values->element[i], visit);
    return status;
  }

  /// A key without a value has expired meanwhile, or holds something else than a text.
  template <typename Visit>
  rr_status look_at(Bytes key, const redisReply& value, const Visit& visit) {
    if (value.type == REDIS_REPLY_STRING) return show(key, bytes_of(value), visit);
    RedisReply reply;
    link_.renew();
    const rr_status status = link_.ask(RedisCommand().add("GET").add(key), &reply);
    if (status != RR_OK || reply.is(REDIS_REPLY_NIL)) return status;
    if (reply.is(REDIS_REPLY_STRING)) return show(key, bytes_of(*reply), visit);
    return reply.is_error("WRONGTYPE") ? show(key, Bytes{}, visit) : link_.refuse(reply);
  }

  template <typename Visit>
  rr_status show(Bytes key, Bytes value, const Visit& visit) {
    Found found{key, value, RR_GRANT_INIT, true, RR_REASON_INIT};
    const Bytes name = key.from(strlen(grants_.redis->prefix));
    char text[longest_grant_address];
    Address address;
    unsigned bits = 0;
    snprintf(text, sizeof text, "%.*s", name.size < sizeof text ? static_cast<int>(name.size) : 63, name.data);
    if (!value.present() || contains_nul(name) || name.size >= sizeof text ||
        !read_grant_address(text, &address, &bits))
      refuse_value(&found.grant, grants_, key, &found.wrong);
    else
      found.is_broken = judge(grants_, address, key, value, now_, &found.grant, &found.wrong) != RR_OK;
    memcpy(found.grant.address, text, sizeof text);
    return visit(&link_, found);
  }

  const rr_grants& grants_;
  RedisLink link_;
  long long now_;
};

}  // namespace

rr_status look_in_redis(const rr_grants& grants, const Address& address, long long now, rr_grant* grant,
                        rr_reason* reason) {
  RedisLink link(grants, grants.redis->timeout_ms, reason);
  rr_status status = link.open();
  if (status == RR_OK) status = look_under(grants, &link, address, 128, now, grant, reason);
  const unsigned bits = grants.options.ipv6_bits;
  if (status != RR_OK || grant->state == RR_GRANT_VALID || address.is_ipv4() || bits == 128) return status;
  return look_under(grants, &link, address, bits, now, grant, reason);
}

rr_status add_to_redis(const rr_grants& grants, const rr_grant& grant, rr_reason* reason) {
  const Key key(grants, grant.address);
  char value[longest_record];
  char seconds[24];
  const size_t size = write_value(grant, value);
  snprintf(seconds, sizeof seconds, "%lld", grant.expires - grant.time);
  RedisLink link(grants, grants.options.wait_ms, reason);
  RedisReply reply;
  const rr_status status = link.open();
  if (status != RR_OK) return status;
  return link.ask(RedisCommand().add("SET").add(key.bytes()).add({value, size}).add("EX").add(seconds),
                  REDIS_REPLY_STATUS, &reply);
}

rr_status each_in_redis(const rr_grants& grants, long long now, rr_grants_visit visit, void* data, rr_reason* reason) {
  bool is_ended = false;
  const rr_status status = Walk(grants, now, reason).go([&](RedisLink*, const Found& found) {
    is_ended = visit(data, &found.grant, found.is_broken ? found.wrong.text : nullptr) != 0;
    return is_ended ? RR_BUSY : RR_OK;
  });
  return is_ended ? RR_OK : status;
}

rr_status revoke_address_in_redis(const rr_grants& grants, const Address& address, size_t* removed, rr_reason* reason) {
  RedisLink link(grants, grants.options.wait_ms, reason);
  rr_status status = link.open();
  for (unsigned bits = 128; bits >= 48 && status == RR_OK; --bits) {
    char name[longest_grant_address];
    write_grant_address(address, bits, name);
    const Key key(grants, name);
    RedisReply reply;
    link.renew();
    status = link.ask(RedisCommand().add("DEL").add(key.bytes()), REDIS_REPLY_INTEGER, &reply);
    if (status == RR_OK && reply->integer == 1) ++*removed;
    if (address.is_ipv4()) break;
  }
  return status;
}

rr_status revoke_user_in_redis(const rr_grants& grants, const char* user, size_t* removed, rr_reason* reason) {
  return Walk(grants, 0, reason).go([&](RedisLink* link, const Found& found) {
    const bool is_theirs = !found.is_broken && strcmp(found.grant.user, user) == 0;
    return is_theirs ? remove_value(link, found.key, found.value, removed) : RR_OK;
  });
}

rr_status purge_redis(const rr_grants& grants, long long now, size_t* removed, rr_reason* reason) {
  return Walk(grants, now, reason).go([&](RedisLink* link, const Found& found) {
    const bool is_over = !found.is_broken && found.grant.state != RR_GRANT_VALID;
    return is_over ? remove_value(link, found.key, found.value, removed) : RR_OK;
  });
}

}  // namespace relayrules::runtime
