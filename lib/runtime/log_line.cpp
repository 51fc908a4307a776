// rr_log_line(): what became of a client, in the words of tcpserver's log and some of our own. relayrules-env(8)
// documents it, and "relayrules clients" reads it again. Invariant: a word has no blank in it, whatever others chose.
#include <unistd.h>

#include <cstdlib>

#include "client.hpp"
#include "relayrules/relayrules.h"
#include "text.hpp"

using namespace relayrules::runtime;

namespace {

Bytes variable(const char* name) { return bytes_of(getenv(name)); }

/// An address is a word with colons in it; what is none stands there as it was given.
void add_address(const rr_client& client, Text* line) {
  Address address;
  char room[longest_address];
  if (read_client_address(&client, &address) == RR_OK) {
    line->add(address.is_ipv4() ? spell_ipv4(address.bytes, room) : spell_ipv6(address.bytes, RR_TCPSERVER, room));
  } else if (number_of(client.form) == RR_TEXT && client.ip != nullptr) {
    line->add_word({static_cast<const char*>(client.ip), client.ip_len}, '\\');
  }
}

/// Whom the answer is about. A client of another size than ours is not looked into.
void add_client(const rr_client* client, Text* line) {
  const bool is_known = client != nullptr && client->size == sizeof *client;
  if (is_known && client->host != nullptr) line->add_word({client->host, client->host_len});
  line->add(":");
  if (is_known) add_address(*client, line);
  line->add(":");
  if (is_known && client->info != nullptr) line->add_word({client->info, client->info_len});
  line->add(":").add_word(variable("TCPREMOTEPORT"));
}

}  // namespace

const char* rr_log_line(const rr_client* client, const rr_result* result, rr_verdict on_nomatch, const char* granted_to,
                        char* buffer, size_t size) {
  if (buffer == nullptr || size == 0) return "";
  const bool is_permitted = rr_permits(result, on_nomatch) != 0;
  Text line;
  line.add(is_permitted ? "ok " : "deny ").add_number(static_cast<unsigned long>(getpid()));
  line.add(" ").add_word(variable("TCPLOCALHOST")).add(":").add_word(variable("TCPLOCALIP"), '\\');
  line.add(":").add_word(variable("TCPLOCALPORT")).add(" ");
  add_client(client, &line);
  line.add(is_permitted && (result->relay != 0 || granted_to != nullptr) ? " relay=yes" : " relay=no");
  if (result != nullptr && result->size == sizeof *result && result->key != nullptr)
    line.add(" rule=").add_word({result->key, result->key_len}, '\\');
  else
    line.add(" no-rule");
  if (is_permitted && granted_to != nullptr) line.add(" grant=").add_word(bytes_of(granted_to));
  const Bytes whole = line.bytes();
  const size_t length = whole.size < size ? whole.size : size - 1;
  memcpy(buffer, whole.data, length);
  buffer[length] = '\0';
  return buffer;
}
