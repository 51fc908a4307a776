// Made-up hosts.allow and hosts.deny files, pattern files and clients, for comparing readings of them. The same seed
// makes the same ones.
#pragma once

#include <array>
#include <initializer_list>
#include <random>
#include <string>
#include <utility>

#include "model/policy.hpp"

namespace core {

/// Makes hosts files of the whole grammar, mistakes included. `list` is a file of patterns that exists.
class HostsText {
 public:
  HostsText(unsigned seed, std::string list) : random_(seed), list_(std::move(list)) {}
  unsigned below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }
  bool one_in(unsigned limit) { return below(limit) == 0; }

  std::string file() {
    std::string text;
    for (unsigned lines = below(6); lines > 0; --lines) text += line();
    if (one_in(40) && !text.empty()) text.pop_back();
    return text;
  }
  std::string patterns() {
    const std::string list = std::exchange(list_, "/nonexistent/list");  // one that names itself would crash libwrap
    std::string text;
    for (unsigned words = below(5); words > 0; --words)
      text += (one_in(8) ? "a,b" : pattern()) + (one_in(2) ? " " : "\n");
    list_ = list;
    return text;
  }
  Client client() {
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i) value = value << 8 | octet();
    Client client{Address::from_ipv4(value), std::nullopt, std::nullopt};
    if (one_in(4)) client.address = *parse_address(one_of({"2001:db8::1", "2001:db8:0:1::2", "fe80::1", "::1"}));
    if (!one_in(3))
      client.host = one_of({"a.example.com", "example.com", "b.example.net", "a", "x.b.example.net", "1.example",
                            "unknown.example", "localhost", "paranoid", "mail.example.com"});
    if (one_in(2)) client.info = one_of({"joe", "Jane", "root", "jo.e"});
    return client;
  }

 private:
  std::string one_of(std::initializer_list<const char*> choices) {
    return *(choices.begin() + below(static_cast<unsigned>(choices.size())));
  }
  unsigned octet() {
    static constexpr std::array<unsigned, 6> octets = {1, 2, 10, 127, 128, 192};
    return octets[below(octets.size())];
  }
  std::string blank() { return one_of({" ", "\t", "  ", " \\\n", "", ""}); }
  std::string separator() { return one_of({" ", ",", ", ", "\t", " ,, ", " \\\n "}); }
  std::string daemon() {
    if (!one_in(4)) return one_of({"d", "tcp-env", "Tcp-Env", "ALL", "all", "sshd"});
    return one_of({"*",
                   "tcp*",
                   "?",
                   "t?p-*v",
                   "tcp.",
                   ".env",
                   "KNOWN",
                   "UNKNOWN",
                   "LOCAL",
                   "d@ALL",
                   "d@10.",
                   "ALL@KNOWN",
                   "d@UNKNOWN",
                   "tcp-env@10.1.1.1",
                   "d@10.1.0.0/16",
                   "ALL@LOCAL",
                   "d@",
                   "@d",
                   "d@[::]/0",
                   "[d]",
                   "d/8",
                   "all@*",
                   "PARANOID",
                   "d@10.*",
                   "d@unk*"});
  }
  std::string net() {
    if (one_in(4))
      return one_of({"10.1.2.3/8",
                     "0.0.0.0/0",
                     "1.2.10.127/255.255.255.255",
                     "10.0.0.0/08",
                     "10.0.0.0/255.0.0.255",
                     "10.0.0.0/8x",
                     "010.0.0.0/8",
                     "10/8",
                     "10.0.0.0/33",
                     "10.0.0.0/",
                     "10.0.0.0/+8",
                     "10.0.0.0/-8",
                     "0xa.0.0.0/8",
                     "10.0.0.0/8.",
                     "a/8",
                     "0.0.2.1/0.0.255.255",
                     "10.0.0.0/255.0.0",
                     "*/8",
                     "10.0.0.0/0x8",
                     "10.0.0.0/0377.0.0.0"});
    return one_of({"10.0.0.0/8", "128.0.0.0/1", "0.0.0.0/0.0.0.0", "10.128.0.0/255.128.0.0", "192.128.0.0/9",
                   "127.0.0.0/255.0.0.0", "10.10.10.10/32", "0.0.0.0/1"});
  }
  std::string ipv6() {
    return one_of({"[2001:db8::1]",
                   "[2001:db8::]/32",
                   "[2001:db8::5]/32",
                   "[2001:DB8:0::1]",
                   "[::]/0",
                   "[2001:db8::/32]",
                   "[2001:db8::1]/129",
                   "[2001:db8::1]/x",
                   "[2001:db8::]/32x",
                   "[2001:db8::1]/-1",
                   "[::1]",
                   "[fe80::]/10",
                   "[2001:db8::1",
                   "[1.2.3.4]",
                   "[::ffff:10.0.0.0]/104",
                   "[]",
                   "[2001:db8::1]/",
                   "[2001:db8::1]/128",
                   "2001:db8::1",
                   "::1",
                   "2001*",
                   "[2001*",
                   "[2001:db8:0:1::]/64",
                   "[::ffff:0:0]/80"});
  }
  std::string odd_host() {
    return one_of({"LOCAL",
                   "KNOWN",
                   "UNKNOWN",
                   "PARANOID",
                   "local",
                   "Known",
                   "unknown",
                   "paranoid",
                   "10.*",
                   "*.1",
                   "*",
                   "?",
                   "a*",
                   "*.example.com",
                   "*.EXAMPLE.*",
                   "?.example.com",
                   "un*",
                   "1?.*",
                   ".1",
                   ".2.1",
                   ".1.2.10",
                   ".1.1.1.1",
                   "a.",
                   "mail.",
                   "1.example.",
                   "10",
                   "10.1",
                   "1.1.1.1.",
                   "256.",
                   "01.",
                   "..",
                   ".",
                   "@group",
                   "a+b",
                   "a_b",
                   "#",
                   "**.com",
                   "*a*e*",
                   "1*",
                   "[a]",
                   "local*",
                   "]",
                   "a]",
                   "[",
                   "/nonexistent/list"});
  }
  std::string host() {
    if (one_in(5)) return odd_host();
    if (one_in(10)) return ipv6();
    if (one_in(20)) return list_;
    if (one_in(8)) return one_of({"ALL", "all"});
    if (one_in(3))
      return one_of({"a.example.com", ".example.com", ".Example.NET", "A", ".b.example.net", ".com", "1.example"});
    if (one_in(3)) return net();
    std::string text;
    const unsigned count = 1 + below(4);
    for (unsigned i = 0; i < count; ++i) text += std::to_string(octet()) + (i < 3 ? "." : "");
    return text;
  }
  std::string pattern() {
    if (!one_in(8)) return host();
    return one_of({"joe", "JANE", "ALL", "KNOWN", "unknown", "j*", "??", "jo.", ".e", "@", "all"}) + "@" +
           (one_in(8) ? "" : host());
  }
  std::string clients(unsigned depth) {
    std::string text = one_in(20) ? "" : pattern();
    while (!one_in(2)) text += separator() + pattern();
    if (depth < 4 && one_in(4))
      text += separator() + one_of({"EXCEPT", "except", "Except"}) + separator() + clients(depth + 1);
    return text;
  }
  std::string daemons(unsigned depth) {
    std::string text = one_in(30) ? "" : daemon();
    while (one_in(3)) text += separator() + daemon();
    if (depth < 3 && one_in(8)) text += separator() + "EXCEPT" + separator() + daemons(depth + 1);
    return text;
  }
  std::string option() {
    if (one_in(5))
      return one_of({"alow",
                     "",
                     "setenv RR_TEST_A=x",
                     "spawn",
                     "twist",
                     "umask 9",
                     "umask 1777",
                     "umask 22x",
                     "linger x",
                     "linger -1",
                     "linger",
                     "keepalive 1",
                     "nice x",
                     "nice 5x",
                     "severity foo",
                     "severity mail.foo",
                     "severity authpriv.info",
                     "severity mail.",
                     "severity .info",
                     "rfc931 0",
                     "rfc931 x",
                     "aclexec",
                     "banners",
                     "user",
                     "group",
                     "allow x",
                     "= x",
                     "linger +-5",
                     "severity mail . info",
                     "umask -1",
                     "nice --1"});
    if (one_in(3))
      return one_of({"spawn (echo %h) &",
                     "twist echo",
                     "aclexec false",
                     "umask 022",
                     "umask=77",
                     "linger 5",
                     "linger +5",
                     "keepalive",
                     "keepalive =",
                     "nice",
                     "nice -5",
                     "severity mail.info",
                     "SEVERITY Mail.Info",
                     "severity notice",
                     "rfc931",
                     "rfc931 5",
                     "banners /nonexistent",
                     "user root",
                     "group root",
                     "spawn echo \\: x",
                     "umask 00000000"});
    return one_of({"allow", "deny", "Deny", "setenv RELAYCLIENT", "setenv = RELAYCLIENT", "setenv=RELAYCLIENT @x",
                   "SETENV\tRR_TEST_A  x  y ", "setenv RR_TEST_B a\\:b", "setenv RR_TEST_B = c",
                   "setenv RR_TEST_A %a-%h", "setenv RR_TEST_A %n%u", "setenv RR_TEST_A %c", "setenv RR_TEST_B %d%s",
                   "setenv RR_TEST_B %A,%H,%N", "setenv RR_TEST_B 5%", "setenv RR_TEST_B %%%z1"});
  }
  std::string line() {
    if (one_in(8)) return one_in(2) ? "# note\n" : " \t\n";
    if (one_in(30)) return "# note \\\nALL : ALL\n";
    if (one_in(30)) return "no colon\n";
    if (one_in(60)) return "d : 1. : " + std::string(2100, ' ') + "\n";
    std::string text = blank() + daemons(0) + blank() + ":" + blank() + clients(0) + blank();
    while (one_in(3)) text += ":" + blank() + option() + blank();
    return text + (one_in(10) ? "\r\n" : "\n");
  }

  std::mt19937 random_;
  std::string list_;
};

}  // namespace core
