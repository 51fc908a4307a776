// Repairs: what is applied, what is held back, and what that changes for clients.
//
// The table of texts says what each repair makes; the properties below hold for every fixture of the checks, for the
// real files beside the project where they are there, and for random files made of good and broken lines.
#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <sstream>

#include "base/apply_fixes.hpp"
#include "base/cursor.hpp"
#include "corpora.hpp"
#include "lint/repair_text.hpp"
#include "model/axes.hpp"
#include "reading.hpp"
#include "report/repaired.hpp"
#include "small_world.hpp"

using namespace core;
using core::testing::check_text;
using core::testing::CheckedText;
using core::testing::read_text;

namespace {

const FindingKind some_kind{"RR999", "some-kind", Severity::warning};

Finding finding_with(std::vector<Edit> fix) {
  Finding finding;
  finding.kind = &some_kind;
  finding.fix = std::move(fix);
  return finding;
}

/// The text and the indices of applied findings: "AbC: 0 2".
std::string applied(std::string_view text, std::uint32_t base, const std::deque<Finding>& findings) {
  std::vector<const Finding*> list;
  for (const Finding& finding : findings) list.push_back(&finding);
  const AppliedFixes result = apply_fixes(text, base, list);
  std::string shown = result.text + ":";
  for (const std::size_t index : result.findings) shown += " " + std::to_string(index);
  return shown;
}

RepairedText repair_file(const std::string& name, const std::string& text) {
  const auto find = [&](const Sources&, const Source& source) {
    CheckedText checked = check_text(name, source.text());
    // check_text has sources of its own, which begin at 0 as well
    return std::move(checked.findings);
  };
  return repair_text(name, text, find);
}

/// The repaired text, then what was repaired and what was held back.
std::string repaired(const std::string& text, const std::string& name = "tcp.smtp") {
  const RepairedText result = repair_file(name, text);
  return result.text + format_repairs(result, name, true);
}

/// What the repair of `text` changes, in words.
std::string changes(const std::string& before, const std::string& after, const std::string& name = "tcp.smtp",
                    const std::string& daemon = "") {
  Sources sources;
  Findings findings;
  const auto read = [&](const std::string& text) {
    const Source* source = sources.add(name, text);
    const Format* format = detect_format(name, text).format();
    Site site;
    if (format->parse != nullptr)
      format->parse(*source, {}, site.policies.emplace_back(new_policy(*format)), findings);
    else
      format->parse_destinations(*source, Reading::strict, site.destinations.emplace_back(), findings);
    return site;
  };
  const Site old_site = read(before);
  const Site new_site = read(after);
  return format_repair_changes({old_site, new_site, sources, daemon}, name);
}

/// Blanks at the end of a line are no part of a rule.
std::size_t count_lines(std::string_view text, std::string_view line) {
  std::istringstream lines{std::string(text)};
  std::size_t count = 0;
  for (std::string each; std::getline(lines, each);) count += trimmed_right(each, " \t\r") == line ? 1U : 0U;
  return count;
}

/// Of two complete policies: whoever decides otherwise is a rule that the repair wrote.
void require_changes_by_repaired_rules(const CheckedText& before, const CheckedText& after,
                                       const std::string& text_before, const std::string& text_after) {
  if (before.site.policies.empty()) return;
  const Policy& old_rules = before.site.policies.front();
  const Policy& new_rules = after.site.policies.front();
  if (!old_rules.complete || find_uncuttable(old_rules) || find_uncuttable(new_rules) ||
      old_rules.daemon_lists.size() > 1)
    return;
  REQUIRE(new_rules.complete);
  for (const analysis::Change& change : repair_changes(old_rules, new_rules, "").changes) {
    REQUIRE(change.after.rule.has_value());
    const auto line = trimmed_right(after.sources.text(new_rules.rules[*change.after.rule].span()), " \t\r");
    INFO("decided by " << line);
    REQUIRE(count_lines(text_after, line) > count_lines(text_before, line));
  }
}

/// What holds for the repair of any file.
void require_good_repair(const std::string& name, const std::string& text) {
  const CheckedText before = check_text(name, text);
  if (!before.known) return;
  const RepairedText result = repair_file(name, text);
  const CheckedText after = check_text(name, result.text);
  INFO(name << "\n"
            << text << "\nfound:\n"
            << before.listing() << "\nrepaired:\n"
            << result.text << "\nfound:\n"
            << after.listing());
  const RepairedText again = repair_file(name, result.text);
  REQUIRE(again.text == result.text);
  REQUIRE(again.repaired.empty());
  REQUIRE(again.held_back.size() == result.held_back.size());
  REQUIRE(result.left.all().size() == after.findings.all().size());
  std::size_t fixable = 0;
  for (const Finding& finding : after.findings.all()) fixable += finding.fix.empty() ? 0U : 1U;
  REQUIRE(fixable == result.held_back.size());
  const bool was_refused = !before.site.policies.empty() && !before.site.policies.front().complete;
  // a repaired rule may make another of the same kind on the same line
  if (!was_refused)
    for (const std::string& kind : after.names(Severity::error))
      REQUIRE(before.names(Severity::error).count(kind) == 1);
  require_changes_by_repaired_rules(before, after, text, result.text);
}

std::size_t require_good_repairs_below(const std::filesystem::path& folder) {
  std::size_t files = 0;
  if (!std::filesystem::is_directory(folder)) return files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    require_good_repair(entry.path().string(), read_text(entry.path().string()).value());
    ++files;
  }
  return files;
}

}  // namespace

