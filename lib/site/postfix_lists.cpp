// Reading lists and asking them: see postfix_lists.hpp.
#include "site/postfix_lists.hpp"

#include <algorithm>

#include "base/ascii_case.hpp"
#include "formats/postfix/expression_table.hpp"
#include "formats/postfix/main_cf.hpp"
#include "formats/postfix/networks.hpp"

namespace core {
namespace {

class ListReader {
 public:
  ListReader(PostfixList& list, Span place, const Sources& sources, PostfixTables& tables)
      : list_(list), place_(place), written_(sources.text(place)), sources_(sources), tables_(tables) {
    searched_ = std::min(written_.find('='), written_.size());
  }

  void read(std::string_view text, bool matches, const Source* file) {
    for (std::string_view word; list_.fault.empty() && !(word = next_postfix_word(text)).empty();) {
      if (word.front() == '#') return;  // Postfix warns, and takes no more of the line
      bool is_match = matches;
      for (; word.starts_with('!'); word.remove_prefix(1)) is_match = !is_match;
      if (word.empty())
        list_.fault = "a '!' has no pattern behind it";
      else
        take(word, is_match, file == nullptr ? place_of(word) : file->span_of(word));
    }
  }

 private:
  /// Where the word stands in main.cf, if it is written there as it is. Words come in their order; those of names that
  /// were expanded stand elsewhere, and are not looked for without end.
  Span place_of(std::string_view word) {
    constexpr int most_misses = 100;
    const std::size_t at = misses_ < most_misses ? written_.find(word, searched_) : std::string_view::npos;
    if (at == std::string_view::npos) ++misses_;
    if (at == std::string_view::npos) return place_;
    searched_ = at + word.size();
    const auto begin = place_.begin + static_cast<std::uint32_t>(at);
    return {begin, begin + static_cast<std::uint32_t>(word.size())};
  }

  void take(std::string_view word, bool matches, Span place) {
    PostfixListItem item{.matches = matches, .text = std::string(word), .place = place};
    if (word.front() == '/') return take_file(std::move(item));
    if (word.front() == '[' || word.find(':') == std::string_view::npos) {
      item.text = in_lower_case(word);
    } else {
      item.table = tables_.table(item.text, place);
      item.fails = !item.table->unavailable.empty();
      if (is_by_key(item.table->type))
        for (const PostfixEntry& entry : item.table->entries)
          item.keys.try_emplace(in_lower_case(entry.key), entry.place.span);
    }
    list_.items.push_back(std::move(item));
  }

  /// The patterns of a file stand in its place.
  void take_file(PostfixListItem item) {
    constexpr int deepest = 20;
    const Source* file = depth_ < deepest ? tables_.list_file(item.text, item.place) : nullptr;
    if (file == nullptr) {
      item.fails = true;
      list_.items.push_back(std::move(item));
      return;
    }
    ++depth_;
    for (std::string_view rest = file->text(); !rest.empty();) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      if (!rest.starts_with('#')) read(rest.substr(0, end), item.matches, file);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    --depth_;
  }

  PostfixList& list_;
  Span place_;
  std::string_view written_;
  std::size_t searched_ = 0;
  int misses_ = 0;
  const Sources& sources_;
  PostfixTables& tables_;
  int depth_ = 0;
};

/// A table whose entries are known, and can be asked for a name or an address.
bool is_readable(const PostfixTable& table) {
  return is_by_key(table.type) || table.type == PostfixTableType::cidr || table.type == PostfixTableType::constant;
}

bool has_key(const PostfixListItem& item, std::string_view domain, bool with_parents, bool covers_subdomains) {
  if (item.table->type == PostfixTableType::constant) return true;
  std::string key(domain);
  while (!item.keys.contains(key)) {
    const std::size_t dot = key.find('.', 1);
    if (!with_parents || dot == std::string::npos) return false;
    key.erase(0, dot + static_cast<std::size_t>(covers_subdomains));
  }
  return true;
}

bool is_pattern_of(std::string_view pattern, std::string_view domain, bool with_parents, bool covers_subdomains) {
  if (pattern == domain) return true;
  if (!with_parents || domain.size() <= pattern.size() || !domain.ends_with(pattern)) return false;
  return covers_subdomains ? domain[domain.size() - pattern.size() - 1] == '.' : pattern.starts_with('.');
}

/// Whether a table that is not read has `domain`.
ListAnswer ask_unread(const PostfixListItem& item, std::string_view domain, UnreadTables unread, Span* untried) {
  if (unread == UnreadTables::skipped) return ListAnswer::no;
  if (unread == UnreadTables::stopped || item.table->expressions == nullptr) return ListAnswer::unread;
  const auto found = item.table->expressions->find(domain);
  if (!found) return ListAnswer::no;
  if (found->unknown.empty()) return ListAnswer::yes;
  if (untried != nullptr) *untried = found->place;
  return ListAnswer::unread;
}

/// The rules of a list's items, those of its tables among them.
class ListedItems {
 public:
  ListedItems(const PostfixList& list, bool nameless, std::uint32_t failure)
      : list_(list), nameless_(nameless), rules_(nameless, list.covers_subdomains, failure) {}

