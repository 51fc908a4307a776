// Source text and places in it: see source.hpp. Line starts are found once per source, when the first message needs
// them; a clean file of a million lines never pays for them.
#include "base/source.hpp"

#include <utility>

namespace core {

const Source* Sources::add(std::string name, std::unique_ptr<char[]> bytes, std::size_t size) {
  // One byte of room behind each text keeps "at the end of this file" apart from "at the start of the next".
  if (size > max_bytes - next_base_) return nullptr;
  auto source = std::make_unique<Source>(std::move(name), std::string_view(bytes.get(), size), next_base_);
  next_base_ += static_cast<std::uint32_t>(size) + 1;
  entries_.push_back({std::move(bytes), std::move(source), {}});
  return entries_.back().source.get();
}

const Source* Sources::add(std::string name, std::string_view text) {
  auto bytes = std::make_unique_for_overwrite<char[]>(text.size() + 1);
  std::copy(text.begin(), text.end(), bytes.get());  // an empty text may have no address
  return add(std::move(name), std::move(bytes), text.size());
}

const Sources::Entry* Sources::entry_at(std::uint32_t offset) const {
  auto after = std::upper_bound(entries_.begin(), entries_.end(), offset,
                                [](std::uint32_t value, const Entry& entry) { return value < entry.source->base(); });
  if (after == entries_.begin()) return nullptr;
  const Entry& entry = *(after - 1);
  return offset - entry.source->base() <= entry.source->text().size() ? &entry : nullptr;
}

const Source* Sources::find(std::uint32_t offset) const {
  const Entry* entry = entry_at(offset);
  return entry == nullptr ? nullptr : entry->source.get();
}

std::string_view Sources::text(Span span) const {
  const Source* source = find(span.begin);
  if (source == nullptr || span.end < span.begin) return {};
  const std::string_view text = source->text();
  const std::size_t from = span.begin - source->base();
  return text.substr(from, span.size());
}

Position Sources::position(std::uint32_t offset) const {
  const Entry* found = entry_at(offset);
  if (found == nullptr) return {};
  auto& starts = const_cast<Entry*>(found)->line_starts;
  const std::string_view text = found->source->text();
  if (starts.empty()) {
    starts.push_back(0);
    for (auto at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
      starts.push_back(static_cast<std::uint32_t>(at) + 1);
  }
  const std::uint32_t local = offset - found->source->base();
  const auto after = std::upper_bound(starts.begin(), starts.end(), local);
  return {static_cast<std::uint32_t>(after - starts.begin()), local - *(after - 1) + 1};
}

void Sources::count_lines() const {
  for (const Entry& entry : entries_) static_cast<void>(position(entry.source->base()));
}

std::string Sources::place(Span span) const {
  const Source* source = find(span.begin);
  return source == nullptr ? std::string() : source->name() + ":" + std::to_string(position(span.begin).line);
}

std::string_view Sources::line_around(std::uint32_t offset) const {
  const Source* source = find(offset);
  if (source == nullptr) return {};
  const std::string_view text = source->text();
  const std::size_t local = offset - source->base();
  const std::size_t previous = local == 0 ? std::string_view::npos : text.rfind('\n', local - 1);
  const std::size_t begin = previous == std::string_view::npos ? 0 : previous + 1;
  const std::size_t end = std::min(text.find('\n', local), text.size());
  return text.substr(begin, end - begin);
}

}  // namespace core
