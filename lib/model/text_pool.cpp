// Keeping texts: see text_pool.hpp.
#include "model/text_pool.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace core {

TextPool::Place TextPool::add(std::string_view text) {
  // one byte is left over, so that an empty text lies in a block, too
  if (blocks_.empty() || used_ + text.size() >= block_bytes) {
    blocks_.emplace_back(new char[block_bytes]);
    used_ = 0;
  }
  const Place place = (blocks_.size() - 1) * block_bytes + used_;
  std::copy(text.begin(), text.end(), blocks_.back().get() + used_);
  used_ += text.size();
  return place;
}

std::string_view TextPool::keep(std::string_view text) {
  if (text.size() < block_bytes) return view(add(text), text.size());
  // a block of its own; what comes next begins another one
  blocks_.emplace_back(new char[text.size()]);
  used_ = block_bytes;
  std::copy(text.begin(), text.end(), blocks_.back().get());
  return {blocks_.back().get(), text.size()};
}

TextPool::Place TextPool::append(TextPool&& other) {
  const Place shift = blocks_.size() * block_bytes;
  std::move(other.blocks_.begin(), other.blocks_.end(), std::back_inserter(blocks_));
  used_ = std::exchange(other.used_, block_bytes);
  other.blocks_.clear();
  return shift;
}

}  // namespace core
