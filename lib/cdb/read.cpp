// Reading a CDB with tinycdb: see read.hpp. tinycdb checks every offset against the file's size, so a corrupt file gives an
// error and no crash; what a value means is checked in value.cpp.
#include "cdb/read.hpp"

#include <cdb.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <fmt/format.h>

#include "base/finding_kinds.hpp"
#include "cdb/value.hpp"
#include "model/key.hpp"

namespace core::cdb {
namespace {

constexpr std::size_t toc_bytes = 2048;
constexpr char not_a_database[] = "it is no CDB: too short, or damaged";

SystemError damaged(const std::string& path) { return {"read", path, EPROTO, not_a_database}; }

std::string_view bytes_at(const ::cdb& map, unsigned position, unsigned size) {
  const void* bytes = cdb_get(&map, size, position);
  return bytes == nullptr ? std::string_view() : std::string_view(static_cast<const char*>(bytes), size);
}

}  // namespace

Reader::Reader() : map_(std::make_unique<::cdb>()) {}
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;
Reader::~Reader() {
  if (map_ && map_->cdb_mem != nullptr) cdb_free(map_.get());
}

Result<Reader> Reader::open(const std::string& path) {
  Reader reader;
  reader.path_ = path;
  reader.file_ = FileDescriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!reader.file_.valid()) return system_error("open", path);
  struct stat status {};
  if (::fstat(reader.file_.get(), &status) != 0) return system_error("read", path);
  if (S_ISDIR(status.st_mode)) return SystemError{"read", path, EISDIR, "it is a folder; name a file in it"};
  if (cdb_init(reader.map_.get(), reader.file_.get()) != 0) {
    if (errno != EPROTO && errno != EINVAL) return system_error("map", path);
    return damaged(path);
  }
  return reader;
}

Result<std::optional<std::string_view>> Reader::find(std::string_view key) const {
  const int found = cdb_find(map_.get(), key.empty() ? "" : key.data(), static_cast<unsigned>(key.size()));
  if (found < 0) return damaged(path_);
  if (found == 0) return std::optional<std::string_view>();
  if (cdb_get(map_.get(), cdb_datalen(map_.get()), cdb_datapos(map_.get())) == nullptr) return damaged(path_);
  return std::optional(bytes_at(*map_, cdb_datapos(map_.get()), cdb_datalen(map_.get())));
}

Result<std::vector<Reader::Record>> Reader::records() const {
  // Not with cdb_seqnext: its sums of lengths are 32 bits wide, wrap round in a corrupt file, and then it never ends.
  std::vector<Record> records;
  const unsigned end = map_->cdb_dend;
  unsigned position = toc_bytes;
  while (position < end) {
    if (end - position < 8) return damaged(path_);
    const auto* sizes = static_cast<const unsigned char*>(cdb_get(map_.get(), 8, position));
    if (sizes == nullptr) return damaged(path_);
    const std::uint64_t key_size = cdb_unpack(sizes);
    const std::uint64_t value_size = cdb_unpack(sizes + 4);
    position += 8;
    if (key_size + value_size > end - position) return damaged(path_);
    const auto value_position = position + static_cast<unsigned>(key_size);
    records.push_back({bytes_at(*map_, position, static_cast<unsigned>(key_size)),
                       bytes_at(*map_, value_position, static_cast<unsigned>(value_size))});
    position = value_position + static_cast<unsigned>(value_size);
  }
  return records;
}

bool Reader::looks_whole() const {
  const auto* toc = static_cast<const unsigned char*>(cdb_get(map_.get(), toc_bytes, 0));
  if (toc == nullptr) return false;
  for (std::size_t at = 0; at < toc_bytes; at += 8) {
    const std::uint64_t position = cdb_unpack(toc + at);
    const std::uint64_t slots = cdb_unpack(toc + at + 4);
    if (position < toc_bytes || position + slots * 8 > map_->cdb_fsize) return false;
  }
  return true;
}

Result<Policy> read_policy(const Reader& reader, const KeyScheme& scheme, Findings& findings) {
  auto records = reader.records();
  if (!records.ok()) return records.error();
  Policy policy;
  policy.format = "cdb";
  policy.lookup.scheme = &scheme;
  policy.rules.make_room(records.value().size());
  for (const Reader::Record& record : records.value()) {
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

}  // namespace core::cdb
