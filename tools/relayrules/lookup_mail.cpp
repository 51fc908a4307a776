// Asking a whole server: see lookup_mail.hpp.
#include "lookup_mail.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/utf8.hpp"
#include "command.hpp"
#include "each_line.hpp"
#include "load.hpp"
#include "output.hpp"
#include "report/json.hpp"
#include "report/mail_decision.hpp"

namespace core {
namespace {

using Object = nlohmann::json;

/// The text at `key`, if it is there and one; false for anything else that is there.
bool take_text(const Object& object, const char* key, std::optional<std::string>& text) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return true;
  if (!found->is_string()) return false;
  text = found->get<std::string>();
  return true;
}

/// JSON holds characters, files hold bytes. Where the server's files are no UTF-8 a character up to U+00FF is the byte
/// that ISO 8859-1 has for it.
std::string in_bytes(std::string_view text) {
  std::string bytes;
  while (!text.empty()) {
    const std::size_t size = std::max<std::size_t>(utf8_length(text), 1);
    const char32_t code = utf8_length(text) == 0 ? 0x100 : utf8_code(text.substr(0, size));
    if (code < 0x100)
      bytes += static_cast<char>(static_cast<unsigned char>(code));
    else
      bytes += text.substr(0, size);
    text.remove_prefix(size);
  }
  return bytes;
}

bool are_utf8(const Sources& sources) {
  for (std::size_t i = 0; i < sources.count(); ++i)
    if (!is_utf8(sources.at(i).text())) return false;
  return true;
}

bool take_flag(const Object& object, const char* key, bool& flag) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return true;
  if (!found->is_boolean()) return false;
  flag = found->get<bool>();
  return true;
}

/// A line that is no transaction, and why.
struct ReadLine {
  Transaction transaction;
  std::string daemon;
  std::string error;
};

std::string read_fields(const Object& object, ReadLine& line) {
  Transaction& given = line.transaction;
  given.asks_patterns = true;
  std::optional<std::string> ip, listener, sender, recipient, daemon, relayclient;
  for (const auto& [key, text] : {std::pair{"ip", &ip},
                                  {"host", &given.client.host},
                                  {"info", &given.client.info},
                                  {"sender", &sender},
                                  {"recipient", &recipient},
                                  {"listener", &listener},
                                  {"daemon", &daemon},
                                  {"relayclient", &relayclient}})
    if (!take_text(object, key, *text)) return fmt::format("'{}' is no text", key);
  for (const auto& [key, flag] :
       {std::pair{"verified", &given.verified}, {"auth", &given.logged_in}, {"granted", &given.granted}})
    if (!take_flag(object, key, *flag)) return fmt::format("'{}' is neither true nor false", key);
  const auto address = ip ? parse_address(*ip) : std::nullopt;
  if (!address) return ip ? fmt::format("{} is no IPv4 or IPv6 address", core::quoted(*ip)) : "it has no 'ip'";
  given.client.address = unmapped(*address);
  given.sender = sender.value_or(given.sender);
  given.recipient = recipient.value_or(given.recipient);
  given.listener = listener.value_or("");
  given.relays = relayclient.has_value();
  line.daemon = daemon.value_or("");
  return {};
}

ReadLine read_line(std::string_view text, bool by_bytes) {
  ReadLine line;
  const Object object = Object::parse(text, nullptr, false);
  line.error = object.is_object() ? read_fields(object, line) : "the line is no JSON object";
  if (!by_bytes) return line;
  Transaction& given = line.transaction;
  for (std::string* each : {&given.sender, &given.recipient}) *each = in_bytes(*each);
  for (auto* each : {&given.client.host, &given.client.info})
    if (*each) *each = in_bytes(**each);
  return line;
}

struct AskedServer {
  Site& site;
  const Sources& sources;
  bool by_bytes;  ///< its files are no UTF-8
  ReadyPolicies ready;
};

int answer_line(const AskedServer& server, std::string_view text, std::size_t number, Output& output) {
  Site& site = server.site;
  const ReadLine line = read_line(text, server.by_bytes);
  if (!line.error.empty()) {
    output.write(format_lookup_error_json(number, line.error));
    return exit_findings;
  }
  const bool is_same = line.daemon.empty() || line.daemon == site.daemon;
  const std::string daemon = site.daemon;
  if (!is_same) site.daemon = line.daemon;
  const MailDecision decision = evaluate(site, line.transaction, nullptr, is_same ? &server.ready : nullptr);
  output.write(format_mail_decision_json(line.transaction, decision, server.sources));
  site.daemon = daemon;
  return exit_fine;
}

}  // namespace

int look_up_mail(const std::vector<std::string>& paths, ReadOptions options, const std::optional<Client>& client,
                 const MailQuestion& question, bool as_json, bool trace) {
  options.scope = Scope::server;
  options.login = options.has_grants = true;
  Sources sources;
  Findings findings;
  Site site = read_site(paths, options, sources, findings);
  if (report_failures(site)) return exit_failure;
  if (!site.clients().complete) {
    findings.sort(sources);
    print_findings(findings, sources, FindingOptions{});
    say("relayrules: rules in error decide nothing; mend them first\n");
    return exit_failure;
  }
  say_site_notes(site);
  if (!client) {
    const AskedServer server{site, sources, !are_utf8(sources), ReadyPolicies(site)};
    return answer_each_line([&](std::string_view line, std::size_t number, Output& output) {
      return answer_line(server, line, number, output);
    });
  }
  const Transaction asked{.client = *client,
                          .verified = !question.unverified,
                          .logged_in = question.login,
                          .granted = question.granted,
                          .listener = question.listener,
                          .sender = question.sender,
                          .recipient = question.recipient.empty() ? Transaction().recipient : question.recipient,
                          .asks_patterns = true};
  MailTrace steps;
  const MailDecision decision = evaluate(site, asked, &steps);
  if (as_json) return deliver(format_mail_decision_json(asked, decision, sources), exit_fine);
  return deliver((trace ? format_mail_trace(steps, sources) : "") + format_mail_decision(asked, decision, sources),
                 exit_fine, "-", AnswerKind::lookup);
}

}  // namespace core
