"""Asks the real Sendmail, and relayrules, what becomes of the same mail.

sendmail_mails.py SENDMAIL-BIN SENDMAIL-CF CLIENT-LIBRARY RELAYRULES

For each random server (seed: its number) m4 makes sendmail.cf of sendmail.mc, makemap makes the map, and a daemon is asked on
loopback; sendmail_client.c tells it who the client is. Several mails are asked on one connection, and none is sent. Not asked
is what other things decide than the files and the mail: DNS (MX records, senders' domains that do not exist, lists), logins,
milters and rates.
"""

import json
import os
import pwd
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

from asked_mails import Comparison, Talk, die_with_parent, outcome_of

BIN, CF, CLIENT, TOOL = (os.path.abspath(path) for path in sys.argv[1:5])
SERVERS, CLIENTS, MAILS = 40, 10, 12
FOLDER = os.path.abspath("server")
MACROS = os.path.join(CF, "usr/share/sendmail/cf")
MAKEMAP = os.path.join(BIN, "usr/libexec/sendmail/makemap")
SENDMAIL = os.path.abspath("sendmail")  # a copy without set-group-id, which would take LD_PRELOAD away

# In front of the random lines: what a Debian server has, with the files in the folder of the test
CONFIGURATION = """include(`{macros}/m4/cf.m4')dnl
include(`{macros}/debian/autoconf.m4')dnl
define(`MAIL_SETTINGS_DIR', `{folder}/')dnl
OSTYPE(`debian')dnl
define(`ALIAS_FILE', `')dnl
define(`confPID_FILE', `{folder}/pid')dnl
define(`confQUEUE_LA', `10000')dnl
define(`confREFUSE_LA', `10000')dnl
define(`confTRUSTED_USER', `{user}')dnl
define(`confTO_IDENT', `0s')dnl
FEATURE(`no_default_msa')dnl
DAEMON_OPTIONS(`Name=four, Family=inet, Addr=127.0.0.1, Port={ports[0]}')dnl
DAEMON_OPTIONS(`Name=six, Family=inet6, Addr=::1, Port={ports[1]}')dnl
undefine(`confHOST_STATUS_DIRECTORY')dnl
MODIFY_MAILER_FLAGS(`LOCAL', `-w5:|/')dnl
define(`QUEUE_DIR', `{folder}/queue')dnl
define(`STATUS_FILE', `{folder}/statistics')dnl
define(`confDEF_USER_ID', `1:1')dnl
define(`confDONT_PROBE_INTERFACES', `True')dnl
define(`confDONT_BLAME_SENDMAIL', `AssumeSafeChown,ClassFileInUnsafeDirPath,GroupWritableDirPathSafe,MapInUnsafeDirPath,NonRootSafeAddr,TrustStickyBit')dnl
define(`confDOMAIN_NAME', `judge.example')dnl
FEATURE(`accept_unresolvable_domains')dnl
FEATURE(`nocanonify')dnl
FEATURE(`use_cw_file')dnl
"""
MAILERS = "MAILER(`local')dnl\nMAILER(`smtp')dnl\n"

ACCESS_DB = ["FEATURE(`access_db')", "FEATURE(`access_db', , `skip')", "FEATURE(`access_db', , `skip')",
             "FEATURE(`access_db', , `skip', `lookupdotdomain')", "FEATURE(`access_db', , `relaytofulladdress')",
             "FEATURE(`access_db', , `skip', `lookupdotdomain', `relaytofulladdress')"]
FEATURES = ["blocklist_recipients", "relay_entire_domain", "relay_hosts_only", "relay_local_from", "relay_mail_from",
            "relay_mail_from', `domain", "loose_relay_check", "accept_unqualified_senders", "require_rdns", "delay_checks",
            "delay_checks', `friend", "delay_checks', `hater", "nouucp', `reject", "nouucp', `nospecial",
            "nopercenthack', `reject", "nopercenthack', `nospecial", "promiscuous_relay"]

# None without a dot: Sendmail completes those by the domain of the machine
NAMES = ["a.example.net", "b.a.example.net", "example.net", "host.trusted.example", "trusted.example", "mx.judge.example",
         "judge.example", "local.example", "relay.example", "a.relay.example", "A.Example.NET", "odd_name.example.net",
         "10.1.evil.example"]
IPS = ["10.1.2.3", "10.1.2.4", "10.2.3.4", "192.0.2.7", "198.51.100.7", "203.0.113.9", "127.0.0.1", "127.1.2.3", "::1",
       "2001:db8::1", "2001:db8:0:1::5", "2001:db9::1", "1.2.3.4", "255.255.255.255"]
NETS = ["10", "10.1", "10.1.2", "10.1.2.3", "10.", "10.1.", "192.0.2", "192.0.2.7", "198.51.100", "203", "127", "1.2.3.4",
        "10.0.0.0/8", "IPv6:2001:db8", "IPv6:2001:db8:0:1", "IPv6:2001:db8:0:0:0:0:0:1", "ipv6:2001:DB8:0:0:0:0:0:1",
        "IPv6:2001:db8::1", "2001:db8", "IPv6:2001", "[10.1.2.3]", "[1.2.3.4]", "[192.0.2.7]"]
