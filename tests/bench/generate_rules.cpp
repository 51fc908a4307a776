// What the benchmark compiles: see generate_rules.hpp. Blocklists make big rule files, so most rules are denied
// addresses; each address is the rule's number under a fixed permutation of the address space, which keeps them apart
// without a table.
#include "generate_rules.hpp"

#include <cstdint>

namespace core::bench {
namespace {

/// A permutation of the 29 bit numbers: odd multipliers and xor shifts, cut to that width.
std::uint32_t scatter(std::uint32_t value) {
  constexpr std::uint32_t mask = (1U << 29) - 1;
  value ^= value >> 15;
  value = value * 0x7feb352dU & mask;
  value ^= value >> 14;
  value = value * 0x046ca68bU & mask;
  return value ^ value >> 15;
}

/// Each kind of rule has networks of its own, none of them special: the checks have next to nothing to say of such a
/// file.
constexpr std::uint32_t addresses_from = 130U << 24;
constexpr std::uint32_t prefixes_from = 32U << 24;
constexpr std::uint32_t ranges_from = 96U << 24;

void append_octets(std::string& text, std::uint32_t address, unsigned count) {
  for (unsigned i = 0; i < count; ++i) {
    text += std::to_string(address >> (24 - 8 * i) & 255);
    if (i < 3) text += '.';
  }
}

void append_rule(std::string& text, std::uint32_t number) {
  const std::uint32_t range = ranges_from + number / 20 * 8;
  switch (number % 20) {
    case 0: append_octets(text, prefixes_from + (number << 8), 3); break;
    case 1: text += "=host" + std::to_string(number) + ".example.com"; break;
    case 2: text += "=.net" + std::to_string(number) + ".example"; break;
    case 3:
      append_octets(text, range, 4);
      text += "-" + std::to_string((range & 255) + 3);
      break;
    default: append_octets(text, addresses_from + scatter(number), 4); break;
  }
  if (number % 10 < 7)
    text += ":deny\n";
  else if (number % 10 == 7)
    text += ":allow,RBLSMTPD=\"\",MAXRCPT=\"" + std::to_string(number % 5) + "00\"\n";
  else
    text += ":allow,RELAYCLIENT=\"\"\n";
}

/// Numbers that look like chance, and are the same on every machine.
class Chance {
 public:
  std::uint32_t below(std::uint32_t bound) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::uint32_t>((state_ >> 32) * bound >> 32);
  }

 private:
  std::uint64_t state_ = 1;
};

void append_old_rule(std::string& text, Chance& chance) {
  constexpr const char* verdicts[] = {":allow,RELAYCLIENT=\"\"\n", ":deny\n", ":allow,RBLSMTPD=\"-listed\"\n",
                                      ":allow,RELAYCLIENT=\"\",QMAILQUEUE=\"/var/qmail/bin/qmail-scan\"\n"};
  const std::uint32_t kind = chance.below(100);
  const std::uint32_t address = chance.below(0xE0000000U);
  if (kind < 92)
    append_octets(text, address, kind < 70 ? 4 : kind < 90 ? 3 : 2);
  else
    text += "=.h" + std::to_string(address & 0xFFFF) + ".example" + std::to_string(address >> 16 & 0xFF) + ".net";
  text += verdicts[chance.below(4)];
}

std::string octets(std::uint32_t address, unsigned count) {
  std::string text;
  append_octets(text, address, count);
  if (count < 4) text.pop_back();
  return text;
}

void append_entry(std::string& text, std::uint32_t number) {
  constexpr const char* values[] = {"REJECT", "RELAY", "OK", "DISCARD", "ERROR:5.7.1:550 go away"};
  const std::string value = values[number / 10 % 5];
  const std::string digits = std::to_string(number);
  switch (number % 10) {
    case 4: text += "Connect:" + octets(prefixes_from + (number / 10 << 8), 3) + "\t" + value; break;
    case 5: text += "Connect:host" + digits + ".example.com\t" + value; break;
    case 6: text += "From:user" + digits + "@net" + std::to_string(number / 70) + ".example\tREJECT"; break;
    case 7: text += "To:user" + digits + "@example.org\tREJECT"; break;
    case 8: text += "net" + digits + ".example\tREJECT"; break;
    case 9: text += "To:domain" + digits + ".example\tRELAY"; break;
    default: text += "Connect:" + octets(addresses_from + scatter(number), 4) + "\tREJECT"; break;
  }
  text += '\n';
}

}  // namespace

std::string generate_old_rules(std::size_t count) {
  std::string text;
  Chance chance;
  for (std::size_t i = 0; i < count; ++i) append_old_rule(text, chance);
  return text;
}

std::string generate_access_map(std::size_t count) {
  std::string text = "# generated for measuring\n";
  for (std::size_t i = 0; i < count; ++i) append_entry(text, static_cast<std::uint32_t>(i));
  return text;
}

std::string generate_cidr_table(std::size_t count, std::span<const std::string_view> results) {
  std::string text = "# generated for measuring\n";
  for (std::uint32_t i = 0; i < count; ++i) {
    if (i % 4 != 0)
      text += octets(addresses_from + scatter(i), 4);
    else
      text += octets(prefixes_from + (i / 4 << 8), 4) + (i % 8 == 0 ? "/24" : "/28");
    text.append(1, ' ').append(results[i / 8 % results.size()]).append(1, '\n');
  }
  return text;
}

std::string generate_client_table(std::size_t count) {
  std::string text = "# generated for measuring\n";
  for (std::uint32_t i = 0; i < count; ++i)
    text += i % 3 == 0   ? octets(addresses_from + scatter(i), 4) + " REJECT\n"
            : i % 3 == 1 ? octets(prefixes_from + (i / 3 << 8), 3) + " OK\n"
                         : "host" + std::to_string(i) + ".example.com REJECT listed, " + std::to_string(i % 5) + "\n";
  return text;
}

std::string generate_rules(std::size_t count) {
  std::string text = "# generated for measuring\n";
  text.reserve(count * 28);
  for (std::size_t i = 0; i + 1 < count; ++i) {
    if (i % 1000 == 999) text += "\n# block " + std::to_string(i / 1000) + "\n";
    append_rule(text, static_cast<std::uint32_t>(i));
  }
  return text + ":allow\n";
}

}  // namespace core::bench
