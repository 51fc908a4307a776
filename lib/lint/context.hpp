// CheckContext: what the files do not say themselves: which program reads them, how it was started, what it serves.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "model/program.hpp"

namespace core {

/// What runs behind the rules.
enum class Service : std::uint8_t { any, smtp, submission, pop3, imap, dns };

/// Numbers that say when a check has something to say; settings may choose others.
struct Thresholds {
  std::uint8_t wide_relay_net_ipv4 = 24;  ///< prefix length of the widest public network that may relay without a word
  std::uint8_t wide_relay_net_ipv6 = 48;
};

/// The thresholds of the source that begins at this offset.
struct SourceThresholds {
  std::uint32_t begin = 0;
  Thresholds thresholds;
};

struct CheckContext {
  Program program = Program::any;  ///< any: what tcpserver does holds
  Service service = Service::any;  ///< any: nothing is said that depends on it
  bool paranoid = false;           ///< started with -p: see confirms_names()

  std::span<const SourceThresholds> thresholds = {};  ///< of sources that have others than the usual; not owned

  /// The thresholds of the source that begins at `begin`.
  [[nodiscard]] Thresholds thresholds_of(std::uint32_t begin) const {
    const auto known = std::find_if(thresholds.begin(), thresholds.end(),
                                    [begin](const SourceThresholds& source) { return source.begin == begin; });
    return known == thresholds.end() ? Thresholds() : known->thresholds;
  }
  /// True when a client has only a name that forward DNS gives its address: -p was given, and does that.
  [[nodiscard]] bool confirms_names() const { return paranoid && facts_of(program).confirms_names; }
  /// True when RELAYCLIENT is read behind these rules.
  [[nodiscard]] bool takes_mail() const {
    return service == Service::any || service == Service::smtp || service == Service::submission;
  }
};

}  // namespace core
