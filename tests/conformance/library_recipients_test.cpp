// The library decides about recipients as qmail-smtpd does: decisions that were written down, and what evaluate() says
// of random control folders, with odd bytes in them.
#include <cdb.h>
#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/ascii_case.hpp"
#include "corpora.hpp"
#include "judged_bytes.hpp"
#include "model/recipient.hpp"
#include "model/transaction.hpp"
#include "relayrules/recipients.h"
#include "site/read_site.hpp"
#include "unit/folder.hpp"
#include "unit/small_world.hpp"

namespace core::conformance {
namespace {

using Json = nlohmann::json;

/// What qmail-newmrh makes of the text.
void write_more(const std::string& path, std::string_view text) {
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  REQUIRE(fd >= 0);
  struct cdb_make make;
  cdb_make_start(&make, fd);
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::size_t end = line.find_last_not_of(" \t");
    if (end == std::string_view::npos || line.front() == '#') continue;
    const std::string key = in_lower_case(line.substr(0, end + 1));
    cdb_make_add(&make, key.data(), static_cast<unsigned>(key.size()), "", 0);
  }
  REQUIRE(cdb_make_finish(&make) == 0);
  close(fd);
}

/// A control folder that the library has opened.
class Opened {
 public:
  explicit Opened(const std::string& control) { REQUIRE(rr_rcpthosts_open(control.c_str(), &list_) == RR_OK); }
  ~Opened() { rr_rcpthosts_close(list_); }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;

  /// Whether it takes mail of a stranger for an address.
  [[nodiscard]] bool takes(const std::string& address, bool relays = false) const {
    rr_mail mail = RR_MAIL_INIT;
    mail.ours = list_;
    mail.authenticated = relays ? 1 : 0;
    mail.recipient = address.data();
    mail.recipient_len = address.size();
    rr_mail_reason reason = RR_MAIL_FAILED;
    const bool is_taken = rr_may_relay(&mail, &reason) == 1;
    CHECK(is_taken == (reason > RR_MAIL_TAKES));
    return is_taken;
  }

