// What another site would do with mail: every difference between two servers, of whatever kind these are.
//
//   the matrix of both --cells that differ--> products of clients, circumstances, senders and recipients
//   forms of recipients, as relay tests write them --mail that differs, and would not if it were written plainly--> the
//   same, with forms for recipients
#pragma once

#include <vector>

#include "analysis/mail_matrix.hpp"
#include "analysis/recipient_forms.hpp"

namespace core::analysis {

/// What becomes of mail, without the words.
enum class MailOutcome : std::uint8_t { refused, deferred, accepted, unknown };
[[nodiscard]] MailOutcome outcome_of(const CellDecision& decision);
/// "refused", "deferred", "accepted", "unknown".
[[nodiscard]] std::string_view outcome_word(MailOutcome outcome);

/// Mail that fares otherwise: every combination of these. Indices into the matrix.
struct MailChange {
  MailOutcome before = MailOutcome::refused;
  MailOutcome after = MailOutcome::refused;
  std::vector<std::size_t> clients;
  std::vector<std::size_t> circumstances;
  std::vector<std::size_t> senders;
  std::vector<std::size_t> recipients;
  /// Recipients as they are written, which the two sites read otherwise. Either these or `recipients` are empty.
  std::vector<RecipientForm> forms;
  Transaction witness;
  Span place_before;  ///< of what decides about the witness
  Span place_after;

  /// Mail is taken that was not.
  [[nodiscard]] bool opens() const { return after == MailOutcome::accepted; }
};

/// All differences of a matrix of two sites: what opens first, then those that only forms of recipients make. Disjoint.
/// Near-linear in the classes, times their kinds.
[[nodiscard]] std::vector<MailChange> mail_changes(const MailMatrix& matrix);

}  // namespace core::analysis
