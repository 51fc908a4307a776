// Lists of few things, each once, in the order in which they came.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

namespace core {

template <typename T>
void add_once(std::vector<T>& list, T one) {
  if (std::find(list.begin(), list.end(), one) == list.end()) list.push_back(std::move(one));
}

}  // namespace core
