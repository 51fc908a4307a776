// Writes reasons; reason.hpp has the contract.
#include "reason.hpp"

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>

namespace relayrules::runtime {

rr_status explain(rr_reason* reason, rr_status status, const char* format, ...) {
  if (reason == nullptr || reason->size != sizeof *reason) return status;
  const int error = errno;
  va_list values;
  va_start(values, format);
  if (vsnprintf(reason->text, sizeof reason->text, format, values) < 0) reason->text[0] = '\0';
  va_end(values);
  for (char* at = reason->text; *at != '\0'; ++at) {
    if (*at < ' ' || *at > '~') *at = '?';
  }
  errno = error;
  return status;
}

rr_status explain_system(rr_reason* reason, const char* action, const char* what) {
  return explain(reason, RR_SYSTEM, "cannot %s '%s': %s", action, what, strerror(errno));
}

}  // namespace relayrules::runtime
