"""Asks the real smtpd of Postfix, and relayrules, what becomes of the same mail.

postfix_smtpd.py UNPACKED UNPACKED-PCRE RELAYRULES

For each main.cf a fresh smtpd, trivial-rewrite and cleanup are started as master(8) would: a socket on descriptor 6, a
pipe for their state on 5, one for the flow of mail on 3 and 4. Nothing else of Postfix runs and no mail is sent.
Clients are told by XCLIENT. Programs end with this one (PR_SET_PDEATHSIG).
"""

import os
import random
import re
import shutil
import socket
import subprocess
import sys

from asked_mails import Comparison, Talk, die_with_parent, outcome_of

ROOT, PCRE, TOOL = (os.path.abspath(path) for path in sys.argv[1:4])
FOLDER = os.path.abspath("server")
LIBRARY = os.path.join(ROOT, "usr/lib/postfix")
QUESTIONS = 100
IS_ROOT = os.geteuid() == 0  # smtpd does not serve as root
OWNER = "daemon"             # an account that every Debian has

BASE = """compatibility_level = 3.6
myhostname = mx.judge.example
myorigin = judge.example
local_recipient_maps =
smtpd_reject_unlisted_recipient = no
smtpd_peername_lookup = no
inet_interfaces = 127.0.0.1
inet_protocols = all
"""

# What only the running of a test needs, and decides nothing
RUNNING = """queue_directory = {folder}/queue
data_directory = {folder}/data
daemon_directory = {root}/usr/lib/postfix/sbin
command_directory = {root}/usr/sbin
meta_directory = {folder}
shlib_directory = {root}/usr/lib/postfix
mail_owner = {owner}
default_privs = nobody
setgid_group = games
import_environment = MAIL_CONFIG LD_LIBRARY_PATH GENERATION
smtpd_authorized_xclient_hosts = 127.0.0.1
smtpd_client_connection_count_limit = 0
smtpd_hard_error_limit = 1000000
smtpd_soft_error_limit = 1000000
smtpd_error_sleep_time = 0
in_flow_delay = 0
max_use = 1000000
smtpd_junk_command_limit = 1000000
smtpd_recipient_overshoot_limit = 1000000
smtputf8_enable = no
smtpd_tls_security_level = none
"""

TABLES = {
    "clients": "10.1\tREJECT no ten one\n10.2.3.4\tOK\n192.0.2\tDUNNO\nbad.example\t550 5.7.1 bad name\n"
               ".dyn.example\tDEFER later\n2001:db8:0:1\tREJECT\n2001:db8\tOK\n198.51.100.7\tDISCARD quiet\n"
               "203.0.113.9\tpermit_mynetworks, reject\n203.0.113.8\tnot_an_action\n",
    "nets.cidr": "10.0.0.0/8 OK\n!172.16.0.0/12 DUNNO\n192.168.0.0/16 REJECT\nif 2001:db8::/32\n2001:db8:0:1::/64 OK\n"
                 "endif\n::ffff:0:0/96 REJECT mapped\n",
    "names.regexp": "/^10\\.1\\./ REJECT ten $1\n/\\.dyn\\.example$/ REJECT dynamic\n/^203\\.0\\.113\\.9$/ OK\n",
    "names.pcre": "/^(10)\\.(\\d+)\\./ REJECT $1 and $2\nif /example$/\n!/^good/ DEFER_IF_PERMIT odd name\nendif\n",
    "senders": "friend@out.example\tOK\nspam.example\tREJECT spam\n.sub.example\t450 4.7.1 wait\nuser@\tREJECT user\n"
               "<>\tREJECT null\nquiet@out.example\tDISCARD\n",
    "senders.pcre": "/^\"?a.*@out\\.example$/ REJECT quoted\n/^friend@/ OK\n",
    "recipients": "closed@judge.example\tREJECT closed\nrelay.example\tOK\nuser@\tDUNNO\npartner.example\tpermit\n"
                  "quiet@judge.example\tDISCARD\n",
    "literals": "[192.0.2.1]\tREJECT four\n[2001:db8::1]\tREJECT bare\n[ipv6:2001:db8::1]\tREJECT six\n"
                "[127.0.0.1]\tREJECT own\nuser@[127.0.0.01]\tREJECT zero\n[ipv6:0::1]\tREJECT seven\n",
    "literals.pcre": "/\\[127\\.0\\.0\\.010\\]$/ REJECT eight\n/@\\[127\\.0\\.0\\.1\\]/ REJECT one\n/@\\[ipv6:::1\\]/ REJECT six\n",
    "claimed": "10.1\tOK\ndyn.example\tpermit_mynetworks\n192.0.2\tDUNNO\ngood.example\tOK\n",
    "claimed.regexp": "/dyn\\.example$/ reject\n/^friend@/\n/@judge\\.example$/ claimed\n",
    "hosts": "10.1.2.3\n192.0.2.0/25\n!192.0.2.7\n",
    "domains": "relay.example\tx\npartner.example\tx\n",
}

