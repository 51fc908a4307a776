// Macros of m4 as far as sendmail.mc has them: see sendmail_mc.hpp. Source: sendmail 8.17.1.9, cf/feature and cf/m4.
#include "site/sendmail_mc.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/ascii_case.hpp"
#include "base/cursor.hpp"
#include "base/file.hpp"

namespace core {
namespace {

bool is_word_byte(char c) { return is_letter(c) || is_digit(c) || c == '_'; }

/// Walks over text as m4 does that expands nothing.
class MacroReader {
 public:
  explicit MacroReader(const Source& source) : source_(source), text_(source.text()) {}

  std::vector<MacroCall> read() {
    while (at_ < text_.size()) step();
    return std::move(calls_);
  }

 private:
  void step() {
    const char c = text_[at_];
    if (c == '#') return skip_line();
    if (c == '`') return void(take_quoted());
    if (!is_word_byte(c)) return void(++at_);
    const std::size_t begin = at_;
    const std::string_view word = take_word();
    if (word == "dnl") return skip_line();
    if (at_ == text_.size() || text_[at_] != '(') return;
    ++at_;
    MacroCall call{std::string(word), take_arguments(), {}};
    call.span = source_.span_of(text_.substr(begin, at_ - begin));
    calls_.push_back(std::move(call));
  }

