// Reading JSON and CSV: see records.hpp. A '#TYPE' line before the names and a byte order mark are PowerShell's, too;
// so is UTF-16, which is refused with what to do.
#include "site/records.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <nlohmann/json.hpp>

#include "base/ascii_case.hpp"
#include "base/cursor.hpp"

namespace core {
namespace {

/// ConvertTo-Json goes no deeper. Names of fields grow with it.
constexpr std::size_t deepest = 100;
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

SystemError error_at(const Source& source, std::string_view at, std::string what) {
  const auto before = source.text().substr(0, static_cast<std::size_t>(at.data() - source.text().data()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  return {"read", std::string(source.name()), EINVAL, fmt::format("line {}: {}", line, what)};
}

/// Bytes that tell how many of them were taken.
class CountedBytes {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountedBytes(const char* at, const char** last) : at_(at), last_(last) {}
  reference operator*() const { return *at_; }
  CountedBytes& operator++() {
    *last_ = ++at_;
    return *this;
  }
  friend bool operator==(const CountedBytes& a, const CountedBytes& b) { return a.at_ == b.at_; }
  friend bool operator!=(const CountedBytes& a, const CountedBytes& b) { return a.at_ != b.at_; }

 private:
  const char* at_;
  const char** last_;
};

/// Takes what the parser sees, and makes records of it.
class JsonReader {
 public:
  JsonReader(const Source& source, std::string_view text) : source_(source), text_(text), last_(text.data()) {}

  Result<std::vector<Record>> read() {
    const CountedBytes begin(text_.data(), &last_);
    const CountedBytes end(text_.data() + text_.size(), &last_);
    if (!nlohmann::json::sax_parse(begin, end, this)) return error_at(source_, rest_from(last_), wrong_);
    return std::move(records_);
  }

  // ---- what the parser calls
  bool null() { return true; }
  bool boolean(bool value) { return add(value ? "true" : "false"); }
  bool number_integer(std::int64_t value) { return add(std::to_string(value)); }
  bool number_unsigned(std::uint64_t value) { return add(std::to_string(value)); }
  bool number_float(double, const std::string& text) { return add(text); }
  bool string(std::string& text) { return add(std::move(text), true); }
  bool binary(nlohmann::json::binary_t&) { return true; }
  bool start_object(std::size_t) {
    if (depth_of_objects_++ == 0) records_.push_back({{}, {}, source_.span_of(rest_from(last_ - 1).substr(0, 1))});
    if (depth_of_objects_ <= deepest) return true;
    wrong_ = "objects lie in each other more deeply than PowerShell prints them";
    return false;
  }
  bool key(std::string& name) {
    if (path_.size() < depth_of_objects_) path_.resize(depth_of_objects_);
    if (depth_of_objects_ == 1) records_.back().fields.push_back(name);
    path_[depth_of_objects_ - 1] = std::move(name);
    token_ = last_;
    return true;
  }
  bool end_object() {
    path_.resize(std::min(path_.size(), --depth_of_objects_));
    return true;
  }
  bool start_array(std::size_t) { return true; }
  bool end_array() { return true; }
  template <typename Exception>
  bool parse_error(std::size_t, const std::string&, const Exception& error) {
    // "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while parsing ..."
    const std::string_view text = error.what();
    wrong_ = "it is no JSON: " + std::string(text.substr(std::min(text.find(": ") + 2, text.size())));
    return false;
  }

 private:
  [[nodiscard]] std::string_view rest_from(const char* at) const {
    return text_.substr(static_cast<std::size_t>(at - text_.data()));
  }

  /// The parser has read one byte behind a number, and none behind a string.
  bool add(std::string text, bool is_string = false) {
    if (depth_of_objects_ == 0) {
      wrong_ = "objects are expected, with the fields that PowerShell prints";
      return false;
    }
    std::string field;
    for (const std::string& name : path_)
      if (name != "value") field += (field.empty() ? "" : ".") + name;  // {"value": [...], "Count": 2} is a list
    std::string_view place = rest_from(token_).substr(0, static_cast<std::size_t>(last_ - token_));
    place.remove_prefix(std::min(place.find_first_not_of(" \t\r\n:,["), place.size()));
    if (!is_string) place = place.substr(0, text.size());
    records_.back().values.push_back({std::move(field), std::move(text), place, source_.span_of(place)});
    token_ = last_;
    return true;
  }

  const Source& source_;
  std::string_view text_;
  const char* last_;             // behind the last byte that the parser has taken
  const char* token_ = nullptr;  // behind the last key or value
  std::size_t depth_of_objects_ = 0;
  std::vector<std::string> path_;
  std::vector<Record> records_;
  std::string wrong_;
};

/// A field as it stands in the text, and its value.
struct Cell {
  std::string_view written;
  std::string text;
};

class CsvReader {
 public:
  CsvReader(const Source& source, std::string_view text) : source_(source), rest_(text) {}

  Result<std::vector<Record>> read() {
    while (rest_.starts_with('#')) skip_line();
    const std::string_view names = rest_.substr(0, rest_.find('\n'));
    // Export-Csv -UseCulture writes ';' where ',' is for decimals
    separator_ = std::count(names.begin(), names.end(), ';') > std::count(names.begin(), names.end(), ',') ? ';' : ',';
    std::vector<Cell> header;
    if (!read_line(header)) return error_at(source_, rest_, "a quote has no end");
    std::vector<Record> records;
    while (!rest_.empty()) {
      const std::string_view begin = rest_;
      std::vector<Cell> cells;
      if (!read_line(cells)) return error_at(source_, begin, "a quote has no end");
      if (cells.size() == 1 && cells.front().text.empty()) continue;
      if (cells.size() != header.size())
        return error_at(source_, begin,
                        fmt::format("{} fields, and the first line names {}", cells.size(), header.size()));
      records.push_back(record_of(header, cells));
    }
    return records;
  }

 private:
  void skip_line() { rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size() - 1) + 1); }

  /// The fields up to the end of the line; false when a quote is not closed.
  bool read_line(std::vector<Cell>& cells) {
    for (bool goes_on = true; goes_on;) {
      if (!read_cell(cells.emplace_back())) return false;
      goes_on = rest_.starts_with(separator_);
      if (goes_on) rest_.remove_prefix(1);
    }
    skip_line();
    return true;
  }

  bool read_cell(Cell& cell) {
    const std::string_view begin = rest_;
    if (!rest_.starts_with('"')) {
      const std::string_view stops = separator_ == ';' ? ";\n" : ",\n";
      cell.written = trimmed_right(rest_.substr(0, rest_.find_first_of(stops)), "\r");
      cell.text = cell.written;
      rest_.remove_prefix(std::min(rest_.find_first_of(stops), rest_.size()));
      return true;
    }
    rest_.remove_prefix(1);
    for (;;) {
      const std::size_t quote = rest_.find('"');
      if (quote == std::string_view::npos) return false;
      cell.text += rest_.substr(0, quote);
      rest_.remove_prefix(quote + 1);
      if (!rest_.starts_with('"')) break;
      cell.text += '"';
      rest_.remove_prefix(1);
    }
    cell.written = begin.substr(0, begin.size() - rest_.size());
    if (rest_.starts_with("\r\n")) rest_.remove_prefix(1);
    return true;
  }

  [[nodiscard]] Record record_of(const std::vector<Cell>& header, const std::vector<Cell>& cells) const {
    Record record;
    record.span = source_.span_of(cells.front().written);
    for (const Cell& name : header) record.fields.push_back(name.text);
    for (std::size_t i = 0; i < cells.size(); ++i)
      if (!cells[i].text.empty())
        record.values.push_back({header[i].text, cells[i].text, cells[i].written, source_.span_of(cells[i].written)});
    return record;
  }

  const Source& source_;
  std::string_view rest_;
  char separator_ = ',';
};

bool is_part_of(std::string_view name, std::string_view field) {
  return name.size() >= field.size() && in_lower_case(name.substr(0, field.size())) == in_lower_case(field) &&
         (name.size() == field.size() || name[field.size()] == '.');
}

}  // namespace

std::vector<const FieldValue*> Record::all(std::string_view field) const {
  std::vector<const FieldValue*> found;
  for (const FieldValue& value : values)
    if (is_part_of(value.field, field)) found.push_back(&value);
  return found;
}

const FieldValue* Record::first(std::string_view field) const {
  const auto found = std::find_if(values.begin(), values.end(),
                                  [&](const FieldValue& value) { return is_part_of(value.field, field); });
  return found == values.end() ? nullptr : &*found;
}

bool Record::has(std::string_view field) const {
  return std::any_of(fields.begin(), fields.end(), [&](const std::string& name) { return is_part_of(name, field); });
}

std::string Record::text(std::string_view field) const {
  const FieldValue* value = first(field);
  return value == nullptr ? std::string() : value->text;
}

std::vector<FieldValue> Record::list(std::string_view field) const {
  constexpr std::string_view between = ";, \t\r\n{}";
  std::vector<FieldValue> pieces;
  for (const FieldValue* value : all(field)) {
    std::size_t searched = 0;
    for (Cursor rest(value->text); rest.skip_any(between), !rest.at_end();) {
      const std::string_view text = rest.take_until(between);
      const std::size_t at = value->written.find(text, searched);
      FieldValue& piece = pieces.emplace_back(*value);
      piece.text = text;
      if (at == std::string_view::npos) continue;  // written with escapes
      searched = at + text.size();
      piece.span = {value->span.begin + static_cast<std::uint32_t>(at),
                    value->span.begin + static_cast<std::uint32_t>(searched)};
    }
  }
  return pieces;
}

Result<std::vector<Record>> read_records(const Source& source) {
  std::string_view text = source.text();
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"))
    return error_at(source, text, "it is UTF-16; write it with '| Out-File -Encoding utf8'");
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return std::vector<Record>();
  const bool is_json = text[begin] == '[' || text[begin] == '{';
  return is_json ? JsonReader(source, text.substr(begin)).read() : CsvReader(source, text.substr(begin)).read();
}

}  // namespace core
