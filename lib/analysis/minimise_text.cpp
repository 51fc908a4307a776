// Writing the smallest file: see minimise_text.hpp.
//
// Lines stand in groups: comments, and the rules directly below them. Comments of a group stay as long as one of its
// rules does; when a rule was joined into one of another group, they go there. Comments above no rule, and those at the
// top of the file, always stay.
#include "analysis/minimise_text.hpp"

#include <algorithm>
#include <vector>

#include "analysis/diff.hpp"
#include "analysis/minimise.hpp"
#include "base/add_once.hpp"
#include "base/cursor.hpp"

namespace core::analysis {
namespace {

constexpr std::size_t no_group = static_cast<std::size_t>(-1);

/// Blank lines, comments, and rules below them.
struct Group {
  std::string_view blank_lines;
  std::vector<std::string_view> comments;
  std::vector<std::size_t> rules;
  bool follows = false;  ///< on the one before, without a blank line between
};

struct Parsed {
  Source source;
  Policy policy;
};

std::optional<Parsed> parse(const Format& format, const KeyScheme& scheme, std::string_view text) {
  Parsed parsed{Source("", text, 0), new_policy(format)};
  Findings findings;
  ParseOptions options;
  options.scheme = &scheme;
  format.parse(parsed.source, options, parsed.policy, findings);
  if (!parsed.policy.complete) return std::nullopt;
  return parsed;
}

std::vector<Group> group_lines(const Parsed& parsed) {
  std::vector<Group> groups(1);
  std::size_t next_rule = 0;
  const std::string_view text = parsed.source.text();
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
    const std::string_view line = text.substr(begin, end - begin);
    const bool is_rule = next_rule < parsed.policy.rules.size() && parsed.policy.rules[next_rule].span().begin < end;
    const bool is_blank = !is_rule && trimmed(line, " \t\r\n").empty();
    Group* group = &groups.back();
    const bool ended = is_blank ? !group->comments.empty() || !group->rules.empty() : !is_rule && !group->rules.empty();
    if (ended) {
      groups.emplace_back().follows = !is_blank;
      group = &groups.back();
    }
    if (is_rule)
      group->rules.push_back(next_rule++);
    else if (!is_blank)
      group->comments.push_back(line);
    else
      group->blank_lines = {group->blank_lines.empty() ? line.data() : group->blank_lines.data(),
                            group->blank_lines.size() + line.size()};
    begin = end;
  }
  return groups;
}

class Printer {
 public:
  Printer(const Parsed& parsed, const std::vector<MinimisedRule>& rules) : parsed_(parsed), rules_(rules) {
    groups_ = group_lines(parsed);
    group_of_.assign(parsed.policy.rules.size(), no_group);
    for (std::size_t i = 0; i < groups_.size(); ++i)
      for (const std::size_t rule : groups_[i].rules) group_of_[rule] = i;
    lives_.assign(groups_.size(), false);
    for (const MinimisedRule& rule : rules_)
      if (rule.source != no_rule) lives_[group_of_[rule.source]] = true;
    for (const MinimisedRule& rule : rules_) move_comments(rule);
  }

  std::string print() {
    std::size_t next = 0;
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      const Group& group = groups_[i];
      const bool stays = i == 0 || group.rules.empty() || lives_[i];
      if (!stays) continue;
      if (!text_.empty() || i == 0) text_ += group.blank_lines;
      for (const std::string_view comment : group.comments) add_line(comment);
      for (; next < rules_.size() && !group.rules.empty() && rules_[next].source <= group.rules.back(); ++next)
        add_line(line_of(rules_[next]));
    }
    for (; next < rules_.size(); ++next) add_line(line_of(rules_[next]));
    return std::move(text_);
  }

 private:
  /// Comments of groups that are gone follow their rules.
  void move_comments(const MinimisedRule& rule) {
    for (const std::uint32_t merged : rule.merged) {
      Group& from = groups_[group_of_[merged]];
      if (group_of_[merged] == 0 || lives_[group_of_[merged]]) continue;
      std::vector<std::string_view>& to = groups_[group_of_[rule.source]].comments;
      for (const std::string_view comment : from.comments) add_once(to, comment);
      from.comments.clear();
    }
  }

  [[nodiscard]] std::string line_of(const MinimisedRule& rule) const {
    if (rule.source == no_rule) return format_pattern(rule.pattern) + ":allow";
    const Rule source = parsed_.policy.rules[rule.source];
    const std::string_view text = parsed_.source.text();
    // with the blanks at its end, which belong to no rule
    if (rule.unchanged)
      return std::string(text.substr(source.span().begin, text.find('\n', source.span().begin) - source.span().begin));
    return format_pattern(rule.pattern) +
           std::string(text.substr(source.pattern_span().end, source.span().end - source.pattern_span().end));
  }

  void add_line(std::string_view line) {
    text_ += line;
    if (!line.ends_with('\n')) text_ += '\n';
  }

  const Parsed& parsed_;
  const std::vector<MinimisedRule>& rules_;
  std::vector<Group> groups_;
  std::vector<std::size_t> group_of_;  // of each rule
  std::vector<bool> lives_;            // for each group: one of its rules stays, or a new one stands there
  std::string text_;
};

bool is_proved(const Policy& wanted, const Format& format, std::string_view text) {
  const auto parsed = parse(format, *wanted.lookup.scheme, text);
  return parsed && diff(wanted, parsed->policy, {}).empty();
}

/// The next smaller text; none when the proof failed.
std::optional<MinimisedText> shrink(const Format& format, const Parsed& parsed) {
  for (const Layers layers : {Layers::keep, Layers::avoid}) {
    const auto rules = minimise(parsed.policy, layers);
    MinimisedText result;
    result.text = Printer(parsed, rules).print();
    result.rules_after = rules.size();
    if (is_proved(parsed.policy, format, result.text)) return result;
  }
  return std::nullopt;
}

std::size_t count_unmatchable(const Policy& policy) {
  return static_cast<std::size_t>(
      std::count_if(policy.rules.begin(), policy.rules.end(), [](const Rule& rule) { return rule.is<RawKey>(); }));
}

}  // namespace

std::optional<MinimisedText> minimise_text(const Format& format, std::string_view text, const Policy& wanted) {
  const auto original = parse(format, *wanted.lookup.scheme, text);
  if (!original) return std::nullopt;
  MinimisedText best{std::string(text), original->policy.rules.size(), original->policy.rules.size(),
                     count_unmatchable(original->policy)};
  // what was joined may be joined further; each turn makes the text smaller, so this ends
  for (;;) {
    const auto parsed = parse(format, *wanted.lookup.scheme, best.text);
    auto next = parsed ? shrink(format, *parsed) : std::nullopt;
    if (!next) return std::nullopt;
    const bool smaller = next->rules_after < best.rules_after ||
                         (next->rules_after == best.rules_after && next->text.size() < best.text.size());
    if (!smaller) break;
    best.text = std::move(next->text);
    best.rules_after = next->rules_after;
  }
  return is_proved(wanted, format, best.text) ? std::optional(best) : std::nullopt;
}

}  // namespace core::analysis
