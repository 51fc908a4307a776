// Text: a message or a line that is put together in place, without the C++ run-time, stdio or a locale.
// The line of rr_log_line(), and everything of relayrules-env that is written to somebody, are made of this.
// Invariant: what does not fit is cut, and nothing is ever written behind the end.
#pragma once

#include "bytes.hpp"

namespace relayrules::runtime {

/// The bytes of a text that ends in NUL; absent for NULL.
inline Bytes bytes_of(const char* text) { return text == nullptr ? Bytes{} : Bytes{text, strlen(text)}; }

/// Up to 4 KiB of text.
class Text {
 public:
  Text& add(Bytes text) {
    const size_t size = text.size < room() ? text.size : room();
    if (size != 0) memcpy(data_ + size_, text.data, size);
    size_ += size;
    return *this;
  }
  Text& add(const char* text) { return add(bytes_of(text)); }
  /// In decimal digits.
  Text& add_number(unsigned long number) {
    char digits[20];
    size_t at = sizeof digits;
    do digits[--at] = static_cast<char>('0' + number % 10);
    while ((number /= 10) != 0);
    return add(Bytes{digits + at, sizeof digits - at});
  }
  /// What others chose, so that it is one word of one line: other bytes than graphic ASCII, '\' and `special` as \ooo.
  /// At most 300 bytes of it.
  Text& add_word(Bytes word, char special = ':') {
    for (size_t i = 0; i < word.size && i < 300; ++i) add_escaped(static_cast<unsigned char>(word.data[i]), special);
    return *this;
  }
  /// The same between quotes, with blanks and colons as they are; "..." says that it was cut.
  Text& add_quoted(Bytes text) {
    constexpr size_t longest = 100;
    add("'");
    for (size_t i = 0; i < text.size && i < longest; ++i) {
      const auto byte = static_cast<unsigned char>(text.data[i]);
      if (byte == ' ')
        add(" ");
      else
        add_escaped(byte, '\'');
    }
    return add(text.size > longest ? "...'" : "'");
  }
  /// What people read, up to the end of its first line; '?' for what is not printable.
  Text& add_first_line(Bytes text) {
    size_t end = 0;
    while (end < text.size && text.data[end] != '\n') ++end;
    for (size_t i = 0; i < end; ++i) {
      const bool is_plain = text.data[i] >= ' ' && text.data[i] <= '~';
      add(Bytes{is_plain ? text.data + i : "?", 1});
    }
    return *this;
  }

  Bytes bytes() const { return {data_, size_}; }
  /// Ends it in NUL.
  const char* c_str() {
    data_[size_] = '\0';
    return data_;
  }

 private:
  size_t room() const { return sizeof data_ - 1 - size_; }

  void add_escaped(unsigned char byte, char special) {
    const char plain = static_cast<char>(byte);
    if (byte > ' ' && byte <= '~' && plain != special && plain != '\\') {
      add(Bytes{&plain, 1});
      return;
    }
    const char escaped[] = {'\\', static_cast<char>('0' + (byte >> 6)), static_cast<char>('0' + (byte >> 3 & 7)),
                            static_cast<char>('0' + (byte & 7))};
    add(Bytes{escaped, sizeof escaped});
  }

  char data_[4096];
  size_t size_ = 0;
};

}  // namespace relayrules::runtime
