// Fuzz target: bytes as a list of keys and clients of one program. What evaluate says, what the library finds in the
// compiled CDB and in which region the client is are one answer, and diff says exactly what evaluate says of two
// policies.
//
// The bytes choose from the odd world (tests/proof/odd_world.hpp), so that nearly every input is a policy with clients
// for it.
#include <cstdint>
#include <string>

#include "proof/three_answers.hpp"
#include "require.hpp"

namespace core {
namespace {

void require_none(const std::string& disagreement) { require(disagreement.empty(), disagreement.c_str()); }

void compare(const odd_world::Program& program, const odd_world::Pick& pick) {
  const Policy before = proof::any_policy(program, pick, pick(2) == 0);
  const Policy after = proof::any_policy(program, pick, pick(2) == 0);
  if (!before.complete || !after.complete) return;
  proof::ThreeAnswers answers(before, program.scheme);
  proof::ThreeAnswers changed(after, program.scheme);
  std::optional<proof::TwoPolicies> both;
  if (answers.has_regions() && changed.has_regions()) both.emplace(before, after);
  if (both) require_none(both->false_witness());
  for (unsigned i = 0; i < 12; ++i) {
    const Client client = odd_world::client(pick);
    const std::string spelling = odd_world::spelling(client.address, pick);
    require_none(answers.disagreement(client, spelling));
    require_none(changed.disagreement(client, spelling));
    if (both) require_none(both->disagreement(client));
  }
}

}  // namespace
}  // namespace core

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace core;
  std::size_t at = 0;
  const odd_world::Pick pick = [&](unsigned below) { return at < size ? data[at++] % below : 0U; };
  compare(odd_world::programs[pick(3)], pick);
  return 0;
}
