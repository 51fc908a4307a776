// Reading the files of Postfix: see servers.hpp. main.cf tells all: lists become tables, restrictions become stages.
//
// What a reader would get wrong: smtpd asks all lists of restrictions when it hears a recipient, those about clients,
// too, and each must let the mail pass.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/ascii_case.hpp"
#include "base/finding_kinds.hpp"
#include "formats/postfix/expression_table.hpp"
#include "formats/postfix/main_cf.hpp"
#include "model/recipient.hpp"
#include "site/postfix_findings.hpp"
#include "site/postfix_lists.hpp"
#include "site/postfix_permits.hpp"
#include "site/postfix_restrictions.hpp"
#include "site/postfix_tables.hpp"
#include "site/read_clients.hpp"
#include "site/server_files.hpp"
#include "site/servers.hpp"

namespace core {
namespace {

namespace fs = std::filesystem;

/// In the order in which smtpd asks them.
constexpr RestrictionList first_lists[] = {
    {"smtpd_client_restrictions", "<$C>: Client host rejected", "check_client_access", false, false},
    {"smtpd_helo_restrictions", "Helo command rejected", "check_helo_access", false, false},
    {"smtpd_sender_restrictions", "<$S>: Sender address rejected", "check_sender_access", true, false},
};
constexpr RestrictionList relay_list = {"smtpd_relay_restrictions", "<$R>: Recipient address rejected",
                                        "check_recipient_access"};
constexpr RestrictionList recipient_list = {"smtpd_recipient_restrictions", "<$R>: Recipient address rejected",
                                            "check_recipient_access"};

/// The networks of addresses that every host has.
std::vector<Prefix> loopback() {
  return {make_prefix(*parse_ipv4("127.0.0.1"), 8), make_prefix(*parse_ipv6("::1"), 128)};
}

Prefix whole(const Address& address) { return make_prefix(address, address_bits(address.family)); }

/// The class of an IPv4 address: its network in the days before prefixes had lengths.
unsigned class_bits(const Address& address) {
  const std::uint8_t first = address.bytes[0];
  return first < 128 ? 8 : first < 192 ? 16 : first < 224 ? 24 : 32;
}

class PostfixReader {
 public:
  PostfixReader(const PostfixContext& context, const MainCf& file, const std::string& folder)
      : context_(context),
        site_(context.site),
        file_(file),
        tables_(context, folder, file.text("config_directory")),
        restrictions_(context, file, tables_, lists_) {}

  void read() {
    failure_ = site_.add_reply(std::string(lookup_failure));
    take_own_addresses();
    take_control();
    take_destinations();
    take_mynetworks();
    take_restrictions();
  }

 private:
  [[nodiscard]] bool is_checked() const { return context_.options.scope == Scope::each_file; }

  [[nodiscard]] PostfixList list(std::string_view parameter, const std::string& text) {
    PostfixList read =
        read_postfix_list(std::string(parameter), text, file_.place(parameter), context_.sources, tables_);
    read.covers_subdomains = restrictions_.covers_subdomains(parameter);
    if (!read.fault.empty()) refuse_to_start(parameter, fmt::format("{}: {}", parameter, read.fault), "mend this list");
    return read;
  }
  [[nodiscard]] PostfixList list(std::string_view parameter) { return list(parameter, file_.text(parameter)); }

  /// smtpd does not run then: mail waits at whoever would send it.
  void refuse_to_start(std::string_view parameter, const std::string& why, std::string_view help) {
    const std::uint32_t top = site_.files.front().source->base();
    const Span place = file_.has(parameter) ? file_.place(parameter) : Span{top, top};
    Finding& finding =
        context_.findings.add(main_cf::does_not_start, place, fmt::format("{}: smtpd does not start", why));
    finding.with_help(fmt::format("{}; until then nobody can send mail through this server", help));
    if (is_checked() && is_fragment()) finding.severity = Severity::note;
    if (refused_.empty()) refused_ = why;
  }

  /// True for a text that tells too little to be a whole main.cf: what it is put together with says the rest.
  [[nodiscard]] bool is_fragment() const {
    constexpr std::string_view names[] = {
        "compatibility_level",         "myhostname", "mydestination", "mynetworks", "smtpd_relay_restrictions",
        "smtpd_recipient_restrictions"};
    return std::none_of(std::begin(names), std::end(names), [&](std::string_view name) { return file_.has(name); });
  }