DOMAINS = ["example.net", "a.example.net", ".example.net", "trusted.example", "relay.example", ".relay.example",
           "a.relay.example", "local.example", "judge.example", "out.example", ".out.example", "sub.out.example", "example",
           "Partner.Example", "sender.example", "localhost", "spam.example"]
USERS = ["user", "closed", "a.b", "user+x", "friend", "root"]
ODD_USERS = USERS + ["User", '"a b"', '"a@b"', "u%out.example", "u%relay.example", "u%local.example%relay.example",
                     "out.example!u", "relay.example!u", "h!relay.example!u", "u@relay.example", "u@out.example", "@out.example:u",
                     "@relay.example:u", "@relay.example,@out.example:u", '"u%out.example"', '"u@out.example"', "u%out.example%judge.example",
                     "a=b", "a..b", ".a", "", '""', "u!v%w", "user+", "user+x+y", "user++x", "u;v", "u:v", "a,b", "(c)u", "u\\@v", "u\\%out.example"]
ODD_DOMAINS = ["judge.example", "Judge.EXAMPLE", "local.example", "relay.example", "a.relay.example", "RELAY.example",
               "partner.example", "x.partner.example", "out.example", "sub.out.example", "spam.example", "sender.example",
               "[1.2.3.4]", "[10.1.2.3]", "[127.0.0.1]", "[IPv6:::1]", "[IPv6:2001:db8::1]", "[relay.example]", "localhost",
               "judge.example.", "relay.example.", "out.example..", "relay..example", ".relay.example", "example.net",
               "mx.judge.example", "nodots", "", None, "10.1.2.3", "1.2.3.4", "relay.example.uucp", "a b.example"]
VALUES = ["RELAY", "RELAY", "RELAY", "OK", "REJECT", "REJECT", "DISCARD", "SKIP", "SKIP", "ERROR:5.7.1:550 no thanks",
          "ERROR:450 4.7.1 later", "ERROR:4.7.1:450 later", "550 go away", "ERROR:\"550 quoted\"", "QUARANTINE:look", "RELAY # gw", "relay", "Ok",
          "foo", "FRIEND", "HATER", "5.7.1 none"]
TAGS = ["Connect:", "Connect:", "From:", "To:", "To:", "Spam:", "", "", "connect:", "TO:"]


def access_line(dice):
    tag = dice.choice(TAGS)
    kind = dice.random()
    if tag.lower() == "connect:":
        key = dice.choice(NETS if kind < 0.6 else DOMAINS)
    else:
        user = dice.choice(USERS)
        key = (dice.choice(DOMAINS) if kind < 0.5 else user + "@" if kind < 0.65 else user + "@" + dice.choice(DOMAINS)
               if kind < 0.9 else dice.choice(NETS))
        if dice.random() < 0.03:
            key = dice.choice(["user+*@relay.example", "user+*@", "@relay.example", "*", ""])
    return tag + key + "\t" + (dice.choice(["FRIEND", "HATER", "OK"]) if tag == "Spam:" else dice.choice(VALUES)) + "\n"


def configuration(dice):
    has_map = dice.random() < 0.95
    lines = [dice.choice(ACCESS_DB)] if has_map else []
    for feature in dice.sample(FEATURES, dice.choice([0, 1, 2, 3])):
        is_repeated = any(feature.split("'")[0] + "'" in line for line in lines)
        # m4 refuses these without the map
        needs_map = feature.startswith(("relay_mail_from", "blocklist")) or "', `friend" in feature or "', `hater" in feature
        if not is_repeated and (has_map or not needs_map):
            lines.append("FEATURE(`%s')" % feature)
    if dice.random() < 0.2:
        lines.append("RELAY_DOMAIN(`partner.example')")
    if dice.random() < 0.2:
        lines.append("LOCAL_DOMAIN(`Also.Example')")
    return "".join(line + "dnl\n" for line in lines)


def files(dice):
    words = DOMAINS + NETS[:14] + ["relay.example junk", "# example.net", "out.example # why"]
    return {
        "access": "".join(access_line(dice) for _ in range(dice.choice([3, 8, 15, 30]))),
        "relay-domains": "".join(dice.choice(words) + "\n" for _ in range(dice.choice([0, 1, 2, 4]))),
        # the last is what Sendmail adds itself where it asks the interfaces of the machine
        "local-host-names": "local.example\njudge.example\nlocalhost\n[127.0.0.1]\n" + dice.choice(["", "[10.1.2.3]\n", "also.example # it\n"]),
    }


def address(dice, users):
    user = dice.choice(USERS if dice.random() < 0.5 else users)
    domain = dice.choice(ODD_DOMAINS[:12] if dice.random() < 0.6 else ODD_DOMAINS)
    text = user if domain is None else user + "@" + domain
    # of "user@host@" DNS decides
    if text.endswith("@") and not text[:-1].isalnum():
        return address(dice, users)
    return text if dice.random() < 0.05 and text and " " not in text else "<" + text + ">"


