// fmt::format for lines that people read and of which others wrote parts.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <type_traits>

#include "base/printable.hpp"

namespace core {
namespace detail {

template <typename Value>
decltype(auto) shown(const Value& value) {
  if constexpr (std::is_convertible_v<const Value&, std::string_view>)
    return printable(std::string_view(value));
  else
    return (value);
}

template <typename... Values>
std::string formatted(fmt::string_view format, const Values&... values) {
  return fmt::vformat(format, fmt::make_format_args(values...));
}

}  // namespace detail

/// fmt::format with every text among `values` printable. The line feeds of the result are those of `format`.
template <typename... Values>
[[nodiscard]] std::string format_shown(fmt::format_string<const Values&...> format, const Values&... values) {
  return detail::formatted(format, detail::shown(values)...);
}

}  // namespace core
