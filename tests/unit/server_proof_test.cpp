// Proofs about whole servers as their files say them: random texts of Postfix and Sendmail, whose keys and addresses
// are written oddly, against asking for each mail. What is proved must hold of every text that a client may send.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <catch2/catch.hpp>

#include "analysis/audit.hpp"
#include "analysis/expectations.hpp"
#include "analysis/mail_diff.hpp"
#include "folder.hpp"
#include "model/recipient.hpp"
#include "site/read_site.hpp"
#include "unit/small_world.hpp"

namespace core::analysis {
namespace {

using Texts = std::vector<std::string>;

class Dice {
 public:
  explicit Dice(std::uint32_t seed) : state_(seed * 2654435761U + 1) {}
  std::size_t pick(std::size_t count) {
    state_ = state_ * 1664525U + 1013904223U;
    return (state_ >> 8) % count;
  }
  const std::string& pick(const Texts& texts) { return texts[pick(texts.size())]; }
  /// Some of them, in any order.
  std::string some(const Texts& texts, std::size_t most) {
    std::string list;
    for (std::size_t i = pick(most + 1); i > 0; --i) list += " " + pick(texts);
    return list;
  }

 private:
  std::uint32_t state_;
};

const Texts domains = {"a.org", "b.a.org", "c.net", "example.com", "[192.0.2.1]", "[ipv6:2001:db8::1]"};
const Texts odd_domains = {".a.org", "a..b", "-x.org",        "x_y.org",      "localhost",
                           "[10.0]", "org",  "[2001:db8::1]", "m.example.com"};
const Texts users = {"u", "v", "u%c.net", "a,b", "u+x"};
const std::string outside = "z.example";

/// A key of a table about senders or recipients.
std::string random_key(Dice& dice) {
  switch (dice.pick(8)) {
    case 0: return dice.pick(users) + "@";
    case 1:
    case 2: return dice.pick(users) + "@" + dice.pick(domains);
    case 3: return dice.pick(odd_domains);
    case 4: return "u@" + dice.pick(odd_domains);
    case 5: return "<>";
    default: return dice.pick(domains);
  }
}

std::string random_table(Dice& dice, const Texts& values, const std::string& tag = "") {
  std::string text;
  Texts seen;
  for (std::size_t i = dice.pick(5); i > 0; --i) {
    const std::string key = random_key(dice);
    if (std::find(seen.begin(), seen.end(), key) != seen.end()) continue;
    seen.push_back(key);
    text += tag + key + "\t" + dice.pick(values) + "\n";
  }
  return text;
}

struct ServerText {
  core::Server server;
  std::vector<std::pair<std::string, std::string>> files;
};

std::string restriction(Dice& dice) {
  static const Texts words = {"permit_mynetworks",
                              "permit_sasl_authenticated",
                              "check_client_access texthash:c",
                              "check_sender_access texthash:s",
                              "check_recipient_access texthash:r",
                              "early",
                              "reject_unauth_destination",
                              "check_policy_service unix:p",
                              "reject_unknown_sender_domain",
                              "defer_if_permit",
                              "reject_unauth_destination",
                              "permit_auth_destination"};
  return (dice.pick(12) == 0 ? "warn_if_reject " : "") + dice.pick(words);
}

std::string restrictions(Dice& dice, std::size_t most) {
  std::string list;
  for (std::size_t i = dice.pick(most + 1); i > 0; --i) list += " " + restriction(dice);
  return list;
}

ServerText postfix(Dice& dice) {
  const Texts values = {"OK",    "OK",     "REJECT", "DUNNO", "DEFER", "permit_mynetworks, reject",
                        "early", "permit", "DISCARD"};
  std::string text = "compatibility_level = 3.6\nmyhostname = m.example.com\ninet_interfaces = 127.0.0.1\n";
  text += "mydestination = example.com" + dice.some(domains, 1) + "\nrelay_domains =" + dice.some(domains, 2) + "\n";
  text += "mynetworks = 127.0.0.1" + dice.some({"10.0.0.0/8", "a.org", "unknown", "!10.0.0.1"}, 2) + "\n";
  text += "smtpd_restriction_classes = early\nearly =" + restrictions(dice, 2) + "\n";
  for (const char* list : {"smtpd_sender_restrictions", "smtpd_relay_restrictions", "smtpd_recipient_restrictions"})
    text += std::string(list) + " =" + restrictions(dice, 3) + (list[6] == 'r' ? " reject_unauth_destination\n" : "\n");
  if (dice.pick(3) == 0) text += "parent_domain_matches_subdomains =\n";
  if (dice.pick(3) == 0) text += "recipient_delimiter = +\n";
  if (dice.pick(4) == 0) text += "allow_untrusted_routing = yes\n";
  return {core::Server::postfix,
          {{"main.cf", text},
           {"c",
            "10.0.0.1 " + dice.pick(values) + "\na.org " + dice.pick(values) + "\nunknown " + dice.pick(values) + "\n"},
           {"s", random_table(dice, values)},
           {"r", random_table(dice, values)}}};
}

ServerText sendmail(Dice& dice) {
  const Texts values = {"RELAY", "OK", "REJECT", "DISCARD", "ERROR:5.1.1:550 no", "450 4.7.1 later"};
  std::string text =
      "OSTYPE(`debian')dnl\nFEATURE(`use_cw_file')dnl\ndefine(`confDOMAIN_NAME', `m.example.com')dnl\n"
      "FEATURE(`access_db')dnl\n";
  for (const char* feature : {"blocklist_recipients", "relay_entire_domain", "loose_relay_check", "delay_checks",
                              "relay_local_from", "relay_mail_from", "lookupdotdomain", "relay_hosts_only"})
    if (dice.pick(5) == 0) text += fmt::format("FEATURE(`{}')dnl\n", feature);
  std::string map = "Connect:10\t" + dice.pick(values) + "\nConnect:a.org\t" + dice.pick(values) + "\n";
  map += random_table(dice, values, "From:") + random_table(dice, values, "To:") + random_table(dice, values);
  std::string relayed;
  for (std::size_t i = dice.pick(3); i > 0; --i) relayed += dice.pick(domains) + "\n";
  return {core::Server::sendmail,
          {{"sendmail.mc", text + "MAILER(`smtp')dnl\n"},
           {"access", map},
           {"relay-domains", relayed},
           {"local-host-names", "example.com\n"}}};
}

/// A server that was read from its files.
struct ReadServer {
  explicit ReadServer(const ServerText& text) {
    for (const auto& [name, content] : text.files) {
      put(folder / name, content);
      shown += "--- " + name + "\n" + content;
    }
    ReadOptions options;
    options.scope = Scope::server;
    options.server = text.server;
    options.login = true;
    site = read_site({folder.path()}, options, sources, findings);
  }

