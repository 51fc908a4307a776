// Fuzz target: bytes as a CDB. Opening, listing, finding and turning it back into rules must survive whatever is in the
// file, and what comes out of a good one must go back in.
//
// The runtime library has its own reading and its own target (tests/runtime/fuzz_lookup.cpp).
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "cdb/lower.hpp"
#include "cdb/read.hpp"
#include "formats/tcprules.hpp"
#include "model/evaluate.hpp"
#include "model/key.hpp"
#include "require.hpp"

namespace core {
namespace {

/// Holds records for comparison with those of a file.
struct Collect : cdb::RecordSink {
  std::vector<std::pair<std::string, std::string>> records;
  bool add(std::string_view key, std::string_view value) override {
    records.emplace_back(key, value);
    return true;
  }
};

void check_finding(const cdb::Reader& reader) {
  for (const char* address : {"1.2.3.4", "10.0.0.1", "::1"})
    for (const std::string& key : keys_asked_for(tcpserver_keys, {*parse_address(address), "mail.example.com", "joe"}))
      (void)reader.find(key);
}

void check_policy(const cdb::Reader& reader, const std::vector<cdb::Reader::Record>& records) {
  Findings findings;
  const auto policy = cdb::read_policy(reader, tcpserver_keys, findings);
  require(policy.ok(), "a file whose records can be listed can be read");
  require(policy.value().complete == findings.empty(), "an incomplete policy has a finding");
  (void)evaluate(policy.value(), {*parse_address("1.2.3.4"), "mail.example.com", "joe"});
  (void)print_tcprules(policy.value(), TcprulesDialect::classic);
  if (!policy.value().complete) return;
  Collect again;
  Findings refused;
  require(cdb::lower(policy.value(), {}, again, refused), "what was read can be written");
  require(again.records.size() == records.size(), "every record is written again");
  for (std::size_t i = 0; i < records.size(); ++i)
    require(again.records[i].first == records[i].key, "under the same key");
}

}  // namespace
}  // namespace core

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const int file = memfd_create("fuzz", 0);
  if (pwrite(file, data, size, 0) != static_cast<ssize_t>(size)) std::abort();
  const auto reader = core::cdb::Reader::open("/proc/self/fd/" + std::to_string(file));
  close(file);
  if (!reader.ok()) return 0;
  (void)reader.value().looks_whole();
  core::check_finding(reader.value());
  const auto records = reader.value().records();
  if (records.ok()) core::check_policy(reader.value(), records.value());
  return 0;
}
