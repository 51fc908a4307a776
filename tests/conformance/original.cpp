// Starting programs and catching what they say: see original.hpp. Input and output are files in memory, not pipes:
// nothing can block on a full pipe, and the compilers see a standard input that is a file, as they mostly do.
#include "conformance/original.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "base/file.hpp"
#include "base/finding.hpp"

namespace core::conformance {
namespace {

bool any_skip = false;

FileDescriptor memory_file(std::string_view bytes) {
  FileDescriptor file(::memfd_create("relayrules-test", MFD_CLOEXEC));
  REQUIRE(file.valid());
  if (!bytes.empty() && ::pwrite(file.get(), bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    FAIL("no room for a test's input in memory");
  return file;
}

std::string content(const FileDescriptor& file) {
  struct stat status {};
  ::fstat(file.get(), &status);
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  if (::pread(file.get(), bytes.data(), bytes.size(), 0) != status.st_size) bytes.clear();
  return bytes;
}

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (const std::string& text : strings) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

/// A running program.
class Process {
 public:
  explicit Process(const Command& command)
      : input_(command.input_path.empty() ? memory_file(command.input)
                                          : FileDescriptor(::open(command.input_path.c_str(), O_RDONLY | O_CLOEXEC))),
        output_(memory_file({})),
        errors_(memory_file({})),
        time_limit_ms_(command.time_limit_ms) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input_.get(), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output_.get(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, errors_.get(), STDERR_FILENO);
    posix_spawn_file_actions_addchdir_np(&actions, command.folder.c_str());
    const int failed = posix_spawn(&pid_, command.arguments.front().c_str(), &actions, nullptr,
                                   pointers(command.arguments).data(), pointers(command.environment).data());
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) FAIL("cannot start " << command.arguments.front() << ": " << std::strerror(failed));
  }

  Outcome wait() {
    // by number: the header of Debian 12's C library lacks its extern "C"
    const FileDescriptor process(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
    pollfd ended{process.get(), POLLIN, 0};
    // where the kernel has no pidfd the time limit is ctest's
    if (process.valid() && ::poll(&ended, 1, time_limit_ms_) == 0) ::kill(pid_, SIGKILL);
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) continue;
    Outcome outcome;
    outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    outcome.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    outcome.output = content(output_);
    outcome.errors = content(errors_);
    return outcome;
  }

 private:
  FileDescriptor input_;
  FileDescriptor output_;
  FileDescriptor errors_;
  int time_limit_ms_;
  pid_t pid_ = -1;
};

bool is_ci() {
  const char* ci = std::getenv("CI");
  return ci != nullptr && std::string_view(ci) == "true";
}

bool is_program(const std::string& path) { return ::access(path.c_str(), X_OK) == 0; }

}  // namespace

Outcome run(const Command& command) { return Process(command).wait(); }

std::pair<Outcome, Outcome> run_both(const Command& first, const Command& second) {
  Process one(first);
  Process two(second);
  Outcome outcome = one.wait();
  return {std::move(outcome), two.wait()};
}

std::string format_outcome(const Outcome& outcome) {
  std::ostringstream text;
  text << "exit code " << outcome.exit_code << ", signal " << outcome.signal << ", output "
       << quoted(outcome.output, 2000) << ", errors " << quoted(outcome.errors, 2000);
  return text.str();
}

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

void write_file(const std::string& path, std::string_view bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  REQUIRE(file.flush().good());
}

Folder::Folder() {
  const char* temporary = std::getenv("TMPDIR");
  path_ = ::access("/dev/shm", W_OK) == 0 ? "/dev/shm" : temporary != nullptr ? temporary : "/tmp";
  path_ += "/relayrules-test.XXXXXX";
  REQUIRE(::mkdtemp(path_.data()) != nullptr);
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string original_path(const std::string& name) {
  for (const char* folder : {"/usr/bin/", "/usr/local/bin/", "/usr/sbin/"})
    if (is_program(folder + name)) return folder + name;
  return {};
}

std::string our_path(const std::string& name) {
  for (const char* folder : {"/tools/", "/tools/relayrules/"}) {
    const std::string path = std::string(RELAYRULES_BINARY_DIR) + folder + name;
    if (is_program(path) && !std::filesystem::is_directory(path)) return path;
  }
  return {};
}

void skip(const std::string& reason) {
  any_skip = true;
  std::cout << "\nSKIPPED: " << reason << "\n" << std::flush;
  if (is_ci()) FAIL("skipped although CI=true is set: " << reason);
}

bool skipped_anything() { return any_skip; }

bool have_original(const std::string& name) {
  if (!original_path(name).empty()) return true;
  skip("the original '" + name + "' is not installed; on Debian: apt-get install ucspi-tcp tcpd");
  return false;
}

bool have_ours(const std::string& name) {
  if (!our_path(name).empty()) return true;
  skip("our own '" + name + "' was not built");
  return false;
}

Compilers::Compilers() {
  std::filesystem::create_directory(original_folder());
  std::filesystem::create_directory(our_folder());
}

Compilers::Pair Compilers::compile(std::string_view text) {
  Command original{{original_path("tcprules"), "rules.cdb", "rules.tmp"}, std::string(text), {}, original_folder()};
  Command ours{{our_path("tcprules"), "rules.cdb", "rules.tmp"}, std::string(text), {}, our_folder()};
  for (const std::string& folder : {original_folder(), our_folder()})
    for (const char* name : {"/rules.cdb", "/rules.tmp"}) ::unlink((folder + name).c_str());
  auto [original_outcome, our_outcome] = run_both(original, ours);
  const auto result = [](const std::string& folder, Outcome outcome) {
    return Compiled{std::move(outcome), read_file(folder + "/rules.cdb"), read_file(folder + "/rules.tmp").has_value()};
  };
  return {result(original_folder(), std::move(original_outcome)), result(our_folder(), std::move(our_outcome))};
}

std::string format_pair(const Compilers::Pair& pair) {
  std::ostringstream text;
  const auto add = [&](const char* who, const Compiled& compiled) {
    text << who << format_outcome(compiled.outcome) << ", "
         << (compiled.database ? std::to_string(compiled.database->size()) + " bytes" : std::string("no")) << " CDB";
    if (compiled.database) text << ", records " << quoted(compiled.database->substr(2048), 600);
    text << '\n';
  };
  add("original: ", pair.original);
  add("ours:     ", pair.ours);
  return text.str();
}

std::vector<std::string> environment_of(const Asked& asked) {
  std::vector<std::string> environment;
  if (asked.ip) environment.push_back("TCPREMOTEIP=" + *asked.ip);
  if (asked.host) environment.push_back("TCPREMOTEHOST=" + *asked.host);
  if (asked.info) environment.push_back("TCPREMOTEINFO=" + *asked.info);
  return environment;
}

std::string as_tcprulescheck(const Policy& policy, const Decision& decision) {
  if (!decision.rule) return "default:\nallow connection\n";
  std::string text = "rule " + decision.matched + ":\n";
  if (!outcome_of(policy, decision).allows()) return text + "deny connection\n";
  for (const EnvEdit& edit : edits_of(policy, decision)) text += "set environment variable " + edit.assignment + "\n";
  return text + "allow connection\n";
}

unsigned repetitions(unsigned count) {
  const char* percent = std::getenv("RELAYRULES_REPEAT_PERCENT");
  const unsigned share = percent == nullptr ? 100 : static_cast<unsigned>(std::max(1, std::atoi(percent)));
  return std::max(1U, count * share / 100);
}

}  // namespace core::conformance
