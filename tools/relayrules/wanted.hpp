// Running the checks so that only those findings stay that somebody wants to hear: comments in the rules, settings and
// command line decide that, in this order. check and compile both do it here.
//
// All checks always run: a comment that allows something is judged by what is there, not by what somebody selected.
#pragma once

#include <cstddef>
#include <future>
#include <map>
#include <span>
#include <string>

#include "base/finding.hpp"
#include "base/source.hpp"
#include "lint/context.hpp"
#include "lint/settings.hpp"
#include "lint/suppress.hpp"
#include "model/site.hpp"

namespace core {

/// What is wanted for each rule file, by the name of its source.
using Choices = std::map<std::string, Choice, std::less<>>;

/// What is checked, how it was read and what is wanted of it.
struct CheckTask {
  const Site& site;
  const Sources& sources;
  std::span<const CheckedFile> files;
  const Choices& choices;
  std::launch helper = std::launch::deferred;  ///< async: a second thread may help
};

/// Runs the checks and takes out of `findings`, which may hold some already, what nobody wants. Sorts them. Returns how
/// many findings comments allowed.
std::size_t find_wanted(const CheckTask& task, Findings& findings);

}  // namespace core
