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

std::string info_at_name(std::size_t number, bool) {
  return "u" + std::to_string(number) + "@=h" + std::to_string(number) + ".com:allow,RELAYCLIENT=\"\"\n";
}

std::string info_at_address(std::size_t number, bool) {
  return "u" + std::to_string(number) + "@" + dotted((10U << 24) + number, 4) + ":allow,RELAYCLIENT=\"\"\n";
}

std::string address_or_relay(std::size_t number, bool) {
  return dotted((10U << 24) + number, 4) + (number % 2 == 0 ? ":deny\n" : ":allow,RELAYCLIENT=\"\"\n");
}

std::string own_variable(std::size_t number, bool changed) {
  return dotted((10U << 24) + number, 4) + ":allow,V" + std::to_string(number) + (changed ? "=\"y\"\n" : "=\"x\"\n");
}

/// All rules are a part of one value.
std::string part_of_line(std::size_t number, bool changed) {
  return number == 0 ? "10.0.0.1:allow,A=\"" : changed ? "chang/" : "part10/";
}

std::string rules_of(RuleOf rule, std::size_t count, bool changed, const char* between) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += rule(i, changed && is_chosen(i));
  return text + between + ":deny\n";
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

/// A file made to be nasty, and what is asked about it.
struct Nasty {
  const char* name;
  Program program;
  std::size_t count;
  RuleOf before;
  RuleOf after = nullptr;    ///< null: `before`, changed in one line of a thousand
  const char* between = "";  ///< the last rule and the catch-all
};

void measure_nasty(const Nasty& nasty, const Files& files) {
  Measured tenth;
  for (const std::size_t rules : {nasty.count / 10, nasty.count}) {
    in_child([&] {
      write_file(files.before, rules_of(nasty.before, rules, false, nasty.between));
      write_file(files.after, rules_of(nasty.after == nullptr ? nasty.before : nasty.after, rules,
                                       nasty.after == nullptr, nasty.between));
    });
    const Measured measured = measure(nasty.program, files.before, 3);
    print_row(nasty.name, rules, measured, rules == nasty.count ? &tenth : nullptr);
    tenth = measured;
  }
}

void measure_all_nasty(const Files& files) {
  const Program diff = diff_of(files);
  const auto about = [&](const char* command, int code) {
    return Program{command, {main_program, command, "--from", "tcprules", files.before}, false, code};
  };
  const Nasty all[] = {
      {"diff, nested exceptions", diff, 1'000'000, nested_exception},
      {"diff, every second address", diff, 500'000, every_second_address},
      {"diff, names' own environments", diff, 300'000, own_environment},
      {"diff, suffixes of suffixes", diff, 10'000, suffix_of_suffix},
      {"diff, each rule its own info", diff, 300'000, own_info},
      {"diff, infos against addresses", diff, 100'000, info_at_name, address_or_relay},
      {"minimise, each rule its own info", about("minimise", 0), 200'000, info_at_address},
      {"minimise, each its own variable", about("minimise", 0), 100'000, own_variable},
      {"check, each its own variable", about("check", 0), 100'000, own_variable},
      {"check, each rule its own info", about("check", 1), 200'000, info_at_address},
      {"check, one line of 10 MB", about("check", 1), 1'400'000, part_of_line, nullptr, "\"\n"},
  };
  for (const Nasty& nasty : all) measure_nasty(nasty, files);
}

}  // namespace

int run_all() {
  const std::string folder = make_folder();
  const Files files{folder + "/before", folder + "/after"};
  print_head("Proving, with reading and parsing of the files", "one of the files");
  measure_generated(files);
  measure_all_nasty(files);
  std::filesystem::remove_all(folder);
  return 0;
}

}  // namespace core::bench

int main() { return core::bench::run_all(); }
