// Reads networks and lists of them; network.hpp says what counts as one.
#include "network.hpp"

#include "runtime/spelling.hpp"

namespace relayrules::env {

namespace {

/// Up to three digits. False for anything else.
bool read_small_number(Bytes text, unsigned* number) {
  if (text.size == 0 || text.size > 3) return false;
  *number = 0;
  for (size_t i = 0; i < text.size; ++i) {
    if (text.data[i] < '0' || text.data[i] > '9') return false;
    *number = *number * 10 + static_cast<unsigned>(text.data[i] - '0');
  }
  return true;
}

/// The bits of byte `at` that belong to a prefix of so many bits.
unsigned mask_of_byte(unsigned prefix_bits, size_t at) {
  const size_t before = at * 8;
  if (prefix_bits <= before) return 0;
  const size_t bits = prefix_bits - before;
  return bits >= 8 ? 0xff : 0xff & (0xff00 >> bits);
}

bool has_bits_behind(const Network& network) {
  for (size_t i = 0; i < network.address.size; ++i) {
    if ((network.address.bytes[i] & ~mask_of_byte(network.prefix_bits, i)) != 0) return true;
  }
  return false;
}

}  // namespace

bool Network::contains(const Address& other) const {
  if (address.size != other.size) return false;
  for (size_t i = 0; i < address.size; ++i) {
    if (((address.bytes[i] ^ other.bytes[i]) & mask_of_byte(prefix_bits, i)) != 0) return false;
  }
  return true;
}

bool read_address(Bytes text, Address* address) {
  return text.present() && (runtime::read_ipv4(text, address) || runtime::read_ipv6(text, address));
}

Text spelt(const Address& address) {
  char room[runtime::longest_address];
  Text text;
  return text.add(address.is_ipv4() ? runtime::spell_ipv4(address.bytes, room)
                                    : runtime::spell_ipv6(address.bytes, RR_TCPSERVER, room));
}

bool read_network(Bytes text, Network* network) {
  size_t slash = 0;
  while (slash < text.size && text.data[slash] != '/') ++slash;
  if (!read_address(text.first(slash), &network->address)) return false;
  const auto all_bits = static_cast<unsigned>(network->address.size * 8);
  network->prefix_bits = all_bits;
  if (slash == text.size) return true;
  return read_small_number(text.from(slash + 1), &network->prefix_bits) && network->prefix_bits <= all_bits &&
         !has_bits_behind(*network);
}

bool next_word(Bytes* list, Bytes* word) {
  if (!list->present()) return false;
  size_t end = 0;
  while (end < list->size && list->data[end] != ',') ++end;
  *word = list->first(end);
  *list = end == list->size ? Bytes{} : list->from(end + 1);
  return true;
}

bool is_in_list(Bytes networks, const Address& address) {
  Bytes word;
  Network network;
  while (next_word(&networks, &word)) {
    if (read_network(word, &network) && network.contains(address)) return true;
  }
  return false;
}

}  // namespace relayrules::env
