// Writing relayrules-checks(7): see checks_manual.hpp. An introduction, then a section for each family and a subsection
// for each check, in the order of their codes.
#include "report/checks_manual.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "lint/check.hpp"
#include "report/explain.hpp"

namespace core {
namespace {

struct Chapter {
  std::string_view code;
  std::string_view title;
  std::string_view introduction;
};

constexpr std::array chapters = {
    Chapter{"RR1", "SYNTAX",
            "Lines that the original compiler refuses, or drops without a word. A rule that is dropped may be a "
            "denial, so relayrules compiles nothing from a file with such a line."},
    Chapter{"RR2", "ORDER AND SHADOWING",
            "Which of several rules decides.\ntcpserver does not read the file from the top: it asks keys in a fixed "
            "order, the full address first and the empty one last, and takes the first record with that key.\nThe "
            "tcp wrappers read hosts.allow from the top and take the first rule that matches."},
    Chapter{"RR3", "RULES THAT NEVER MATCH",
            "Text that was written for an address and is one that no client has. The compilers of this family store "
            "it without a word: the rule looks right and does nothing."},
    Chapter{"RR4", "EXPOSURE",
            "Who may send to any domain. A server that lets strangers do so is an open relay.\nA client is a relay "
            "client when its rule sets RELAYCLIENT, to whatever value."},
    Chapter{"RR5", "ENVIRONMENT", "The variables that a rule sets for the programs behind it."},
    Chapter{"RR6", "PORTABILITY", "What one program says and another understands in a different way, or not at all."},
    Chapter{"RR7", "DESTINATIONS",
            "Lists of the domains for which mail is taken from anybody: rcpthosts and its relatives.\nWhat is listed "
            "is open to the world."},
    Chapter{"RR8", "TRUST IN NAMES",
            "A client's host name comes from reverse DNS, and ident answers from the client itself: both say what "
            "strangers want them to say."},
    Chapter{"RR9", "COMMENTS, SETTINGS AND EXPECTATIONS",
            "A comment in the first column tells relayrules that a finding is meant: '# relayrules: allow NAME "
            "REASON' for the next rule, '# relayrules: allow-file NAME REASON' above the first rule for the whole "
            "file.\nSeveral names are separated by commas.\nCodes from RR951 on are about the files that 'relayrules "
            "test' reads."},
};

/// One line of running text: nothing in it may be taken for a macro or an escape.
std::string escaped(std::string_view line) {
  std::string text = line.starts_with('.') || line.starts_with('\'') ? "\\&" : "";
  for (const char c : line) {
    if (c == '\\')
      text += "\\e";
    else
      text += c;
  }
  return text;
}

/// Literal text, line by line.
std::string escaped_lines(std::string_view lines) {
  std::string text;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    text += escaped(lines.substr(0, end)) + "\n";
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return text;
}

/// Running text: every sentence begins a line, as mdoc wants it.
std::string running_text(std::string_view text) {
  std::string lines;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool after_stop = i > 0 && text[i] == ' ' && (text[i - 1] == '.' || text[i - 1] == '!' || text[i - 1] == '?');
    const bool capital = i + 1 < text.size() && text[i + 1] >= 'A' && text[i + 1] <= 'Z';
    lines += after_stop && capital ? '\n' : text[i];
  }
  return escaped_lines(lines);
}

std::string example(std::string_view title, const Example& shown) {
  if (shown.text.empty()) return {};
  return fmt::format(".Pp\n{} ({}):\n.Bd -literal -offset indent\n{}.Ed\n", title, shown.file_name,
                     escaped_lines(indented(shown.text, "")));
}

std::string subsection(const Check& check) {
  std::string summary(check.summary);
  if (summary.front() >= 'a' && summary.front() <= 'z')
    summary.front() = static_cast<char>(summary.front() - 'a' + 'A');
  std::string text =
      fmt::format(".Ss {} ({}, {})\n", check.kind.name, check.kind.code, severity_name(check.kind.severity));
  text += fmt::format(".Em \\&{} .\n.Pp\n", escaped(summary));
  text += running_text(check.rationale);
  if (const std::string names = former_names(check); !names.empty())
    text += running_text(fmt::format("Also called {}.", names));
  return text + example("Wrong", check.bad) + example("Right", check.good);
}

std::vector<const Check*> checks_of(const Chapter& chapter) {
  std::vector<const Check*> checks;
  for (const Check* check : all_checks())
    if (check->kind.code.starts_with(chapter.code)) checks.push_back(check);
  std::sort(checks.begin(), checks.end(), [](const Check* a, const Check* b) { return a->kind.code < b->kind.code; });
  return checks;
}

constexpr std::string_view head = R"(.\" Written by the build from lib/lint/checks: do not edit.
.Dd January 1, 2026
.Dt RELAYRULES-CHECKS 7
.Os
.Sh NAME
.Nm relayrules-checks
.Nd what relayrules says about access and relay rules, and why
.Sh DESCRIPTION
.Xr relayrules 1
looks at rule files before a server uses them.
This page has an entry for each thing that
.Ql relayrules check
can say: what happens, why it matters, what to write instead, and a wrong and a right example.
The examples are real ones: the tests run the checks on them.
.Pp
Nobody needs to read it from start to end.
.Ql relayrules explain NAME
prints one entry; the introductions of the sections tell how the programs read their rules, and are worth ten minutes.
.Ss How to read a finding
.Bd -literal
tcp.smtp:2:1: warning: '192.168.1' can never match a client: not a full address
and no final '.' [RR301 prefix-without-dot]
     2 | 192.168.1:allow,RELAYCLIENT=""
       | ^~~~~~~~~
       = help: write '192.168.1.' for 192.168.1.0 - 192.168.1.255
.Ed
.Pp
File, line and column come first, then the severity, what is wrong, and in brackets the code and the name of the check.
Below stands the line with the place underlined.
A
.Ql note
below a finding shows a second place that explains the first, such as the rule that decides instead.
.Ql help
says what to write; where several things could be meant it names one, and the choice is yours.
.Pp
An
.Em error
is a file that its program refuses or reads as something else, or a server that is open to strangers.
A
.Em warning
is a rule that does not do what it seems to do, or does more.
A
.Em note
is something to know: it may well be right.
A check can be of another severity than its entry says where the danger is greater or less: a network of your own that
nobody else
reaches, a name that lets in but does not relay.
Errors first, and from the top: one slip at the start of a file may be the reason of all that follows.
.Pp
The first digit of a code is its family, one section each, and codes are never used again.
.Ss What is taken for granted
Rules are judged as the original
.Ql tcpserver
reads them, and
.Pa hosts.allow
as the libwrap of Debian does.
Say so when it is otherwise:
.Fl -program
names the program that reads the rules,
.Fl -paranoid
says that
.Ql tcpserver
runs with
.Fl p ,
and
.Fl -service
what is served behind the rules.
Some checks speak only when they know that.
.Ss What to do about a finding
Mend the rule.
.Ql relayrules check --diff
shows what the program would write by itself, and
.Fl -fix
writes it; only repairs with one sensible result are made, and what they change for clients is said.
.Pp
Where a rule is right all the same, say so in the line above it, with the reason:
.Bd -literal -offset indent
# relayrules: allow private-net-relay the router drops such sources
192.168.1.:allow,RELAYCLIENT=""
.Ed
.Pp
.Ql allow-file
above the first rule holds for the whole file.
A file
.Pa .relayrules.toml
switches checks off or changes their severity for whole folders, and
.Fl -baseline
reports only what is new;
.Xr relayrules 1
describes both.
Errors of the grammar cannot be silenced: a line that was not understood may be a denial.
)";

constexpr std::string_view tail = R"(.Sh SEE ALSO
.Xr relayrules 1 ,
.Xr tcprules 1 ,
.Xr relayrules-rules 5
)";

}  // namespace

std::string checks_manual() {
  std::string page(head);
  for (const Chapter& chapter : chapters) {
    page += fmt::format(".Sh {}\n{}", chapter.title, running_text(chapter.introduction));
    for (const Check* check : checks_of(chapter)) page += subsection(*check);
  }
  return page + std::string(tail);
}

}  // namespace core
