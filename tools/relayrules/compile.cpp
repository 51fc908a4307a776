// relayrules compile: rules in, CDB out, and nothing written unless every rule was read and can be said. A list of
// domains becomes the morercpthosts.cdb that qmail-newmrh would write.
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <functional>
#include <future>

#include "base/file.hpp"
#include "base/launch.hpp"
#include "cdb/lower.hpp"
#include "cdb/write.hpp"
#include "command.hpp"
#include "load.hpp"
#include "output.hpp"
#include "recorded.hpp"
#include "replaced.hpp"
#include "settings_files.hpp"
#include "site/read_clients.hpp"
#include "wanted.hpp"

namespace core {
namespace {

struct CompileOptions {
  std::vector<std::string> rules;
  std::string output;
  bool no_check = false;
  bool dry_run = false;
  bool has_target = false;  ///< --target: load.program is the one that will ask
  bool is_list = false;     ///< --target morercpthosts: not rules about clients, but domains
  ReplaceOptions replace;
  RecordOptions record;
  ReadOptions load;
  SettingsOptions settings;
  FindingOptions findings;
};

constexpr std::string_view list_target = "morercpthosts";
constexpr std::string_view list_format = "rcpthosts";

/// Puts what was read into a database; false when it cannot, and why.
using Fill = std::function<bool(cdb::RecordSink& sink, Findings& refusals)>;

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

/// Nothing is replaced: the database goes to standard output or nowhere.
bool is_unnamed(const CompileOptions& options) { return options.output.empty() || options.output == "-"; }

void add_target_option(CLI::App& app, CompileOptions& options) {
  static constexpr std::array targets = {Program::tcpserver, Program::ucspi_tcp_ipv6, Program::ucspi_tcp6};
  std::vector<std::string> names;
  for (const Program target : targets) names.emplace_back(facts_of(target).name);
  names.emplace_back(list_target);
  app.add_option_function<std::string>(
         "--target",
         [&options](const std::string& name) {
           options.is_list = name == list_target;
           options.has_target = !options.is_list;
           for (const Program target : targets)
             if (facts_of(target).name == name) options.load.program = target;
         },
         "The program for which the database is: tcpserver, ucspi-tcp-ipv6, ucspi-tcp6; as --program, and sure of it. "
         "Or morercpthosts, qmail's list of domains")
      ->check(CLI::IsMember(names))
      ->type_name("NAME");
}

/// An error when the rules give keys that another program than the wanted one asks for.
Status check_target(const Policy& policy, const CompileOptions& options) {
  const KeyScheme& target = options.load.scheme();
  if (!options.has_target || (policy.is_by_key() && policy.lookup.scheme == &target)) return {};
  return SystemError{"compile", options.rules.front(), EINVAL,
                     fmt::format("{} is compiled to keys of {}, not of {}; leave out --from or --target", policy.format,
                                 policy.lookup.scheme->server, target.server)};
}

std::optional<int> parse(int argc, char** argv, CompileOptions& options) {
  CLI::App app("Compile rules into a CDB that tcpserver reads. Nothing is written when a rule is in error.",
               "relayrules compile");
  app.add_option("RULES", options.rules, "Rule files, read as one; '-' is standard input")->required();
  app.add_option("-o,--output", options.output, "The CDB to write or replace; '-' is standard output")
      ->type_name("OUT.cdb");
  app.add_flag("--dry-run", options.dry_run, "Write nothing; say what would be written");
  app.add_flag("--no-check", options.no_check, "Skip the checks; errors of the rules' grammar still count");
  add_replace_options(app, options.replace);
  add_record_options(app, options.record);
  add_settings_options(app, options.settings);
  add_load_options(app, options.load);
  add_target_option(app, options);
  add_context_options(app, options.settings);
  add_finding_options(app, options.findings, "error");
  if (const auto code = parse_command_line(app, argc, argv)) return code;
  if (const auto code = complete_settings(options.settings, options.load)) return code;
  options.findings.notes =
      options.findings.fail_on == "note";  // who compiles wants to know what is wrong; check tells the rest
  if (options.output.empty() && !options.dry_run) return report_usage("compile needs -o OUT.cdb, or --dry-run");
  if (options.is_list && options.replace.compares())
    return report_usage("--show-diff and --confirm-widening are about clients, and morercpthosts.cdb is not");
  if (options.is_list && !options.load.from.empty() && options.load.from != list_format)
    return report_usage("morercpthosts is made of a list of domains: leave out --from or --target");
  if (is_unnamed(options) && (options.replace.show_diff || options.replace.confirm_widening))
    return report_usage("there is nothing to compare with: name the database with -o OUT.cdb");
  if (is_unnamed(options) && options.record.records())
    return report_usage("there is nothing beside which to record anything: name the database with -o OUT.cdb");
  if (options.output == "-" && !options.dry_run && ::isatty(STDOUT_FILENO) == 1)
    return report_usage("a CDB is not for a terminal: name a file with -o OUT.cdb, or lead standard output elsewhere");
  return std::nullopt;
}

int refuse(const CompileOptions& options) {
  if (options.output == "-") say("relayrules: no database was written\n");
  if (!is_unnamed(options)) say("relayrules: '{}' was not written\n", options.output);
  return exit_findings;
}

int dry_run(const Fill& fill, const CompileOptions& options, const Sources& sources) {
  CountingSink sink;
  Findings refusals;
  if (!fill(sink, refusals)) {
    print_findings(refusals, sources, options.findings);
    return refuse(options);
  }
  const std::string target = is_unnamed(options) ? "a database" : "'" + options.output + "'";
  return deliver(format_shown("would write {}: {} records, {} bytes\n", target, sink.records(), sink.bytes()),
                 exit_fine);
}

/// A new database that is not yet in its place, or why there is none.
struct Prepared {
  std::optional<ReplaceFile> file;
  FileDescriptor memory;  // for standard output, in which one cannot go back as the making of a CDB does
  bool is_complete = false;
  Status failure;
  Findings refusals;
};

Status open_target(const std::string& path, Prepared& prepared) {
  if (path == "-") {
    prepared.memory = FileDescriptor(::memfd_create("database", MFD_CLOEXEC));
    return prepared.memory.valid() ? Status() : system_error("make a database for", "standard output");
  }
  auto file = ReplaceFile::open(path);
  if (!file.ok()) return file.error();
  prepared.file.emplace(std::move(file.value()));
  return {};
}

/// Writes the new database beside the old one, which stands untouched until commit().
Prepared prepare(const Fill& fill, const CompileOptions& options) {
  Prepared prepared;
  if ((prepared.failure = open_target(options.output, prepared))) return prepared;
  cdb::Writer writer(prepared.file ? prepared.file->fd() : prepared.memory.get(), options.output);
  prepared.is_complete = fill(writer, prepared.refusals);
  prepared.failure = prepared.is_complete ? writer.finish() : writer.status();
  return prepared;
}

int send_to_standard_output(int fd) {
  Output output;
  std::array<char, 1 << 16> bytes;
  off_t at = 0;
  ssize_t got = 0;
  while ((got = ::pread(fd, bytes.data(), bytes.size(), at)) > 0) {
    output.write({bytes.data(), static_cast<std::size_t>(got)});
    at += got;
  }
  if (got < 0) return report_failure(system_error("read", "the database in memory"));
  return output.finish(exit_fine);
}

int commit(Prepared& prepared, const Site& site, const CompileOptions& options, const Sources& sources) {
  if (prepared.failure) return report_failure(*prepared.failure);
  if (!prepared.is_complete) {
    print_findings(prepared.refusals, sources, options.findings);
    return refuse(options);
  }
  if (!prepared.file) return send_to_standard_output(prepared.memory.get());
  const Status failed = commit_recorded(*prepared.file, options.output, site, options.record);
  return failed ? report_failure(*failed) : exit_fine;
}

/// Domains, read as one list.
Site read_list(const std::vector<std::string>& paths, const ReadOptions& options, Sources& sources,
               Findings& findings) {
  const Format& format = *find_format(list_format);
  Site site;
  site.rules_name = paths.front();
  DestinationList& list = site.destinations.emplace_back();
  for (const std::string& path : paths) {
    const Source* source = read_file_of(site, path, options, sources);
    if (source == nullptr) continue;
    format.parse_destinations(*source, Reading::strict, list, findings);
    site.files.push_back({source, &format});
  }
  if (findings.has_errors()) site.in_error = site.rules_name;
  return site;
}

/// What is to be written: the keys of rules, or the domains of a list as keys without a value, as qmail-newmrh does.
Fill fill_of(const Site& site, const CompileOptions& options) {
  if (!options.is_list)
    return [&](cdb::RecordSink& sink, Findings& refusals) {
      return cdb::lower(site.clients(), options.load.daemon, sink, refusals);
    };
  return [&](cdb::RecordSink& sink, Findings&) {
    const auto& entries = site.accepted().entries();
    return std::all_of(entries.begin(), entries.end(),
                       [&](const Destination& entry) { return sink.add(entry.name, {}); });
  };
}

/// Reads the rules for the program and the daemon that settings of the first file may name; a code when no database can
/// be made of them. One that lets everybody in is not made for a name of a daemon that may only be misspelt.
std::optional<int> read_rules(CompileOptions& options, Sources& sources, Findings& findings, Choices& choices,
                              Site& site) {
  SettingsFiles settings(options.settings, sources, findings);
  const std::string& first = options.rules.front();
  const auto choice = settings.choice_for(first == "-" ? options.load.stdin_name : first);
  if (!choice.ok()) return report_failure(choice.error());
  for (const std::string& path : options.rules) {
    const auto other = settings.choice_for(path == "-" ? options.load.stdin_name : path);
    if (!other.ok()) return report_failure(other.error());
    if (other.value().program != choice.value().program || other.value().daemon != choice.value().daemon)
      return report_failure({"compile", path, EINVAL,
                             fmt::format("its settings name another program or daemon than those of '{}'; say with "
                                         "--program and --daemon what the database is for",
                                         first)});
  }
  take_reader(choice.value(), options.load);
  ReadOptions reading = options.load;
  if (!options.no_check) reading.before_file = [&](const std::string& path) { return settings.choose(path, choices); };
  site = options.is_list ? read_list(options.rules, reading, sources, findings)
                         : read_site(options.rules, reading, sources, findings);
  if (report_failures(site)) return exit_failure;
  if (site.files.empty())
    return report_failure(
        {"use", site.rules_name, EINVAL, "it is a CDB, not rules; 'relayrules dump' turns it into rules"});
  const Policy& policy = site.clients();
  if (policy.complete && !site.unknown_daemon.empty())
    return report_failure({"use", site.rules_name, EINVAL, site.unknown_daemon});
  if (options.replace.compares() && report_other_half(site, site.rules_name)) return exit_failure;
  say_notes(site, site.rules_name);
  if (const Status wrong = check_target(policy, options)) return report_failure(*wrong);
  return refuse_to_overwrite(options.output, "database", site.paths, sources);
}

}  // namespace

int run_compile(int argc, char** argv) {
  CompileOptions options;
  if (const auto code = parse(argc, argv, options)) return *code;
  Sources sources;
  Findings findings;
  Site site;
  Choices choices;
  if (const auto code = read_rules(options, sources, findings, choices, site)) return *code;
  const Policy& policy = site.clients();
  const Fill fill = fill_of(site, options);
  // The checks and the writing need nothing of each other; what was written only counts when the checks agree.
  Prepared prepared;
  std::future<Prepared> writing;
  const bool is_complete = policy.complete && site.in_error.empty();
  if (is_complete && !options.dry_run) writing = std::async(beside_if_possible, [&] { return prepare(fill, options); });
  if (options.no_check)
    findings.sort(sources);
  else
    find_wanted({site, sources, site.files, choices, std::launch::async}, findings);
  if (writing.valid()) prepared = writing.get();
  print_findings(findings, sources, options.findings);
  if (!is_complete || fails(findings, options.findings)) {
    prepared = {};
    return end_at_once(refuse(options));
  }
  if (const auto kept = refuse_old_rules(options.output, site, options.record)) return *kept;
  if (const auto kept = compare_with_replaced(options.output, policy, options.load.daemon, sources, options.replace))
    return *kept;
  const int code = options.dry_run ? dry_run(fill, options, sources) : commit(prepared, site, options, sources);
  prepared = {};  // takes away what was not put in its place
  return end_at_once(code);
}

}  // namespace core
