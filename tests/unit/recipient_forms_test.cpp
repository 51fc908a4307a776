// The readers of recipients against what the real programs answered: notqmail's qmail-smtpd, Postfix 3.7.11, and the
// rule sets of Sendmail 8.17.1 (check_rcpt), each with the same names and asked from a client that may not relay.
#include "analysis/recipient_forms.hpp"

#include <catch2/catch.hpp>
#include <random>

namespace core::analysis {
namespace {

constexpr FormOutcome refused = FormOutcome::refused;
constexpr FormOutcome local = FormOutcome::local;
constexpr FormOutcome outside = FormOutcome::outside;

DestinationList list_of(std::initializer_list<const char*> names) {
  DestinationList list;
  for (const char* name : names) list.add({name, {}});
  return list;
}

Surroundings surroundings() {
  Surroundings around;
  around.ours = list_of({"local.test", ".sub.local.test"});
  around.me = around.literal_host = around.default_host = "mx.local.test";
  around.literal = "127.0.0.1";
  return around;
}

/// Postfix and Sendmail accept mail for their own name; qmail-smtpd only for what is listed, and that was not.
struct Row {
  const char* path;
  FormOutcome qmail;
  FormOutcome postfix;
  FormOutcome sendmail;
};

constexpr Row rows[] = {
    {"<user@outside.example>", refused, refused, refused},
    {"<user@local.test>", local, local, local},
    {"<user@LOCAL.TEST>", local, local, local},
    {"<user%outside.example@local.test>", local, refused, refused},
    {"<user%outside.example@mx.local.test>", refused, refused, refused},
    {"<user%outside.example@[127.0.0.1]>", refused, refused, refused},
    {"<user%outside.example>", local, refused, refused},
    {"<\"user%outside.example\">", local, refused, refused},
    {"<\"user@outside.example\">", refused, refused, refused},
    {"<\"user@outside.example\"@local.test>", local, refused, refused},
    {"<\"user@outside.example\"@[127.0.0.1]>", refused, refused, refused},
    {"<user\\@outside.example@local.test>", local, refused, local},
    {"<user@outside.example@local.test>", local, refused, refused},
    {"<user@outside.example@mx.local.test>", refused, refused, refused},
    {"<user@outside.example@[127.0.0.1]>", refused, refused, refused},
    {"<user@outside.example@>", refused, refused, refused},
    {"<@local.test:user@outside.example>", refused, refused, refused},
    {"<@mx.local.test:user@outside.example>", refused, refused, refused},
    {"<@[127.0.0.1]:user@outside.example>", refused, refused, refused},
    {"<@local.test,@mx.local.test:user@outside.example>", refused, refused, refused},
    {"<outside.example!user>", local, refused, refused},
    {"<outside.example!user@local.test>", local, refused, refused},
    {"<outside.example!user@mx.local.test>", refused, refused, refused},
    {"<outside.example!user@[127.0.0.1]>", refused, refused, refused},
    {"<user>", local, local, local},
    {"<user@[127.0.0.1]>", refused, local, local},
    {"<user@[IPv6:::1]>", refused, refused, refused},
    {"<user@outside.example.>", refused, refused, refused},
    {"<user@local.test.>", refused, local, local},
    {"<user@outside.example.local.test>", refused, refused, refused},
    {"<user@evillocal.test>", refused, refused, refused},
    {"<user@outside.example>@local.test", refused, refused, refused},
    {"<user@x.sub.local.test>", local, local, local},
    {"<\"user@outside.example%\"@local.test>", local, refused, refused},
};

FormOutcome outcome(MailServer reader, const std::string& path, const Surroundings& around) {
  return read_recipient(reader, path, around).outcome;
}

}  // namespace

TEST_CASE("every form is read as the real program reads it") {
  const Surroundings around = surroundings();
  for (const Row& row : rows) {
    INFO(row.path);
    CHECK(outcome(MailServer::qmail_smtpd, row.path, around) == row.qmail);
    CHECK(outcome(MailServer::postfix, row.path, around) == row.postfix);
    CHECK(outcome(MailServer::sendmail, row.path, around) == row.sendmail);
  }
}

TEST_CASE("a suffix entry does not take the domain above it for one of the names below") {
  CHECK(outcome(MailServer::qmail_smtpd, "<user@sub.local.test>", surroundings()) == refused);
}

TEST_CASE("qmail reads what has no brackets, no end, or too many bytes") {
  const Surroundings around = surroundings();
  CHECK(outcome(MailServer::qmail_smtpd, " user@local.test SIZE=1", around) == local);
  CHECK(outcome(MailServer::qmail_smtpd, "<user@local.test", around) == local);
  CHECK(outcome(MailServer::qmail_smtpd, "<user@local.test\\", around) == local);
  CHECK(outcome(MailServer::qmail_smtpd, "<@", around) == local);
  CHECK(outcome(MailServer::qmail_smtpd, "<" + std::string(888, 'u') + "@local.test>", around) == local);
  CHECK(outcome(MailServer::qmail_smtpd, "<" + std::string(889, 'u') + "@local.test>", around) == refused);
  CHECK(outcome(MailServer::qmail_smtpd, std::string("<user@local.test\0.outside>", 26), around) == local);
}

TEST_CASE("percenthack at a listed domain makes the percent form go outside, through as many as there are") {
  Surroundings around = surroundings();
  around.percenthack = {{"local.test", {}}, {"hop.example", {}}};
  const auto read = [&](const char* path) { return read_recipient(MailServer::qmail_smtpd, path, around); };
  CHECK(read("<user%outside.example@local.test>").outcome == outside);
  CHECK(read("<user%outside.example@local.test>").address == "user@outside.example");
  CHECK(read("<user%outside.example%hop.example@local.test>").address == "user@outside.example");
  CHECK(read("<user%local.test@local.test>").outcome == local);
  CHECK(read("<user@local.test>").outcome == local);
  CHECK(read("<user%outside.example>").outcome == local);
  around.percenthack = {{"mx.local.test", {}}};
  CHECK(read("<user%outside.example@local.test>").outcome == local);
  CHECK(read("<user%outside.example>").outcome == outside);
}

TEST_CASE("without a list every domain is accepted, and an open suffix lets through what lies below it") {
  Surroundings around = surroundings();
  around.accepts_all = true;
  CHECK(outcome(MailServer::qmail_smtpd, "<user@outside.example>", around) == outside);
  CHECK(outcome(MailServer::qmail_smtpd, "<user@local.test>", around) == local);
  around.accepts_all = false;
  around.foreign = list_of({".com"});
  for (const MailServer reader : all_mail_servers) {
    INFO(mail_server_name(reader));
    CHECK(outcome(reader, "<user@victim.com>", around) == outside);
    CHECK(outcome(reader, "<user@com>", around) == refused);
    CHECK(outcome(reader, "<user@outside.example>", around) == refused);
  }
}

TEST_CASE("no text of signs goes outside where nothing is open, and each is read to an end") {
  const Surroundings around = surroundings();
  static const char* const pieces[] = {"@",           "%",
                                       "!",           "\"",
                                       "\\",          "<",
                                       ">",           ":",
                                       ",",           "user",
                                       "local.test",  "mx.local.test",
                                       "[127.0.0.1]", "outside.example",
                                       ".",           " "};
  std::mt19937 random(7);
  for (int round = 0; round < 20'000; ++round) {
    std::string path = random() % 4 == 0 ? "" : "<";
    for (auto i = random() % 9; i > 0; --i) path += pieces[random() % std::size(pieces)];
    if (random() % 4 != 0) path += '>';
    for (const MailServer reader : all_mail_servers) {
      INFO(mail_server_name(reader) << " " << path);
      CHECK(outcome(reader, path, around) != outside);
    }
  }
}

TEST_CASE("all forms are different, and only the plain one at a listed domain is no trick") {
  const auto forms = recipient_forms({"outside.example", "local.test", "sub.local.test", "mx.local.test", "127.0.0.1"});
  for (std::size_t i = 0; i < forms.size(); ++i)
    for (std::size_t k = i + 1; k < forms.size(); ++k) {
      CHECK(forms[i].path != forms[k].path);
      CHECK(forms[i].name != forms[k].name);
    }
  CHECK(forms.size() == 33);
}

}  // namespace core::analysis
