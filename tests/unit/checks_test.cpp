// The checks, held to their own words: codes, names, examples and fixtures of all of them.
//
// A fixture is any file in tests/checks/<name>/. A comment line "#! NAME..." says which checks fire on the next line,
// "#!first NAME..." which on the first line of the file; codes in it are for the reader. On a marked line nothing else
// may fire at warning or above, and on a line without mark not the check that the folder is named after. "#!program
// NAME" says what reads the file. findings.txt holds all that the check says of its fixtures; RELAYRULES_UPDATE=1
// writes it, to be looked at.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "base/finding_kinds.hpp"
#include "lint/check.hpp"
#include "lint/settings.hpp"
#include "reading.hpp"

using namespace core;
using core::testing::check_text;
using core::testing::CheckedText;
using core::testing::read_text;

namespace {

const std::filesystem::path fixtures = std::filesystem::path(RELAYRULES_SOURCE_DIR) / "tests/checks";

/// Found by lowering or by the reader, not by the parser.
bool is_found_later(const Check& check) {
  return check.policy == nullptr && check.destinations == nullptr && check.site == nullptr &&
         check.kind.code.starts_with("RR6");
}

CheckedText check_example(const Check& check, const Example& example) {
  return check_text(std::string(example.file_name), example.text, is_found_later(check), check.example_context);
}

using Marks = std::map<std::uint32_t, std::set<std::string>>;

Marks read_marks(const std::string& text) {
  Marks marks;
  std::istringstream lines(text);
  std::uint32_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (!line.starts_with("#!")) continue;
    if (line.starts_with("#!program ")) continue;
    const bool first = line.starts_with("#!first");
    std::istringstream words(line.substr(first ? 7 : 2));
    for (std::string word; words >> word;)
      if (!word.starts_with("RR")) marks[first ? 1 : number + 1].insert(word);
  }
  return marks;
}

/// By line: this check's own findings, and everything at warning and above.
Marks read_findings(const CheckedText& checked, std::string_view own, bool only_own) {
  Marks marks;
  for (const Finding& finding : checked.findings.all())
    if (finding.kind->name == own || (!only_own && finding.severity >= Severity::warning))
      marks[checked.sources.position(finding.span.begin).line].emplace(finding.kind->name);
  return marks;
}

struct FixtureCount {
  std::size_t files = 0;
  std::size_t firing = 0;
  std::size_t silent = 0;
};

/// True when a rule or entry stands on a line of which the check has nothing to say.
bool has_silent_rule(const CheckedText& checked, const Marks& own_places) {
  const auto is_silent = [&](Span span) { return own_places.count(checked.sources.position(span.begin).line) == 0; };
  for (const Policy& policy : checked.site.policies)
    for (const Rule rule : policy.rules)
      if (is_silent(rule.span())) return true;
  for (const DestinationList& list : checked.site.destinations)
    for (const Destination& entry : list.entries())
      if (is_silent(entry.span)) return true;
  return false;
}

CheckContext context_of(const Check& check, const std::string& text) {
  CheckContext context = check.example_context;
  for (const ProgramFacts& facts : all_programs())
    if (text.starts_with("#!program " + std::string(facts.name) + "\n")) context.program = facts.program;
  return context;
}

/// How many top-level domains there are the system's list tells: "N" stands for it.
std::string without_count(std::string text) {
  const std::string_view before = " of the ";
  for (std::size_t at = text.find(before); at != std::string::npos; at = text.find(before, at + 1)) {
    const std::size_t begin = at + before.size();
    const std::size_t end = text.find_first_not_of("0123456789,", begin);
    if (end != begin && end != std::string::npos && text.compare(end, 10, " top-level") == 0)
      text.replace(begin, end - begin, "N");
  }
  return text;
}