TEST_CASE("fixes are applied whole, and one that meets an earlier one is left out") {
  CHECK(applied("abc", 0, {}) == "abc:");
  CHECK(applied("abc", 0, {finding_with({})}) == "abc:");
  CHECK(applied("abc", 7, {finding_with({{{9, 10}, "C"}}), finding_with({{{7, 8}, "A"}})}) == "AbC: 0 1");
  CHECK(applied("abc", 0, {finding_with({{{0, 2}, "X"}}), finding_with({{{1, 3}, "Y"}})}) == "Xc: 0");
  CHECK(applied("abc", 0, {finding_with({{{1, 2}, "X"}}), finding_with({{{0, 3}, "Y"}})}) == "aXc: 0");
  // neither half of the second one
  CHECK(applied("abc", 0, {finding_with({{{2, 3}, "C"}}), finding_with({{{0, 1}, "A"}, {{2, 3}, "D"}})}) == "abC: 0");
  // a fix that contradicts itself
  CHECK(applied("abc", 0, {finding_with({{{0, 2}, "X"}, {{1, 3}, "Y"}})}) == "abc:");
  // next to each other is not upon each other
  CHECK(applied("abc", 0, {finding_with({{{0, 1}, "A"}}), finding_with({{{1, 2}, "B"}})}) == "ABc: 0 1");
  CHECK(applied("abc", 0, {finding_with({{{3, 3}, "!"}}), finding_with({{{3, 3}, "?"}})}) == "abc!: 0");
  CHECK(applied("abc", 0, {finding_with({{{0, 0}, "<"}, {{3, 3}, ">"}})}) == "<abc>: 0");
  // another source's text
  CHECK(applied("abc", 5, {finding_with({{{4, 6}, "X"}}), finding_with({{{7, 9}, "Y"}})}) == "abc:");
}

TEST_CASE("an edit that was made is known by its place in both texts") {
  const std::deque<Finding> findings = {finding_with({{{12, 13}, "long"}}), finding_with({{{10, 11}, ""}})};
  const Finding* list[] = {&findings[0], &findings[1]};
  const AppliedFixes result = apply_fixes("abcd", 10, list);
  CHECK(result.text == "blongd");
  REQUIRE(result.edits.size() == 2);
  CHECK(result.edits[0].before == Span{0, 1});
  CHECK(result.edits[0].after == Span{0, 0});
  CHECK(result.edits[0].finding == 1);
  CHECK(result.edits[1].before == Span{2, 3});
  CHECK(result.edits[1].after == Span{1, 5});
}

