// Making tables that do less: see postfix_softening.hpp.
#include "site/postfix_softening.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace core {
namespace {

/// `reply`: of the access. What is wrong with the configuration refuses whatever warn_if_reject says.
Access softened_access(Access access, std::string_view reply, const Softening& softening) {
  if (softening.warns && is_refusal(access) && reply != broken_configuration) access = Access::pass;
  if (softening.is_routed && access == Access::allow) access = Access::pass;
  if (softening.may_not_permit && access == Access::allow) access = Access::defer;
  return access;
}

}  // namespace

void PostfixSoftening::soften(std::vector<Step>& steps, std::size_t begin, const Softening& softening) {
  for (std::size_t i = begin; i < steps.size(); ++i) {
    Step& step = steps[i];
    for (Access* access : {&step.hit, &step.miss})
      *access = softened_access(*access, site_.replies[step.reply], softening);
    if (softening.warns) step.later = Later::nothing;
    if (softening.may_not_permit && step.hit == Access::defer && step.reply == 0)
      step.reply = site_.add_reply(std::string(broken_configuration));
    if (step.patterns) step.patterns = softened(Kind::patterns, *step.patterns, softening);
    if (step.take != Take::outcome || !step.table) continue;
    const bool is_about_addresses = step.subject == Subject::sender || step.subject == Subject::recipient;
    step.table = softened(is_about_addresses ? Kind::addresses : Kind::policy, *step.table, softening);
  }
}

Outcome PostfixSoftening::softened(const Outcome& outcome, const Softening& softening) {
  const Access access = softened_access(outcome.access, site_.replies[outcome.reply], softening);
  if (access == outcome.access) return outcome;
  if (access == Access::pass) return {Access::pass};
  return {access, Relay::unchanged, 0, site_.add_reply(std::string(broken_configuration))};
}

std::size_t PostfixSoftening::softened(Kind kind, std::size_t table, const Softening& softening) {
  const auto [found, is_new] = made_.try_emplace({kind, table, softening}, 0);
  if (is_new)
    found->second = kind == Kind::policy      ? softened_policy(table, softening)
                    : kind == Kind::addresses ? softened_addresses(table, softening)
                                              : softened_patterns(table, softening);
  return found->second;
}

std::size_t PostfixSoftening::softened_policy(std::size_t table, const Softening& softening) {
  Policy policy = site_.policies[table];
  for (std::uint32_t i = 0; i < policy.outcomes().size(); ++i)
    policy.rules.set_outcome(i, softened(policy.outcomes()[i], softening));
  site_.policies.push_back(std::move(policy));
  return site_.policies.size() - 1;
}

std::size_t PostfixSoftening::softened_addresses(std::size_t table, const Softening& softening) {
  AddressTable addresses = site_.addresses[table];
  for (Outcome& outcome : addresses.outcomes) outcome = softened(outcome, softening);
  site_.addresses.push_back(std::move(addresses));
  return site_.addresses.size() - 1;
}

std::size_t PostfixSoftening::softened_patterns(std::size_t table, const Softening& softening) {
  PatternTable patterns = site_.patterns[table];
  patterns.find = [inner = patterns.find, softening](std::string_view text) {
    auto answer = inner(text);
    if (!answer) return answer;
    const Access access = softened_access(answer->access, answer->reply, softening);
    if (access != answer->access) answer->reply = broken_configuration;
    answer->access = access;
    return answer;
  };
  site_.patterns.push_back(std::move(patterns));
  return site_.patterns.size() - 1;
}

}  // namespace core
