// CheckContext: what the files do not say themselves: which program reads them, how it was started, what it serves.
#pragma once

#include <cstdint>

#include "model/program.hpp"

namespace relayrules {

/// What runs behind the rules.
enum class Service : std::uint8_t { any, smtp, submission, pop3, imap, dns };

struct CheckContext {
  Program program = Program::any;  ///< any: what tcpserver does holds
  Service service = Service::any;  ///< any: nothing is said that depends on it
  bool paranoid = false;           ///< started with -p: see confirms_names()

  /// True when a client has only a name that forward DNS gives its address: -p was given, and does that.
  [[nodiscard]] bool confirms_names() const { return paranoid && facts_of(program).confirms_names; }
  /// True when RELAYCLIENT is read behind these rules.
  [[nodiscard]] bool takes_mail() const {
    return service == Service::any || service == Service::smtp || service == Service::submission;
  }
};

}  // namespace relayrules
