// What the tables of a site say together, and qmail's stages: see site.hpp.
#include "model/site.hpp"

#include <algorithm>
#include <utility>

namespace core {
namespace {

constexpr std::pair<Server, std::string_view> server_names[] = {
    {Server::qmail, "qmail"},
    {Server::sendmail, "sendmail"},
    {Server::postfix, "postfix"},
    {Server::exchange, "exchange"},
};

}  // namespace

Server find_server(std::string_view name) {
  for (const auto& [server, known] : server_names)
    if (name == known) return server;
  return Server::unknown;
}

std::string_view server_name(Server server) {
  for (const auto& [known, name] : server_names)
    if (server == known) return name;
  return {};
}

const Policy& Site::clients() const {
  static const Policy everybody;
  return policies.empty() ? everybody : policies.front();
}

const DestinationList& Site::accepted() const {
  static const DestinationList nothing;
  return destinations.empty() ? nothing : destinations.front();
}

Destinations Site::known_destinations() const {
  // Exchange's accepted domains are a file of their own; other servers say in their settings what they accept
  if (!rests_on_one_policy())
    return server == Server::exchange && !asks(Subject::destination) ? Destinations::unknown : Destinations::listed;
  for (const Stage& stage : stages)
    for (const Step& step : stage.steps) {
      if (step.subject == Subject::destination) return Destinations::listed;
      if (step.subject == Subject::always && stage.name == "recipient") return Destinations::absent;
    }
  return Destinations::unknown;
}

bool Site::asks(Subject subject) const {
  return std::any_of(stages.begin(), stages.end(), [&](const Stage& stage) {
    return std::any_of(stage.steps.begin(), stage.steps.end(), [&](const Step& step) {
      return step.subject == subject || std::any_of(step.needs.begin(), step.needs.end(),
                                                    [&](const Need& need) { return need.subject == subject; });
    });
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

void Site::list_destinations() {
  DestinationList list;
  list.format = server_name(server);
  for (const Stage& stage : stages)
    for (const Step& step : stage.steps) {
      if (step.subject != Subject::recipient) continue;
      const AddressTable& table = addresses[*step.table];
      for (const AddressRule& rule : table.rules()) {
        const Outcome& outcome = table.outcome_of(rule);
        const bool is_taken = step.take == Take::relay ? outcome.relay == Relay::grant : outcome.allows();
        const bool is_domain = rule.kind == AddressKind::domain || rule.kind == AddressKind::below;
        if (is_taken && is_domain && list.find(rule.text) == nullptr) list.add({std::string(rule.text), rule.span});
      }
    }
  destinations.push_back(std::move(list));
}

std::uint32_t Site::add_reply(std::string text) {
  const auto [entry, is_new] = reply_index.try_emplace(std::move(text), static_cast<std::uint32_t>(replies.size()));
  if (is_new) replies.push_back(entry->first);
  return entry->second;
}

}  // namespace core
