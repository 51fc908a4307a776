// The grammar of random rule files: see rule_text.hpp. Good lines are the majority, since both compilers stop at the
// first bad one; each rare thing is rare enough that most files have one or none.
#include "conformance/rule_text.hpp"

#include <chrono>
#include <cstdlib>
#include <iostream>

namespace core::conformance {

using namespace std::string_literals;

char RuleText::odd_byte() {
  static constexpr char liked[] = ":,=-.@#\"' \t\r\0\xff\x80/0259a~";  // the NUL behind it is liked, too
  return one_in(4) ? static_cast<char>(below(256)) : liked[below(sizeof liked)];
}

std::string RuleText::any_bytes(unsigned max) {
  std::string bytes;
  for (unsigned left = below(max + 1); left > 0; --left) bytes += odd_byte();
  return bytes;
}

std::string RuleText::number() {
  switch (below(12)) {
    case 0: return std::to_string(below(1000));
    case 1: return "0" + std::to_string(below(300));
    case 2: return std::to_string(250 + below(10));
    default: return std::to_string(below(256));
  }
}

std::string RuleText::range_number() {
  switch (below(14)) {
    case 0: return "";
    case 1: return "1844674407370955161" + std::to_string(below(10));
    case 2: return "184467440737095516" + std::to_string(10 + below(90)) + std::to_string(below(10));
    case 3: return std::to_string(4294967290U + below(6));
    case 4: return "00" + std::to_string(below(20));
    case 5: return one_in(4) ? "1\0x"s : std::to_string(240 + below(40));
    case 6: return one_in(6) ? any_bytes(3) : std::to_string(below(10));
    default: return std::to_string(below(300));
  }
}

std::string RuleText::name() {
  static constexpr std::string_view names[] = {"a.b",
                                               "mail.example.com",
                                               ".example.com",
                                               "EXAMPLE.org",
                                               "",
                                               ".",
                                               "my-host.example",
                                               "b\xc3\xbc\x72o.example",
                                               "host",
                                               "localhost",
                                               "=",
                                               "x.y."};
  return std::string(names[below(std::size(names))]);
}

std::string RuleText::numeric_address() {
  std::string text = number();
  for (unsigned more = below(5); more > 0; --more) text += "." + number();
  if (one_in(2)) text += '.';
  return text;
}

std::string RuleText::range() {
  std::string text;
  for (unsigned before = below(4); before > 0; --before) text += number() + ".";
  if (one_in(20)) text += any_bytes(2);
  text += range_number() + "-" + range_number();
  for (unsigned behind = below(3); behind > 0; --behind) text += "." + number();
  if (one_in(2)) text += '.';
  if (one_in(12)) text += "-" + range_number();
  return text;
}

std::string RuleText::address() {
  switch (below(16)) {
    case 0: return "";
    case 1: return "=" + name();
    case 2: return "=." + name();
    case 3: return name() + "@" + numeric_address();
    case 4: return name() + "@=" + name();
    case 5: return numeric_address() + "/" + number();
    case 6: return any_bytes(12);
    case 7: return name();
    case 8: return one_in(30) ? std::string(below(70'000), 'k') : "@" + range();
    case 9:
    case 10:
    case 11: return range();
    default: return numeric_address();
  }
}

std::string RuleText::verdict(bool good) {
  static constexpr std::string_view bad[] = {" allow", "ALLOW", "allo",   "den",    "",       "allowed",
                                             "Deny",   "alow",  "deny\r", "allow#", "allow ", "\0deny"};
  if (good) return one_in(2) ? "allow" : "deny";
  return std::string(bad[below(std::size(bad))]);
}

std::string RuleText::edit(bool good) {
  static constexpr std::string_view names[] = {"RELAYCLIENT", "A", "", " B", ",C", "RBLSMTPD", "a b:c", "\xe4", "PATH"};
  static constexpr std::string_view bad[] = {",A", ",A=", ",A=\"b", ",", " ,A=\"b\"", ",\"A=b\"", "#", "\r", ",A=b"};
  if (!good) return std::string(bad[below(std::size(bad))]);
  const std::string name(names[below(std::size(names))]);
  const char quote = one_in(3) ? odd_byte() : '"';
  std::string value = one_in(500) ? std::string(below(70'000), 'v') : one_in(2) ? any_bytes(8) : "value";
  std::erase(value, quote);
  std::erase(value, '\n');
  if (quote == '\n') return "";
  return "," + name + "=" + quote + value + quote;
}

std::string RuleText::line(bool good) {
  if (one_in(15)) return one_in(2) ? "" : "# " + any_bytes(20);
  if (one_in(25)) return one_in(2) ? " \t " : "1.2.3.4 deny";
  std::string text = address();
  std::erase(text, '\n');
  std::erase(text, ':');
  const unsigned broken_part = good ? 9 : below(3);
  text += ":" + verdict(broken_part != 0);
  for (unsigned edits = one_in(2) ? below(4) : 0; edits > 0; --edits) text += edit(true);
  if (broken_part == 1) text += edit(false);
  if (broken_part == 2) text += any_bytes(6);
  static constexpr std::string_view ends[] = {" ", "\t", " \t ", "  "};
  if (one_in(8)) text += ends[below(std::size(ends))];
  return text;
}

void RuleText::damage(std::string& text) {
  for (unsigned wounds = 1 + below(3); wounds > 0 && !text.empty(); --wounds) {
    const std::size_t at = below(static_cast<unsigned>(text.size()));
    switch (below(4)) {
      case 0: text[at] = odd_byte(); break;
      case 1: text.erase(at, 1 + below(3)); break;
      case 2: text.insert(at, 1, one_in(3) ? '\n' : odd_byte()); break;
      default: text.insert(at, text.substr(below(static_cast<unsigned>(text.size())), below(8))); break;
    }
  }
}

std::string RuleText::file() {
  if (one_in(2000)) return large_file(300'000 + below(600'000), one_in(2));
  std::string text;
  const unsigned lines = below(8);
  const unsigned broken = one_in(3) ? below(lines + 1) : lines;
  for (unsigned i = 0; i < lines; ++i) text += line(i != broken) + "\n";
  if (one_in(4)) damage(text);
  if (one_in(8) && !text.empty()) text.pop_back();
  return text;
}

std::string RuleText::large_file(std::size_t bytes, bool broken) {
  std::string text;
  while (text.size() < bytes) {
    if (one_in(2000)) text += "1.2.3.4:allow,A=\"" + std::string(below(600'000), 'w') + "\"\n";
    text += "10." + number() + "." + std::to_string(below(256)) + ".:" + (one_in(2) ? "deny\n" : "allow,R=\"x\"\n");
  }
  if (broken) text += line(false) + "\n9.9.9.9:deny\n";
  return text;
}

std::uint64_t choose_seed(std::string_view what) {
  const char* given = std::getenv("RELAYRULES_SEED");
  const auto now = static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
  const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : now;
  std::cout << what << ": RELAYRULES_SEED=" << seed << "\n" << std::flush;
  return seed;
}

}  // namespace core::conformance