TEST_CASE("each repair writes what was meant") {
  const std::pair<const char*, const char*> cases[] = {
      {"192.168.1:deny\n", "192.168.1.:deny\n"},
      {"1.2.3.4.:deny\n", "1.2.3.4:deny\n"},
      {"  10.1. :deny \t\n", "10.1.:deny \t\n"},
      {".example.com:deny\n", "=.example.com:deny\n"},
      {"=.Example.COM:deny\n", "=.example.com:deny\n"},
      {"=mail.example.com.:deny\n", "=mail.example.com:deny\n"},
      {"my-host.example.com:deny\n", "=my-host.example.com:deny\n"},
      {"10.0.0.0/22:allow,RELAYCLIENT=\"\"\n", "10.0.0-3.:allow,RELAYCLIENT=\"\"\n"},
      {"10.0.0.0/255.0.0.0:deny\n", "10.:deny\n"},
      {"10.0.0.254-10.0.2.9:deny\n", "10.0.0.254-255:deny\n10.0.1.:deny\n10.0.2.0-9:deny\n"},
      {"10.1.1.20-10:deny\n", "10.1.1.10-20:deny\n"},
      {"1.2.3.04:deny\n", "1.2.3.4:deny\n"},
      {"192.168.*:deny\n", "192.168.:deny\n"},
      {"10.:ALLOW\n", "10.:allow\n"},
      {"10.: deny\n", "10.:deny\n"},
      {"10. deny\n", "10.:deny\n"},
      {"10.:deny # the office\n", "# the office\n10.:deny\n"},
      {"10.:allow ,A=\"b\"\n", "10.:allow,A=\"b\"\n"},
      {"10.:allow,\n", "10.:allow\n"},
      {"10.:allow,RELAYCLIENT\n", "10.:allow,RELAYCLIENT=\"\"\n"},
      {"10.:allow,RELAYCLIENT=\n", "10.:allow,RELAYCLIENT=\"\"\n"},
      {"10.:allow,RELAYCLIENT=\"\n", "10.:allow,RELAYCLIENT=\"\"\n"},
      {"10.:allow,RBLSMTPD='-go away\n", "10.:allow,RBLSMTPD='-go away'\n"},
      {"10.:allow,RELAYCLIENT=\xe2\x80\x9c\xe2\x80\x9d,A=\xe2\x80\x98x\xe2\x80\x99\n",
       "10.:allow,RELAYCLIENT=\"\",A=\"x\"\n"},
      {"10.:allow, RELAYCLIENT=\"\"\n", "10.:allow,RELAYCLIENT=\"\"\n"},
      {"10.:allow,,RELAYCLIENT=\"\"\n", "10.:allow,RELAYCLIENT=\"\"\n"},
      {"10.:allow,RELAY_CLEINT=\"\"\n", "10.:allow,RELAYCLIENT=\"\"\n"},
      {"10.:allow\r\n:deny\r\n", "10.:allow\n:deny\n"},
      {"\xef\xbb\xbf\x31\x30.:allow\n:deny\n", "10.:allow\n:deny\n"},
      // one thing after the other: the mark, the line ends, the verdict, the variable, the dot
      {"\xef\xbb\xbf\x31\x30.1: Allow, relayclient=\"\"\r\n", "10.1.:allow,RELAYCLIENT=\"\"\n"}};
  for (const auto& [before, after] : cases) {
    INFO(before);
    CHECK(repair_file("tcp.smtp", before).text == after);
  }
}

