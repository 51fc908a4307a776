#include "lint/checks/registry.hpp"

const core::Check core::checks::name_with_dash = {
    .kind = syntax::name_with_dash,
    .summary = "a host name with a dash and without the equals sign",
    .rationale =
        "A '-' in an address is a range of numbers, unless the address has a '=' or a '@'. So 'my-host.example.com' is "
        "a range between things that are no numbers, and tcprules refuses the whole file.\n"
        "A host name needs the '=' in front in any case: '=my-host.example.com'.",
    .bad = {"tcp.smtp", "my-host.example.com:deny\n:allow\n"},
    .good = {"tcp.smtp", "=my-host.example.com:deny\n:allow\n"},
    .needs = Traits::keys,
};
