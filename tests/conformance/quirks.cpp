// Every quirk of ucspi-tcp 0.88's tcprules, one row each, written down before the generated inputs find it by chance.
//
// Each row is compiled by the original and by ours; exit code, both outputs and the bytes of the CDB must be the same.
// What the row's sentence says is documentation, what the original does is the truth.
#include <catch2/catch.hpp>
#include <string>
#include <string_view>

#include "base/finding.hpp"
#include "conformance/original.hpp"

namespace core::conformance {
namespace {

using namespace std::string_literals;

struct Quirk {
  const char* sentence;
  std::string text;
};

const Quirk lines[] = {
    {"an empty file gives a CDB without records", ""},
    {"a line feed alone is skipped", "\n\n\n"},
    {"the last line may lack its line feed", "1.2.3.4:deny"},
    {"a deny has the value D and a NUL", "1.2.3.4:deny\n"},
    {"an allow has an empty value", "1.2.3.4:allow\n"},
    {"a comment begins with a # in the first column", "# a comment\n1.2.3.4:deny\n"},
    {"a comment may hold a colon", "#1.2.3.4:nonsense\n"},
    {"a # behind a blank is no comment, but a line without a colon is dropped", "  # comment\n"},
    {"a # behind a blank is no comment, so its colon makes it a bad rule", "  # a:b\n"},
    {"a line without a colon is dropped in silence", "1.2.3.4 deny\n10.:deny\n"},
    {"a line of blanks is dropped", "   \t  \n"},
    {"a leading blank belongs to the key", " 1.2.3.4:allow\n"},
    {"a blank before the colon belongs to the key", "1.2.3.4 :allow\n"},
    {"a blank behind the colon is an error", "1.2.3.4: allow\n"},
    {"a blank behind the verdict and before a comma is an error", "1.2.3.4:allow ,A=\"b\"\n"},
    {"a verdict in upper case is an error", "1.2.3.4:ALLOW\n"},
    {"a verdict with a capital is an error", "1.2.3.4:Deny\n"},
    {"text behind a verdict is an error", "1.2.3.4:denyfoo\n"},
    {"a verdict cut short is an error", "1.2.3.4:allo\n"},
    {"three bytes of deny are an error", "1.2.3.4:den\n"},
    {"no verdict at all is an error", "1.2.3.4:\n"},
    {"a colon alone is an error", ":\n"},
    {"trailing blanks and tabs are cut", "1.2.3.4:allow,A=\"b\"  \t\n"},
    {"trailing blanks are cut on the last line too", "1.2.3.4:allow \t"},
    {"a carriage return is not cut, and an error behind a verdict", "1.2.3.4:allow\r\n"},
    {"a carriage return behind a variable is an error", "1.2.3.4:allow,A=\"b\"\r\n"},
    {"a carriage return alone on a line is a line without a colon", "\r\n1.2.3.4:deny\n"},
    {"blanks behind a carriage return are cut, the carriage return is not", "1.2.3.4:deny\r  \n"},
    {"a carriage return may be a quote", "1.2.3.4:allow,A=\rb\r\n"},
    {"a deny may carry variables", "1.2.3.4:deny,A=\"b\",C=|d:e,f|\n"},
    {"a value may hold commas and colons", "1.2.3.4:allow,A=\"b,c:d\"\n"},
    {"a variable's name may begin with a blank", "1.2.3.4:allow, RELAYCLIENT=\" \"\n"},
    {"a variable's name may begin with a comma", "1.2.3.4:allow,,A=\"b\"\n"},
    {"a variable's name may be empty", "1.2.3.4:allow,=x=x\n"},
    {"an equals sign may be the quote", "1.2.3.4:allow,A==b=\n"},
    {"a comma may be the quote", "1.2.3.4:allow,A=,b,\n"},
    {"a blank may be the quote, when something follows", "1.2.3.4:allow,A= b ,B=\"c\"\n"},
    {"a closing quote that is a blank is cut at the line's end", "1.2.3.4:allow,A= b \n"},
    {"an empty value", "1.2.3.4:allow,RELAYCLIENT=\"\"\n"},
    {"a value without its quotes is an error", "1.2.3.4:allow,A=b\n"},
    {"a one letter value in one letter quotes", "1.2.3.4:allow,A=xx\n"},
    {"no value is an error", "1.2.3.4:allow,A=\n"},
    {"an open quote is an error", "1.2.3.4:allow,A=\"b\n"},
    {"a comma at the end is an error", "1.2.3.4:allow,A=\"b\",\n"},
    {"a variable without an equals sign is an error", "1.2.3.4:allow,RELAYCLIENT\n"},
    {"quotes around an assignment are an error", "1.2.3.4:allow,\"A=b\"\n"},
    {"typographic quotes: only the first byte quotes", "1.2.3.4:allow,A=\xe2\x80\x9c\x62\xe2\x80\x9d\n"},
    {"the same variable twice", "1.2.3.4:allow,A=\"1\",A=\"2\"\n"},
    {"an equals sign far behind ends the name", "1.2.3.4:allow,a b,c:d=\"e\"\n"},
    {"a NUL in a key", "1.2\0.3:allow\n"s},
    {"a NUL in a value", "1.2.3.4:allow,A=\"b\0c\"\n"s},
    {"a NUL in a name", "1.2.3.4:allow,A\0B=\"c\"\n"s},
    {"a NUL as the quote", "1.2.3.4:allow,A=\0b\0\n"s},
    {"a NUL behind a verdict cuts the message short", "1.2.3.4:allow\0,A=b\n"s},
    {"a NUL at the start of a bad line leaves nothing to say", "\0:foo\n"s},
    {"a NUL behind a comma cuts the message short", "1.2.3.4:allow,A\0\n"s},
    {"a range of last octets", "1.2.3.37-39:allow\n"},
    {"a range of second octets", "10.2-3.:allow\n"},
    {"a range of first octets", "10-12.:deny\n"},
    {"only the first dash expands", "10.2-3.4-5.:deny\n"},
    {"a range of whole addresses gives keys that nobody asks for", "10.1.2.3-10.1.2.9:deny\n"},
    {"a reversed range gives no key", "1.2.3.9-3:allow\n"},
    {"a range of one", "1.2.3.7-7:allow\n"},
    {"an empty upper bound is 0", "1.2.3.5-:allow\n"},
    {"an empty lower bound is 0", "1.2.3.-2:allow\n"},
    {"two empty bounds give one key", "1.2.3.-:allow\n"},
    {"a dash alone", "-:allow\n"},
    {"a dash and a dot", "-.:allow\n"},
    {"a dot and a dash", ".-:allow\n"},
    {"an upper bound above 255 is cut to 255", "1.2.3.250-999:allow\n"},
    {"a lower bound above 255 gives no key", "1.2.3.256-999:allow\n"},
    {"a lower bound of 255", "1.2.3.255-256:allow\n"},
    {"leading zeros of a range are lost", "1.2.3.008-010:allow\n"},
    {"leading zeros of other octets stay", "01.2.3.4-5:allow\n"},
    {"a bound wraps at 2^64", "1.2.3.18446744073709551617-3:allow\n"},
    {"2^64 is 0", "1.2.3.0-18446744073709551616:allow\n"},
    {"2^64 - 1 is 255", "1.2.3.254-18446744073709551615:allow\n"},
    {"2^64 + 2 is 2", "1.2.3.0-18446744073709551618:allow\n"},
    {"2^32 is no wrap", "1.2.3.0-4294967296:allow\n"},
    {"a bound that is no number is an error", "1.2.3.a-5:allow\n"},
    {"an upper bound that is no number is an error", "1.2.3.4-5x:allow\n"},
    {"a blank in a bound is an error", "1.2.3.4 - 5:allow\n"},
    {"a sign in a bound is an error", "1.2.3.4--5:allow\n"},
    {"a NUL ends a bound", "1.2.3.4\0x-5:allow\n"s},
    {"a NUL ends the upper bound", "1.2.3.4-5\0x:allow\n"s},
    {"a host name with a dash is taken for a range", "my-host.example.com:deny\n"},
    {"the error of a range comes behind those of the verdict", "a-b:foo\n"},
    {"a range before text that is no address", "1-3.foo:allow\n"},
    {"a range behind text that is no address", "foo.1-3:allow\n"},
    {"an @ switches ranges off", "joe@1.2.3.4-6:allow\n"},
    {"an equals sign switches ranges off", "=my-host.example.com:allow\n"},
    {"an equals sign behind a dash switches ranges off", "1-2=3:allow\n"},
    {"an @ behind a dash switches ranges off", "1-2@3:allow\n"},
    {"an address with an info", "joe@1.2.3.4:deny\n"},
    {"a host with an info", "joe@=host.example.com:deny\n"},
    {"an info with an @", "joe@b@1.2.3.4:deny\n"},
    {"an info on a prefix is stored, and never asked", "joe@1.2.3.:deny\n"},
    {"an empty info", "@1.2.3.4:deny\n"},
    {"an info with a NUL", "j\0e@1.2.3.4:deny\n"s},
    {"a host name", "=host.example.com:allow\n"},
    {"a host suffix", "=.example.com:allow\n"},
    {"an upper case name is stored as it is", "=.EXAMPLE.com:allow\n"},
    {"every named host", "=:allow\n"},
    {"a host name with a trailing dot", "=example.com.:allow\n"},
    {"two equals signs", "==:allow\n"},
    {"an equals sign and a dot", "=.:allow\n"},
    {"CIDR is stored literally", "10.0.0.0/8:allow\n"},
    {"a prefix without its dot is stored literally", "10.1.2:allow\n"},
    {"an octet above 255 is stored literally", "256.1.2.3:allow\n"},
    {"leading zeros are stored literally", "1.2.3.04:allow\n010.1.2.3:allow\n"},
    {"five octets are stored literally", "1.2.3.4.5:allow\n"},
    {"a dot alone", ".:allow\n"},
    {"two dots", "1..2:allow\n"},
    {"a full address with a dot at its end", "1.2.3.4.:allow\n"},
    {"the empty key is every client", ":deny\n"},
    {"an IPv6 address ends at its first colon", "::1:allow\n"},
    {"an IPv6 prefix whose first group is a rule", "2001:allow\n"},
    {"two equal addresses give two records", "1.2.3.4:allow\n1.2.3.4:deny\n"},
    {"equal keys from a range and a rule", "1.2.3.4-5:allow\n1.2.3.4:deny\n"},
    {"the first bad line ends the work", "1.2.3.4:allow\nfoo:bar\nbaz:qux\n"},
    {"a bad line behind many good ones", "1.:allow\n2.:allow\n3.:allow\n4.:allo\n"},
    {"a bad line without a line feed", "1.2.3.4:foo"},
    {"the message has no trailing blanks", "1.2.3.4:foo \t \n"},
    {"the message may be empty", ":foo\n"},
    {"bytes above 127 are bytes", "\xff\xfe:allow,\xe4=\"\xf6\"\n"},
    {"UTF-8 in a message", "b\xc3\xbc\x72o:ja\n"},
    {"a byte order mark belongs to the key", "\xef\xbb\xbf\x31.2.3.4:deny\n"},
    {"a byte order mark makes a comment a rule", "\xef\xbb\xbf# all: yes\n"},
    {"a vertical tab and a form feed are no blanks", "1.2.3.4:deny\v\n"},
    {"a long key", std::string(5000, 'k') + ":deny\n"},
    {"a long value", "1.2.3.4:allow,A=\"" + std::string(100'000, 'v') + "\"\n"},
    {"a long bad line is said whole", "1.2.3.4:foo" + std::string(100'000, 'x') + "\n"},
    {"a line longer than any buffer", "1.2.3.4:allow,A=\"" + std::string(700'000, 'v') + "\"\n5.:deny\n"},
};

std::string title(const Quirk& quirk) { return quirk.sentence + (", as in "s + quoted(quirk.text, 200)); }

}  // namespace

TEST_CASE("our tcprules does what the original does, quirk by quirk") {
  if (!have_original("tcprules") || !have_ours("tcprules")) return;
  Compilers compilers;
  for (const Quirk& quirk : lines) {
    const auto pair = compilers.compile(quirk.text);
    INFO(title(quirk) << '\n' << format_pair(pair));
    CHECK(pair.equal());
  }
}

TEST_CASE("after an error ours removes the temporary file, which the original leaves") {
  if (!have_original("tcprules") || !have_ours("tcprules")) return;
  Compilers compilers;
  const auto pair = compilers.compile("1.2.3.4:foo\n");
  CHECK(pair.original.left_temporary);
  CHECK_FALSE(pair.ours.left_temporary);
}

TEST_CASE("a compiled quirk answers the same to both tcprulescheck") {
  if (!have_original("tcprules") || !have_original("tcprulescheck") || !have_ours("tcprulescheck")) return;
  const Asked clients[] = {{"1.2.3.4", {}, {}},
                           {"1.2.3.5", "host.example.com", "joe"},
                           {"10.2.3.4", "HOST.EXAMPLE.com", ""},
                           {"::1", "example.com.", {}},
                           {{}, "", "joe@b"}};
  Compilers compilers;
  for (const Quirk& quirk : lines) {
    if (!compilers.compile(quirk.text).original.database) continue;
    const std::string database = compilers.original_folder() + "/rules.cdb";
    for (const Asked& client : clients) {
      Command original{{original_path("tcprulescheck"), database}};
      original.environment = environment_of(client);
      Command ours = original;
      ours.arguments[0] = our_path("tcprulescheck");
      const auto [theirs, mine] = run_both(original, ours);
      INFO(title(quirk) << "\noriginal: " << format_outcome(theirs) << "\nours:     " << format_outcome(mine));
      CHECK(theirs == mine);
    }
  }
}

}  // namespace core::conformance