TEST_CASE("what can be meant in two ways is left alone") {
  const char* texts[] = {"10.1.1.250-300:deny\n",                           // up to .255, or on in the next network
                         "10.0.0.256:deny\n",                               // a slip of one digit, but which?
                         "10.1.1.5-:deny\n",                                // up to where?
                         "0.0.0.0:deny\n",                                  // everybody, or nobody
                         "10.:allow,RELAYCLIENT=\"@fixme\"\n",              // some servers do rewrite recipients
                         "10.:allow,RELAYCLIENT=\"no\"\n",                  // to relay, or not to relay
                         "10.:allow,RELAYCLIENT=\"\",relayclient=\"x\"\n",  // two values for one name
                         "10.:allow,RELAYCLIENT=yes\n",
                         "10.:allow,A=\"b,C=\n",
                         "10.:allow, see below\n",
                         "joe@example.com:deny\n",
                         "$OFFICE:deny\n",
                         "office:allow,RELAYCLIENT=\"\"\n",  // a name, which strangers can have
                         "my-office:allow,RELAYCLIENT=\"\"\n",
                         "=Office.example.com:allow,RELAYCLIENT=\"\"\n",
                         ":allow,RELAY_CLIENT=\"\"\n",  // everybody would relay
                         "*:allow,RELAYCLIENT=\"\"\n"};
  for (const char* text : texts) {
    INFO(text);
    CHECK(repaired(text) == text);
  }
}

TEST_CASE("a repair that would bring a danger is held back, and said") {
  CHECK(repaired("198.51:allow,RELAYCLIENT=\"\"\n:allow\n") ==
        "198.51:allow,RELAYCLIENT=\"\"\n:allow\n"
        "tcp.smtp:1: not repaired: prefix-without-dot would become wide-relay-net\n");
  // the first of two rules with one key decides: the repaired one would take the clients of the other
  CHECK(repaired("10.1:allow,RELAYCLIENT=\"\"\n10.1.:deny\n10.2:deny\n:allow\n") ==
        "10.1:allow,RELAYCLIENT=\"\"\n10.1.:deny\n10.2.:deny\n:allow\n"
        "tcp.smtp: repaired 1 finding: 1 prefix-without-dot\n"
        "tcp.smtp:1: not repaired: prefix-without-dot would become duplicate-key\n");
  // tcprules drops a line without a colon and compiles the rest
  CHECK(repaired("10.1. allow\n10.1.:allow,RELAYCLIENT=\"\"\n:allow\n") ==
        "10.1. allow\n10.1.:allow,RELAYCLIENT=\"\"\n:allow\n"
        "tcp.smtp:1: not repaired: line-without-colon would become duplicate-key\n");
}

TEST_CASE("a file that its program refuses is repaired, whatever it says then") {
  CHECK(repaired(":allow,RELAYCLIENT=\"\"\r\n") ==
        ":allow,RELAYCLIENT=\"\"\ntcp.smtp: repaired 1 finding: 1 carriage-return\n");
}

TEST_CASE("repairs of one kind are counted together, and many that are held back are not all listed") {
  CHECK(repaired("10.1:deny\n10.2:deny\n10.9.1.5-3:deny\n") ==
        "10.1.:deny\n10.2.:deny\n10.9.1.3-5:deny\n"
        "tcp.smtp: repaired 3 findings: 2 prefix-without-dot, 1 reversed-range\n");
  std::string text;
  std::string said;
  for (int i = 1; i <= 6; ++i) {
    const std::string number = std::to_string(i);
    text += "198." + number + ":allow,RELAYCLIENT=\"\"\n";
    if (i <= 4) said += "tcp.smtp:" + number + ": not repaired: prefix-without-dot would become wide-relay-net\n";
  }
  CHECK(repaired(text) == text + said + "tcp.smtp: 2 more are not repaired for such reasons\n");
  const RepairedText result = repair_file("tcp.smtp", "10.1:deny\n");
  CHECK(format_repairs(result, "tcp\x1b.smtp", false) ==
        "tcp\\x1b.smtp: 1 finding can be repaired: 1 prefix-without-dot\n");
}

