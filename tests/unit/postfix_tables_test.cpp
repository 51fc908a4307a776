// Tables of Postfix: lines, networks, keys and values; and what a policy of a table says, held against reading its
// lines one by one. postmap and smtpd are asked in tests/conformance.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <random>

#include "base/ascii_case.hpp"
#include "formats/postfix/cidr.hpp"
#include "formats/postfix/client_keys.hpp"
#include "formats/postfix/lines.hpp"
#include "formats/postfix/tables.hpp"
#include "model/evaluate.hpp"
#include "model/format.hpp"
#include "model/transaction.hpp"
#include "policies.hpp"
#include "small_world.hpp"

namespace core {
namespace {

struct ReadTable {
  Sources sources;
  Findings findings;
  PostfixTable table;

  ReadTable(std::string_view text, PostfixTableType type)
      : table(read_postfix_table(*sources.add("t", text), type, findings)) {}

  /// "key=value;" for each entry.
  [[nodiscard]] std::string entries() const {
    std::string text;
    for (const PostfixEntry& entry : table.entries) text += fmt::format("{}={};", entry.key, entry.value);
    return text;
  }
  /// "line: message" for each finding.
  [[nodiscard]] std::string listing() const {
    std::string text;
    for (const Finding& finding : findings.all())
      text += fmt::format("{}: {}\n", sources.position(finding.span.begin).line, finding.message.text(sources));
    return text;
  }
};

TEST_CASE("a value goes on over empty lines and comments, and its text is found again by its place") {
  const ReadTable read("# x\na  b \n\n # c\n  d\t\n#e\n\r\nf\r\n g\r\n", PostfixTableType::indexed);
  CHECK(read.entries() == "a=b   d;f=g;");
  CHECK(read.listing() == "");
  for (const PostfixEntry& entry : read.table.entries) {
    const std::string_view written = read.sources.text({entry.place.edits_begin, entry.place.span.end});
    CHECK(joined_postfix_value(written) == entry.value);
    CHECK(read.sources.text(entry.place.pattern) == entry.key);
  }
}

TEST_CASE("what Postfix skips in a table by key is skipped and said") {
  const ReadTable read(" a OK\nb\n\"c d\" OK\n\"e OK\nf: OK\n\xff OK\nG 1\ng 2\n", PostfixTableType::texthash);
  CHECK(read.entries() == "\"c d\"=OK;f:=OK;G=1;");
  CHECK(read.table.unavailable == "the key 'g' stands there twice");
  CHECK(read.listing() ==
        "1: 'a OK' begins with a blank and there is no rule that it could go on with: Postfix skips it\n"
        "2: 'b' has no value: Postfix skips the line\n"
        "4: a '\"' in '\"e OK' has no other end: Postfix skips the line\n"
        "5: 'f:' matches nothing: the ':' at its end, which keys in alias files have, is part of the key here\n"
        "6: '\\xff OK' is no UTF-8: Postfix skips the line\n"
        "8: the key 'g' stands there twice: of a texthash nothing can be looked up then, and every client that reaches "
        "it gets 451; postmap leaves this line out\n");
  const ReadTable indexed("G 1\ng 2\n", PostfixTableType::indexed);
  CHECK(indexed.entries() == "G=1;");
  CHECK(indexed.table.unavailable == "");
}

TEST_CASE("inline and static tables stand in main.cf itself") {
  const auto read = [](const char* text, PostfixTableType type) {
    const Source source("main.cf", text, 0);
    Findings findings;
    const PostfixTable table = read_postfix_table(source, source.text(), type, findings);
    std::string shown = table.unavailable;
    for (const PostfixEntry& entry : table.entries) shown += fmt::format("{}={};", entry.key, entry.value);
    return shown;
  };
  CHECK(read("{ {10.0.0.1 = OK}, {A.b=REJECT x y} , a=b a=c}", PostfixTableType::in_line) ==
        "10.0.0.1=OK;A.b=REJECT x y;a=c;");
  CHECK(read("{ a=b, {a} }", PostfixTableType::in_line) == "no '=' in 'a'a=b;");
  CHECK(read("{ {a = b }", PostfixTableType::in_line) == "its value is not between { and }");
  CHECK(read("a=b", PostfixTableType::in_line) == "its value is not between { and }");
  CHECK(read("{ OK x }", PostfixTableType::constant) == "=OK x;");
  CHECK(read("OK", PostfixTableType::constant) == "=OK;");
}

TEST_CASE("a broken 'if' is skipped alone, and each fault is told") {
  const ReadTable read(
      "if 10.1.2.3/8\n0.0.0.0/0 OK\nendif\nif 10.0.0.0/33\nif\nendif x\nif 10.0.0.0/8\n11.0.0.0/8 A\n10.1.0.0/16 B\n"
      "10.0.0.0/99 C\n[10.0.0.0/8 D\n[10.0.0.0]8 E\n10.0.0.0/ F\nx G\n",
      PostfixTableType::cidr);
  CHECK(read.entries() == "0.0.0.0/0=OK;11.0.0.0/8=A;10.1.0.0/16=B;");
  CHECK(read.listing() ==
        "1: '10.1.2.3/8' has bits set behind its mask: Postfix skips the 'if' alone, and the rules behind it are for "
        "every client\n"
        "3: Postfix skips this 'endif': there is no 'if' in front of it\n"
        "4: the mask in '10.0.0.0/33' is longer than 32: Postfix skips the 'if' alone, and the rules behind it are for "
        "every client\n"
        "5: no address pattern: Postfix skips the 'if' alone, and the rules behind it are for every client\n"
        "6: Postfix skips this 'endif': text stands behind it\n"
        "10: the mask in '10.0.0.0/99' is longer than 32: Postfix skips the rule\n"
        "11: no ']' behind '[10.0.0.0/8': Postfix skips the rule\n"
        "12: text behind the ']' of '[10.0.0.0]8': Postfix skips the rule\n"
        "13: the mask in '10.0.0.0/' is no number: Postfix skips the rule\n"
        "14: 'x' is no IPv4 or IPv6 address: Postfix skips the rule\n"
        "7: this 'if' has no 'endif': it goes on to the end of the file\n");
}

// ---- networks: the policy against the lines --------------------------------------------------------------------

/// A line of a table that was made here, not read.
struct MadeLine {
  enum class Kind : std::uint8_t { rule, open, close } kind = Kind::rule;
  Prefix network;
  bool negated = false;

