// Asking the store of grants: see grants.hpp.
#include "relayrules-policyd/grants.hpp"

#include <ctime>
#include <utility>

#include "relayrules-policyd/message.hpp"

namespace relayrules::policyd {

namespace {

constexpr std::chrono::seconds after_failure{1};

}  // namespace

Grants::~Grants() { close_store(); }

void Grants::close_store() { rr_grants_close(std::exchange(store_, nullptr)); }

rr_status Grants::open_store() {
  rr_grants_options options = RR_GRANTS_OPTIONS_INIT;
  options.seconds = options_.seconds;
  options.ipv6_bits = options_.ipv6_bits;
  options.never = options_.never.empty() ? nullptr : options_.never.c_str();
  return rr_grants_open(options_.store.c_str(), &options, &store_, &reason_);
}

bool Grants::open(const GrantOptions& options) {
  options_ = options;
  if (options.store.empty()) return true;
  const rr_status status = open_store();
  if (status != RR_OK) complain();
  return status != RR_BAD_ARGUMENT;
}

bool Grants::hold_for(const rr_client& client, const rr_result& rules) {
  if (options_.store.empty() || rr_may_be_granted(&rules, RR_ALLOW) == 0 || Clock::now() < silent_until_) return false;
  rr_grant grant = RR_GRANT_INIT;
  rr_status status = store_ == nullptr ? open_store() : RR_OK;
  if (status == RR_OK) status = rr_grants_lookup(store_, &client, std::time(nullptr), &grant, &reason_);
  if (status == RR_OK) {
    if (!complaint_.empty()) say("the store of grants answers again");
    complaint_.clear();
    return grant.state == RR_GRANT_VALID;
  }
  // one broken record says nothing of the others
  if (grant.state == RR_GRANT_BROKEN) {
    say(std::string("no grant: ") + reason_.text);
    return false;
  }
  close_store();  // a folder may have been made anew
  complain();
  return false;
}

void Grants::complain() {
  silent_until_ = Clock::now() + after_failure;
  const std::string text = std::string("no grants: ") + reason_.text;
  if (text != complaint_) say(text);
  complaint_ = text;
}

}  // namespace relayrules::policyd
