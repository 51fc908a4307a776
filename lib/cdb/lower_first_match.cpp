// Placeholder until hosts_access lands.
#include "cdb/lower.hpp"
namespace relayrules::cdb {
bool lower_first_match(const Policy&, std::string_view, RecordSink&, Findings&) { return false; }
}
