// What becomes of a mail: the half of lookup that asks a whole server.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/transaction.hpp"
#include "site/read_site.hpp"

namespace core {

/// What the command line says of one transaction.
struct MailQuestion {
  std::string sender = Transaction().sender;
  std::string recipient;
  bool login = false;
  bool granted = false;
  bool unverified = false;
  std::string listener;

  /// True when something was said that only a server can be asked.
  [[nodiscard]] bool is_asked() const {
    return !recipient.empty() || login || granted || unverified || !listener.empty() || sender != Transaction().sender;
  }
};

/// Answers for `client`, or without one for a JSON object in each line of standard input. The exit code.
[[nodiscard]] int look_up_mail(const std::vector<std::string>& paths, ReadOptions options,
                               const std::optional<Client>& client, const MailQuestion& question, bool as_json,
                               bool trace);

}  // namespace core
