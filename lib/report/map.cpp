// Drawing the address space: see map.hpp. Every prefix is a square or two (hilbert.hpp); squares that mean the same are
// one <path> with one <title>, on a background of what is most common, so that the picture grows with the rules and not
// with the addresses.
//
// Few rules: a path is what one rule decides. Many: what fares alike within one first octet.
#include "report/map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "lint/repair.hpp"
#include "report/address_map.hpp"
#include "report/hilbert.hpp"
#include "report/map_legend.hpp"
#include "report/map_style.hpp"
#include "report/markup.hpp"

namespace core {
namespace {

using analysis::DecidedRegion;

/// More rules than this, and titles are about first octets.
constexpr std::size_t most_titled_regions = 1000;
/// What a browser still draws without a noticeable wait.
constexpr std::size_t most_squares = 1'500'000;
constexpr unsigned curve_order = 12;
constexpr std::uint32_t no_region = 0xffffffffU;

CellRectangle rectangle_of(const Prefix& prefix) {
  const unsigned bits = std::min<unsigned>(prefix.bits, 2 * curve_order);
  return hilbert_rectangle(prefix.base.ipv4() >> 8, 2 * curve_order - bits, curve_order);
}

/// The data of a path that fills rectangles. Relative to the last one: most are near it, and a digit saved is a
/// megabyte.
class PathData {
 public:
  void add(const CellRectangle& cells) {
    fmt::format_to(std::back_inserter(text_), "m{} {}h{}v{}h-{}z", static_cast<std::int64_t>(cells.x) - x_,
                   static_cast<std::int64_t>(cells.y) - y_, cells.width, cells.height, cells.width);
    x_ = cells.x;
    y_ = cells.y;
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::int64_t x_ = 0;
  std::int64_t y_ = 0;
};

/// What is drawn as one path. The block is a first octet, or 0 where paths are about rules.
struct GroupKey {
  std::uint32_t block = 0;
  MapState state = MapState::denied;
  bool mixed = false;
  std::uint32_t region = no_region;

  friend auto operator<=>(const GroupKey&, const GroupKey&) = default;
};

struct Group {
  std::vector<Prefix> squares;
  std::uint64_t addresses = 0;  ///< covered by the squares
};

using Groups = std::map<GroupKey, Group>;

/// What one state has of a first octet, exactly.
struct BlockCount {
  AddressCount addresses;
  std::uint64_t places = 0;
  const MapPiece* first = nullptr;
};

using BlockCounts = std::map<std::pair<std::uint32_t, MapState>, BlockCount>;

/// Calls `visit(first, last)` for the part of the range in each first octet.
template <typename Visit>
void for_each_block(std::uint32_t first, std::uint32_t last, Visit&& visit) {
  for (std::uint64_t at = first; at <= last; at = (at >> 24 << 24) + (std::uint64_t{1} << 24))
    visit(static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(std::min<std::uint64_t>(last, at | 0xffffff)));
}

void add_squares(Group& group, std::uint32_t first, std::uint32_t last) {
  group.addresses += std::uint64_t{last} - first + 1;
  for (const Prefix& prefix : prefixes_of({Address::from_ipv4(first), Address::from_ipv4(last)}))
    group.squares.push_back(prefix);
}

Groups group_runs(const AddressMap& map, bool by_region) {
  Groups groups;
  const unsigned shift = 32 - map.cell_bits;
  for (const MapRun& run : map.runs) {
    const std::uint32_t first = run.first << shift;
    const std::uint32_t last = (run.last << shift) + ((std::uint32_t{1} << shift) - 1);
    if (by_region) {
      add_squares(groups[{0, run.state, run.mixed, run.region}], first, last);
      continue;
    }
    for_each_block(first, last, [&](std::uint32_t from, std::uint32_t to) {
      add_squares(groups[{from >> 24, run.state, run.mixed, no_region}], from, to);
    });
  }
  return groups;
}

BlockCounts count_blocks(const AddressMap& map) {
  BlockCounts counts;
  for (const MapPiece& piece : map.pieces)
    for_each_block(piece.first, piece.last, [&](std::uint32_t from, std::uint32_t to) {
      BlockCount& count = counts[{from >> 24, piece.state}];
      count.addresses.add(AddressCount(std::uint64_t{to} - from + 1));
      ++count.places;
      if (count.first == nullptr) count.first = &piece;
    });
  return counts;
}

class Picture {
 public:
  Picture(const std::vector<DecidedRegion>& regions, const NamedPolicy& named)
      : regions_(regions), named_(named), map_(map_addresses(regions, most_squares)) {}

  std::string svg() const {
    const MapLegend legend = map_legend(map_, regions_, named_);
    std::string text = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"ipv4-map\" viewBox=\"0 0 {} {}\" role=\"img\" "
        "aria-labelledby=\"map-title map-description\">\n<title id=\"map-title\">{}</title>\n"
        "<desc id=\"map-description\">{}</desc>\n{}",
        map_picture_width, legend.height, legend.title, legend.description, map_style);
    text += fmt::format("<rect class=\"paper\" width=\"{}\" height=\"{}\"/>\n{}", map_picture_width, legend.height,
                        legend.heading);
    text += fmt::format("<g transform=\"translate({} {}) scale(.25)\">\n<g shape-rendering=\"crispEdges\">\n", map_left,
                        map_top);
    append_groups(text);
    append_by_name(text);
    text += "</g>\n";
    append_grid(text);
    append_marks(text);
    return text + "</g>\n" + legend.rows + "</svg>\n";
  }

