// Opening and replacing: see rules.hpp.
#include "relayrules-policyd/rules.hpp"

#include <utility>

#include "relayrules-policyd/message.hpp"

namespace relayrules::policyd {

namespace {

std::string message(const std::string& file, rr_status status) {
  char text[200];
  return "cannot use '" + file + "': " + rr_errmsg(status, text, sizeof text);
}

}  // namespace

Rules::~Rules() { rr_rcpthosts_close(ours_); }

bool Rules::open(const RuleOptions& options) {
  options_ = options;
  if (const Status status = database_.open(options.rules.c_str(), options.scheme); !status.ok())
    return say(message(options.rules, status.code())), false;
  if (!grants_.open(options.grants)) return false;
  if (options.control.empty()) return true;
  const rr_status status = rr_rcpthosts_open(options.control.c_str(), &ours_);
  if (status != RR_OK) say(message(options.control, status));
  return status == RR_OK;
}

void Rules::refresh(bool forced) {
  bool is_changed = false;
  if (const Status status = database_.refresh(&is_changed); !status.ok())
    return complain(message(options_.rules, status.code()) + "; the old rules stay in use");
  if (is_changed) say("new rules are in use");
  if (forced) grants_.reopen();
  if (forced) grants_.reopen();
  if (forced && !options_.control.empty()) {
    rr_rcpthosts* fresh = nullptr;
    const rr_status status = rr_rcpthosts_open(options_.control.c_str(), &fresh);
    if (status != RR_OK) return complain(message(options_.control, status) + "; the old domains stay in use");
    rr_rcpthosts_close(std::exchange(ours_, fresh));
  }
  complaint_.clear();
}

void Rules::complain(const std::string& text) {
  if (text != complaint_) say(text);
  complaint_ = text;
}

}  // namespace relayrules::policyd
