// The audit of a whole server: every cell of its mail matrix, brought into the four-way table. See audit.hpp.
//
// "Relays" means here: mail to the outside is taken from these clients as they come, without a login. Where that needs
// one of the owner's addresses behind MAIL FROM it needs nothing, for anybody writes there what he likes.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>
#include <string>

#include "analysis/audit_cells.hpp"
#include "analysis/audit_groups.hpp"
#include "analysis/mail_matrix.hpp"
#include "base/add_once.hpp"

namespace core::analysis {
namespace {

/// Those that no table says anything of. A listed user may fare as they do, and is of their class then.
bool is_plain_outside(const AddressClass& addresses) {
  return addresses.place == AddressPlace::others && addresses.has_unnamed;
}

/// Users whom a table about recipients names, at every domain.
bool is_user_outside(const AddressClass& recipients) {
  return recipients.place == AddressPlace::others && !recipients.has_unnamed;
}

bool are_too_many_to_own(const ClientClass& clients) {
  PublicAddresses addresses;
  return std::any_of(clients.products.begin(), clients.products.end(),
                     [&](const ClientProduct& product) { return become_too_many(addresses, product.ranges); });
}

/// Which cell of a row told what its clients may do.
struct Telling {
  std::size_t circumstance = 0;
  std::size_t sender = 0;
  std::size_t recipient = 0;
};

class ServerAudit {
 public:
  explicit ServerAudit(const Site& site) : site_(site), matrix_({&site}) {
    for (const Stage& stage : site.stages)
      for (const Step& step : stage.steps) {
        if (step.may_permit_unknown()) permitting_.insert(step.text);
        if (step.either_way) either_way_.insert(step.text);
      }
  }

  Audit make() {
    for (std::size_t c = 0; c < matrix_.clients.size(); ++c) judge(c);
    leave_out_names();
    for (const JudgedClients& judged : judged_) add_surface(judged);
    result_.destinations = destination_surface(site_);
    const bool too_wide = is_too_wide_to_own(result_.surface.public_part);
    result_.groups = judged_groups(site_, too_wide, std::move(judged_));
    confirm();
    for (const ClientAccess access : {ClientAccess::let_in, ClientAccess::denied})
      for (const std::string& unless : result_.untold[static_cast<std::size_t>(access)][1])
        if (permitting_.contains(unless)) add_once(result_.unless, unless);
    fill_cells(result_, site_, too_wide);
    if (trusts_senders_) {
      // so many relay for what they write, not for who they are
      std::erase(result_.reasons, Reason::too_wide);
      result_.reasons.push_back(Reason::sender_trust);
    }
    return std::move(result_);
  }

 private:
  /// True when some mail of the class to such recipients is taken under a circumstance.
  template <typename Wanted>
  bool takes(std::size_t client, std::size_t about, bool any_sender, Wanted&& wanted) {
    const auto is_wanted = [&](const AddressClass& senders) { return any_sender || is_plain_outside(senders); };
    const std::vector<std::size_t> recipients = first_of_kinds(matrix_.recipients, wanted);
    for (const std::size_t s : first_of_kinds(matrix_.senders, is_wanted))
      for (const std::size_t r : recipients) {
        telling_ = {about, s, r};
        if (sends_on(matrix_.at(client, about, s, r).access, matrix_.recipients[r])) return true;
      }
    return false;
  }

  /// True when whether some mail is taken rests on a list of destinations that is not there: such clients are let in.
  bool is_left_open(std::size_t client, std::size_t about) const {
    if (!is_list_missing_) return false;
    for (const std::size_t s : matrix_.sender_kinds)
      for (const std::size_t r : first_of_kinds(matrix_.recipients, is_plain_outside))
        if (matrix_.at(client, about, s, r).access == Access::pass) return true;
    return false;
  }

  /// Mail to the outside that is thrown away relays nothing.
  static bool sends_on(Access access, const AddressClass& recipients) {
    return access == Access::allow || (access == Access::discard && recipients.place != AddressPlace::others);
  }

  /// What the mail of some clients may do, whatever their addresses.
  struct Judgement {
    ClientAccess access = ClientAccess::denied;
    bool by_client = false;
    bool by_sender = false;
    std::string to_user;  ///< one to whom mail is taken, as to this user at every domain; or empty
    Telling telling;
  };

