// Looking at an entry of a domain list: see domain_fault.hpp. A byte order mark in front has its own check and is no
// fault here.
#include "model/domain_fault.hpp"

#include <algorithm>

#include "base/address.hpp"
#include "base/ascii_case.hpp"
#include "base/cursor.hpp"

namespace core {
namespace {

bool is_host_byte(char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; }

DomainFault fault(std::string reason, std::string help, std::string repaired = {}) {
  return {std::move(reason), std::move(help), std::move(repaired)};
}

std::optional<DomainFault> label_fault(std::string_view name) {
  if (name.size() > 253) return fault("it is longer than 253 bytes", "list the domain's real name");
  while (true) {
    const std::size_t dot = std::min(name.find('.'), name.size());
    if (dot == 0) return fault("there is nothing between two dots", "write one dot between the parts of a name");
    if (dot > 63) return fault("a part of a name has at most 63 bytes", "list the domain's real name");
    if (dot == name.size()) return std::nullopt;
    name.remove_prefix(dot + 1);
  }
}

/// Faults of single bytes, the most telling first.
std::optional<DomainFault> byte_fault(std::string_view entry) {
  const auto has = [&](std::string_view set) { return entry.find_first_of(set) != std::string_view::npos; };
  if (entry.find('@') != std::string_view::npos) {
    const std::string domain(entry.substr(entry.rfind('@') + 1));
    return fault("it has an '@'; what is compared is the part behind it",
                 domain.empty() ? "" : "write '" + domain + "'",
                 entry.front() == '@' && !domain_fault(domain) ? domain : std::string());
  }
  if (has("*?")) {
    const std::string suffix(entry.substr(1));
    const bool below = entry.starts_with("*.") && suffix.size() > 1 && !domain_fault(suffix);
    return fault("there are no wildcards here",
                 below ? "write '" + suffix + "' for all names below it" : "list your own domains");
  }
  if (has(" \t")) {
    const std::string bare(trimmed(entry));
    const bool only_around = bare.size() < entry.size() && !domain_fault(bare);
    const std::string first(entry.substr(0, entry.find_first_of(" \t")));
    // two domains on one line are not one with a comment
    const std::string_view behind = trimmed(entry.substr(first.size()));
    const bool is_domain = !first.empty() && !domain_fault(first) && byte_fault(behind.substr(0, behind.find(' ')));
    return fault("the blank belongs to it",
                 is_domain ? "write '" + first + "'; a comment has a line of its own"
                           : "write one domain a line, from the first column, without a comment behind it",
                 only_around ? bare : std::string());
  }
  if (entry.find(':') != std::string_view::npos)
    return fault("it has a ':'; routes belong into smtproutes or virtualdomains", "write the domain only");
  if (std::any_of(entry.begin(), entry.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }))
    return fault("it has letters that are not ASCII, and recipients come with the name's ASCII form",
                 "write the name as 'xn--...'");
  const auto odd = std::find_if(entry.begin(), entry.end(), [](char c) { return !is_host_byte(c) && c != '.'; });
  if (odd != entry.end()) return fault("a name has letters, digits, '-' and '.' only", "write one domain a line");
  return std::nullopt;
}

}  // namespace

std::optional<DomainFault> domain_fault(std::string_view entry) {
  if (entry.starts_with("\xef\xbb\xbf")) return std::nullopt;
  if (entry.empty()) return fault("it is empty", "delete the line");
  if (entry.size() > 2 && entry.front() == '[' && entry.back() == ']') return std::nullopt;  // an address literal
  if (auto found = byte_fault(entry)) return found;
  const std::string_view name = entry.substr(entry.front() == '.' ? 1 : 0);
  if (name.empty()) return std::nullopt;  // public-suffix has more to say
  if (name.ends_with('.')) {
    const std::string repaired(trimmed_right(entry, "."));
    return fault("mail is sent to names without a '.' at the end", "write '" + repaired + "'",
                 domain_fault(repaired) ? "" : repaired);
  }
  if (parse_ipv4(trimmed_right(name, ".")))
    return fault("it is an address, and recipients have names", "list your own domains");
  if (name.find_first_not_of("0123456789.") == std::string_view::npos)
    return fault("it is a number, and recipients have names", "list your own domains");
  return label_fault(name);
}

}  // namespace core
