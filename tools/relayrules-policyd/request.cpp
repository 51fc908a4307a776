// Reads a request: see request.hpp.
// Invariant: a field that decides and comes twice with two values makes the request bad; none of them is chosen.
#include "relayrules-policyd/request.hpp"

namespace relayrules::policyd {

namespace {

std::string_view* field_of(std::string_view name, Request* request) {
  if (name == "request") return &request->kind;
  if (name == "protocol_state") return &request->state;
  if (name == "recipient") return &request->recipient;
  if (name == "client_address") return &request->client_address;
  if (name == "client_name") return &request->client_name;
  if (name == "sasl_username") return &request->login;
  return nullptr;
}

bool take_line(std::string_view line, Request* request) {
  const std::size_t equals = line.find('=');
  if (equals == std::string_view::npos || equals == 0) return false;
  std::string_view* field = field_of(line.substr(0, equals), request);
  if (field == nullptr) return true;
  const std::string_view value = line.substr(equals + 1);
  if (field->data() != nullptr && *field != value) return false;
  *field = value;
  return true;
}

}  // namespace

Reading read_request(std::string_view bytes, std::size_t* size, Request* request) {
  *request = Request();
  const std::size_t end = bytes.substr(0, longest_request).find("\n\n");
  const std::string_view known = end == std::string_view::npos ? bytes : bytes.substr(0, end + 1);
  if (known.find('\0') != std::string_view::npos || known.starts_with('\n')) return Reading::bad;
  if (end == std::string_view::npos) return bytes.size() >= longest_request ? Reading::bad : Reading::more;
  for (std::size_t begin = 0; begin < known.size();) {
    const std::size_t newline = known.find('\n', begin);
    if (!take_line(known.substr(begin, newline - begin), request)) return Reading::bad;
    begin = newline + 1;
  }
  if (request->kind != "smtpd_access_policy") return Reading::bad;
  *size = end + 2;
  return Reading::whole;
}

}  // namespace relayrules::policyd
