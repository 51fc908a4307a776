// CheckContext: what the files do not say themselves: which program reads them, how it was started, what it serves.
#pragma once

#include <cstdint>

namespace relayrules {

/// Programs that read rules of these formats and differ in what they make of them.
enum class Program : std::uint8_t { any, tcpserver, ucspi_tcp_ipv6, ucspi_tcp6, ucspi_ssl, spamdyke };

/// What runs behind the rules.
enum class Service : std::uint8_t { any, smtp, submission, pop3, imap, dns };

struct CheckContext {
  Program program = Program::any;  ///< any: what tcpserver does holds
  Service service = Service::any;  ///< any: nothing is said that depends on it
  bool paranoid = false;           ///< tcpserver -p: names are checked against forward DNS

  /// True when the program takes "10.0.0.0/8" for a network.
  [[nodiscard]] bool reads_cidr() const { return program == Program::ucspi_tcp6 || program == Program::spamdyke; }
  /// True when clients may come by IPv6, and rules may name them.
  [[nodiscard]] bool reads_ipv6() const { return program == Program::ucspi_tcp6 || program == Program::ucspi_tcp_ipv6; }
  /// True when RELAYCLIENT is read behind these rules.
  [[nodiscard]] bool takes_mail() const {
    return service == Service::any || service == Service::smtp || service == Service::submission;
  }
};

}  // namespace relayrules