/// All that `own` says of a file: place, severity, message, help, second places and repair.
std::string whole_findings(const CheckedText& checked, std::string_view own) {
  std::ostringstream text;
  const auto place = [&](Span span) {
    const Position position = checked.sources.position(span.begin);
    return std::to_string(position.line) + ":" + std::to_string(position.column);
  };
  for (const Finding& finding : checked.findings.all()) {
    if (finding.kind->name != own) continue;
    text << checked.sources.find(finding.span.begin)->name() << ":" << place(finding.span) << ": "
         << severity_name(finding.severity) << ": " << finding.message.text(checked.sources) << " ["
         << finding.kind->code << (finding.part.empty() ? "" : ", once " + std::string(finding.part)) << "]\n    on "
         << quoted(checked.sources.text(finding.span), 200) << "\n";
    if (!finding.help.empty()) text << "    help: " << finding.help.text(checked.sources) << "\n";
    for (const Related& related : finding.related)
      text << "    " << place(related.span) << " " << related.label.text(checked.sources) << "\n";
    for (const Edit& edit : finding.fix)
      text << "    fix: " << quoted(checked.sources.text(edit.span), 200) << " -> " << quoted(edit.replacement, 200)
           << "\n";
  }
  return without_count(text.str());
}

/// What the check says of the fixture.
std::string compare_fixture(const Check& check, const std::filesystem::path& path, FixtureCount& count) {
  const std::string text = read_text(path.string()).value();
  const std::string name = path.filename().string();
  const CheckedText checked = check_text(name, text, is_found_later(check), context_of(check, text));
  REQUIRE(checked.known);
  const std::string own(check.kind.name);
  const Marks marks = read_marks(text);
  const Marks all = read_findings(checked, own, false);
  ++count.files;
  INFO(path.string() << "\n" << checked.listing());
  for (const auto& [line, names] : marks) {
    INFO("line " << line);
    CHECK(names == (all.count(line) != 0 ? all.at(line) : std::set<std::string>()));
    if (names.count(own) != 0) ++count.firing;
  }
  for (const auto& [line, names] : read_findings(checked, own, true)) {
    INFO("line " << line << " has no mark");
    CHECK((marks.count(line) != 0 && marks.at(line).count(own) != 0));
  }
  const Marks own_places = read_findings(checked, own, true);
  if (own_places.empty() || has_silent_rule(checked, own_places)) ++count.silent;
  return whole_findings(checked, own);
}

}  // namespace

TEST_CASE("no code and no name is used twice, and the code's digit is its family's") {
  std::set<std::string_view> codes;
  std::set<std::string_view> names;
  for (const Check* check : all_checks()) {
    INFO(check->kind.name);
    CHECK(codes.insert(check->kind.code).second);
    CHECK(names.insert(check->kind.name).second);
    for (const Alias& alias : check->aliases) {
      if (alias.name.empty()) continue;
      CHECK(codes.insert(alias.code).second);
      CHECK(names.insert(alias.name).second);
      CHECK(find_check(alias.name) == check);
      CHECK(find_check(alias.code) == check);
    }
    CHECK(check->kind.code.size() == 5);
    CHECK(check->kind.code.starts_with("RR"));
    CHECK(check->kind.code[2] >= '1');
    CHECK(check->kind.code[2] <= '9');
  }
}

TEST_CASE("every file in lib/lint/checks defines the check of its name, in this order") {
  std::set<std::string> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(RELAYRULES_SOURCE_DIR) / "lib/lint/checks"))
    files.insert(entry.path().stem().string());
  std::set<std::string> names;
  for (const Check* check : all_checks()) names.emplace(check->kind.name);
  CHECK(files == names);
}

TEST_CASE("a check says what it is about and has at most one function") {
  for (const Check* check : all_checks()) {
    INFO(check->kind.name);
    CHECK(!check->summary.empty());
    CHECK(check->summary.back() != '.');
    CHECK(check->rationale.size() > 100);
    CHECK(check->rationale.back() != '\n');
    // a paragraph is one line: it is wrapped where it is shown
    for (std::size_t end = check->rationale.find('\n'); end != std::string_view::npos;
         end = check->rationale.find('\n', end + 1))
      CHECK(std::string_view(".!?)").find(check->rationale[end - 1]) != std::string_view::npos);
    CHECK((check->policy != nullptr) + (check->destinations != nullptr) + (check->site != nullptr) <= 1);
  }
}

