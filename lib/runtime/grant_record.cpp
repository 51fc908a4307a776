// Writes and reads records; grant_record.hpp has the format.
#include "grant_record.hpp"

#include <cstdio>

#include "network.hpp"
#include "spelling.hpp"

namespace relayrules::runtime {

namespace {

constexpr long long latest_time = 99999999999;  // eleven digits

/// Takes "WORD VALUE\n" off the text.
bool take_line(Bytes* text, Bytes word, Bytes* value) {
  const void* found = text->size == 0 ? nullptr : memchr(text->data, '\n', text->size);
  if (found == nullptr) return false;
  const auto size = static_cast<size_t>(static_cast<const char*>(found) - text->data);
  if (size <= word.size || !equal(text->first(word.size), word) || text->data[word.size] != ' ') return false;
  *value = text->first(size).from(word.size + 1);
  *text = text->from(size + 1);
  return true;
}

/// Copies a text of printable bytes without blanks. False if it is another or there is no room.
bool take_text(Bytes value, char* out, size_t room) {
  if (value.size >= room) return false;
  for (size_t i = 0; i < value.size; ++i) {
    if (value.data[i] <= ' ' || value.data[i] > '~') return false;
    out[i] = value.data[i];
  }
  out[value.size] = '\0';
  return true;
}

bool take_number(Bytes value, long long most, long long* number) {
  *number = 0;
  if (value.size == 0 || value.size > 11) return false;
  for (size_t i = 0; i < value.size; ++i) {
    if (value.data[i] < '0' || value.data[i] > '9') return false;
    *number = *number * 10 + (value.data[i] - '0');
  }
  return *number <= most;
}

}  // namespace

void write_grant_address(const Address& address, unsigned bits, char (&out)[longest_grant_address]) {
  char spelt[longest_address];
  const bool is_network = !address.is_ipv4() && bits < 128;
  Address base = address;
  if (is_network) clear_host_bits(&base, bits);
  const Bytes text = base.is_ipv4() ? spell_ipv4(base.bytes, spelt) : spell_ipv6(base.bytes, RR_TCPSERVER, spelt);
  if (is_network)
    snprintf(out, sizeof out, "%.*s/%u", static_cast<int>(text.size), text.data, bits);
  else
    snprintf(out, sizeof out, "%.*s", static_cast<int>(text.size), text.data);
}

void write_file_name(const char* grant_address, char (&out)[longest_grant_address]) {
  size_t size = 0;
  for (; grant_address[size] != '\0' && size + 1 < sizeof out; ++size)
    out[size] = grant_address[size] == '/' ? '_' : grant_address[size];
  out[size] = '\0';
}

bool read_grant_address(const char* text, Address* address, unsigned* bits) {
  const char* slash = strchr(text, '/');
  const size_t size = slash == nullptr ? strlen(text) : static_cast<size_t>(slash - text);
  if (!read_text({text, size}, address)) return false;
  long long number = 128;
  const bool is_whole = slash == nullptr;
  if (!is_whole && (address->is_ipv4() || !take_number({slash + 1, strlen(slash + 1)}, 127, &number))) return false;
  *bits = address->is_ipv4() ? 32 : static_cast<unsigned>(number);
  char spelt[longest_grant_address];
  write_grant_address(*address, *bits, spelt);
  return strcmp(spelt, text) == 0;
}

bool write_name(const char* name, char* out, size_t room) {
  size_t size = 0;
  for (const char* at = name; *at != '\0'; ++at) {
    const auto byte = static_cast<unsigned char>(*at);
    const bool is_plain = byte > ' ' && byte <= '~' && byte != '%';
    if (size + (is_plain ? 1 : 3) >= room) return false;
    if (!is_plain) {
      out[size++] = '%';
      out[size++] = "0123456789ABCDEF"[byte >> 4];
    }
    out[size++] = is_plain ? *at : "0123456789ABCDEF"[byte & 15];
  }
  out[size] = '\0';
  return true;
}

size_t write_record(const rr_grant& grant, char (&out)[longest_record]) {
  const int size =
      snprintf(out, sizeof out, "relayrules grant 1\naddress %s\ntime %lld\nseconds %lld\nuser %s\nservice %s\nend\n",
               grant.address, grant.time, grant.expires - grant.time, grant.user, grant.service);
  return static_cast<size_t>(size);
}

bool read_record(Bytes text, rr_grant* grant) {
  Bytes value;
  long long seconds = 0;
  const bool is_read = take_line(&text, literal("relayrules grant"), &value) && equal(value, literal("1")) &&
                       take_line(&text, literal("address"), &value) &&
                       take_text(value, grant->address, sizeof grant->address) &&
                       take_line(&text, literal("time"), &value) && take_number(value, latest_time, &grant->time) &&
                       take_line(&text, literal("seconds"), &value) && take_number(value, 86400, &seconds) &&
                       take_line(&text, literal("user"), &value) && take_text(value, grant->user, sizeof grant->user) &&
                       take_line(&text, literal("service"), &value) &&
                       take_text(value, grant->service, sizeof grant->service) && equal(text, literal("end\n"));
  grant->expires = grant->time + seconds;
  return is_read;
}

size_t write_value(const rr_grant& grant, char (&out)[longest_record]) {
  const int size =
      snprintf(out, sizeof out, "%lld %lld %s %s", grant.time, grant.expires - grant.time, grant.user, grant.service);
  return static_cast<size_t>(size);
}

bool read_value(Bytes text, long long period, rr_grant* grant) {
  Bytes words[4];
  size_t count = 0;
  for (bool has_more = true; has_more;) {
    if (count == 4) return false;
    const void* blank = text.size == 0 ? nullptr : memchr(text.data, ' ', text.size);
    has_more = blank != nullptr;
    const auto size = has_more ? static_cast<size_t>(static_cast<const char*>(blank) - text.data) : text.size;
    words[count++] = text.first(size);
    if (has_more) text = text.from(size + 1);
  }
  long long seconds = period;
  const bool is_read = take_number(words[0], latest_time, &grant->time) &&
                       (count < 2 || take_number(words[1], 86400, &seconds)) &&
                       take_text(words[2], grant->user, sizeof grant->user) &&
                       take_text(words[3], grant->service, sizeof grant->service);
  grant->expires = grant->time + seconds;
  return is_read;
}

rr_grant_state state_at(const rr_grant& grant, long long now) {
  if (grant.time > now + greatest_lead) return RR_GRANT_FUTURE;
  return grant.expires > now ? RR_GRANT_VALID : RR_GRANT_EXPIRED;
}

}  // namespace relayrules::runtime
