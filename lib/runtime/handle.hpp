// The handle behind rr_db: the file in use, older ones that results still borrow from, and the change from one to the
// next. A lookup pins the file in use with a single atomic addition and never waits. One word says which of a fixed
// table of files is in use (high bits) and how often it was pinned since then (low bits), so both are learnt at once.
// Unpinning adds to the file's own balance; when the file goes out of use, the number of its pins is taken off that
// balance. Invariant: a balance is zero or more while the file is in use and zero or less once its pins were taken off.
// It reaches zero exactly once after that, and whoever brings it there, refresher or last reader, unmaps the file.
#pragma once

#include <atomic>

#include "rule_file.hpp"

namespace relayrules::runtime {

/// A place for one mapped file.
struct alignas(64) Snapshot {
  std::atomic<int64_t> balance{0};  ///< releases, less the pins once the file is out of use
  std::atomic<bool> taken{false};   ///< holds a mapped file
  RuleFile file{};
};

}  // namespace relayrules::runtime

/// What relayrules.h calls rr_db. Lives until it is closed and its last result is released.
struct rr_db {
 public:
  /// A handle that uses `file`, whose keys are of `scheme`, and owns `path`, which may be null. Null if there is no
  /// memory.
  static rr_db* create(const relayrules::runtime::RuleFile& file, rr_scheme scheme, char* path);
  /// Ends the use of the handle; deletes it now, or with the last unpin.
  void close();

  /// The file in use, which stays mapped until unpin. Wait-free.
  relayrules::runtime::Snapshot* pin();
  /// Gives a pinned file back. May unmap it, and may delete the handle if that was closed.
  void unpin(relayrules::runtime::Snapshot* snapshot);

  /// The path it was opened by, or null.
  const char* path() const { return path_; }
  /// How its keys are spelt and in which order they are asked; that of the first file and of all that replace it.
  rr_scheme scheme() const { return scheme_; }
  /// Whether the file in use is another than `identity`.
  bool differs(const relayrules::runtime::FileIdentity& identity);
  /// Loads the file at the path if it differs from the one in use. RR_BUSY if another thread is at it.
  rr_status refresh(bool* changed);

 private:
  static constexpr int index_shift = 58;
  static constexpr size_t capacity = size_t{1} << (64 - index_shift);
  static constexpr uint64_t pins_mask = (uint64_t{1} << index_shift) - 1;

  rr_db(rr_scheme scheme, char* path) : scheme_(scheme), path_(path) {}
  rr_status load_if_changed(bool* changed);
  relayrules::runtime::Snapshot* free_place();
  uint64_t word_for(const relayrules::runtime::Snapshot* snapshot) const;
  void retire(uint64_t word);
  void unmap(relayrules::runtime::Snapshot* snapshot);
  void drop_reference();

  alignas(64) std::atomic<uint64_t> in_use_{0};      ///< index << index_shift | pins
  alignas(64) std::atomic<uint32_t> references_{0};  ///< mapped files, and one while the handle is open
  std::atomic_flag refreshing_{};
  const rr_scheme scheme_;
  char* path_;
  relayrules::runtime::Snapshot snapshots_[capacity]{};
};