  Folder folder;
  std::string shown;
  Sources sources;
  Findings findings;
  Site site;
};

/// What clients may write, and how the server reads it.
struct Written {
  std::string path;
  ReadAddress read;
  bool is_plain = false;  ///< it is read as the very address that it says, and no step asks for its form
};

std::vector<Written> written(const Site& site, AddressEnd end) {
  static const Texts locals = {"u", "v", "w", "u%c.net", "\"a,b\"", "u+x", "c.net!u", "\"u@c.net\""};
  Texts hosts = {"",           "@y.a.org", "@" + outside, "@[9.9.9.9]", "@[IPv6:2001:db8::1]", "@[IPv6:2001:DB8:0::1]",
                 "@LOCALHOST", "@c.net."};
  for (const Texts& list : {domains, odd_domains})
    for (const std::string& domain : list) hosts.push_back("@" + domain);
  std::vector<Written> all = {{"<>", {}, true}};
  for (const std::string& local : locals)
    for (const std::string& host : hosts) {
      Written one{"<" + local + host + ">", {}};
      one.read = end == AddressEnd::sender ? read_sender(site, one.path) : read_recipient(site, one.path);
      if (one.read.access != Access::allow) continue;
      one.is_plain = "<" + one.read.address.text() + ">" == one.path && !one.read.is_routed && !one.read.is_localhost;
      all.push_back(std::move(one));
    }
  return all;
}

struct World {
  explicit World(const Site& site)
      : senders(written(site, AddressEnd::sender)), recipients(written(site, AddressEnd::recipient)) {}

  /// Calls `visit` with many mails, of which there are many more.
  template <typename Visit>
  void for_each_mail(Dice& dice, Visit&& visit) const {
    static const std::pair<const char*, const char*> clients[] = {{"127.0.0.1", ""},        {"10.0.0.1", "h.a.org"},
                                                                  {"10.9.9.9", ""},         {"203.0.113.9", ""},
                                                                  {"203.0.113.8", "c.net"}, {"2001:db8::9", ""}};
    for (const auto& [address, name] : clients)
      for (int i = 0; i < 300; ++i) {
        const Written& sender = senders[dice.pick(senders.size())];
        const Written& recipient = recipients[dice.pick(recipients.size())];
        Transaction mail{.client = {*parse_address(address), {}, {}}, .logged_in = dice.pick(2) == 0};
        if (*name != '\0') mail.client.host = name;
        mail.verified = dice.pick(3) > 0;
        mail.sender = sender.path;
        mail.recipient = recipient.path;
        visit(mail, sender, recipient);
      }
  }