  [[nodiscard]] bool is_about(const Address& address) const {
    return address.family == network.base.family && network.covers(address) != negated;
  }
};

/// A small world of addresses: the last four bits of each family, far from the rest.
Address made_address(std::mt19937& random) {
  const bool is_ipv4 = random() % 2 == 0;
  Address address = *parse_address(is_ipv4 ? "10.0.0.0" : "2001:db8::");
  address.bytes[is_ipv4 ? 3 : 15] = static_cast<std::uint8_t>(random() % 16);
  if (random() % 8 == 0) address.bytes[0] = 255;
  return address;
}

std::vector<MadeLine> made_lines(std::mt19937& random) {
  std::vector<MadeLine> lines(random() % 12);
  for (MadeLine& line : lines) {
    line.kind = static_cast<MadeLine::Kind>(std::max(0, static_cast<int>(random() % 5) - 2));
    const Address base = made_address(random);
    const auto drawn = static_cast<unsigned>(random() % 5);
    line.network = make_prefix(base, random() % 8 == 0 ? 0U : address_bits(base.family) - drawn);
    line.negated = random() % 3 == 0;
  }
  return lines;
}

std::string text_of(const std::vector<MadeLine>& lines) {
  std::string text;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].kind == MadeLine::Kind::close) {
      text += "endif\n";
      continue;
    }
    text += lines[i].kind == MadeLine::Kind::open ? "if " : "";
    text += (lines[i].negated ? "!" : "") + format_prefix(lines[i].network);
    text += lines[i].kind == MadeLine::Kind::open ? "\n" : fmt::format(" v{}\n", i);
  }
  return text;
}

/// What the lines say of an address, one after the other. An "endif" alone is no line.
std::string asked_line_by_line(const std::vector<MadeLine>& lines, const Address& address) {
  std::vector<bool> inside;
  const auto is_asked = [&] { return std::find(inside.begin(), inside.end(), false) == inside.end(); };
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].kind == MadeLine::Kind::open) inside.push_back(lines[i].is_about(address));
    if (lines[i].kind == MadeLine::Kind::close && !inside.empty()) inside.pop_back();
    if (lines[i].kind == MadeLine::Kind::rule && is_asked() && lines[i].is_about(address)) return fmt::format("v{}", i);
  }
  return "";
}

std::string found_value(const Policy& policy, const Sources& sources, const Client& client) {
  const Decision decision = evaluate(policy, client);
  if (!decision.rule) return "";
  const Rule rule = policy.rules[*decision.rule];
  return joined_postfix_value(sources.text({rule.edits_begin(), rule.span().end}));
}

