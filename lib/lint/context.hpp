// CheckContext: what the files do not say themselves: which program reads them, how it was started, what it serves.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "model/program.hpp"

namespace core {

/// What runs behind the rules.
enum class Service : std::uint8_t { any, smtp, submission, pop3, imap, dns };

struct ServiceName {
  std::string_view name;  ///< as users write it
  Service service;
};
inline constexpr std::array service_names = {
    ServiceName{"smtp", Service::smtp}, ServiceName{"submission", Service::submission},
    ServiceName{"pop3", Service::pop3}, ServiceName{"imap", Service::imap}, ServiceName{"dns", Service::dns}};

/// Numbers that say when a check has something to say; settings may choose others.
struct Thresholds {
  std::uint8_t wide_relay_net_ipv4 = 24;  ///< prefix length of the widest public network that may relay without a word
  std::uint8_t wide_relay_net_ipv6 = 48;
};

struct CheckContext {
  Program program = Program::any;  ///< any: what tcpserver does holds
  Service service = Service::any;  ///< any: nothing is said that depends on it
  bool paranoid = false;           ///< started with -p: see confirms_names()
  Thresholds thresholds = {};

  /// True when a client has only a name that forward DNS gives its address: -p was given, and does that.
  [[nodiscard]] bool confirms_names() const { return paranoid && facts_of(program).confirms_names; }
  /// True when RELAYCLIENT is read behind these rules.
  [[nodiscard]] bool takes_mail() const {
    return service == Service::any || service == Service::smtp || service == Service::submission;
  }
};

/// The context of the source that begins at this offset.
struct SourceContext {
  std::uint32_t begin = 0;
  CheckContext context;
};

/// The contexts of all sources of a run.
struct CheckContexts {
  CheckContext usual;
  std::span<const SourceContext> own;  ///< of sources with another; not owned

  CheckContexts(CheckContext for_all = {}, std::span<const SourceContext> others = {}) : usual(for_all), own(others) {}
  /// That of the source that begins at `begin`.
  [[nodiscard]] const CheckContext& of(std::uint32_t begin) const {
    const auto known =
        std::find_if(own.begin(), own.end(), [begin](const SourceContext& source) { return source.begin == begin; });
    return known == own.end() ? usual : known->context;
  }
};

}  // namespace core
