// What smtpd does with a value of an access table: see tables.hpp. Source: Postfix 3.7, smtpd_check.c,
// check_table_result.
#include <fmt/format.h>

#include <algorithm>

#include "base/ascii_case.hpp"
#include "base/cursor.hpp"
#include "formats/postfix/lines.hpp"
#include "formats/postfix/main_cf.hpp"
#include "formats/postfix/tables.hpp"

namespace core {
namespace {

/// "Client host", and which name stands in front of it.
struct SubjectWords {
  std::string_view name;
  std::string_view what;
};

SubjectWords words_of(AccessSubject subject) {
  switch (subject) {
    case AccessSubject::sender: return {"$S", "Sender address"};
    case AccessSubject::recipient: return {"$R", "Recipient address"};
    case AccessSubject::client: break;
  }
  return {"$C", "Client host"};
}

bool all_digits(std::string_view text) { return std::all_of(text.begin(), text.end(), is_digit); }

/// Length of the "5.7.1" that `text` begins with; 0 when it begins with none.
std::size_t status_length(std::string_view text) {
  const std::size_t length = text.find_first_of(postfix_blanks);
  const std::string_view word = text.substr(0, length);
  const std::size_t first = word.find('.');
  const std::size_t second = first == std::string_view::npos ? first : word.find('.', first + 1);
  if (second == std::string_view::npos || first != 1 ||
      std::string_view("245").find(word.front()) == std::string_view::npos)
    return 0;
  const std::string_view subject = word.substr(2, second - 2);
  const std::string_view detail = word.substr(second + 1);
  const auto is_part = [](std::string_view part) { return !part.empty() && part.size() <= 3 && all_digits(part); };
  return is_part(subject) && is_part(detail) ? word.size() : 0;
}

/// "554 5.7.1 <$C>: Client host rejected: Access denied", with what stands in `text`.
std::string reply_of(AccessSubject subject, unsigned code, std::string_view text, std::string_view status = "") {
  const std::size_t length = status_length(text);
  std::string shown(length == 0 ? status : text.substr(0, length));
  const auto class_digit = static_cast<char>('0' + code / 100);
  if (shown.empty()) shown = "5.7.1";
  shown.front() = class_digit;
  const std::string_view reason = trimmed(text.substr(length), postfix_blanks);
  const SubjectWords words = words_of(subject);
  return fmt::format("{} {} <{}>: {} rejected: {}", code, shown, words.name, words.what,
                     reason.empty() ? "Access denied" : reason);
}

/// What only marks the mail, and lets smtpd ask on.
bool is_mark(std::string_view word) {
  constexpr std::string_view marks[] = {"dunno", "info", "warn", "filter", "hold", "redirect", "bcc", "prepend"};
  return std::find(std::begin(marks), std::end(marks), word) != std::end(marks);
}

PostfixValue refused(AccessSubject subject, unsigned code, std::string_view text) {
  return {code / 100 == 4 ? Access::defer : Access::deny, reply_of(subject, code, text), {}};
}

}  // namespace

PostfixValue read_postfix_value(std::string_view value, AccessSubject subject, AccessCodes codes) {
  // of expressions, and of nothing else: smtpd takes it for a table that failed
  if (value.empty()) return {Access::defer, access_failure_reply(subject), {}};
  const std::size_t length = std::min(value.find_first_of(" \t"), value.size());
  const std::string word = in_lower_case(value.substr(0, length));
  const std::string_view text = trimmed(value.substr(length), postfix_blanks);
  if (is_mark(word)) return {Access::pass, {}, {}};
  if (word == "reject") return refused(subject, codes.reject, text);
  if (word == "defer") return refused(subject, codes.defer, text);
  if (word == "discard") return {Access::discard, {}, {}};
  if (word == "ok" || word == "relay" || (!value.empty() && all_digits(value))) return {Access::allow, {}, {}};
  const bool is_code = word.size() == 3 && all_digits(word) && (word.front() == '4' || word.front() == '5');
  if (is_code && !text.empty())
    return refused(subject,
                   static_cast<unsigned>(word[0] - '0') * 100 + static_cast<unsigned>(word[1] - '0') * 10 +
                       static_cast<unsigned>(word[2] - '0'),
                   text);
  // it asks for no other table, but for DEFER_IF_PERMIT and DEFER_IF_REJECT, whose text is free
  if (!word.starts_with("defer_if_") && value.find(':') != std::string_view::npos)
    return {Access::defer, "451 4.3.5 Server configuration error", {}};
  if (value.find_first_not_of(", \t\r\n") == std::string_view::npos) return {Access::allow, {}, {}};
  return {Access::pass, {}, std::string(value)};
}

std::string access_failure_reply(AccessSubject subject) {
  return reply_of(subject, 451, "Server configuration error", "4.3.5");
}

bool permits_by_itself(std::string_view value, AccessSubject subject) {
  const PostfixValue read = read_postfix_value(value, subject);
  std::string_view rest = read.restrictions;
  for (std::string_view word; !(word = next_postfix_word(rest)).empty();)
    if (in_lower_case(word) == "permit") return true;
  return read.access == Access::allow;
}

}  // namespace core