TEST_CASE("the policy of a cidr table says what its lines say, with every nest of 'if' and '!'") {
  std::mt19937 random(7);
  const Format& format = *find_format("cidr_table");
  std::size_t found = 0;
  for (std::uint32_t round = 0; round < small_world::rounds(4000); ++round) {
    const std::vector<MadeLine> lines = made_lines(random);
    Sources sources;
    Findings findings;
    Policy policy = new_policy(format);
    format.parse(*sources.add("t.cidr", text_of(lines)), {}, policy, findings);
    CAPTURE(text_of(lines));
    for (int i = 0; i < 20; ++i) {
      const Address address = made_address(random);
      const std::string wanted = asked_line_by_line(lines, address);
      found += wanted.empty() ? 0 : 1;
      if (found_value(policy, sources, {address, {}, {}}) != wanted) {
        CAPTURE(format_address(address));
        CHECK(found_value(policy, sources, {address, {}, {}}) == wanted);
      }
    }
    for (const Rule rule : policy.rules) CHECK((rule.is<Prefix>() || rule.is<Range>()));
  }
  CHECK(found > 1000);
}

// ---- keys: the policy against the texts that smtpd asks for ----------------------------------------------------

/// The keys that smtpd asks for, in its order.
std::vector<std::string> asked_keys(const Client& client) {
  std::vector<std::string> keys;
  for (std::string name = client.host.value_or("unknown");;) {
    keys.push_back(name);
    const std::size_t dot = name.find('.', 1);
    if (dot == std::string::npos) break;
    name.erase(0, dot + 1);
  }
  std::string address = format_address(client.address);
  const char separator = address.find(':') == std::string::npos ? '.' : ':';
  while (true) {
    keys.push_back(address);
    const std::size_t last = address.rfind(separator);
    if (last == std::string::npos) return keys;
    address.resize(last);
  }
}

Client made_client(std::mt19937& random) {
  const auto octets = static_cast<std::uint32_t>(random() % 3 + (random() % 3 << 8) + (random() % 2 << 24));
  Client client{Address::from_ipv4(0x0a000000U + octets), {}, {}};
  if (random() % 4 != 0) {
    client.address.family = Family::ipv6;
    client.address.bytes = {};
    client.address.bytes[1] = 1;  // there are no clients in 0::/16
    // mostly zeros: what is written with "::" is what is hard
    for (std::size_t i = 2; i < 16; i += 2)
      if (random() % 2 == 0) client.address.bytes[i + 1] = static_cast<std::uint8_t>(1 + random() % 2);
  }
  constexpr const char* names[] = {"a.example.net", "b.a.example.net", "example.net", "nota.example.net", "net"};
  if (random() % 3 == 0) client.host = names[random() % std::size(names)];
  return client;
}

TEST_CASE("the policy of an access table finds for a client what smtpd finds key by key") {
  std::mt19937 random(11);
  const Format& format = *find_format("postfix_access");
  std::size_t found = 0;
  for (std::uint32_t round = 0; round < small_world::rounds(6000); ++round) {
    // keys that are asked for somebody
    std::map<std::string, std::string> table;
    std::string text;
    for (int i = 0; i < 4; ++i) {
      const std::vector<std::string> keys = asked_keys(made_client(random));
      const std::string& key = keys[random() % keys.size()];
      if (key.empty() || !table.try_emplace(key, fmt::format("v{}", i)).second) continue;
      text += fmt::format("{} v{}\n", key, i);
    }
    Sources sources;
    Findings findings;
    Policy policy = new_policy(format);
    format.parse(*sources.add("access", text), {}, policy, findings);
    CAPTURE(text);
    for (int i = 0; i < 20; ++i) {
      const Client client = made_client(random);
      std::string wanted;
      for (const std::string& key : asked_keys(client))
        if (wanted.empty() && table.count(key) != 0) wanted = table[key];
      found += wanted.empty() ? 0 : 1;
      if (found_value(policy, sources, client) != wanted) {
        CAPTURE(format_address(client.address), client.host.value_or("-"));
        CHECK(found_value(policy, sources, client) == wanted);
      }
    }
  }
  CHECK(found > 1000);
}

