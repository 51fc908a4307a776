// Values of records, written and read: see value.hpp.
#include "cdb/value.hpp"

#include <fmt/format.h>

#include "base/finding.hpp"

namespace core::cdb {

std::string encode_value(Access access, const EnvEdits& edits) {
  std::string value;
  if (access == Access::deny) value.append("D\0", 2);
  for (const EnvEdit& edit : edits) value.append(1, edit.unset ? '-' : '+').append(edit.assignment).append(1, '\0');
  return value;
}

namespace {

EnvEdit decode_edit(std::string_view chunk) {
  EnvEdit edit;
  edit.unset = chunk.front() == '-';
  edit.assignment = chunk.substr(1);
  edit.name_size = static_cast<std::uint32_t>(edit.unset ? chunk.size() - 1 : edit.assignment.find('='));
  return edit;
}

}  // namespace

DecodedValue decode_value(std::string_view value) {
  DecodedValue decoded;
  decoded.access = Access::allow;
  while (!value.empty()) {
    const std::size_t end = value.find('\0');
    if (end == std::string_view::npos)
      return {Access::deny,
              {},
              fmt::format("the value ends in {} without a NUL: another program's database", quoted(value))};
    const std::string_view chunk = value.substr(0, end);
    if (chunk == "D")
      decoded.access = Access::deny;
    else if (chunk.starts_with('-') || (chunk.starts_with('+') && chunk.find('=') != std::string_view::npos))
      decoded.edits.push_back(decode_edit(chunk));
    else
      return {Access::deny, {}, fmt::format("the value holds {}, which tcpserver does not know", quoted(chunk))};
    value.remove_prefix(end + 1);
  }
  return decoded;
}

}  // namespace core::cdb
