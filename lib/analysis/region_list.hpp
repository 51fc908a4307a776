// RegionList: clients for whom the same candidates decide, or candidates that do the same, as places in a partition.
//
//   partition, or overlay --query--> its cells, cut to the clients that are meant --> rows --> one set of clients after
//   the other, when it is asked for
//
// A million regions take 64 bytes each here, and half a kilobyte as sets of clients with words around them. So they are
// chosen and sorted as places, and nobody needs more than one of them at a time.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "analysis/client_query.hpp"
#include "analysis/effects.hpp"
#include "analysis/partition.hpp"
#include "analysis/rows.hpp"
#include "base/address.hpp"
#include "base/address_count.hpp"
#include "base/range_list.hpp"

namespace core::analysis {

/// Name patterns, "host.example.com" and ".example.com": views of texts in the policies, or of the query that asked for
/// them. Copies share the list: the same hundred thousand names are those of many sets.
class NameList {
 public:
  NameList() = default;
  explicit NameList(std::vector<std::string_view> names)
      : names_(std::make_shared<const std::vector<std::string_view>>(std::move(names))) {}

  [[nodiscard]] auto begin() const { return names().begin(); }
  [[nodiscard]] auto end() const { return names().end(); }
  [[nodiscard]] std::size_t size() const { return names().size(); }
  [[nodiscard]] bool empty() const { return names().empty(); }
  [[nodiscard]] std::string_view operator[](std::size_t index) const { return names()[index]; }
  [[nodiscard]] const std::vector<std::string_view>& names() const {
    static const std::vector<std::string_view> none;
    return names_ ? *names_ : none;
  }
  friend bool operator==(const NameList& a, const NameList& b) {
    return a.names_ == b.names_ || a.names() == b.names();
  }

 private:
  std::shared_ptr<const std::vector<std::string_view>> names_;
};

/// Disjoint ranges that never touch. Copies share the list: the same hundred thousand addresses are those of many sets.
class AddressList {
 public:
  AddressList() = default;
  AddressList(RangeList ranges)  // NOLINT(google-explicit-constructor): it is such a list
      : ranges_(std::make_shared<const RangeList>(std::move(ranges))) {}

  operator const RangeList&() const { return ranges(); }  // NOLINT(google-explicit-constructor)
  [[nodiscard]] RangeList::Iterator begin() const { return ranges().begin(); }
  [[nodiscard]] RangeList::Iterator end() const { return ranges().end(); }
  [[nodiscard]] std::size_t size() const { return ranges().size(); }
  [[nodiscard]] std::size_t ipv4_size() const { return ranges().ipv4_size(); }
  [[nodiscard]] Range front() const { return ranges().front(); }
  [[nodiscard]] Range operator[](std::size_t index) const { return ranges()[index]; }
  [[nodiscard]] const RangeList& ranges() const {
    static const RangeList none;
    return ranges_ ? *ranges_ : none;
  }
  /// count_prefixes of them.
  [[nodiscard]] std::size_t prefixes() const { return prefixes_ != 0 ? prefixes_ : count_prefixes(ranges()); }
  /// Remembers their number, in copies, too.
  void keep_prefixes() { prefixes_ = prefixes(); }

 private:
  std::shared_ptr<const RangeList> ranges_;
  std::size_t prefixes_ = 0;
};

/// Which names clients of a set have. Several of the three may hold together.
struct Names {
  bool any = false;      ///< all clients, with a name and without; the other members are not used then
  bool without = false;  ///< clients that have no name
  bool others = false;   ///< names that no rule is about
  NameList patterns;
};

/// Clients: every combination of an address, a name and an info of these.
struct ClientSet {
  AddressList ranges;
  AddressCount addresses;
  Names names;
  /// Only clients of whom ident says this; none: whatever it says, if no rule is about that.
  std::optional<std::string> info;
  Client witness;  ///< one of them
  /// Numbers of lists that many sets have in common, so that a report need not show them each time; 0: of this one.
  std::uint32_t shared_ranges = 0;
  std::uint32_t shared_names = 0;
};

/// Names for witnesses: one that a cell stands for, and that the query does not exclude. Policies and query must stay
/// alive. Not thread-safe.
class SampleNames {
 public:
  SampleNames(std::span<const Policy* const> policies, const HostQuery& host) : policies_(policies), host_(host) {}
  /// `patterns`: those of all policies, sorted by is_before_reversed.
  SampleNames(std::span<const std::string_view> patterns, const HostQuery& host) : patterns_(patterns), host_(host) {}
  /// None for clients without a name.
  [[nodiscard]] std::optional<std::string> sample(NameKind kind, std::string_view pattern);