TEST_CASE("addresses that people write become prefixes and ranges, which proofs can cut") {
  for (const char* key : {"10", "10.1.2", "10.1.2.3", "2001", "2001:db8", "2001:db8:1:2:3:4:5:6", "2001:db8::1", "::1",
                          "2001:db8::", "fe80::1:2", "2001:db8:0:1::2"}) {
    CAPTURE(key);
    CHECK(address_key(key).texts.empty());
    CHECK_FALSE(address_key(key).patterns.empty());
  }
  for (const char* key : {"10.", "010.1.2.3", "10.1.2.3.4", "300", "10.0.0.0/8", "[10.1.2.3]", "0:0:0:0:0:0:0:1",
                          "2001:0db8::1", "2001:db8:0::1", "1:2:3:4:5:6:7:8:9", "example.net"}) {
    CAPTURE(key);
    CHECK((address_key(key).is_dead() || std::string_view(key) == "300"));
  }
}

// ---- values and steps -------------------------------------------------------------------------------------------

TEST_CASE("values mean what smtpd does with them") {
  const auto shown = [](const char* value) {
    const PostfixValue read = read_postfix_value(value, AccessSubject::client);
    return fmt::format("{} [{}] [{}]", access_name(read.access), read.reply, read.restrictions);
  };
  const std::vector<std::pair<const char*, const char*>> values = {
      {"OK", "allow [] []"},
      {"ok text # c", "allow [] []"},
      {"RELAY", "allow [] []"},
      {"0", "allow [] []"},
      {"550", "allow [] []"},
      {"1700000000", "allow [] []"},
      {",", "allow [] []"},
      {"DUNNO", "pass [] []"},
      {"warn x", "pass [] []"},
      {"HOLD", "pass [] []"},
      {"FILTER x:y", "pass [] []"},
      {"REDIRECT a@b", "pass [] []"},
      {"PREPEND X: y", "pass [] []"},
      {"DISCARD", "discard [] []"},
      {"REJECT", "deny [554 5.7.1 <$C>: Client host rejected: Access denied] []"},
      {"Reject go away", "deny [554 5.7.1 <$C>: Client host rejected: go away] []"},
      {"REJECT 5.1.1 go away", "deny [554 5.1.1 <$C>: Client host rejected: go away] []"},
      {"REJECT 4.1.1 go away", "deny [554 5.1.1 <$C>: Client host rejected: go away] []"},
      {"DEFER", "defer [450 4.7.1 <$C>: Client host rejected: Access denied] []"},
      {"421 x", "defer [421 4.7.1 <$C>: Client host rejected: x] []"},
      {"550 5.7.1 x", "deny [550 5.7.1 <$C>: Client host rejected: x] []"},
      {"permit_mynetworks, reject", "pass [] [permit_mynetworks, reject]"},
      {"DEFER_IF_PERMIT text: x", "pass [] [DEFER_IF_PERMIT text: x]"},
      {"foo", "pass [] [foo]"},
      {"1a", "pass [] [1a]"},
      {"200 x", "pass [] [200 x]"},
      {"check_client_access hash:x", "defer [451 4.3.5 Server configuration error] []"},
  };
  for (const auto& [value, wanted] : values) {
    CAPTURE(value);
    CHECK(shown(value) == wanted);
  }
  CHECK(read_postfix_value("REJECT", AccessSubject::sender, {.reject = 550}).reply ==
        "550 5.7.1 <$S>: Sender address rejected: Access denied");
  CHECK(access_failure_reply(AccessSubject::recipient) ==
        "451 4.3.5 <$R>: Recipient address rejected: Server configuration error");
}

/// A site whose one stage asks the table, and takes what it does not decide.
Site site_of(const PostfixTable& table, AccessCheck check) {
  Site site;
  Stage& stage = site.stages.emplace_back(Stage{"recipient", {}, Access::pass});
  check.like.text = "check";
  check.expand = [&site](std::string_view restrictions, const Step& like, std::vector<Step>& steps) {
    Step step = like;
    step.subject = Subject::always;
    step.hit = restrictions == "permit" ? Access::allow : Access::defer;
    if (step.hit == Access::defer) step.reply = site.add_reply("451 " + std::string(restrictions));
    steps.push_back(std::move(step));
  };
  MadeAccessTables made;
  add_access_steps(table, check, made, site, stage.steps);
  return site;
}

std::string answer_of(const Site& site, const Transaction& transaction) {
  const MailDecision decision = evaluate(site, transaction);
  return std::string(access_name(decision.access)) + (decision.reply.empty() ? "" : " " + decision.reply);
}

