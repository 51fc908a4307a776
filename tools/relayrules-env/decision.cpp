// Asks the rules; decision.hpp has the contract. The CDB is read by the library. hosts.allow and hosts.deny are read by
// "relayrules lookup", whose answer has the form of a CDB's record and is understood by the same code.
#include "decision.hpp"

#include <unistd.h>

#include <cerrno>

#include "child_program.hpp"
#include "message.hpp"
#include "runtime/network.hpp"
#include "runtime/value.hpp"
#include "spelt.hpp"
#include "variables.hpp"

namespace relayrules::env {

namespace {

bool say_no_answer(const char* file, const char* reason) {
  Text text;
  text.add("cannot decide by ").add_quoted(bytes_of(file)).add(": ").add(reason);
  say(text);
  return false;
}

bool say_status(const char* file, rr_status status) {
  char words[200];
  return say_no_answer(file, rr_errmsg(status, words, sizeof words));
}

bool ask_database(const RuleOptions& options, const Connection& connection, Decision* decision) {
  rr_options open_options = RR_OPTIONS_INIT;
  open_options.scheme = options.scheme;
  rr_db* database = nullptr;
  rr_status status = rr_open(options.database, &open_options, &database);
  if (status == RR_SYSTEM && errno == ENOENT && options.may_be_missing) {
    decision->result.verdict = RR_NOMATCH;
    return true;
  }
  if (status != RR_OK) return say_status(options.database, status);
  const rr_client client = client_of(connection);
  status = rr_lookup(database, &client, &decision->result);
  rr_close(database);  // the result keeps what it borrows
  if (status != RR_OK) return say_status(options.database, status);
  return true;
}

/// Takes "PLACE NUL CHUNKS" apart. False if it is anything else.
bool read_record(Bytes record, Decision* decision) {
  const void* end = record.size == 0 ? nullptr : memchr(record.data, '\0', record.size);
  if (end == nullptr) return false;
  const auto place_size = static_cast<size_t>(static_cast<const char*>(end) - record.data);
  const Bytes value = record.from(place_size + 1);
  runtime::Meaning meaning;
  if (!runtime::read_value(value, &meaning)) return false;
  decision->result.verdict = meaning.deny ? RR_DENY : RR_ALLOW;
  decision->result.relay = meaning.relay;
  decision->result.env = value.data;
  decision->result.env_len = value.size;
  if (place_size == 0) return true;
  decision->result.key = record.data;
  decision->result.key_len = place_size;
  return true;
}

/// True if the file is there, or nobody can say that it is not: then reading it tells why.
bool is_there(const char* file) { return access(file, F_OK) == 0 || errno != ENOENT; }

/// "DAEMON@ADDRESS": some rules are about a server's address. Where it is not known, such a rule gives no answer.
Text daemon_of(const RuleOptions& options) {
  Text daemon;
  daemon.add(options.daemon);
  runtime::Address local;
  if (runtime::read_text(variable("TCPLOCALIP"), &local)) daemon.add("@").add(spelt(local).bytes());
  return daemon;
}

bool ask_hosts_files(const RuleOptions& options, const Connection& connection, Decision* decision) {
  Text daemon = daemon_of(options);
  const char* arguments[16] = {"relayrules", "lookup", "--format", "record", "--from", "hosts_access"};
  size_t count = 6;
  const auto add = [&](const char* option, const char* value) {
    arguments[count++] = option;
    arguments[count++] = value;
  };
  add("--daemon", daemon.c_str());
  add("--ip", connection.ip.data);
  if (connection.host.present()) add("--host", connection.host.data);
  if (connection.info.present()) add("--info", connection.info.data);
  Text files[2];
  const size_t files_from = count;
  for (size_t i = 0; i < 2; ++i) {
    const char* file = files[i].add(options.hosts_folder).add(i == 0 ? "/hosts.allow" : "/hosts.deny").c_str();
    if (is_there(file)) arguments[count++] = file;
  }
  if (count == files_from) {
    decision->result.verdict = RR_NOMATCH;  // as libwrap: files that are missing are empty
    return true;
  }
  ChildAnswer answer;
  if (!run_child(arguments, options.seconds, &answer)) return false;
  if (answer.is_too_slow) return say_no_answer(arguments[files_from], "it could not be read in time");
  if (answer.exit_code != 0) return say_no_answer(arguments[files_from], answer.error.c_str());
  return read_record(answer.output, decision) || say_no_answer(arguments[files_from], "relayrules gave no answer");
}

}  // namespace

rr_client client_of(const Connection& connection) {
  rr_client client = RR_CLIENT_INIT;
  client.form = RR_BYTES;
  client.ip = connection.address.bytes;
  client.ip_len = connection.address.size;
  client.host = connection.host.data;
  client.host_len = connection.host.size;
  client.info = connection.info.data;
  client.info_len = connection.info.size;
  return client;
}

bool decide(const RuleOptions& options, const Connection& connection, Decision* decision) {
  return options.daemon != nullptr ? ask_hosts_files(options, connection, decision)
                                   : ask_database(options, connection, decision);
}

}  // namespace relayrules::env
