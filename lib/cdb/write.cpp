// Writing a CDB with tinycdb: see write.hpp.
#include "cdb/write.hpp"

#include <cdb.h>

#include <utility>

namespace core::cdb {

Writer::Writer(int fd, std::string path) : make_(std::make_unique<cdb_make>()), path_(std::move(path)) {
  if (cdb_make_start(make_.get(), fd) != 0) fail();
}

Writer::~Writer() {
  // tinycdb frees its tables only in finish; what that writes to an abandoned file does not matter
  if (!finished_) cdb_make_finish(make_.get());
}

void Writer::fail() {
  status_ = system_error("write", path_);
  if (errno == ENOMEM) status_->reason = "the rules do not fit into a CDB, which ends at 4 GiB, or into memory";
}

bool Writer::add(std::string_view key, std::string_view value) {
  if (status_) return false;
  const auto key_size = static_cast<unsigned>(key.size());
  const auto value_size = static_cast<unsigned>(value.size());
  // tinycdb wants a pointer even for no bytes
  const int failed =
      cdb_make_add(make_.get(), key.empty() ? "" : key.data(), key_size, value.empty() ? "" : value.data(), value_size);
  if (failed != 0) fail();
  return failed == 0;
}

Status Writer::finish() {
  finished_ = true;
  if (cdb_make_finish(make_.get()) != 0 && !status_) fail();
  return status_;
}

}  // namespace core::cdb