TEST_CASE("a client table is asked as names, parents and addresses, and lists of restrictions stand in it") {
  const ReadTable read(
      "unknown DUNNO\nexample.net permit\n10.1 REJECT\na.example.net DUNNO\n10.1.2.3 OK\nx.example.org foo\n",
      PostfixTableType::texthash);
  const Site site = site_of(read.table, {});
  const auto asked = [&](const char* ip, std::optional<std::string> host) {
    Transaction transaction{.client = {*parse_address(ip), std::move(host), {}}};
    return answer_of(site, transaction);
  };
  CHECK(asked("10.1.2.3", {}) == "pass");
  CHECK(asked("10.1.2.3", "x.example") == "allow");
  CHECK(asked("10.1.2.4", "x.example") == "deny 554 5.7.1 <x.example[10.1.2.4]>: Client host rejected: Access denied");
  CHECK(asked("10.1.2.4", "b.Example.NET") == "allow");
  CHECK(asked("10.1.2.3", "b.a.example.net") == "pass");
  CHECK(asked("10.9.9.9", "x.example.org") == "defer 451 foo");
  const ReadTable twice("10.1.2.3 OK\n10.1.2.3 OK\n", PostfixTableType::texthash);
  CHECK(answer_of(site_of(twice.table, {}), {.client = {*parse_address("::1"), {}, {}}}) ==
        "defer 451 4.3.5 <unknown[::1]>: Client host rejected: Server configuration error");
}

TEST_CASE("a table of expressions decides about one mail, and is a condition of what is said of all") {
  const ReadTable read("/^10\\./ OK\n/^(.*)\\.example$/ REJECT not $1\n/^unknown$/ DUNNO\n", PostfixTableType::regexp);
  CHECK(read.entries() == "");
  const Site site = site_of(read.table, {});
  Transaction asked{.client = {*parse_address("10.1.2.3"), {}, {}}};
  const MailDecision proof = evaluate(site, asked);
  CHECK(proof.access == Access::pass);
  CHECK(proof.unless == std::vector<std::string>{"check"});
  asked.asks_patterns = true;
  CHECK(evaluate(site, asked).unless.empty());
  CHECK(answer_of(site, asked) == "pass");  // "unknown" is asked before the address
  asked.client.host = "Mail.Other.test";
  CHECK(answer_of(site, asked) == "allow");
  asked.client.host = "Mail.example";
  CHECK(answer_of(site, asked) == "deny 554 5.7.1 <Mail.example[10.1.2.3]>: Client host rejected: not Mail");
  asked.client.host = "a.b.Other.test";
  asked.client.address = *parse_address("2001:db8::1");
  CHECK(answer_of(site, asked) == "pass");
}

TEST_CASE("a table of expressions is asked for a whole sender, and for <> where there is none") {
  const ReadTable read(
      "/^u\\+x@example\\.net$/ OK\n/^example\\.net$/ REJECT\n/^(B.*)@/i REJECT $1\n/^<>$/ 450 later\n/^l@/ permit, "
      "reject\n",
      PostfixTableType::pcre);
  Site site = site_of(read.table, {.subject = AccessSubject::sender, .delimiters = "+"});
  site.server = Server::postfix;
  const auto asked = [&](const char* sender) {
    Transaction transaction{.sender = sender};
    transaction.asks_patterns = true;
    return answer_of(site, transaction);
  };
  CHECK(asked("<u+x@example.net>") == "allow");
  CHECK(asked("<v@example.net>") == "pass");
  CHECK(asked("Boss@Example.Net") == "deny 554 5.7.1 <Boss@Example.Net>: Sender address rejected: Boss");
  CHECK(asked("boss@example.net") == "pass");
  CHECK(asked("<>") == "defer 450 4.7.1 <>: Sender address rejected: later");
}

TEST_CASE("an expression that may take hours is not tried, and nobody can tell what its table says") {
  for (const auto& [text, type] : {std::pair{"/(a*)*\\1b/ OK\n", PostfixTableType::regexp},
                                   {"/((a{1,200}){1,200}){1,200}/ OK\n", PostfixTableType::regexp},
                                   {"/a++++++++++++++++++++++++++++++++b/ OK\n", PostfixTableType::regexp},
                                   {"/((((((((((((((a+)+)+)+)+)+)+)+)+)+)+)+)+)+)+b/ OK\n", PostfixTableType::regexp},
                                   {"/^(([a-z])+.)+[A-Z]([a-z])+$/i OK\n", PostfixTableType::pcre}}) {
    const ReadTable read(text, type);
    Transaction asked{.client = {*parse_address("10.1.2.3"), std::string(300, 'a'), {}}};
    asked.asks_patterns = true;
    CHECK(evaluate(site_of(read.table, {}), asked).unless == std::vector<std::string>{"check"});
  }
}

