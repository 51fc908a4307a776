// Running programs: see run_program.hpp.
#include "run_program.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>

#include <chrono>
#include <filesystem>
#include <fstream>

namespace core::bench {

[[noreturn]] void die(const std::string& message) {
  std::fprintf(stderr, "benchmark: %s\n", message.c_str());
  std::exit(1);
}

Sample run(const Program& program, const std::string& input_file) {
  std::vector<char*> arguments;
  for (const std::string& argument : program.arguments) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  const char* input = program.reads_standard_input ? input_file.c_str() : "/dev/null";
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input, O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t pid = 0;
  char* environment[] = {program.environment.empty() ? nullptr : const_cast<char*>(program.environment.c_str()),
                         nullptr};
  const auto start = std::chrono::steady_clock::now();
  if (posix_spawn(&pid, arguments[0], &actions, nullptr, arguments.data(), environment) != 0)
    die("cannot start " + program.name);
  int status = 0;
  rusage usage{};
  if (wait4(pid, &status, 0, &usage) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != program.exit_code)
    die(program.name + " failed");
  posix_spawn_file_actions_destroy(&actions);
  return {std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(), usage.ru_maxrss,
          usage.ru_minflt};
}

bool is_program(const std::string& path) {
  return std::filesystem::is_regular_file(path) && ::access(path.c_str(), X_OK) == 0;
}

std::string make_folder() {
  std::string folder = ::access("/dev/shm", W_OK) == 0 ? "/dev/shm" : std::filesystem::temp_directory_path().string();
  folder += "/relayrules-bench.XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) die("cannot make a folder for the files");
  return folder;
}

void write_file(const std::string& path, std::string_view text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file.flush()) die("cannot write " + path);
}

}  // namespace core::bench
