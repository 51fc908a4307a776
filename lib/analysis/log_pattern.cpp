// Expressions of the user's own: see log_pattern.hpp. PCRE2 compiles them to machine code: ten million lines take
// seconds. What an expression may cost on one line is limited, so that no line and no expression makes a replay hang.
#include "analysis/log_pattern.hpp"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <fmt/format.h>
#include <pcre2.h>

#include <algorithm>
#include <array>
#include <map>

namespace core::analysis {
namespace {

/// Steps of matching in one line, behind which it counts as not understood.
constexpr std::uint32_t most_match_steps = 1'000'000;
constexpr std::size_t smallest_stack = std::size_t{32} << 10;
constexpr std::size_t largest_stack = std::size_t{1} << 20;

std::string message_of(int error) {
  std::array<PCRE2_UCHAR, 256> text{};
  pcre2_get_error_message(error, text.data(), text.size());
  return {text.begin(), std::find(text.begin(), text.end(), '\0')};
}

template <typename Value>
Value ask(const pcre2_code* code, std::uint32_t what) {
  Value value{};
  pcre2_pattern_info(code, what, &value);
  return value;
}

/// Group numbers by name.
std::map<std::string, std::size_t> named_groups(const pcre2_code* code) {
  // each entry: the number in two bytes, the name, a NUL
  const auto size = ask<std::uint32_t>(code, PCRE2_INFO_NAMEENTRYSIZE);
  const auto* entry = ask<PCRE2_SPTR>(code, PCRE2_INFO_NAMETABLE);
  std::map<std::string, std::size_t> groups;
  for (auto left = ask<std::uint32_t>(code, PCRE2_INFO_NAMECOUNT); left > 0; --left, entry += size)
    groups.emplace(reinterpret_cast<const char*>(entry + 2), std::size_t{entry[0]} << 8 | entry[1]);
  return groups;
}

}  // namespace

/// What PCRE2 keeps for one expression.
struct LogPattern::Machine {
  pcre2_code* code;
  pcre2_match_data* match = nullptr;
  pcre2_match_context* context = nullptr;
  pcre2_jit_stack* stack = nullptr;

  explicit Machine(pcre2_code* compiled) : code(compiled) {
    match = pcre2_match_data_create_from_pattern(compiled, nullptr);
    context = pcre2_match_context_create(nullptr);
    pcre2_set_match_limit(context, most_match_steps);
    pcre2_set_heap_limit(context, largest_stack >> 10);
    // where there is no compiler for this processor, it is matched without
    if (pcre2_jit_compile(compiled, PCRE2_JIT_COMPLETE) != 0) return;
    stack = pcre2_jit_stack_create(smallest_stack, largest_stack, nullptr);
    pcre2_jit_stack_assign(context, nullptr, stack);
  }
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;
  ~Machine() {
    pcre2_match_data_free(match);
    pcre2_match_context_free(context);
    pcre2_jit_stack_free(stack);
    pcre2_code_free(code);
  }
};

void LogPattern::DeleteMachine::operator()(Machine* machine) const { delete machine; }

Result<LogPattern> LogPattern::compile(const std::string& expression) {
  const auto refused = [&](std::string reason) {
    return SystemError{"use the expression", expression, EINVAL, std::move(reason)};
  };
  int error = 0;
  PCRE2_SIZE place = 0;
  pcre2_code* code =
      pcre2_compile(reinterpret_cast<PCRE2_SPTR>(expression.data()), expression.size(), 0, &error, &place, nullptr);
  if (code == nullptr) return refused(fmt::format("{} (behind byte {})", message_of(error), place));
  LogPattern pattern;
  pattern.machine_.reset(new Machine(code));
  const auto count = ask<std::uint32_t>(code, PCRE2_INFO_CAPTURECOUNT);
  std::map<std::string, std::size_t> groups = named_groups(code);
  for (const auto& [name, number] : groups)
    if (name != "ip" && name != "host" && name != "info" && name != "stamp")
      return refused("it names a group '" + name + "'; known are ip, host, info and stamp");
  if (groups.empty()) groups = {{"ip", 1}, {"host", count >= 2 ? 2 : 0}};
  if (count == 0 || groups.count("ip") == 0)
    return refused("a group must stand around the address, for instance 'from (?<ip>[0-9.]+)'");
  pattern.ip_ = groups["ip"];
  pattern.host_ = groups["host"];
  pattern.info_ = groups["info"];
  pattern.stamp_ = groups["stamp"];
  return pattern;
}

std::string_view LogPattern::group(std::string_view line, std::size_t number) const {
  const PCRE2_SIZE* places = pcre2_get_ovector_pointer(machine_->match);
  if (number == 0 || number >= pcre2_get_ovector_count(machine_->match) || places[2 * number] == PCRE2_UNSET) return {};
  return line.substr(places[2 * number], places[2 * number + 1] - places[2 * number]);
}

LogLine LogPattern::parse(std::string_view line, Sighting& sighting) {
  sighting = {};
  const int found = pcre2_match(machine_->code, reinterpret_cast<PCRE2_SPTR>(line.data()), line.size(), 0, 0,
                                machine_->match, machine_->context);
  if (found == PCRE2_ERROR_NOMATCH) return LogLine::other;
  if (found < 0) return LogLine::not_understood;  // it would cost too much
  sighting.host = logged_name(group(line, host_));
  sighting.info = group(line, info_);
  sighting.stamp = group(line, stamp_);
  return read_logged_address(group(line, ip_), sighting.address) ? LogLine::client : LogLine::not_understood;
}

}  // namespace core::analysis
