// Asking for every cell: see mail_matrix.hpp.
#include "analysis/mail_matrix.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>

#include "base/add_once.hpp"
#include "base/launch.hpp"
#include "base/printable.hpp"

namespace core::analysis {
namespace {

/// The listeners that some step asks about.
std::vector<std::string> listeners_of(std::span<const Site* const> sites) {
  std::vector<std::string> listeners;
  const auto add = [&](Subject subject, const std::string& text) {
    if (subject == Subject::listener) add_once(listeners, text);
  };
  for (const Site* site : sites)
    for (const Stage& stage : site->stages)
      for (const Step& step : stage.steps) {
        add(step.subject, step.text);
        for (const Need& need : step.needs) add(need.subject, need.text);
      }
  return listeners;
}

bool asks(std::span<const Site* const> sites, Subject subject) {
  return std::any_of(sites.begin(), sites.end(), [&](const Site* site) { return site->asks(subject); });
}

std::vector<Circumstance> circumstances_of(std::span<const Site* const> sites) {
  std::vector<Circumstance> list = {{}};
  if (asks(sites, Subject::login)) list.push_back({.logged_in = true, .listener = {}});
  if (asks(sites, Subject::grant)) list.push_back({.granted = true, .listener = {}});
  if (asks(sites, Subject::unknown)) list.push_back({.assumed = true, .listener = {}});
  const std::size_t plain = list.size();
  for (const std::string& listener : listeners_of(sites))
    for (std::size_t i = 0; i < plain; ++i) {
      Circumstance there = list[i];
      there.listener = listener;
      list.push_back(std::move(there));
    }
  return list;
}

std::size_t rules_in(std::span<const Site* const> sites) {
  std::size_t count = 0;
  for (const Site* site : sites) {
    for (const Policy& policy : site->policies) count += policy.rules.size();
    for (const AddressTable& table : site->addresses) count += table.rules().size();
  }
  return count;
}

}  // namespace

std::string format_circumstance(const Circumstance& circumstance) {
  std::vector<std::string> words;
  if (circumstance.logged_in) words.emplace_back("if authenticated");
  if (circumstance.granted) words.emplace_back("with a grant");
  if (circumstance.assumed) words.emplace_back("if what nobody can tell here lets it pass");
  if (!circumstance.listener.empty()) words.push_back("at listener " + quoted(circumstance.listener));
  return fmt::format("{}", fmt::join(words, ", "));
}

MailMatrix::MailMatrix(std::vector<const Site*> sites, const MailQuery& query) : sites_(std::move(sites)) {
  // each of them may be what takes longest
  auto addresses = std::async(launch_for(rules_in(sites_)), [&] {
    senders = address_classes(sites_, AddressEnd::sender, query.sender);
    recipients = address_classes(sites_, AddressEnd::recipient, query.recipient);
  });
  auto ready = std::async(launch_for(rules_in(sites_)), [&] {
    for (const Site* site : sites_) ready_.emplace_back(*site);
  });
  clients = client_classes(sites_, query.clients);
  circumstances = query.circumstances.empty() ? circumstances_of(sites_) : query.circumstances;
  addresses.get();
  ready.get();
  ask();
}

MailDecision MailMatrix::decide(const Transaction& mail, std::size_t site) const {
  return evaluate(*sites_[site], mail, nullptr, &ready_[site]);
}

Transaction MailMatrix::witness(std::size_t client, std::size_t circumstance, std::size_t sender,
                                std::size_t recipient) const {
  const Circumstance& about = circumstances[circumstance];
  return {.client = clients[client].witness,
          .verified = clients[client].verified,
          .logged_in = about.logged_in,
          .granted = about.granted,
          .relays = false,
          .listener = about.listener,
          .sender = senders[sender].path,
          .recipient = recipients[recipient].path,
          .assumed = about.assumed};
}

const CellDecision& MailMatrix::at(std::size_t client, std::size_t circumstance, std::size_t sender,
                                   std::size_t recipient, std::size_t site) const {
  return cells_[place_of(client, circumstance, sender, recipient) + site];
}

std::size_t MailMatrix::place_of(std::size_t client, std::size_t circumstance, std::size_t sender,
                                 std::size_t recipient) const {
  const std::size_t row = clients[client].kind * circumstances.size() + circumstance;
  const std::size_t column = senders[sender].kind * recipient_kinds.size() + recipients[recipient].kind;
  return (row * sender_kinds.size() * recipient_kinds.size() + column) * sites_.size();
}

std::vector<std::string> MailMatrix::permits() const {
  std::vector<std::string> permits;
  const auto is_asked = [&](const std::string& text) {
    return std::find(unless_.begin(), unless_.end(), text) != unless_.end();
  };
  for (const Site* site : sites_)
    for (const Stage& stage : site->stages)
      for (const Step& step : stage.steps)
        if (step.may_permit_unknown() && is_asked(step.text)) add_once(permits, step.text);
  return permits;
}

void MailMatrix::ask() {
  const auto any = [](const auto&) { return true; };
  client_kinds = first_of_kinds(clients, any);
  sender_kinds = first_of_kinds(senders, any);
  recipient_kinds = first_of_kinds(recipients, any);
  const std::size_t others = circumstances.size() * sender_kinds.size() * recipient_kinds.size() * sites_.size();
  constexpr std::size_t entries_a_cell = 100;  // a cell costs as much as so many entries of a table
  const std::span all(client_kinds);
  const std::size_t half = all.size() / 2;
  auto behind = std::async(launch_for(entries_a_cell * half * others), [&] { return asked(all.subspan(half)); });
  const Asked first = asked(all.first(half));
  const Asked second = behind.get();
  for (const Asked* part : {&first, &second}) {
    cells_.insert(cells_.end(), part->cells.begin(), part->cells.end());
    for (const std::string& unless : part->unless) add_once(unless_, unless);
  }
}

MailMatrix::Asked MailMatrix::asked(std::span<const std::size_t> some_clients) const {
  Asked asked;
  for (const std::size_t c : some_clients)
    for (std::size_t about = 0; about < circumstances.size(); ++about)
      for (const std::size_t s : sender_kinds)
        for (const std::size_t r : recipient_kinds)
          for (std::size_t site = 0; site < sites_.size(); ++site) {
            const MailDecision decision = decide(witness(c, about, s, r), site);
            asked.cells.push_back({decision.access});
            for (const std::string& unless : decision.unless) add_once(asked.unless, unless);
          }
  return asked;
}

}  // namespace core::analysis