  void take_own_addresses() {
    const std::string text = in_lower_case(file_.text("inet_interfaces"));
    std::string_view rest = text;
    for (std::string_view word; !(word = next_postfix_word(rest)).empty();) {
      if (word == "all") {
        are_all_known_ = !context_.options.interfaces.empty();
        own_ = context_.options.interfaces;
      }
      if (word == "all" || word == "loopback-only" || word == "localhost") take_loopback();
      if (const auto address = address_of(word)) own_.push_back(network_of(*address));
    }
  }

  void take_loopback() {
    own_.push_back({*parse_ipv4("127.0.0.1"), 8});
    own_.push_back({*parse_ipv6("::1"), 128});
  }

  /// With or without brackets.
  static std::optional<Address> address_of(std::string_view word) {
    if (word.starts_with('[') && word.ends_with(']')) word = word.substr(1, word.size() - 2);
    return parse_address(word);
  }

  /// An address with the length of its network, as far as that is told.
  Prefix network_of(const Address& address) const {
    for (const auto& known : {context_.options.interfaces, loopback()})
      for (const Prefix& network : known)
        if (network.covers(address)) return {address, network.bits};
    return {address, 0};
  }

  void take_control() {
    PostfixControl& control = site_.postfix;
    control.swaps_bangpath = file_.is_yes("swap_bangpath");
    control.percent_hack = file_.is_yes("allow_percent_hack");
    control.name = in_lower_case(file_.text("myhostname"));
    if (file_.is_yes("append_at_myorigin")) control.origin = in_lower_case(first_line_of(file_.text("myorigin")));
    if (file_.is_yes("append_dot_mydomain")) control.own_domain = in_lower_case(file_.text("mydomain"));
    if (!file_.has("myhostname"))
      site_.notes.emplace_back("main.cf does not tell the server's name (myhostname): localhost.localdomain is taken");
  }

  /// "/etc/mailname" stands for the name in that file.
  std::string first_line_of(const std::string& text) {
    if (!text.starts_with('/')) return text;
    if (is_checked()) return {};  // of the host where it is checked it says nothing
    const Source* source = tables_.list_file(text, file_.place("myorigin"));
    std::string_view rest = source == nullptr ? std::string_view() : source->text();
    return std::string(next_postfix_word(rest));
  }

  /// Literals of the addresses that the server has, or that another host has in its stead.
  void add_own_literals(PostfixList& list) {
    std::vector<Address> addresses;
    for (const Prefix& own : own_) addresses.push_back(own.base);
    const std::string text = file_.text("proxy_interfaces");
    std::string_view rest = text;
    for (std::string_view word; !(word = next_postfix_word(rest)).empty();)
      if (const auto address = address_of(word)) addresses.push_back(*address);
    site_.postfix.own = addresses;
    for (const Address& address : addresses)
      list.items.push_back({.text = postfix_literal(address), .place = file_.place("inet_interfaces")});
  }

  void take_destinations() {
    PostfixList own = list("mydestination");
    add_own_literals(own);
    const std::vector<PostfixList> lists = {std::move(own), list("virtual_alias_domains"),
                                            list("virtual_mailbox_domains"), list("relay_domains")};
    if (is_checked())
      for (const PostfixList& one : lists) report_domains(one, context_.findings);
    site_.postfix.local = add_listed("mydestination", {lists.data(), 1});
    lists_.destinations = add_listed("destinations", lists);
    for (const PostfixList& one : lists)
      for (const std::string& table : unread_tables(one)) lists_.elsewhere.push_back(one.parameter + " " + table);
    if (!lists_.elsewhere.empty()) tell_elsewhere(lists);
  }

