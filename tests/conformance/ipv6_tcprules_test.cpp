// tcprules-ipv6 against Debian's ucspi-tcp-ipv6: the bytes of the CDB, what is refused, and who is let in.
//
// The package conflicts with ucspi-tcp, so it is unpacked into the build folder. Its tcprules never ends on some lines;
// those are the ones that ours refuses, and it is given little time for them.
#include <fcntl.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "base/finding.hpp"
#include "cdb/lower.hpp"
#include "cdb/write.hpp"
#include "conformance/original.hpp"
#include "conformance/rule_text.hpp"
#include "model/evaluate.hpp"
#include "model/format.hpp"

namespace core::conformance {
namespace {

const std::string package = RELAYRULES_BINARY_DIR "/real/ucspi-tcp-ipv6";

bool have_package() {
  const std::string script = "sh '" RELAYRULES_SOURCE_DIR "/tests/real/unpack.sh' ucspi-tcp-ipv6 '" + package + "'";
  if (std::system(script.c_str()) == 0) return true;
  skip("ucspi-tcp-ipv6 could not be unpacked");
  return false;
}

struct Parsed {
  Policy policy;
  Findings findings;
};

Parsed parse(const std::string& text, Reading reading) {
  Parsed parsed{new_policy(*find_format("tcprules-ipv6")), {}};
  ParseOptions options;
  options.reading = reading;
  find_format("tcprules-ipv6")->parse(Source("", text, 0), options, parsed.policy, parsed.findings);
  return parsed;
}

/// The bytes that ours writes.
std::optional<std::string> compiled(const Policy& policy, const std::string& path) {
  {
    const FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC, 0644));
    cdb::Writer writer(file.get(), path);
    Findings findings;
    REQUIRE(cdb::lower(policy, {}, writer, findings));
    REQUIRE_FALSE(writer.finish().has_value());
  }
  return read_file(path);
}

/// Compares one text. True when both compiled it; the CDB is then "rules.cdb".
bool compare(const Folder& folder, const std::string& text) {
  CAPTURE(quoted(text, 3000));
  const Parsed ours = parse(text, Reading::faithful);
  Command command{{package + "/usr/bin/tcprules", "rules.cdb", "rules.tmp"}, text, {}, folder.path()};
  if (!ours.policy.complete) command.time_limit_ms = 400;
  const Outcome outcome = run(command);
  CAPTURE(format_outcome(outcome));
  if (!ours.policy.complete) {
    CHECK((outcome.exit_code != 0 || outcome.signal == SIGKILL));
    CHECK_FALSE(parse(text, Reading::strict).policy.complete);
    return false;
  }
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.signal == 0);
  CHECK(read_file(folder / "rules.cdb") == compiled(ours.policy, folder / "ours.cdb"));
  return true;
}

void ask(const Folder& folder, const Policy& policy, const Client& client) {
  Command command{{package + "/usr/bin/tcprulescheck", folder / "rules.cdb"}};
  const std::string ip = policy.lookup.scheme->address_text(client.address);
  command.environment = environment_of({ip, client.host, client.info});
  CAPTURE(ip, client.host.value_or("(none)"), client.info.value_or("(none)"));
  CHECK(run(command).output == as_tcprulescheck(policy, evaluate(policy, client)));
}

/// Addresses of IPv6 that share fronts, with zero groups in all places, and texts that look like them.
class Ipv6Text {
 public:
  explicit Ipv6Text(RuleText& random) : random_(random) {}

  Address address() {
    Address address;
    address.family = Family::ipv6;
    for (unsigned i = 0; i < 16; i += 2) address.bytes[i + 1] = static_cast<std::uint8_t>(random_.below(3));
    if (random_.below(3) != 0) address.bytes[0] = 0x20;
    return address;
  }

  std::string pattern() {
    std::string text = ucspi_tcp_ipv6_keys.address_text(address());
    switch (random_.below(8)) {
      case 0: return "joe@" + text;
      case 1: return format_address(address());
      case 2: return text + (random_.below(2) == 0 ? "/64" : "%eth0");
      case 3: return random_.address();
      case 4: return text;
      default: break;
    }
    const std::size_t colon = text.find(':', random_.below(static_cast<unsigned>(text.size())));
    return colon == std::string::npos ? text : text.substr(0, colon + 1);
  }

  std::string line() {
    static constexpr std::string_view odd[] = {" \t",      "  # c",           "10.1.2.3:alow", "10.1.2.3,allow",
                                               ":",        "a:allow:deny",    "::1 allow",     "::1:allow,A",
                                               "x:denied", "1.2.3.4:allow\r", "::1:den"};
    if (random_.below(60) == 0) return std::string(odd[random_.below(std::size(odd))]) + "\n";
    const char* verdicts[] = {":allow", ":deny", ":allow,RELAYCLIENT=\"\"", ":deny,A=\"b\"", ":allow,A=\":deny\""};
    return pattern() + verdicts[random_.below(5)] + (random_.below(8) == 0 ? " \t\n" : "\n");
  }

 private:
  RuleText& random_;
};

}  // namespace

TEST_CASE("tcprules-ipv6 refuses what ucspi-tcp-ipv6 refuses or never ends on, and nothing else") {
  if (!have_package()) return;
  const Folder folder;
  for (const char* text : {"\n#\n:allow\n", "::1:allow\n", "2001:db8::allow\n", "2001:db8:::allow", "::deny\n",
                           ":::deny\n", "2001:DB8::1:allow\n", "[::1]:allow\n", "fe80::1%eth0:allow\n",
                           "10.1.2.3:x:deny\n", "10.1.2.3:allow,A=\"b:allow\"\n", "2001:db8::/32:allow\n",
                           "::1.2.3.4-6:deny\n", "=a:b:deny\n", "a@::1:deny\n", "10.1-2.:deny \t\n"})
    CHECK(compare(folder, text));
  for (const char* text : {" \n", " # c\n", "\t#:x\n", "10.1.2.3 deny\n", "10.1.2.3:alow\n", "10.1.2.3,allow\n", ":\n",
                           "::\n", "::1\n", "::1:\n", "::1:den\n", "10.1.2.3: allow\n", "\r\n", "a:allow:deny\n",
                           "a:denied\n", "a:allow\r\n", "2001:db8::1-3:allow\n", "a:allow,A\n", ":deny\n \n"})
    CHECK_FALSE(compare(folder, text));
}

TEST_CASE("tcprules-ipv6 gives the bytes and the decisions of ucspi-tcp-ipv6 on random rules") {
  if (!have_package()) return;
  RuleText random(choose_seed("random rules of ucspi-tcp-ipv6"));
  Ipv6Text ipv6(random);
  const Folder folder;
  for (unsigned left = repetitions(300); left > 0; --left) {
    std::string text;
    for (unsigned lines = 1 + random.below(12); lines > 0; --lines) text += ipv6.line();
    if (!compare(folder, text)) continue;
    const Policy policy = parse(text, Reading::faithful).policy;
    CAPTURE(quoted(text, 3000));
    for (unsigned clients = 0; clients < 12; ++clients) {
      Client client{ipv6.address(), std::nullopt, std::nullopt};
      if (random.below(4) == 0) client.address = Address::from_ipv4(random.below(0xffffffff));
      if (random.below(3) == 0) client.host = "mail.example.com";
      if (random.below(3) == 0) client.info = "joe";
      ask(folder, policy, client);
    }
  }
}

}  // namespace core::conformance
