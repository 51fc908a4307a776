// Records: what PowerShell prints of objects, as JSON (ConvertTo-Json) or CSV (Export-Csv), flat and with places.
//
// Which fields mean anything is for the reader of the records to say; all others are just there.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/source.hpp"

namespace core {

/// One value of a field, as text: a string, a number, "true", "false". Nulls and empty lists give no value.
struct FieldValue {
  std::string field;  ///< "RemoteIPRanges"; inside an object "RemoteIPRanges.Expression"
  std::string text;
  std::string_view written;  ///< as it stands in the source, with the quotes
  Span span;
};

/// One object: an element of the JSON array, the only JSON object, or a line of CSV.
struct Record {
  std::vector<std::string> fields;  ///< all that it has
  std::vector<FieldValue> values;  ///< in the order of the text; a list gives several of one field
  Span span;                       ///< where it begins

  /// The values of `field`, or of one of its parts: "DomainName" finds "DomainName.Domain", too. Names are compared
  /// without case, as PowerShell does.
  [[nodiscard]] std::vector<const FieldValue*> all(std::string_view field) const;
  /// The first of them; null when there is none.
  [[nodiscard]] const FieldValue* first(std::string_view field) const;
  /// True when the object has the field, be it empty.
  [[nodiscard]] bool has(std::string_view field) const;
  /// Its text; empty when there is none.
  [[nodiscard]] std::string text(std::string_view field) const;
  /// The values of a field that may be a list in one text, as people and PowerShell write it: "a, b", "a;b", "{a, b}".
  [[nodiscard]] std::vector<FieldValue> list(std::string_view field) const;
};

/// Reads `source`, as JSON where its first sign is '[' or '{', else as CSV. An error names the line.
[[nodiscard]] Result<std::vector<Record>> read_records(const Source& source);

}  // namespace core