  Judgement judgement_of(std::size_t client) {
    const auto is_listed = [](const AddressClass& recipients) { return recipients.place != AddressPlace::others; };
    Judgement judgement;
    for (std::size_t about = 0; about < matrix_.circumstances.size(); ++about) {
      if (!is_as_it_comes(matrix_.circumstances[about])) continue;
      if (takes(client, about, true, is_listed) || is_left_open(client, about)) judgement.access = ClientAccess::let_in;
      if (takes(client, about, true, is_user_outside)) {
        judgement.to_user = matrix_.recipients[telling_.recipient].witness.text();
        judgement.access = ClientAccess::let_in;
      }
      const bool by_client = takes(client, about, false, is_plain_outside);
      if (by_client || about == 0) judgement.telling = telling_;
      judgement.by_client = judgement.by_client || by_client;
      if (by_client || !takes(client, about, true, is_plain_outside)) continue;
      judgement.by_sender = true;
      judgement.telling = telling_;
    }
    if (judgement.by_client || judgement.by_sender) judgement.access = ClientAccess::relays;
    if (judgement.access != ClientAccess::relays) add_conditions(client);
    if (!matrix_.unless().empty()) add_untold(client, judgement.access);
    return judgement;
  }

  /// What nobody can tell here, of each cell for such clients as they come.
  void add_untold(std::size_t client, ClientAccess access) {
    const auto is_told = [](const AddressClass& recipients) { return !is_user_outside(recipients); };
    const std::vector<std::size_t> recipients = first_of_kinds(matrix_.recipients, is_told);
    for (std::size_t about = 0; about < matrix_.circumstances.size(); ++about) {
      if (!is_as_it_comes(matrix_.circumstances[about])) continue;
      for (const std::size_t s : matrix_.sender_kinds)
        for (const std::size_t r : recipients) {
          const bool is_outside = matrix_.recipients[r].place == AddressPlace::others;
          const bool is_taken = access == ClientAccess::relays || (access == ClientAccess::let_in && !is_outside);
          add_untold(matrix_.witness(client, about, s, r), is_taken,
                     result_.untold[static_cast<std::size_t>(access)][is_outside ? 1 : 0]);
        }
    }
  }

  /// `is_taken`: some mail of its cell is, so that what else may be is no news.
  void add_untold(Transaction mail, bool is_taken, std::vector<std::string>& untold) const {
    const MailDecision decision = matrix_.decide(mail);
    const auto add = [&](const MailDecision& asked, const std::set<std::string>& known) {
      for (const std::string& unless : asked.unless)
        if (known.contains(unless)) add_once(untold, unless);
    };
    if (decision.is_accepted()) return add(decision, either_way_);
    mail.assumed = true;
    const MailDecision assumed = matrix_.decide(mail);
    if (is_taken || !assumed.is_accepted()) return;
    add(decision, permitting_);
    add(assumed, permitting_);
  }

  void judge(std::size_t client) {
    ClientClass& clients = matrix_.clients[client];
    if (clients.kind == judgements_.size()) judgements_.push_back(judgement_of(client));
    const Judgement& judgement = judgements_[clients.kind];
    JudgedClients judged{{}, judgement.access, judgement.by_client, {}};
    if (judgement.by_sender && !judgement.by_client) {
      judged.can_be_ours = !are_too_many_to_own(clients);
      trusts_senders_ = trusts_senders_ || !judged.can_be_ours;
    }
    const bool may_send_to_user = !judgement.to_user.empty() && judgement.access != ClientAccess::relays;
    if (may_send_to_user && are_too_many_to_own(clients)) result_.user_outside = judgement.to_user;
    for (ClientProduct& product : clients.products) {
      judged.places = places_of(product, judgement.telling);
      judged_.push_back(judged);
      judged_.back().clients = std::move(product);  // from here on nobody asks for those of the class
    }
  }

  static bool is_as_it_comes(const Circumstance& circumstance) {
    return !circumstance.logged_in && !circumstance.granted && !circumstance.assumed;
  }

  /// What decides about some of the clients.
  [[nodiscard]] std::vector<Span> places_of(const ClientProduct& product, const Telling& telling) {
    constexpr std::size_t most_asked = 4;
    std::vector<Span> places;
    Transaction mail = matrix_.witness(0, telling.circumstance, telling.sender, telling.recipient);
    mail.verified = product.verified;
    for (std::size_t i = 0; i < std::min(product.ranges.size(), most_asked); ++i) {
      mail.client = {product.ranges[i].first, product.sample, std::nullopt};
      places.push_back(matrix_.decide(mail).place);
    }
    return places;
  }