SITES = [
    "mynetworks = 127.0.0.0/8 10.0.0.0/8\n",
    "mynetworks = 127.0.0.0/8, !10.1.0.0/16, 10.0.0.0/8 [2001:db8::]/32\nrelay_domains = relay.example .partner.example\n"
    "mydestination = judge.example, $myhostname\n",
    "mynetworks = hash_is_no_file.example 192.0.2.1/24 10.2.3.4\n",
    "mynetworks = @DIR@/hosts\nrelay_domains = texthash:@DIR@/domains\nparent_domain_matches_subdomains =\n",
    "mynetworks = dyn.example 10.2.3.4\nrelay_domains = relay.example\nswap_bangpath = no\n",
    "mynetworks = 10.0.0.0/8 unknown\nallow_percent_hack = no\nrelay_domains = relay.example\n",
    "mynetworks = 127.0.0.1\nsmtpd_client_restrictions = check_client_access texthash:@DIR@/clients\n",
    "mynetworks = 10.0.0.0/8\nsmtpd_relay_restrictions = check_client_access cidr:@DIR@/nets.cidr, permit_mynetworks,\n"
    "  reject_unauth_destination\n",
    "mynetworks = 10.0.0.0/8\nsmtpd_relay_restrictions = check_client_access regexp:@DIR@/names.regexp\n"
    "  permit_mynetworks defer_unauth_destination\n",
    "mynetworks = 10.0.0.0/8\nsmtpd_recipient_restrictions = check_client_access pcre:@DIR@/names.pcre, permit\n",
    "mynetworks = 10.0.0.0/8\nsmtpd_sender_restrictions = check_sender_access texthash:@DIR@/senders\n",
    "mynetworks = 10.0.0.0/8\nsmtpd_relay_restrictions = permit_mynetworks check_sender_access pcre:@DIR@/senders.pcre\n"
    "  reject_unauth_destination\n",
    "mynetworks = 10.0.0.0/8\nsmtpd_relay_restrictions = permit_mynetworks,\n"
    "  check_recipient_access texthash:@DIR@/recipients, reject_unauth_destination\nrelay_domains = relay.example\n",
    "mynetworks = 10.0.0.0/8\nsmtpd_recipient_restrictions = check_recipient_access texthash:@DIR@/recipients, reject\n"
    "smtpd_relay_restrictions =\n",
    "mynetworks = 10.0.0.0/8\nsmtpd_delay_reject = no\nsmtpd_client_restrictions = permit_mynetworks\n"
    "smtpd_sender_restrictions = check_sender_access texthash:@DIR@/senders\n",
    "mynetworks = 192.0.2.0/24\nsmtpd_relay_before_recipient_restrictions = no\n"
    "smtpd_recipient_restrictions = check_client_access texthash:@DIR@/clients\n",
]

# Address literals: to tables they are names, also the server's own, which smtpd knows in every spelling
SITES += [
    "mynetworks = 10.0.0.0/8\nsmtpd_sender_restrictions = check_sender_access pcre:@DIR@/literals.pcre\n"
    "smtpd_recipient_restrictions = check_recipient_access pcre:@DIR@/literals.pcre\n",
    "mynetworks =\nsmtpd_recipient_restrictions = check_recipient_access texthash:@DIR@/literals\n"
    "mydestination = $myhostname [192.0.2.1] [IPv6:2001:db8::1] [10.0.0.1]\nproxy_interfaces = 10.0.0.2\n",
    "mynetworks = 10.0.0.0/8\nsmtpd_sender_restrictions = check_sender_access texthash:@DIR@/literals\n"
    "smtpd_recipient_restrictions = check_recipient_access texthash:@DIR@/literals\n",
]