  Policy take() {
    for (const PostfixListItem& item : list_.items) {
      if (item.fails)
        rules_.add_failure(item.place);
      else if (item.table != nullptr)
        add_table(item);
      else
        rules_.add_pattern(item.text, item.matches, item.place);
    }
    return rules_.take();
  }

 private:
  void add_table(const PostfixListItem& item) {
    if (!is_readable(*item.table)) return;
    const ListedClients listed = listed_clients(*item.table, list_.covers_subdomains);
    if (nameless_ && listed.nameless) return rules_.add_client(AnyClient{}, item.matches, listed.nameless->span);
    for (const Rule rule : listed.policy.rules) rules_.add_client(rule.pattern(), item.matches, rule.span());
  }

  const PostfixList& list_;
  bool nameless_;
  NetworkRules rules_;
};

}  // namespace

PostfixList read_postfix_list(std::string parameter, std::string_view value, Span place, const Sources& sources,
                              PostfixTables& tables) {
  PostfixList list{.parameter = std::move(parameter), .items = {}, .fault = {}};
  ListReader(list, place, sources, tables).read(value, true, nullptr);
  return list;
}

ListAnswer find_domain(const PostfixList& list, std::string_view domain, bool with_parents, UnreadTables unread,
                       Span* untried) {
  const std::string key = in_lower_case(domain);
  for (const PostfixListItem& item : list.items) {
    if (item.fails) return ListAnswer::fails;
    ListAnswer answer = ListAnswer::no;
    if (is_unread(item))
      answer = ask_unread(item, domain, unread, untried);
    else if (item.table == nullptr ? is_pattern_of(item.text, key, with_parents, list.covers_subdomains)
                                   : has_key(item, key, with_parents, list.covers_subdomains))
      answer = ListAnswer::yes;
    if (answer == ListAnswer::unread) return answer;
    if (answer == ListAnswer::yes) return item.matches ? ListAnswer::yes : ListAnswer::no;
  }
  return ListAnswer::no;
}

std::vector<std::pair<std::string, Span>> names_in(const PostfixList& list) {
  std::vector<std::pair<std::string, Span>> names;
  const auto add = [&](const std::string& text, Span place) {
    if (text.find('@') == std::string::npos) names.emplace_back(text.substr(text.starts_with('.') ? 1 : 0), place);
  };
  for (const PostfixListItem& item : list.items) {
    if (item.table == nullptr) add(item.text, item.place);
    for (const auto& [key, place] : item.keys) add(key, place);
  }
  return names;
}

Policy clients_in(const PostfixList& list, bool nameless, std::uint32_t failure) {
  return ListedItems(list, nameless, failure).take();
}

bool asks_for_nameless(const PostfixListItem& item) {
  return item.text == "unknown" || item.keys.contains("unknown") ||
         (item.table != nullptr && item.table->type == PostfixTableType::constant);
}

bool is_unread(const PostfixListItem& item) {
  return item.table != nullptr && !item.fails && !is_readable(*item.table);
}

std::vector<std::string> unread_tables(const PostfixList& list) {
  std::vector<std::string> names;
  for (const PostfixListItem& item : list.items)
    if (is_unread(item)) names.push_back(item.text);
  return names;
}

}  // namespace core
