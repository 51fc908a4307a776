// Measures audits of whole servers with big tables, and many questions put to one. The measure is what the original
// tcprules needs to compile as many rules, in the same turn.
#include <filesystem>
#include <string>
#include <string_view>

#include "generate_rules.hpp"
#include "run_program.hpp"
#include "times_the_original.hpp"

namespace core::bench {
namespace {

namespace fs = std::filesystem;

const std::string main_program = std::string(RELAYRULES_BINARY_DIR) + "/tools/relayrules";

constexpr std::string_view sendmail_mc =
    "FEATURE(`access_db')dnl\n"
    "FEATURE(`delay_checks')dnl\n"
    "FEATURE(`blocklist_recipients')dnl\n"
    "define(`confDOMAIN_NAME', `mail.example.org')dnl\n";
constexpr std::string_view main_cf =
    "myhostname = mail.example.org\n"
    "mydestination = example.org\n"
    "mynetworks_style = host\n"
    "inet_interfaces = loopback-only\n"
    "smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n";

/// A server with one big table.
struct Server {
  const char* name;
  std::string_view configuration_name;
  std::string configuration;
  std::string_view table_name;
  std::string (*table)(std::size_t count);
};

std::string networks(std::size_t count) {
  constexpr std::string_view results[] = {"OK"};
  return generate_cidr_table(count, results);
}

std::string listed_clients(std::size_t count) {
  constexpr std::string_view results[] = {"REJECT", "OK", "DUNNO", "450 4.7.1 later"};
  return generate_cidr_table(count, results);
}

std::string nested_networks(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t address = (10U << 24) + i;
    const auto octet = [&](unsigned place) { return std::to_string(address >> (24 - 8 * place) & 255); };
    text += octet(0) + "." + octet(1) + "." + octet(2) + "." + octet(3) + (i % 2 == 0 ? " OK\n" : " REJECT\n");
    if (i % 256 == 255) text += octet(0) + "." + octet(1) + "." + octet(2) + ".0/24 REJECT\n";
    if (i % 65536 == 65535) text += octet(0) + "." + octet(1) + ".0.0/16 OK\n";
  }
  return text;
}

/// Each refuses in other words, and its clients are a class of their own.
std::string own_replies(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i)
    text += "Connect:host" + std::to_string(i) + ".example.com\t550 no, " + std::to_string(i) + "\n";
  return text;
}

/// Names of up to a thousand labels, each below the one before it.
std::string deep_names(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += "Connect:";
    for (std::size_t depth = 0; depth <= i % 1000; ++depth) text += "a.";
    text += "n" + std::to_string(i / 1000) + ".example\t" + (i % 2 == 0 ? "REJECT\n" : "RELAY\n");
  }
  return text;
}

void write_server(const Server& server, const std::string& folder, std::size_t count) {
  fs::remove_all(folder);
  fs::create_directory(folder);
  write_file(folder + "/" + std::string(server.configuration_name), server.configuration);
  write_file(folder + "/" + std::string(server.table_name), server.table(count));
}

/// Half of the questions are about clients that are listed.
std::string questions(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string number = std::to_string(i);
    text += R"({"ip":")" + std::to_string(32 + i % 190) + "." + std::to_string(i / 256 % 256) + "." +
            std::to_string(i % 256) + R"(.7","host":"host)" + number + R"(.example.com","recipient":"u@domain)" +
            number + ".example\"}\n";
  }
  return text;
}

struct Folder {
  std::string rules;
  std::string server;
  std::string asked;
};

void write_rules(const Folder& files, std::size_t count) {
  in_child([&] { write_file(files.rules, generate_rules(count)); });
}

void measure_server(const Server& server, std::size_t count, const Folder& files, int turns) {
  Measured tenth;
  for (const std::size_t lines : {count / 10, count}) {
    write_rules(files, lines);
    in_child([&] { write_server(server, files.server, lines); });
    const Program audit{"relayrules audit", {main_program, "audit", files.server}, false, 0};
    const Measured measured = measure(audit, files.rules, turns);
    print_row(server.name, lines, measured, lines == count ? &tenth : nullptr);
    tenth = measured;
  }
}

/// As many questions as a tenth of the table's lines.
void measure_questions(const Server& server, std::size_t count, const Folder& files) {
  Measured tenth;
  for (const std::size_t lines : {count / 10, count}) {
    write_rules(files, lines);
    in_child([&] {
      write_server(server, files.server, lines);
      write_file(files.asked, questions(lines / 10));
    });
    const Program lookup{
        "relayrules lookup", {main_program, "lookup", files.server, "--program", "sendmail", "-"}, true, 0};
    const Measured measured = measure(lookup, files.rules, 3, files.asked);
    print_row("lookup, 1 for 10 lines", lines, measured, lines == count ? &tenth : nullptr);
    tenth = measured;
  }
}

}  // namespace

int run_all() {
  const std::string folder = make_folder();
  const Folder files{folder + "/rules", folder + "/server", folder + "/asked"};
  print_head("Whole servers, with reading and parsing of the files", "as many rules");
  const std::string cf(main_cf);
  const std::string mc(sendmail_mc);
  const std::string checked = cf + "smtpd_client_restrictions = check_client_access ";
  const Server access{"audit, access map", "sendmail.mc", mc, "access", generate_access_map};
  measure_server(access, 1'000'000, files, 5);
  measure_server({"audit, cidr mynetworks", "main.cf", cf + "mynetworks = cidr:nets\n", "nets", networks}, 1'000'000,
                 files, 5);
  measure_server({"audit, cidr clients", "main.cf", checked + "cidr:clients\n", "clients", listed_clients}, 1'000'000,
                 files, 5);
  measure_server({"audit, texthash clients", "main.cf", checked + "texthash:clients\n", "clients",
                  generate_client_table},
                 1'000'000, files, 3);
  measure_server({"audit, nested networks", "main.cf", checked + "cidr:clients\n", "clients", nested_networks},
                 1'000'000, files, 3);
  measure_server({"audit, each its own reply", "sendmail.mc", mc, "access", own_replies}, 20'000, files, 3);
  measure_server({"audit, suffixes of suffixes", "sendmail.mc", mc, "access", deep_names}, 3'000, files, 3);
  measure_questions(access, 1'000'000, files);
  fs::remove_all(folder);
  return 0;
}

}  // namespace core::bench

int main() { return core::bench::run_all(); }
