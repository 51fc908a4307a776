// Colours and hatchings of the picture of the address space (map.cpp).
//
// By day the darker, by night the brighter a place is, the more its clients may do, so that the states stay apart in
// print and for every kind of eye; public relaying is hatched besides. No CSS variables: viewers other than browsers
// know none. Class names begin below .ipv4-map, because the picture may stand in a page.
#pragma once

#include <string_view>

namespace core {

/// The content of <style> and <defs>. Lengths in the hatchings are cells.
inline constexpr std::string_view map_style = R"svg(<style>
.ipv4-map{font-family:system-ui,"Helvetica Neue",Arial,sans-serif}
.ipv4-map .paper{fill:#fff}.ipv4-map .ink{fill:#1d2126}.ipv4-map .quiet{fill:#555f6b}
.ipv4-map .grid{fill:none;stroke:#1d2126;stroke-opacity:.28;stroke-width:4}
.ipv4-map .octet{fill:#1d2126;stroke:#fff;stroke-width:12;paint-order:stroke;font-size:52px}
.ipv4-map .denied{fill:#eef0f2}.ipv4-map .allowed{fill:#a9cfe8}
.ipv4-map .private{fill:#6a51a3}.ipv4-map .public{fill:#cc4409}
.ipv4-map .mixed.allowed{fill:#cbe0ec}.ipv4-map .mixed.private{fill:#a99acb}.ipv4-map .mixed.public{fill:#ec9f7c}
.ipv4-map .lines{stroke:#541a00}
.ipv4-map .mark{stroke:#fff;stroke-width:7}
.ipv4-map .denied-line{stroke:#fff}.ipv4-map .allowed-line{stroke:#6fa9cf}.ipv4-map .public-line{stroke:#cc4409}
.ipv4-map .swatch{stroke:#555f6b;stroke-width:4}
@media screen and (prefers-color-scheme:dark){
.ipv4-map .paper{fill:#14171b}.ipv4-map .ink{fill:#e8eaed}.ipv4-map .quiet{fill:#a7b0bb}
.ipv4-map .grid{stroke:#e8eaed;stroke-opacity:.3}
.ipv4-map .octet{fill:#f4f5f6;stroke:#14171b}
.ipv4-map .denied{fill:#262b31}.ipv4-map .allowed{fill:#38617d}
.ipv4-map .private{fill:#b5a3ea}.ipv4-map .public{fill:#ff8747}
.ipv4-map .mixed.allowed{fill:#2f4757}.ipv4-map .mixed.private{fill:#7c70a6}.ipv4-map .mixed.public{fill:#b06a45}
.ipv4-map .lines{stroke:#6b2500}
.ipv4-map .mark{stroke:#14171b}
.ipv4-map .denied-line{stroke:#14171b}.ipv4-map .allowed-line{stroke:#5b93b8}.ipv4-map .public-line{stroke:#ff8747}
.ipv4-map .swatch{stroke:#a7b0bb}
}
</style>
<defs>
<pattern id="map-public" width="24" height="24" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
<rect class="public" width="24" height="24"/><path class="lines" stroke-width="7" d="M12 0v24"/></pattern>
<pattern id="map-named-denied" width="48" height="48" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">
<path class="denied-line" stroke-width="8" d="M24 0v48"/></pattern>
<pattern id="map-named-allowed" width="48" height="48" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">
<path class="allowed-line" stroke-width="8" d="M24 0v48"/></pattern>
<pattern id="map-named-public" width="48" height="48" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">
<path class="public-line" stroke-width="8" d="M24 0v48"/></pattern>
</defs>
)svg";

}  // namespace core