TEST_CASE("the bad example gives the finding, the good one nothing at warning or above") {
  for (const Check* check : all_checks()) {
    if (check->bad.text.empty()) continue;
    INFO(check->kind.name);
    const CheckedText bad = check_example(*check, check->bad);
    const CheckedText good = check_example(*check, check->good);
    if (!bad.known) {
      WARN(check->kind.name << ": no format of this build reads " << check->bad.file_name);
      continue;
    }
    INFO("bad:\n" << bad.listing() << "good:\n" << good.listing());
    CHECK(bad.names().count(std::string(check->kind.name)) == 1);
    CHECK(good.names(Severity::warning).empty());
  }
}

TEST_CASE("every check has a fixture with firing and silent lines, its marks are exact, and so is all that it says") {
  for (const Check* check : all_checks()) {
    if (check->bad.text.empty()) continue;
    INFO(check->kind.name);
    const auto folder = fixtures / std::string(check->kind.name);
    REQUIRE(std::filesystem::is_directory(folder));
    const auto golden = folder / "findings.txt";
    std::set<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) files.insert(entry.path());
    files.erase(golden);
    FixtureCount count;
    std::string found;
    for (const auto& file : files) found += compare_fixture(*check, file, count);
    CHECK(count.firing > 0);
    CHECK(count.silent > 0);
    if (std::getenv("RELAYRULES_UPDATE") != nullptr) std::ofstream(golden) << found;
    CHECK(found == read_text(golden.string()).value_or(""));
    for (const Alias& alias : check->aliases)
      // conflicting-files speaks of two files: conflicts_test has it
      CHECK(found.find(alias.code.empty() || alias.code == "RR212" ? "" : ", once " + std::string(alias.code) + "]") !=
            std::string::npos);
  }
}

TEST_CASE("what parsers, the reader and lowering report has its page, with the same code and severity") {
  const FindingKind* kinds[] = {&syntax::line_without_colon,
                                &syntax::bad_verdict,
                                &syntax::text_after_verdict,
                                &syntax::bad_quote,
                                &syntax::empty_variable,
                                &syntax::carriage_return,
                                &syntax::control_character,
                                &syntax::bad_range,
                                &syntax::name_with_dash,
                                &syntax::bad_pattern,
                                &syntax::not_supported,
                                &syntax::missing_final_newline,
                                &syntax::option_syntax,
                                &syntax::pattern_file,
                                &syntax::comment_in_rule,
                                &syntax::not_text,
                                &daemons::without_rule,
                                &files::rcpthosts_missing,
                                &files::rewritten,
                                &files::local_refused,
                                &files::misnamed,
                                &syntax::unbracketed_ipv6,
                                &syntax::ipv6_for_ipv4_program,
                                &syntax::ipv4_mapped,
                                &syntax::zone_id,
                                &syntax::stale_grant,
                                &syntax::prefix_without_dot,
                                &syntax::dot_after_full_address,
                                &syntax::bad_octet,
                                &syntax::host_bits_set,
                                &syntax::zero_mask,
                                &syntax::mask_inside_brackets,
                                &syntax::client_as_daemon,
                                &syntax::misspelt_wildcard,
                                &tables::broken_if,
                                &tables::no_value,
                                &tables::stray_line,
                                &tables::unreadable_key,
                                &tables::repeated_key,
                                &tables::not_an_action,
                                &tables::dead_table_key,
                                &tables::name_before_address,
                                &tables::permits_everybody,
                                &main_cf::bad_line,
                                &main_cf::defined_twice,
                                &main_cf::missing_file,
                                &main_cf::unknown_restriction,
                                &sendmail_mc::unknown_feature,
                                &sendmail_mc::hosts_only,
                                &main_cf::does_not_start,
                                &main_cf::unknown_trusted,
                                &main_cf::name_trusted,
                                &main_cf::permit_before_reject,
                                &main_cf::by_class,
                                &exchange::accepts_all,
                                &sendmail_mc::promiscuous_relay,
                                &sendmail_mc::sender_trust,
                                &sendmail_mc::entire_domain,
                                &sendmail_mc::relay_based_on_mx,
                                &sendmail_mc::loose_relay_check,
                                &sendmail_mc::unresolvable,
                                &sendmail_mc::no_macro,
                                &domains::not_a_domain,
                                &domains::public_suffix,
                                &portability::order_not_expressible,
                                &portability::foreign_database,
                                &portability::not_expressible,
                                &databases::stale,
                                &expectations::bad_line,
                                &expectations::contradiction,
                                &suppression::without_reason,
                                &suppression::unknown,
                                &suppression::unused};
  for (const FindingKind* kind : kinds) {
    INFO(kind->name);
    const Check* check = find_check(kind->name);
    REQUIRE(check != nullptr);
    CHECK(check->kind.code == kind->code);
    CHECK(check->kind.severity == kind->severity);
    CHECK(find_check(kind->code) == check);
  }
  // the list above is complete when the header has as many
  const std::string header = read_text(std::string(RELAYRULES_SOURCE_DIR) + "/lib/base/finding_kinds.hpp").value();
  std::size_t count = 0;
  for (std::size_t at = header.find("FindingKind "); at != std::string::npos; at = header.find("FindingKind ", at + 1))
    ++count;
  CHECK(count == std::size(kinds));
}

