// The options that tell checks about the program: see context.hpp.
#include "context.hpp"

#include <map>
#include <string>

namespace core {

void add_context_options(CLI::App& app, CheckContext& context) {
  static const std::map<std::string, Service> services = {
      {"smtp", Service::smtp}, {"submission", Service::submission}, {"pop3", Service::pop3}, {"imap", Service::imap},
      {"dns", Service::dns},
  };
  app.add_option_function<std::string>(
         "--service", [&context](const std::string& name) { context.service = services.at(name); },
         "What is served behind the rules: smtp, submission, pop3, imap, dns")
      ->check(CLI::IsMember(&services))
      ->type_name("NAME");
  app.add_flag("--paranoid", context.paranoid, "tcpserver runs with -p: names are checked against forward DNS");
}

}  // namespace core
