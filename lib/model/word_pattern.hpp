// Word patterns: how libwrap compares one word of a rule with one text: a daemon's name, a user, a host name, an
// address.
//
// Pattern and text are compared as they are: callers give both in lower case. What is not known of a client has the
// text "unknown", and patterns are held against that, too: "un*" is everybody without a name.
#pragma once

#include <string_view>

namespace core {

/// True when `text` is like `pattern`: "*" stands for any text and "?" for one byte; without these, ".end" and "begin."
/// stand for all texts that end or begin so, "all" for every text, "known" for every one but "unknown", and any other
/// word for itself.
[[nodiscard]] bool matches_word(std::string_view pattern, std::string_view text);

}  // namespace core
