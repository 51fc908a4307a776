// relayrules test: prove that rules do what their owner expects, or write down what they do today.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "analysis/expectation_text.hpp"
#include "analysis/first_expectations.hpp"
#include "base/file.hpp"
#include "command.hpp"
#include "load.hpp"
#include "output.hpp"
#include "report/expectations.hpp"

namespace core {
namespace {

constexpr std::string_view suffix = ".expect";

struct TestOptions {
  std::vector<std::string> files;  // with --init: the rules
  std::vector<std::string> rules;
  std::string format = "text";
  std::string output = "-";
  bool quiet = false;
  bool init = false;
  ReadOptions load;
};

std::optional<int> parse(int argc, char** argv, TestOptions& options) {
  CLI::App app("Prove that rules do what expectation files say: of every client that is meant, not of samples.",
               "relayrules test");
  app.add_option("FILE", options.files, "Expectation files; without any, all *.expect here. With --init: rules");
  app.add_option("--rules", options.rules, "The rules to test, instead of those that the file names")
      ->type_name("RULES...");
  app.add_option("--format", options.format, "text, json or junit")
      ->check(CLI::IsMember({"text", "json", "junit"}))
      ->capture_default_str();
  app.add_flag("-q,--quiet", options.quiet, "Print what fails, and the summary");
  app.add_flag("--init", options.init, "Write an expectation file from what RULES do today");
  app.add_option("-o,--output", options.output,
                 "With --init: the new file, which must not exist; '-' is standard output")
      ->type_name("OUT.expect")
      ->capture_default_str();
  add_interfaces_option(app, options.load);
  add_load_options(app, options.load);
  options.load.scope = Scope::server;
  if (const auto code = parse_command_line(app, argc, argv)) return code;
  if (!options.init && options.output != "-") return report_usage("-o goes with --init only");
  if (options.init && options.files.empty()) return report_usage("--init needs the rules to write about");
  if (options.init && !options.rules.empty()) return report_usage("--init takes its rules without --rules");
  return std::nullopt;
}

/// All *.expect in the current folder, sorted.
std::vector<std::string> files_here() {
  std::vector<std::string> files;
  std::error_code error;
  for (std::filesystem::directory_iterator at(".", error), end; !error && at != end; at.increment(error))
    if (at->path().extension() == suffix) files.push_back(at->path().filename().string());
  std::sort(files.begin(), files.end());
  return files;
}

/// The rules of an expectation file: named on the command line, in the file, or by its own name.
std::vector<std::string> rules_of(const std::string& path, const analysis::ExpectationFile& file,
                                  const TestOptions& options) {
  if (!options.rules.empty()) return options.rules;
  std::vector<std::string> rules;
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  for (const analysis::RuleFileName& rule : file.rules) rules.push_back((folder / rule.path).string());
  if (!rules.empty() || !path.ends_with(suffix)) return rules;
  std::string beside = path.substr(0, path.size() - suffix.size());
  std::error_code error;
  if (std::filesystem::exists(beside, error)) rules.push_back(std::move(beside));
  return rules;
}

/// What the expectation file names is not named by the user. In its folder it may be shown; elsewhere it may be
/// anybody's. True when all of it may be shown.
bool note_reach(const std::string& path, const std::vector<std::string>& rules, FileReach& reach) {
  const std::string parent = std::filesystem::path(path).parent_path().string();
  const std::string folder = parent.empty() ? "." : parent;
  for (const std::string& rule : rules) {
    const auto opened = open_to_read(rule, folder);
    if (!opened.ok() && opened.error().error == outside_folder)
      reach.withhold(rule);
    else
      reach.found(rule, folder);
  }
  return reach.may_show(rules);
}

/// What comes of `expectation`, without the texts of rules that may not be shown.
analysis::TestResult try_one(const analysis::Expectation& expectation, const analysis::Partition* partition,
                             const Site& site, bool may_show) {
  if (expectation.mail) return analysis::prove_mail(*expectation.mail, site);
  if (partition == nullptr && !site.rests_on_one_policy())
    return analysis::TestResult{
        .counterexample = {},
        .mail = {},
        .reason = "of this server only mail is asked: write 'to=outside accepted' or 'to=outside refused'"};
  analysis::TestResult outcome = analysis::prove(expectation, partition, site.destinations);
  if (may_show || !outcome.counterexample) return outcome;
  static constexpr char not_shown[] = "(not shown)";
  analysis::ClientSet& clients = outcome.counterexample->clients;
  if (!clients.names.patterns.empty()) clients.names.patterns = analysis::NameList({not_shown});
  if (clients.info) clients.info = not_shown;
  if (clients.witness.host) clients.witness.host = not_shown;
  if (clients.witness.info) clients.witness.info = not_shown;
  outcome.counterexample->decision.effect.edits = {};
  return outcome;
}

/// How the rules are read: the command line goes before the file.
ReadOptions reading_of(const analysis::ExpectationFile& file, const TestOptions& options) {
  ReadOptions load = options.load;
  if (load.daemon.empty()) load.daemon = file.daemon;
  if (load.from.empty()) load.from = file.format;
  if (load.program == Program::any) load.program = file.program;
  if (load.server == Server::unknown) load.server = file.server;
  load.login = load.has_grants = true;
  return load;
}

/// Tries one file. What is wrong with it is on standard error afterwards; the exit code says what came of it.
int try_file(const std::string& path, const TestOptions& options, Sources& sources, TestedFile& tested) {
  tested.name = path == "-" ? "<standard input>" : path;
  const auto source = read_source(sources, path);
  if (!source.ok()) {
    tested.trouble = source.error().message();
    return report_failure(source.error());
  }
  Findings findings;
  analysis::ExpectationFile file = analysis::parse_expectations(*source.value(), sources, findings);
  findings.sort(sources);
  print_findings(findings, sources, FindingOptions{});
  if (!file.complete) {
    tested.trouble = "the file has errors; nothing in it was tried";
    return exit_failure;
  }
  const auto rules = rules_of(path, file, options);
  if (rules.empty()) {
    const std::string beside = path.ends_with(suffix) ? ", and none lie beside it under its name" : "";
    tested.trouble = fmt::format(
        "it is not said which rules it is about{}: write a line 'rules FILE' into it, or use --rules", beside);
    return report_failure({"test", tested.name, EINVAL, tested.trouble});
  }
  const bool may_show = !options.rules.empty() || note_reach(path, rules, sources.reach);
  const ReadOptions load = reading_of(file, options);
  auto site = load_for_proof(rules, load, sources);
  if (!site) {
    tested.trouble = "its rules could not be used";
    return exit_failure;
  }
  if (may_show && !options.quiet) say_site_notes(*site);
  tested.rules_name = site->rules_name;
  std::optional<analysis::Partition> clients;
  if (site->rests_on_one_policy() && !site->policies.empty())
    clients = analysis::partition(site->clients(), load.daemon);
  tested.expectations = std::move(file.expectations);
  for (const analysis::Expectation& expectation : tested.expectations)
    tested.outcomes.push_back(try_one(expectation, clients ? &*clients : nullptr, *site, may_show));
  if (!site->policies.empty()) tested.policy = std::move(site->policies.front());
  return file.contradictory ? exit_findings : exit_fine;
}

int run_files(const TestOptions& options) {
  const auto paths = options.files.empty() ? files_here() : options.files;
  if (paths.empty()) return report_usage("no expectation file was named, and there is no *.expect in this folder");
  Sources sources;
  if (options.files.empty())
    for (const std::string& path : paths) sources.reach.found(path, ".");
  std::vector<TestedFile> files(paths.size());
  int code = exit_fine;
  for (std::size_t i = 0; i < paths.size(); ++i) code = std::max(code, try_file(paths[i], options, sources, files[i]));
  code = std::max<int>(code, count_outcomes(files).failed == 0 ? exit_fine : exit_findings);
  if (options.format == "text")
    return deliver(format_test_text(files, sources, options.quiet), code, "-", AnswerKind::expectations);
  return deliver(options.format == "json" ? format_test_json(files, sources) : format_test_junit(files, sources), code);
}

/// What stands behind "rules" in the new file: paths relative to its own folder, and how they are read.
std::vector<std::string> rules_line(const TestOptions& options) {
  std::vector<std::string> words;
  for (const std::string& rule : options.files) {
    std::error_code error;
    const auto folder = std::filesystem::absolute(options.output, error).parent_path();
    const auto name = options.output == "-" ? rule : std::filesystem::relative(rule, folder, error).string();
    words.push_back(error || name.empty() ? rule : name);
  }
  if (!options.load.daemon.empty()) words.push_back("daemon=" + options.load.daemon);
  if (options.load.program != Program::any)
    words.push_back(fmt::format("program={}", facts_of(options.load.program).name));
  if (!options.load.from.empty()) words.push_back("from=" + options.load.from);
  return words;
}

/// An error where a 'rules' line of `words` would be read otherwise: a name with a blank is two, and one with a line
/// feed begins expectations of its own.
Status refuse_unsayable(const std::vector<std::string>& words, const TestOptions& options) {
  Sources sources;
  Findings findings;
  const Source* source = sources.add("", fmt::format("rules {}\nany allow\n", fmt::join(words, " ")));
  const analysis::ExpectationFile file = analysis::parse_expectations(*source, sources, findings);
  const bool is_said = std::equal(file.rules.begin(), file.rules.end(), words.begin(),
                                  words.begin() + static_cast<std::ptrdiff_t>(options.files.size()),
                                  [](const auto& read, const std::string& word) { return read.path == word; });
  if (is_said && file.daemon == options.load.daemon && file.expectations.size() == 1) return {};
  return SystemError{"write expectations of", words.front(), EINVAL,
                     "a 'rules' line cannot say such a name; rename it, or lead a link with a plain name to it"};
}

int run_init(const TestOptions& options) {
  // what somebody wrote by hand is not replaced
  std::error_code error;
  if (options.output != "-" && std::filesystem::exists(std::filesystem::symlink_status(options.output, error)))
    return report_failure(
        {"write", options.output, EEXIST, "it exists already; delete it first, or name another file"});
  Sources sources;
  const auto site = load_for_proof(options.files, options.load, sources);
  if (!site) return exit_failure;
  if (!site->rests_on_one_policy())
    return report_failure({"write expectations of", options.files.front(), EINVAL,
                           "of this server only mail is asked; write lines such as 'any to=outside refused'"});
  const auto words = rules_line(options);
  if (const Status refused = refuse_unsayable(words, options)) return report_failure(*refused);
  if (!options.quiet) say_site_notes(*site);
  std::optional<analysis::Partition> clients;
  std::optional<NamedPolicy> named;
  if (!site->policies.empty()) {
    clients = analysis::partition(site->clients(), options.load.daemon);
    named.emplace(NamedPolicy{site->clients(), sources, site->rules_name});
  }
  const std::string text =
      format_first_expectations(analysis::first_expectations(clients ? &*clients : nullptr, site->destinations), words,
                                named ? &*named : nullptr);
  return deliver_exactly(text, exit_fine, options.output);
}

}  // namespace

int run_test(int argc, char** argv) {
  TestOptions options;
  if (const auto code = parse(argc, argv, options)) return *code;
  return options.init ? run_init(options) : run_files(options);
}

}  // namespace core
