// The functions of {fmt} that are no templates, for programs that are linked statically: Debian has them as a shared
// library only. In the header-only form they are inline, and -fkeep-inline-functions makes them functions that others
// can be linked with; of its templates those are made that are used here. One that is missing is an error of the
// linker.
#include <fmt/format.h>

// every kind of number, with and without digits that are grouped by a locale
template std::string fmt::format(fmt::format_string<double, float, int, double>, double&&, float&&, int&&, double&&);
// a moment's date is formatted by it: utc_time.cpp
template std::locale fmt::detail::locale_ref::get<std::locale>() const;
