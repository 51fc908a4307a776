// relayrules compile: rules in, CDB out, and nothing written unless every rule was read and can be said.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <thread>

#include "base/file.hpp"
#include "cdb/lower.hpp"
#include "cdb/write.hpp"
#include "command.hpp"
#include "context.hpp"
#include "load.hpp"
#include "replaced.hpp"
#include "settings_files.hpp"
#include "wanted.hpp"

namespace core {
namespace {

struct CompileOptions {
  std::vector<std::string> rules;
  std::string output;
  bool no_check = false;
  bool dry_run = false;
  ReplaceOptions replace;
  LoadOptions load;
  SettingsOptions settings;
  CheckContext context;
  FindingOptions findings;
};

/// Counts what would be written.
class CountingSink : public cdb::RecordSink {
 public:
  bool add(std::string_view key, std::string_view value) override {
    ++records_;
    // per record: two lengths, and two hash slots of eight bytes
    bytes_ += 8 + key.size() + value.size() + 16;
    return true;
  }
  [[nodiscard]] std::size_t records() const { return records_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  std::size_t records_ = 0;
  std::size_t bytes_ = 2048;  // the table of contents
};

std::optional<int> parse(int argc, char** argv, CompileOptions& options) {
  CLI::App app("Compile rules into a CDB that tcpserver reads. Nothing is written when a rule is in error.",
               "relayrules compile");
  app.add_option("RULES", options.rules, "Rule files, read as one; '-' is standard input")->required();
  app.add_option("-o,--output", options.output, "The CDB to write or replace")->type_name("OUT.cdb");
  app.add_flag("--dry-run", options.dry_run, "Write nothing; say what would be written");
  app.add_flag("--no-check", options.no_check, "Skip the checks; errors of the rules' grammar still count");
  add_replace_options(app, options.replace);
  add_settings_options(app, options.settings);
  add_load_options(app, options.load);
  add_context_options(app, options.context);
  add_finding_options(app, options.findings, "error");
  if (const auto code = parse_command_line(app, argc, argv)) return code;
  if (const auto code = refuse_unknown_checks(options.settings)) return code;
  options.findings.notes =
      options.findings.fail_on == "note";  // who compiles wants to know what is wrong; check tells the rest
  if (options.output.empty() && !options.dry_run) return report_usage("compile needs -o OUT.cdb, or --dry-run");
  if (options.output.empty() && (options.replace.show_diff || options.replace.confirm_widening))
    return report_usage("there is nothing to compare with: name the database with -o OUT.cdb");
  return std::nullopt;
}

int refuse(const CompileOptions& options) {
  if (!options.output.empty()) fmt::print(stderr, "relayrules: '{}' was not written\n", options.output);
  return exit_findings;
}

int dry_run(const Policy& policy, const CompileOptions& options, const Sources& sources) {
  CountingSink sink;
  Findings refusals;
  if (!cdb::lower(policy, options.load.daemon, sink, refusals)) {
    print_findings(refusals, sources, options.findings, stderr);
    return refuse(options);
  }
  const std::string target = options.output.empty() ? "a database" : "'" + options.output + "'";
  fmt::print("would write {}: {} records, {} bytes\n", target, sink.records(), sink.bytes());
  return exit_fine;
}

/// A database that is complete but not yet in its place, or why there is none.
struct Prepared {
  std::optional<ReplaceFile> file;
  Status failure;
  Findings refusals;
};

/// Writes the new database beside the old one, which stands untouched until commit().
Prepared prepare(const Policy& policy, const CompileOptions& options) {
  Prepared prepared;
  auto file = ReplaceFile::open(options.output);
  if (!file.ok()) {
    prepared.failure = file.error();
    return prepared;
  }
  cdb::Writer writer(file.value().fd(), options.output);
  const bool lowered = cdb::lower(policy, options.load.daemon, writer, prepared.refusals);
  prepared.failure = lowered ? writer.finish() : writer.status();
  if (lowered && !prepared.failure) prepared.file.emplace(std::move(file.value()));
  return prepared;
}

int commit(Prepared& prepared, const CompileOptions& options, const Sources& sources) {
  if (prepared.failure) return report_failure(*prepared.failure);
  if (!prepared.file) {
    print_findings(prepared.refusals, sources, options.findings, stderr);
    return refuse(options);
  }
  const Status failed = prepared.file->commit();
  return failed ? report_failure(*failed) : exit_fine;
}

/// What is wanted of the checks for each of `files`.
Result<Choices> read_choices(const std::vector<std::string>& files, const SettingsOptions& options, Sources& sources,
                             Findings& findings) {
  Choices choices;
  SettingsFiles settings(options, sources, findings);
  for (const std::string& file : files) {
    auto choice = settings.choice_for(file);
    if (!choice.ok()) return choice.error();
    choices[file == "-" ? standard_input_name : file] = std::move(choice.value());
  }
  return choices;
}

void check(const Site& site, const Sources& sources, const Choices& choices, const CheckContext& context,
           Findings& findings) {
  std::vector<CheckedFile> files;
  for (std::size_t i = 0; i < sources.count(); ++i)
    if (choices.count(sources.at(i).name()) != 0)
      files.push_back({&sources.at(i), find_format(site.policies.front().format)});
  find_wanted({site, sources, files, choices, context}, findings);
}

}  // namespace

int run_compile(int argc, char** argv) {
  CompileOptions options;
  if (const auto code = parse(argc, argv, options)) return *code;
  if (!options.output.empty() && is_one_of(options.output, options.rules))
    return report_usage(fmt::format("'{}' is one of the rule files; the database needs another name", options.output));
  Sources sources;
  Findings findings;
  Site site;
  Choices choices;
  {
    const std::vector<std::string> files = rule_files(options.rules);
    if (!options.no_check) {
      auto wanted = read_choices(files, options.settings, sources, findings);
      if (!wanted.ok()) return report_failure(wanted.error());
      choices = std::move(wanted.value());
    }
    auto policy = load_policy(files, options.load, sources, findings);
    if (!policy.ok()) return report_failure(policy.error());
    site.policies.push_back(std::move(policy.value()));
  }
  const Policy& policy = site.policies.front();
  // The checks and the writing need nothing of each other; what was written only counts when the checks agree.
  Prepared prepared;
  std::thread writer;
  if (policy.complete && !options.dry_run) writer = std::thread([&] { prepared = prepare(policy, options); });
  if (!options.no_check) check(site, sources, choices, options.context, findings);
  if (writer.joinable()) writer.join();
  findings.sort();
  print_findings(findings, sources, options.findings, stderr);
  if (!policy.complete || fails(findings, options.findings)) return refuse(options);
  if (const auto kept = compare_with_replaced(options.output, policy, options.load.daemon, sources, options.replace))
    return *kept;
  const int code = options.dry_run ? dry_run(policy, options, sources) : commit(prepared, options, sources);
  // the system takes a million rules back faster than a million destructors do
  std::fflush(nullptr);
  std::_Exit(code);
}

}  // namespace core
