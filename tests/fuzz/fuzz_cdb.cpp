// Fuzz target: bytes as a CDB. Whatever is in the file is refused or read; what is read says to a walk over its records
// what it says to a look-up, and to the library, and goes back into a CDB.
//
// The runtime library has its own reading and its own target (fuzz_lookup.cpp).
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>

#include "cdb/lower.hpp"
#include "cdb/read.hpp"
#include "formats/tcprules.hpp"
#include "model/evaluate.hpp"
#include "model/key.hpp"
#include "relayrules/relayrules.h"
#include "require.hpp"

namespace core {
namespace {

using Records = std::vector<cdb::Reader::Record>;

/// Holds records for comparison with those of a file.
struct Collect : cdb::RecordSink {
  std::vector<std::pair<std::string, std::string>> records;
  bool add(std::string_view key, std::string_view value) override {
    records.emplace_back(key, value);
    return true;
  }
};

FileBytes copy(std::string_view bytes) {
  FileBytes file{std::make_unique<char[]>(bytes.size()), bytes.size()};
  std::copy(bytes.begin(), bytes.end(), file.bytes.get());
  return file;
}

void check_finding(const cdb::Reader& reader, const Records& records) {
  std::map<std::string_view, std::string_view> first;
  for (const auto& record : records) first.emplace(record.key, record.value);
  for (const auto& [key, value] : first) {
    const auto found = reader.find(key);
    require(found && *found == value && found->data() == value.data(), "a look-up finds the first record of a key");
  }
  for (const std::string& key : keys_asked_for(tcpserver_keys, {*parse_address("1.2.3.4"), "mail.example.com", "joe"}))
    require(reader.find(key).has_value() == first.contains(key), "a look-up finds what there is");
}

void check_library(std::string_view bytes, const Policy& policy) {
  const int file = memfd_create("rules", MFD_CLOEXEC);
  if (pwrite(file, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) std::abort();
  rr_db* db = nullptr;
  require(rr_open_fd(file, nullptr, &db) == RR_OK, "the library opens what is read here");
  close(file);
  for (const char* ip : {"1.2.3.4", "10.0.0.1"}) {
    const rr_client client{sizeof(rr_client), RR_TEXT, ip, std::strlen(ip), "mail.example.com", 16, "joe", 3};
    rr_result result = RR_RESULT_INIT;
    require(rr_lookup(db, &client, &result) == RR_OK, "the library reads every record of a complete policy");
    const Decision decision = evaluate(policy, {*parse_address(ip), "mail.example.com", "joe"});
    require(rr_permits(&result, RR_ALLOW) == (outcome_of(policy, decision).allows() ? 1 : 0), "and decides alike");
    require((result.key != nullptr) == decision.rule.has_value(), "by a rule or by none");
    rr_result_release(&result);
  }
  rr_close(db);
}

void check_policy(const cdb::Reader& reader, const Records& records, std::string_view bytes) {
  Findings findings;
  const Policy policy = cdb::read_policy(reader, tcpserver_keys, findings);
  require(policy.complete == findings.empty(), "an incomplete policy has a finding");
  (void)print_tcprules(policy, TcprulesDialect::classic);
  if (!policy.complete) return;
  check_library(bytes, policy);
  Collect again;
  Findings refused;
  require(cdb::lower(policy, {}, again, refused), "what was read can be written");
  require(again.records.size() == records.size(), "every record is written again");
  for (std::size_t i = 0; i < records.size(); ++i)
    require(again.records[i].first == records[i].key, "under the same key");
}

}  // namespace
}  // namespace core

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto reader = core::cdb::Reader::take("fuzz", core::copy(bytes));
  if (!reader.ok()) return 0;
  const auto records = reader.value().records();
  core::check_finding(reader.value(), records);
  core::check_policy(reader.value(), records, bytes);
  return 0;
}
