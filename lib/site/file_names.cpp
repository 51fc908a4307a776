// Names of a server's files: see file_names.hpp. A copy that an editor or its owner put aside ("rcpthosts.bak") is a
// slip only where the real file is gone.
#include "site/file_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/ascii_case.hpp"
#include "base/edit_distance.hpp"
#include "base/file.hpp"
#include "base/finding.hpp"
#include "model/format.hpp"

namespace core {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view first_half = "hosts.allow";
constexpr std::string_view second_half = "hosts.deny";

/// What programs look for under just this name.
constexpr std::array<std::string_view, 5> fixed_names = {"hosts.allow", "hosts.deny", "morercpthosts", "rcpthosts",
                                                         "tcp.smtp"};
constexpr std::array<std::string_view, 8> put_aside = {".bak", ".conf", ".new", ".old", ".orig", ".save", ".txt", "~"};

std::string_view without_suffix(std::string_view name) {
  for (const std::string_view suffix : put_aside)
    if (name.ends_with(suffix)) return name.substr(0, name.size() - suffix.size());
  return name;
}

bool is_near(std::string_view name, std::string_view wanted) {
  const bool is_list = wanted.ends_with("rcpthosts");
  // tcp.smtps and hosts.allow.1 are names of their own
  if (!is_list && name.size() > wanted.size()) return false;
  const std::string lower = in_lower_case(is_list ? without_suffix(name) : name);
  const std::size_t limit = wanted.size() > 8 ? 2 : 1;
  return edit_distance(lower, wanted, limit) <= limit;
}

}  // namespace

std::optional<std::string> other_half_of(const std::string& path) {
  const std::size_t begin = path.size() - base_name(path).size();
  for (const auto& [half, other] : {std::pair(first_half, second_half), std::pair(second_half, first_half)}) {
    const std::size_t place = path.find(half, begin);
    if (place != std::string::npos) return std::string(path).replace(place, half.size(), other);
  }
  return std::nullopt;
}

bool are_halves(const std::string& path, const std::string& other) {
  const auto half = other_half_of(path);
  return half && fs::path(*half).lexically_normal() == fs::path(other).lexically_normal();
}

bool is_second_half(std::string_view path) { return base_name(path).find(second_half) != std::string_view::npos; }

std::string_view meant_name(std::string_view name) {
  if (std::find(fixed_names.begin(), fixed_names.end(), name) != fixed_names.end()) return {};
  for (const std::string_view wanted : fixed_names)
    if (is_near(name, wanted)) return wanted;
  return {};
}

std::string Slip::message() const {
  return fmt::format("the name {} looks like a slip for {}, which is not here: under another name it is not read",
                     core::quoted(base_name(path)), core::quoted(meant));
}

std::vector<Slip> slips_in(const std::string& folder) {
  std::vector<Slip> slips;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const std::string_view meant = meant_name(entry->path().filename().native());
    std::error_code ignored;
    if (meant.empty() || !entry->is_regular_file(ignored)) continue;
    if (!fs::exists(fs::path(folder) / meant, ignored)) slips.push_back({entry->path().string(), meant});
  }
  std::sort(slips.begin(), slips.end(), [](const Slip& a, const Slip& b) { return a.path < b.path; });
  return slips;
}

}  // namespace core
