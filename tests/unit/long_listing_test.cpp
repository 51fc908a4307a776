// Answers about a hundred thousand sets of clients: written one after the other, never all in memory together.
#include <sys/resource.h>

#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <string>

#include "report/changes.hpp"
#include "small_world.hpp"

namespace core {

namespace {

constexpr std::size_t many = 100'000;

/// Scattered networks, each with a rule of its own.
Policy scattered(const std::string& outcome) {
  std::string text;
  for (std::size_t i = 0; i < many; ++i) {
    const std::size_t place = 2 * i;
    text += std::to_string(1 + place / 65536) + "." + std::to_string(place / 256 % 256) + "." +
            std::to_string(place % 256) + ".:" + outcome + "\n";
  }
  return small_world::policy_of(text + ":allow\n", small_world::key_order);
}

long peak_kib() {
  struct rusage usage {};
  REQUIRE(::getrusage(RUSAGE_SELF, &usage) == 0);
  return usage.ru_maxrss;
}

/// Every region as a value would take five times as much.
void require_little_more_than(long before) {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  CHECK(peak_kib() - before < 40'000);
#else
  static_cast<void>(before);
#endif
}

/// What was written, piece by piece, as counts: the text itself would be what takes the memory.
struct Written {
  std::size_t bytes = 0;
  std::size_t longest = 0;
  std::string first;
  void operator()(std::string_view piece) {
    if (bytes < 600) first += piece;
    bytes += piece.size();
    longest = std::max(longest, piece.size());
  }
};

}  // namespace

TEST_CASE("a hundred thousand regions are written one after the other, as text and as JSON") {
  const Policy policy = scattered("allow,RELAYCLIENT=\"\"");
  const Sources sources;
  const NamedPolicy named{policy, sources, "rules"};
  const analysis::Partition partition = analysis::partition(policy, {});
  const long before = peak_kib();
  const analysis::ClientQuery everybody;
  const analysis::Selection found(partition, everybody, [](const analysis::Side& side) { return side.effect.relay; });
  CHECK(found.size() == many);
  Written text;
  format_decided(found, named, std::ref(text));
  Written json;
  format_decided_json(found, named, std::ref(json));
  require_little_more_than(before);
  CHECK(text.longest < text.bytes / 10);
  CHECK(json.longest < json.bytes / 10);
  CHECK(
      text.first.starts_with("1.0.0.0/24\n  256 addresses\n  relay RELAYCLIENT=\"\"  by rules, key '1.0.0.'\n"
                             "  for instance 1.0.0.0\n\n1.0.2.0/24\n"));
  CHECK(json.first.starts_with(
      R"({"found":100000,"regions":[{"prefixes":["1.0.0.0/24"],"names":"any","without_name":true,"info":null,)"
      R"("addresses":"256","decision":{"verdict":"allow","relay":true,"env":{"RELAYCLIENT":""},"rule":"rules, key )"
      R"('1.0.0.'"},"other_rules":false,"witness":{"ip":"1.0.0.0","host":null,"info":null}},{"prefixes":)"));
}

TEST_CASE("a hundred thousand changes are written one after the other, as text and as JSON") {
  const Policy old_rules = scattered("allow");
  const Policy new_rules = scattered("deny");
  const Sources sources;
  const ChangeContext context{{old_rules, sources, "old"}, {new_rules, sources, "new"}};
  const long before = peak_kib();
  const analysis::Changes changes(old_rules, new_rules, {});
  CHECK(changes.size() == many);
  Written text;
  format_changes(changes, context, std::ref(text));
  Written json;
  format_changes_json(changes, context, std::ref(json));
  require_little_more_than(before);
  CHECK(text.longest < text.bytes / 10);
  CHECK(json.longest < json.bytes / 10);
  CHECK(
      text.first.starts_with("denied: clients that are now refused\n  1.0.0.0/24\n    256 addresses\n"
                             "    before  allow                          old, key '1.0.0.'\n"));
  CHECK(
      json.first.starts_with(R"({"same":false,"changes":[{"kind":"denied","prefixes":["1.0.0.0/24"],"names":"any",)"));
}

}  // namespace core
