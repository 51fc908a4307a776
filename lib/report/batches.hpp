// Batches: a long list, made into text by two threads and written in its order.
//
// While a batch is made into text beside it, the caller makes the next one; when that is full before the other is done,
// he makes its text himself.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <future>
#include <string>
#include <utility>
#include <vector>

#include "base/launch.hpp"
#include "report/write_text.hpp"

namespace core {

template <typename Item>
class Batches {
 public:
  /// `format` is called in another thread, too, once for each item; `write` only in the caller's.
  Batches(std::function<std::string(const Item&)> format, const WriteText& write)
      : format_(std::move(format)), write_(write) {}

  void add(Item item) {
    batch_.push_back(std::move(item));
    if (batch_.size() == full) pass_on();
  }
  /// Writes what is left; to be called once, at the end.
  void finish() {
    const std::string last = text_of(batch_);
    write_pending();
    write_(last);
  }

 private:
  static constexpr std::size_t full = 4096;

  void pass_on() {
    std::vector<Item> batch = std::exchange(batch_, {});
    if (pending_.valid() && pending_.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
      const std::string own = text_of(batch);
      write_pending();
      return write_(own);
    }
    write_pending();
    pending_ = std::async(beside_if_possible, [this, items = std::move(batch)] { return text_of(items); });
  }
  [[nodiscard]] std::string text_of(const std::vector<Item>& items) const {
    std::string text;
    for (const Item& item : items) text += format_(item);
    return text;
  }
  void write_pending() {
    if (pending_.valid()) write_(pending_.get());
  }

  std::function<std::string(const Item&)> format_;
  const WriteText& write_;
  std::vector<Item> batch_;
  std::future<std::string> pending_;  // the last member: its thread ends before the others go
};

/// An item, and what stands between it and the one before.
template <typename Item>
struct Listed {
  Item item;
  std::string text_before;
};

/// All items of `list`, made into text by `format`, with `separator` between them.
template <typename Item, typename List, typename Format>
void write_list(const List& list, Format&& format, const char* separator, const WriteText& write) {
  Batches<Listed<Item>> batches([&](const Listed<Item>& listed) { return listed.text_before + format(listed.item); },
                                write);
  const char* before = "";
  list.for_each([&](Item item) {
    batches.add({std::move(item), before});
    before = separator;
  });
  batches.finish();
}

}  // namespace core
