"""The forms of relay testers, tried by a client at nine addresses on a real mail server behind real super-servers: relay_tests.py REAL

What is to come of each mail is what `relayrules lookup` and `relayrules audit` say, and nothing is known here but where the
server that answers, mailfront, differs from the qmail-smtpd that they speak of:
  - a recipient without '@' is refused; qmail-smtpd takes it, without a look at rcpthosts
  - without the file rcpthosts every recipient is refused; qmail-smtpd takes all
  - an address without a domain, and one at the server's literal, is left as it is; qmail-smtpd has its own name for the domain
  - it refuses with 550 and words of its own; qmail-smtpd with 553
It takes the folder of the server from QMAILHOME.
"""

import ipaddress
import json
import os
import pwd
import subprocess
import sys
from collections import Counter

from env_connections import *

REAL = sys.argv[1]
HERE = os.getcwd()
PROXY = "127.0.0.32"
RULES = '127.0.0.3:deny\n127.0.0.4-5:allow,RELAYCLIENT=""\n127.0.0.6:allow,RELAYCLIENT="@gate"\n127.0.0.7-8:allow\n:allow\n'
SITES = {"usual": "local.test\n.sub.local.test\n", "top-level": "local.test\n.com\n", "empty-list": "", "no-list": None}

# the senders and recipients of nmap's smtp-open-relay, of MAPS and abuse.net, and those that real servers were found to differ in;
# the recipients that `audit --forms` lists are tried with all of these senders, too
SENDERS = ("<>", "<> ", " <>", "<a@outside.example>", "<a@no-such-name.outside.example>", "<a@local.test>", "<a@mx.local.test>", "<a@[127.0.0.1]>", "<a>",
           "<a@localhost>", "<postmaster@mx.local.test>")
RECIPIENTS = ('<"user@outside.example"@mx.local.test>', "<user%outside.example@[127.0.0.1]>", "<user@outside.example@[127.0.0.1]>", "<user@LOCAL.TEST>",
              '<"user@outside.example"@[127.0.0.1]>', "<@[127.0.0.1]:user@outside.example>", "<outside.example!user@[127.0.0.1]>", "<user@[127.0.0.1]>",
              '<"user@outside.example%"@local.test>', " <user@local.test>", "<user@com>", "<user@outside.COM>")


def tool(*arguments, **options):
    return subprocess.run(["relayrules", *arguments], stdout=subprocess.PIPE, text=True, env=ENVIRONMENT, **options).stdout


class Site:
    """A control folder, its compiled rules, and what our program says of it."""

    def __init__(self, name):
        self.folder = f"{HERE}/{name}"
        self.has_list = SITES[name] is not None
        os.makedirs(f"{self.folder}/control")
        files = {"me": "mx.local.test\n", "tcp.smtp": RULES, "rcpthosts": SITES[name]}
        for file, text in files.items():
            if text is not None:
                with open(f"{self.folder}/control/{file}", "w") as out:
                    out.write(text)
        self.rules = f"{self.folder}/rules.cdb"
        tool("compile", "--no-check", f"{self.folder}/control/tcp.smtp", "-o", self.rules, check=True)
        # standard error is the connection under inetd, and mailfront logs there
        self.server = f"{self.folder}/smtpd"
        with open(self.server, "w") as script:
            script.write(f"#!/bin/sh\nPATH=$PATH:/usr/sbin QMAILHOME='{self.folder}' exec mailfront smtp echo relayclient qmail-validate 2> /dev/null\n")
        os.chmod(self.server, 0o755)
        self.audit = json.loads(tool("audit", "--program", "qmail", "--forms", "--format", "json", f"{self.folder}/control"))
        asked = tool("lookup", self.rules, "-", input="\n".join(CLIENTS) + "\n").splitlines()
        self.clients = {answer["ip"]: answer for answer in map(json.loads, asked)}
        self.forms = {form["recipient"]: form["readers"]["qmail-smtpd"] for form in self.audit["forms"]}
        cells = [cell["recipient"] for cell in self.audit["matrix"].values()]
        self.mails = [(sender, recipient) for sender in SENDERS for recipient in dict.fromkeys([*self.forms, *RECIPIENTS, *[f"<{cell}>" for cell in cells]])]
        questions = "".join(json.dumps({"ip": ip, "sender": sender, "recipient": recipient}) + "\n" for ip in CLIENTS for sender, recipient in self.mails)
        answers = map(json.loads, tool("lookup", "--program", "qmail", f"{self.folder}/control", "-", input=questions, check=True).splitlines())
        self.predicted = {(answer["ip"], answer["sender"], answer["recipient"]): answer["accepted"] for answer in answers}
        assert len(self.predicted) == len(CLIENTS) * len(self.mails)


class Client:
    """A small SMTP client at one address."""

    def __init__(self, port, source):
        self.connection = socket.create_connection(("127.0.0.1", port), timeout=20, source_address=(source, 0))
        self.lines = self.connection.makefile("rb")
        try:
            self.greeting = self.reply()
        except ConnectionResetError:  # so haproxy ends a connection whose server closed at once
            self.greeting = ""
        if self.greeting:
            self.tell(["EHLO test"])

    def reply(self):
        """The last line of a reply; empty where the connection ended."""
        while (line := self.lines.readline().decode("latin-1").rstrip("\r\n"))[3:4] == "-":
            pass
        return line

    def tell(self, commands):
        self.connection.sendall("".join(command + "\r\n" for command in commands).encode())
        # else the server's replies, which are many small pieces, wait for a delayed acknowledgment each time
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        return [self.reply() for _ in commands]

    def close(self):
        if self.greeting:
            assert self.tell(["QUIT"])[0].startswith("221 ")
            assert self.lines.read() == b"", "it says more than was asked"
        self.connection.close()


