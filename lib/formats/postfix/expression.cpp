// Compiling and trying expressions: see expression.hpp. Source: Postfix 3.7, dict_pcre.c and dict_regexp.c.
#include "formats/postfix/expression.hpp"

#include <regex.h>

#include <algorithm>
#include <array>

#include "base/ascii_case.hpp"
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace core {
namespace {

// What the C library may need hours or all memory for: it copies what stands before "+" and "{3}" (and that of copies
// again), calls itself for each parenthesis, and tries all ways where an expression refers to what it took before.
constexpr std::size_t most_parentheses = 200;
constexpr std::size_t most_nodes = 3000;

/// Counts what the C library makes of a POSIX expression.
class PosixCost {
 public:
  PosixCost(std::string_view text, bool is_basic) : rest_(text), is_basic_(is_basic) {}

  [[nodiscard]] bool is_too_high() {
    while (!rest_.empty() && !is_over_) take();
    return is_over_ || sum() > most_nodes;
  }

 private:
  void take() {
    const bool is_escaped = rest_.front() == '\\' && rest_.size() > 1;
    const char sign = rest_[is_escaped ? 1 : 0];
    const std::string_view from = rest_.substr(is_escaped ? 1 : 0);
    rest_.remove_prefix(is_escaped ? 2 : 1);
    const bool is_operator = std::string_view("(){+").find(sign) != std::string_view::npos && is_escaped == is_basic_;
    if (is_escaped && is_digit(sign)) is_over_ = true;
    if (is_operator) return take_operator(sign, from);
    if (sign == '[' && !is_escaped) skip_bracket();
    if ((sign == '*' || sign == '?') && !is_escaped) return multiply(1);
    closed_.back() += last_;
    last_ = 1;
  }

  void take_operator(char sign, std::string_view from) {
    if (sign == '{') return multiply(highest_count(from) + 1);
    if (sign == '+') return multiply(2);
    if (sign == '(') {
      if (++parentheses_ > most_parentheses) is_over_ = true;
      closed_.back() += last_;
      last_ = 0;
      closed_.push_back(1);
    } else if (closed_.size() > 1) {
      last_ += closed_.back();
      closed_.pop_back();
    }
  }

  void multiply(std::size_t times) {
    last_ = last_ * times + 1;
    if (last_ > most_nodes) is_over_ = true;
  }

  /// The highest number between '{' and '}', both of which count for no more than what stands there.
  static std::size_t highest_count(std::string_view text) {
    std::size_t highest = 1;
    std::size_t number = 0;
    for (const char c : text.substr(1, text.find('}'))) {
      number = is_digit(c) ? std::min(number * 10 + static_cast<std::size_t>(c - '0'), most_nodes) : 0;
      highest = std::max(highest, number);
    }
    return highest;
  }

  /// Up to its ']': the first sign in it is never its end, nor is one in "[:alpha:]".
  void skip_bracket() {
    std::size_t end = rest_.starts_with('^') ? 2 : 1;
    while (end < rest_.size() && rest_[end] != ']') {
      const bool is_class = rest_[end] == '[' && end + 1 < rest_.size() && rest_[end + 1] == ':';
      const std::size_t class_end = is_class ? rest_.find(":]", end + 2) : std::string_view::npos;
      end = class_end == std::string_view::npos ? end + 1 : class_end + 2;
    }
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
  }

  [[nodiscard]] std::size_t sum() const {
    std::size_t all = last_;
    for (const std::size_t open : closed_) all += open;
    return all;
  }

  std::string_view rest_;
  bool is_basic_;
  std::size_t parentheses_ = 0;
  bool is_over_ = false;
  std::vector<std::size_t> closed_ = {0};  ///< for each parenthesis that is open, what stands in it before `last_`
  std::size_t last_ = 0;                   ///< what a "+" would copy
};

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
  if (PosixCost(text, flags.extended).is_too_high()) {
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
