// Forms of recipients: the tricks of relay testers, and how the readers of mail take each of them.
//
// A reader is a pure function from the text behind "RCPT TO:" to what becomes of the mail. It speaks for a client that
// may not relay, on paper: nothing is sent, and nothing is asked of the real program.
// tests/unit/recipient_forms_test.cpp holds qmail-smtpd's reading against what the real one answered.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/destinations.hpp"

namespace core::analysis {

/// A program that takes mail over SMTP and reads recipients in its own way.
enum class MailServer : std::uint8_t { qmail_smtpd, postfix, sendmail };
inline constexpr MailServer all_mail_servers[] = {MailServer::qmail_smtpd, MailServer::postfix, MailServer::sendmail};

/// "qmail-smtpd", "postfix", "sendmail".
[[nodiscard]] std::string_view mail_server_name(MailServer reader);

/// What a reader knows of its server.
struct Surroundings {
  DestinationList ours;      ///< the owner's own domains: accepted from anybody
  DestinationList foreign;   ///< accepted from anybody, and not his: open suffixes
  bool accepts_all = false;  ///< there is no list: every domain is accepted
  std::vector<Destination> percenthack;
  std::string me;            ///< the server's name
  std::string literal_host;  ///< qmail: what its own literal stands for
  std::string default_host;  ///< qmail: what an address without a domain gets
  std::string literal;       ///< its own address, without the brackets: "192.0.2.25"
};

enum class FormOutcome : std::uint8_t { refused, local, outside };

/// "refused", "accepted as local", "accepted for outside".
[[nodiscard]] std::string_view form_outcome_name(FormOutcome outcome);

struct ReadRecipient {
  FormOutcome outcome = FormOutcome::refused;
  std::string address;  ///< what the reader makes of the text, after all rewriting
};

/// How `reader` takes `path`, the text behind "RCPT TO:", brackets included. A NUL ends the text.
[[nodiscard]] ReadRecipient read_recipient(MailServer reader, std::string_view path, const Surroundings& around);

/// One form, filled in.
struct RecipientForm {
  std::string_view name;  ///< "percent hack at a listed domain"
  std::string path;       ///< "<user%outside.example@example.org>"
};

/// The names that forms are made of.
struct FormNames {
  std::string outside;  ///< a domain of strangers
  std::string listed;   ///< one of the owner's
  std::string parent;   ///< a domain of which only the names below are listed; empty: leave those forms out
  std::string me;
  std::string literal;
};

/// The forms that relay testers try, and those that real readers were found to differ in.
[[nodiscard]] std::vector<RecipientForm> recipient_forms(const FormNames& names);

}  // namespace core::analysis
