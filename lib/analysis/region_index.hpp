// RegionIndex: the decided regions of a policy, ready to be asked about some clients.
//
//   decided_regions --> layers of equal names and info, in each of them disjoint addresses in order --> select(query)
//
// Regions with an info go before those without: a client whose ident answer a rule is about is in both, and is decided by the former.
// select() keeps the two apart, so that what it returns is true of every client in it.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/client_query.hpp"
#include "analysis/oracle.hpp"
#include "analysis/regions.hpp"

namespace core::analysis {

class RegionIndex {
 public:
  /// As decided_regions; `policy` must stay alive and unchanged.
  RegionIndex(const Policy& policy, std::string_view daemon);

  /// The regions of which `wanted` is true, cut to the clients that `query` is about; each has a witness among these. Sorted by first
  /// address. Costs a search in each layer, and then what is found.
  [[nodiscard]] std::vector<DecidedRegion> select(const ClientQuery& query,
                                                  const std::function<bool(const Side&)>& wanted) const;
  /// Puts the witnesses of selected regions to evaluate; an answer other than claimed ends the program. Whoever shows a region to
  /// somebody calls this before.
  void confirm(std::span<const DecidedRegion> regions) const;

  [[nodiscard]] const std::vector<DecidedRegion>& regions() const { return regions_; }
  [[nodiscard]] const Policy& policy() const { return policy_; }

 private:
  struct Piece {
    Range range;
    std::size_t region;
  };
  struct Layer {
    Names names;
    std::optional<std::string> info;
    std::vector<Piece> pieces;  // disjoint and in order
  };
  /// Clients that one region decides.
  struct Part {
    std::size_t region;
    std::vector<Range> ranges;
    Names names;
  };

  void add_layers();
  [[nodiscard]] std::map<std::size_t, std::vector<Range>> find(const Layer& layer,
                                                               const std::vector<Range>& ranges) const;
  [[nodiscard]] std::vector<Part> without_info_layers(Part part, const std::string& info) const;
  [[nodiscard]] DecidedRegion region_of(const Part& part, const ClientQuery& query) const;
  [[nodiscard]] std::optional<std::string> sample_host(const Names& names, const HostQuery& host) const;

  const Policy& policy_;
  std::string daemon_;
  std::vector<DecidedRegion> regions_;
  std::vector<Layer> layers_;
  std::map<std::optional<std::string>, std::vector<std::string>>
      patterns_;                           // by info: the names rules are about, sorted
  std::vector<std::string> all_patterns_;  // of every info, sorted
};

}  // namespace core::analysis
