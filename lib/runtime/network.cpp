// Reads lists of networks; network.hpp has the contract.
#include "network.hpp"

namespace relayrules::runtime {

namespace {

struct Network {
  Address base;
  unsigned bits;
};

bool read_bits(Bytes text, unsigned* bits) {
  *bits = 0;
  if (text.size == 0 || text.size > 3) return false;
  for (size_t i = 0; i < text.size; ++i) {
    if (text.data[i] < '0' || text.data[i] > '9') return false;
    *bits = *bits * 10 + static_cast<unsigned>(text.data[i] - '0');
  }
  return true;
}

bool read_network(Bytes text, Network* network) {
  const void* slash = text.size == 0 ? nullptr : memchr(text.data, '/', text.size);
  const size_t size = slash == nullptr ? text.size : static_cast<size_t>(static_cast<const char*>(slash) - text.data);
  if (!read_text(text.first(size), &network->base)) return false;
  network->bits = static_cast<unsigned>(8 * network->base.size);
  if (slash == nullptr) return true;
  unsigned bits = 0;
  if (!read_bits(text.from(size + 1), &bits) || bits > network->bits) return false;
  network->bits = bits;
  Address base = network->base;
  clear_host_bits(&base, bits);
  return share_prefix(base, network->base, static_cast<unsigned>(8 * base.size));
}

}  // namespace

bool next_word(Bytes* list, Bytes* word) {
  if (!list->present()) return false;
  const void* comma = list->size == 0 ? nullptr : memchr(list->data, ',', list->size);
  const size_t size = comma == nullptr ? list->size : static_cast<size_t>(static_cast<const char*>(comma) - list->data);
  *word = list->first(size);
  *list = comma == nullptr ? Bytes{} : list->from(size + 1);
  return true;
}

bool read_text(Bytes text, Address* address) {
  return text.present() && (read_ipv4(text, address) || read_ipv6(text, address));
}

void clear_host_bits(Address* address, unsigned bits) {
  for (unsigned bit = bits; bit < 8 * address->size; ++bit)
    address->bytes[bit / 8] = static_cast<unsigned char>(address->bytes[bit / 8] & ~(0x80u >> bit % 8));
}

bool share_prefix(const Address& one, const Address& other, unsigned bits) {
  const unsigned whole = bits / 8;
  if (one.size != other.size || memcmp(one.bytes, other.bytes, whole) != 0) return false;
  return bits % 8 == 0 || (one.bytes[whole] ^ other.bytes[whole]) >> (8 - bits % 8) == 0;
}

bool is_network_list(Bytes list, Bytes* wrong) {
  Network network;
  while (next_word(&list, wrong)) {
    if (!read_network(*wrong, &network)) return false;
  }
  return true;
}

bool list_covers(Bytes list, const Address& address) {
  Bytes word;
  Network network;
  while (next_word(&list, &word)) {
    if (read_network(word, &network) && share_prefix(network.base, address, network.bits)) return true;
  }
  return false;
}

}  // namespace relayrules::runtime
