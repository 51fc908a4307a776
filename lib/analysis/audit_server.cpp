// The audit of a whole server: every cell of its mail matrix, brought into the four-way table. See audit.hpp.
//
// "Relays" means here: mail to the outside is taken from these clients as they come, without a login. Where that needs
// one of the owner's addresses behind MAIL FROM it needs nothing, for anybody writes there what he likes.
#include <algorithm>
#include <cstdlib>

#include "analysis/audit_cells.hpp"
#include "analysis/audit_groups.hpp"
#include "analysis/mail_matrix.hpp"

namespace core::analysis {
namespace {

bool is_plain_outside(const AddressClass& recipients) {
  return recipients.place == AddressPlace::others && recipients.patterns.empty();
}

PublicAddresses public_addresses_of(const ClientClass& clients) {
  PublicAddresses addresses;
  for (const ClientProduct& product : clients.products)
    for (const Prefix& prefix : prefixes_of(product.ranges)) addresses.add(prefix);
  return addresses;
}

class ServerAudit {
 public:
  explicit ServerAudit(const Site& site) : site_(site), matrix_({&site}) {}

  Audit make() {
    for (std::size_t c = 0; c < matrix_.clients.size(); ++c) judge(c);
    for (const JudgedClass& judged : classes_) add_surface(judged);
    result_.destinations = destination_surface(site_);
    const bool too_wide = is_too_wide_to_own(result_.surface.public_part);
    result_.groups = judged_groups(site_, too_wide, classes_);
    confirm();
    fill_cells(result_, site_, too_wide);
    if (trusts_senders_) result_.reasons.push_back(Reason::sender_trust);
    return std::move(result_);
  }

 private:
  /// True when some mail of the class to such recipients is taken under a circumstance.
  template <typename Wanted>
  bool takes(std::size_t client, std::size_t about, bool any_sender, Wanted&& wanted) {
    for (std::size_t s = 0; s < matrix_.senders.size(); ++s) {
      if (!any_sender && matrix_.senders[s].place != AddressPlace::others) continue;
      for (std::size_t r = 0; r < matrix_.recipients.size(); ++r) {
        if (!wanted(matrix_.recipients[r])) continue;
        const CellDecision& cell = matrix_.at(client, about, s, r);
        if (place_ == Span() || cell.is_accepted()) place_ = cell.place;
        if (cell.is_accepted()) return true;
      }
    }
    return false;
  }

  void judge(std::size_t client) {
    const auto is_listed = [](const AddressClass& recipients) { return !is_plain_outside(recipients); };
    JudgedClass judged{&matrix_.clients[client], ClientAccess::denied, false, {}};
    place_ = {};
    bool by_sender = false;
    for (std::size_t about = 0; about < matrix_.circumstances.size(); ++about) {
      const Circumstance& circumstance = matrix_.circumstances[about];
      if (circumstance.logged_in || circumstance.granted || circumstance.assumed) continue;
      if (takes(client, about, false, is_plain_outside))
        judged.can_be_ours = true;
      else
        by_sender = takes(client, about, true, is_plain_outside) || by_sender;
      if (takes(client, about, true, is_listed)) judged.access = ClientAccess::let_in;
    }
    if (judged.can_be_ours || by_sender) judged.access = ClientAccess::relays;
    if (by_sender && !judged.can_be_ours) {
      judged.can_be_ours = !is_too_wide_to_own(public_addresses_of(*judged.clients));
      trusts_senders_ = trusts_senders_ || !judged.can_be_ours;
    }
    judged.place = place_;
    if (judged.access != ClientAccess::relays) add_conditions(client);
    classes_.push_back(judged);
  }

  /// What lets these clients relay that may not as they come.
  void add_conditions(std::size_t client) {
    for (std::size_t about = 0; about < matrix_.circumstances.size(); ++about) {
      const Circumstance& circumstance = matrix_.circumstances[about];
      if (circumstance.logged_in && takes(client, about, true, is_plain_outside)) result_.auth = true;
      if (circumstance.assumed && takes(client, about, true, is_plain_outside)) result_.unless = matrix_.unless();
    }
  }

  void add_surface(const JudgedClass& judged) {
    if (judged.access != ClientAccess::relays) return;
    for (const ClientProduct& product : judged.clients->products) {
      if (product.names.any || product.names.without) {
        add_nets(result_.surface, prefixes_of(product.ranges));
        continue;
      }
      ClientSet clients{product.ranges, count_addresses(product.ranges), product.names, {}, judged.clients->witness};
      const Reach reach = reach_of(clients, product.verified);
      result_.surface.trusts.push_back({std::move(clients), {std::nullopt, judged.place}, reach});
    }
  }

  /// Every witness is asked about again: it has another address than that of its class.
  void confirm() const {
    for (const ClientGroup& group : result_.groups) {
      bool relays = false;
      for (std::size_t about = 0; about < matrix_.circumstances.size(); ++about)
        for (std::size_t s = 0; s < matrix_.senders.size() && !relays; ++s)
          for (std::size_t r = 0; r < matrix_.recipients.size() && !relays; ++r) {
            const Circumstance& circumstance = matrix_.circumstances[about];
            if (circumstance.logged_in || circumstance.granted || circumstance.assumed) continue;
            if (!is_plain_outside(matrix_.recipients[r])) continue;
            Transaction mail = matrix_.witness(0, about, s, r);
            mail.client = group.witness;
            mail.verified = group.witness_verified;
            relays = evaluate(site_, mail).is_accepted();
          }
      if (relays != (group.access == ClientAccess::relays)) std::abort();
    }
  }

  const Site& site_;
  MailMatrix matrix_;
  Audit result_;
  std::vector<JudgedClass> classes_;
  Span place_;
  bool trusts_senders_ = false;
};

}  // namespace

Audit audit_server(const Site& site) { return ServerAudit(site).make(); }

}  // namespace core::analysis
