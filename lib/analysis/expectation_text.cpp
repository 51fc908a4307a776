// The text of expectation files.
//
//   file        = { line LF } [ line ]                      a CR before LF is cut, like blanks and tabs at both ends
//   line        = "" | "#" anything | rules | expectation [ reason ]
//   rules       = "rules" { path | how } [ "#" anything ]    at most one such line, with a path
//   how         = "daemon=" name | "from=" format | "program=" name
//   expectation = clients demand { blank demand }
//               | "env" clients variable { blank variable }
//               | "rcpt=" address outcome
//               | { "auth" | "granted" | "listener=" name } [ clients ] { "from=" mail } { "to=" mail } outcome
//   outcome     = "accepted" | "not-accepted" | "refused" | "deferred"      "deferred" is nothing that "rcpt=" knows
//   mail        = "any" | "outside" | "listed" | "<>" | user "@" domain | domain | "." domain
//   reason      = two or more blanks, or a tab, or a blank and "#", then anything
//   clients     = { addresses } [ "except" addresses { addresses } ] { "host=" name | "host!=" name | "info=" info }
//   addresses   = "any" | address | address "/" bits | "10." | "10.1." | "10.1.2." | address "-" address
//   name        = "none" | "any" | host | "." domain        "host!=" takes only the last two, and may come again
//   info        = "none" | word
//   demand      = "relay" | "no-relay" | "allow" | "deny"
//   variable    = NAME "=" word | NAME "=" quote anything quote | "-" NAME        quote: ' or "
//
// Words stand apart by blanks and tabs, any number of them before the first demand. Behind a demand two blanks begin
// the reason: so a reason that begins with a demand is refused, it was meant to be proved.
// 'any host=NAME' is about all addresses. 'host=NAME' alone asks what the name is good for: it is about clients whose
// address no rule decides about, so that "host=mail.example.com no-relay" holds although the office may relay, whatever
// its machines are called.
//
// Compat (tests/unit/expectation_text_test.cpp): "10.1." is read as tcprules means it; ::ffff:192.0.2.7 is 192.0.2.7,
// as in a lookup.
#include "analysis/expectation_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/ascii_case.hpp"
#include "base/cursor.hpp"
#include "base/edit_distance.hpp"
#include "base/finding_kinds.hpp"
#include "model/format.hpp"
#include "model/key.hpp"

