// Fuzz target: any bytes as what PowerShell prints. Each value has its place in the text, and where the text has no
// escapes it stands there; connectors have ranges that begin before they end.
#include <cstdint>
#include <string>

#include "require.hpp"
#include "site/exchange_connectors.hpp"
#include "site/records.hpp"

using namespace core;

namespace {

void check_value(const Sources& sources, const FieldValue& value) {
  const std::string_view text = sources.text(value.span);
  require(text == value.written, "the place of a value is where it was read");
  const bool is_quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
  if (is_quoted && text.find('\\') == std::string_view::npos && text.find("\"\"") == std::string_view::npos)
    require(text.substr(1, text.size() - 2) == value.text, "a text without escapes is what stands between its quotes");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Sources sources;
  const Source* source = sources.add("input", std::string_view(reinterpret_cast<const char*>(data), size));
  const auto records = read_records(*source);
  if (!records.ok()) return 0;
  for (const Record& record : records.value()) {
    for (const FieldValue& value : record.values) check_value(sources, value);
    for (const FieldValue& piece : record.list("RemoteIPRanges"))
      require(piece.span.begin <= piece.span.end && sources.find(piece.span.end) == source, "a piece lies in the text");
  }
  Findings findings;
  auto connectors = read_connectors(records.value(), findings);
  static_cast<void>(apply_permissions(records.value(), connectors));
  for (const ReceiveConnector& connector : connectors)
    for (const RemoteRange& one : connector.ranges)
      require(one.range.first.family == one.range.last.family && one.range.first <= one.range.last,
              "a range begins before it ends");
  return 0;
}
