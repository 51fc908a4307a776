// Collecting findings, and quoting the user's text inside their messages: see finding.hpp.
#include "base/finding.hpp"

#include <algorithm>
#include <tuple>

#include "base/utf8.hpp"

namespace core {

Finding& Findings::add(const FindingKind& kind, Span span, std::string message) {
  Finding finding;
  finding.kind = &kind;
  finding.severity = kind.severity;
  finding.span = span;
  finding.message = std::move(message);
  all_.push_back(std::move(finding));
  return all_.back();
}

void Findings::sort() {
  const auto key = [](const Finding& f) { return std::tie(f.span.begin, f.span.end, f.kind->code, f.message); };
  std::stable_sort(all_.begin(), all_.end(), [&](const Finding& a, const Finding& b) { return key(a) < key(b); });
  const auto same = [&](const Finding& a, const Finding& b) { return key(a) == key(b); };
  all_.erase(std::unique(all_.begin(), all_.end(), same), all_.end());
}

std::size_t Findings::count(Severity severity) const {
  return static_cast<std::size_t>(
      std::count_if(all_.begin(), all_.end(), [&](const Finding& finding) { return finding.severity == severity; }));
}

namespace {

/// Length of the UTF-8 sequence at the start of `text` that a terminal may be shown, 0 when there is none.
std::size_t printable_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x20 || byte(0) == 0x7f) return 0;
  const std::size_t length = utf8_length(text);
  // C1 control characters: valid, but they steer a terminal
  return length == 2 && byte(0) == 0xc2 && byte(1) < 0xa0 ? 0 : length;
}

void append_escaped(std::string& out, unsigned char byte) {
  static constexpr char digits[] = "0123456789abcdef";
  out += "\\x";
  out += digits[byte >> 4];
  out += digits[byte & 15];
}

}  // namespace

std::string quoted(std::string_view text, std::size_t max_bytes) {
  std::string out = "'";
  std::size_t at = 0;
  while (at < text.size() && at < max_bytes) {
    const std::size_t length = printable_length(text.substr(at));
    if (length == 0) {
      append_escaped(out, static_cast<unsigned char>(text[at]));
      ++at;
    } else {
      out += text.substr(at, length);
      at += length;
    }
  }
  if (at < text.size()) out += "...";
  return out + "'";
}

}  // namespace core
