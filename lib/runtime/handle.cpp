// Pins, refreshes and closes; handle.hpp tells how a lookup gets by without waiting.
// Invariant: the references count mapped files plus the open handle. Only unmapping and closing drop one, so the handle
// outlives each result that has to find its way back here.
#include "handle.hpp"

#include <cstdlib>
#include <new>

using namespace relayrules::runtime;

rr_db* rr_db::create(const RuleFile& file, rr_scheme scheme, char* path) {
  void* memory = aligned_alloc(alignof(rr_db), sizeof(rr_db));
  if (memory == nullptr) return nullptr;
  rr_db* db = new (memory) rr_db(scheme, path);
  Snapshot* first = db->free_place();
  first->file = file;
  db->references_.store(2, std::memory_order_relaxed);
  db->in_use_.store(db->word_for(first), std::memory_order_release);
  return db;
}

void rr_db::close() {
  retire(in_use_.load(std::memory_order_acquire));
  drop_reference();
}

Snapshot* rr_db::pin() { return &snapshots_[in_use_.fetch_add(1, std::memory_order_acquire) >> index_shift]; }

void rr_db::unpin(Snapshot* snapshot) {
  if (snapshot->balance.fetch_add(1, std::memory_order_acq_rel) == -1) unmap(snapshot);
}

bool rr_db::differs(const FileIdentity& identity) {
  Snapshot* snapshot = pin();
  const bool different = !(snapshot->file.identity == identity);
  unpin(snapshot);
  return different;
}

rr_status rr_db::refresh(bool* changed) {
  if (refreshing_.test_and_set(std::memory_order_acquire)) return RR_BUSY;
  const rr_status status = load_if_changed(changed);
  refreshing_.clear(std::memory_order_release);
  return status;
}

rr_status rr_db::load_if_changed(bool* changed) {
  FileIdentity identity;
  if (!identify(path_, &identity)) return RR_SYSTEM;
  if (!differs(identity)) return RR_OK;
  Snapshot* next = free_place();
  if (next == nullptr) return RR_BUSY;
  const rr_status status = load_rule_file(path_, &next->file);
  if (status != RR_OK) {
    next->taken.store(false, std::memory_order_relaxed);
    return status;
  }
  references_.fetch_add(1, std::memory_order_relaxed);
  retire(in_use_.exchange(word_for(next), std::memory_order_acq_rel));
  *changed = true;
  return RR_OK;
}

/// Only the one refresher takes places, so looking and taking need not be one step.
Snapshot* rr_db::free_place() {
  for (Snapshot& snapshot : snapshots_) {
    if (snapshot.taken.load(std::memory_order_acquire)) continue;
    snapshot.taken.store(true, std::memory_order_relaxed);
    return &snapshot;
  }
  return nullptr;
}

uint64_t rr_db::word_for(const Snapshot* snapshot) const {
  return static_cast<uint64_t>(snapshot - snapshots_) << index_shift;
}

/// The word came out of in_use_ and no lookup will add to it any more: its pins are all there ever were.
void rr_db::retire(uint64_t word) {
  Snapshot* snapshot = &snapshots_[word >> index_shift];
  const auto pins = static_cast<int64_t>(word & pins_mask);
  if (snapshot->balance.fetch_sub(pins, std::memory_order_acq_rel) == pins) unmap(snapshot);
}

/// The balance is zero again, as the next user of the place expects it.
void rr_db::unmap(Snapshot* snapshot) {
  snapshot->file.map.close();
  snapshot->taken.store(false, std::memory_order_release);
  drop_reference();
}

void rr_db::drop_reference() {
  if (references_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  free(path_);
  free(this);
}
