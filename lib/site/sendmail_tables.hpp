// The tables that Sendmail makes of its access map and of class R, as policies about clients and tables of addresses.
//
// A key of the map is asked for in several rule sets, and each takes another meaning from its value, so one map becomes
// several tables, which share their keys. Keys are asked from the most specific one to the widest, with the tag before
// without it; rules stand in that order.
#pragma once

#include <array>
#include <future>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.hpp"
#include "model/access_clients.hpp"
#include "model/access_map.hpp"
#include "model/address_table.hpp"
#include "model/policy.hpp"
#include "model/site.hpp"
#include "site/sendmail_mc.hpp"

namespace core {

/// A word of relay-domains or local-host-names, or of the configuration.
using ClassWord = NamedDomain;

/// The words of a class file: up to a "#" or "\" in each line.
[[nodiscard]] std::vector<ClassWord> read_class_words(const Source& source);

/// True for the replies in which Sendmail names the address that they are about.
[[nodiscard]] bool names_address(std::string_view code);

class SendmailTables {
 public:
  /// All must outlive it. Replies are added to `site`.
  SendmailTables(const AccessMap& map, const SendmailFeatures& features, Site& site);
  /// Begins with the tables of addresses that every server needs, beside what the caller does.
  void begin();

  /// What a value does to a client in check_relay, by name, by address, and by the address in brackets that stands for
  /// the name where there is none. RELAY gives relaying, too, which check_relay does not ask for.
  [[nodiscard]] Policy names();
  [[nodiscard]] Policy addresses();
  [[nodiscard]] Policy literals();
  /// The names of clients that Relay_ok asks for where relaying is to hosts only: without those below them.
  [[nodiscard]] Policy hosts();

  /// What From: says of a sender, and To: of a recipient of the server's own domains or of others.
  [[nodiscard]] AddressTable senders_checked();
  [[nodiscard]] AddressTable recipients_checked(bool are_own);
  /// Recipients with RELAY: by domain, or by full address, too. What has another value than SKIP has an outcome that
  /// allows.
  [[nodiscard]] AddressTable domains_relayed();
  [[nodiscard]] AddressTable recipients_relayed();
  /// By user, which is asked for behind those.
  [[nodiscard]] AddressTable users_relayed();
  /// Senders with From:... RELAY.
  [[nodiscard]] AddressTable senders_relayed();
  /// Recipients for whom Spam: has `word`.
  [[nodiscard]] AddressTable recipients_with(std::string_view word, bool are_own);

 private:
  enum class Use : std::uint8_t { check_client, check_sender, check_recipient, relay_mail, word };
  /// Whose keys a table of addresses has.
  struct Keys {
    AccessTag tag;
    bool untagged_too;
    bool subdomains = true;
    bool untagged_mailboxes = true;
    friend auto operator<=>(const Keys&, const Keys&) = default;
  };
  /// What stands behind a key: in some rule sets its shape counts, too.
  struct Value {
    std::string_view text;
    bool is_of_domain;
  };
  /// The rules with such keys, whose outcomes are indices into `values`: tables are copies of `keys`.
  struct KeyTable {
    AddressTable keys;
    std::vector<Value> values;
  };
  class KeyTableMaker;

  [[nodiscard]] Outcome outcome_of(const Value& value, Use use);
  [[nodiscard]] Outcome refusal(const SendmailValue& value, Use use);
  [[nodiscard]] Policy clients(AccessAsked asked);
  [[nodiscard]] AddressTable table(std::string name, Use use, Keys keys, std::vector<AddressKind> order);
  /// Not before `behind` is made.
  [[nodiscard]] const std::shared_future<KeyTable>& key_table(const Keys& keys,
                                                              const std::shared_future<KeyTable>& behind = {});
  /// Recipients without a domain have the keys of those at the host.
  static void add_unqualified(AddressTable& table, const std::string& at_host);

  /// Of entries with a tag; those that are `wide` are asked before the same key without its dot or "+*".
  static std::size_t place_of(AccessTag tag, bool wide) { return 2 * static_cast<std::size_t>(tag) + (wide ? 1 : 0); }

  const AccessMap& map_;
  std::vector<const AccessEntry*> clients_;  ///< clients_in_order
  const SendmailFeatures& features_;
  Site& site_;
  std::array<std::vector<const AccessEntry*>, 2 * access_tags> entries_;  ///< by place_of
  std::map<Keys, std::shared_future<KeyTable>> key_tables_;
  std::string_view word_;  ///< of recipients_with
};

/// Clients whose address is in class R; words are octets as in the map, with or without a final separator.
[[nodiscard]] Policy class_addresses(const std::vector<ClassWord>& words);
/// Clients whose address stands among `words` in brackets: addresses of the server itself.
[[nodiscard]] Policy class_literals(const std::vector<ClassWord>& words);
/// Clients whose name is one of `words`, or with `subdomains` ends in one.
[[nodiscard]] Policy class_names(const std::vector<ClassWord>& words, bool subdomains);
/// Adds the words as domains that mail is taken for.
void add_destinations(DestinationList& list, const std::vector<ClassWord>& words, bool subdomains);

}  // namespace core