namespace core::analysis {
namespace {

constexpr std::string_view blanks = " \t";

/// What a demand word wants.
struct DemandWord {
  std::string_view word;
  std::optional<bool> allow;
  std::optional<bool> relay;
};
constexpr std::array demand_words = {DemandWord{"relay", {}, true}, DemandWord{"no-relay", {}, false},
                                     DemandWord{"allow", true, {}}, DemandWord{"deny", false, {}}};

/// A word of the grammar, and what is to be said of it where it stands in a wrong place.
struct PlacedWord {
  std::string_view word;
  std::string_view place;
};
constexpr std::string_view before_demands = "it stands before what is expected";
constexpr std::string_view not_in_env = "a line that begins with 'env' expects variables and nothing else";
constexpr std::string_view behind_recipient = "it stands behind 'rcpt=user@domain', or 'to=' and 'from='";
constexpr std::array placed_words = {
    PlacedWord{"env", "it begins a line, 'env CLIENTS NAME=value'"},
    PlacedWord{"rules", "it begins a line, 'rules FILE'"},
    PlacedWord{"accepted", behind_recipient},
    PlacedWord{"not-accepted", behind_recipient},
    PlacedWord{"refused", behind_recipient},
    PlacedWord{"deferred", behind_recipient},
    PlacedWord{"except", before_demands},
    PlacedWord{"any", before_demands},
    PlacedWord{"host=", before_demands},
    PlacedWord{"host!=", before_demands},
    PlacedWord{"info=", before_demands},
    PlacedWord{"rcpt=", before_demands},
    PlacedWord{"from=", before_demands},
    PlacedWord{"to=", before_demands},
    PlacedWord{"auth", before_demands},
    PlacedWord{"granted", before_demands},
    PlacedWord{"listener=", before_demands},
    PlacedWord{"relay", not_in_env},
    PlacedWord{"no-relay", not_in_env},
    PlacedWord{"allow", not_in_env},
    PlacedWord{"deny", not_in_env},
};

const DemandWord* find_demand(std::string_view word) {
  const auto found = std::find_if(demand_words.begin(), demand_words.end(),
                                  [&](const DemandWord& known) { return known.word == word; });
  return found == demand_words.end() ? nullptr : &*found;
}

bool is_answer(std::string_view word) {
  return word == "accepted" || word == "not-accepted" || word == "refused" || word == "deferred";
}
constexpr std::string_view write_answer = "write 'accepted', 'not-accepted', 'refused' or 'deferred'";

/// Why `word`, which is not `wanted` here, stands in a wrong place; or which word is meant.
std::string what_is_wrong(std::string_view word, std::string_view wanted) {
  const std::size_t equals = word.find('=');
  const std::string_view start = word.substr(0, equals == std::string_view::npos ? equals : equals + 1);
  Nearest nearest(start);
  for (const PlacedWord& known : placed_words) {
    if (known.word == start) return fmt::format("{} cannot stand here: {}", quoted(start), known.place);
    if (known.word.size() > 3) nearest.try_word(known.word);  // anything short is near "to="
  }
  const std::string hint = nearest.word().empty() ? "" : fmt::format("; did you mean {}?", quoted(nearest.word()));
  return fmt::format("{} {}{}", quoted(word), wanted, hint);
}

/// True for NAME=..., -NAME: what an env line demands.
bool is_variable(std::string_view word) {
  if (word.starts_with('-')) return word.size() > 1;
  const std::size_t equals = word.find('=');
  if (equals == std::string_view::npos || equals == 0) return false;
  const std::string_view name = word.substr(0, equals);
  return name != "host" && name != "host!" && name != "info" && name != "rcpt" && name != "from" && name != "to" &&
         name != "listener";
}

/// Takes a word: up to a blank, but a quoted value whole.
std::string_view take_word(Cursor& cursor) {
  const std::string_view all = cursor.rest();
  std::size_t size = std::min(all.find_first_of(blanks), all.size());
  const std::size_t equals = all.substr(0, size).find('=');
  if (equals != std::string_view::npos && equals + 1 < all.size() &&
      (all[equals + 1] == '"' || all[equals + 1] == '\'')) {
    const std::size_t close = all.find(all[equals + 1], equals + 2);
    if (close != std::string_view::npos) size = std::min(all.find_first_of(blanks, close), all.size());
  }
  return cursor.take(size);
}

/// Reads one line into an expectation, or reports the first thing that is wrong with it.
class LineReader {
 public:
  LineReader(const Source& source, Findings& findings) : source_(source), findings_(findings) {}

  std::optional<Expectation> read(std::string_view line) {
    Cursor cursor(line);
    std::string_view gap;
    while (!cursor.at_end() && ok_) {
      const std::string_view before = cursor.rest();
      cursor.skip_any(blanks);
      gap = before.substr(0, before.size() - cursor.rest().size());
      const bool far = gap.size() > 1 || gap == "\t";
      if (cursor.peek() == '#' || (demanded_ && far)) break;
      read_word(take_word(cursor), cursor);
    }
    if (ok_) read_reason(cursor.rest());
    if (ok_) finish(line);
    if (!ok_) return std::nullopt;
    return std::move(expectation_);
  }

 private:
  bool is_demand(std::string_view word) const {
    return env_ ? is_variable(word) : find_demand(word) != nullptr || is_answer(word);
  }

  void read_word(std::string_view word, const Cursor& behind) {
    end_ = behind.rest().data();
    if (is_demand(word)) return read_demand(word);
    if (demanded_)
      return fail(word, what_is_wrong(word, "is no expectation"), "a reason stands behind two blanks, or behind '#'");
    if (first_ && word == "env") {
      env_ = true;
      first_ = false;
      return;
    }
    first_ = false;
    read_client(word);
  }

  void read_client(std::string_view word) {
    if (word.starts_with("rcpt=")) return read_recipient(word);
    if (read_mail(word)) return;
    if (word.starts_with("host=") || word.starts_with("host!=")) return read_host(word);
    if (word.starts_with("info=")) return read_info(word);
    named_ = true;
    if (word == "except") {
      if (included_.empty()) return fail(word, "'except' has no addresses before it", "write 'any except ...'");
      excepting_ = true;
      return;
    }
    auto addresses = parse_addresses(word);
    if (const auto* wrong = std::get_if<std::string>(&addresses)) return fail(word, what_is_wrong(word, *wrong), "");
    auto& to = excepting_ ? excluded_ : included_;
    const auto& ranges = std::get<std::vector<Range>>(addresses);
    to.insert(to.end(), ranges.begin(), ranges.end());
  }

