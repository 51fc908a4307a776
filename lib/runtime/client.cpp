// Checks a caller's client; client.hpp says what it promises.
// Invariant: what is asked is the spelling of the scheme, never the caller's own, unless the two are equal.
#include "client.hpp"

#include "network.hpp"

namespace relayrules::runtime {

namespace {

bool read_in_form(int form, Bytes ip, Address* address) {
  switch (form) {
    case RR_TEXT: return read_text(ip, address);
    case RR_BYTES: return read_bytes(ip, address);
    default: return read_socket_address(ip, address);
  }
}

/// Reads the client's address, which is present, and writes it as the scheme does. False if it is none.
bool take_address(int form, Bytes ip, rr_scheme scheme, Address* address, CheckedClient* checked) {
  if (form == RR_TEXT && read_ipv4(ip, address)) {
    checked->query.ip = ip;  // there is but one spelling
    return true;
  }
  if (!read_in_form(form, ip, address)) return false;
  checked->query.ip = address->is_ipv4() ? spell_ipv4(address->bytes, checked->address)
                                         : spell_ipv6(address->bytes, scheme, checked->address);
  return true;
}

/// What is absent has no length.
bool is_sound(Bytes text) { return text.present() || text.size == 0; }

bool is_text(Bytes text) { return is_sound(text) && !contains_nul(text); }

}  // namespace

rr_status read_client_address(const rr_client* client, Address* address) {
  if (client == nullptr || client->size != sizeof *client) return RR_BAD_ARGUMENT;
  const int form = number_of(client->form);
  const Bytes ip{static_cast<const char*>(client->ip), client->ip_len};
  if (form < RR_TEXT || form > RR_SOCKADDR || !is_sound(ip)) return RR_BAD_ARGUMENT;
  return ip.present() && read_in_form(form, ip, address) ? RR_OK : RR_BAD_ADDRESS;
}

rr_status check_client(const rr_client* client, rr_scheme scheme, CheckedClient* checked) {
  if (client == nullptr || client->size != sizeof *client) return RR_BAD_ARGUMENT;
  const int form = number_of(client->form);
  const Bytes ip{static_cast<const char*>(client->ip), client->ip_len};
  Query& query = checked->query;
  query.host = {client->host, client->host_len};
  query.info = {client->info, client->info_len};
  query.lower_host = true;
  if (form < RR_TEXT || form > RR_SOCKADDR) return RR_BAD_ARGUMENT;
  if (!is_sound(ip) || !is_text(query.host) || !is_text(query.info)) return RR_BAD_ARGUMENT;
  Address address;
  if (!ip.present() || !take_address(form, ip, scheme, &address, checked)) return RR_BAD_ADDRESS;
  query.colon_prefixes = scheme == RR_UCSPI_TCP_IPV6;
  if (scheme == RR_UCSPI_TCP6) query.bits = spell_bits(address, checked->bits);
  return RR_OK;
}

}  // namespace relayrules::runtime
