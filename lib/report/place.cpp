// Counting characters up to a place: see place.hpp.
#include "report/place.hpp"

#include "base/utf8.hpp"

namespace core {
namespace {

std::size_t character_column(const Sources& sources, std::uint32_t offset) {
  const std::size_t bytes = sources.position(offset).column - 1;
  return count_characters(sources.line_around(offset).substr(0, bytes)) + 1;
}

}  // namespace

std::optional<CharacterPlace> character_place(const Sources& sources, Span span) {
  const Source* source = sources.find(span.begin);
  if (source == nullptr) return std::nullopt;
  return CharacterPlace{source->name(), sources.position(span.begin).line, character_column(sources, span.begin),
                        sources.position(span.end).line, character_column(sources, span.end)};
}

}  // namespace core