TEST_CASE("no rule that matches nobody is reported twice, and none is passed over") {
  const char* dead[] = {"192.168.1",
                        "10.2-3",
                        "1.2.3.4.",
                        "1.2.3.4-6.",
                        "10.0.0.0/8",
                        "10/8",
                        "10.1.2.3/255.255.0.0",
                        "192.168.*",
                        "*",
                        "ALL",
                        "any",
                        "*.example.com",
                        "=*.example.com",
                        " 10.",
                        "10. ",
                        "=a.example ",
                        "example.com",
                        ".example.com",
                        "localhost",
                        "=a.example.com.",
                        "=.Example.com",
                        "joe@=A.example",
                        "256.1.1.1",
                        "1.2.3.04",
                        "1.2.3.4.5",
                        "1..2.",
                        ".1.2.3",
                        "1.2.3.4-6.7.8",
                        "10.0.0.1-10.0.0.5",
                        "10.0.0.-10.0.3.",
                        "1.2.3.5-3",
                        "1.2.3.300-400",
                        "1.2.3.5-",
                        "joe@10.",
                        "joe@=.example.com",
                        "joe@10.1.2.3-5",
                        "joe@example.net",
                        "@example.net",
                        "10.2-3.4-5.",
                        "[10.1.2.3]",
                        "$HOST",
                        "${NET}.",
                        "<your_ip>",
                        "%s",
                        "host=x",
                        "joe@",
                        "0.0.0.0"};
  for (const char* address : dead) {
    const CheckedText checked = check_text("tcp.smtp", std::string(address) + ":deny\n:allow\n");
    INFO(address << "\n" << checked.listing());
    CHECK(checked.findings.all().size() == 1);
    CHECK(checked.site.policies.front().complete);
  }
}

TEST_CASE("a fix of an address leaves a file without findings") {
  const char* addresses[] = {"192.168.1",         "10.2-3",
                             "1.2.3.4.",          "10.0.0.0/8",
                             "172.16.0.0/12",     "192.168.0.0/22",
                             "10.1.2.0/25",       "10.1.2.3/255.255.0.0",
                             "10.1/16",           "192.168.*",
                             "*.example.com",     " 10.",
                             "example.com",       "=a.example.com.",
                             "=.Example.com",     "1.2.3.04",
                             "10.0.0.1-10.0.0.5", "10.0.0.250-10.0.2.7",
                             "1.2.3.5-3",         "10.2-3.4-5."};
  for (const char* address : addresses) {
    std::string text = std::string(address) + ":deny\n:allow\n";
    const CheckedText checked = check_text("tcp.smtp", text);
    INFO(address << "\n" << checked.listing());
    REQUIRE(checked.findings.all().size() == 1);
    REQUIRE(checked.findings.all().front().fix.size() == 1);
    const Edit& edit = checked.findings.all().front().fix.front();
    const std::uint32_t base = checked.site.policies.front().span.begin;
    text.replace(edit.span.begin - base, edit.span.size(), edit.replacement);
    INFO(text);
    CHECK(check_text("tcp.smtp", text).listing().empty());
  }
}

