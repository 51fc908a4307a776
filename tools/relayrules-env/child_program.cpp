// Starts child programs; child_program.hpp has the contract. A child writes into files without a name, so that it never
// waits for a reader, and an alarm that it inherits ends it.
#include "child_program.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "message.hpp"

namespace relayrules::env {

namespace {

bool say_failure(const char* name, const char* what) {
  const int reason = errno;
  Text text;
  text.add("cannot ").add(what).add(" ").add(name).add(": ").add(words_for(reason));
  say(text);
  return false;
}

/// The path of a program in the folder of this one. False if that is not known, or too long.
bool path_beside(const char* name, char (&path)[4096]) {
  const ssize_t size = readlink("/proc/self/exe", path, sizeof path);
  if (size <= 0) return false;
  size_t end = static_cast<size_t>(size);
  while (end > 0 && path[end - 1] != '/') --end;
  const size_t length = strlen(name);
  if (end == 0 || end + length + 1 > sizeof path) {
    errno = ENAMETOOLONG;
    return false;
  }
  memcpy(path + end, name, length + 1);
  return true;
}

[[noreturn]] void become(const char* path, const char* const* arguments, unsigned seconds, int output, int error) {
  signal(SIGALRM, SIG_DFL);
  sigset_t alarms;
  sigemptyset(&alarms);
  sigaddset(&alarms, SIGALRM);
  sigprocmask(SIG_UNBLOCK, &alarms, nullptr);
  alarm(seconds);
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing >= 0 && dup2(nothing, STDIN_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0 &&
      dup2(error, STDERR_FILENO) >= 0)
    execv(path, const_cast<char* const*>(arguments));
  Text text;
  text.add(path).add(": ").add(words_for(errno)).add("\n");
  write_all(error, text.bytes());
  _exit(child_not_run);
}

/// Runs the child to its end. False and errno if it could not be started.
bool run(const char* path, const char* const* arguments, unsigned seconds, int output, int error, int* status) {
  void (*before)(int) = signal(SIGCHLD, SIG_DFL);  // where it is ignored nobody can wait
  const pid_t child = fork();
  if (child == 0) become(path, arguments, seconds, output, error);
  pid_t ended = child;
  while (child > 0 && (ended = waitpid(child, status, 0)) < 0 && errno == EINTR) {
  }
  const int reason = errno;
  signal(SIGCHLD, before);
  errno = reason;
  return child > 0 && ended == child;
}

/// The bytes of a file from its beginning; those that do not fit make it none.
bool contents(int fd, char* room, size_t size, Bytes* read) {
  const ssize_t got = pread(fd, room, size, 0);
  if (got < 0 || static_cast<size_t>(got) == size) return false;
  *read = {room, static_cast<size_t>(got)};
  return true;
}

}  // namespace

bool run_child(const char* const* arguments, unsigned seconds, ChildAnswer* answer) {
  static char output_room[256 * 1024];
  char error_room[1024];
  char path[4096];
  if (!path_beside(arguments[0], path)) return say_failure(arguments[0], "find");
  const int output = memfd_create("answer", MFD_CLOEXEC);
  const int error = memfd_create("errors", MFD_CLOEXEC);
  int status = 0;
  bool is_run = output >= 0 && error >= 0 && run(path, arguments, seconds, output, error, &status);
  if (!is_run) say_failure(arguments[0], "run");
  Bytes said;
  if (is_run && WIFEXITED(status)) answer->exit_code = WEXITSTATUS(status);
  if (is_run && !contents(output, output_room, sizeof output_room, &answer->output)) answer->exit_code = -1;
  if (is_run && contents(error, error_room, sizeof error_room, &said)) answer->error.add_first_line(said);
  answer->is_too_slow = is_run && WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM;
  close(output);
  close(error);
  return is_run;
}

}  // namespace relayrules::env