TEST_CASE("repairs that undo each other come to an end") {
  const auto find = [](const Sources&, const Source& source) {
    Findings findings;
    findings.add(some_kind, {0, 1}, "it is " + std::string(source.text()))
        .with_fix({0, 1}, source.text() == "a" ? "b" : "a");
    return findings;
  };
  CHECK(repair_text("x", "a", find).text == "a");
}

TEST_CASE("what a repair changes is said in one line for each kind of change") {
  CHECK(changes("10.1:allow,RELAYCLIENT=\"\"\n10.9.9.:allow\n10.2.3.9:allow\n10.2.3.9-8:deny\n:deny\n",
                "10.1.:allow,RELAYCLIENT=\"\"\n10.9.9.:allow\n10.2.3.9:allow\n10.2.3.8-9:deny\n:deny\n") ==
        "tcp.smtp: clients at 65,536 addresses may now send to any domain (tcp.smtp:1)\n");
  CHECK(changes("1.2.3.4.:deny\n1.2.4:deny\n.example.net:deny\n:allow\n",
                "1.2.3.4:deny\n1.2.4.:deny\n=.example.net:deny\n:allow\n") ==
        "tcp.smtp: clients at 257 addresses and clients named '*.example.net' are now refused (tcp.smtp:1, "
        "tcp.smtp:2, tcp.smtp:3)\n");
  CHECK(changes("1.2.3.4.:deny\n=a.example:allow,A=\"b\"\n", "1.2.3.4:deny\n=a.example:allow,A=\"b\"\n") ==
        "tcp.smtp: clients at 1 address are now refused (tcp.smtp:1)\n");
  CHECK(changes("=a.example.:deny\n", "=a.example:deny\n") ==
        "tcp.smtp: clients named 'a.example' are now refused (tcp.smtp:1)\n");
  CHECK(changes("10.1:allow\n:allow\n", "10.1.:allow\n:allow\n") ==
        "tcp.smtp: the decision is the same for every client\n");
}

TEST_CASE("where nothing can be compared, the reason is said") {
  CHECK(changes("10.1.:ALLOW\n", "10.1.:allow\n") ==
        "tcp.smtp: nothing can be compared, because the old rules had errors\n");
  CHECK(changes("10.1:allow\n", "10.1.:allow\nx\n") ==
        "tcp.smtp: nothing can be compared, because the rules still have errors\n");
  const char* two = "sshd : 10.1.\ntcp-env : 10.2.\n";
  CHECK(changes(two, two, "hosts.allow") ==
        "hosts.allow: nothing is compared, because the rules are about several daemons; --daemon names one\n");
  CHECK(changes(two, two, "hosts.allow", "sshd") == "hosts.allow: the decision is the same for every client\n");
}

TEST_CASE("of a list of domains it is said which are new") {
  CHECK(changes("example.com.\n@example.net\nexample.org\n", "example.com\nexample.net\nexample.org\n", "rcpthosts") ==
        "rcpthosts: mail is now accepted for 'example.com' and 'example.net'\n");
  CHECK(changes("a.example\r\n", "a.example\n", "rcpthosts") == "rcpthosts: mail is accepted for the same domains\n");
  CHECK(repair_file("rcpthosts", " example.com\n@example.net\nexample.org # ours\n").text ==
        "example.com\nexample.net\nexample.org # ours\n");
}

TEST_CASE("the repair of any fixture ends, is complete, and changes only what repaired rules decide") {
  const std::filesystem::path source = RELAYRULES_SOURCE_DIR;
  CHECK(require_good_repairs_below(source / "tests/checks") > 60);
  CHECK(require_good_repairs_below(source / "rules") > 5);
}

TEST_CASE("so does the repair of the corpus, our own and a larger one where there is one") {
  for (const auto& folder : testing::corpora()) CHECK(require_good_repairs_below(folder) > 20);
}

