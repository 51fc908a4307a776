// Reading connection logs: see read_log.hpp.
#include "read_log.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/file.hpp"
#include "base/line_pieces.hpp"
#include "command.hpp"
#include "progress.hpp"

namespace core {
namespace {

/// Opens the log; its size, for the progress bar, is 0 where it is not known.
Status open_log(const std::string& path, FileDescriptor& file, std::uint64_t& size) {
  file = FileDescriptor(path == "-" ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
                                    : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (!file.valid() || ::fstat(file.get(), &status) != 0) return system_error("open", path);
  if (S_ISDIR(status.st_mode)) return SystemError{"read", path, EISDIR, "it is a folder; name a file in it"};
  const bool is_endless = S_ISBLK(status.st_mode) || (S_ISCHR(status.st_mode) && status.st_rdev != ::makedev(1, 3));
  if (path != "-" && is_endless) return SystemError{"read", path, EINVAL, "it is a device, not a file"};
  size = S_ISREG(status.st_mode) ? static_cast<std::uint64_t>(status.st_size) : 0;
  return {};
}

Status read_log(const std::string& path, const std::string& action, analysis::SeenClients& seen) {
  FileDescriptor file;
  std::uint64_t size = 0;
  if (auto failed = open_log(path, file, size)) return failed;
  const std::uint64_t lines_before = seen.lines();
  const std::uint64_t clients_before = seen.lines_with_client();
  seen.begin(path == "-" ? "<standard input>" : path);
  LinePieces pieces(file.get());
  Progress progress(size);
  std::string piece;
  do {
    if (!pieces.next(piece)) return system_error("read", path);
    seen.read(piece);
    progress.advance(piece.size(), seen.lines());
  } while (!piece.empty());
  // "the same for every client" would be true of nobody
  const std::uint64_t lines = seen.lines() - lines_before;
  if (lines > 0 && seen.lines_with_client() == clients_before)
    return SystemError{action, path, EINVAL, fmt::format("none of its {} lines shows a client", lines)};
  return {};
}

}  // namespace

void add_log_options(CLI::App& app, std::string& regex) {
  app.add_option("--regex", regex, "Find clients with this expression: groups (?<ip>...), host, info, stamp")
      ->type_name("RE");
}

std::optional<analysis::SeenClients> read_logs(const std::vector<std::string>& logs, const std::string& regex,
                                               const std::string& action, int& code) {
  std::optional<analysis::LogPattern> pattern;
  if (!regex.empty()) {
    auto compiled = analysis::LogPattern::compile(regex);
    if (!compiled.ok()) {
      code = report_usage(compiled.error().message());
      return std::nullopt;
    }
    pattern = std::move(compiled.value());
  }
  analysis::SeenClients seen(std::move(pattern));
  for (const std::string& log : logs)
    if (const Status failed = read_log(log, action, seen)) {
      code = report_failure(*failed);
      return std::nullopt;
    }
  return seen;
}

}  // namespace core
