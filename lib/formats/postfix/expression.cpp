// Compiling and trying expressions: see expression.hpp. Source: Postfix 3.7, dict_pcre.c and dict_regexp.c.
#include "formats/postfix/expression.hpp"

#include <regex.h>

#include <algorithm>
#include <array>

#include "base/cursor.hpp"
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace core {
namespace {

// What the C library may need hours or all memory for: it unrolls counts, calls itself for each parenthesis, and tries
// all ways where an expression refers to what it took before.
constexpr std::size_t longest_posix = 8192;
constexpr std::size_t most_parentheses = 200;
constexpr std::size_t most_copies = 2000;

/// The highest number between the '{' at the front of `text` and its '}'.
std::size_t highest_count(std::string_view text) {
  std::size_t highest = 1;
  std::size_t number = 0;
  for (const char c : text.substr(1, text.find('}'))) {
    number = is_digit(c) ? std::min(number * 10 + static_cast<std::size_t>(c - '0'), most_copies + 1) : 0;
    highest = std::max(highest, number);
  }
  return highest;
}

bool is_too_costly(std::string_view text) {
  std::size_t copies = 1;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && is_digit(text[i + 1])) return true;
    if (text[i] == '{') copies = std::min(copies * highest_count(text.substr(i)), most_copies + 1);
  }
  return text.size() > longest_posix || copies > most_copies ||
         static_cast<std::size_t>(std::count(text.begin(), text.end(), '(')) > most_parentheses;
}

std::uint32_t pcre_options(const ExpressionFlags& flags) {
  std::uint32_t options = PCRE2_UTF;  // as with smtputf8_enable, which is the default
  if (flags.any_case) options |= PCRE2_CASELESS;
  if (flags.multi_line) options |= PCRE2_MULTILINE;
  if (flags.dot_all) options |= PCRE2_DOTALL;
  if (flags.extended) options |= PCRE2_EXTENDED;
  if (flags.anchored) options |= PCRE2_ANCHORED;
  if (flags.dollar_end) options |= PCRE2_DOLLAR_ENDONLY;
  if (flags.ungreedy) options |= PCRE2_UNGREEDY;
  return options;
}

}  // namespace

struct Expression::Posix {
  regex_t code{};
  bool is_made = false;
  Posix() = default;
  Posix(const Posix&) = delete;
  Posix& operator=(const Posix&) = delete;
  ~Posix() {
    if (is_made) regfree(&code);
  }
};

struct Expression::Perl {
  pcre2_code* code = nullptr;
  Perl() = default;
  Perl(const Perl&) = delete;
  Perl& operator=(const Perl&) = delete;
  ~Perl() { pcre2_code_free(code); }
};

bool ExpressionFlags::toggle(char letter, PostfixTableType type) {
  const bool is_perl = type == PostfixTableType::pcre;
  if (letter == 'X' && is_perl) return true;  // of old PCRE; with PCRE2 it does nothing
  bool* flag = nullptr;
  if (letter == 'i') flag = &any_case;
  if (letter == 'm') flag = &multi_line;
  if (letter == 'x') flag = &extended;
  if (letter == 's' && is_perl) flag = &dot_all;
  if (letter == 'A' && is_perl) flag = &anchored;
  if (letter == 'E' && is_perl) flag = &dollar_end;
  if (letter == 'U' && is_perl) flag = &ungreedy;
  if (flag == nullptr) return false;
  *flag = !*flag;
  return true;
}

std::optional<Expression> Expression::compile(const std::string& text, PostfixTableType type,
                                              const ExpressionFlags& flags, std::string& fault) {
  Expression made;
  if (type == PostfixTableType::pcre) {
    int error = 0;
    PCRE2_SIZE place = 0;
    auto perl = std::make_shared<Perl>();
    perl->code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), pcre_options(flags), &error,
                               &place, nullptr);
    if (perl->code == nullptr) {
      std::array<PCRE2_UCHAR, 256> words{};
      pcre2_get_error_message(error, words.data(), words.size());
      fault = reinterpret_cast<const char*>(words.data());
      return std::nullopt;
    }
    std::uint32_t count = 0;
    pcre2_pattern_info(perl->code, PCRE2_INFO_CAPTURECOUNT, &count);
    pcre2_jit_compile(perl->code, PCRE2_JIT_COMPLETE);  // where it cannot, the interpreter says the same
    made.groups_ = count;
    made.perl_ = std::move(perl);
    return made;
  }
  if (is_too_costly(text)) {
    made.groups_ = static_cast<std::size_t>(std::count(text.begin(), text.end(), '('));
    return made;
  }
  auto posix = std::make_shared<Posix>();
  const int error = regcomp(
      &posix->code, text.c_str(),
      (flags.extended ? 0 : REG_EXTENDED) | (flags.any_case ? REG_ICASE : 0) | (flags.multi_line ? REG_NEWLINE : 0));
  if (error != 0) {
    std::array<char, 256> words{};
    regerror(error, &posix->code, words.data(), words.size());
    fault = words.data();
    return std::nullopt;
  }
  posix->is_made = true;
  made.groups_ = posix->code.re_nsub;
  made.posix_ = std::move(posix);
  return made;
}

std::optional<ExpressionMatch> Expression::match(std::string_view text) const {
  if (posix_ != nullptr) return match_posix(std::string(text));
  if (perl_ != nullptr) return match_perl(text);
  return std::nullopt;
}

ExpressionMatch Expression::match_posix(const std::string& text) const {
  std::vector<regmatch_t> places(groups_ + 1);
  if (regexec(&posix_->code, text.c_str(), places.size(), places.data(), 0) != 0) return {};
  ExpressionMatch found{true};
  for (std::size_t i = 1; i <= groups_; ++i) {
    const auto begin = static_cast<std::size_t>(std::max(places[i].rm_so, 0));
    const auto end = static_cast<std::size_t>(std::max(places[i].rm_eo, 0));
    found.groups.push_back(text.substr(begin, end - begin));
  }
  return found;
}

std::optional<ExpressionMatch> Expression::match_perl(std::string_view text) const {
  const std::unique_ptr<pcre2_match_data, decltype(&pcre2_match_data_free)> data(
      pcre2_match_data_create_from_pattern(perl_->code, nullptr), pcre2_match_data_free);
  const int result =
      pcre2_match(perl_->code, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, 0, data.get(), nullptr);
  if (result == PCRE2_ERROR_NOMATCH) return ExpressionMatch{};
  if (result <= 0) return std::nullopt;
  ExpressionMatch found{true};
  const PCRE2_SIZE* places = pcre2_get_ovector_pointer(data.get());
  for (std::size_t i = 1; i <= groups_; ++i) {
    const bool is_set = places[2 * i] != PCRE2_UNSET;
    found.groups.emplace_back(is_set ? text.substr(places[2 * i], places[2 * i + 1] - places[2 * i])
                                     : std::string_view());
  }
  return found;
}

}  // namespace core
