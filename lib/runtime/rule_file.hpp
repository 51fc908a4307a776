// A rule file as it was when it was opened: its map, and by what to tell that the path leads elsewhere today.
// Between map.hpp, which knows bytes, and handle.hpp, which knows threads.
// Invariant: the identity comes from the descriptor that was mapped, never from the path, which may already lead to the
// next file.
#pragma once

#include <sys/stat.h>

#include "map.hpp"
#include "relayrules/relayrules.h"

namespace relayrules::runtime {

/// What tells one file from the next. The map keeps the inode alive, so its number cannot come back meanwhile.
struct FileIdentity {
  dev_t device;
  ino_t inode;
  off_t size;
  timespec changed;

  bool operator==(const FileIdentity& other) const;
};

/// A mapped rule file. Whoever loads it closes the map, once.
struct RuleFile {
  Map map;
  FileIdentity identity;
};

/// Maps the file behind `fd`, which may be closed afterwards, and checks that its tables lie within it.
rr_status load_rule_file(int fd, RuleFile* file);

/// The same for a path.
rr_status load_rule_file(const char* path, RuleFile* file);

/// The same for a file of the open folder.
rr_status load_rule_file_in(int folder, const char* name, RuleFile* file);

/// Closes, and leaves errno as it is.
void close_quietly(int fd);

/// The identity of the file to which the path leads now. False and errno if there is none.
bool identify(const char* path, FileIdentity* identity);

}  // namespace relayrules::runtime
