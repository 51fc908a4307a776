// The options that tell checks about the program: see context.hpp.
#include "context.hpp"

#include <map>
#include <string>

namespace core {

namespace {

std::map<std::string, Program> programs_by_name() {
  std::map<std::string, Program> programs;
  for (const ProgramFacts& facts : all_programs()) programs.emplace(facts.name, facts.program);
  return programs;
}

}  // namespace

void add_context_options(CLI::App& app, CheckContext& context) {
  static const std::map<std::string, Program> programs = programs_by_name();
  static const std::map<std::string, Service> services = {
      {"smtp", Service::smtp}, {"submission", Service::submission}, {"pop3", Service::pop3}, {"imap", Service::imap},
      {"dns", Service::dns},
  };
  app.add_option_function<std::string>(
         "--program", [&context](const std::string& name) { context.program = programs.at(name); },
         "The program that reads the rules: tcpserver, ucspi-tcp-ipv6, ucspi-tcp6, ucspi-ssl, spamdyke")
      ->check(CLI::IsMember(&programs))
      ->type_name("NAME");
  app.add_option_function<std::string>(
         "--service", [&context](const std::string& name) { context.service = services.at(name); },
         "What is served behind the rules: smtp, submission, pop3, imap, dns")
      ->check(CLI::IsMember(&services))
      ->type_name("NAME");
  app.add_flag("--paranoid", context.paranoid, "tcpserver runs with -p: names are checked against forward DNS");
}

}  // namespace core
