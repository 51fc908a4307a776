// Writing answers and words about the work: see output.hpp.
#include "output.hpp"

#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>

#include "base/file.hpp"
#include "base/standard_descriptors.hpp"
#include "cdb/read.hpp"
#include "command.hpp"
#include "model/format.hpp"
#include "site/read_clients.hpp"
#include "site/stale_database.hpp"

namespace core {
namespace {

constexpr char standard_output_name[] = "<standard output>";

/// A network file system tells only at a close what it could not keep. A copy is closed: descriptor 1 stays taken.
Status close_standard_output() {
  const int copy = above_standard_descriptors(::dup(STDOUT_FILENO));
  if (copy < 0 || ::close(copy) != 0) return system_error("write", standard_output_name);
  return {};
}

bool is_same_file(const struct stat& file, const std::string& path) {
  struct stat other {};
  const bool known = path == "-" ? ::fstat(STDIN_FILENO, &other) == 0 : ::stat(path.c_str(), &other) == 0;
  return known && file.st_dev == other.st_dev && file.st_ino == other.st_ino;
}

bool holds_database(const std::string& path, const struct stat& file) {
  return cdb::looks_like_database(read_head(path, cdb::Layout::header_bytes), static_cast<std::uint64_t>(file.st_size));
}

/// True for rules, lists of destinations and expectations: by the name, but not for a report that is called after rules
/// ("tcp.smtp.html"), or by the text.
bool is_handwritten(const std::string& path) {
  static constexpr std::array reports = {".baseline", ".html", ".json", ".log", ".report",
                                         ".sarif",    ".svg",  ".txt",  ".xml", ".cdb"};
  std::error_code ignored;
  const std::string target = std::filesystem::canonical(path, ignored).string();
  for (const std::string& name : {path, target}) {
    const bool is_report =
        std::any_of(reports.begin(), reports.end(), [&](const char* end) { return name.ends_with(end); });
    if (is_expectation_file(name) || base_name(name).ends_with("percenthack")) return true;
    if (!is_report && detect_format(name, {}).confidence >= Confidence::by_usual_name) return true;
  }
  constexpr std::size_t enough = 1 << 16;
  return detect_format("", read_head(path, enough)).confidence >= Confidence::by_content;
}

}  // namespace

Output::Output(std::string path, AnswerKind kind)
    : path_(std::move(path)), kind_(path_ == "-" && use_colour("auto", STDOUT_FILENO) ? kind : AnswerKind::plain) {
  // what a program reads must be no colour, whatever the environment asks for
  if (kind_ == AnswerKind::patch && ::isatty(STDOUT_FILENO) != 1) kind_ = AnswerKind::plain;
}

void Output::write(std::string_view text) {
  constexpr std::size_t enough = 1 << 16;
  if (failed_) return;
  if (kind_ == AnswerKind::plain)
    text_ += text;
  else
    text_ += painted(text, kind_);
  if (text_.size() >= enough) pass_on();
}

void Output::write_exactly(std::string_view text) {
  if (path_ == "-" && ::isatty(STDOUT_FILENO) == 1)
    write(printable_lines(text));
  else
    write(text);
}

void Output::pass_on() {
  if (failed_) return;
  if (path_ != "-" && !file_) {
    auto file = ReplaceFile::open(path_);
    if (file.ok())
      file_.emplace(std::move(file.value()));
    else
      failed_ = file.error();
  }
  if (!failed_)
    failed_ = file_ ? write_all(file_->fd(), text_, path_) : write_all(STDOUT_FILENO, text_, standard_output_name);
  text_.clear();
}

void Output::flush() {
  if (path_ == "-") pass_on();
}

int Output::finish(int code) {
  pass_on();
  if (!failed_) failed_ = file_ ? file_->commit() : close_standard_output();
  return failed_ ? report_failure(*failed_) : code;
}

int deliver(std::string_view text, int code, const std::string& path, AnswerKind kind) {
  Output output(path, kind);
  output.write(text);
  return output.finish(code);
}

int deliver_exactly(std::string_view text, int code, const std::string& path, AnswerKind kind) {
  Output output(path, kind);
  output.write_exactly(text);
  return output.finish(code);
}

int end_at_once(int code) {
#ifdef __SANITIZE_ADDRESS__
  return code;
#else
  std::_Exit(code);
#endif
}

bool use_colour(std::string_view wish, int fd) {
  if (wish != "auto") return wish == "always";
  const auto is_set = [](const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0' && std::string_view(value) != "0";
  };
  if (is_set("NO_COLOR")) return false;
  if (is_set("FORCE_COLOR") || is_set("CLICOLOR_FORCE")) return true;
  const char* terminal = std::getenv("TERM");
  return ::isatty(fd) == 1 && terminal != nullptr && std::string_view(terminal) != "dumb";
}

std::size_t terminal_columns() {
  struct winsize size {};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return std::clamp<std::size_t>(size.ws_col, 40, 100);
}

void say_text(std::string_view text) { static_cast<void>(write_all(STDERR_FILENO, text, {})); }

std::optional<int> refuse_to_overwrite(const std::string& path, std::string_view what,
                                       const std::vector<std::string>& read, const Sources& sources) {
  struct stat file {};
  if (path == "-" || ::stat(path.c_str(), &file) != 0) return std::nullopt;
  bool is_read = false;
  for (const std::string& other : read) is_read = is_read || is_same_file(file, other);
  for (std::size_t i = 0; i < sources.count(); ++i) is_read = is_read || is_same_file(file, sources.at(i).name());
  for (std::size_t i = 0; i < sources.count() && what != "database"; ++i)
    is_read = is_read || is_same_file(file, database_beside(sources.at(i).name()));
  if (is_read)
    return report_usage(fmt::format("'{}' is one of the files to read; the {} needs another name", path, what));
  if (what != "database" && is_database(path))
    return report_usage(fmt::format("'{}' is a database; the {} needs another name", path, what));
  const bool is_replaceable = !S_ISREG(file.st_mode) || holds_database(path, file) || !is_handwritten(path);
  if (is_replaceable) return std::nullopt;
  return report_usage(
      fmt::format("'{}' is a file of rules, domains or expectations; the {} needs another name", path, what));
}

}  // namespace core
