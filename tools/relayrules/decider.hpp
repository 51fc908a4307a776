// Decider: answers about clients, from a CDB or from a rule file.
#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "base/source.hpp"
#include "load.hpp"
#include "model/evaluate.hpp"
#include "report/json.hpp"

namespace core {

struct Answer {
  LookupAnswer result;
  std::string place;    ///< of the rule, "tcp.smtp:3", where the source is known
  std::string text;     ///< of the rule, "192.168.1.:allow"
  Trace trace;          ///< what was asked; a CDB's found key has rule 0
  std::string unknown;  ///< why nobody can tell what holds for this client; empty: `result` does
};

/// "tcp.smtp:3: 192.168.1.:allow"; empty where the source is not known.
[[nodiscard]] std::string format_rule(const Answer& answer);

class Decider {
 public:
  virtual ~Decider() = default;
  /// The answer for one client; a record that is not tcpserver's is an error, never an answer.
  [[nodiscard]] virtual Result<Answer> decide(const Client& client) const = 0;
  /// True when some rule gives relaying: what it means for a client not to relay is then worth a word.
  [[nodiscard]] virtual bool lets_relay() const = 0;
};

/// Opens `paths`: a CDB, or rules in a format as `options` say. With `many` an index is built for rules, and no traces
/// are made. Null when they cannot answer; the user has been told. `sources` must outlive the decider.
[[nodiscard]] std::unique_ptr<Decider> make_decider(const std::vector<std::string>& paths, const ReadOptions& options,
                                                    bool many, Sources& sources);

}  // namespace core
