// relayrules-policyd: the rules of a CDB, and qmail's domains, as a policy service of Postfix.
#include <CLI/CLI.hpp>

#include <cstdlib>
#include <map>
#include <string>

#include "relayrules-policyd/listener.hpp"
#include "relayrules-policyd/message.hpp"
#include "relayrules-policyd/server.hpp"

namespace {

using namespace relayrules::policyd;

constexpr int exit_usage = 100;
constexpr int exit_failed = 111;

struct Options {
  RuleOptions rules;
  ServerOptions server;
  std::string listen;
  std::string mode = "0660";
  std::string program = "tcpserver";
  long idle = 300;
};

void add_grant_options(CLI::App& app, GrantOptions& grants) {
  app.add_option("--grants", grants.store, "Who logged in elsewhere, as relayrules-grant records it, may send anywhere")
      ->type_name("STORE");
  app.add_option("--grant-seconds", grants.seconds,
                 "Believe a grant no longer, and so long one that records no period (900)")
      ->check(CLI::Range(1, 86'400))
      ->type_name("N");
  app.add_option("--ipv6-bits", grants.ipv6_bits, "For how many bits of an IPv6 address grants are")
      ->check(CLI::Range(48, 128))
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--never", grants.never, "Addresses and networks that have no grant: gateways, proxies")
      ->type_name("NETS");
}

void add_options(CLI::App& app, Options& options) {
  app.set_version_flag("--version", "relayrules-policyd " RELAYRULES_VERSION);
  app.add_option("-x,--rules", options.rules.rules, "The compiled rules")->required()->type_name("FILE");
  app.add_option("--program", options.program, "For which program they were compiled")
      ->check(CLI::IsMember({"tcpserver", "ucspi-tcp-ipv6", "ucspi-tcp6"}))
      ->type_name("NAME")
      ->capture_default_str();
  app.add_option("--control", options.rules.control,
                 "qmail's control folder, whose rcpthosts are everybody's to send to")
      ->type_name("DIR");
  app.add_flag("--login-relays", options.rules.login_relays, "Who has logged in (SASL) may send anywhere");
  add_grant_options(app, options.rules.grants);
  app.add_option("--listen", options.listen, "The UNIX socket to make; default: the one that systemd hands over")
      ->type_name("PATH");
  app.add_option("--mode", options.mode, "Its permissions, in octal digits")->type_name("MODE")->capture_default_str();
  app.add_option("--connections", options.server.connections, "How many are served at a time; others wait")
      ->check(CLI::Range(1, 100'000))
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--idle", options.idle, "Let go of a connection that was silent for so many seconds")
      ->check(CLI::Range(1, 86'400))
      ->type_name("SECONDS")
      ->capture_default_str();
}

int serve(Options& options) {
  const std::map<std::string, relayrules::Scheme> schemes = {{"tcpserver", relayrules::Scheme::tcpserver},
                                                             {"ucspi-tcp-ipv6", relayrules::Scheme::ucspi_tcp_ipv6},
                                                             {"ucspi-tcp6", relayrules::Scheme::ucspi_tcp6}};
  char* end = nullptr;
  const unsigned long mode = std::strtoul(options.mode.c_str(), &end, 8);
  if (options.mode.empty() || *end != '\0' || mode > 0777) return say("--mode: not three octal digits"), exit_usage;
  options.rules.scheme = schemes.at(options.program);
  options.server.idle = std::chrono::seconds(options.idle);
  Rules rules;
  if (!rules.open(options.rules)) return exit_failed;
  const int listener =
      options.listen.empty() ? inherited_listener() : listen_at(options.listen, static_cast<unsigned>(mode));
  if (listener < 0) {
    if (options.listen.empty()) say("nobody handed over a socket; name one with --listen");
    return options.listen.empty() ? exit_usage : exit_failed;
  }
  return Server(listener, rules, options.server).run() ? 0 : exit_failed;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Answer Postfix' check_policy_service by compiled rules.", "relayrules-policyd");
  add_options(app, options);
  try {
    app.parse(argc, argv);
    return serve(options);
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    app.exit(error);
    return exit_usage;
  } catch (const std::exception& error) {
    say(error.what());
    return exit_failed;
  }
}
