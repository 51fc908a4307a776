// replay: which of the clients that really came would two policies decide differently.
//
//   log --> SeenClients (each client once, with a count) --> replay --> changes, grouped as diff groups them
//
// Memory grows with the number of different clients, not with the log; each client is decided once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analysis/connection_log.hpp"
#include "analysis/diff.hpp"
#include "analysis/log_pattern.hpp"

namespace core::analysis {

/// How often a client came, and when: stamps as the log has them, empty where it has none.
struct Visits {
  std::uint64_t count = 0;
  std::string first;
  std::string last;
};

/// What a log says of clients.
class SeenClients {
 public:
  /// A line that should show a client, but does not.
  struct OddLine {
    std::string log;           ///< as begin() had it
    std::uint64_t number = 0;  ///< in that log
    std::string text;
  };

  /// Lines are read with `pattern`; none: as parse_log_line does.
  explicit SeenClients(std::optional<LogPattern> pattern = std::nullopt) : pattern_(std::move(pattern)) {}

  /// What is read next is the log of this name, and its lines are counted from 1 again.
  void begin(std::string log) {
    log_ = std::move(log);
    lines_before_ = lines_;
  }

  /// Reads whole lines: the next piece of the log.
  void read(std::string_view lines);

  [[nodiscard]] std::uint64_t lines() const { return lines_; }
  [[nodiscard]] std::uint64_t lines_with_client() const { return with_client_; }
  [[nodiscard]] std::uint64_t lines_not_understood() const { return not_understood_; }
  /// The first few of them.
  [[nodiscard]] const std::vector<OddLine>& odd_lines() const { return odd_lines_; }
  /// The number of different clients.
  [[nodiscard]] std::size_t count() const { return clients_.size(); }
  /// Calls `visit(Client, Visits)` for each client, in no order.
  template <typename Visit>
  void for_each(Visit&& visit) const {
    for (const auto& [key, visits] : clients_) visit(unpacked(key), visits);
  }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  void read_line(std::string_view line);
  void pack(const Sighting& sighting);
  [[nodiscard]] static Client unpacked(std::string_view key);

  std::optional<LogPattern> pattern_;
  std::string log_;
  std::uint64_t lines_before_ = 0;  // of other logs
  std::uint64_t lines_ = 0;
  std::uint64_t with_client_ = 0;
  std::uint64_t not_understood_ = 0;
  std::vector<OddLine> odd_lines_;
  std::string key_;  // of the line that is read: family, address, host, NUL, info
  std::unordered_map<std::string, Visits, Hash, std::equal_to<>> clients_;
};

struct Visitor {
  Client client;
  Visits visits;
};

/// Visitors that fare differently, all in the same way and because of the same rules.
struct ReplayChange {
  ChangeKind kind = ChangeKind::environment;
  Side before;
  Side after;
  std::uint64_t count = 0;        ///< visits of all of them
  std::vector<Visitor> visitors;  ///< the most frequent first
};

/// All changes, sorted by kind, then by the number of visits. Both policies must be complete.
[[nodiscard]] std::vector<ReplayChange> replay(const Policy& before, const Policy& after, std::string_view daemon,
                                               const SeenClients& seen);

}  // namespace core::analysis