  void tell_elsewhere(const std::vector<PostfixList>& lists) {
    const auto leaves_out = [](const PostfixListItem& item) { return is_unread(item) && !item.matches; };
    lists_.may_leave_out = std::any_of(lists.begin(), lists.end(), [&](const PostfixList& list) {
      return std::any_of(list.items.begin(), list.items.end(), leaves_out);
    });
    lists_.told_elsewhere = add_domains("destinations elsewhere", lists, [&](std::string_view domain) {
      const bool is_here = find_in(lists, domain, UnreadTables::stopped) != ListAnswer::unread;
      const bool is_anyway = !lists_.may_leave_out && find_in(lists, domain, UnreadTables::skipped) == ListAnswer::yes;
      return Outcome{is_here || is_anyway ? Access::pass : Access::allow};
    });
    lists_.find_domain = [lists](std::string_view domain, Span& untried) {
      return find_in(lists, domain, UnreadTables::asked, &untried);
    };
  }

  /// What the lists say together of a domain: the first that has it, or cannot be asked.
  static ListAnswer find_in(std::span<const PostfixList> lists, std::string_view domain, UnreadTables unread,
                            Span* untried = nullptr) {
    for (const PostfixList& list : lists) {
      const ListAnswer answer = find_domain(list, domain, list.parameter == "relay_domains", unread, untried);
      if (answer != ListAnswer::no) return answer;
    }
    return ListAnswer::no;
  }

  std::size_t add_listed(std::string name, std::span<const PostfixList> lists) {
    return add_domains(std::move(name), lists, [&](std::string_view domain) {
      const ListAnswer answer = find_in(lists, domain, UnreadTables::skipped);
      if (answer == ListAnswer::fails) return Outcome{Access::defer, Relay::unchanged, 0, failure_};
      return Outcome{answer == ListAnswer::yes ? Access::allow : Access::pass};
    });
  }

  /// Lists are asked from front to back, and a table of the site from the longest name up: so each name that stands in
  /// one of them is asked for, and a name below it, and one that is in none.
  template <typename Ask>
  std::size_t add_domains(std::string name, std::span<const PostfixList> lists, const Ask& ask) {
    constexpr std::string_view elsewhere = "nowhere.invalid";
    AddressTable table;
    table.name = std::move(name);
    table.order = {AddressKind::domain, AddressKind::below, AddressKind::any};
    table.knows_own_literals = true;
    for (const PostfixList& list : lists)
      for (const auto& [domain, place] : names_in(list)) {
        table.add({AddressKind::domain, domain, table.outcome(ask(domain)), place});
        if (list.parameter == "relay_domains")
          table.add(
              {AddressKind::below, "." + domain, table.outcome(ask(fmt::format("{}.{}", elsewhere, domain))), place});
      }
    const Outcome others = ask(elsewhere);
    if (others.access != Access::pass) table.add({AddressKind::any, "", table.outcome(others), {}});
    site_.addresses.push_back(std::move(table));
    return site_.addresses.size() - 1;
  }

  void take_mynetworks() {
    if (!file_.has("mynetworks")) return take_default_networks();
    const PostfixList read = list("mynetworks");
    if (is_checked()) {
      add_clients(lists_.mynetworks, "permit_mynetworks", clients_in(read, false, failure_));
      return report_networks(read, context_.findings);
    }
    ask_networks(read);
  }

  /// Asks the list in parts, each a policy: what stands between tables that no proof can tell the entries of, and each
  /// item by itself that knows clients without a name. Who is left out by a part is not asked about further.
  void ask_networks(const PostfixList& read) {
    std::vector<Need> needs;
    PostfixList part{
        .parameter = read.parameter, .covers_subdomains = read.covers_subdomains, .items = {}, .fault = {}};
    const auto end_part = [&] {
      ask_part(part, needs);
      leave_out(part, needs);
      part.items.clear();
    };
    const bool is_parted = std::any_of(read.items.begin(), read.items.end(), is_unread);
    for (const PostfixListItem& item : read.items) {
      const bool is_alone = is_unread(item) || (is_parted && asks_for_nameless(item));
      if (is_alone) end_part();
      if (is_unread(item))
        ask_table(item, needs);
      else
        part.items.push_back(item);
      if (is_alone) end_part();
    }
    ask_part(part, needs);
  }

