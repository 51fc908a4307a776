// The reading of qmail-smtpd against Debian's mailfront, which reads recipients and control/rcpthosts as qmail does,
// but for addresses without a domain: those it refuses, and they are not compared.
#include "analysis/recipient_forms.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "conformance/original.hpp"

namespace core::conformance {
namespace {

constexpr const char* mailfront = "/usr/sbin/mailfront";

/// True when mailfront takes mail for `path` from a client that may not relay.
bool is_accepted(const Folder& folder, const std::string& path) {
  Command command{{mailfront, "smtp", "qmail", "check-fqdn", "counters", "relayclient", "qmail-validate"}};
  command.input = "HELO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:" + path + "\r\nQUIT\r\n";
  command.folder = folder.path();
  command.environment = {"QMAILHOME=" + folder.path(), "TCPREMOTEIP=192.0.2.9", "TCPLOCALIP=127.0.0.1",
                         "TCPLOCALHOST=mx.local.test", "PROTO=TCP"};
  const Outcome outcome = run(command);
  INFO(path << "\n" << format_outcome(outcome));
  REQUIRE(outcome.output.find("250 2.1.0 Sender accepted") != std::string::npos);
  return outcome.output.find("Recipient accepted") != std::string::npos;
}

}  // namespace

TEST_CASE("forms of recipients are accepted and refused as mailfront does") {
  if (::access(mailfront, X_OK) != 0) return skip("mailfront is not installed: forms of recipients were not compared");
  const Folder folder;
  std::filesystem::create_directory(folder / "control");
  write_file(folder / "control/me", "mx.local.test\n");
  write_file(folder / "control/rcpthosts", "local.test\n.sub.local.test\n");
  analysis::Surroundings around;
  for (const char* name : {"local.test", ".sub.local.test"}) around.ours.add({name, {}});
  around.me = around.literal_host = around.default_host = "mx.local.test";
  around.literal = "127.0.0.1";
  unsigned compared = 0;
  for (const auto& form :
       analysis::recipient_forms({"outside.example", "local.test", "sub.local.test", "mx.local.test", "127.0.0.1"})) {
    if (form.path.find('@') == std::string::npos) continue;
    const auto read = analysis::read_recipient(analysis::MailServer::qmail_smtpd, form.path, around);
    INFO(form.path);
    CHECK(is_accepted(folder, form.path) == (read.outcome != analysis::FormOutcome::refused));
    ++compared;
  }
  CHECK(compared == 29);
}

}  // namespace core::conformance
