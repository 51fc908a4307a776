// Reading addresses: see recipient.hpp.
#include "model/recipient.hpp"

#include <algorithm>

#include "base/ascii_case.hpp"

namespace core {
namespace {

/// An address taken apart at its last "@".
MailAddress address_of(std::string_view text) {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos) return {in_lower_case(text), std::nullopt};
  return {in_lower_case(text.substr(0, at)), in_lower_case(text.substr(at + 1))};
}

/// "[192.0.2.1]" as qmail reads it: four numbers of any length, of which the lowest eight bits count.
/// Source: notqmail, ip.c ip_scanbracket.
std::optional<Address> scan_literal(std::string_view domain) {
  std::uint32_t address = 0;
  for (const char before : {'[', '.', '.', '.'}) {
    if (!domain.starts_with(before)) return std::nullopt;
    domain.remove_prefix(1);
    std::uint8_t number = 0;
    const std::size_t digits = std::min(domain.find_first_not_of("0123456789"), domain.size());
    for (const char digit : domain.substr(0, digits)) number = static_cast<std::uint8_t>(number * 10 + (digit - '0'));
    if (digits == 0) return std::nullopt;
    address = address << 8 | number;
    domain.remove_prefix(digits);
  }
  return domain == "]" ? std::optional(Address::from_ipv4(address)) : std::nullopt;
}

/// "[127.0.0.1]", or another address of the host itself. Every host has these two: notqmail, ipme.c.
bool is_own_literal(std::string_view domain, const QmailControl& control) {
  const auto address = scan_literal(domain);
  if (!address) return false;
  const std::string text = format_address(*address);
  return text == "127.0.0.1" || text == "0.0.0.0" || text == control.literal;
}

}  // namespace

std::string parse_as_qmail(std::string_view path) {
  const std::size_t bracket = path.find('<');
  const char terminator = bracket == std::string_view::npos ? ' ' : '>';
  path.remove_prefix(bracket == std::string_view::npos ? std::min(path.find_first_not_of(' '), path.size())
                                                       : bracket + 1);
  if (path.starts_with('@')) path.remove_prefix(std::min(path.find(':'), path.size() - 1) + 1);
  std::string address;
  bool quoted_string = false;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (!quoted_string && path[i] == terminator) break;
    if (path[i] == '"') {
      quoted_string = !quoted_string;
    } else if (path[i] == '\\') {
      if (++i < path.size()) address += path[i];
    } else {
      address += path[i];
    }
  }
  return address;
}

ReadAddress read_plain_address(std::string_view path) {
  path = path.substr(0, path.find('\0'));
  if (path.starts_with('<')) path.remove_prefix(1);
  if (path.ends_with('>')) path.remove_suffix(1);
  return {address_of(path), Access::allow, {}};
}

ReadAddress read_qmail_address(const Site& site, std::string_view path) {
  constexpr std::size_t longest = 899;  // and a NUL
  MailAddress address = address_of(parse_as_qmail(path.substr(0, path.find('\0'))));
  if (address.domain && !site.qmail.literal_host.empty() && is_own_literal(*address.domain, site.qmail))
    address.domain = site.qmail.literal_host;
  if (address.text().size() > longest) return {{}, Access::deny, "555 syntax error (#5.5.4)"};
  return {std::move(address), Access::allow, {}};
}

ReadAddress read_recipient(const Site& site, std::string_view path) {
  switch (site.server) {
    case Server::qmail:
    case Server::unknown: return read_qmail_address(site, path);
    case Server::sendmail: return read_sendmail_recipient(site, path);
    case Server::postfix: return read_postfix_recipient(site, path);
    case Server::exchange: break;
  }
  return read_plain_address(path);
}

ReadAddress read_sender(const Site& site, std::string_view path) {
  if (site.server == Server::qmail || site.server == Server::unknown) return read_qmail_address(site, path);
  if (site.server == Server::postfix) return read_postfix_sender(site, path);
  return site.server == Server::sendmail ? read_sendmail_sender(site, path) : read_plain_address(path);
}

}  // namespace core