TEST_CASE("a check that has become part of another is known by its old code and name wherever somebody wrote them") {
  const std::string wide = "172.:allow,RELAYCLIENT=\"\"\n:allow\n";
  for (const char* name : {"RR403", "relay-whole-class", "rr402", "wide-relay-net"}) {
    INFO(name);
    const CheckedText checked = check_text("tcp.smtp", std::string("# relayrules: allow ") + name + " a test\n" + wide);
    CHECK(checked.listing().empty());
    CHECK(checked.suppressed == 1);
    CHECK(is_selector(name));
    CheckedText kept = check_text("tcp.smtp", wide);
    Choice choice;
    choice.ignore = {name};
    CHECK(!keep_finding(choice, kept.findings.all().front()));
    choice = {};
    choice.select = {name};
    CHECK(keep_finding(choice, kept.findings.all().front()));
  }
}

TEST_CASE("an old code stands for what the old check said, and for nothing else that its heir says") {
  const auto said = [](std::string_view allowed, std::string_view rules) {
    return check_text("tcp.smtp", "# relayrules: allow-file " + std::string(allowed) + " a test\n" + std::string(rules))
        .listing();
  };
  const std::string_view open = "127.:allow,RELAYCLIENT=\"\"\n:allow,RELAYCLIENT=\"\"\n";
  CHECK(said("RR401", open).empty());
  CHECK(said("RR420", open).find("this is an open relay") != std::string::npos);
  CHECK(said("RR420", open).find("'RR420' is allowed here, but there is nothing to allow") != std::string::npos);
  const std::string_view tld = "=.com:allow,RELAYCLIENT=\"\"\n:allow\n";
  CHECK(said("RR802", tld).find("domain-trust") == std::string::npos);
  CHECK(said("RR822", tld).find("anybody can have a name that ends in '.com'") != std::string::npos);
}

TEST_CASE("settings tell the parts of a check from each other") {
  CheckedText part = check_text("tcp.smtp", "=.com:allow,RELAYCLIENT=\"\"\n:allow\n");
  CheckedText whole = check_text("tcp.smtp", "=.example.com:allow,RELAYCLIENT=\"\"\n:allow\n");
  Finding& tld = part.findings.all().front();
  Finding& name = whole.findings.all().front();
  REQUIRE(tld.kind == name.kind);
  Choice choice;
  choice.ignore = {"RR802"};
  CHECK(!keep_finding(choice, tld));
  CHECK(keep_finding(choice, name));
  choice = {};
  choice.severities = {{"RR801", Severity::note}, {"RR802", Severity::warning}};
  CHECK(keep_finding(choice, tld));
  CHECK(tld.severity == Severity::warning);
  CHECK(keep_finding(choice, name));
  CHECK(name.severity == Severity::note);
}

TEST_CASE("the front of an old code is a family, in capitals or not") {
  CheckedText checked = check_text("tcp.smtp", "10.0.0.0/8:deny\n:allow\n");
  Finding& finding = checked.findings.all().front();
  REQUIRE(finding.kind->code == "RR303");
  Choice choice;
  for (const char* family : {"RR3", "rr30"}) {
    choice.select = {family};
    CHECK(is_selector(family));
    CHECK(keep_finding(choice, finding));
  }
  choice.select = {"RR6"};
  CHECK(!keep_finding(choice, finding));
  finding.part = "RR604";
  CHECK(keep_finding(choice, finding));
  CHECK(!is_selector("RR0"));
  CHECK(!is_selector("R"));
}

TEST_CASE("a name that is nearly a check's is recognised") {
  CHECK(closest_check_name("open-rely") == "open-relay");
  CHECK(closest_check_name("Prefix-Without-Dots") == "prefix-without-dot");
  CHECK(closest_check_name("nonsense").empty());
  CHECK(find_check("RR401") == find_check("open-relay"));
  CHECK(find_check("rr401") == find_check("open-relay"));
  CHECK(find_check("open_relay") == nullptr);
  CHECK(find_check("") == nullptr);
  CHECK(find_check("RR") == nullptr);
  CHECK(closest_check_name("tdl-trust") == "tld-trust");
}
