// How Postfix reads a recipient: see recipient.hpp. smtpd takes the address out of the text, trivial-rewrite completes
// it and then takes its own domains off, layer by layer, until a foreign one is left or none.
//
// Source: Postfix 3.7, smtpd.c extract_addr, trivial-rewrite/rewrite.c and resolve.c, tok822_parse.c,
// quote_822_local.c, valid_hostname.c, valid_mailhost_addr.c.
#include "model/recipient.hpp"

#include <algorithm>
#include <utility>

#include "base/address.hpp"
#include "base/ascii_case.hpp"

namespace core {
namespace {

constexpr std::string_view address_operators = "|%!,.:;<>@()[]\"";

/// A piece of an address: an operator, or text.
struct Token {
  char kind = 'a';   ///< the operator; 'a' for an atom, 'q' for text that was quoted, '[' for a literal
  std::string text;  ///< of a literal with its brackets
};
using Tokens = std::vector<Token>;

/// Takes text up to an unquoted `close` from the front of `rest`, where it has no blanks that are not quoted.
std::string taken_until(std::string_view& rest, std::string_view closing) {
  std::string text;
  while (!rest.empty() && closing.find(rest.front()) == std::string_view::npos) {
    if (rest.front() == '\\' && rest.size() > 1) rest.remove_prefix(1);
    text += rest.front();
    rest.remove_prefix(1);
  }
  return text;
}

Tokens tokens_of(std::string_view text) {
  Tokens tokens;
  while (!text.empty()) {
    const char c = text.front();
    const bool is_text = c == '"' || c == '[' || c == '(';
    if (is_text) {
      text.remove_prefix(1);
      std::string inside = taken_until(text, c == '"' ? "\"" : c == '[' ? "]" : ")");
      if (!text.empty()) text.remove_prefix(1);
      if (c != '(') tokens.push_back({c == '"' ? 'q' : '[', c == '"' ? inside : "[" + inside + "]"});
    } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      text.remove_prefix(1);
    } else if (c != '\\' && address_operators.find(c) != std::string_view::npos) {
      tokens.push_back({c, {}});
      text.remove_prefix(1);
    } else {
      tokens.push_back({'a', taken_until(text, " \t\r\n|%!,.:;<>@()[]\"")});
    }
  }
  return tokens;
}

/// Without quotes.
std::string text_of(const Tokens& tokens) {
  std::string text;
  for (const Token& token : tokens) {
    if (token.kind == 'a' || token.kind == 'q' || token.kind == '[')
      text += token.text;
    else
      text += token.kind;
  }
  return text;
}

/// Atoms with single dots between them.
bool is_dot_string(std::string_view local) {
  if (local.empty() || local.front() == '.' || local.back() == '.' || local.find("..") != std::string_view::npos)
    return false;
  return std::none_of(local.begin(), local.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= ' ' || byte == 127 || std::string_view("()<>@,;:\\\"[]").find(c) != std::string_view::npos;
  });
}

/// An address without quotes, taken apart: what stands in front of its last "@" is quoted where it must be.
Tokens quoted_tokens(std::string_view text) {
  const std::size_t at = text.rfind('@');
  const std::string_view local = text.substr(0, at);
  Tokens tokens = is_dot_string(local) ? tokens_of(local) : Tokens{{'q', std::string(local)}};
  if (at == std::string_view::npos) return tokens;
  tokens.push_back({'@', {}});
  const Tokens domain = tokens_of(text.substr(at + 1));
  tokens.insert(tokens.end(), domain.begin(), domain.end());
  return tokens;
}

class PostfixAddress {
 public:
  PostfixAddress(const Site& site, Tokens tokens) : site_(site), tokens_(std::move(tokens)) {}

