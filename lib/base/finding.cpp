// Collecting findings, and quoting the user's text inside their messages: see finding.hpp.
#include "base/finding.hpp"

#include <algorithm>
#include <tuple>

namespace relayrules {

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

/// Length of the printable UTF-8 sequence at the start of `text`, 0 when there is none. Overlong forms, surrogates and values
/// above U+10FFFF are not valid (RFC 3629).
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xc0) != 0x80) return 0;
  if ((first == 0xe0 && byte(1) < 0xa0) || (first == 0xed && byte(1) > 0x9f)) return 0;
  if ((first == 0xf0 && byte(1) < 0x90) || (first == 0xf4 && byte(1) > 0x8f)) return 0;
  if (first == 0xc2 && byte(1) < 0xa0) return 0;  // C1 control characters: valid, but they steer a terminal
  return length;
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
    const std::size_t length = utf8_length(text.substr(at));
    const auto byte = static_cast<unsigned char>(text[at]);
    if (length == 0 || byte < 0x20 || byte == 0x7f) {
      append_escaped(out, byte);
      ++at;
    } else {
      out += text.substr(at, length);
      at += length;
    }
  }
  if (at < text.size()) out += "...";
  return out + "'";
}

}  // namespace relayrules