 private:
  bool is_taken(std::string_view name);

  std::span<const Policy* const> policies_;
  std::span<const std::string_view> patterns_;
  const HostQuery& host_;
  std::unordered_set<std::string_view> listed_;
};

/// The regions of a cut, of the clients that a query is about; those of two sides are left out where both do the same.
/// Nothing of this was put to evaluate. Not thread-safe.
template <std::size_t sides>
class RegionList {
 public:
  /// One region.
  struct Place {
    std::uint32_t part;
    std::uint32_t row;
    friend auto operator<=>(const Place&, const Place&) = default;
  };

  /// All of these must stay alive.
  RegionList(const Cut<sides>& cut, const ClientQuery& query, const Effects& effects, const RowOptions& options);
  RegionList(const RegionList&) = delete;
  RegionList& operator=(const RegionList&) = delete;
  ~RegionList() = default;

  /// Those regions of which `wanted` is true, a function of Place, sorted by first address.
  template <typename Wanted>
  [[nodiscard]] std::vector<Place> select(Wanted&& wanted) const {
    std::vector<Sortable> found;
    for (std::uint32_t part = 0; part < parts_.size(); ++part)
      for (std::uint32_t row = 0; row < parts_[part].rows.size(); ++row)
        if (const Place place{part, row}; !parts_[part].rows[row].goes_on && wanted(place))
          found.push_back({first_address(place), place});
    return sorted(std::move(found));
  }

  /// Who decides, and at which granularity; of the first row.
  [[nodiscard]] const Row<sides>& row(const Place& place) const { return parts_[place.part].rows[place.row]; }
  /// As is_by_address in regions.hpp, of its clients.
  [[nodiscard]] bool is_by_address(const Place& place) const;
  [[nodiscard]] Client witness(const Place& place) const;
  [[nodiscard]] ClientSet clients(const Place& place) const;

 private:
  template <std::size_t>
  friend class RegionMaker;
  /// Rows that are about the same info.
  struct Part {
    std::optional<std::string> info;
    std::vector<Row<sides>> rows;
    std::vector<Indices> kept;  ///< what the rows are views of, and then:
  };
  struct Sortable {
    Address first;
    Place place;
    friend auto operator<=>(const Sortable&, const Sortable&) = default;
  };
  [[nodiscard]] Address first_address(const Place& place) const {
    return row(place).cells->ranges[row(place).addresses.front()].first;
  }
  /// A list that many sets have, with its number.
  struct SharedAddresses {
    std::uint32_t number;
    AddressList ranges;
    AddressCount count;
  };
  struct SharedNames {
    std::uint32_t number;
    Names names;
  };
  using RunPlace = std::pair<const std::uint32_t*, std::size_t>;
  void add_addresses(ClientSet& clients, const Row<sides>& row) const;
  void add_names(ClientSet& clients, std::span<const Row<sides>> rows) const;
  [[nodiscard]] static std::vector<Place> sorted(std::vector<Sortable> found);
  [[nodiscard]] std::span<const Row<sides>> rows_of_region(const Place& place) const;

  std::vector<Part> parts_;
  std::deque<AddressCells<sides>> cells_;
  std::deque<std::vector<NameCell<sides>>> names_;
  KnownAxis<sides> addresses_of_infos_;  ///< what rows of many infos are views of
  KnownAxis<sides> names_of_infos_;
  mutable std::map<RunPlace, SharedAddresses> shared_addresses_;
  mutable std::map<std::vector<RunPlace>, SharedNames> shared_names_;
  mutable SampleNames samples_;
};

}  // namespace core::analysis
