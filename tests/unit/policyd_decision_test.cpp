// What relayrules-policyd answers: a table of requests against one CDB and one rcpthosts.
#include <cdb.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <ctime>

#include "folder.hpp"
#include "relayrules-policyd/decision.hpp"

using namespace relayrules::policyd;
using namespace std::string_view_literals;

namespace {

void open_rules(relayrules::Database& rules) {
  const int fd = memfd_create("rules", MFD_CLOEXEC);
  REQUIRE(fd >= 0);
  struct cdb_make make;
  cdb_make_start(&make, fd);
  for (const auto& [key, value] : {std::pair{"10.1."sv, "D\0"sv}, std::pair{"10."sv, "+RELAYCLIENT=\0"sv},
                                   std::pair{"=good.example"sv, "+RELAYCLIENT=\0"sv},
                                   std::pair{"=unknown"sv, "+RELAYCLIENT=\0"sv}, std::pair{"192.0.2.9"sv, "X"sv}})
    cdb_make_add(&make, key.data(), static_cast<unsigned>(key.size()), value.data(),
                 static_cast<unsigned>(value.size()));
  REQUIRE(cdb_make_finish(&make) == 0);
  REQUIRE(rules.open_fd(fd).ok());
  close(fd);
}

}  // namespace

TEST_CASE("each request has the answer that rules, login and rcpthosts give") {
  const core::Folder folder;
  std::ofstream(folder / "rcpthosts") << "ours.example\n";
  rr_rcpthosts* ours = nullptr;
  REQUIRE(rr_rcpthosts_open(folder.path().c_str(), &ours) == RR_OK);
  relayrules::Database rules;
  open_rules(rules);
  struct Row {
    std::string_view state, address, name, recipient, login, action;
  };
  for (const Row& row : {
           Row{"RCPT", "10.2.3.4", "unknown", "a@far.example", "", "OK"},
           Row{"RCPT", "10.1.3.4", "unknown", "a@far.example", "joe", "REJECT a rule denies this client"},
           Row{"CONNECT", "10.1.3.4", "", "", "", "REJECT a rule denies this client"},
           Row{"RCPT", "8.8.8.8", "good.example", "a@far.example", "", "OK"},
           Row{"RCPT", "8.8.8.8", "unknown", "a@far.example", "", "DUNNO"},
           Row{"RCPT", "8.8.8.8", "unknown", "a@far.example", "joe", "OK"},
           Row{"RCPT", "8.8.8.8", "unknown", "a@Ours.example", "", "OK"},
           Row{"RCPT", "8.8.8.8", "unknown", "a%far.example@ours.example", "", "DUNNO"},
           Row{"RCPT", "8.8.8.8", "unknown", "postmaster", "", "DUNNO"},
           Row{"RCPT", "10.2.3.4", "unknown", "", "joe", "DUNNO"},
           Row{"MAIL", "10.2.3.4", "unknown", "a@far.example", "joe", "DUNNO"},
           Row{"LATER", "10.2.3.4", "unknown", "a@far.example", "joe", "DUNNO"},
           Row{"RCPT", "", "", "a@ours.example", "joe", "451 4.3.5 the rules cannot be asked about this client"},
           Row{"RCPT", "192.0.2.9", "", "a@ours.example", "", "451 4.3.5 the rules cannot be asked about this client"},
       }) {
    const Request request{"smtpd_access_policy", row.state, row.recipient, row.address, row.name, row.login};
    CAPTURE(row.state, row.address, row.name, row.recipient, row.login);
    CHECK(action_for({&rules, ours, true}, request) == row.action);
  }
  const Request logged_in{"smtpd_access_policy", "RCPT", "a@far.example", "8.8.8.8", "unknown", "joe"};
  CHECK(action_for({&rules, ours, false}, logged_in) == "DUNNO");
  rr_rcpthosts_close(ours);
}

TEST_CASE("who logged in elsewhere may send anywhere, unless a rule denies him") {
  const core::Folder folder;
  const std::string store = folder / "grants";
  REQUIRE(mkdir(store.c_str(), 0755) == 0);
  for (const char* address : {"8.8.8.8", "10.1.3.4"}) {
    rr_grants* grants = nullptr;
    rr_client client = RR_CLIENT_INIT;
    client.ip = address;
    client.ip_len = std::strlen(address);
    REQUIRE(rr_grants_open(store.c_str(), nullptr, &grants, nullptr) == RR_OK);
    REQUIRE(rr_grants_add(grants, &client, "joe", nullptr, std::time(nullptr), nullptr) == RR_OK);
    rr_grants_close(grants);
  }
  relayrules::Database rules;
  open_rules(rules);
  Grants grants;
  Grants grants_but_for_gateways;
  REQUIRE(grants.open({store, ""}));
  REQUIRE(grants_but_for_gateways.open({store, "8.8.0.0/16"}));
  const auto answer = [&](Grants& asked, std::string_view state, std::string_view address, std::string_view recipient) {
    return action_for({&rules, nullptr, false, &asked},
                      {"smtpd_access_policy", state, recipient, address, "unknown", ""});
  };
  CHECK(answer(grants, "RCPT", "8.8.8.8", "a@far.example") == "OK");
  CHECK(answer(grants, "RCPT", "8.8.8.8", "a%far.example@ours.example") == "OK");
  CHECK(answer(grants, "RCPT", "8.8.4.4", "a@far.example") == "DUNNO");
  CHECK(answer(grants, "MAIL", "8.8.8.8", "a@far.example") == "DUNNO");
  CHECK(answer(grants, "RCPT", "10.1.3.4", "a@far.example") == "REJECT a rule denies this client");
  CHECK(answer(grants_but_for_gateways, "RCPT", "8.8.8.8", "a@far.example") == "DUNNO");
  CHECK_FALSE(Grants().open({"grants", ""}));
  CHECK(Grants().open({folder / "none", ""}));
}