  void read_recipient(std::string_view word) {
    const std::string_view address = word.substr(5);
    if (expectation_.recipient || address.empty())
      return fail(word, fmt::format("{} is no single recipient", quoted(word)), "write one 'rcpt=user@domain' a line");
    expectation_.recipient = RecipientDemand{std::string(address), true};
  }

  MailDemand& mail() {
    if (!expectation_.mail) expectation_.mail.emplace().mail.circumstances.emplace_back();
    return *expectation_.mail;
  }

  /// True when the word is about mail, or is reported as a wrong one.
  bool read_mail(std::string_view word) {
    if (word == "auth" || word == "granted") {
      Circumstance& about = mail().mail.circumstances.front();
      (word == "auth" ? about.logged_in : about.granted) = true;
      return true;
    }
    if (word.starts_with("listener=")) {
      mail().mail.circumstances.front().listener = word.substr(9);
      return true;
    }
    const bool is_sender = word.starts_with("from=");
    if (!is_sender && !word.starts_with("to=")) return false;
    AddressQuery& query = is_sender ? mail().mail.sender : mail().mail.recipient;
    const std::string_view text = word.substr(is_sender ? 5 : 3);
    if (query.kind != WantedAddress::any)
      fail(word, fmt::format("a second {}", quoted(word.substr(0, word.find('=') + 1))), "write a line for each");
    else if (!parse_address_query(text, query))
      fail(word, fmt::format("{} is no address or domain", quoted(text)),
           "write user@domain, a domain, '.domain' for all below it, 'outside', 'listed', '<>' or 'any'");
    return true;
  }

  void read_host(std::string_view word) {
    const bool excludes = word.starts_with("host!=");
    const std::string_view text = word.substr(excludes ? 6 : 5);
    HostQuery host;
    named_ = true;
    if (!parse_host(text, host) || (excludes && host.kind != HostKind::pattern))
      return fail(word, fmt::format("{} is no host name", quoted(text)),
                  excludes ? "write a name, or '.example.com' for all names below it"
                           : "write a name, '.example.com' for all names below it, 'none' or 'any'");
    if (excludes) return expectation_.clients.host.excluded.push_back(host.pattern);
    if (has_host_) return fail(word, "a second 'host='", "write a line for each name");
    has_host_ = true;
    expectation_.clients.host.kind = host.kind;
    expectation_.clients.host.pattern = host.pattern;
  }

  void read_info(std::string_view word) {
    const std::string_view text = word.substr(5);
    InfoQuery& info = expectation_.clients.info;
    named_ = true;
    if (text.empty()) return fail(word, "'info=' says nothing", "write what ident says, or 'none'");
    if (info.kind != InfoKind::whatever) return fail(word, "a second 'info='", "write a line for each answer of ident");
    info.kind = text == "none" ? InfoKind::none : InfoKind::text;
    if (info.kind == InfoKind::text) info.text = text;
  }

  void read_demand(std::string_view word) {
    demanded_ = true;
    if (is_answer(word) && !expectation_.recipient) return read_outcome(word);
    if (is_answer(word) != (expectation_.recipient || expectation_.mail))
      return fail(
          word, fmt::format("{} is no expectation about {}", quoted(word), is_answer(word) ? "clients" : "a recipient"),
          is_answer(word) ? "write 'rcpt=user@domain' before it" : "write 'accepted' or 'refused'");
    if (is_answer(word)) {
      if (answered_) return fail(word, "a second answer about the recipient", "write 'accepted' or 'refused'");
      if (word == "deferred")
        return fail(word, "no recipient is refused for now by a list of destinations", "write 'accepted' or 'refused'");
      answered_ = true;
      expectation_.recipient->accepted = word == "accepted";
      return;
    }
    Demand more;
    if (const DemandWord* known = find_demand(word); known != nullptr && !env_) {
      more.allow = known->allow;
      more.relay = known->relay;
    } else if (auto variable = read_variable(word)) {
      more.variables.push_back(std::move(*variable));
    }
    if (ok_) add_demand(word, std::move(more));
  }

  void read_outcome(std::string_view word) {
    if (answered_) return fail(word, "a second answer about the mail", std::string(write_answer));
    if (!named_ && !expectation_.mail)
      return fail(word, fmt::format("{} is no expectation about clients", quoted(word)),
                  "write 'rcpt=user@domain', or 'to=' and 'from=', before it");
    answered_ = true;
    mail().outcome = word == "accepted"   ? MailOutcome::accepted
                     : word == "deferred" ? MailOutcome::deferred
                                          : MailOutcome::refused;
    mail().or_deferred = word == "not-accepted";
  }

