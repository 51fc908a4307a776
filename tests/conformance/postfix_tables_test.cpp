// Tables of Postfix against Postfix: postmap is asked about generated cidr tables and tables by key; and decisions of
// postmap and smtpd that were written down, a few of our own (tests/corpus/judged) and many elsewhere, are made again.
//
// The package is unpacked into the build folder and never installed. postmap runs as it is, with a main.cf of its own.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

#include "base/ascii_case.hpp"
#include "conformance/original.hpp"
#include "conformance/rule_text.hpp"
#include "corpora.hpp"
#include "formats/postfix/expression_table.hpp"
#include "formats/postfix/lines.hpp"
#include "formats/postfix/tables.hpp"
#include "model/evaluate.hpp"
#include "model/format.hpp"
#include "model/transaction.hpp"
#include "unit/small_world.hpp"

namespace core::conformance {
namespace {

using Json = nlohmann::json;

const std::string package = RELAYRULES_BINARY_DIR "/real/postfix";

/// Bytes, for each of which a judged text has one character.
std::string bytes_of(const Json& json) {
  std::string bytes;
  const std::string text = json.get<std::string>();
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    bytes +=
        byte < 0x80 ? text[i] : static_cast<char>((byte & 3) << 6 | (static_cast<unsigned char>(text[++i]) & 0x3f));
  }
  return bytes;
}

/// Calls `take` for each judged text, and gives their number.
unsigned for_each_judged(const char* name, const std::function<void(const Json&)>& take) {
  unsigned texts = 0;
  for (const auto& folder : testing::judged_decisions()) {
    std::ifstream file(folder / name);
    for (std::string line; std::getline(file, line); ++texts) take(Json::parse(line));
  }
  return texts;
}

/// A table alone, asked as `relayrules lookup` does.
class Table {
 public:
  Table(const char* format, const std::string& text) : policy_(new_policy(*find_format(format))) {
    find_format(format)->parse(*sources_.add("table", text), {}, policy_, findings_);
  }
  [[nodiscard]] std::optional<std::string> find(const Client& client) const {
    const Decision decision = evaluate(policy_, client);
    if (!decision.rule) return std::nullopt;
    const Rule rule = policy_.rules[*decision.rule];
    return joined_postfix_value(sources_.text({rule.edits_begin(), rule.span().end}));
  }
  [[nodiscard]] std::size_t errors() const { return findings_.count(Severity::error); }

