// Looking for settings from a file's folder upwards: see settings_files.hpp. A thousand files of one folder ask the
// disk once.
#include "settings_files.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "base/file.hpp"
#include "command.hpp"
#include "lint/check.hpp"

namespace core {

namespace fs = std::filesystem;

namespace {

/// From where the user stands, when that is shorter.
std::string as_users_write(const fs::path& path) {
  std::error_code ignored;
  const fs::path from_here = path.lexically_relative(fs::current_path(ignored));
  return from_here.empty() || from_here.native().starts_with("..") ? path.string() : from_here.string();
}

/// `path` from the root, without dots. An error where the working folder is no more.
Result<fs::path> absolute(const std::string& path) {
  std::error_code error;
  const fs::path whole = fs::absolute(path, error);
  if (error) return SystemError{"find", path, error.value(), "the working folder was deleted or cannot be read"};
  return whole.lexically_normal();
}

/// True for a file of this user, of root, or of who became root with sudo: whoever else wrote it may want that the
/// checks say nothing.
bool is_trusted(int fd) {
  struct stat file {};
  if (::fstat(fd, &file) != 0) return false;
  const uid_t user = ::geteuid();
  const char* before = user == 0 ? std::getenv("SUDO_UID") : nullptr;
  return file.st_uid == user || file.st_uid == 0 || (before != nullptr && std::to_string(file.st_uid) == before);
}

/// Why the settings that were found are not used, or null.
const char* why_unused(const Result<FileDescriptor>& opened, const fs::path& file) {
  std::error_code ignored;
  if (!opened.ok() && opened.error().error == outside_folder)
    return "it leads out of its folder, and nobody named it with --config";
  if (!fs::is_regular_file(file, ignored)) return "it is no file";
  if (opened.ok() && !is_trusted(opened.value().get()))
    return "it belongs to another user, and nobody named it with --config";
  return nullptr;
}

void add_selector_option(CLI::App& app, const char* name, std::vector<std::string>& selectors, const char* what) {
  app.add_option(name, selectors, what)->delimiter(',')->type_name("CHECK")->allow_extra_args(false);
}

}  // namespace

void add_settings_options(CLI::App& app, SettingsOptions& options) {
  add_selector_option(app, "--select", options.choice.select, "Only these checks, by name, code or family (RR4)");
  add_selector_option(app, "--ignore", options.choice.ignore, "Not these checks");
  app.add_option("--config", options.file, "Take settings from this file, not from .relayrules.toml")
      ->type_name("FILE");
  app.add_flag("--no-config", options.none, "Read no settings");
}

void add_context_options(CLI::App& app, SettingsOptions& options) {
  static const std::map<std::string, Service> services = [] {
    std::map<std::string, Service> names;
    for (const ServiceName& known : service_names) names.emplace(known.name, known.service);
    return names;
  }();
  app.add_option_function<std::string>(
         "--service", [&options](const std::string& name) { options.choice.service = services.at(name); },
         "What is served behind the rules: smtp, submission, pop3, imap, dns")
      ->check(CLI::IsMember(&services))
      ->type_name("NAME");
  app.add_flag_callback(
      "--paranoid", [&options] { options.choice.paranoid = true; },
      "tcpserver runs with -p: names are checked against forward DNS");
}

std::optional<int> complete_settings(SettingsOptions& options, const ReadOptions& reading) {
  if (reading.program != Program::any) options.choice.program = reading.program;
  if (!reading.daemon.empty()) options.choice.daemon = reading.daemon;
  for (const auto* selectors : {&options.choice.select, &options.choice.ignore}) {
    for (const std::string& name : *selectors)
      if (!is_selector(name)) return report_unknown_check(name);
  }
  return std::nullopt;
}

void take_reader(const Choice& choice, ReadOptions& reading) {
  reading.program = choice.program.value_or(Program::any);
  reading.daemon = choice.daemon.value_or("");
}

std::string SettingsFiles::found_in(const fs::path& folder) {
  const fs::path file = folder / ".relayrules.toml";
  std::error_code ignored;
  if (!fs::exists(fs::symlink_status(file, ignored))) return {};
  std::string name = as_users_write(file);
  const auto opened = open_to_read(file.string(), folder.string());
  if (const char* reason = why_unused(opened, file)) {
    report_failure({"use", name, 0, reason});
    return {};
  }
  sources_.reach.found(name, folder.string());
  return name;
}

std::string SettingsFiles::nearest(const std::string& folder) {
  const auto known = nearest_.find(folder);
  if (known != nearest_.end()) return known->second;
  const fs::path here(folder);
  std::string found = found_in(here);
  if (found.empty() && here.has_relative_path()) found = nearest(here.parent_path().string());
  nearest_[folder] = found;
  return found;
}

Result<const SettingsFiles::Known*> SettingsFiles::read(const std::string& file) {
  const auto known = known_.find(file);
  if (known != known_.end()) return &known->second;
  const auto source = read_source(sources_, file);
  if (!source.ok()) return source.error();
  const auto whole = absolute(file);
  if (!whole.ok()) return whole.error();
  const fs::path folder = whole.value().parent_path();
  return &known_.emplace(file, Known{folder.string(), parse_settings(*source.value(), findings_)}).first->second;
}

Result<Choice> SettingsFiles::choice_for(const std::string& path) {
  if (options_.none) return options_.choice;
  std::error_code ignored;
  const auto absolute_path = absolute(fs::is_directory(path, ignored) ? path + "/" : path);
  if (!absolute_path.ok()) return absolute_path.error();
  const fs::path& whole = absolute_path.value();
  const std::string file = options_.file.empty() ? nearest(whole.parent_path().string()) : options_.file;
  if (file.empty()) return options_.choice;
  used_[path] = file;
  const auto known = read(file);
  if (!known.ok()) return known.error();
  Choice choice = core::choice_for(known.value()->settings, whole.lexically_relative(known.value()->folder).string());
  override_choice(choice, options_.choice);
  return choice;
}

std::string SettingsFiles::used_for(const std::string& path) const {
  const auto used = used_.find(path);
  return used == used_.end() ? std::string() : used->second;
}

Status SettingsFiles::choose(const std::string& path, Choices& choices) {
  auto choice = choice_for(path);
  if (!choice.ok()) return choice.error();
  choices[path] = std::move(choice.value());
  return {};
}

}  // namespace core
