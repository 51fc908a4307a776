"""Runs every command of relayrules in every format on rules, names and logs that are full of hostile text, and asks of each answer what its
readers would: is it one JSON text, well-formed XML, HTML without a script; does each line that begins with '::' come from us; is every character
of a text for people one that can be seen."""

import html.parser
import json
import os
import pty
import re
import struct
import subprocess
import sys
import unicodedata
import xml.etree.ElementTree

# ---- the table of hostile texts; after a line feed PWNED would begin a line of its own
HOSTILE = [
    b"\x1b[31m\x1b]0;PWNED\x07", b"\r", b"\n::error ::PWNED", b"\n::set-output name=a::PWNED", b"\nPWNED", b"\x7f\x08", b"\xc2\x9b31m\xc2\x85",
    "\u202ePWNED\u202c\u2066\u2067\u2068\u2069\u200e\u200f\u061c".encode(), "\u2028PWNED\u2029".encode(), "\u200b\u200c\u200d\u2060\ufeff".encode(),
    "\U000e0041\U000e007f\U000e0001\ufe0f\u00ad\u115f\u3164\u034f\u2800\u00a0".encode(), b"\xff\xfe\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80",
    b"\xef\xbf\xbe\xef\xbf\xbf\xf0\x9f\x98\x80", b"]]><script>PWNED</script>", b"--><img src=x onerror=PWNED>", b"\" onmouseover=\"PWNED\" '", b"'><svg onload='PWNED'",
    b"&lt;&#10;&PWNED;", b"%0A::error ::PWNED%s{}{0}", b"\\n\\u000aPWNED\\", b"</title></style></text><script>", b"$(PWNED)`PWNED`",
    b"::error ::PWNED", b"::add-mask::PWNED", b"##[stop-commands]PWNED", b"\t ::warning file=a::PWNED",
]
TEXT = [each for each in HOSTILE if b"\n" not in each]  # rule text: a line feed ends a rule
WORDS = [each for each in TEXT if not set(each) & set(b" :,=@/\"")]

SEEN_ALTHOUGH = set("\u115f\u1160\u17b4\u17b5\u3164\uffa0\u034f\u2800")  # letters and marks by their category, and invisible


def unseen(character):
    if character in "\n\t ":
        return False
    category = unicodedata.category(character)
    selector = 0xFE00 <= ord(character) <= 0xFE0F or 0xE0000 <= ord(character) <= 0xE0FFF or 0x180B <= ord(character) <= 0x180F
    return category in ("Cc", "Cf", "Zl", "Zp", "Zs", "Cs") or character in SEEN_ALTHOUGH or selector or ord(character) & 0xFFFE == 0xFFFE


def complain(command, why, answer):
    sys.exit(f"{command}: {why}: {answer[:1500]!r}")


# ---- the validators, one for each kind of answer
def as_text(command, answer):
    try:
        text = answer.decode()
    except UnicodeDecodeError as error:
        complain(command, f"invalid UTF-8 ({error})", answer[max(0, error.start - 200):])
    for at, character in enumerate(text):
        if unseen(character):
            complain(command, f"U+{ord(character):04X} came through", text[max(0, at - 200):at + 50])
    for line in text.split("\n"):
        if line.startswith("PWNED"):
            complain(command, "a text began a line", line)
        # what GitHub runs wherever it stands in a log: actions/runner, ActionCommand.cs
        if re.match(r"\s*::[A-Za-z-]+( .*)?::", line) and not is_ours(command, line) or re.search(r"##\[[a-z-]+[] ]", line):
            complain(command, "a workflow command that is not ours", line)
    return text


def is_ours(command, line):
    place = r"(file=[^,:]*,line=\d+,endLine=\d+,col=\d+,(endColumn=\d+,)?)?"
    return b"github" in command and re.match(rf"::(error|warning|notice) ({place}title=RR\d+ [a-z0-9-]+)?::(?!PWNED)", line)


def as_github(command, answer):
    for line in as_text(command, answer).splitlines():
        if not line.startswith("::"):
            complain(command, "a line that is no workflow command", line)


def as_json(command, answer):
    for line in as_text(command, answer).splitlines():
        json.loads(line)


def as_baseline(command, answer):
    json.loads(as_text(command, answer))