TEST_CASE("what Postfix skips in a table of expressions is an error that says why") {
  const auto messages = [](const char* text, PostfixTableType type = PostfixTableType::pcre) {
    const ReadTable read(text, type);
    std::string said;
    for (const Finding& finding : read.findings.all()) said += finding.message.text(read.sources) + "\n";
    return said;
  };
  CHECK(messages("/a/ $$x $1\n") == "the expression has no parentheses for $1: Postfix skips the line\n");
  CHECK(messages("!/(a)/ $1\n") == "behind '!' nothing was taken that '$' could stand for: Postfix skips the line\n");
  CHECK(messages("/a/X x\n").empty());
  CHECK(messages("/a/q x\n") == "the expression has the flag 'q', which is none: Postfix skips the line\n");
  CHECK(messages("/a/s x\n", PostfixTableType::regexp) ==
        "the expression has the flag 's', which is none: Postfix skips the line\n");
  CHECK(messages("/a x\n") == "the expression has no second '/': Postfix skips the line\n");
  CHECK(messages("/(a/ x\n") == "'(a' is no expression, missing closing parenthesis: Postfix skips the line\n");
  CHECK(messages("a x\n") == "'a x' begins with no delimiter: Postfix skips the line\n");
  CHECK(messages("/(a)/ ${x}\n") == "a '$' in '${x}' is followed by no number: Postfix skips the line\n");
  CHECK(messages("endif\n") == "Postfix skips this 'endif': there is no 'if' in front of it\n");
  CHECK(messages("if /a/\n/b/ x\n") == "this 'if' has no 'endif': it goes on to the end of the file\n");
  CHECK(messages("/a/\n") == "there is no value: Postfix takes the empty text for it\n");
}

TEST_CASE("a table about recipients is asked for the address, the domain, its parents and the user") {
  const ReadTable read(
      "u@example.net OK\nexample.net REJECT\nOrg DUNNO\nx@ OK\n.dot.example OK\nok.example permit\n<> OK\n",
      PostfixTableType::texthash);
  const auto asked = [&](const char* recipient, AccessCheck check = {.subject = AccessSubject::recipient}) {
    const Site site = site_of(read.table, check);
    Transaction transaction;
    transaction.recipient = recipient;
    return answer_of(site, transaction);
  };
  CHECK(asked("<u@example.net>") == "allow");
  CHECK(asked("<v@a.example.net>") == "deny 554 5.7.1 <<v@a.example.net>>: Recipient address rejected: Access denied");
  CHECK(asked("<x@example.org>") == "pass");
  CHECK(asked("<x@other.example>") == "allow");
  CHECK(asked("<v@a.ok.example>") == "allow");
  CHECK(asked("<v@a.dot.example>") == "pass");
  const AccessCheck own_names = {.subject = AccessSubject::recipient, .parent_matches = false};
  CHECK(asked("<v@a.dot.example>", own_names) == "allow");
  CHECK(asked("<v@a.ok.example>", own_names) == "pass");
  CHECK(asked("<u+box@example.net>").starts_with("deny"));
  CHECK(asked("<u+box@example.net>", {.subject = AccessSubject::recipient, .delimiters = "+-"}) == "allow");
  CHECK(asked("<x-box@other.example>", {.subject = AccessSubject::recipient, .delimiters = "+-"}) == "allow");
}

TEST_CASE("a list of clients that is a table is asked for whole addresses, and for names with their parents") {
  const ReadTable read("10.1 x\n10.1.2.3 x\nexample.net x\nunknown x\n2001:db8::1 x\n", PostfixTableType::indexed);
  const ListedClients listed = listed_clients(read.table);
  const auto is_listed = [&](const char* ip, std::optional<std::string> host) {
    return permits(listed.policy, evaluate(listed.policy, {*parse_address(ip), std::move(host), {}}));
  };
  CHECK(listed.nameless.has_value());
  CHECK(is_listed("10.1.2.3", {}));
  CHECK_FALSE(is_listed("10.1.2.4", {}));
  CHECK(is_listed("10.9.9.9", "a.example.net"));
  CHECK(is_listed("2001:db8::1", {}));
  CHECK_FALSE(is_listed("2001:db8::1:5", {}));
}

}  // namespace
}  // namespace core
