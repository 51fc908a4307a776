// Places as other programs count them: in characters, where ours count bytes.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/source.hpp"
#include "base/utf8.hpp"

namespace core {

/// Lines and columns from 1; the end is the column behind the last character.
struct CharacterPlace {
  std::string_view file;  ///< the source's name, alive as long as the source
  std::size_t line = 1;
  std::size_t column = 1;
  std::size_t end_line = 1;
  std::size_t end_column = 1;
};

/// Where `span` stands; none when it lies in no source.
[[nodiscard]] inline std::optional<CharacterPlace> character_place(const Sources& sources, Span span) {
  const Source* source = sources.find(span.begin);
  if (source == nullptr) return std::nullopt;
  const auto column_of = [&](std::uint32_t offset) {
    return count_characters(sources.line_around(offset).substr(0, sources.position(offset).column - 1)) + 1;
  };
  return CharacterPlace{source->name(), sources.position(span.begin).line, column_of(span.begin),
                        sources.position(span.end).line, column_of(span.end)};
}

}  // namespace core
