#include "lint/checks/registry.hpp"

const core::Check core::checks::foreign_database = {
    .kind = portability::foreign_database,
    .summary = "a database that another program compiled",
    .rationale =
        "The programs of this family all use CDB files with addresses as keys, and mean different things by the "
        "values. A denial of ipsvd or s6, read by tcpserver, is an allow; a denial of tcpserver, read by tcpsvd, is "
        "one too. No reader looks.\n"
        "relayrules refuses values that tcpserver would not understand. Compile the text with the program that reads "
        "the database.",
    .bad = {},  // there is no text to show: the mistake is in a compiled file
};