# What warn_if_reject takes away and what not; a check of a name nobody confirmed, within a list that a table names
SITES += [
    "mynetworks = dyn.example\nsmtpd_client_restrictions = warn_if_reject defer_if_permit, permit_mynetworks\n"
    "smtpd_sender_restrictions = warn_if_reject check_reverse_client_hostname_access texthash:@DIR@/claimed\n"
    "smtpd_relay_restrictions = permit_mynetworks, check_relay_domains\n",
    "mynetworks = 10.0.0.0/8\nsmtpd_restriction_classes = claimed\n"
    "claimed = check_reverse_client_hostname_access texthash:@DIR@/claimed\n"
    "smtpd_client_restrictions = check_recipient_access regexp:@DIR@/claimed.regexp\n",
]

# DISCARD of one list with each later list that refuses
SITES += [
    "mynetworks = 10.0.0.0/8\n%s\n%s\n" % (first, later)
    for first in ("smtpd_client_restrictions = check_client_access texthash:@DIR@/clients",
                  "smtpd_sender_restrictions = check_sender_access texthash:@DIR@/senders",
                  "smtpd_relay_restrictions = check_recipient_access texthash:@DIR@/recipients,\n"
                  "  reject_unauth_destination")
    for later in ("", "smtpd_recipient_restrictions = reject")
]

IPS = ["10.1.2.3", "10.2.3.4", "10.9.9.9", "192.0.2.7", "192.0.2.77", "192.0.2.200", "198.51.100.7", "203.0.113.8",
       "203.0.113.9", "172.16.5.5", "192.168.1.1", "8.8.8.8", "2001:db8:0:1::5", "2001:DB8:0:2::5",
       "2001:0db8:0000:0001:0000:0000:0000:0009", "2001:db9::1", "::1", "fe80::1"]
NAMES = [None, None, "bad.example", "a.bad.example", "Host.dyn.Example", "good.example", "dyn.example", "10.1.evil.example"]
LOCALS = ["user", "User", "friend", "closed", "quiet", "a b", '"a b"', '"a@b"', "a.b", "u%relay.example", "u%out.example",
          "out.example!u", "relay.example!u", "u%a.example%judge.example", '"u%out.example"', "a=b", "a..b", ".a", "u@relay.example",
          "@relay.example:u", "@judge.example,@out.example:u", "u!v%w", "", '""', '"\\""', "u\\%out.example", "user+x",
          '"a"b', 'a"b"', '"a" "b"', "a(c)b", '"a".b']
DOMAINS = ["judge.example", "Judge.EXAMPLE", "mx.judge.example", "relay.example", "a.relay.example", "partner.example",
           "x.partner.example", "out.example", "spam.example", "a.spam.example", "x.sub.example", "[127.0.0.1]", "[10.0.0.1]",
           "[IPv6:::1]", "judge.example.", "localhost", "nodots", "", None, "out..example", "-a.example", "1.2.3.4", "127.0.0.1",
           "[192.0.2.1]", "[192.0.2.01]", "[IPv6:2001:db8::1]", "[ipv6:2001:DB8:0::1]", "[2001:db8::1]", "[ipv6:0::1]",
           "[127.0.0.01]", "[127.0.0.010]", "[0.1.2.3]", "[0.0.0.0]", "[127.000000.0.1]", "[IPv6:::ffff:127.0.0.1]", "[127.1]",
           "[010.0.0.1]", "[256.0.0.1]", "[10.0.0.02]", "[192.0.02.1]",
           "sub_line.example", "judge.example..", ".judge.example", "a b.example", "[nonsense]"]


def address(dice):
    local, domain = dice.choice(LOCALS), dice.choice(DOMAINS)
    if dice.random() < 0.5:
        local = dice.choice(LOCALS[:5])
    if dice.random() < 0.4:
        domain = dice.choice(DOMAINS[:12])
    text = local if domain is None else local + "@" + domain
    return "<" + text + ">" if dice.random() < 0.95 else text


def question(dice):
    asked = {"ip": dice.choice(IPS), "recipient": address(dice),
             "sender": dice.choice([address(dice), "<>", "<friend@out.example>", "<quiet@out.example>"])}
    name = dice.choice(NAMES)
    if name:
        asked["host"] = name
    # a route that ends within a literal: smtpd refuses what is left of it, now for good and now for a time
    odd = any(re.match('(<?|.*")@\\[[^]]*:', asked[field]) for field in ("sender", "recipient"))
    return question(dice) if odd else asked


