// What real Sendmail servers decided, as far as the folder with their answers lies beside the project: texts, questions
// and answers, none of them written by us.
#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

#include "unit/sendmail_site.hpp"

namespace core::conformance {
namespace {

using Object = nlohmann::json;

const char* const answers = RELAYRULES_SOURCE_DIR "/../shared/judged/sendmail.jsonl";

/// The bytes that a JSON string of Latin-1 characters stands for.
std::string bytes_of(const std::string& text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto first = static_cast<unsigned char>(text[i]);
    if (first >= 0xc0) ++i;
    const unsigned value = first < 0x80 ? first : (first & 3U) << 6 | (static_cast<unsigned char>(text[i]) & 0x3fU);
    bytes += static_cast<char>(value);
  }
  return bytes;
}

Site site_of(sendmail::ServerFiles& server, const Object& judged) {
  for (const auto& [name, text] : judged["files"].items()) server.put(name, bytes_of(text.get<std::string>()));
  return server.site();
}

std::string features_of(const Object& judged) {
  std::string lines;
  for (const auto& feature : judged["feature"]) lines += feature.get<std::string>() + "dnl\n";
  return lines;
}

Transaction transaction_of(const Object& asked) {
  Transaction given;
  given.client.address = *parse_address(asked["ip"].get<std::string>());
  if (asked.contains("host")) given.client.host = asked["host"].get<std::string>();
  given.verified = asked.value("resolve", "") != "FORGED";
  given.sender = asked["from"];
  given.recipient = asked["rcpt"];
  return given;
}

std::string_view verdict_of(const MailDecision& decision) {
  return decision.is_accepted() ? "allow" : decision.access == Access::defer ? "tempfail" : "deny";
}

}  // namespace

TEST_CASE("every judged Sendmail server is decided as the real one did, with its reply") {
  std::ifstream lines(answers);
  if (!lines) {
    WARN("SKIPPED: there are no answers of real Sendmail servers beside the project: nothing was compared");
    return;
  }
  std::size_t asked = 0;
  for (std::string line; std::getline(lines, line);) {
    const Object judged = Object::parse(line);
    sendmail::ServerFiles server(features_of(judged));
    const Site site = site_of(server, judged);
    for (const Object& question : judged["clients"]) {
      const MailDecision decision = evaluate(site, transaction_of(question));
      INFO(judged["id"] << " " << judged["files"] << "\n" << question);
      CHECK(verdict_of(decision) == question["verdict"].get<std::string>());
      // long replies are cut in the answers
      if (question.contains("reply")) CHECK(decision.reply.starts_with(question["reply"].get<std::string>()));
      ++asked;
    }
  }
  CHECK(asked >= 1000);
}

}  // namespace core::conformance