  std::string_view take_word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_word_byte(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  void skip_line() { at_ = std::min(text_.find('\n', at_), text_.size() - 1) + 1; }

  /// From a "`" to the "'" that closes it, without both.
  std::string_view take_quoted() {
    const std::size_t begin = ++at_;
    for (unsigned depth = 1; at_ < text_.size(); ++at_) {
      if (text_[at_] == '`') ++depth;
      if (text_[at_] == '\'' && --depth == 0) return text_.substr(begin, at_++ - begin);
    }
    return text_.substr(begin);
  }

  /// Up to the parenthesis that closes the call. Blanks in front of an argument do not count.
  std::vector<std::string> take_arguments() {
    std::vector<std::string> arguments;
    for (bool more = true; more;) {
      at_ = std::min(text_.find_first_not_of(" \t\n\r", at_), text_.size());
      more = take_argument(arguments.emplace_back());
    }
    return arguments;
  }

  /// True when another one follows.
  bool take_argument(std::string& argument) {
    for (unsigned depth = 0; at_ < text_.size();) {
      const char c = text_[at_];
      if (c == '`') {
        argument += take_quoted();
        continue;
      }
      if (depth == 0 && (c == ',' || c == ')')) return text_[at_++] == ',';
      if (is_word_byte(c)) {
        const std::string_view word = take_word();
        if (word == "dnl")
          skip_line();
        else
          argument += word;
        continue;
      }
      if (c == '(') ++depth;
      if (c == ')') --depth;
      argument += c;
      ++at_;
    }
    return false;
  }

  const Source& source_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<MacroCall> calls_;
};

/// The switches that a feature turns on, and nothing else.
constexpr std::pair<std::string_view, bool SendmailFeatures::*> switches[] = {
    {"blocklist_recipients", &SendmailFeatures::block_recipients},
    {"blacklist_recipients", &SendmailFeatures::block_recipients},
    {"relay_entire_domain", &SendmailFeatures::relay_entire_domain},
    {"relay_hosts_only", &SendmailFeatures::relay_hosts_only},
    {"relay_based_on_MX", &SendmailFeatures::relay_based_on_mx},
    {"relay_local_from", &SendmailFeatures::relay_local_from},
    {"relay_mail_from", &SendmailFeatures::relay_mail_from},
    {"promiscuous_relay", &SendmailFeatures::promiscuous_relay},
    {"loose_relay_check", &SendmailFeatures::loose_relay_check},
    {"accept_unresolvable_domains", &SendmailFeatures::accept_unresolvable_domains},
    {"accept_unqualified_senders", &SendmailFeatures::accept_unqualified_senders},
    {"lookupdotdomain", &SendmailFeatures::lookup_dot_domain},
    {"delay_checks", &SendmailFeatures::delay_checks},
    {"require_rdns", &SendmailFeatures::require_rdns},
    {"use_cw_file", &SendmailFeatures::use_cw_file},
};

/// Features that ask who is not here, and whether what they find may let a client relay.
constexpr std::pair<std::string_view, bool> asking_elsewhere[] = {
    {"dnsbl", false}, {"enhdnsbl", false}, {"rhsbl", false}, {"badmx", false}, {"block_bad_helo", false},
    {"drac", true},   {"bestmx_is_local", true},
};

/// The file at the end of a map's or class's description: "-o /etc/mail/relay-domains %[^\#]".
std::string file_of(std::string_view description) {
  std::string file;
  while (!(description = trimmed(description)).empty()) {
    const std::string_view word = description.substr(0, description.find_first_of(" \t"));
    if (word.find('/') != std::string_view::npos || (file.empty() && word.front() != '-')) file = base_name(word);
    description.remove_prefix(word.size());
    if (!file.empty() && word.find('/') != std::string_view::npos) break;
  }
  return file;
}

/// Calls `take` with each line, without blanks at its end.
template <typename Take>
void for_each_line(std::string_view text, Take&& take) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    take(trimmed_right(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

class FeatureReader {
 public:
  SendmailFeatures read(const Source& source) {
    for (const MacroCall& call : read_macro_calls(source)) take(call);
    for_each_line(source.text(), [&](std::string_view line) {
      if (line.starts_with("SLocal_check_"))
        features_.unknown.push_back({std::string(line.substr(1)), true, source.span_of(line)});
    });
    return std::move(features_);
  }

 private:
  void take(const MacroCall& call) {
    if (call.name == "FEATURE") return take_feature(call);
    if (call.name == "define") return take_definition(call.argument(0), call.argument(1));
    if (call.name == "LOCAL_DOMAIN") return take_domains(call, features_.local_domains);
    if (call.name == "RELAY_DOMAIN") return take_domains(call, features_.relay_domains);
    if (call.name == "RELAY_DOMAIN_FILE") features_.relay_domains_file = file_of(call.argument(0));
    if (call.name == "TRUST_AUTH_MECH") features_.login_relays = true;
    if (call.name == "INPUT_MAIL_FILTER") take_unknown(call, false);
    if (call.name == "HACK") take_unknown(call, true);
  }

  void take_definition(const std::string& name, const std::string& value) {
    if (name == "confDOMAIN_NAME") features_.host = in_lower_case(value);
    if (name == "confCR_FILE") features_.relay_domains_file = file_of(value);
    if (name == "confCW_FILE") features_.local_names_file = file_of(value);
  }

  void take_domains(const MacroCall& call, std::vector<NamedDomain>& domains) {
    std::string_view rest = call.argument(0);
    while (!(rest = trimmed(rest, " \t\n")).empty()) {
      const std::string_view word = rest.substr(0, rest.find_first_of(" \t\n"));
      domains.push_back({in_lower_case(word), call.span});
      rest.remove_prefix(word.size());
    }
  }

  void take_feature(const MacroCall& call) {
    const std::string& name = call.argument(0);
    for (const auto& [known, member] : switches)
      if (name == known) features_.*member = true;
    for (const auto& [known, permits] : asking_elsewhere)
      if (name == known) take_unknown(call, permits);
    if (name == "access_db") take_access(call);
    if (name == "relay_mail_from") features_.relay_mail_from_domain = call.argument(1) == "domain";
    if (name == "delay_checks") {
      features_.spam_friend = in_lower_case(call.argument(1)).starts_with('f');
      features_.spam_hater = in_lower_case(call.argument(1)).starts_with('h');
    }
    if (name == "nouucp") features_.bang_is_special = false;
    if (name == "nopercenthack") features_.percent_is_special = false;
    if (name == "nouucp") features_.refuses_bang = call.argument(1).starts_with('r');
    if (name == "nopercenthack") features_.refuses_percent = call.argument(1).starts_with('r');
  }

  void take_access(const MacroCall& call) {
    const std::string& map = call.argument(1);
    const bool is_file = map.empty() || map.find('/') != std::string::npos;
    features_.access_file = map.empty() ? "access" : file_of(map);
    if (!is_file) take_unknown(call, true);
    for (std::size_t i = 2; i <= 4; ++i) {
      const std::string word = in_lower_case(call.argument(i));
      features_.skip |= word == "skip";
      features_.lookup_dot_domain |= word == "lookupdotdomain";
      features_.relay_to_full_address |= word == "relaytofulladdress";
    }
  }

  void take_unknown(const MacroCall& call, bool permits) {
    std::string text = call.name + "(";
    for (const std::string& argument : call.arguments)
      text += fmt::format("{}`{}'", &argument == &call.arguments.front() ? "" : ", ", argument);
    features_.unknown.push_back({text + ")", permits, call.span});
  }

  SendmailFeatures features_;
};

}  // namespace

const std::string& MacroCall::argument(std::size_t index) const {
  static const std::string none;
  return index < arguments.size() ? arguments[index] : none;
}

std::vector<MacroCall> read_macro_calls(const Source& source) { return MacroReader(source).read(); }

SendmailFeatures debian_features() {
  SendmailFeatures features;
  features.access_file = "access";
  features.skip = true;
  features.delay_checks = true;
  features.spam_friend = true;
  features.use_cw_file = true;
  return features;
}

SendmailFeatures read_sendmail_mc(const Source& source) { return FeatureReader().read(source); }

}  // namespace core
