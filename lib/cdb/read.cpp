// Reading a CDB: see read.hpp. That every offset leads where it should was seen when the file was opened; what a value
// means is checked in value.cpp.
#include "cdb/read.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii_case.hpp"
#include "base/finding_kinds.hpp"
#include "cdb/value.hpp"
#include "model/key.hpp"

namespace core::cdb {

SystemError damaged(const std::string& path, const std::string& damage) {
  return {"read", path, EPROTO, fmt::format("it is no whole CDB: {}; compile the rules again", damage)};
}

Result<Reader> Reader::open(const std::string& path, const std::string& folder) {
  auto file = path == "-" ? read_standard_input() : read_file(path, folder);
  if (!file.ok()) return file.error();
  return take(path == "-" ? standard_input_name : path, std::move(file.value()));
}

Result<Reader> Reader::take(const std::string& path, FileBytes file) {
  if (const std::string damage = find_damage(file.view()); !damage.empty()) return damaged(path, damage);
  return Reader(std::move(file));
}

std::optional<std::string_view> Reader::find(std::string_view key) const {
  const Layout layout(file_.view());
  const std::uint32_t hash = hash_of(key);
  const Layout::Table table = layout.table(hash & 255);
  for (std::uint32_t step = 0; step < table.slots; ++step) {
    const auto index = static_cast<std::uint32_t>(((hash >> 8) % table.slots + std::uint64_t{step}) % table.slots);
    const Layout::Slot slot = layout.slot(table, index);
    if (slot.record == 0) break;
    if (slot.hash != hash) continue;
    const auto record = layout.record(slot.record, file_.size);
    if (record->key == key) return record->value;
  }
  return std::nullopt;
}

std::vector<Reader::Record> Reader::records() const {
  const Layout layout(file_.view());
  std::vector<Record> records;
  const std::uint64_t end = layout.records_end();
  for (std::uint64_t at = Layout::header_bytes; at != end; at += records.back().size())
    records.push_back(*layout.record(at, end));
  return records;
}

namespace {

/// True for a key that only this scheme's compiler writes: a network, or any address of ucspi-tcp6. An IPv6 address in
/// another spelling is a rule that its author wrote badly, whatever the program.
bool is_mark_of(const KeyScheme& scheme, std::string_view key) {
  if (&scheme == &tcpserver_keys) return false;
  const Readings readings = readings_of(scheme, key);
  return std::any_of(readings.begin(), readings.end(), [&](const KeyReading& reading) {
    return reading.kind == KeyKind::network || (&scheme == &ucspi_tcp6_keys && reading.kind == KeyKind::address);
  });
}

}  // namespace

const KeyScheme* foreign_scheme(const KeyScheme& scheme, std::string_view key) {
  if (key.empty() || key.front() == '=' || parse_octets(key)) return nullptr;  // what all have in common
  if (has_clients(scheme, key)) return nullptr;
  for (const KeyScheme* other : all_key_schemes())
    if (is_mark_of(*other, key)) return other;
  return nullptr;
}

bool check_keys(const Reader& reader, const KeyScheme& scheme, Findings& findings) {
  for (const Reader::Record& record : reader.records()) {
    const KeyScheme* other = foreign_scheme(scheme, record.key);
    if (other == nullptr) continue;
    findings
        .add(portability::foreign_database, {},
             fmt::format("the record for key {}: {} never asks for it, and {} does", quoted(record.key), scheme.server,
                         other->server))
        .with_help(fmt::format("say with --program for which program the database is: --program {}", other->name));
    return false;
  }
  return true;
}

Policy read_policy(const Reader& reader, const KeyScheme& scheme, Findings& findings) {
  const auto records = reader.records();
  Policy policy;
  policy.format = "cdb";
  policy.lookup.scheme = &scheme;
  policy.complete = check_keys(reader, scheme, findings);
  policy.rules.make_room(records.size());
  for (const Reader::Record& record : records) {
    DecodedValue decoded = decode_value(record.value);
    if (!decoded.error.empty()) {
      findings.add(portability::foreign_database, {},
                   fmt::format("the record for key {}: {}", quoted(record.key), decoded.error));
      policy.complete = false;
      continue;
    }
    const KeyMeaning meaning = parse_key(scheme, record.key);
    NewRule rule;
    rule.pattern = meaning.pattern;
    if (meaning.info) rule.condition.info = policy.add_info(std::string(*meaning.info));
    if (!decoded.edits.empty()) rule.edits = policy.add_edits(std::move(decoded.edits));
    rule.outcome = policy.add_outcome(decoded.access, rule.edits);
    policy.rules.add(rule);
  }
  return policy;
}

void read_destinations(const Reader& reader, DestinationList& list) {
  for (const auto& record : reader.records()) list.add({in_lower_case(record.key), {}});
}

}  // namespace core::cdb
