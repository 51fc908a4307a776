// What the tables of a site say together, and qmail's stages: see site.hpp.
#include "model/site.hpp"

#include <algorithm>

namespace core {

const Policy& Site::clients() const {
  static const Policy everybody;
  return policies.empty() ? everybody : policies.front();
}

const DestinationList& Site::accepted() const {
  static const DestinationList nothing;
  return destinations.empty() ? nothing : destinations.front();
}

Destinations Site::known_destinations() const {
  for (const Stage& stage : stages)
    for (const Step& step : stage.steps) {
      if (step.subject == Subject::destination) return Destinations::listed;
      if (step.subject == Subject::always && stage.name == "recipient") return Destinations::absent;
    }
  return Destinations::unknown;
}

bool Site::asks(Subject subject) const {
  return std::any_of(stages.begin(), stages.end(), [&](const Stage& stage) {
    return std::any_of(stage.steps.begin(), stage.steps.end(),
                       [&](const Step& step) { return step.subject == subject; });
  });
}

void Site::add_connect_stage() {
  if (policies.empty()) return;
  // tcpserver does not confirm names: whoever runs the client's reverse DNS chose it
  const Subject subject = clients().is_by_key() ? Subject::claimed_client : Subject::libwrap_client;
  stages.push_back({"connect", {{.subject = subject, .table = 0, .take = Take::outcome, .text = "client rules"}}});
}

void Site::add_recipient_stage(Destinations known, bool login) {
  Stage& stage = stages.emplace_back(Stage{"recipient", {}, Access::pass});
  stage.steps.push_back({.subject = Subject::readable_recipient, .text = "syntax"});
  stage.steps.push_back({.subject = Subject::relay, .text = "RELAYCLIENT"});
  if (login) stage.steps.push_back({.subject = Subject::login, .text = "SMTP AUTH"});
  if (grants) stage.steps.push_back({.subject = Subject::grant, .text = "grants"});
  if (known == Destinations::absent) stage.steps.push_back({.subject = Subject::always, .text = "no rcpthosts"});
  if (known == Destinations::listed) {
    stage.steps.push_back({.subject = Subject::destination, .table = 0, .text = "rcpthosts"});
    stage.end = Access::deny;
    stage.reply = add_reply("553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)");
  }
}

std::uint32_t Site::add_reply(std::string text) {
  const auto found = std::find(replies.begin(), replies.end(), text);
  const auto index = static_cast<std::uint32_t>(found - replies.begin());
  if (found == replies.end()) replies.push_back(std::move(text));
  return index;
}

}  // namespace core