 private:
  void append_groups(std::string& text) const {
    const bool by_region = regions_.size() <= most_titled_regions;
    const Groups groups = group_runs(map_, by_region);
    const BlockCounts counts = by_region ? BlockCounts() : count_blocks(map_);
    for (auto begin = groups.begin(); begin != groups.end();) {
      const std::uint32_t block = begin->first.block;
      const auto end = std::find_if(begin, groups.end(), [&](const auto& entry) { return entry.first.block != block; });
      const auto less_common = [](const auto& a, const auto& b) { return a.second.addresses < b.second.addresses; };
      const auto ground = std::max_element(begin, end, less_common);
      const Prefix whole = by_region ? Prefix{} : make_prefix(Address::from_ipv4(block << 24), 8);
      append_path(text, ground->first, {whole}, counts);
      for (auto entry = begin; entry != end; ++entry)
        if (entry != ground) append_path(text, entry->first, entry->second.squares, counts);
      begin = end;
    }
  }

  void append_path(std::string& text, const GroupKey& key, const std::vector<Prefix>& squares,
                   const BlockCounts& counts) const {
    PathData path;
    for (const Prefix& square : squares) path.add(rectangle_of(square));
    const bool hatched = key.state == MapState::relay_public && !key.mixed;
    text += fmt::format("<path class=\"{}{}\"{} d=\"{}\"><title>{}</title></path>\n", key.mixed ? "mixed " : "",
                        map_state_class(key.state), hatched ? " style=\"fill:url(#map-public)\"" : "", path.text(),
                        key.region == no_region ? block_title(key, counts) : region_title(key));
  }

  std::string region_title(const GroupKey& key) const {
    const DecidedRegion& region = regions_[key.region];
    const analysis::ClientSet clients = clients_of(region.clients, Family::ipv4);
    return fmt::format("{}\n{}\n{}\n{}{}", map_state_text(key.state), escaped_markup(format_prefixes(clients.ranges)),
                       escaped_markup(format_client_count(clients)),
                       escaped_markup(format_rule_place(named_, region.decision)), mixed_title(key));
  }

  std::string mixed_title(const GroupKey& key) const {
    return key.mixed ? fmt::format("\ndrawn whole: decisions differ within this /{}", map_.cell_bits) : "";
  }

  std::string block_title(const GroupKey& key, const BlockCounts& counts) const {
    const BlockCount& count = counts.at({key.block, key.state});
    return fmt::format("{}.0.0.0/8: {}\n{} addresses in {} places, the first at {}\n{}{}", key.block,
                       map_state_text(key.state), count.addresses.text_with_commas(), with_commas(count.places),
                       format_address(Address::from_ipv4(std::max(count.first->first, key.block << 24))),
                       escaped_markup(format_rule_place(named_, regions_[count.first->region].decision)),
                       mixed_title(key));
  }

  /// Hatching that lets what is below shine through; it takes no part in pointing, so that titles are those of the
  /// places below.
  void append_by_name(std::string& text) const {
    for (const MapState state : {MapState::denied, MapState::allowed, MapState::relay_public}) {
      PathData path;
      for (const Range& range : map_.by_name[static_cast<std::size_t>(state)])
        for (const Prefix& prefix : prefixes_of(range)) path.add(rectangle_of(prefix));
      if (path.text().empty()) continue;
      text += fmt::format("<path pointer-events=\"none\" fill=\"url(#map-named-{})\" d=\"{}\"/>\n",
                          map_state_class(state), path.text());
    }
  }

  static void append_grid(std::string& text) {
    text += "<path class=\"grid\" pointer-events=\"none\" d=\"";
    for (unsigned line = 0; line <= 16; ++line) text += fmt::format("M{0} 0v4096M0 {0}h4096", line * 256);
    text += "\"/>\n<g class=\"octet\" pointer-events=\"none\">\n";
    for (unsigned octet = 0; octet < 256; ++octet) {
      const CellRectangle square = rectangle_of(make_prefix(Address::from_ipv4(octet << 24), 8));
      text += fmt::format("<text x=\"{}\" y=\"{}\">{}</text>\n", square.x + 46, square.y + 58, octet);
    }
    text += "</g>\n";
  }

  void append_marks(std::string& text) const {
    // many marks must not hide the picture
    const unsigned radius = map_.marks.size() <= 256 ? 26 : 10;
    for (const MapMark& mark : map_.marks) {
      const Prefix first = prefixes_of({Address::from_ipv4(mark.first.first), Address::from_ipv4(mark.first.last)})[0];
      const CellRectangle cells = rectangle_of(first);
      text +=
          fmt::format("<circle class=\"mark {}\" cx=\"{}\" cy=\"{}\" r=\"{}\"><title>{}\n{}\n{}{}</title></circle>\n",
                      map_state_class(mark.state), cells.x + cells.width / 2, cells.y + cells.height / 2, radius,
                      map_state_text(mark.state), format_piece(mark.first),
                      escaped_markup(format_rule_place(named_, regions_[mark.first.region].decision)),
                      mark.networks > 1 ? fmt::format("\nand {} more small networks near it", mark.networks - 1) : "");
    }
  }

  static std::string format_piece(const MapPiece& piece) {
    const Range range{Address::from_ipv4(piece.first), Address::from_ipv4(piece.last)};
    const auto prefixes = prefixes_of(range);
    if (prefixes.size() == 1) return format_prefix(prefixes.front());
    return fmt::format("{} - {}", format_address(range.first), format_address(range.last));
  }

  const std::vector<DecidedRegion>& regions_;
  const NamedPolicy& named_;
  AddressMap map_;
};

}  // namespace

std::string format_map(const std::vector<DecidedRegion>& regions, const NamedPolicy& named) {
  return Picture(regions, named).svg();
}

}  // namespace core
