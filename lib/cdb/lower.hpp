// lower: from a policy to the ordered keys of a CDB.
//
// What the keys of tcpserver can say exactly is said, whatever way the policy chooses its rules; anything else is
// refused with the reason. Nothing is ever approximated: a rule that is nearly kept is an open door.
#pragma once

#include <string_view>

#include "base/finding.hpp"
#include "model/policy.hpp"

namespace core::cdb {

/// Receives records in the order in which they are to be written. The views are valid during the call only.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  /// False stops the lowering: the sink knows why.
  virtual bool add(std::string_view key, std::string_view value) = 0;
};

/// Gives all records of `policy` to `sink`. False when the policy cannot be said in keys (then `findings` has the
/// reason) or when the sink stopped. For a policy with daemons give the `daemon` to choose.
[[nodiscard]] bool lower(const Policy& policy, std::string_view daemon, RecordSink& sink, Findings& findings);

/// lower() for policies of which the first matching rule counts: see lower_first_match.cpp.
[[nodiscard]] bool lower_first_match(const Policy& policy, std::string_view daemon, RecordSink& sink,
                                     Findings& findings);

}  // namespace core::cdb