 private:
  rr_rcpthosts* list_ = nullptr;
};

TEST_CASE("the library takes exactly the mail that qmail-smtpd took") {
  unsigned asked = 0;
  for (const auto& collection : testing::judged_decisions()) {
    std::ifstream file(collection / "notqmail_rcpthosts.jsonl");
    for (std::string line; std::getline(file, line);) {
      const Json judged = Json::parse(line);
      Folder folder;
      for (const auto& [name, text] : judged["files"].items()) {
        put(folder / name, testing::bytes_of(text));
        if (name == "morercpthosts") write_more(folder / "morercpthosts.cdb", testing::bytes_of(text));
      }
      const Opened list(folder.path());
      for (const Json& client : judged["clients"]) {
        const std::string path = testing::bytes_of(client["rcpt"]);
        // what qmail-smtpd makes of the text, and of an address literal of its own, comes before
        const std::string address = parse_as_qmail(path.substr(0, path.find('\0')));
        if (address.find("@[") != std::string::npos || address.size() > 899) continue;
        CAPTURE(judged["id"], client.dump());
        CHECK(list.takes(address, judged.contains("relayclient")) == (client["verdict"] == "allow"));
        ++asked;
      }
    }
  }
  CHECK(asked >= 40);
}

/// A text of few letters, with the bytes that are special somewhere.
std::string random_text(small_world::RuleMaker& maker, std::string_view bytes, unsigned longest) {
  std::string text;
  for (unsigned i = maker.pick(longest + 1); i > 0; --i) text += bytes[maker.pick(static_cast<unsigned>(bytes.size()))];
  return text;
}

TEST_CASE("the library and evaluate() read random control folders alike") {
  std::size_t taken = 0;
  constexpr std::string_view bytes{"ab..AB\n\n \t#\r@\0x", 16};
  for (std::uint32_t seed = 1; seed <= small_world::rounds(2000); ++seed) {
    small_world::RuleMaker maker(seed, small_world::Size::tiny);
    Folder folder;
    put(folder / "me", "me.example\n");
    if (maker.pick(20) > 0) put(folder / "rcpthosts", random_text(maker, bytes, 40));
    if (maker.pick(2) == 0) {
      const std::string more = random_text(maker, bytes, 40);
      put(folder / "morercpthosts", more);
      write_more(folder / "morercpthosts.cdb", more);
    }
    ReadOptions options;
    options.scope = Scope::server;
    options.server = Server::qmail;
    Sources sources;
    Findings findings;
    const Site site = read_site({folder.path()}, options, sources, findings);
    const Opened list(folder.path());
    for (int i = 0; i < 40; ++i) {
      const std::string domain = random_text(maker, "ab..AB \r@x", 6);
      if (domain.empty() || domain.back() == '@') continue;  // an empty domain is nobody's
      const std::string address = "u@" + domain;
      Transaction mail{.client = {*parse_address("192.0.2.1"), {}, {}}};
      mail.recipient = "<" + address + ">";
      CAPTURE(seed, address, site.paths.size());
      const bool is_taken = evaluate(site, mail).is_accepted();
      CHECK(list.takes(address) == is_taken);
      if (is_taken) ++taken;
    }
  }
  if (small_world::rounds(2000) == 2000) CHECK(taken > 5000);
}

TEST_CASE("a control folder that cannot be read is refused, and NULL is not followed") {
  Folder folder;
  rr_rcpthosts* list = nullptr;
  CHECK(rr_rcpthosts_open((folder / "none").c_str(), &list) == RR_SYSTEM);
  CHECK(errno == ENOENT);
  CHECK(list == nullptr);
  put(folder / "rcpthosts", "a\n");
  put(folder / "morercpthosts.cdb", "no database");
  CHECK(rr_rcpthosts_open(folder.path().c_str(), &list) == RR_CORRUPT);
  CHECK(rr_rcpthosts_open(nullptr, &list) == RR_BAD_ARGUMENT);
  CHECK(rr_rcpthosts_open("/", nullptr) == RR_BAD_ARGUMENT);
  CHECK(rr_rcpthosts_match(nullptr, "a", 1) == 0);
  rr_rcpthosts_close(nullptr);
  CHECK(rr_may_relay(nullptr, nullptr) == 0);
}

TEST_CASE("a deny goes first, then rule, login and grant, and then the recipient counts") {
  Folder folder;
  put(folder / "rcpthosts", "ours.example\n");
  rr_rcpthosts* list = nullptr;
  REQUIRE(rr_rcpthosts_open(folder.path().c_str(), &list) == RR_OK);
  const auto reason = [&](rr_result rules, bool login, bool grant, std::string_view recipient) {
    rr_mail mail = RR_MAIL_INIT;
    mail.rules = &rules;
    mail.on_nomatch = RR_ALLOW;
    mail.authenticated = login ? 1 : 0;
    mail.granted = grant ? 1 : 0;
    mail.ours = list;
    mail.recipient = recipient.data();
    mail.recipient_len = recipient.size();
    rr_mail_reason found = RR_MAIL_FAILED;
    const int is_taken = rr_may_relay(&mail, &found);
    CHECK(is_taken == (found > RR_MAIL_TAKES ? 1 : 0));
    CHECK(std::string_view(rr_mail_reason_text(found)) != "unknown reason");
    return found;
  };
  rr_result denied = RR_RESULT_INIT, allowed = RR_RESULT_INIT, relaying = RR_RESULT_INIT, nothing = RR_RESULT_INIT;
  allowed.verdict = relaying.verdict = RR_ALLOW;
  relaying.relay = 1;
  nothing.verdict = RR_NOMATCH;
  CHECK(reason(denied, true, true, "u@ours.example") == RR_MAIL_DENIED);
  CHECK(reason(relaying, true, true, "u@other.example") == RR_MAIL_RULE);
  CHECK(reason(allowed, true, true, "u@other.example") == RR_MAIL_LOGIN);
  CHECK(reason(nothing, false, true, "u@other.example") == RR_MAIL_GRANT);
  CHECK(reason(nothing, false, false, "u@other.example") == RR_MAIL_NOT_OURS);
  CHECK(reason(nothing, false, false, "u@x@OURS.example") == RR_MAIL_OURS);
  CHECK(reason(nothing, false, false, "postmaster") == RR_MAIL_NO_DOMAIN);
  rr_result foreign = allowed;
  foreign.size = 1;
  CHECK(reason(foreign, true, true, "u@ours.example") == RR_MAIL_FAILED);
  rr_rcpthosts_close(list);
}

}  // namespace
}  // namespace core::conformance