def try_mails(client, mails):
    """The replies to MAIL and RCPT of each."""
    replies = []
    for start in range(0, len(mails), 200):  # what is on its way fits into the buffers
        commands = [command for sender, recipient in mails[start:start + 200] for command in (f"MAIL FROM:{sender}", f"RCPT TO:{recipient}", "RSET")]
        told = client.tell(commands)
        assert all(reply.startswith("250 ") for reply in told[2::3]), told
        replies += zip(told[0::3], told[1::3])
    return replies


def as_mailfront_reads(form, recipient):
    """The recipient that it takes where it is the one of qmail-smtpd, but for what stands above."""
    if "@" not in recipient:
        return recipient.strip('<>').replace('"', "")
    return form["address"].replace("@mx.local.test", "@[192.0.2.25]") if "@[192.0.2.25]>" in recipient else form["address"]


def check_replies(site, what, source, replies, counts):
    rule = site.clients[source]
    for (sender, recipient), (mail, rcpt) in replies.items():
        where = (what, source, sender, recipient, mail, rcpt)
        expected = site.predicted[source, sender, recipient]
        if not rule["relay"] and ("@" not in recipient or not site.has_list):
            assert expected, (where, "the difference that is told above is gone")
            counts["accepted by qmail-smtpd alone"] += 1
            expected = False
        assert mail.startswith("250 Sender='"), where
        assert rcpt.startswith("250 Recipient='" if expected else "550 5.1.0 "), (where, expected)
        counts["relayed" if expected and rule["relay"] else "accepted" if expected else "refused"] += 1
        if expected and recipient in site.forms:
            suffix = rule["env"].get("RELAYCLIENT", "")
            assert rcpt.startswith(f"250 Recipient='{as_mailfront_reads(site.forms[recipient], recipient)}{suffix}'."), (where, site.forms[recipient])


def check_matrix(site, what, source, accepted):
    """The cells of the audit in which this client is."""
    found = []
    for name, cell in site.audit["matrix"].items():
        for each in cell["clients"]:
            prefixes = map(ipaddress.ip_network, site.audit["crowds"][each["crowd"]]["prefixes"])
            if any(ipaddress.ip_address(source) in prefix for prefix in prefixes):
                recipient = f"<{cell['recipient']}>"
                taken = {accepted(sender, recipient) for sender in SENDERS}
                wanted = each["accepted"] and (site.has_list or site.clients[source]["relay"])  # again the list that is missing
                assert taken == {wanted}, (what, source, name, each, taken)
                found.append(name)
    assert len(found) == 2, (what, source, found)
    return found


def walk(site, what, port):
    counts, cells = Counter(), set()
    for source in CLIENTS:
        client = Client(port, source)
        if site.clients[source]["verdict"] == "deny":
            assert client.greeting == "", (what, source, client.greeting)
            assert not any(site.predicted[source, *mail] for mail in site.mails), source
            cells.update(check_matrix(site, what, source, lambda *_: False))
            counts["clients turned away"] += 1
        else:
            assert client.greeting.startswith("220 "), (what, source, client.greeting)
            replies = dict(zip(site.mails, try_mails(client, site.mails), strict=True))
            check_replies(site, what, source, replies, counts)
            cells.update(check_matrix(site, what, source, lambda *mail: replies[mail][1].startswith("250 ")))
        client.close()
    assert cells == {"ours_to_ours", "ours_to_outside", "outside_to_ours", "outside_to_outside"}, cells
    assert counts["relayed"] and counts["refused"] and counts["clients turned away"] == 1, counts
    print(f"{what}: {dict(counts)}", flush=True)
    return counts


def chains(site):
    """Each way to the server: what it is called, and the running super-server."""
    user = pwd.getpwuid(os.getuid()).pw_name
    command = [program("relayrules-env"), "-x", site.rules, site.server]
    yield "tcpserver alone", tcpserver_alone([site.server], site.rules)
    for start in (tcpserver, tcpsvd, socket_activate):
        yield f"{start.__name__} and relayrules-env", start(command)
    yield "inetd and relayrules-env", inetd(f"{REAL}/openbsd-inetd/usr/sbin/inetd", f"smtp stream tcp nowait {user} {command[0]} {' '.join(command)}\n")
    yield "xinetd and relayrules-env", xinetd(
        f"{REAL}/xinetd/usr/sbin/xinetd", f"service smtp\n{{\n socket_type = stream\n protocol = tcp\n wait = no\n user = {user}\n server = {command[0]}\n"
        f" server_args = {' '.join(command[1:])}\n}}\n")


def main():
    site = Site("usual")
    assert site.audit["verdict"] == "not an open relay", site.audit["verdict"]
    counted = []
    for what, server in chains(site):
        with server:
            counted.append(walk(site, what, server.port))
    with tcpserver(["relayrules-env", "--proxy-protocol", PROXY, "-x", site.rules, site.server]) as server:
        with haproxy(server, f"send-proxy-v2 source {PROXY}") as front:
            counted.append(walk(site, "haproxy, tcpserver and relayrules-env", front.port))
    assert len(counted) == 7 and all(counts == counted[0] for counts in counted), "the ways to the server differ"
    for name, is_open in (("top-level", True), ("empty-list", False), ("no-list", True)):
        other = Site(name)
        assert other.audit["open"] == is_open, (name, other.audit["verdict"])
        with tcpserver(["relayrules-env", "-x", other.rules, other.server]) as server:
            walk(other, name, server.port)


main()
