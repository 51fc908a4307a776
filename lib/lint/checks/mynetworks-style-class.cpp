#include "lint/checks/registry.hpp"

const core::Check core::checks::mynetworks_style_class = {
    .kind = main_cf::by_class,
    .summary = "mynetworks_style = class lets a whole network of old times relay",
    .rationale =
        "Without mynetworks Postfix makes it of its own addresses. With 'class' each stands for its class A, B or C: "
        "of a server at 12.1.2.3 all 16 million addresses of 12.0.0.0/8 relay. Nothing is said where mynetworks is "
        "set, which then counts alone.\nList your own networks in mynetworks, or write mynetworks_style = host, which "
        "is the default.",
    .needs = Traits::text,
};