  /// Clients with names that fare as those without one need no word: what counts is their address.
  void leave_out_names() {
    const auto is_by_address = [](const JudgedClients& judged) { return judged.clients.is_by_address(); };
    if (std::all_of(judged_.begin(), judged_.end(), is_by_address)) return;
    std::array<std::vector<RangeList>, 3> by_address;
    for (const JudgedClients& judged : judged_)
      if (is_by_address(judged)) by_address[place_of(judged)].push_back(judged.clients.ranges);
    std::array<RangeList, 3> lists;
    for (std::size_t i = 0; i < lists.size(); ++i) lists[i] = united(std::move(by_address[i]));
    for (JudgedClients& judged : judged_)
      if (!judged.clients.is_by_address())
        judged.clients.ranges = subtract(judged.clients.ranges, lists[place_of(judged)]);
    std::erase_if(judged_, [](const JudgedClients& judged) { return judged.clients.ranges.empty(); });
  }

  static std::size_t place_of(const JudgedClients& judged) { return static_cast<std::size_t>(judged.access); }

  /// What lets these clients relay that may not as they come.
  void add_conditions(std::size_t client) {
    for (std::size_t about = 0; about < matrix_.circumstances.size(); ++about) {
      const Circumstance& circumstance = matrix_.circumstances[about];
      if (circumstance.logged_in && takes(client, about, true, is_plain_outside)) result_.auth = true;
    }
  }

  void add_surface(const JudgedClients& judged) {
    if (judged.access != ClientAccess::relays) return;
    const ClientProduct& product = judged.clients;
    if (product.is_by_address()) return add_nets(result_.surface, prefixes_of(product.ranges));
    ClientSet clients{product.ranges, count_addresses(product.ranges), product.names, {}, {}};
    clients.witness = {product.ranges.front().first, product.sample, std::nullopt};
    const Reach reach = known_reach(clients, product.verified);
    result_.surface.trusts.push_back({std::move(clients), {std::nullopt, judged.places.front()}, reach});
  }

  /// reach_of. The same names are often trusted at several lists of addresses, and may be too many to be asked about
  /// again.
  Reach known_reach(const ClientSet& clients, bool verified) {
    if (PublicAddresses none; !become_too_many(none, clients.ranges)) return Reach::named;
    if (clients.names.any || clients.names.others) return reach_of(clients.names, verified);
    for (const KnownReach& known : reaches_)
      if (known.verified == verified && known.names == clients.names.patterns) return known.reach;
    constexpr std::size_t kept = 8;
    if (reaches_.size() == kept) reaches_.erase(reaches_.begin());
    return reaches_.emplace_back(KnownReach{clients.names.patterns, verified, reach_of(clients.names, verified)}).reach;
  }

  /// Every witness is asked about again: it has another address than that of its class.
  void confirm() {
    const std::vector<std::size_t> recipients = first_of_kinds(matrix_.recipients, is_plain_outside);
    for (const ClientGroup& group : result_.groups) {
      bool relays = false;
      for (std::size_t about = 0; about < matrix_.circumstances.size(); ++about) {
        if (!is_as_it_comes(matrix_.circumstances[about])) continue;
        for (const std::size_t s : matrix_.sender_kinds)
          for (const std::size_t r : recipients) {
            Transaction mail = matrix_.witness(0, about, s, r);
            mail.client = group.witness;
            mail.verified = group.witness_verified;
            relays = relays || sends_on(matrix_.decide(mail).access, matrix_.recipients[r]);
          }
      }
      if (relays != (group.access == ClientAccess::relays)) std::abort();
    }
  }

  const Site& site_;
  MailMatrix matrix_;
  Audit result_;
  std::vector<JudgedClients> judged_;
  std::vector<Judgement> judgements_;  ///< by kind of clients
  struct KnownReach {
    NameList names;
    bool verified;
    Reach reach;
  };
  std::vector<KnownReach> reaches_;
  std::set<std::string> permitting_;  ///< what nobody can tell here, and may permit
  std::set<std::string> either_way_;  ///< and may do either
  Telling telling_;
  bool is_list_missing_ = site_.known_destinations() == Destinations::unknown;
  bool trusts_senders_ = false;
};

}  // namespace

Audit audit_server(const Site& site) { return ServerAudit(site).make(); }

}  // namespace core::analysis