  /// What trivial-rewrite makes of an address in the rewriting that it does first, and for each layer again.
  void rewrite() {
    if (tokens_.size() == 1 && tokens_[0].kind == '@') tokens_[0] = {'q', {}};
    if (tokens_.empty() || (tokens_.size() == 1 && tokens_[0].kind == 'q' && tokens_[0].text.empty())) return;
    strip_route();
    if (!last('@')) complete();
    const auto at = last('@');
    if (at && !control().own_domain.empty() && *at + 1 < tokens_.size() && !has_behind(*at, '[') &&
        !has_behind(*at, '.')) {
      tokens_.push_back({'.', {}});
      append(control().own_domain);
    }
    strip_final_dot();
  }

  ReadAddress resolve() {
    tokens_ = quoted_tokens(text_of(tokens_));
    const bool is_foreign = strip_own_domains();
    if (!is_foreign) {
      tokens_.push_back({'@', {}});
      if (own_)
        tokens_.insert(tokens_.end(), own_->begin(), own_->end());
      else
        append(control().name);
    }
    return finished();
  }

 private:
  [[nodiscard]] const PostfixControl& control() const { return site_.postfix; }

  [[nodiscard]] std::optional<std::size_t> last(char kind) const {
    for (std::size_t i = tokens_.size(); i-- > 0;)
      if (tokens_[i].kind == kind) return i;
    return std::nullopt;
  }
  [[nodiscard]] std::optional<std::size_t> first(char kind) const {
    for (std::size_t i = 0; i < tokens_.size(); ++i)
      if (tokens_[i].kind == kind) return i;
    return std::nullopt;
  }
  [[nodiscard]] bool has_behind(std::size_t place, char kind) const {
    return std::any_of(tokens_.begin() + static_cast<std::ptrdiff_t>(place), tokens_.end(),
                       [&](const Token& token) { return token.kind == kind; });
  }
  void append(std::string_view text) {
    for (Token& token : tokens_of(text)) tokens_.push_back(std::move(token));
  }
  void keep_before(std::size_t place) { tokens_.resize(place); }

  void strip_route() {
    const auto colon = first(':');
    if (tokens_[0].kind == '@' && colon && *colon + 1 < tokens_.size())
      tokens_.erase(tokens_.begin(), tokens_.begin() + static_cast<std::ptrdiff_t>(*colon) + 1);
  }

  /// Of an address without "@".
  void complete() {
    const auto bang = first('!');
    const auto percent = last('%');
    if (control().swaps_bangpath && bang) {
      Tokens swapped(tokens_.begin() + static_cast<std::ptrdiff_t>(*bang) + 1, tokens_.end());
      swapped.push_back({'@', {}});
      swapped.insert(swapped.end(), tokens_.begin(), tokens_.begin() + static_cast<std::ptrdiff_t>(*bang));
      tokens_ = std::move(swapped);
    } else if (control().percent_hack && percent) {
      tokens_[*percent].kind = '@';
    } else if (!control().origin.empty()) {
      tokens_.push_back({'@', {}});
      append(control().origin);
    }
  }

  void strip_final_dot() {
    const std::size_t size = tokens_.size();
    if (size > 1 && tokens_[size - 1].kind == '.' && tokens_[size - 2].kind != '.' && tokens_[size - 2].kind != '@')
      tokens_.pop_back();
  }

  /// True when a domain is left that is not the server's own. The last one that was taken off stays in own_.
  bool strip_own_domains() {
    for (std::size_t layers = text_of(tokens_).size() + 100; layers > 0; --layers) {
      if (last('@')) strip_final_dot();
      if (const auto at = last('@')) {
        Tokens domain(tokens_.begin() + static_cast<std::ptrdiff_t>(*at) + 1, tokens_.end());
        if (!domain.empty() && !is_own(domain)) return true;
        keep_before(*at);
        own_ = std::move(domain);
      }
      if (!opens_further()) break;
      rewrite();
    }
    if (tokens_.empty() || (tokens_.size() == 1 && tokens_[0].kind == 'q' && tokens_[0].text.empty()))
      tokens_ = tokens_of("MAILER-DAEMON");
    return false;
  }

  [[nodiscard]] bool is_own(const Tokens& domain) const { return is_listed_as_own(folded_domain(text_of(domain))); }
  [[nodiscard]] bool is_listed_as_own(const std::string& domain) const {
    if (!control().local) return false;
    const AddressTable& table = site_.addresses[*control().local];
    const AddressRule* rule = table.find({{}, domain});
    return rule != nullptr && table.outcome_of(*rule).allows();
  }

