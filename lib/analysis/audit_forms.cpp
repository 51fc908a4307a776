// Filling in names: see audit.hpp. What is listed and no one's own (an open suffix) is foreign to the readers, and then
// the outside is a name below it: the worst that can be shown.
#include "analysis/audit.hpp"

#include <algorithm>

#include "model/domain_fault.hpp"
#include "model/recipient.hpp"
#include "model/transaction.hpp"

namespace core::analysis {
namespace {

const std::string& own_name(const Site& site) {
  if (site.server == Server::postfix) return site.postfix.name;
  return site.server == Server::sendmail ? site.sendmail.host : site.qmail.me;
}

Surroundings surroundings_of(const Site& site, const DestinationSurface& found) {
  Surroundings around;
  around.accepts_all = site.known_destinations() == Destinations::absent;
  if (site.known_destinations() == Destinations::unknown) around.ours.add({"listed.example", {}});
  auto open = found.open.begin();
  for (std::size_t i = 0; i < site.accepted().entries().size(); ++i) {
    const bool is_open = open != found.open.end() && open->entry == i;
    if (is_open) ++open;
    (is_open ? around.foreign : around.ours).add(site.accepted().entries()[i]);
  }
  around.percenthack = site.qmail.percenthack;
  const auto or_else = [](const std::string& name, const std::string& other) { return name.empty() ? other : name; };
  around.me = own_name(site).empty() ? "server.example" : own_name(site);
  around.literal_host = or_else(site.qmail.literal_host, around.me);
  around.default_host = or_else(site.qmail.default_host, around.me);
  around.literal = "192.0.2.25";
  return around;
}

FormNames names_of(const Site& site, const DestinationSurface& found, const Surroundings& around) {
  FormNames names;
  names.outside = around.foreign.entries().empty() ? outside_domain(site.accepted())
                                                   : "anything" + around.foreign.entries().front().name;
  names.me = around.me;
  names.literal = around.literal;
  // one that percenthack rewrites shows more
  const auto is_rewritten = [&](const Destination& entry) {
    return std::any_of(around.percenthack.begin(), around.percenthack.end(),
                       [&](const Destination& hack) { return hack.name == entry.name; });
  };
  unsigned best = 0;
  for (const Destination& entry : around.ours.entries()) {
    if (found.impossible != 0 && domain_fault(entry.name)) continue;
    if (entry.is_suffix()) {
      if (names.parent.empty() && !around.ours.accepts(entry.domain())) names.parent = entry.domain();
      continue;
    }
    const unsigned worth = is_rewritten(entry) ? 3 : entry.name.find('.') != std::string::npos ? 2 : 1;
    if (worth <= best) continue;
    best = worth;
    names.listed = entry.name;
  }
  if (names.listed.empty()) names.listed = names.parent.empty() ? names.me : "mail." + names.parent;
  return names;
}

/// The program that reads the recipients of a whole server; none: its files do not say.
std::optional<MailServer> reader_of(const Site& site) {
  if (site.server == Server::postfix) return MailServer::postfix;
  if (site.server == Server::sendmail) return MailServer::sendmail;
  return std::nullopt;
}

/// A client that is let in and may not relay, or else one that is not let in.
Client stranger_of(const Audit& audit) {
  const ClientGroup* found = nullptr;
  for (const ClientGroup& group : audit.groups) {
    if (group.access == ClientAccess::relays) continue;
    if (found == nullptr || group.access == ClientAccess::let_in) found = &group;
  }
  return found == nullptr ? Client{} : found->witness;
}

/// How the server decides about the form.
ReadRecipient decided(const Site& site, const ReadyPolicies& ready, const RecipientForm& form, const Client& stranger) {
  Transaction mail{.client = stranger};
  mail.recipient = form.path;
  const MailAddress address = read_recipient(site, form.path).address;
  if (!evaluate(site, mail, nullptr, &ready).is_accepted()) return {FormOutcome::refused, address.text()};
  const bool is_local = !address.domain || site.accepted().accepts(*address.domain);
  return {is_local ? FormOutcome::local : FormOutcome::outside, address.text()};
}

}  // namespace

FormNames form_names(const Site& site) {
  const DestinationSurface found = destination_surface(site);
  FormNames names = names_of(site, found, surroundings_of(site, found));
  // an address that every host has
  names.literal = site.qmail.literal.empty() ? "127.0.0.1" : site.qmail.literal;
  return names;
}

std::vector<FormRow> try_forms(const Site& site, const Audit& audit) {
  const DestinationSurface& found = audit.destinations;
  const Client stranger = stranger_of(audit);
  const Surroundings around = surroundings_of(site, found);
  std::optional<ReadyPolicies> ready;
  if (reader_of(site)) ready.emplace(site);
  std::vector<FormRow> rows;
  for (RecipientForm& form : recipient_forms(names_of(site, found, around))) {
    FormRow& row = rows.emplace_back();
    for (const MailServer reader : all_mail_servers)
      row.read[static_cast<std::size_t>(reader)] =
          reader_of(site) == reader ? decided(site, *ready, form, stranger) : read_recipient(reader, form.path, around);
    row.form = std::move(form);
  }
  return rows;
}

}  // namespace core::analysis