  void ask_part(const PostfixList& part, const std::vector<Need>& needs) {
    if (part.items.empty()) return;
    const bool is_for_nameless = std::any_of(part.items.begin(), part.items.end(), asks_for_nameless);
    for (const bool is_nameless : {false, true}) {
      if (is_nameless && !is_for_nameless) break;
      add_clients(lists_.mynetworks, "permit_mynetworks", clients_in(part, is_nameless, failure_));
      lists_.mynetworks.back().needs = needs;
      if (is_for_nameless)
        lists_.mynetworks.back().needs.push_back({.subject = Subject::nameless, .holds = is_nameless});
    }
  }

  /// Whom "!" in a part is about, steps behind it are not for.
  void leave_out(PostfixList part, std::vector<Need>& needs) {
    for (PostfixListItem& item : part.items) item.matches = !item.matches;
    if (std::none_of(part.items.begin(), part.items.end(), [](const auto& item) { return item.matches; })) return;
    site_.policies.push_back(clients_in(part, false, failure_));
    needs.push_back({.subject = Subject::client, .holds = false, .text = {}, .table = site_.policies.size() - 1});
    if (std::any_of(part.items.begin(), part.items.end(), asks_for_nameless))
      needs.push_back({.subject = Subject::nameless, .holds = false});
  }

  /// A table that no proof can tell the entries of; expressions are asked for the name and then the address.
  void ask_table(const PostfixListItem& item, std::vector<Need>& needs) {
    Step step{.subject = Subject::unknown,
              .hit = item.matches ? Access::allow : Access::pass,
              .text = "permit_mynetworks " + item.text,
              .needs = needs,
              .either_way = !item.matches};
    if (item.table->expressions != nullptr) {
      step.patterns = site_.patterns.size();
      site_.patterns.push_back(
          {Subject::client,
           [table = item.table->expressions, access = step.hit](std::string_view text) -> std::optional<PatternAnswer> {
             const auto found = table->find(text);
             if (!found) return std::nullopt;
             return PatternAnswer{access, {}, std::string(listed), found->place, found->unknown};
           }});
      if (!item.matches)
        needs.push_back(
            {.subject = Subject::unknown, .holds = false, .text = std::string(listed), .patterns = step.patterns});
    }
    lists_.mynetworks.push_back(std::move(step));
  }

  void add_clients(std::vector<Step>& steps, std::string_view text, Policy policy) {
    site_.policies.push_back(std::move(policy));
    steps.push_back({.subject = Subject::client, .table = site_.policies.size() - 1, .text = std::string(text)});
  }

  Policy clients_of(const std::vector<Prefix>& networks, Span place) const {
    Policy policy;
    policy.format = "postfix_main";
    policy.lookup.by = Lookup::By::first_rule;
    policy.rules.set_no_match({Access::pass, Relay::unchanged, 0, 0});
    const std::uint32_t outcome = policy.rules.add_outcome({Access::allow, Relay::grant, 0, 0});
    for (const Prefix& network : networks)
      policy.rules.add({.pattern = network, .outcome = outcome, .place = {place, place, place.end}});
    return policy;
  }

  /// What mynetworks_style makes of the host's own addresses.
  void take_default_networks() {
    const std::string style = in_lower_case(file_.text("mynetworks_style"));
    if (is_checked() && style == "class") report_class_networks();
    std::vector<Prefix> networks;
    bool are_known = are_all_known_;
    for (const Prefix& own : own_) {
      const bool is_by_class = style == "class" && own.base.family == Family::ipv4;
      are_known = are_known && (own.bits != 0 || is_by_class || style == "host");
      if (style == "host")
        networks.push_back(whole(own.base));
      else if (is_by_class)
        networks.push_back(make_prefix(own.base, class_bits(own.base)));
      else if (own.bits != 0)
        networks.push_back(make_prefix(own.base, own.bits));
    }
    add_clients(lists_.mynetworks, fmt::format("permit_mynetworks (mynetworks_style = {})", style),
                clients_of(networks, file_.place("mynetworks_style")));
    if (!are_known)
      lists_.mynetworks.push_back(
          {.subject = Subject::unknown,
           .text = fmt::format("mynetworks_style = {}: the interfaces are not told (--interfaces)", style)});
  }

  void report_class_networks() {
    context_.findings
        .add(main_cf::by_class, file_.place("mynetworks_style"),
             "mynetworks_style = class: every address in the class A, B or C network around each of this host's relays")
        .with_help("list your own networks in mynetworks");
  }

