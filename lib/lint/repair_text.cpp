// Repairing a rule file: see repair_text.hpp.
#include "lint/repair_text.hpp"

#include <algorithm>
#include <memory>
#include <set>

#include "base/apply_fixes.hpp"
#include "base/finding_kinds.hpp"
#include "lint/check.hpp"
#include "model/axes.hpp"

namespace core {
namespace {

/// Each round repairs what the one before laid open. Real files need one to three; only repairs that undo each other
/// need more.
constexpr int max_rounds = 16;

struct CheckedText {
  std::unique_ptr<Sources> sources = std::make_unique<Sources>();
  const Source* source = nullptr;
  Findings findings;
};

CheckedText read(const std::string& name, std::string_view text, const FindFindings& find) {
  CheckedText checked;
  checked.source = checked.sources->add(name, text);
  checked.findings = find(*checked.sources, *checked.source);
  return checked;
}

/// True when programs decided something by the file although it has `finding`. With other errors of grammar, which no
/// function of a check finds, they refuse it.
bool was_in_use(const Finding& finding) {
  if (finding.kind->code == syntax::line_without_colon.code) return true;  // dropped in silence
  const Check* found = find_check(finding.kind->name);
  return found != nullptr && !is_reported_by_parser(*found);
}

/// What no repair may bring: errors, and who may relay that should not.
bool is_danger(const Finding& finding) {
  return finding.severity == Severity::error ||
         (finding.severity == Severity::warning && finding.kind->code.starts_with("RR4"));
}

/// The whole lines of `text` around `part`.
Span lines_around(std::string_view text, Span part) {
  const std::size_t before = part.begin == 0 ? std::string_view::npos : text.rfind('\n', part.begin - 1);
  const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  const std::size_t end = std::min(text.find('\n', part.end), text.size());
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

/// Which dangers stand on which of `lines`: pairs of an index into them and a kind. `lines` are sorted.
using Dangers = std::set<std::pair<std::size_t, const FindingKind*>>;
Dangers dangers_on(const std::vector<Span>& lines, const CheckedText& checked) {
  Dangers dangers;
  const auto add = [&](Span place, const FindingKind* kind) {
    const std::uint32_t at = place.begin - checked.source->base();
    const auto first = std::lower_bound(lines.begin(), lines.end(), at,
                                        [](Span line, std::uint32_t value) { return line.end < value; });
    for (auto line = first; line != lines.end() && line->begin <= at; ++line)
      dangers.emplace(static_cast<std::size_t>(line - lines.begin()), kind);
  };
  for (const Finding& finding : checked.findings.all()) {
    if (!is_danger(finding)) continue;
    add(finding.span, finding.kind);
    for (const Related& related : finding.related) add(related.span, finding.kind);
  }
  return dangers;
}

/// By index of a finding: what its repair has brought.
using Harm = std::map<std::size_t, const FindingKind*>;
Harm find_harm(const AppliedFixes& applied, std::span<const Finding* const> findings, const CheckedText& before,
               const CheckedText& after) {
  std::vector<Span> lines_before;
  std::vector<Span> lines_after;
  for (const AppliedEdit& edit : applied.edits) {
    lines_before.push_back(lines_around(before.source->text(), edit.before));
    lines_after.push_back(lines_around(after.source->text(), edit.after));
  }
  const Dangers known = dangers_on(lines_before, before);
  Harm harm;
  for (const auto& danger : dangers_on(lines_after, after)) {
    const std::size_t finding = applied.edits[danger.first].finding;
    if (known.count(danger) == 0 && was_in_use(*findings[finding])) harm.emplace(finding, danger.second);
  }
  return harm;
}

class Repair {
 public:
  Repair(const std::string& name, std::string_view text, const FindFindings& find)
      : name_(name), find_(find), now_(read(name, text, find)) {}

  RepairedText run() {
    for (int round = 0; round < max_rounds && repair_once(); ++round) continue;
    result_.text = now_.source->text();
    result_.left = std::move(now_.findings);
    return std::move(result_);
  }

 private:
  /// False when there was nothing to repair.
  bool repair_once() {
    std::vector<const Finding*> wanted;
    for (const Finding& finding : now_.findings.all())
      if (!finding.fix.empty()) wanted.push_back(&finding);
    result_.held_back.clear();
    while (!wanted.empty()) {
      const AppliedFixes applied = apply_fixes(now_.source->text(), now_.source->base(), wanted);
      if (applied.findings.empty()) return false;
      CheckedText next = read(name_, applied.text, find_);
      const Harm harm = find_harm(applied, wanted, now_, next);
      if (harm.empty()) {
        for (const std::size_t index : applied.findings) ++result_.repaired[wanted[index]->kind->name];
        now_ = std::move(next);
        return true;
      }
      hold_back(wanted, harm);
    }
    return false;
  }

  void hold_back(std::vector<const Finding*>& wanted, const Harm& harm) {
    for (const auto& [index, then] : harm)
      result_.held_back.push_back({now_.sources->position(wanted[index]->span.begin).line, wanted[index]->kind, then});
    for (const auto& [index, then] : harm) wanted[index] = nullptr;
    std::erase(wanted, nullptr);
    const auto by_line = [](const HeldBack& a, const HeldBack& b) { return a.line < b.line; };
    std::stable_sort(result_.held_back.begin(), result_.held_back.end(), by_line);
  }

  const std::string& name_;
  const FindFindings& find_;
  CheckedText now_;
  RepairedText result_;
};

/// Why nothing can be said of what changed; empty when something can.
std::string_view obstacle(const Policy& before, const Policy& after, std::string_view daemon) {
  if (!before.complete) return "nothing can be compared, because the old rules had errors";
  if (!after.complete) return "nothing can be compared, because the rules still have errors";
  if (daemon.empty() && (before.daemon_lists.size() > 1 || after.daemon_lists.size() > 1))
    return "nothing is compared, because the rules are about several daemons; --daemon names one";
  if (find_uncuttable(before) || find_uncuttable(after))
    return "nothing can be compared, because such rules cannot be cut into clients";
  return {};
}

bool is_about_nobody(const analysis::Change& change) {
  const auto impossible = [](std::string_view name) { return dead_name_reason(fmt::format("={}", name)).has_value(); };
  const analysis::Names& names = change.clients.names;
  return !names.any && !names.without && !names.others &&
         std::all_of(names.patterns.begin(), names.patterns.end(), impossible);
}

}  // namespace

RepairedText repair_text(const std::string& name, std::string_view text, const FindFindings& find) {
  return Repair(name, text, find).run();
}

RepairChanges repair_changes(const Policy& before, const Policy& after, std::string_view daemon) {
  if (const auto reason = obstacle(before, after, daemon); !reason.empty()) return {reason, {}};
  RepairChanges result{{}, analysis::diff(before, after, daemon)};
  std::erase_if(result.changes, is_about_nobody);
  return result;
}

}  // namespace core
