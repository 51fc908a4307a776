// Measures proofs: `relayrules diff` of two files that differ in a thousandth of their rules, `relayrules audit`, and
// policies made to be nasty. The measure is what the original tcprules needs to compile one of the files, in the same
// turn.
#include <filesystem>
#include <string>
#include <vector>

#include "generate_rules.hpp"
#include "run_program.hpp"
#include "times_the_original.hpp"

namespace core::bench {
namespace {

const std::string main_program = std::string(RELAYRULES_BINARY_DIR) + "/tools/relayrules";

struct Files {
  std::string before;
  std::string after;
};

Program diff_of(const Files& files) {
  return {"relayrules diff", {main_program, "diff", "--from", "tcprules", files.before, files.after}, false, 1};
}

/// The generated rules make no open relay: the audit is content.
Program audit_of(const Files& files) {
  return {"relayrules audit", {main_program, "audit", "--from", "tcprules", files.before}, false, 0};
}

// ---- what is compared
// ---------------------------------------------------------------------------------------------------

std::string opposite_of(const std::string& line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string::npos) return line;
  const bool denies = line.compare(colon, 5, ":deny") == 0;
  return line.substr(0, colon) + (denies ? ":allow,RELAYCLIENT=\"\"\n" : ":deny\n");
}

/// One number in a thousand, each kind of rule in its turn.
bool is_chosen(std::size_t number) { return number % 1000 == number / 1000 % 1000; }

/// `text` with the opposite verdict in each chosen line but the last.
std::string exchange_verdicts(const std::string& text) {
  std::string changed;
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < text.size(); ++number) {
    const std::size_t end = text.find('\n', begin) + 1;
    const std::string line = text.substr(begin, end - begin);
    changed += is_chosen(number) && end != text.size() ? opposite_of(line) : line;
    begin = end;
  }
  return changed;
}

/// The rule with a number; a changed one says something else.
using RuleOf = std::string (*)(std::size_t number, bool changed);

std::string dotted(std::size_t number, unsigned octets) {
  std::string text;
  for (unsigned i = 0; i < octets; ++i) {
    text += std::to_string(number >> (8 * (octets - 1 - i)) & 255);
    if (i < 3) text += '.';
  }
  return text;
}

/// Each address and each prefix is an exception to the prefix above it: 10.:deny, 10.1.:allow, 10.1.2.:deny,
/// 10.1.2.3:allow.
std::string nested_exception(std::size_t number, bool changed) {
  const std::string verdict = changed ? ":allow,RELAYCLIENT=\"\"\n" : number % 2 == 0 ? ":deny\n" : ":allow\n";
  const std::size_t address = (10U << 24) + number;
  if (number % 65536 == 65535) return dotted(address >> 16, 2) + verdict;
  if (number % 256 == 255) return dotted(address >> 8, 3) + verdict;
  return dotted(address, 4) + verdict;
}

std::string every_second_address(std::size_t number, bool changed) {
  return dotted((10U << 24) + 2 * number, 4) + (changed ? ":allow,RELAYCLIENT=\"\"\n" : ":allow\n");
}

std::string own_environment(std::size_t number, bool changed) {
  return "=host" + std::to_string(number) + ".example.com:allow,A=\"" + std::to_string(number) +
         (changed ? "x\"\n" : "\"\n");
}

/// Suffixes of ever deeper names: below a thousand labels the name begins anew.
std::string suffix_of_suffix(std::size_t number, bool changed) {
  std::string name = "=";
  for (std::size_t depth = 0; depth <= number % 1000; ++depth) name += ".a";
  return name + ".n" + std::to_string(number / 1000) + (changed ? ":allow\n" : ":deny\n");
}

std::string own_info(std::size_t number, bool changed) {
  const std::string user = "user" + std::to_string(number);
  const std::string verdict = changed ? ":allow,RELAYCLIENT=\"\"\n" : ":deny\n";
  return user + "@" + (number % 2 == 0 ? dotted((10U << 24) + number, 4) : "=" + user + ".example") + verdict;
}

std::string rules_of(RuleOf rule, std::size_t count, bool changed) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += rule(i, changed && is_chosen(i));
  return text + ":deny\n";
}

// ---- tables
// -------------------------------------------------------------------------------------------------------------

void measure_generated(const Files& files) {
  Measured tenth;
  Measured tenth_audit;
  for (const std::size_t count : {std::size_t{100'000}, std::size_t{1'000'000}}) {
    in_child([&] {
      const std::string text = generate_rules(count);
      write_file(files.before, text);
      write_file(files.after, exchange_verdicts(text));
    });
    const bool whole = count == 1'000'000;
    const Measured diffed = measure(diff_of(files), files.before, 7);
    print_row("diff, 1 of 1,000 rules changed", count, diffed, whole ? &tenth : nullptr);
    tenth = diffed;
    const Measured audited = measure(audit_of(files), files.before, 7);
    print_row("audit", count, audited, whole ? &tenth_audit : nullptr);
    tenth_audit = audited;
  }
}

void measure_nasty(const char* name, RuleOf rule, std::size_t count, const Files& files) {
  Measured tenth;
  for (const std::size_t rules : {count / 10, count}) {
    in_child([&] {
      write_file(files.before, rules_of(rule, rules, false));
      write_file(files.after, rules_of(rule, rules, true));
    });
    const Measured measured = measure(diff_of(files), files.before, 3);
    print_row(name, rules, measured, rules == count ? &tenth : nullptr);
    tenth = measured;
  }
}

}  // namespace

int run_all() {
  const std::string folder = make_folder();
  const Files files{folder + "/before", folder + "/after"};
  print_head("Proving, with reading and parsing of the files", "one of the files");
  measure_generated(files);
  measure_nasty("diff, nested exceptions", nested_exception, 1'000'000, files);
  measure_nasty("diff, every second address", every_second_address, 500'000, files);
  measure_nasty("diff, names' own environments", own_environment, 300'000, files);
  measure_nasty("diff, suffixes of suffixes", suffix_of_suffix, 10'000, files);
  measure_nasty("diff, each rule its own info", own_info, 300'000, files);
  std::filesystem::remove_all(folder);
  return 0;
}

}  // namespace core::bench

int main() { return core::bench::run_all(); }