  void add_demand(std::string_view word, Demand more) {
    Demand& demand = expectation_.demand;
    if (contradict(demand, more))
      return fail(word, fmt::format("{} cannot hold together with what stands before it", quoted(word)), "",
                  expectations::contradiction);
    if (more.allow) demand.allow = more.allow;
    if (more.relay) demand.relay = more.relay;
    demand.variables.insert(demand.variables.end(), more.variables.begin(), more.variables.end());
  }

  std::optional<VariableDemand> read_variable(std::string_view word) {
    if (word.starts_with('-')) return VariableDemand{std::string(word.substr(1)), std::nullopt};
    const std::size_t equals = word.find('=');
    const std::string_view name = word.substr(0, equals);
    std::string_view value = word.substr(equals + 1);
    const bool quotes = value.starts_with('"') || value.starts_with('\'');
    if (quotes && (value.size() < 2 || value.find(value.front(), 1) != value.size() - 1)) {
      fail(word, fmt::format("the value of {} does not end with its quote", quoted(name)), "");
      return std::nullopt;
    }
    if (quotes) value = value.substr(1, value.size() - 2);
    return VariableDemand{std::string(name), std::string(value)};
  }

  void read_reason(std::string_view text) {
    if (text.starts_with('#')) return void(expectation_.reason = trimmed(text.substr(1)));
    const std::string_view first = text.substr(0, text.find_first_of(blanks));
    if (demanded_ && is_demand(first))
      return fail(
          first,
          fmt::format("{} stands where the reason begins, behind two blanks: it would not be proved", quoted(first)),
          "write one blank before it; or '#' before a reason");
    expectation_.reason = text;
  }

  void finish(std::string_view line) {
    if (!demanded_)
      return fail(line, fmt::format("{} expects nothing", quoted(line)),
                  expectation_.recipient || expectation_.mail ? "write 'accepted' or 'refused' behind it"
                  : env_ ? "write NAME=value behind it, or -NAME for a variable that no rule sets"
                         : "write 'relay', 'no-relay', 'allow' or 'deny' behind it");
    const std::string_view said = line.substr(0, static_cast<std::size_t>(end_ - line.data()));
    expectation_.span = source_.span_of(said);
    for (const char c : said) {
      const bool blank = blanks.find(c) != std::string_view::npos;
      if (!blank || !expectation_.text.ends_with(' ')) expectation_.text += blank ? ' ' : c;
    }
    if (expectation_.recipient && named_)
      return fail(said, "a recipient is looked up for every client without RELAYCLIENT alike",
                  "leave the clients out of the line");
    if (expectation_.mail) return settle_mail(said);
    if (!expectation_.recipient) settle_clients(said);
  }

  void settle_mail(std::string_view said) {
    if (!answered_)
      return fail(said, fmt::format("{} expects nothing of the mail", quoted(said)),
                  fmt::format("{} behind it", write_answer));
    named_ = true;
    settle_clients(said);
    expectation_.clients.by_name_alone = false;
    expectation_.mail->mail.clients = expectation_.clients;
  }

  void settle_clients(std::string_view said) {
    if (!named_) return fail(said, "nobody is meant: there are no clients in the line", "write 'any' for every client");
    if (excepting_ && excluded_.empty()) return fail(said, "nothing stands behind 'except'", "");
    ClientQuery& clients = expectation_.clients;
    const bool names = clients.host.kind == HostKind::named || clients.host.kind == HostKind::pattern;
    clients.by_name_alone = included_.empty() && names;
    if (included_.empty()) included_ = every_address();
    clients.addresses = subtract(included_, excluded_);
    if (clients.addresses.empty() || is_nobody(clients.host))
      fail(said, fmt::format("no client is left in {}: all that are meant are excluded", quoted(said)), "",
           expectations::contradiction);
  }

  void fail(std::string_view place, std::string message, std::string help,
            const FindingKind& kind = expectations::bad_line) {
    ok_ = false;
    findings_.add(kind, source_.span_of(place), std::move(message)).with_help(std::move(help));
  }

