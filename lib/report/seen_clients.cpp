// Clients of a log as a list and as JSON: see seen_clients.hpp.
#include "report/seen_clients.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <vector>

#include "analysis/client_list.hpp"
#include "base/finding.hpp"
#include "lint/repair.hpp"
#include "report/clients_json.hpp"
#include "report/format_shown.hpp"

namespace core {
namespace {

using analysis::SeenClients;

std::vector<analysis::Visitor> sorted_visitors(const SeenClients& seen) {
  std::vector<analysis::Visitor> visitors;
  visitors.reserve(seen.count());
  seen.for_each([&](Client client, const analysis::Visits& visits) {
    visitors.push_back({std::move(client), visits});
  });
  const auto key = [](const analysis::Visitor& visitor) {
    return std::tie(visitor.client.address, visitor.client.host, visitor.client.info);
  };
  std::sort(visitors.begin(), visitors.end(),
            [&](const analysis::Visitor& a, const analysis::Visitor& b) { return key(a) < key(b); });
  return visitors;
}

Json stamp_json(const std::string& stamp) { return stamp.empty() ? Json(nullptr) : Json(analysis::iso_stamp(stamp)); }

}  // namespace

void format_seen_clients(const SeenClients& seen, const WriteText& write) {
  for (const auto& [client, visits] : sorted_visitors(seen))
    write(fmt::format("{}\t{}\t{}\t{}\t{}\t{}\n", format_address(client.address),
                      analysis::escape_field(client.host.value_or("")),
                      analysis::escape_field(client.info.value_or("")), visits.count,
                      analysis::escape_field(analysis::iso_stamp(visits.first)),
                      analysis::escape_field(analysis::iso_stamp(visits.last))));
}

void format_seen_clients_json(const SeenClients& seen, const WriteText& write) {
  write(fmt::format(R"({{"lines":{{"read":{},"with_client":{},"not_understood":{}}},"clients":[)", seen.lines(),
                    seen.lines_with_client(), seen.lines_not_understood()));
  const char* before = "";
  for (const auto& [client, visits] : sorted_visitors(seen)) {
    Json json = client_json(client);
    json["count"] = visits.count;
    json["first"] = stamp_json(visits.first);
    json["last"] = stamp_json(visits.last);
    write(before + dump_json(json));
    before = ",";
  }
  Json odd = Json::array();
  for (const SeenClients::OddLine& line : seen.odd_lines())
    odd.push_back({{"log", line.log}, {"line", line.number}, {"text", line.text}});
  write("],\"not_understood\":" + dump_json(odd) + "}\n");
}

std::string format_odd_lines(const SeenClients& seen) {
  if (seen.lines_not_understood() == 0) return {};
  std::string text = fmt::format("relayrules: {} of {} not understood\n", with_commas(seen.lines_not_understood()),
                                 plural(seen.lines(), "line"));
  for (const SeenClients::OddLine& line : seen.odd_lines())
    text += format_shown("  {}:{}: ", line.log, line.number) + core::quoted(line.text) + "\n";
  return text;
}

}  // namespace core
