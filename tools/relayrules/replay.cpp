// relayrules replay: which clients of a connection log two rule files or databases would decide differently.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "analysis/replay.hpp"
#include "base/file.hpp"
#include "base/line_pieces.hpp"
#include "command.hpp"
#include "load.hpp"
#include "output.hpp"
#include "progress.hpp"
#include "report/replayed.hpp"

namespace core {
namespace {

struct ReplayOptions {
  std::string before;
  std::string after;
  std::string log = "-";
  std::string regex;
  std::string format = "text";
  std::size_t limit = 10;
  ReadOptions load;
};

std::optional<int> parse(int argc, char** argv, ReplayOptions& options) {
  CLI::App app("Tell which clients of a connection log two rule files or databases would decide differently.",
               "relayrules replay");
  app.add_option("OLD", options.before, "Rules or a CDB")->required();
  app.add_option("NEW", options.after, "Rules or a CDB")->required();
  app.add_option("LOG", options.log,
                 "A log of tcpserver, Postfix or Sendmail, or a list of addresses; default: standard input");
  app.add_option("--regex", options.regex, "Find clients with this expression: groups (?<ip>...), host, info, stamp")
      ->type_name("RE");
  app.add_option("--limit", options.limit, "Show at most so many clients of one kind; 0: all")->capture_default_str();
  app.add_option("--format", options.format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  add_load_options(app, options.load);
  if (const auto code = parse_command_line(app, argc, argv)) return code;
  if (options.log == "-" && (options.before == "-" || options.after == "-"))
    return report_usage("standard input cannot hold both rules and the log");
  return std::nullopt;
}

/// Opens the log; its size, for the progress bar, is 0 where it is not known.
Status open_log(const std::string& path, FileDescriptor& file, std::uint64_t& size) {
  file = FileDescriptor(path == "-" ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (!file.valid() || ::fstat(file.get(), &status) != 0) return system_error("open", path);
  if (S_ISDIR(status.st_mode)) return SystemError{"read", path, EISDIR, "it is a folder; name a file in it"};
  const bool is_endless = S_ISBLK(status.st_mode) || (S_ISCHR(status.st_mode) && status.st_rdev != ::makedev(1, 3));
  if (path != "-" && is_endless) return SystemError{"read", path, EINVAL, "it is a device, not a file"};
  size = S_ISREG(status.st_mode) ? static_cast<std::uint64_t>(status.st_size) : 0;
  return {};
}

Status read_log(const std::string& path, analysis::SeenClients& seen) {
  FileDescriptor file;
  std::uint64_t size = 0;
  if (auto failed = open_log(path, file, size)) return failed;
  LinePieces pieces(file.get());
  Progress progress(size);
  std::string piece;
  do {
    if (!pieces.next(piece)) return system_error("read", path);
    seen.read(piece);
    progress.advance(piece.size(), seen.lines());
  } while (!piece.empty());
  // "the same for every client" would be true of nobody
  if (seen.lines() > 0 && seen.count() == 0)
    return SystemError{"replay", path, EINVAL, fmt::format("none of its {} lines shows a client", seen.lines())};
  return {};
}

}  // namespace

int run_replay(int argc, char** argv) {
  ReplayOptions options;
  if (const auto code = parse(argc, argv, options)) return *code;
  std::optional<analysis::LogPattern> pattern;
  if (!options.regex.empty()) {
    auto compiled = analysis::LogPattern::compile(options.regex);
    if (!compiled.ok()) return report_usage(compiled.error().message());
    pattern = std::move(compiled.value());
  }
  Sources sources;
  const auto before = load_for_proof({options.before}, options.load, sources);
  if (!before) return exit_failure;
  const auto after = load_for_proof({options.after}, options.load, sources);
  if (!after) return exit_failure;
  analysis::SeenClients seen(pattern ? &*pattern : nullptr);
  if (const Status failed = read_log(options.log, seen)) return report_failure(*failed);
  const auto changes = analysis::replay(before->clients(), after->clients(), options.load.daemon, seen);
  const std::size_t shown = options.limit == 0 ? seen.count() : options.limit;
  const ReplayContext context{
      {before->clients(), sources, options.before}, {after->clients(), sources, options.after}, seen, shown};
  const std::string report =
      options.format == "json" ? format_replay_json(changes, context) : format_replay(changes, context);
  return deliver(report, changes.empty() ? exit_fine : exit_findings);
}

}  // namespace core