  /// True when the local part that is left is an address again; a quoted one is opened.
  bool opens_further() {
    if (last('@') || (control().swaps_bangpath && last('!')) || (control().percent_hack && last('%'))) return true;
    if (tokens_.size() != 1 || tokens_[0].kind != 'q') return false;
    std::string local = tokens_[0].text;
    std::size_t sign = local.rfind('@');
    if (sign == std::string::npos && control().percent_hack) sign = local.rfind('%');
    if (sign == std::string::npos && control().swaps_bangpath) sign = local.rfind('!');
    if (sign == std::string::npos) return false;
    if (local[sign] == '%') local[sign] = '@';
    tokens_ = local[sign] == '@' ? quoted_tokens(local) : tokens_of(local);
    return true;
  }

  /// In lower case, and a literal of an address that the server has in one spelling.
  [[nodiscard]] std::string folded_domain(std::string_view domain) const {
    std::string folded = in_lower_case(domain);
    const auto address = address_meant(folded);
    const bool is_own =
        address && std::find(control().own.begin(), control().own.end(), *address) != control().own.end();
    return is_own ? postfix_literal(*address) : folded;
  }

  /// The address that smtpd takes a literal for when it looks for its own: by then numbers with a zero in front are
  /// octal.
  static std::optional<Address> address_meant(std::string_view domain) {
    const auto literal = literal_of(domain);
    if (!literal || literal->family == Family::ipv6) return literal;
    std::uint32_t address = 0;
    std::uint32_t number = 0;
    std::uint32_t base = 0;  // 0: no digit of the number has come
    for (const char c : domain.substr(1)) {
      if (!is_digit(c)) {
        address = address << 8 | number;
        number = base = 0;
        continue;
      }
      const auto digit = static_cast<std::uint32_t>(c - '0');
      if (base == 0) base = digit == 0 ? 8 : 10;
      if (digit >= base) return std::nullopt;
      number = number * base + digit;
    }
    return Address::from_ipv4(address);
  }

  /// "[10.1.2.3]", "[ipv6:2001:db8::1]".
  static std::optional<Address> literal_of(std::string_view domain) {
    if (!domain.starts_with('[') || !domain.ends_with(']')) return std::nullopt;
    const std::string_view inside = domain.substr(1, domain.size() - 2);
    if (inside.starts_with("ipv6:")) return parse_ipv6(inside.substr(5));
    const auto address = parse_ipv4(without_zeros(inside));
    const bool has_bad_start = address && address->bytes[0] == 0 && address->ipv4() != 0;
    return has_bad_start ? std::nullopt : address;
  }

  /// "192.0.2.01" as "192.0.2.1": what is no address to smtpd is told by decimal numbers.
  static std::string without_zeros(std::string_view address) {
    std::string text;
    for (std::size_t i = 0; i < address.size(); ++i) {
      const bool is_first =
          i == 0 || address[i - 1] == '.' || (address[i - 1] == '0' && (text.empty() || text.back() == '.'));
      const bool is_last = i + 1 == address.size() || !is_digit(address[i + 1]);
      if (address[i] != '0' || !is_first || is_last) text += address[i];
    }
    return text;
  }

  static bool is_host_name(std::string_view name) {
    constexpr std::size_t longest_name = 255, longest_label = 63;
    bool has_more_than_digits = false;
    std::size_t label = 0;
    for (std::size_t i = 0; i <= name.size(); ++i) {
      if (i == name.size() || name[i] == '.') {
        if (label == 0 || label > longest_label || name[i - 1] == '-' || name[i - label] == '-') return false;
        label = 0;
        continue;
      }
      const char c = name[i];
      if (!is_letter(c) && !is_digit(c) && c != '-' && c != '_' && static_cast<unsigned char>(c) < 128) return false;
      has_more_than_digits = has_more_than_digits || !is_digit(c);
      ++label;
    }
    return has_more_than_digits && name.size() <= longest_name;
  }

