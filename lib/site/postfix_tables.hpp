// The files that main.cf names: tables, each read once, and lists.
//
// main.cf lies in a folder that stands for /etc/postfix, so "/etc/postfix/access" is the file "access" beside it. A
// file that is not there is no mistake of ours: Postfix then refuses, for now, whoever it would have asked it about.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "base/finding.hpp"
#include "formats/postfix/tables.hpp"
#include "site/read_site.hpp"

namespace core {

/// What all readers of parts of main.cf share. Refers to its arguments.
struct PostfixContext {
  Site& site;
  const ReadOptions& options;
  Sources& sources;
  Findings& findings;
};

class PostfixTables {
 public:
  /// `folder` is what stands for `config_directory`.
  PostfixTables(const PostfixContext& context, std::string folder, std::string config_directory)
      : context_(context), folder_(std::move(folder)), config_directory_(std::move(config_directory)) {}

  /// The table that main.cf calls "hash:/etc/postfix/access"; `place` is where it does. Never null.
  /// Of a table that nobody can read here the type is unknown; one that Postfix cannot read is unavailable.
  const std::shared_ptr<const PostfixTable>& table(const std::string& name, Span place);
  /// Says that `table` is asked about clients: then it has the checks of its format.
  void note_clients(const PostfixTable& table);
  /// The text of the file `path` that a list names; null where it is not there, and then that was said.
  const Source* list_file(const std::string& path, Span place);

 private:
  PostfixTable read(const std::string& name, Span place);
  PostfixTable read_text(PostfixTableType type, const std::string& path, Span place);
  [[nodiscard]] std::string path_of(const std::string& path) const;
  /// Null where it is not there, or cannot be read, which is a failure of the site.
  const Source* find_text(const std::string& path);
  void report_missing(const std::string& name, Span place);

  PostfixContext context_;
  std::string folder_;
  std::string config_directory_;
  std::map<std::string, std::shared_ptr<const PostfixTable>> tables_;
  std::set<std::string> missing_;
};

}  // namespace core
