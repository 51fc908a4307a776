// The database beside a rule file: does it say what the text says?
#pragma once

#include <optional>
#include <string>

#include "base/finding.hpp"
#include "base/source.hpp"
#include "cdb/read.hpp"
#include "model/policy.hpp"

namespace core {

/// Where the database of the rule file `path` is looked for.
[[nodiscard]] inline std::string database_beside(const std::string& path) { return path + ".cdb"; }

/// Adds a finding when there is a CDB named as the file `source` with ".cdb" behind it, and its records are not those
/// to which `policy`, read from it, compiles. What cannot be compared is passed over.
void check_database(const Source& source, const Policy& policy, Findings& findings);

/// How the records of `database` differ from those to which `policy`, read from the file `path`, compiles for `daemon`;
/// empty: they do not; none: CDBs cannot say `policy`. Records behind the rules are no difference where vpopmail's
/// open-smtp lies beside `path`.
[[nodiscard]] std::optional<std::string> difference_of(const cdb::Reader& database, const Policy& policy,
                                                       const std::string& path, const std::string& daemon);

}  // namespace core
