// A control folder of qmail decides as qmail-smtpd does: against decisions that were written down, a few of our own
// (tests/corpus/judged) and many elsewhere, where they are; and what a folder says beside its lists.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "corpora.hpp"
#include "folder.hpp"
#include "judged_bytes.hpp"
#include "model/transaction.hpp"
#include "site/read_site.hpp"

namespace core {
namespace {

using Json = nlohmann::json;

/// A control folder, read as lookup reads it.
struct Server {
  explicit Server(const std::vector<std::pair<std::string, std::string>>& files) {
    for (const auto& [name, text] : files) put(folder / name, text);
    ReadOptions options;
    options.scope = Scope::server;
    options.server = core::Server::qmail;
    options.login = options.has_grants = true;
    site = read_site({folder.path()}, options, sources, findings);
  }

  /// "accepted", or the reply; then the place and text of what decided.
  [[nodiscard]] std::string answer(const std::string& sender, const std::string& recipient,
                                   bool granted = false) const {
    Transaction asked;
    asked.client.address = *parse_address("192.0.2.1");
    asked.sender = sender;
    asked.recipient = recipient;
    asked.granted = granted;
    const MailDecision decision = evaluate(site, asked);
    const std::string place = decision.place == Span() ? "" : ": " + std::string(sources.text(decision.place));
    return (decision.is_accepted() ? "accepted" : decision.reply) + place;
  }

  Folder folder;
  Sources sources;
  Findings findings;
  Site site;
};

/// Decisions that differ, a line each.
std::string differences(const Json& judged) {
  std::vector<std::pair<std::string, std::string>> files = {{"me", "me.example\n"}};
  for (const auto& [name, text] : judged["files"].items()) files.emplace_back(name, testing::bytes_of(text));
  const Server server(files);
  std::string found;
  for (const Json& client : judged["clients"]) {
    Transaction asked;
    asked.client.address = *parse_address("192.0.2.1");
    asked.recipient = testing::bytes_of(client["rcpt"]);
    asked.relays = judged.contains("relayclient");
    const MailDecision decision = evaluate(server.site, asked);
    const std::string expected = client["verdict"] == "allow" ? "" : std::to_string(client["code"].get<int>());
    if (decision.is_accepted() != expected.empty() || decision.reply.substr(0, 3) != expected)
      found += fmt::format("{}: '{}'\n", client.dump(), decision.reply);
  }
  return found;
}

TEST_CASE("every decision of qmail-smtpd that was written down is ours") {
  const auto folders = testing::judged_decisions();
  if (folders.size() == 1) WARN("SKIPPED: only our own decisions are here, and no larger collection");
  for (const auto& folder : folders) {
    unsigned texts = 0;
    std::ifstream file(folder / "notqmail_rcpthosts.jsonl");
    for (std::string line; std::getline(file, line); ++texts) {
      const Json judged = Json::parse(line);
      CAPTURE(judged["id"], judged["files"].dump());
      CHECK(differences(judged) == "");
    }
    CHECK(texts >= 8);
  }
}

TEST_CASE("the entry that lets mail in is what decided") {
  const Server server({{"rcpthosts", "example.org\n.example.org\n"}, {"morercpthosts", "example.net\n"}});
  CHECK(server.answer("a@b.example", "<u@example.org>") == "accepted: example.org");
  CHECK(server.answer("a@b.example", "<u@x.example.org>") == "accepted: .example.org");
  CHECK(server.answer("a@b.example", "<u@example.net>") == "accepted: example.net");
  CHECK(server.answer("a@b.example", "<u@example.com>", true) == "accepted");
  CHECK(server.answer("a@b.example", "<u@example.com>") ==
        "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)");
}

TEST_CASE("morercpthosts without its database is taken as if qmail-newmrh had been run, and that is said") {
  const char* note =
      "morercpthosts is taken as if qmail-newmrh had been run; qmail reads only morercpthosts.cdb, which is not there";
  const auto is_said = [&](const Server& server) {
    const auto& notes = server.site.notes;
    return std::find(notes.begin(), notes.end(), note) != notes.end();
  };
  CHECK(is_said(Server({{"rcpthosts", "example.org\n"}, {"morercpthosts", "example.net\n"}})));
  // without rcpthosts it is never looked at
  CHECK_FALSE(is_said(Server({{"me", "me.example\n"}, {"morercpthosts", "example.net\n"}})));
}

TEST_CASE("a sender in badmailfrom is refused, even where the client may relay") {
  const Server server({{"rcpthosts", "example.org\n"},
                       {"tcp.smtp", "192.0.2.1:allow,RELAYCLIENT=\"\"\n"},
                       {"badmailfrom", "# known\nSpam@Example.com\n@bad.example \npostmaster\n.sub.example\n"}});
  const std::string refused = "553 sorry, your envelope sender is in my badmailfrom list (#5.7.1): ";
  CHECK(server.answer("<spam@EXAMPLE.com>", "<u@example.org>") == refused + "Spam@Example.com");
  CHECK(server.answer("<x@y@bad.example>", "<u@example.net>") == refused + "@bad.example");
  CHECK(server.answer("<postmaster>", "<u@example.org>") == refused + "postmaster");
  // the syntax of both addresses comes first
  CHECK(server.answer("<spam@example.com>", "<" + std::string(900, 'u') + ">") == "555 syntax error (#5.5.4)");
  CHECK(server.answer("<" + std::string(900, 'u') + "@bad.example>", "<u@example.org>") == "555 syntax error (#5.5.4)");
  // what gave relaying is what decided
  for (const char* sender : {"<>", "<spam@sub.example.com>", "<a@x.sub.example>", "<postmaster@example.com>"})
    CHECK(server.answer(sender, "<u@example.net>") == "accepted: 192.0.2.1:allow,RELAYCLIENT=\"\"");
}

}  // namespace
}  // namespace core
