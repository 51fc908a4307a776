// Words: a sentence for people that is made when somebody is to see it.
//
// A file full of mistakes has a hundred thousand findings, of which a report for people shows a few and counts the
// rest. Making and keeping all their sentences would cost more than finding them. So a finding that may come often
// keeps the places and numbers that its sentence is about, and how to make it of them.
#pragma once

#include <array>
#include <cstddef>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/source.hpp"

namespace core {

class Words {
  static constexpr std::size_t kept_bytes = 24;

 public:
  Words() = default;
  /// Keeps the pointer only: `text` lives as long as the program, as literals do.
  Words(const char* text) : text_(text) {}
  Words(std::string text) : text_(std::move(text)) {}
  Words(std::string_view text) : text_(std::string(text)) {}
  /// `make` gets the sources in which its places lie and gives the text. It is kept as bytes: what it captures are
  /// spans, numbers and pointers to what lives as long as the program.
  template <typename Make>
  requires(std::is_class_v<Make>&& std::is_invocable_r_v<std::string, const Make&, const Sources&>) Words(Make make) {
    static_assert(std::is_trivially_copyable_v<Make> && sizeof(Make) <= kept_bytes && alignof(Make) <= 8);
    Later later;
    ::new (later.kept.data()) Make(make);
    later.make = [](const std::byte* kept, const Sources& sources) {
      return (*std::launder(reinterpret_cast<const Make*>(kept)))(sources);
    };
    text_ = later;
  }

  [[nodiscard]] bool empty() const {
    if (const auto* literal = std::get_if<const char*>(&text_)) return **literal == '\0';
    const auto* text = std::get_if<std::string>(&text_);
    return text != nullptr && text->empty();
  }
  /// `sources` hold the places that the text is about.
  [[nodiscard]] std::string text(const Sources& sources) const {
    if (const auto* later = std::get_if<Later>(&text_)) return later->make(later->kept.data(), sources);
    if (const auto* literal = std::get_if<const char*>(&text_)) return *literal;
    return std::get<std::string>(text_);
  }

 private:
  struct Later {
    alignas(8) std::array<std::byte, kept_bytes> kept = {};
    std::string (*make)(const std::byte* kept, const Sources& sources) = nullptr;
  };

  std::variant<const char*, std::string, Later> text_ = "";
};

}  // namespace core
