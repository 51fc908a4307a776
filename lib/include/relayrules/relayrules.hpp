// relayrules.hpp - relayrules.h for C++20: the same calls with owners, views and a range. Header only, throws nothing.
// The conventions of relayrules.h hold here too: read them first. What is added is that nothing is released by hand.
//
//     relayrules::Database rules;
//     if (auto status = rules.open("/etc/tcp.smtp.cdb"); !status.ok()) return fail(status.message());
//
//     auto result = rules.lookup({.ip = "10.1.2.3", .host = "mail.example.org"});
//     if (!result.permits(relayrules::Verdict::allow)) return reject();
//     for (auto [name, value] : result.env()) print(name, value.value_or("(unset)"));
//
// Invariant: views that come out of a Result live as long as that Result, not longer. A Database that is not open and a
// Result that was moved from deny everybody.
#ifndef RELAYRULES_RELAYRULES_HPP
#define RELAYRULES_RELAYRULES_HPP

#include <concepts>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include "relayrules/relayrules.h"

namespace relayrules {
// Of one program, parts may be compiled with another edition of this header: the names of each are its own.
inline namespace v2 {

/// For which program a file was compiled (convention 8).
enum class Scheme { tcpserver = RR_TCPSERVER, ucspi_tcp_ipv6 = RR_UCSPI_TCP_IPV6, ucspi_tcp6 = RR_UCSPI_TCP6 };

/// What the rules say about a client.
enum class Verdict { deny = RR_DENY, allow = RR_ALLOW, no_match = RR_NOMATCH };

/// Whether a call could do its work.
class [[nodiscard]] Status {
 public:
  constexpr Status(rr_status code) noexcept : code_(code) {}
  /// True if it could.
  constexpr bool ok() const noexcept { return code_ == RR_OK; }
  /// The reason; errno tells more after RR_SYSTEM.
  constexpr rr_status code() const noexcept { return code_; }
  /// The reason in plain English.
  const char* message() const noexcept { return rr_strerror(code_); }

 private:
  rr_status code_;
};

/// The address of a client (convention 6). Borrows what it was made of.
class Address {
 public:
  /// No address: who has none is denied.
  constexpr Address() noexcept : Address(RR_TEXT, std::string_view()) {}
  /// IPv4 or IPv6 text.
  template <std::convertible_to<std::string_view> Text>
  constexpr Address(const Text& text) noexcept : Address(RR_TEXT, std::string_view(text)) {}
  /// The same, as getenv() has it: a null pointer is no address.
  constexpr Address(const char* text) noexcept : Address(RR_TEXT, text ? std::string_view(text) : std::string_view()) {}
  /// 4 or 16 bytes in network order, as in a struct in_addr or in6_addr.
  static Address from_bytes(const void* bytes, std::size_t size) noexcept { return {RR_BYTES, bytes, size}; }
  /// What accept() or getpeername() filled: a struct sockaddr_in or sockaddr_in6.
  static Address from_sockaddr(const void* sockaddr, std::size_t size) noexcept {
    return {RR_SOCKADDR, sockaddr, size};
  }

 private:
  friend class Database;
  constexpr Address(rr_form form, const void* data, std::size_t size) noexcept
      : form_(form), data_(data), size_(size) {}
  constexpr Address(rr_form form, std::string_view text) noexcept : Address(form, text.data(), text.size()) {}

  rr_form form_;
  const void* data_;
  std::size_t size_;
};

/// The client to ask about. Only the address is required.
struct Client {
  Address ip;
  std::optional<std::string_view> host{};
  std::optional<std::string_view> info{};
};

/// One change of the environment: without a value the variable is unset.
struct EnvEdit {
  std::string_view name;
  std::optional<std::string_view> value;
};

/// The changes of the environment that a result asks for, in order. Borrows from the result.
class EnvEdits {
 public:
  class Iterator {
   public:
    using value_type = EnvEdit;
    using difference_type = std::ptrdiff_t;

    Iterator() noexcept = default;
    explicit Iterator(const rr_result* result) noexcept : result_(result) { ++*this; }
    EnvEdit operator*() const noexcept {
      EnvEdit edit{{edit_.name, edit_.name_len}, std::nullopt};
      if (edit_.value != nullptr) edit.value.emplace(edit_.value, edit_.value_len);
      return edit;
    }
    Iterator& operator++() noexcept {
      if (rr_env_next(result_, &cursor_, &edit_) == 0) result_ = nullptr;
      return *this;
    }
    void operator++(int) noexcept { ++*this; }
    friend bool operator==(const Iterator& i, std::default_sentinel_t) noexcept { return i.result_ == nullptr; }

   private:
    const rr_result* result_ = nullptr;
    std::size_t cursor_ = 0;
    rr_env_edit edit_ = RR_ENV_EDIT_INIT;
  };

  explicit EnvEdits(const rr_result* result) noexcept : result_(result) {}
  Iterator begin() const noexcept { return Iterator(result_); }
  std::default_sentinel_t end() const noexcept { return {}; }

 private:
  const rr_result* result_;
};

/// The answer about one client. Move-only; gives back what it borrows when it dies. For one thread at a time.
class Result {
 public:
  Result() noexcept = default;
  Result(Result&& other) noexcept
      : result_(std::exchange(other.result_, empty())), status_(std::exchange(other.status_, RR_BAD_ARGUMENT)) {}
  Result& operator=(Result&& other) noexcept {
    std::swap(result_, other.result_);
    std::swap(status_, other.status_);
    return *this;
  }
  ~Result() { rr_result_release(&result_); }

  /// Whether the question could be answered. If not, the verdict is deny.
  Status status() const noexcept { return status_; }
  Verdict verdict() const noexcept { return static_cast<Verdict>(result_.verdict); }
  /// True if the client may connect; `on_nomatch` decides about a client no rule speaks of.
  bool permits(Verdict on_nomatch) const noexcept {
    return rr_permits(&result_, static_cast<rr_verdict>(on_nomatch)) != 0;
  }
  /// True if a rule allows the client and leaves RELAYCLIENT set.
  bool relay() const noexcept { return result_.relay != 0; }
  /// The key that decided, if one did.
  std::optional<std::string_view> key() const noexcept {
    if (result_.key == nullptr) return std::nullopt;
    return std::string_view(result_.key, result_.key_len);
  }
  /// The changes of the environment.
  EnvEdits env() const noexcept { return EnvEdits(&result_); }
  /// The same for C, as rr_may_relay() wants it: it lives as long as this.
  const rr_result* raw() const noexcept { return &result_; }
  /// Carries them out in this process; see rr_apply_env().
  Status apply_env() const noexcept { return rr_apply_env(&result_); }

 private:
  friend class Database;
  static constexpr rr_result empty() noexcept { return RR_RESULT_INIT; }

  rr_result result_ = RR_RESULT_INIT;
  rr_status status_ = RR_BAD_ARGUMENT;
};

/// An open rule file. Move-only. lookup() and refresh() may run in many threads; opening, closing and moving may not.
class Database {
 public:
  Database() noexcept = default;
  Database(Database&& other) noexcept : db_(std::exchange(other.db_, nullptr)) {}
  Database& operator=(Database&& other) noexcept {
    std::swap(db_, other.db_);
    return *this;
  }
  ~Database() { rr_close(db_); }

  /// Opens the file at `path` in place of what was open. On failure nothing changes.
  Status open(const char* path, Scheme scheme = Scheme::tcpserver) noexcept {
    const rr_options options = options_for(scheme);
    rr_db* opened = nullptr;
    const rr_status status = rr_open(path, &options, &opened);
    return replace(status, opened);
  }
  /// The same for an open file, which stays the caller's.
  Status open_fd(int fd, Scheme scheme = Scheme::tcpserver) noexcept {
    const rr_options options = options_for(scheme);
    rr_db* opened = nullptr;
    const rr_status status = rr_open_fd(fd, &options, &opened);
    return replace(status, opened);
  }
  bool is_open() const noexcept { return db_ != nullptr; }

  /// Asks about one client.
  Result lookup(const Client& client) const noexcept {
    rr_client asked = RR_CLIENT_INIT;
    asked.form = client.ip.form_;
    asked.ip = client.ip.data_;
    asked.ip_len = client.ip.size_;
    if (client.host) set(*client.host, asked.host, asked.host_len);
    if (client.info) set(*client.info, asked.info, asked.info_len);
    Result result;
    result.status_ = rr_lookup(db_, &asked, &result.result_);
    return result;
  }

  /// True if the path leads to another file now.
  bool is_stale() const noexcept { return rr_is_stale(db_) != 0; }
  /// Opens the file anew if it is stale; *changed says whether it was.
  Status refresh(bool* changed = nullptr) const noexcept {
    int is_new = 0;
    const rr_status status = rr_refresh(db_, &is_new);
    if (changed != nullptr) *changed = is_new != 0;
    return status;
  }

 private:
  static rr_options options_for(Scheme scheme) noexcept {
    rr_options options = RR_OPTIONS_INIT;
    options.scheme = static_cast<rr_scheme>(scheme);
    return options;
  }
  /// An empty view may hold a null pointer, which in C means absent.
  static void set(std::string_view text, const char*& data, std::size_t& size) noexcept {
    data = text.data() != nullptr ? text.data() : "";
    size = text.size();
  }
  Status replace(rr_status status, rr_db* opened) noexcept {
    if (status == RR_OK) rr_close(std::exchange(db_, opened));
    return status;
  }

  rr_db* db_ = nullptr;
};

}  // namespace v2
}  // namespace relayrules

#endif