  void take_restrictions() {
    std::vector<Prefix> own;
    for (const Prefix& one : own_) own.push_back(whole(one.base));
    add_clients(lists_.own_addresses, "permit_inet_interfaces", clients_of(own, file_.place("inet_interfaces")));
    if (!are_all_known_)
      lists_.own_addresses.push_back(
          {.subject = Subject::unknown, .text = "permit_inet_interfaces: the interfaces are not told (--interfaces)"});
    if (!restrictions_.fault().empty())
      refuse_to_start("smtpd_restriction_classes", restrictions_.fault(), "define the class, or take its name away");
    if (!restrictions_.has_refusal(relay_list.parameter) && !restrictions_.has_refusal(recipient_list.parameter))
      refuse_to_start(file_.has(relay_list.parameter) ? relay_list.parameter : recipient_list.parameter,
                      "neither smtpd_relay_restrictions nor smtpd_recipient_restrictions has one of "
                      "reject_unauth_destination, defer_unauth_destination, reject, defer, defer_if_permit",
                      "end smtpd_relay_restrictions with reject_unauth_destination");
    if (!file_.fault.empty()) refused_ = "main.cf: " + file_.fault;
    if (is_checked()) {
      add_stages();
      report_early_permits(context_, tables_, lists_);
    } else if (refused_.empty()) {
      add_stages();
    } else {
      stop();
    }
  }

  void add_stages() {
    site_.stages.push_back({.name = "syntax",
                            .steps = {{.subject = Subject::readable_sender, .text = "MAIL FROM"},
                                      {.subject = Subject::readable_recipient, .text = "RCPT TO"}}});
    const bool is_late = file_.is_yes("smtpd_delay_reject");
    for (RestrictionList list : first_lists) {
      list.knows_sender = list.knows_sender || is_late;
      list.knows_recipient = is_late;
      add_stage(list);
    }
    const bool is_relay_first = file_.is_yes("smtpd_relay_before_recipient_restrictions");
    add_stage(is_relay_first ? relay_list : recipient_list);
    add_stage(is_relay_first ? recipient_list : relay_list);
  }

  void add_stage(const RestrictionList& list) {
    Stage stage = restrictions_.stage(list);
    if (!stage.steps.empty()) site_.stages.push_back(std::move(stage));
  }

  void stop() {
    Step step{.subject = Subject::always, .hit = Access::defer, .text = refused_};
    step.reply = site_.add_reply("421 smtpd does not start: " + refused_);
    site_.stages.push_back({.name = "connect", .steps = {std::move(step)}});
    site_.notes.push_back("smtpd does not start, and takes no mail: " + refused_);
    site_.in_error = site_.rules_name;
  }

  PostfixContext context_;
  Site& site_;
  const MainCf& file_;
  PostfixTables tables_;
  PostfixLists lists_;
  PostfixRestrictions restrictions_;
  std::uint32_t failure_ = 0;
  /// Addresses that it listens on, with the length of their network; 0 where that is not told.
  std::vector<Prefix> own_;
  bool are_all_known_ = true;  ///< false where it listens on all addresses of a host that nobody tells
  std::string refused_;        ///< why smtpd does not start
};

}  // namespace

void read_postfix(Site& site, const std::vector<std::string>& paths, const ReadOptions& options, Sources& sources,
                  Findings& findings) {
  std::error_code ignored;
  const bool is_folder = fs::is_directory(paths.front(), ignored);
  const std::string path = is_folder ? (fs::path(paths.front()) / "main.cf").string() : paths.front();
  const std::string folder = is_folder ? paths.front() : fs::path(path).parent_path().string();
  if (paths.size() > 1) {
    site.failures.push_back(
        {"use", paths[1], EINVAL, "main.cf names all that belongs to Postfix; name it, or its folder"});
    return;
  }
  if (is_folder) sources.reach.found(path, folder);
  const Source* source = read_file_of(site, path, options, sources);
  if (source == nullptr) return;
  site.rules_name = path;
  site.files.push_back({source, &main_cf_file});
  const MainCf file = read_main_cf(*source, findings);
  PostfixReader({site, options, sources, findings}, file, folder.empty() ? "." : folder).read();
}

}  // namespace core