TEST_CASE("so does the repair of random files of good and broken lines") {
  const char* addresses[] = {"10.1",      "10.1.",      "10.0.0.0/15", "10.1.2.3",          "10.1.2.3.",
                             " 10.1.2.3", "10.1.2.3-9", "10.1.2.9-3",  "10.1.2.1-10.1.2.4", "10.*",
                             "10.",       "198.51",     "198.51.100",  "198.51.100.",       "=a.example",
                             "a.example", "=A.example", "=a.example.", "*.example",         "=.example",
                             "*",         "",           "=",           "joe@10.1.2.3",      "0.0.0.0/0",
                             "10.1-2",    "10.1-2.",    "10.01.",      "10.1.2.-9",         "1-200."};
  const char* tails[] = {":deny",
                         ":allow",
                         ":allow",
                         ":allow,RELAYCLIENT=\"\"",
                         ":allow, RELAYCLIENT=\"\"",
                         ":allow,RELAYCLEINT=\"\"",
                         ":allow,RELAYCLEINT=\"no\"",
                         ":allow,,RBLSMTPD=\"\"",
                         ":deny,RELAYCLIENT=\"\""};
  std::mt19937 random(20040317);
  const auto pick = [&](const auto& list) { return std::string(list[random() % std::size(list)]); };
  for (std::size_t round = 0; round < small_world::rounds(2000); ++round) {
    std::string text;
    for (std::size_t line = 1 + random() % 7; line > 0; --line) {
      text += pick(addresses);
      text += random() % 24 == 0 ? std::string(" deny") : pick(tails);
      text += random() % 40 == 0 ? "\r\n" : "\n";
    }
    require_good_repair("tcp.smtp", text);
  }
}

TEST_CASE("so does the repair of files with random bytes in them") {
  // texts of its own: with the fixtures of the checks, a new one would change what all others become
  const std::pair<const char*, const char*> files[] = {
      {"tcp.smtp", "127.:allow,RELAYCLIENT=\"\"\n192.168.1:allow,RELAYCLIENT=\"\"\n10.0.0.0/15:deny \n:allow\n"},
      {"tcp.smtp", "1.2.3.4.:deny\n=a.example.:deny\n*.example.com:deny\n10.2.3.5-1:allow,RBLSMTPD=\"\"\n:allow\n"},
      {"tcp.smtp", "# relayrules: allow dead-key a test\n[10.1.2.3]:deny\n10.:allow,RELAYCLEINT=\"\"\n:deny\r\n"},
      {"tcp.smtp", " 10.1.:allow\n10.1.2.3-10.1.2.9:deny\njoe@10.1.2.3:deny\n=A.example:allow, A=\"b\"\n"},
      {"a.tcprules-extended", "10.0.0.0/22 : allow # ours\n10.1.2.3-10.1.4.7:deny\n192.168.1:allow\n:deny\n"},
      {"hosts.allow", "sshd : 10.1. 192.168.1 EXCEPT 10.1.2.3 : allow\nALL : .example.com [2001:db8::/32]\n"},
      {"hosts.allow", "tcp-env : 10.0.0.1/8 : setenv = RELAYCLIENT\nsshd : \\\n 10.2. # there\nALL : ALL : deny\n"},
      {"rcpthosts", "example.com\n.example.com\n@example.net\nexample.org.\n*.example.com \nlocalhost\n"}};
  const std::string bytes = "\n\r\t :,.=@-/*#\"0129aA\\[]\xe2\x80\x9c";
  std::mt19937 random(20261122);
  for (std::size_t round = 0; round < small_world::rounds(2000); ++round) {
    const auto& [name, good] = files[random() % std::size(files)];
    std::string text = good;
    for (std::size_t slips = 1 + random() % 4; slips > 0; --slips) {
      const std::size_t at = random() % (text.size() + 1);
      const std::string byte(1, bytes[random() % bytes.size()]);
      text.replace(at, random() % 3, random() % 4 == 0 ? "" : byte);
    }
    require_good_repair(name, text);
  }
}
