// Environment variables; variables.hpp has the contract.
#include "variables.hpp"

#include <cerrno>
#include <cstdlib>

#include "message.hpp"
#include "runtime/network.hpp"

namespace relayrules::env {

namespace {

bool say_failure(const char* name) {
  Text text;
  text.add("cannot change the environment variable ").add_quoted(bytes_of(name)).add(": ").add(words_for(errno));
  say(text);
  return false;
}

}  // namespace

Bytes variable(const char* name) { return bytes_of(getenv(name)); }

bool set_variable(const char* name, const char* value) { return setenv(name, value, 1) == 0 || say_failure(name); }

bool remove_variables(Bytes names) {
  Bytes word;
  while (runtime::next_word(&names, &word)) {
    Text name;
    name.add(word);
    if (unsetenv(name.c_str()) != 0) return say_failure(name.c_str());
  }
  return true;
}

}  // namespace relayrules::env
