// Reads PROXY headers; proxy_header.hpp has the grammar.
// "Compat:" an address of IPv4 written as IPv6 is that of IPv4 here, as everywhere; ports have no leading zeros and
// single blanks stand between words, as the specification has it. Further fields of version 2 are passed over.
#include "proxy_header.hpp"

namespace relayrules::env {

namespace {

constexpr size_t shortest_v1 = 15;  // "PROXY UNKNOWN\r\n"
constexpr size_t longest_v1 = 107;
constexpr size_t fixed_v2 = 16;
constexpr Bytes begin_v1 = runtime::literal("PROXY ");
constexpr Bytes begin_v2 = runtime::literal("\r\n\r\n\0\r\nQUIT\n");

/// `text` begins with `begin`, as far as there is text.
bool agrees(Bytes text, Bytes begin) {
  const size_t size = text.size < begin.size ? text.size : begin.size;
  return equal(text.first(size), begin.first(size));
}

bool begins(Bytes text, Bytes begin) { return text.size >= begin.size && agrees(text, begin); }

unsigned byte_at(Bytes text, size_t at) { return static_cast<unsigned char>(text.data[at]); }

unsigned number_at(Bytes text, size_t at) { return byte_at(text, at) << 8 | byte_at(text, at + 1); }

size_t wanted_of_v1(Bytes begun) {
  if (begun.size < shortest_v1) return shortest_v1 - begun.size;
  if (begun.size >= longest_v1 || memchr(begun.data, '\n', begun.size) != nullptr) return 0;
  return 1;
}

size_t wanted_of_v2(Bytes begun) {
  if (begun.size < fixed_v2) return fixed_v2 - begun.size;
  const size_t whole = fixed_v2 + number_at(begun, 14);
  return begun.size < whole ? whole - begun.size : 0;
}

/// Takes the text before the next blank, and the blank. False when there is none.
bool take_word(Bytes* text, Bytes* word) {
  const void* blank = text->size == 0 ? nullptr : memchr(text->data, ' ', text->size);
  if (blank == nullptr) return false;
  *word = text->first(static_cast<size_t>(static_cast<const char*>(blank) - text->data));
  *text = text->from(word->size + 1);
  return true;
}

bool read_port(Bytes text, unsigned* port) {
  if (text.size == 0 || text.size > 5 || (text.size > 1 && text.data[0] == '0')) return false;
  *port = 0;
  for (size_t i = 0; i < text.size; ++i) {
    if (text.data[i] < '0' || text.data[i] > '9') return false;
    *port = *port * 10 + static_cast<unsigned>(text.data[i] - '0');
  }
  return *port <= 65535;
}

/// The addresses and ports behind "TCP4 " or "TCP6 ".
const char* read_ends(Bytes text, bool is_tcp4, ProxyHeader* read) {
  const auto read_address = is_tcp4 ? runtime::read_ipv4 : runtime::read_ipv6;
  Bytes source;
  Bytes destination;
  Bytes port;
  if (!take_word(&text, &source) || !take_word(&text, &destination) || !take_word(&text, &port))
    return "it is incomplete";
  if (!read_address(source, &read->source.address) || !read_address(destination, &read->destination.address))
    return "an address is none of the family that it names";
  if (!read_port(port, &read->source.port) || !read_port(text, &read->destination.port)) return "a port is no number";
  return nullptr;
}

const char* read_v1(Bytes header, ProxyHeader* read) {
  const size_t size = header.size - 2;
  if (header.data[size] != '\r' || header.data[size + 1] != '\n')
    return "its line does not end in CR LF within 107 bytes";
  const Bytes text = header.first(size).from(begin_v1.size);
  if (begins(text, runtime::literal("TCP4 "))) return read_ends(text.from(5), true, read);
  if (begins(text, runtime::literal("TCP6 "))) return read_ends(text.from(5), false, read);
  const Bytes unknown = runtime::literal("UNKNOWN");
  read->is_own = begins(text, unknown) && (text.size == unknown.size || text.data[unknown.size] == ' ');
  return read->is_own ? nullptr : "its family is none of TCP4, TCP6 and UNKNOWN";
}

/// The addresses of version 2: source and destination of `size` bytes each, then two ports.
const char* read_block(Bytes block, size_t size, ProxyHeader* read) {
  if (block.size < 2 * size + 4) return "it is too short for the family that it names";
  read_bytes(block.first(size), &read->source.address);
  read_bytes(block.from(size).first(size), &read->destination.address);
  read->source.port = number_at(block, 2 * size);
  read->destination.port = number_at(block, 2 * size + 2);
  return nullptr;
}

const char* read_v2(Bytes header, ProxyHeader* read) {
  const unsigned command = byte_at(header, 12);
  if (command >> 4 != 2) return "its version is not 2";
  if ((command & 15) > 1) return "its command is neither LOCAL nor PROXY";
  read->is_own = (command & 15) == 0;
  if (read->is_own) return nullptr;
  const Bytes block = header.from(fixed_v2);
  switch (byte_at(header, 13)) {
    case 0x00: read->is_own = true; return nullptr;
    case 0x11: return read_block(block, 4, read);
    case 0x21: return read_block(block, 16, read);
  }
  return "its family is none of TCP over IPv4 and IPv6";
}

}  // namespace

size_t wanted_bytes(Bytes begun) {
  // the shortest header of either version is longer than what tells the two apart
  if (begun.size == 0) return begin_v2.size;
  if (agrees(begun, begin_v1)) return wanted_of_v1(begun);
  if (agrees(begun, begin_v2)) return wanted_of_v2(begun);
  return 0;
}

const char* read_proxy_header(Bytes header, ProxyHeader* read) {
  *read = ProxyHeader{};
  if (wanted_bytes(header) != 0) return "it is incomplete";
  if (begins(header, begin_v1)) return read_v1(header, read);
  if (begins(header, begin_v2)) return read_v2(header, read);
  return "it is none";
}

}  // namespace relayrules::env
