// A Sendmail server of a test's own: its files in a folder, and what the site that is read of them decides.
#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <utility>

#include "model/transaction.hpp"
#include "site/read_site.hpp"
#include "unit/folder.hpp"

namespace core::sendmail {

/// What stands in sendmail.mc in front of the features that a case is about.
inline const std::string configuration =
    "OSTYPE(`debian')dnl\n"
    "define(`confDOMAIN_NAME', `judge.example')dnl\n"
    "FEATURE(`accept_unresolvable_domains')dnl\n"
    "FEATURE(`nocanonify')dnl\n"
    "FEATURE(`use_cw_file')dnl\n";
inline const std::string with_skip = "FEATURE(`access_db', , `skip')dnl\n";

class ServerFiles {
 public:
  /// `features`: further lines of sendmail.mc.
  explicit ServerFiles(const std::string& features) {
    put("sendmail.mc", configuration + features + "MAILER(`local')dnl\nMAILER(`smtp')dnl\n");
    put("local-host-names", "local.example\njudge.example\nlocalhost\n");
  }
  ServerFiles& put(const std::string& name, const std::string& text) {
    core::put(folder_ / name, text);
    return *this;
  }
  /// Reads the files.
  [[nodiscard]] Site site() {
    ReadOptions options;
    options.scope = Scope::server;
    options.server = Server::sendmail;
    Site site = read_site({folder_.path()}, options, sources_, findings_);
    REQUIRE(site.failures.empty());
    return site;
  }
  [[nodiscard]] const Sources& sources() const { return sources_; }
  [[nodiscard]] const Findings& findings() const { return findings_; }

 private:
  Folder folder_;
  Sources sources_;
  Findings findings_;
};

/// "accepted", or the reply.
inline std::string answer(const MailDecision& decision) { return decision.is_accepted() ? "accepted" : decision.reply; }

}  // namespace core::sendmail
