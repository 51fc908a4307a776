// 20,000 generated rule files per run through both compilers: byte-identical CDB, equal exit code, equal messages.
//
// A difference prints the seed and keeps the input in the build folder; RELAYRULES_SEED repeats a run.
#include <catch2/catch.hpp>
#include <string>

#include "base/finding.hpp"
#include "conformance/original.hpp"
#include "conformance/rule_text.hpp"

namespace core::conformance {
namespace {

void report(const std::string& text, const Compilers::Pair& pair) {
  const std::string kept = std::string(RELAYRULES_BINARY_DIR) + "/difference.tcp.smtp";
  write_file(kept, text);
  FAIL("the compilers differ on " << quoted(text, 1000) << ", kept as " << kept << '\n' << format_pair(pair));
}

}  // namespace

TEST_CASE("20,000 generated files compile to the same bytes, or fail with the same words") {
  if (!have_original("tcprules") || !have_ours("tcprules")) return;
  RuleText texts(choose_seed("generated files"));
  Compilers compilers;
  unsigned compiled = 0;
  unsigned refused = 0;
  for (unsigned left = repetitions(20'000); left > 0; --left) {
    const std::string text = texts.file();
    const auto pair = compilers.compile(text);
    if (!pair.equal()) report(text, pair);
    ++(pair.original.outcome.exit_code == 0 ? compiled : refused);
  }
  WARN(compiled << " files compiled, " << refused << " refused, all alike");
  // a generator that only makes one kind of file proves nothing
  CHECK(compiled * 5 > refused);
  CHECK(refused * 5 > compiled);
}

TEST_CASE("a border between two pieces of the input may fall anywhere in a line") {
  if (!have_original("tcprules") || !have_ours("tcprules")) return;
  Compilers compilers;
  const std::string tail = "1.2.3.4-6:allow,A=\"b\" \t\n# c\n5.6.7.8:deny\n\n:allow\n";
  constexpr unsigned buffer_size = 1 << 18;
  for (unsigned before = 0; before <= tail.size() + 2; ++before) {
    // comments only: thousands of equal keys would make the hash tables of both quadratic
    const std::string filler(buffer_size - before - 1, '#');
    const std::string text =
        filler + "\n" + tail + filler + "\n" + tail + (before % 2 == 0 ? "bad:line\n" : "last.:deny");
    const auto pair = compilers.compile(text);
    INFO("with " << before << " bytes of the tail before the border\n"
                 << format_outcome(pair.original.outcome) << '\n'
                 << format_outcome(pair.ours.outcome));
    REQUIRE(pair.equal());
  }
}

TEST_CASE("large generated files of several pieces compile to the same bytes") {
  if (!have_original("tcprules") || !have_ours("tcprules")) return;
  RuleText texts(choose_seed("large files"));
  Compilers compilers;
  for (unsigned left = repetitions(20); left > 0; --left) {
    const std::string text = texts.large_file(1'500'000, left % 2 == 0);
    const auto pair = compilers.compile(text);
    if (!pair.equal()) report(text, pair);
  }
}

}  // namespace core::conformance
