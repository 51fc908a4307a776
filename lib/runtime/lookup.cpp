// The first record that answers a query; lookup.hpp says what it promises.
// On a big file nearly every slot is a cache miss, and the keys of a client are known before the first is searched. So
// they are gathered in a batch whose first slots are fetched while the others are still being hashed.
// Invariant: gathering never changes the answer. Within a batch and from batch to batch the keys are searched in the
// order in which they came, and the first that exists ends it, as does the first trace of damage.
#include "lookup.hpp"

namespace relayrules::runtime {

namespace {

/// Sixteen keys hold all that an IPv4 client with a host name of six labels can match.
class Batch {
 public:
  Batch(const Map& map, const Query& query) : map_(map), query_(query) {}

  /// Takes a key whose table is not empty; keys that cannot exist are dropped.
  void add(const Key& key) {
    const Slots slots = map_.slots(key.hash);
    if (slots.count == 0) return;
    map_.prefetch(slots);
    entries_[size_++] = {key, slots};
  }

  bool is_full() const { return size_ == capacity; }

  /// Searches the gathered keys in order and empties the batch.
  Outcome search(Record* record) {
    Outcome outcome = Outcome::none;
    for (size_t i = 0; i < size_ && outcome == Outcome::none; ++i) {
      const Entry& entry = entries_[i];
      if (map_.is_surely_absent(entry.key.hash, entry.slots)) continue;
      outcome = map_.find(query_, entry.key, entry.slots, record);
    }
    size_ = 0;
    return outcome;
  }

 private:
  struct Entry {
    Key key;
    Slots slots;
  };
  static constexpr size_t capacity = 16;

  const Map& map_;
  const Query& query_;
  size_t size_ = 0;
  union {  // left uninitialised: clearing it would cost more than the hashing
    Entry entries_[capacity];
  };
};

}  // namespace

Outcome find_first(const Map& map, const Query& query, Record* record) {
  Batch batch(map, query);
  Outcome outcome = Outcome::none;
  for_each_key(query, [&](const Key& key) {
    batch.add(key);
    if (batch.is_full()) outcome = batch.search(record);
    return outcome != Outcome::none;
  });
  return outcome == Outcome::none ? batch.search(record) : outcome;
}

}  // namespace relayrules::runtime
