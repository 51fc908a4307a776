// Heading and legend of the picture: see map_legend.hpp. The legend shows only what the picture has.
#include "report/map_legend.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/audit.hpp"
#include "base/finding.hpp"
#include "lint/repair.hpp"
#include "report/markup.hpp"
#include "report/terminal.hpp"

namespace core {
namespace {

using analysis::DecidedRegion;

/// By MapState.
constexpr struct {
  std::string_view look;
  std::string_view text;
} states[map_state_count] = {{"denied", "addresses are refused"},
                             {"allowed", "addresses are let in, without relaying"},
                             {"private", "private, loopback or reserved addresses may relay"},
                             {"public", "public addresses may relay"}};
constexpr unsigned row_height = 27;
/// Rules about names, and rules about IPv6, that are spelt out.
constexpr std::size_t most_named = 4;

std::string clipped(std::string_view text, std::size_t max_bytes) {
  const std::string shown = core::quoted(text, max_bytes);
  return escaped_markup(shown.substr(1, shown.size() - 2));
}

/// One line of text. SVG does not break lines: a longer one is set smaller, down to two thirds, and cut behind that.
std::string text_line(std::string_view look, double size, unsigned x, unsigned y, std::string_view text) {
  const auto room = static_cast<std::size_t>((map_picture_width - map_left - x) / (size * 0.6));
  const std::size_t width = std::clamp(display_width(text), room, room * 3 / 2);
  return fmt::format("<text {} font-size=\"{:.3g}\" x=\"{}\" y=\"{}\">{}</text>\n", look,
                     size * static_cast<double>(room) / static_cast<double>(width), x, y, clipped(text, room * 3 / 2));
}

std::string_view may(const DecidedRegion& region) {
  switch (state_by_name(region)) {
    case MapState::denied: return "are refused";
    case MapState::allowed: return "are let in, without relaying";
    default: break;
  }
  return "may relay";
}

using Counts = std::array<AddressCount, map_state_count>;

Counts count_states(const AddressMap& map) {
  Counts counts;
  for (const MapPiece& piece : map.pieces)
    counts[static_cast<std::size_t>(piece.state)].add(AddressCount(piece.addresses()));
  return counts;
}

const AddressCount& of(const Counts& counts, MapState state) { return counts[static_cast<std::size_t>(state)]; }

/// LegendRows below the square, one under the other.
class LegendRows {
 public:
  void add(std::string_view symbol, std::string_view text) {
    at_ += row_height;
    text_ += fmt::format("<g transform=\"translate({} {}) scale(.25)\">{}</g>\n", map_left, at_ - 15, symbol);
    text_ += text_line("class=\"ink\"", 16, map_left + 36, at_, text);
  }
  void add_swatch(MapState state, bool mixed, std::string_view text) {
    const bool hatched = state == MapState::relay_public && !mixed;
    add(fmt::format("<rect class=\"swatch {}{}\"{} width=\"96\" height=\"72\"/>", mixed ? "mixed " : "",
                    map_state_class(state), hatched ? " style=\"fill:url(#map-public)\"" : ""),
        text);
  }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] unsigned bottom() const { return at_ + 20; }

