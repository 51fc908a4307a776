#include "lint/checks/registry.hpp"
#include "lint/edits.hpp"

namespace {

bool is_temporary(const EnvEdit& edit) {
  return !edit.unset && edit.name() == "RBLSMTPD" && !edit.value().empty() && edit.value().front() != '-';
}

}  // namespace

const core::Check core::checks::rblsmtpd_temporary = {
    .kind = {"RR515", "rblsmtpd-temporary", Severity::note},
    .summary = "RBLSMTPD refuses for the moment only",
    .rationale =
        "rblsmtpd answers with the code 451 and the text of RBLSMTPD: 'not now'. The sender keeps the mail and tries "
        "again for days, and whoever sent it hears of it at the end of the week. Only where the text begins with '-' "
        "is the code 553, and the mail goes back at once; a code of your own in front of the text is part of the text. "
        "Spam programs do not try again, so that a delay may be what is wanted.\n"
        "Write '-' in front of the text to refuse for good.",
    .bad = {"tcp.smtp", "192.0.2.:allow,RBLSMTPD=\"554 no mail from you\"\n:allow\n"},
    .good = {"tcp.smtp", "192.0.2.:allow,RBLSMTPD=\"-no mail from you\"\n:allow\n"},
    .needs = Traits::keys | Traits::environment,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          for_each_bad_edit(facts, is_temporary, [&](const Rule& rule, const EnvEdit& edit) {
            const std::size_t words = std::min(edit.value().find_first_not_of(" 0123456789"), edit.value().size());
            findings
                .add(rblsmtpd_temporary.kind, place_of(rule, edit.value_span),
                     fmt::format("rblsmtpd answers with 451 and {}: the sender tries again for days",
                                 quoted(edit.value())))
                .with_help(fmt::format("write {} to refuse for good, with 553",
                                       quoted("-" + std::string(edit.value().substr(words)))));
          });
        },
};