 private:
  Sources sources_;
  Findings findings_;
  Policy policy_;
};

TEST_CASE("a cidr table gives what postmap gave where that was written down, and each warning of its is an error") {
  const unsigned texts = for_each_judged("postfix_cidr.jsonl", [](const Json& judged) {
    CAPTURE(judged["id"], judged["files"].dump());
    const Table table("cidr_table", bytes_of(judged["files"]["t.cidr"]));
    for (const Json& client : judged["clients"]) {
      const auto found = table.find({*parse_address(client["ip"].get<std::string>()), {}, {}});
      CAPTURE(client.dump());
      CHECK(found == (client["result"].is_null() ? std::nullopt : std::optional(bytes_of(client["result"]))));
    }
    if (judged.contains("says")) CHECK(table.errors() == judged["says"].size());
  });
  CHECK(texts >= 9);
}

/// What the restrictions do that judged values name, in front of nothing but "reject".
Step restriction_step(std::string_view restrictions, Step step, Site& site) {
  const std::string word = in_lower_case(restrictions.substr(0, restrictions.find_first_of(", \t")));
  step.subject = Subject::always;
  step.hit = Access::defer;
  if (word == "permit" || word == "permit_mynetworks") step.hit = Access::allow;
  if (word == "defer_if_permit") step.hit = Access::pass;
  if (word == "reject_unauth_destination") {
    step.hit = Access::deny;
    step.reply = site.add_reply("554 5.7.1 <$R>: Relay access denied");
  } else if (word == "defer_if_reject") {
    step.reply = site.add_reply("450 4.7.1 <$C>: Client host rejected: Service unavailable");
  } else if (word == "permit_mynetworks") {
    Policy& own = site.policies.emplace_back();
    own.lookup = {.by = Lookup::By::first_rule};
    own.rules.set_no_match({Access::pass, Relay::unchanged, 0, 0});
    const std::uint32_t allowed = own.add_outcome(Access::allow, Relay::unchanged, 0);
    for (const char* net : {"192.168.0.0/16", "fd00::/8"}) own.rules.add({*parse_prefix(net), allowed});
    step.subject = Subject::client;
    step.table = site.policies.size() - 1;
  } else if (step.hit == Access::defer) {
    step.reply = site.add_reply("451 4.3.5 Server configuration error");
  }
  return step;
}

/// "check_client_access TYPE:FILE, reject" as the one stage of a site.
Site site_of(const PostfixTable& table) {
  Site site;
  Stage& stage = site.stages.emplace_back(Stage{"smtpd_recipient_restrictions", {}, Access::deny});
  AccessCheck check;
  check.expand = [&site](std::string_view restrictions, const Step& like, std::vector<Step>& steps) {
    steps.push_back(restriction_step(restrictions, like, site));
  };
  MadeAccessTables made;
  add_access_steps(table, check, made, site, stage.steps);
  stage.reply = site.add_reply("554 5.7.1 <$R>: Recipient address rejected: Access denied");
  return site;
}

TEST_CASE("an access table decides as smtpd did where that was written down") {
  const unsigned texts = for_each_judged("postfix_access.jsonl", [](const Json& judged) {
    CAPTURE(judged["id"], judged["files"].dump());
    const std::string settings = bytes_of(judged["files"]["main.cf"]);
    const std::size_t name = settings.find("check_client_access ") + 20;
    const std::string type = settings.substr(name, settings.find(':', name) - name);
    Sources sources;
    Findings findings;
    const Source& source = *sources.add("access", bytes_of(judged["files"]["access"]));
    const PostfixTable table = read_postfix_table(source, postfix_table_type(type), findings);
    const Site site = site_of(table);
    for (const Json& client : judged["clients"]) {
      CAPTURE(client.dump());
      Transaction transaction{.client = {unmapped(*parse_address(client["ip"].get<std::string>())), {}, {}}};
      if (client.contains("host")) transaction.client.host = client["host"].get<std::string>();
      transaction.recipient = "$R";
      const MailDecision decision = evaluate(site, transaction);
      const std::string verdict = decision.access == Access::defer ? "tempfail"
                                  : decision.is_accepted()         ? "allow"
                                                                   : "deny";
      CHECK(verdict == client["verdict"]);
      // names keep their case in replies
      if (verdict != "allow" &&
          transaction.client.host.value_or("") == in_lower_case(transaction.client.host.value_or("")))
        CHECK(decision.reply == client["reply"]);
    }
  });
  CHECK(texts >= 3);
}

// ---- generated tables, and postmap -----------------------------------------------------------------------------

bool have_postmap(const Folder& folder) {
  const std::string script = "sh '" RELAYRULES_SOURCE_DIR "/tests/real/unpack.sh' postfix '" + package + "'";
  bool is_there = std::system(script.c_str()) == 0;
  // two accounts that every Debian has, for postfix' own ones may be missing
  write_file(folder / "main.cf",
             "compatibility_level = 3.6\ninet_interfaces = 127.0.0.1\nmyhostname = mx.example\nmail_owner = daemon\n"
             "default_privs = nobody\nsetgid_group = games\n");
  if (is_there) {
    write_file(folder / "t", "10.0.0.0/8 OK\n");
    const Outcome outcome = run({{package + "/usr/sbin/postmap", "-c", folder.path(), "-q", "10.1.1.1", "cidr:t"},
                                 {},
                                 {},
                                 folder.path(),
                                 {"LD_LIBRARY_PATH=" + package + "/usr/lib/postfix"}});
    is_there = outcome.output == "OK\n";
  }
  if (!is_there) skip("postmap (package postfix, with its libraries) cannot run");
  return is_there;
}

/// What postmap finds for each of `keys`.
std::map<std::string, std::string> ask_postmap(const Folder& folder, const std::string& type, const std::string& text,
                                               const std::vector<std::string>& keys) {
  write_file(folder / "t", text);
  // a texthash that has just been written is read again and again until it has cooled down
  std::filesystem::last_write_time(folder / "t", std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
  std::string input;
  for (const std::string& key : keys) input += key + "\n";
  const Outcome outcome = run({{package + "/usr/sbin/postmap", "-c", folder.path(), "-q", "-", type + ":t"},
                               input,
                               {},
                               folder.path(),
                               {"LD_LIBRARY_PATH=" + package + "/usr/lib/postfix"}});
  std::map<std::string, std::string> found;
  std::istringstream lines(outcome.output);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t tab = line.find('\t');
    found.emplace(line.substr(0, tab), line.substr(std::min(tab + 1, line.size())));
  }
  return found;
}

template <std::size_t Count>
std::string one_of(std::mt19937& random, const char* const (&words)[Count]) {
  return words[random() % Count];
}

constexpr const char* addresses[] = {
    "10.0.0.0", "10.1.0.0",        "10.1.2.3", "192.0.2.0", "0.0.0.0",   "2001:db8::",  "2001:DB8:1::5",
    "fd00::",   "::ffff:10.1.2.3", "::",       "10.1",      "010.1.2.3", "example.net", "10.1.2.3.4"};
constexpr const char* masks[] = {"",    "",    "/8",   "/16",  "/24",  "/32", "/0",
                                 "/33", "/64", "/128", "/129", "/264", "/",   "/x"};
constexpr const char* starts[] = {"",   "",    "",     "",     "",     "",  "!", "! ",
                                  "!!", "if ", "if !", "IF\t", "if! ", " ", "#", "if"};
constexpr const char* ends[] = {" OK\n",        "\tREJECT go  away \n", " a\r\n", "\n",
                                " x\n  more\n", " y\n\n# c\n\tz\n",     ""};

std::string cidr_text(std::mt19937& random) {
  std::string text;
  for (std::size_t lines = 1 + random() % 8; lines-- > 0;) {
    const unsigned long kind = random() % 8;
    if (kind == 0) {
      text += one_of(random, {"endif\n", "ENDIF \n", "endif x\n", "\n", "# c\n", " \n", "if\n"});
      continue;
    }
    std::string pattern = one_of(random, addresses) + one_of(random, masks);
    if (random() % 8 == 0) pattern = one_of(random, {"[", "[["}) + pattern + one_of(random, {"]", "", "]/8", "]x"});
    const std::string start = one_of(random, starts);
    text += start + pattern + (start.starts_with("if") || start.starts_with("IF") ? "\n" : one_of(random, ends));
    if (!text.ends_with('\n') && lines > 0) text += '\n';
  }
  return text;
}

TEST_CASE("generated cidr tables give what postmap gives") {
  const Folder folder;
  if (!have_postmap(folder)) return;
  const std::vector<std::string> keys = {"10.0.0.0", "10.1.2.3",        "10.1.255.255", "10.200.0.1",    "192.0.2.77",
                                         "0.0.0.0",  "255.255.255.255", "2001:db8::1",  "2001:db8:1::5", "fd00::7",
                                         "::1",      "::ffff:10.1.2.3"};
  std::mt19937 random(3);
  std::size_t found = 0;
  for (std::uint32_t round = 0; round < small_world::rounds(1500); ++round) {
    const std::string text = cidr_text(random);
    CAPTURE(text);
    const auto theirs = ask_postmap(folder, "cidr", text, keys);
    const Table ours("cidr_table", text);
    found += theirs.size();
    std::map<std::string, std::string> mine;
    for (const std::string& key : keys)
      if (const auto value = ours.find({*parse_address(key), {}, {}})) mine.emplace(key, *value);
    CHECK(mine == theirs);
  }
  CHECK(found > small_world::rounds(100));
}

/// One pattern with its delimiters and flags; many are wrong in one way or the other.
std::string expression_text(std::mt19937& random) {
  const std::string text =
      one_of(random, {"^a",   "b$", "(a)(b)?", "^(.*)@(.*)$", "a|b",   "a\\.b",    "[ab]+",  "(a",
                      "a b",  "^$", "A",       "x*",          "\\/",   ".",        "a{2,1}", "(a|(b))c",
                      "\\bb", "#c", "a+?b",    "^10\\.",      "(?i)A", "\xc3\xa4", "\\d+",   "a\\"});
  const std::string sign = one_of(random, {"/", "/", "/", "/", "%", "|", "#", "!", ","});
  return one_of(random, {"", "", "", "", "!", "! ", "!!"}) + sign + text + one_of(random, {"", "", "", "", "\\"}) +
         sign + one_of(random, {"", "", "", "", "i", "m", "x", "s", "A", "E", "U", "X", "ii", "ix", "q", "imx"});
}

std::string expressions_text(std::mt19937& random) {
  std::string text;
  for (std::size_t lines = 1 + random() % 8; lines-- > 0;) {
    if (random() % 6 == 0) {
      text += one_of(random, {"endif\n", "ENDIF \n", "endif x\n", "\n", "# c\n", " \n", "if\n", "if x\n", "iff /a/\n",
                              "endif/a/\n", "/\n", "!\n", "//\n"});
      continue;
    }
    const bool is_if = random() % 4 == 0;
    text += is_if ? one_of(random, {"if ", "IF\t", "if", "if !", "if! "}) : one_of(random, {"", "", "", "", "", " "});
    text += expression_text(random);
    if (random() % 16 == 0) text += one_of(random, {"!", ""}) + expression_text(random);
    text += is_if ? one_of(random, {"\n", "\n", " \n", " x\n"})
                  : one_of(random, {" OK\n", "\tREJECT go  away \n", " 1\r\n", " $1\n", " <$2> ${1}\n", " $(1)-$$\n",
                                    " $x\n", " $0\n", " ${1\n", " $9\n", " x\n  more $1\n", " y\n\n# c\n\tz\n", " $\n",
                                    " $1x\n", " a$$1\n", " ${01}z\n", " ${}\n", " $((1))\n"});
  }
  return text;
}

void compare_with_postmap(const Folder& folder, PostfixTableType type, unsigned seed) {
  const std::string name = type == PostfixTableType::pcre ? "pcre" : "regexp";
  const std::vector<std::string> keys = {"a", "A",   "ab", "aab", "b",        "a.b",  "a@b", "abc@x.b", "10.1.2.3",
                                         "x", "a b", "/",  "bc",  "\xc3\xa4", "\xe4", "#c",  "a|b",     "<>"};
  std::mt19937 random(seed);
  std::size_t found = 0;
  for (std::uint32_t round = 0; round < small_world::rounds(800); ++round) {
    const std::string text = expressions_text(random);
    CAPTURE(text, name);
    const auto theirs = ask_postmap(folder, name, text, keys);
    Sources sources;
    Findings findings;
    const PostfixTable table = read_postfix_table(*sources.add("t", text), type, findings);
    found += theirs.size();
    std::map<std::string, std::string> mine;
    for (const std::string& key : keys)
      if (const auto answer = table.expressions->find(key)) mine.emplace(key, answer->value);
    CHECK(mine == theirs);
  }
  CHECK(found > small_world::rounds(100));
}

TEST_CASE("generated regexp tables give what postmap gives") {
  const Folder folder;
  if (have_postmap(folder)) compare_with_postmap(folder, PostfixTableType::regexp, 7);
}

TEST_CASE("generated pcre tables give what postmap gives") {
  const Folder folder;
  if (!have_postmap(folder)) return;
  const std::string plugin = RELAYRULES_BINARY_DIR "/real/postfix-pcre";
  const std::string script = "sh '" RELAYRULES_SOURCE_DIR "/tests/real/unpack.sh' postfix-pcre '" + plugin + "'";
  if (std::system(script.c_str()) != 0) return skip("postmap's plugin for pcre (package postfix-pcre) is not there");
  std::ofstream(folder / "main.cf", std::ios::app)
      << "meta_directory = " << folder.path() << "\nshlib_directory = " << plugin << "/usr/lib/postfix\n";
  write_file(folder / "dynamicmaps.cf", "pcre\tpostfix-pcre.so\tdict_pcre_open\n");
  compare_with_postmap(folder, PostfixTableType::pcre, 9);
}

std::string key_text(std::mt19937& random) {
  std::string text;
  for (std::size_t lines = 1 + random() % 6; lines-- > 0;) {
    text +=
        one_of(random, {"a", "A", "b", "\"a b\"", "\"a", "a\\ b", "10.1.2.3", "k:", " c", "#a", "\xc3\xa4", "\xe4"});
    text += one_of(random, {" 1\n", "\t2 3\r\n", "\n", " 4\n  5\n", "\v6\n", " 7\n\n # x\n 8 \n", "  \n"});
  }
  return text;
}

TEST_CASE("generated tables by key hold the keys and values that postmap reads") {
  const Folder folder;
  if (!have_postmap(folder)) return;
  const std::vector<std::string> keys = {"a", "b", "c", "\"a b\"", "\"a", "a\\ b", "10.1.2.3", "k:", "\xc3\xa4"};
  std::mt19937 random(5);
  std::size_t found = 0;
  for (std::uint32_t round = 0; round < small_world::rounds(800); ++round) {
    const std::string text = key_text(random);
    CAPTURE(text);
    const auto theirs = ask_postmap(folder, "texthash", text, keys);
    Sources sources;
    Findings findings;
    const PostfixTable table = read_postfix_table(*sources.add("t", text), PostfixTableType::indexed, findings);
    std::map<std::string, std::string> mine;
    for (const PostfixEntry& entry : table.entries) mine.emplace(in_lower_case(entry.key), entry.value);
    found += theirs.size();
    for (const std::string& key : keys) {
      CAPTURE(key);
      CHECK((mine.count(key) != 0 ? mine[key] : "-") == (theirs.count(key) != 0 ? theirs.at(key) : "-"));
    }
  }
  CHECK(found > small_world::rounds(100));
}

}  // namespace
}  // namespace core::conformance