def start(program, name, listening, kind):
    """What master(8) gives a program that serves."""
    flow, state = os.pipe2(os.O_NONBLOCK), os.pipe()
    ours = [os.fdopen(state[0], "rb"), listening]

    def arrange():
        die_with_parent()
        high = [os.dup(fd) for fd in (flow[0], flow[1], state[1], listening.fileno())]
        while min(high) < 20:
            high = [os.dup(fd) for fd in high]
        for number, fd in zip((3, 4, 5, 6), high):
            os.dup2(fd, number)

    process = subprocess.Popen(
        [os.path.join(ROOT, "usr/lib/postfix/sbin", program), "-n", name, "-t", kind, *(["-u"] if IS_ROOT else []),
         *(["-z"] if program == "cleanup" else [])],
        preexec_fn=arrange, close_fds=False, cwd=os.path.join(FOLDER, "queue"), stdin=subprocess.DEVNULL,
        env={"MAIL_CONFIG": FOLDER, "GENERATION": "1", "LD_LIBRARY_PATH": LIBRARY, "PATH": "/usr/bin:/bin"})
    for fd in (*flow, state[1]):
        os.close(fd)
    return process, ours


def listen_unix(name):
    place = socket.socket(socket.AF_UNIX)
    here = os.getcwd()
    os.chdir(os.path.join(FOLDER, "queue"))  # the name of a socket is at most 107 bytes
    place.bind(name)
    os.chdir(here)
    place.listen(8)
    os.chmod(os.path.join(FOLDER, "queue", name), 0o666)
    return place


class Server(Talk):
    def __init__(self, text):
        shutil.rmtree(FOLDER, ignore_errors=True)
        for folder in ("data", "queue/private", "queue/public", "queue/pid", "queue/incoming", "queue/active", "queue/maildrop"):
            os.makedirs(os.path.join(FOLDER, folder))
            if IS_ROOT:
                shutil.chown(os.path.join(FOLDER, folder), OWNER)
        for name, table in TABLES.items():
            write(name, table)
        write("main.cf", BASE + text.replace("@DIR@", FOLDER) + RUNNING.format(folder=FOLDER, root=ROOT, owner=OWNER))
        write("master.cf", "")
        write("dynamicmaps.cf", "pcre\t%s/usr/lib/postfix/postfix-pcre.so\tdict_pcre_open\n" % PCRE)
        inet = socket.socket()
        inet.bind(("127.0.0.1", 0))
        inet.listen(8)
        self.address = inet.getsockname()
        self.started = [start("trivial-rewrite", "rewrite", listen_unix("private/rewrite"), "unix"),
                        start("cleanup", "cleanup", listen_unix("public/cleanup"), "unix"),
                        start("smtpd", "smtp", inet, "inet")]

    def ask(self, asked):
        ip = asked["ip"]
        name = asked.get("host", "[UNAVAILABLE]")
        self.begin(socket.create_connection(self.address, timeout=20))  # one client a connection: the second XCLIENT is refused
        said = self.say("XCLIENT NAME=%s ADDR=%s" % (name, "IPV6:" + ip if ":" in ip else ip))
        # with smtpd_delay_reject = no a client is refused here
        said = self.say("EHLO test.example") if said.startswith("220") else said
        if said.startswith("250"):
            said = self.say("MAIL FROM:" + asked["sender"])
        if said.startswith("250"):
            said = self.say("RCPT TO:" + asked["recipient"])
        self.finish()
        return said

    def end(self):
        for process, ours in self.started:
            process.kill()
            process.wait()
            for each in ours:
                each.close()


def write(name, text):
    with open(os.path.join(FOLDER, name), "w", encoding="latin-1") as file:
        file.write(text)


def main():
    comparison = Comparison(TOOL, "postfix")
    for number, text in enumerate(SITES):
        dice = random.Random(number)
        questions = [question(dice) for _ in range(QUESTIONS)]
        server = Server(text)
        try:
            real = [server.ask(asked) for asked in questions]
        finally:
            server.end()

        def is_same(_, said, our):
            # there smtpd refuses a sender before it hears of the recipient
            if "smtpd_delay_reject = no" in text and not said.startswith("250"):
                return our["outcome"] != "accepted"
            # 555 is smtpd's word for a blank in an address without brackets
            says_other = our.get("reply") and our["reply"] != said and not said.startswith(("250", "555"))
            return our["outcome"] == outcome_of(said) and not says_other

        comparison.compare("site %d" % number, FOLDER, questions, real, is_same)
    return 0 if comparison.is_enough(QUESTIONS * len(SITES)) else 1


if __name__ == "__main__":
    sys.exit(main())
