// A connection to Redis for one question, or for a few: hiredis writes commands and reads replies, and the socket is
// ours, because one deadline is for everything and no signal is raised in a process that is not ours.
// Invariant: whatever goes wrong, the link is of no use any more and says so; a reply never belongs to another command.
#pragma once

#include <hiredis/hiredis.h>

#include "grant_handle.hpp"
#include "redis_url.hpp"

namespace relayrules::runtime {

/// What the server said; freed with it.
class RedisReply {
 public:
  RedisReply() = default;
  RedisReply(const RedisReply&) = delete;
  RedisReply& operator=(const RedisReply&) = delete;
  ~RedisReply() { freeReplyObject(reply_); }

  void take(void* reply) {
    freeReplyObject(reply_);
    reply_ = static_cast<redisReply*>(reply);
  }
  const redisReply& operator*() const { return *reply_; }
  const redisReply* operator->() const { return reply_; }
  bool is(int type) const { return reply_ != nullptr && reply_->type == type; }
  /// Whether it is an error that begins with this word.
  bool is_error(const char* word) const {
    return is(REDIS_REPLY_ERROR) && strncmp(reply_->str, word, strlen(word)) == 0;
  }

 private:
  redisReply* reply_ = nullptr;
};

/// The words of a command; borrowed.
struct RedisCommand {
  static constexpr int most = 128;
  const char* words[most];
  size_t sizes[most];
  int count = 0;

  RedisCommand& add(Bytes word) {
    words[count] = word.data;
    sizes[count++] = word.size;
    return *this;
  }
  RedisCommand& add(const char* word) { return add({word, strlen(word)}); }
};

class RedisLink {
 public:
  /// `milliseconds` are for connecting and all that is asked, unless they are renewed.
  RedisLink(const rr_grants& grants, unsigned milliseconds, rr_reason* reason);
  RedisLink(const RedisLink&) = delete;
  RedisLink& operator=(const RedisLink&) = delete;
  ~RedisLink();

  /// Connects and logs in. RR_SYSTEM, RR_UNSAFE (others can exchange the socket), RR_CORRUPT (this is no Redis).
  rr_status open();
  /// Asks. An error that the server answers is a reply like others.
  rr_status ask(const RedisCommand& command, RedisReply* reply);
  /// The same, for those who want a reply of this type; another is explained.
  rr_status ask(const RedisCommand& command, int type, RedisReply* reply);
  /// Explains a reply that is not what was asked for: RR_SYSTEM for an error of the server, RR_CORRUPT for another.
  rr_status refuse(const RedisReply& reply);
  /// Begins the time anew.
  void renew();

 private:
  /// How much of arrays hiredis may make room for, before their elements have come.
  struct ArrayLimit {
    int elements_left;
    void* (*make)(const redisReadTask* task, int elements);
  };
  static void* make_array(const redisReadTask* task, int elements);

  bool make_reader();
  rr_status connect_to_server();
  rr_status log_in();
  rr_status send_all(Bytes text);
  rr_status receive(RedisReply* reply);
  /// Waits for the socket. RR_SYSTEM at the deadline.
  rr_status wait_for(short events);
  rr_status fail(const char* what);

  const rr_grants& grants_;
  const RedisStore& store_;
  rr_reason* reason_;
  unsigned milliseconds_;
  long long until_ = 0;
  int fd_ = -1;
  redisReader* reader_ = nullptr;
  redisReplyObjectFunctions functions_{};
  ArrayLimit limit_{};
};

}  // namespace relayrules::runtime
