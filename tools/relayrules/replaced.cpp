// Before a database is replaced: see replaced.hpp. What cannot be read cannot be compared, and then nobody knows who
// gains relaying: --confirm-widening refuses, --show-diff alone only says so.
#include "replaced.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "analysis/diff.hpp"
#include "cdb/read.hpp"
#include "command.hpp"
#include "model/axes.hpp"
#include "output.hpp"
#include "report/changes.hpp"

namespace core {
namespace {

int refuse(const std::string& path, const std::string& reason, int code) {
  say("relayrules: '{}' was not written: {}\n", path, reason);
  return code;
}

/// Shows what `format` writes. A code when that could not be done: who asked to see it does not want it unseen.
std::optional<int> shown(const std::function<void(const WriteText&)>& format) {
  Output output("-", AnswerKind::changes);
  format([&](std::string_view text) { output.write(text); });
  const int code = output.finish(exit_fine);
  return code == exit_fine ? std::nullopt : std::optional(code);
}

/// The policy in the CDB `path`, or in `reason` why nothing can be said of it.
std::optional<Policy> read_replaced(const std::string& path, const KeyScheme& scheme, std::string& reason) {
  const auto reader = cdb::Reader::open(path);
  if (!reader.ok()) {
    reason = reader.error().message();
    return std::nullopt;
  }
  Findings findings;
  Policy policy = cdb::read_policy(reader.value(), scheme, findings);
  if (policy.complete) return policy;
  reason = fmt::format("cannot compare with '{}': {}", path, findings.all().front().message.text({}));
  return std::nullopt;
}

}  // namespace

void add_replace_options(CLI::App& app, ReplaceOptions& options) {
  app.add_flag("--show-diff", options.show_diff, "Print who is decided otherwise than by the database to be replaced");
  app.add_flag("--confirm-widening", options.confirm_widening, "Replace nothing when anybody gains relaying");
  app.add_flag("--allow-widening", options.allow_widening, "Replace it all the same");
}

std::optional<int> compare_with_replaced(const std::string& path, const Policy& policy, const std::string& daemon,
                                         const Sources& sources, const ReplaceOptions& options) {
  const bool refuses = options.refuses();
  if (!options.compares()) return std::nullopt;
  if (::access(path.c_str(), F_OK) != 0 && errno == ENOENT) {
    const std::string text = format_shown("there is no '{}' yet to compare with\n", path);
    if (options.show_diff) return shown([&](const WriteText& write) { write(text); });
    say("relayrules: there is no '{}' yet to compare with\n", path);
    return std::nullopt;
  }
  std::string reason;
  const KeyScheme& scheme = policy.is_by_key() ? *policy.lookup.scheme : tcpserver_keys;
  const auto replaced = read_replaced(path, scheme, reason);
  if (replaced)
    for (const Policy* side : {&*replaced, &policy})
      if (find_uncuttable(*side)) reason = fmt::format("cannot compare with '{}': {}", path, why_uncuttable(*side));
  if (!reason.empty() && refuses)
    return refuse(path, reason + "; --allow-widening replaces it all the same", exit_failure);
  if (!reason.empty()) {
    say("relayrules: {}\n", reason);
    return std::nullopt;
  }
  analysis::Changes changes(*replaced, policy, daemon);
  const ChangeContext context{{*replaced, sources, path}, {policy, sources, "the new rules"}};
  if (options.show_diff)
    if (const auto code = shown([&](const WriteText& write) { format_changes(changes, context, write); })) return code;
  changes.keep([](const analysis::Effect& before, const analysis::Effect& after) {
    return analysis::kind_of(before, after) == analysis::ChangeKind::relay_gained;
  });
  if (!refuses || changes.empty()) return std::nullopt;
  if (!options.show_diff) format_changes(changes, context, say_text);
  return refuse(path, "clients gain relaying; --allow-widening lets them", exit_findings);
}

}  // namespace core