  [[nodiscard]] ReadAddress finished() const {
    const std::string text = in_lower_case(text_of(tokens_));
    const std::size_t at = text.rfind('@');
    const std::string domain = text.substr(at + 1);
    const bool is_valid = domain.starts_with('[') ? literal_of(domain).has_value() : is_host_name(domain);
    if (!is_valid) return {{}, Access::deny, "501 5.1.3 Bad recipient address syntax"};
    ReadAddress read{{text.substr(0, at), folded_domain(domain)}, Access::allow, {}};
    if (read.address.domain != domain) read.domain_text = domain;
    read.is_routed = text.find_first_of("@!%") != at;
    return read;
  }

  const Site& site_;
  Tokens tokens_;
  std::optional<Tokens> own_;
};

/// The address in the text behind "TO:"; none where something else stands beside it.
std::optional<std::string> address_in(std::string_view path) {
  path = path.substr(0, path.find('\0'));
  while (path.starts_with(' ')) path.remove_prefix(1);
  while (path.ends_with(' ')) path.remove_suffix(1);
  if (!path.starts_with('<')) return std::string(path);
  bool in_quotes = false;
  for (std::size_t i = 1; i < path.size(); ++i) {
    if (path[i] == '\\') {
      ++i;
    } else if (path[i] == '"') {
      in_quotes = !in_quotes;
    } else if (path[i] == '>' && !in_quotes) {
      if (i + 1 != path.size()) return std::nullopt;
      return std::string(path.substr(1, i - 1));
    }
  }
  return std::string(path.substr(1));
}

/// True where texts stand side by side: smtpd takes the second for another address.
bool are_two_addresses(const Tokens& tokens) {
  const auto is_text = [](const Token& token) { return token.kind == 'a' || token.kind == 'q' || token.kind == '['; };
  return std::adjacent_find(tokens.begin(), tokens.end(), [&](const Token& left, const Token& right) {
           return is_text(left) && is_text(right);
         }) != tokens.end();
}

ReadAddress read_as_postfix(const Site& site, std::string_view address) {
  Tokens tokens = tokens_of(address);
  const auto colon = std::find_if(tokens.begin(), tokens.end(), [](const Token& token) { return token.kind == ':'; });
  if (!tokens.empty() && tokens[0].kind == '@' && colon != tokens.end()) tokens.erase(tokens.begin(), colon + 1);
  const bool has_more = std::any_of(tokens.begin(), tokens.end(), [](const Token& token) {
    return token.kind == ',' || token.kind == ';' || token.kind == '<' || token.kind == '>';
  });
  const std::string shown = text_of(tokens);
  // to smtpd a route ends at the first colon, be it within a literal: what is left of that is no address
  const bool is_cut_literal = shown.starts_with('@') && shown.find(':') != std::string::npos;
  if (shown.empty() || has_more || is_cut_literal || are_two_addresses(tokens))
    return {{}, Access::deny, "501 5.1.3 Bad recipient address syntax"};
  PostfixAddress rewritten(site, quoted_tokens(shown));
  rewritten.rewrite();
  ReadAddress read = rewritten.resolve();
  read.shown = shown;
  return read;
}

}  // namespace

std::string postfix_literal(const Address& address) {
  return (address.family == Family::ipv6 ? "[ipv6:" : "[") + format_address(address) + "]";
}

ReadAddress read_postfix_recipient(const Site& site, std::string_view path) {
  const auto address = address_in(path);
  return address ? read_as_postfix(site, *address)
                 : ReadAddress{{}, Access::deny, "501 5.1.3 Bad recipient address syntax"};
}

ReadAddress read_postfix_sender(const Site& site, std::string_view path) {
  const auto address = address_in(path);
  if (address && address->empty()) return {};
  ReadAddress read = address ? read_as_postfix(site, *address) : ReadAddress{{}, Access::deny, {}};
  if (read.access == Access::deny) read.reply = "501 5.1.7 Bad sender address syntax";
  return read;
}

}  // namespace core