  std::vector<Written> senders;
  std::vector<Written> recipients;
};

AddressQuery random_query(Dice& dice) {
  AddressQuery query;
  const std::string text = dice.pick(2) == 0   ? "any"
                           : dice.pick(3) == 0 ? "outside"
                           : dice.pick(2) == 0 ? dice.pick(domains)
                                               : dice.pick(users) + "@" + dice.pick(domains);
  CHECK(parse_address_query(text, query));
  return query;
}

/// Surely meant: which domains are outside is the tables' to say.
bool is_meant(const AddressQuery& query, const MailAddress& address) {
  switch (query.kind) {
    case WantedAddress::any: return true;
    case WantedAddress::whole: return address.text() == query.text;
    case WantedAddress::domain: return address.domain == query.text;
    case WantedAddress::outside: return address.domain == outside || address.domain == "[9.9.9.9]";
    default: return false;
  }
}

MailOutcome outcome_for(const Site& site, Transaction mail, bool assumed) {
  mail.assumed = assumed;
  return outcome_of(CellDecision{evaluate(site, mail).access});
}

/// One of the clients of the world.
ClientQuery strangers() {
  ClientQuery query;
  query.addresses = {range_of(*parse_prefix("203.0.113.9/32"))};
  query.host.kind = HostKind::none;
  return query;
}

void check_lines(const ReadServer& server, Dice& dice, std::size_t& held) {
  const World world(server.site);
  for (int line = 0; line < 6; ++line) {
    MailDemand demand{
        {.clients = {}, .sender = random_query(dice), .recipient = random_query(dice), .circumstances = {}},
        static_cast<MailOutcome>(dice.pick(3))};
    demand.or_deferred = demand.outcome == MailOutcome::refused && dice.pick(2) == 0;
    const bool is_of_strangers = dice.pick(3) > 0;  // of whom more can be proved
    if (is_of_strangers) demand.mail.clients = strangers();
    demand.mail.circumstances.push_back({.logged_in = dice.pick(2) == 0, .listener = {}});
    const TestResult result = prove_mail(demand, server.site);
    if (result.mail) CHECK_FALSE(demand.is_met_by(outcome_for(server.site, *result.mail, result.mail->assumed)));
    if (!result.holds) continue;
    ++held;
    world.for_each_mail(dice, [&](const Transaction& mail, const Written& sender, const Written& recipient) {
      // a proof that mail is taken is about addresses that are written plainly; one that it is not, about all
      const bool is_counted = demand.outcome != MailOutcome::accepted || (sender.is_plain && recipient.is_plain);
      if (is_of_strangers && (mail.client.host || mail.client.address != strangers().addresses.front().first)) return;
      if (mail.logged_in != demand.mail.circumstances.front().logged_in || !is_counted ||
          !is_meant(demand.mail.sender, sender.read.address) ||
          !is_meant(demand.mail.recipient, recipient.read.address))
        return;
      CAPTURE(mail.client.host.value_or("-"), mail.verified, mail.logged_in, mail.sender, mail.recipient);
      const MailOutcome outcome = outcome_for(server.site, mail, false);
      if (sender.is_plain && recipient.is_plain)
        CHECK(demand.is_met_by(outcome));
      else
        CHECK(outcome != MailOutcome::accepted);
    });
  }
}

/// What is said of a client without a name whom no list need know.
void check_stranger(const ReadServer& server, Dice& dice, std::array<std::size_t, 2>& found) {
  const Audit result = audit(server.site);
  const Address stranger = strangers().addresses.front().first;
  const auto is_his = [&](const ClientGroup& group) { return !group.by_name && find(group.ranges, stranger); };
  const auto group = std::find_if(result.groups.begin(), result.groups.end(), is_his);
  REQUIRE(group != result.groups.end());
  const bool relays = group->access == ClientAccess::relays;
  ++found[relays ? 1 : 0];
  const bool may_send_out = relays || !result.user_outside.empty();
  if (may_send_out) CHECK(result.is_open());
  World(server.site).for_each_mail(dice, [&](const Transaction& mail, const Written&, const Written& recipient) {
    const bool is_outside = recipient.read.address.domain == outside || recipient.read.address.domain == "[9.9.9.9]";
    if (mail.client.address != stranger || mail.logged_in || !is_outside || may_send_out) return;
    CAPTURE(mail.sender, mail.recipient);
    CHECK(evaluate(server.site, mail).access != Access::allow);
  });
}

/// How recipients are written makes no difference.
void check_same_forms(const Site& before, const Site& after) {
  FormNames names = form_names(after);
  names.outside = outside;
  for (const RecipientForm& form : recipient_forms(names)) {
    CAPTURE(form.path);
    const Transaction mail{.client = {strangers().addresses.front().first, {}, {}}, .recipient = form.path};
    CHECK(outcome_for(before, mail, false) == outcome_for(after, mail, false));
  }
}

void check_change(const ReadServer& before, const ReadServer& after, Dice& dice, std::size_t& same) {
  const std::vector<MailChange> changes = mail_changes(MailMatrix({&before.site, &after.site}));
  for (const MailChange& change : changes) {
    CHECK(change.before != change.after);
    CHECK(outcome_for(before.site, change.witness, false) == change.before);
    CHECK(outcome_for(after.site, change.witness, false) == change.after);
  }
  if (!changes.empty()) return;
  ++same;
  check_same_forms(before.site, after.site);
  World(before.site).for_each_mail(dice, [&](const Transaction& mail, const Written& sender, const Written& recipient) {
    if (!sender.is_plain || !recipient.is_plain) return;
    CAPTURE(mail.client.host.value_or("-"), mail.verified, mail.logged_in, mail.sender, mail.recipient);
    CHECK(outcome_for(before.site, mail, false) == outcome_for(after.site, mail, false));
  });
}

void check_server(ServerText (*make)(Dice&), std::uint32_t most) {
  std::size_t held = 0, same = 0;
  std::array<std::size_t, 2> found{};
  for (std::uint32_t seed = 1; seed <= small_world::rounds(most); ++seed) {
    Dice dice(seed);
    const ServerText text = make(dice);
    const ReadServer server(text);
    CAPTURE(seed, server.shown);
    REQUIRE(server.site.failures.empty());
    check_lines(server, dice, held);
    check_stranger(server, dice, found);
    ServerText other = make(dice);
    if (dice.pick(2) == 0) {
      other = text;
      other.files.back() = make(dice).files.back();
    }
    check_change(server, ReadServer(other), dice, same);
  }
  if (small_world::rounds(most) == most) CHECK(held > most / 4);
  if (small_world::rounds(most) == most) CHECK(std::min(found[0], found[1]) > 0);
  if (small_world::rounds(most) == most) CHECK(same > most / 20);
}

}  // namespace

TEST_CASE(
    "recipients that two servers read otherwise are a difference, and said where they would fare otherwise plainly") {
  const std::string main =
      "compatibility_level = 3.6\nmyhostname = m.example.com\nmydestination = example.com\nmynetworks = 127.0.0.1\n"
      "smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\nallow_untrusted_routing = yes\n";
  const ReadServer before({core::Server::postfix, {{"main.cf", main}}});
  const ReadServer after(
      {core::Server::postfix, {{"main.cf", main + "swap_bangpath = no\nallow_percent_hack = no\n"}}});
  CHECK(mail_changes(MailMatrix({&before.site, &before.site})).empty());
  const std::vector<MailChange> changes = mail_changes(MailMatrix({&before.site, &after.site}));
  Texts paths;
  for (const MailChange& change : changes) {
    CHECK(change.recipients.empty());
    CHECK(change.opens());
    for (const RecipientForm& form : change.forms) paths.push_back(form.path);
  }
  CHECK(paths == Texts{"<user%outside.example@example.com>", "<user%outside.example@[127.0.0.1]>",
                       "<outside.example!user@example.com>", "<outside.example!user@[127.0.0.1]>"});
}

TEST_CASE("a text of 20,000 users with an answer of its own for each is compared kind by kind") {
  constexpr int count = 20'000;
  std::string main = "compatibility_level = 3.6\nmyhostname = m.example.com\nmynetworks = 127.0.0.1\n";
  main += "smtpd_sender_restrictions = check_sender_access texthash:s\n";
  main += "smtpd_recipient_restrictions = check_recipient_access texthash:r\n";
  std::string senders, recipients;
  for (int i = 0; i < count; ++i) {
    senders += fmt::format("u{0}@a.org REJECT {0}\n", i);
    recipients += fmt::format("v{0}@b.org REJECT {0}\n", i);
  }
  const ReadServer before({core::Server::postfix, {{"main.cf", main}, {"s", senders}, {"r", recipients}}});
  const ReadServer after(
      {core::Server::postfix, {{"main.cf", main}, {"s", senders}, {"r", recipients + "w@b.org REJECT\n"}}});
  const std::vector<MailChange> changes = mail_changes(MailMatrix({&before.site, &after.site}));
  CHECK(changes.size() == 2);  // of the server's own clients, whose mail was taken, and of others, whose was deferred
  for (const MailChange& change : changes) {
    CHECK(change.witness.recipient == "<w@b.org>");
    CHECK(change.after == MailOutcome::refused);
  }
}

TEST_CASE("what is proved of a main.cf with tables holds of every mail, however its addresses are written") {
  check_server(postfix, 60);
}

TEST_CASE("what is proved of Sendmail's files holds of every mail, however its addresses are written") {
  check_server(sendmail, 60);
}

}  // namespace core::analysis