 private:
  std::string text_;
  unsigned at_ = map_top + 1024 + 6;
};

void add_states(LegendRows& rows, const Counts& counts) {
  for (const MapState state : {MapState::relay_public, MapState::relay_private, MapState::allowed, MapState::denied})
    if (of(counts, state) != AddressCount())
      rows.add_swatch(state, false, fmt::format("{}: {}", map_state_text(state), of(counts, state).text_with_commas()));
}

void add_mixed(LegendRows& rows, const AddressMap& map) {
  std::array<std::uint64_t, map_state_count> cells{};
  for (const MapRun& run : map.runs)
    if (run.mixed) cells[static_cast<std::size_t>(run.state)] += std::uint64_t{run.last} - run.first + 1;
  for (std::size_t i = map_state_count; i-- > 0;)
    if (cells[i] != 0)
      rows.add_swatch(static_cast<MapState>(i), true,
                      fmt::format("/{} networks of which only a part {}: {}", map.cell_bits,
                                  i == static_cast<std::size_t>(MapState::allowed) ? "is let in" : "may relay",
                                  with_commas(cells[i])));
  if (map.cell_bits < 24)
    rows.add("", fmt::format("Too many small networks for one picture: the smallest thing drawn is a /{}, not a /24.",
                             map.cell_bits));
}

void add_marks(LegendRows& rows, const AddressMap& map) {
  std::uint64_t networks = 0;
  for (const MapMark& mark : map.marks) networks += mark.networks;
  if (networks == 0) return;
  const MapState worst = std::max_element(map.marks.begin(), map.marks.end(), [](const MapMark& a, const MapMark& b) {
                           return a.state < b.state;
                         })->state;
  rows.add(fmt::format("<circle class=\"mark {}\" cx=\"48\" cy=\"36\" r=\"26\"/>", map_state_class(worst)),
           fmt::format("relay networks smaller than a /{}, one mark for those near each other: {}", seen_bits,
                       with_commas(networks)));
}

/// The regions for which `wanted` holds, the most dangerous ones first.
template <typename Wanted>
std::vector<const DecidedRegion*> select(const std::vector<DecidedRegion>& regions, Wanted&& wanted) {
  std::vector<const DecidedRegion*> selected;
  for (const DecidedRegion& region : regions)
    if (wanted(region)) selected.push_back(&region);
  std::stable_sort(selected.begin(), selected.end(), [](const DecidedRegion* a, const DecidedRegion* b) {
    return state_by_name(*a) > state_by_name(*b);
  });
  return selected;
}

bool has_family(const DecidedRegion& region, Family family) {
  const RangeList& ranges = region.clients.ranges;
  return family == Family::ipv4 ? ranges.ipv4_size() > 0 : ranges.ipv4_size() < ranges.size();
}

void add_names(LegendRows& rows, const std::vector<DecidedRegion>& regions, const NamedPolicy& named) {
  const auto selected = select(regions, [](const DecidedRegion& region) {
    return !is_by_address(region.clients) && has_family(region, Family::ipv4);
  });
  for (std::size_t i = 0; i < selected.size() && i < most_named; ++i) {
    const DecidedRegion& region = *selected[i];
    const std::string swatch = fmt::format(
        "<rect class=\"swatch paper\" width=\"96\" height=\"72\"/><rect fill=\"url(#map-named-{})\" "
        "width=\"96\" height=\"72\"/>",
        map_state_class(state_by_name(region)));
    rows.add(swatch, fmt::format("{} {} ({})", format_names_and_info(region.clients), may(region),
                                 format_rule_place(named, region.decision)));
  }
  if (selected.size() > most_named)
    rows.add("", fmt::format("and {} more sets of clients that names or ident decide", selected.size() - most_named));
}

/// "2001:db8::/32" or, for what the others leave, "all other IPv6 clients".
std::string ipv6_clients(const DecidedRegion& region, bool alone) {
  const analysis::ClientSet clients = clients_of(region.clients, Family::ipv6);
  const std::string restrictions = format_names_and_info(clients);
  const bool all = clients.ranges.front() == all_addresses(Family::ipv6);
  if (all && restrictions.starts_with("clients ")) return "IPv6 " + restrictions;
  std::string text = all ? (alone ? "all IPv6 clients" : "IPv6 clients") : format_prefixes(clients.ranges);
  if (count_prefixes(clients.ranges) > 8) text = "all other IPv6 clients";
  return restrictions.empty() ? text : text + ", " + restrictions;
}

void add_ipv6(LegendRows& rows, const std::vector<DecidedRegion>& regions, const NamedPolicy& named) {
  const auto selected = select(regions, [](const DecidedRegion& region) { return has_family(region, Family::ipv6); });
  for (std::size_t i = 0; i < selected.size() && i < most_named; ++i)
    rows.add("", fmt::format("{}{} {} ({})", i == 0 ? "Not in the picture: " : "",
                             ipv6_clients(*selected[i], selected.size() == 1), may(*selected[i]),
                             format_rule_place(named, selected[i]->decision)));
  if (selected.size() > most_named)
    rows.add("", fmt::format("and {} more sets of IPv6 clients", selected.size() - most_named));
}

std::string summary(const AddressMap& map, const Counts& counts) {
  const AddressCount none;
  const AddressCount& open = of(counts, MapState::relay_public);
  const AddressCount& closed = of(counts, MapState::relay_private);
  const bool by_name = !map.by_name[static_cast<std::size_t>(MapState::relay_public)].empty();
  const std::string_view end = by_name ? "; names or ident let others relay" : "";
  if (open != none) return fmt::format("{} public addresses may relay{}", open.text_with_commas(), end);
  if (closed != none)
    return fmt::format("No public address may relay, {} others may{}", closed.text_with_commas(), end);
  return fmt::format("No address may relay{}", end);
}

}  // namespace

std::string_view map_state_class(MapState state) { return states[static_cast<std::size_t>(state)].look; }
std::string_view map_state_text(MapState state) { return states[static_cast<std::size_t>(state)].text; }

MapLegend map_legend(const AddressMap& map, const std::vector<DecidedRegion>& regions, const NamedPolicy& named) {
  const Counts counts = count_states(map);
  LegendRows rows;
  add_states(rows, counts);
  add_mixed(rows, map);
  add_marks(rows, map);
  add_names(rows, regions, named);
  add_ipv6(rows, regions, named);
  MapLegend legend;
  legend.title = "Who may relay: " + clipped(named.name, 200);
  legend.description = fmt::format(
      "The IPv4 address space as a Hilbert curve: each first octet is one of 256 squares, neighbouring addresses are "
      "neighbours in the "
      "picture. {}; {} are let in without relaying, {} are refused.",
      summary(map, counts), of(counts, MapState::allowed).text_with_commas(),
      of(counts, MapState::denied).text_with_commas());
  legend.heading =
      text_line("class=\"ink\" font-weight=\"600\"", 26, map_left, 42, fmt::format("Who may relay: {}", named.name));
  legend.heading += text_line("class=\"quiet\"", 17, map_left, 72,
                              fmt::format("{}. The numbers are first octets.", summary(map, counts)));
  legend.rows = rows.text();
  legend.height = rows.bottom();
  return legend;
}

}  // namespace core
