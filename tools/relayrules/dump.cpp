// relayrules dump: a CDB back to tcprules text that compiles to the same records.
//
// Each line is read again before it is printed: a record that the text cannot say exactly is reported instead.
#include <fmt/format.h>

#include <algorithm>

#include "base/finding_kinds.hpp"
#include "cdb/lower.hpp"
#include "cdb/read.hpp"
#include "cdb/value.hpp"
#include "command.hpp"
#include "load.hpp"
#include "model/key.hpp"
#include "output.hpp"

namespace core {
namespace {

/// Remembers the one record that a line compiles to.
class OneRecord : public cdb::RecordSink {
 public:
  explicit OneRecord(const cdb::Reader::Record& wanted) : wanted_(wanted) {}
  bool add(std::string_view key, std::string_view value) override {
    same_ = ++count_ == 1 && key == wanted_.key && value == wanted_.value;
    return true;
  }
  [[nodiscard]] bool is_same() const { return same_; }

 private:
  const cdb::Reader::Record& wanted_;
  std::size_t count_ = 0;
  bool same_ = false;
};

/// The line, with its line feed, that compiles to exactly `record`; none when there is no such line, with the reason.
std::optional<std::string> line_for(const cdb::Reader::Record& record, const ProgramFacts& program,
                                    std::string& reason) {
  cdb::DecodedValue decoded = cdb::decode_value(record.value);
  if (!decoded.error.empty()) {
    reason = decoded.error;
    return std::nullopt;
  }
  const Format& format = *find_format(program.rules);
  reason = fmt::format("no line of {} text compiles to exactly this record", format.name);
  if (const KeyScheme* other = cdb::foreign_scheme(*program.keys, record.key))
    reason += fmt::format("; it is one of {}: say so with --program {}", other->server, other->name);
  Policy policy = new_policy(format);
  const KeyMeaning meaning = parse_key(*program.keys, record.key);
  NewRule rule;
  rule.pattern = meaning.pattern;
  rule.edits = policy.add_edits(std::move(decoded.edits));
  rule.outcome = policy.add_outcome(decoded.access, rule.edits);
  if (meaning.info) rule.condition.info = policy.add_info(std::string(*meaning.info));
  policy.rules.add(rule);
  const auto line = format.print(policy);
  if (!line) return std::nullopt;
  Policy again = new_policy(format);
  Findings findings;
  ParseOptions faithful;
  faithful.reading = Reading::faithful;
  format.parse(Source("", *line, 0), faithful, again, findings);
  OneRecord sink(record);
  if (!findings.empty() || !cdb::lower(again, {}, sink, findings) || !sink.is_same()) return std::nullopt;
  return line;
}

int print_records(const cdb::Reader& reader, const ProgramFacts& program, bool sorted) {
  auto records = reader.records();
  if (sorted) {
    // stable: of two records with one key the first decides, so their order is part of what the database says
    std::stable_sort(records.begin(), records.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
  }
  int code = exit_fine;
  Output output;
  for (const auto& record : records) {
    std::string reason;
    if (const auto line = line_for(record, program, reason)) {
      output.write_exactly(*line);
      continue;
    }
    say("relayrules: error: the record for key {} was left out: {} [{} {}]\n", core::quoted(record.key), reason,
        portability::foreign_database.code, portability::foreign_database.name);
    code = exit_findings;
  }
  return output.finish(code);
}

}  // namespace

int run_dump(int argc, char** argv) {
  std::string path;
  bool sorted = false;
  Program program = Program::any;
  CLI::App app("Turn a CDB back into rules that compile to the same records.", "relayrules dump");
  app.add_option("DB", path, "The CDB; '-' is standard input")->required();
  app.add_flag("--sort", sorted, "Sort by key; else the order of the file");
  add_program_option(app, program);
  if (const auto code = parse_command_line(app, argc, argv)) return *code;
  const auto reader = cdb::Reader::open(path);
  if (!reader.ok()) return report_failure(reader.error());
  return print_records(reader.value(), facts_of(program), sorted);
}

}  // namespace core
