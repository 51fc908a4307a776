// A million random questions about odd clients: evaluate, librelayrules in the compiled CDB and the regions give one
// answer, for each of the three key schemes. (evaluate_conformance.cpp puts such questions to the original
// tcprulescheck.)
//
// RELAYRULES_SEED repeats a run. The sanitized build asks a share (RELAYRULES_REPEAT_PERCENT).
#include <catch2/catch.hpp>
#include <iostream>
#include <random>
#include <string>

#include "conformance/original.hpp"
#include "conformance/rule_text.hpp"
#include "proof/three_answers.hpp"

namespace core::conformance {
namespace {

constexpr unsigned questions_a_policy = 100;

struct Counts {
  unsigned policies = 0;
  unsigned with_rule = 0;
  unsigned in_regions = 0;
};

Counts ask(const odd_world::Program& program, unsigned questions, const odd_world::Pick& pick) {
  Counts counts;
  for (; counts.policies * questions_a_policy < questions; ++counts.policies) {
    const Policy policy = proof::complete_policy(program, pick, counts.policies % 2 == 0);
    proof::ThreeAnswers answers(policy, program.scheme);
    for (unsigned i = 0; i < questions_a_policy; ++i) {
      const Client client = odd_world::client(pick);
      const std::string wrong = answers.disagreement(client, odd_world::spelling(client.address, pick));
      if (!wrong.empty()) FAIL(program.format << ": " << wrong << "\nkeys:\n" << proof::keys_of(policy));
    }
    counts.with_rule += answers.with_rule();
    counts.in_regions += answers.has_regions() ? questions_a_policy : 0;
  }
  return counts;
}

}  // namespace

TEST_CASE("a million questions about odd clients get one answer from evaluate, the library and the regions") {
  RuleText random(choose_seed("odd questions"));
  const odd_world::Pick pick = [&](unsigned below) { return random.below(below); };
  // ucspi-tcp6 asks 130 keys for a client, and evaluate compares each with all
  const unsigned thousands[] = {450, 450, 100};
  for (unsigned i = 0; i < 3; ++i) {
    const odd_world::Program& program = odd_world::programs[i];
    const unsigned questions = repetitions(thousands[i] * 1000);
    const Counts counts = ask(program, questions, pick);
    std::cout << program.format << ": " << counts.policies << " policies, " << counts.with_rule
              << " questions with a rule, " << counts.in_regions << " with regions\n";
    CHECK(counts.with_rule > questions / 3);
    CHECK(counts.in_regions > questions / 2);
  }
}

TEST_CASE("diff says of 2,000 pairs of odd policies what evaluate says of both, client by client") {
  RuleText random(choose_seed("odd pairs"));
  const odd_world::Pick pick = [&](unsigned below) { return random.below(below); };
  unsigned changed = 0;
  const unsigned pairs = repetitions(2000);
  for (unsigned i = 0; i < pairs; ++i) {
    const odd_world::Program& program = odd_world::programs[i % 3];
    const Policy before = proof::complete_policy(program, pick, i % 2 == 0);
    const Policy after = proof::complete_policy(program, pick, i % 4 < 2);
    if (find_uncuttable(before) || find_uncuttable(after)) continue;
    proof::TwoPolicies both(before, after);
    std::string wrong = both.false_witness();
    for (unsigned left = 30; wrong.empty() && left > 0; --left) wrong = both.disagreement(odd_world::client(pick));
    if (!wrong.empty())
      FAIL(program.format << ": " << wrong << "\nbefore:\n"
                          << proof::keys_of(before) << "after:\n"
                          << proof::keys_of(after));
    changed += both.changed();
  }
  CHECK(changed > pairs);
}

}  // namespace core::conformance