def check_element(command, name, attributes):
    name = name.rsplit("}", 1)[-1].lower()
    if name in ("script", "img", "iframe", "object", "foreignobject"):
        complain(command, f"an element <{name}>", b"")
    for attribute in attributes:
        if attribute.lower().startswith("on") or "href" in attribute:
            complain(command, f"an attribute {attribute}", b"")


def as_xml(command, answer):
    for element in xml.etree.ElementTree.fromstring(as_text(command, answer)).iter():
        check_element(command, element.tag, element.attrib)


class Page(html.parser.HTMLParser):
    open = []
    command = None

    def handle_starttag(self, tag, attrs):
        check_element(self.command, tag, dict(attrs))
        if tag not in ("meta", "br", "link", "path", "rect", "use", "line", "circle"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in ("path", "rect", "use", "line", "circle"):
            return
        if not self.open or self.open.pop() != tag:
            complain(self.command, f"</{tag}> closes another element", b"")


def as_html(command, answer):
    page = Page()
    page.command, page.open = command, []
    page.feed(as_text(command, answer))
    if page.open:
        complain(command, f"{page.open} are not closed", b"")


def as_rules(command, answer):
    """Rule text for a machine, where bytes are those of the rules. No text begins a line of its own."""
    for line in answer.split(b"\n"):
        if line.lstrip(b"+- ").startswith(b"PWNED"):
            complain(command, "a text began a line", line)


def as_expectations(command, answer):
    """What was written down of rules is what they do."""
    as_rules(command, answer)
    write("first.expect", answer)
    done = subprocess.run(["relayrules", "test", "first.expect", "-q"], capture_output=True, timeout=20)
    as_text(command, done.stdout + done.stderr)
    if done.returncode != 0:
        complain(command, f"its own expectations fail ({done.returncode})", answer + done.stdout + done.stderr)


# ---- the table of commands: what is read, the arguments, and who reads the answer. FILE and OTHER are the names of rule files.
def commands(file, other):
    report = {"text": as_text, "gcc": as_text, "github": as_github, "json": as_json, "sarif": as_json, "checkstyle": as_xml}
    for name, reader in report.items():
        yield ["check", file, "--all", "--format", name], reader
    yield ["check", file, "-v", "--statistics"], as_text
    yield ["check", file, "--all", "--colour", "never", "--paranoid", "--service", "smtp"], as_text
    yield ["check", file, "--diff"], as_rules
    yield ["check", file, "--write-baseline", "-"], as_baseline
    yield ["check", file, "--config", other], as_text
    yield ["check", file, "--baseline", other], as_text
    yield ["compile", file, "--no-check", "-o", file + b".cdb", "--show-diff"], as_text
    yield ["compile", file, "--no-check", "-o", file + b".cdb", "--show-diff", "--confirm-widening"], as_text
    yield ["compile", file, "--dry-run"], as_text
    yield ["compile", file, "--no-check", "-o", file], as_text
    for read in (file, file + b".cdb"):
        for name in HOSTILE[0], HOSTILE[4], HOSTILE[7], HOSTILE[11]:
            yield ["lookup", read, "--ip", "10.1.2.3", "--host", name, "--info", name, "--trace"], as_text
            yield ["lookup", read, "--ip", "10.1.2.3", "--host", name, "--info", name, "--format", "json"], as_json
        yield ["lookup", read, "-"], as_json
        for kind, reader in (("text", as_text), ("json", as_json)):
            yield ["search", read, "--verdict", "allow", "--format", kind], reader
            yield ["search", read, "--verdict", "relay", "--format", kind], reader
            yield ["diff", read, other, "--format", kind], reader
            yield ["diff", other, read, "--format", kind], reader
            yield ["replay", read, other, "clients", "--format", kind], reader
            yield ["replay", other, read, "log", "--format", kind], reader
        for kind, reader in (("text", as_text), ("json", as_json), ("html", as_html)):
            yield ["audit", read, "rcpthosts", "percenthack", "--forms", "--format", kind], reader
        yield ["map", read], as_xml
        yield ["test", "--init", read], as_expectations
        yield ["clients", read], as_text
        yield ["minimise", read], as_rules
        yield ["minimise", read, "--diff"], as_rules
    yield ["clients", "clients", "log", file], as_text
    yield ["clients", "clients", "log", file, "--format", "json"], as_json
    yield ["dump", file + b".cdb"], as_rules
    yield ["dump", file], as_text
    for kind, reader in (("text", as_text), ("json", as_json), ("junit", as_xml)):
        yield ["test", b"told" + file + b".expect", "--format", kind], reader
        yield ["test", "some.expect", "--rules", file, "--format", kind], reader


# what the command line itself says back, one row for each text
def options(text):
    for arguments in (["check", text], ["check", "tcp.smtp", "--select", text], ["check", "tcp.smtp", "--format", text], [text], ["help", text], ["explain", text],
                      ["lookup", "tcp.smtp", "--ip", text], ["search", "tcp.smtp", "--verdict", "allow", "--name", text],
                      ["search", "tcp.smtp", "--verdict", "allow", "--in", text], ["audit", "tcp.smtp", "--local", text],
                      ["audit", "tcp.smtp", "--grants", text], ["replay", "tcp.smtp", "tcp.smtp", "log", "--regex", b"(" + text],
                      ["check", "tcp.smtp", b"--" + text], ["check", "tcp.smtp", "--from", text], ["check", "-", "--stdin-name", text],
                      ["compile", "tcp.smtp", "-o", text + b"/x"], ["lookup", "hosts.allow", "--daemon", text, "--ip", "10.1.2.3"],
                      ["map", "tcp.smtp", "-o", text + b"/x"], ["checks", text], ["formats", text], ["completion", text], ["dump", text],
                      ["test", text], ["audit", "tcp.smtp", "--reader", text]):
        yield arguments, as_text


def servers(folder):
    """Folders in which hostile names and texts stand for a server, and a table of hosts_access."""
    for kind, reader in (("text", as_text), ("json", as_json), ("html", as_html)):
        yield ["audit", folder, "--forms", "--grants", "grants", "--format", kind], reader
        yield ["audit", folder, "--forms", "--daemon", "d", "--format", kind], reader
    for kind, reader in (("text", as_text), ("gcc", as_text), ("github", as_github), ("json", as_json), ("sarif", as_json), ("checkstyle", as_xml)):
        yield ["check", folder, "--all", "-v", "--format", kind], reader
        yield ["check", folder, "--all", "--from", "hosts_access", "--format", kind], reader
    yield ["compile", folder, "-o", "x.cdb"], as_text
    yield ["lookup", folder, "--daemon", "d", "--ip", "10.1.2.3", "--host", "a.example", "--trace"], as_text
    yield ["search", folder, "--daemon", "d", "--verdict", "allow"], as_text
    yield ["test", "--init", folder, "--daemon", "d"], as_expectations
    yield ["check", folder, "--fix"], as_text


def write_database(name, records):
    """A CDB, for keys may hold what no line of text can."""
    def digest(key):
        value = 5381
        for byte in key:
            value = (value * 33 ^ byte) & 0xFFFFFFFF
        return value
    body, tables = b"", [[] for _ in range(256)]
    for key, value in records:
        tables[digest(key) & 255].append((digest(key), 2048 + len(body)))
        body += struct.pack("<II", len(key), len(value)) + key + value
    head = b""
    for table in tables:
        head += struct.pack("<II", 2048 + len(body), 2 * len(table))
        slots = [(0, 0)] * (2 * len(table))
        for value, at in table:
            place = (value >> 8) % len(slots)
            while slots[place] != (0, 0):
                place = (place + 1) % len(slots)
            slots[place] = (value, at)
        body += b"".join(struct.pack("<II", *slot) for slot in slots)
    with open(name, "wb") as file:
        file.write(head + body)


def shown_on_terminal(arguments):
    """What a terminal is sent, but for colours; the line feeds are turned back."""
    said = []
    master, slave = pty.openpty()
    done = subprocess.run(["relayrules"] + arguments, stdin=subprocess.DEVNULL, stdout=slave, stderr=subprocess.DEVNULL, timeout=20, env=os.environ | {"NO_COLOR": "1"})
    os.close(slave)
    try:
        while part := os.read(master, 65536):
            said.append(part)
    except OSError:
        pass
    os.close(master)
    return b"".join(said).replace(b"\r\n", b"\n"), done.returncode


runs = 0


def run(arguments, reader, given=b""):
    global runs
    runs += 1
    command = [b"relayrules"] + [each if isinstance(each, bytes) else each.encode() for each in arguments]
    done = subprocess.run(command, input=given, capture_output=True, timeout=20)
    if not 0 <= done.returncode <= 3:
        complain(command, f"exit code {done.returncode}", done.stderr)
    as_text(command, done.stderr)
    if done.stdout:
        reader(command, done.stdout)
    return done


def write(name, *lines):
    with open(name, "wb") as file:
        file.write(b"".join(line + b"\n" for line in lines))


def rules():
    """Valid rules with hostile texts in every place, and rules that are none."""
    yield b"", [b":allow"]
    yield b"values", [b"10.:allow,RELAYCLIENT=\"\",T=|" + each.replace(b"|", b"") + b"|" for each in TEXT] + [b":allow"]
    yield b"names", [b"=" + each + b".example:allow,RELAYCLIENT=\"\"" for each in WORDS] + [b":deny"]
    yield b"infos", [each + b"@10.1.2.3:allow,RELAYCLIENT=\"\"" for each in WORDS] + [each + b"@=h.example:allow,RELAYCLIENT=\"\"" for each in WORDS] + [b":allow"]
    yield b"comments", [b"# relayrules: allow " + each for each in TEXT] + [b"# relayrules: " + each for each in TEXT] + [b"# " + each for each in TEXT] + [b":allow"]
    yield b"broken", [each for each in TEXT] + [b"10.:" + each for each in TEXT] + [b"10.:allow," + each for each in TEXT] + [each + b":allow" for each in TEXT]
    yield b"variables", [b"10.:allow," + each + b"=|x|" for each in WORDS] + [b":allow"]
    yield b"addresses", [b"10.1" + each + b":allow,RELAYCLIENT=\"\"" for each in WORDS] + [b"192.168.1" + each + b":deny" for each in WORDS] + [b":allow"]


def file_names():
    """Names of files: none has '/' or NUL, each may have all else. The longest hold several texts."""
    line_feeds = [each for each in HOSTILE if b"\n" in each]
    for texts in (line_feeds + HOSTILE[:2], HOSTILE[5:11], HOSTILE[11:17], HOSTILE[17:22], HOSTILE[22:], HOSTILE[23:]):
        yield b"".join(texts).replace(b"/", b"")[:200] + b" x.tcp.smtp"
    yield b"::error x.tcp.smtp"  # what stands behind it has the second "::"


def keys_and_terminals():
    """Keys with line feeds; and rule text, which a pipe gets to the byte and a terminal so that it can be seen."""
    for name, records in ((b"keys", [(b"=" + each, b"+RELAYCLIENT=\0") for each in HOSTILE]), (b"infos", [(each + b"@10.1.2.3", b"+A=1\0") for each in HOSTILE]),
                          (b"values", [(b"10.", b"".join(b"+V%d=%s\0" % entry for entry in enumerate(HOSTILE)))]),
                          (b"variables", [(b"10.", b"".join(b"+" + each.replace(b"=", b"") + b"=1\0" for each in HOSTILE))]), (b"odd", [(each, each) for each in HOSTILE])):
        write_database(name + b".cdb", records + [(b"", b"")])
        for arguments, reader in commands(name, b"tcp.smtp"):
            if name + b".cdb" in arguments and "-o" not in arguments:
                run(arguments, reader)
    text = b"".join(b"10.%d.:allow,T=|%s|\n" % (number, each.replace(b"|", b"")) for number, each in enumerate(TEXT)) + b"1.2.3.4.:deny\n"
    with open("shown.tcp.smtp", "wb") as file:
        file.write(text)
    subprocess.run(["relayrules", "compile", "--no-check", "shown.tcp.smtp", "-o", "shown.cdb"], check=True, capture_output=True)
    piped = run(["dump", "shown.cdb"], as_rules).stdout
    for each in TEXT:
        if each.replace(b"|", b"") not in piped:
            complain("dump", f"{each} is not in what a pipe gets", piped)
    for arguments in (["dump", "shown.cdb"], ["minimise", "shown.tcp.smtp"], ["minimise", "shown.tcp.smtp", "--diff"], ["check", "--diff", "shown.tcp.smtp"],
                      ["test", "--init", "shown.tcp.smtp"], ["check", "shown.tcp.smtp", "--color", "never"], ["lookup", "shown.tcp.smtp", "--ip", "10.0.2.3"]):
        said, code = shown_on_terminal(arguments)
        if code not in (0, 1) or not said:
            complain(arguments, f"exit code {code}", said)
        as_text(arguments, said)


def folders():
    names = [each.replace(b"/", b"") for each in HOSTILE]
    words = [each for each in WORDS if each.isascii()]
    letters = [each for each in WORDS if not each.isascii()]
    tails = b"", names[2] + names[7] + names[15]
    for tail in tails:
        for folder in b"many", b"server", b"hosts", b"odd":
            os.mkdir(folder + tail)
        for name in names:
            write(b"many" + tail + b"/" + name + b".tcp.smtp", b"10.1:deny", b":allow")
            write(b"many" + tail + b"/" + name, b"neither rules", name)
            os.symlink(b"/etc/" + name, b"many" + tail + b"/link" + name)
        write(b"many" + tail + b"/.relayrules.toml", *[b'"' + each + b'" = 1' for each in WORDS], *TEXT)
        write(b"odd" + tail + b"/.relayrules.toml", b"ignore = [" + b", ".join(b"'" + each + b"'" for each in words if b"'" not in each and each.decode().isprintable()) + b"]")
        write(b"server" + tail + b"/rcpthosts", *[each + b".example" for each in WORDS], *[b"." + each for each in WORDS], b".com")
        write(b"server" + tail + b"/percenthack", *[each + b".com" for each in WORDS])
        write(b"server" + tail + b"/tcp.smtp", b"10.:allow,RELAYCLIENT=\"\"", *[b"=" + each + b".com:allow,RELAYCLIENT=\"\"" for each in WORDS], b":allow")
        valid = [b"d : ." + each + b".example : setenv T " + each for each in letters] + [b"d : ALL EXCEPT " + each + b".example : setenv T 1" for each in letters]
        write(b"hosts" + tail + b"/hosts.allow", *valid)
        write(b"odd" + tail + b"/hosts.allow", *valid, *[b"d : 10." + each + b" /nowhere/" + each for each in WORDS], *[b"d, " + each + b" : ALL" for each in words],
              *[b"d : ALL : " + each for each in WORDS], *TEXT)
    os.mkdir("grants")
    for name in names:
        write(b"grants/" + name)
        write(b"grants/10.1.2.3" + name)
    for folder in b"many", b"server", b"hosts", b"odd":
        for tail in tails:
            for arguments, reader in servers(folder + tail):
                run(arguments, reader)


def main():
    write("tcp.smtp", b"10.:allow,RELAYCLIENT=\"\"", b":allow")
    write("hosts.allow", b"d : ALL")
    write("rcpthosts", *[each + b".example" for each in WORDS], b"example.org", b".com", *TEXT)
    write("percenthack", *[each + b".com" for each in WORDS], *TEXT)
    write("clients", *[b"10.1.2.3\t" + each + b"\t" + each for each in TEXT], *TEXT)
    write("log", *[b"Nov 28 10:00:00 h postfix/smtpd[1]: connect from " + each + b"[10.1.2.3]" for each in TEXT],
          *[b"Nov 28 10:00:00 " + each + b" tcpserver: ok 1 h:10.0.0.1:25 " + each + b":10.1.2.3:" + each + b":99" for each in TEXT], *TEXT)
    clients = b"".join(b"10.1.2.3\t" + each + b"\t" + each + b"\n" for each in TEXT) + b"\n".join(TEXT)
    files = [(name + b".tcp.smtp", lines) for name, lines in rules()] + [(name, [b"10.1:deny", b"10.2.:allow,RELAYCLIENT=\"\"", b":allow,RELAYCLIENT=\"\""]) for name in file_names()]
    write("some.expect", *[b"10.1.2.3 host=" + each + b" relay # " + each for each in TEXT], b"any relay", b"10.1.2.3 env T=1")
    for name, lines in files:
        write(name, *lines)
        write(b"told" + name + b".expect", b"rules " + name, b"any deny # " + TEXT[0], *[b"10.1.2.3 host=" + each + b" relay" for each in WORDS])
        for arguments, reader in commands(name, b"tcp.smtp"):
            run(arguments, reader, clients)
    for text in HOSTILE:
        for arguments, reader in options(text):
            run(arguments, reader, b":allow\n")
    keys_and_terminals()
    folders()
    print(f"{runs} runs")


main()
