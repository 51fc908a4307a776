// Asks relayrules-resolve for names; resolved_name.hpp has the contract.
#include "resolved_name.hpp"

#include "child_program.hpp"
#include "message.hpp"
#include "variables.hpp"

namespace relayrules::env {

bool resolve_name(Bytes ip, unsigned seconds, bool is_verbose) {
  const char* const arguments[] = {"relayrules-resolve", ip.data, nullptr};
  ChildAnswer answer;
  if (!remove_variables(runtime::literal("TCPREMOTEHOST")) || !run_child(arguments, seconds, &answer)) return false;
  if (answer.exit_code == 0 && answer.output.size > 1) {
    Text name;
    name.add(answer.output.first(answer.output.size - 1));  // without its line feed
    return set_variable("TCPREMOTEHOST", name.c_str());
  }
  if (answer.exit_code == child_not_run) {
    say(answer.error);
    return false;
  }
  if (!is_verbose) return true;
  Text text;
  text.add("the client has no confirmed name, so rules for names match nobody: ");
  text.add(answer.is_too_slow ? Bytes(runtime::literal("the resolver did not answer in time")) : answer.error.bytes());
  say(text);
  return true;
}

}  // namespace relayrules::env
