// What the tables and stages of a site say together: see site.hpp.
#include "model/site.hpp"

#include <algorithm>

#include "model/evaluate.hpp"

namespace core {
namespace {

/// Who stands before the recipient stage.
struct Caller {
  const Transaction& transaction;
  bool relays = false;
};

bool is_hit(const Site& site, const Step& step, const Caller& caller) {
  const auto has_grant = [&](const Grant& grant) {
    return !grant.expired && grant.address == caller.transaction.client.address;
  };
  switch (step.subject) {
    case Subject::relay: return caller.relays;
    case Subject::login: return caller.transaction.logged_in;
    case Subject::grant: return site.grants && std::any_of(site.grants->begin(), site.grants->end(), has_grant);
    case Subject::recipient: return !step.table || site.destinations[*step.table].accepts(caller.transaction.domain);
    case Subject::client: break;
  }
  return false;
}

}  // namespace

const Policy& Site::clients() const {
  static const Policy everybody;
  return policies.empty() ? everybody : policies.front();
}

const DestinationList& Site::accepted() const {
  static const DestinationList nothing;
  return destinations.empty() ? nothing : destinations.front();
}

Destinations Site::known_destinations() const {
  for (const Step& step : recipient)
    if (step.subject == Subject::recipient) return step.table ? Destinations::listed : Destinations::absent;
  return Destinations::unknown;
}

bool Site::asks(Subject subject) const {
  return std::any_of(recipient.begin(), recipient.end(), [&](const Step& step) { return step.subject == subject; });
}

void Site::set_recipient_steps(Destinations known, bool login) {
  recipient = {{Subject::relay}};
  if (login) recipient.push_back({Subject::login});
  if (grants) recipient.push_back({Subject::grant});
  if (known == Destinations::listed) recipient.push_back({Subject::recipient, 0, Access::allow, Access::deny});
  if (known == Destinations::absent) recipient.push_back({Subject::recipient});
}

std::optional<Access> evaluate(const Site& site, const Transaction& transaction) {
  Caller caller{transaction};
  for (const Step& step : site.connect) {
    const Policy& policy = site.policies[*step.table];
    const Outcome& outcome = outcome_of(policy, evaluate(policy, transaction.client, site.daemon));
    if (!outcome.allows()) return outcome.access;
    if (outcome.relay != Relay::unchanged) caller.relays = outcome.relays();
  }
  for (const Step& step : site.recipient) {
    const Access answer = is_hit(site, step, caller) ? step.hit : step.miss;
    if (answer != Access::pass) return answer;
  }
  return std::nullopt;
}

}  // namespace core