  const Source& source_;
  Findings& findings_;
  Expectation expectation_;
  std::vector<Range> included_;
  std::vector<Range> excluded_;
  const char* end_ = nullptr;  // behind the last word that is no reason
  bool ok_ = true;
  bool first_ = true;
  bool env_ = false;
  bool named_ = false;
  bool excepting_ = false;
  bool has_host_ = false;
  bool demanded_ = false;
  bool answered_ = false;
};

/// Reads the names of the rules, and how they are to be read. False when something is wrong with the line.
bool read_rules(const Source& source, std::string_view line, ExpectationFile& file, Findings& findings) {
  const auto fail = [&](std::string_view place, std::string message, std::string help) {
    findings.add(expectations::bad_line, source.span_of(place), std::move(message)).with_help(std::move(help));
    return false;
  };
  if (!file.rules.empty())
    return fail(line, "a second 'rules' line",
                "name all files in one line; write a file of expectations for each server");
  std::optional<std::string_view> program;
  Cursor cursor(line);
  take_word(cursor);
  for (cursor.skip_any(blanks); !cursor.at_end() && cursor.peek() != '#'; cursor.skip_any(blanks)) {
    const std::string_view word = take_word(cursor);
    if (word.starts_with("daemon="))
      file.daemon = word.substr(7);
    else if (word.starts_with("from="))
      file.format = word.substr(5);
    else if (word.starts_with("program="))
      program = word.substr(8);
    else
      file.rules.push_back({std::string(word), source.span_of(word)});
  }
  if (!file.format.empty() && find_format(file.format) == nullptr)
    return fail(line, fmt::format("there is no format {}", quoted(file.format)), "'relayrules formats' lists them");
  const ProgramFacts* known = program ? find_program(*program) : nullptr;
  file.server = program ? find_server(*program) : Server::unknown;
  if (program && known == nullptr && file.server == Server::unknown)
    return fail(*program, fmt::format("there is no program {}", quoted(*program)),
                "'relayrules test --help' lists them at --program");
  if (known != nullptr) file.program = known->program;
  if (file.rules.empty())
    return fail(line, "'rules' names no file", "write 'rules tcp.smtp', or 'rules tcp.smtp rcpthosts'");
  return true;
}

bool read_line(const Source& source, std::string_view line, ExpectationFile& file, Findings& findings) {
  if (line.empty() || line.front() == '#') return true;
  if (line.substr(0, line.find_first_of(blanks)) == "rules") return read_rules(source, line, file, findings);
  auto expectation = LineReader(source, findings).read(line);
  if (expectation) file.expectations.push_back(std::move(*expectation));
  return expectation.has_value();
}

std::optional<std::vector<Range>> parse_range(std::string_view word) {
  const std::size_t dash = word.find('-');
  const auto first = parse_address(word.substr(0, dash));
  const auto last = parse_address(word.substr(dash + 1));
  if (!first || !last || first->family != last->family || *last < *first) return std::nullopt;
  return std::vector<Range>{{*first, *last}};
}

}  // namespace

AddressesOrReason parse_addresses(std::string_view word) {
  if (word == "any") return every_address();
  if (const auto address = parse_address(word)) return std::vector<Range>{{unmapped(*address), unmapped(*address)}};
  if (const auto octets = parse_octets(word)) return std::vector<Range>{range_of(prefix_of(*octets))};
  if (const auto prefix = parse_prefix(word)) {
    if (parse_address(word.substr(0, word.find('/'))) == prefix->base) return std::vector<Range>{range_of(*prefix)};
    return fmt::format("has bits behind the prefix; write {}, or the address alone", quoted(format_prefix(*prefix)));
  }
  if (const auto base = parse_address(word.substr(0, word.find('/'))))
    return fmt::format("is no network: behind its '/' a number up to {} is expected",
                       base->family == Family::ipv4 ? 32 : 128);
  if (word.find('-') != std::string_view::npos)
    if (auto range = parse_range(word)) return std::move(*range);
  return std::string("is no client: an address, 10.0.0.0/8, '10.', 10.0.0.1-10.0.0.9, 'any', 'except', host= or info=");
}

bool parse_host(std::string_view text, HostQuery& host) {
  if (text.empty() || text == "." || text.find_first_of(" \t=@/*") != std::string_view::npos) return false;
  host.kind = text == "none" ? HostKind::none : text == "any" ? HostKind::named : HostKind::pattern;
  if (host.kind == HostKind::pattern) host.pattern = in_lower_case(text);
  return true;
}

ExpectationFile parse_expectations(const Source& source, const Sources& sources, Findings& findings) {
  ExpectationFile file;
  std::string_view rest = source.text();
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = trimmed(trimmed_right(rest.substr(0, end), " \t\r"));
    if (!read_line(source, line, file, findings)) file.complete = false;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (file.complete && file.expectations.empty()) {
    file.complete = false;
    findings.add(expectations::bad_line, source.span_of(source.text().substr(0, 0)),
                 "there is no expectation in the file: it would hold whatever the rules say");
  }
  find_contradictions(file, sources, findings);
  return file;
}

}  // namespace core::analysis
