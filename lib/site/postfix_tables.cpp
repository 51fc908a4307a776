// Opening what main.cf names: see postfix_tables.hpp.
#include "site/postfix_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/finding_kinds.hpp"
#include "site/read_clients.hpp"
#include "site/server_files.hpp"

namespace core {
namespace {

namespace fs = std::filesystem;

/// Types of tables whose entries are in no file that can be read here.
constexpr std::string_view types_elsewhere[] = {
    "environ", "internal", "ldap",  "memcache", "mongodb", "mysql", "netinfo",   "nis",      "nisplus",
    "pgsql",   "pipemap",  "proxy", "randmap",  "sqlite",  "tcp",   "socketmap", "unionmap", "unix",
};

bool is_elsewhere(std::string_view type) {
  return std::find(std::begin(types_elsewhere), std::end(types_elsewhere), type) != std::end(types_elsewhere);
}

/// True where postmap has made a database of a text that is not there.
bool has_database(const std::string& path) {
  std::error_code ignored;
  constexpr const char* endings[] = {".db", ".cdb", ".lmdb", ".dir"};
  return std::any_of(std::begin(endings), std::end(endings),
                     [&](const char* ending) { return fs::exists(path + ending, ignored); });
}

}  // namespace

const std::shared_ptr<const PostfixTable>& PostfixTables::table(const std::string& name, Span place) {
  const auto found = tables_.find(name);
  if (found != tables_.end()) return found->second;
  PostfixTable table = read(name, place);
  table.name = name;
  return tables_.emplace(name, std::make_shared<const PostfixTable>(std::move(table))).first->second;
}

PostfixTable PostfixTables::read(const std::string& name, Span place) {
  const std::size_t colon = name.find(':');
  const std::string type = name.substr(0, colon);
  const std::string rest = name.substr(colon + 1);
  if (type == "proxy" && rest.find(':') != std::string::npos) return read(rest, place);
  const PostfixTableType known = postfix_table_type(type);
  if (known == PostfixTableType::in_line || known == PostfixTableType::constant) {
    const Source* file = context_.sources.find(place.begin);
    const Source* text =
        context_.sources.add(fmt::format("{}: {}", file == nullptr ? "main.cf" : file->name(), name), rest);
    return text == nullptr ? PostfixTable() : read_postfix_table(*text, text->text(), known, context_.findings);
  }
  if (known != PostfixTableType::unknown) return read_text(known, rest, place);
  PostfixTable table;
  if (is_elsewhere(type)) return table;
  table.unavailable = type == "fail" ? "tables of the type 'fail' always do"
                                     : fmt::format("Postfix has no tables of the type {}", core::quoted(type));
  return table;
}

PostfixTable PostfixTables::read_text(PostfixTableType type, const std::string& path, Span place) {
  const std::string file = path_of(path);
  if (const Source* source = find_text(file)) return read_postfix_table(*source, type, context_.findings);
  PostfixTable table;
  if (type == PostfixTableType::indexed && has_database(file)) {
    context_.site.notes.push_back(fmt::format(
        "the text of {} is not there, only what postmap made of it, which is not read", core::quoted(path)));
    return table;
  }
  report_missing(path, place);
  table.type = type;
  table.unavailable = "the file is not there";
  table.is_missing = true;
  return table;
}

std::string PostfixTables::path_of(const std::string& path) const {
  for (const std::string& prefix : {config_directory_ + "/", std::string("/etc/postfix/")})
    if (path.starts_with(prefix)) return (fs::path(folder_) / path.substr(prefix.size())).string();
  return path.starts_with('/') ? path : (fs::path(folder_) / path).string();
}

const Source* PostfixTables::find_text(const std::string& path) {
  std::error_code error;
  // what lies elsewhere belongs to this host, and what is checked may belong to another
  const fs::path folder = fs::path(path).parent_path();
  std::error_code ignored;
  const bool is_elsewhere = folder != fs::path(folder_) && !fs::equivalent(folder, folder_, ignored);
  if (is_elsewhere && context_.options.scope == Scope::each_file) return nullptr;
  if (!fs::exists(path, error) && !error) return nullptr;
  if (is_elsewhere)
    context_.sources.reach.withhold(path);
  else
    context_.sources.reach.found(path, folder_);
  const Source* source = read_file_of(context_.site, path, context_.options, context_.sources);
  if (source != nullptr) context_.site.files.push_back({source, &postfix_list_file});
  return source;
}

void PostfixTables::report_missing(const std::string& name, Span place) {
  if (!missing_.insert(name).second) return;
  if (context_.options.scope == Scope::each_file) {
    Finding& finding = context_.findings.add(
        main_cf::missing_file, place,
        fmt::format("{} is not beside main.cf and was not checked; where it is missing on the server, Postfix refuses "
                    "for now, with 451, all that it would have asked it about",
                    core::quoted(name)));
    finding.severity = Severity::note;
    return;
  }
  context_.findings
      .add(main_cf::missing_file, place,
           fmt::format("{} is not there: Postfix refuses for now, with 451, all that it would have asked it about",
                       core::quoted(name)))
      .with_help("make the file, or take its name out of main.cf");
}

void PostfixTables::note_clients(const PostfixTable& table) {
  const Format* format = find_format(table.type == PostfixTableType::cidr ? "cidr_table" : "postfix_access");
  const bool is_file = table.type == PostfixTableType::cidr || table.type == PostfixTableType::texthash ||
                       table.type == PostfixTableType::indexed;
  if (!is_file || table.entries.empty()) return;
  const Source* source = context_.sources.find(table.entries.front().place.span.begin);
  for (CheckedFile& file : context_.site.files)
    if (file.source == source) file.format = format;
}

const Source* PostfixTables::list_file(const std::string& path, Span place) {
  const Source* source = find_text(path_of(path));
  if (source == nullptr) report_missing(path, place);
  return source;
}

}  // namespace core
