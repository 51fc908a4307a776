// What relayrules-policyd answers: a table of requests against one CDB and one rcpthosts.
#include <cdb.h>
#include <sys/mman.h>
#include <unistd.h>

#include <catch2/catch.hpp>

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
