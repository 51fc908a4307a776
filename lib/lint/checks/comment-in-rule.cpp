#include "lint/checks/registry.hpp"

const core::Check core::checks::comment_in_rule = {
    .kind = syntax::comment_in_rule,
    .summary = "a comment behind a rule, of which every word is taken for a pattern",
    .rationale =
        "In hosts.allow and hosts.deny a comment is a line of its own that begins with '#'. Behind a rule, libwrap "
        "takes the '#' and each word after it for one more client, or one more daemon: 'sshd : 10.0.0.1 # ALL of the "
        "office' lets everybody in, because ALL is a word that it knows, and asks DNS for 'office' on every "
        "connection.\n"
        "Put the comment on the line above.",
    .bad = {"hosts.allow", "sshd : 10.0.0.1 # ALL of the office\n"},
    .good = {"hosts.allow", "# all of the office\nsshd : 10.0.0.1\n"},
    .needs = Traits::daemons,
};