def client(dice):
    asked = {"ip": dice.choice(IPS)}
    if dice.random() < 0.7:
        asked["host"] = dice.choice(NAMES)
        if dice.random() < 0.15:
            asked["verified"] = False
    return asked


def questions(dice, configured):
    # Spam: of a recipient with a route is asked of the whole of it, which ours is not: no such recipients where that decides
    asks_for_spam = "`friend'" in configured or "`hater'" in configured
    users = USERS if asks_for_spam else ODD_USERS
    groups = []
    for _ in range(CLIENTS):
        who = client(dice)
        groups.append([dict(who, sender=dice.choice([address(dice, ODD_USERS), "<>", "<a@sender.example>", "<user@relay.example>"]),
                            recipient=address(dice, users)) for _ in range(MAILS)])
    return groups


def write(name, text):
    with open(os.path.join(FOLDER, name), "w", encoding="latin-1") as file:
        file.write(text)


def free_ports(count):
    taken = [socket.socket() for _ in range(count)]
    for each in taken:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in taken]
    for each in taken:
        each.close()
    return ports


def make_server(dice, ports):
    """The files of a random server, and of them what Sendmail reads."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    os.makedirs(os.path.join(FOLDER, "queue"), 0o700)
    written = files(dice)
    begin = CONFIGURATION.format(macros=MACROS, folder=FOLDER, ports=ports, user=pwd.getpwuid(os.geteuid()).pw_name)
    written["sendmail.mc"] = begin + configuration(dice) + MAILERS
    for name, text in written.items():
        write(name, text)
    made = subprocess.run(["m4", "-D_CF_DIR_=%s/" % MACROS, "sendmail.mc"], cwd=FOLDER, capture_output=True, text=True, check=False)
    if made.returncode != 0 or "ERROR" in made.stderr:
        raise RuntimeError("m4: " + made.stderr)
    write("sendmail.cf", made.stdout)
    # of lines that it does not take makemap says so, and makes the map of the others
    subprocess.run([MAKEMAP, "-C", "/dev/null", "hash", "access"], cwd=FOLDER, input=written["access"], text=True,
                   stderr=subprocess.DEVNULL, check=False)
    return written


class Daemon(Talk):
    """sendmail -bD of the files in FOLDER."""

    def __init__(self, ports):
        self.ports = ports
        self.process = subprocess.Popen(
            [SENDMAIL, "-bD", "-C", os.path.join(FOLDER, "sendmail.cf")],
            stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=die_with_parent,
            env={"PATH": "/usr/bin:/bin", "LD_PRELOAD": CLIENT, "CLIENT_FILE": os.path.join(FOLDER, "client")})

    def ask(self, group):
        """The replies to mails of one client."""
        who = group[0]
        write("client", " ".join([who["ip"], who.get("host", ""), "" if who.get("verified", True) else "forged"]))
        self.connect(self.ports[":" in who["ip"]])
        self.say("EHLO test.example")
        said = [self.ask_mail(mail) for mail in group]
        self.finish()
        return said

    def connect(self, port):
        for _ in range(500):  # until it listens
            connection = socket.socket()
            connection.settimeout(20)
            if connection.connect_ex(("127.0.0.1", port)) == 0:
                return self.begin(connection)
            connection.close()
            time.sleep(0.01)
            if self.process.poll() is not None:
                break
        raise RuntimeError("sendmail does not listen")

    def ask_mail(self, mail):
        said = self.say("MAIL FROM:" + mail["sender"])
        if said.startswith("250"):
            said = self.say("RCPT TO:" + mail["recipient"])
        self.say("RSET")
        return said

    def end(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def plain(reply, mail):
    """Without what Sendmail makes of an address in a text, and with the brackets that ours have wherever Sendmail names it."""
    for path in (mail["recipient"], mail["sender"]):
        if not path.startswith("<"):
            reply = reply.replace(" %s... " % path, " <%s>... " % path, 1)
    return re.sub("required for sender address .*", "required for sender address", reply)


def ask_sendmail(groups, ports):
    daemon = Daemon(ports)
    try:
        return [said for group in groups for said in daemon.ask(group)]
    finally:
        daemon.end()


def main():
    shutil.copyfile(os.path.join(BIN, "usr/libexec/sendmail/sendmail"), SENDMAIL)
    os.chmod(SENDMAIL, 0o755)
    comparison = Comparison(TOOL, "sendmail")
    for number in range(SERVERS):
        dice = random.Random(number)
        ports = free_ports(2)
        written = make_server(dice, ports)
        groups = questions(dice, written["sendmail.mc"])
        mails = [mail for group in groups for mail in group]
        real = ask_sendmail(groups, ports)

        def is_same(mail, said, our):
            return our["outcome"] == outcome_of(said) and (
                not our.get("reply") or plain(our["reply"], mail) == plain(said, mail))

        if not comparison.compare("server %d" % number, FOLDER, mails, real, is_same):
            print("server %d: %s" % (number, json.dumps({name: text[text.rfind("cw_file')dnl\n") + 1:] for name, text in written.items()})))
    return 0 if comparison.is_enough(SERVERS * CLIENTS * MAILS) else 1


if __name__ == "__main__":
    sys.exit(main())
