"""The real smtpd with relayrules-policyd: policyd_postfix.py UNPACKED UNPACKED-PCRE RELAYRULES

What is to come of each mail is what `relayrules lookup` says of the client by the CDB, and who is listed.
"""

import json
import os
import random
import subprocess
import sys
import time

import postfix_smtpd as postfix

TOOLS = os.path.dirname(postfix.TOOL)
RULES = '10.1.:deny\n10.:allow,RELAYCLIENT=""\n=.lan.example:allow,RELAYCLIENT=""\n:allow\n'
MAIN = ("mynetworks = 127.0.0.1\nmydestination = judge.example\n"
        "smtpd_relay_restrictions = check_policy_service unix:@SOCKET@,\n"
        "  reject_unauth_destination\n")
CLIENTS = ["10.1.2.3", "10.2.3.4", "203.0.113.9", "2001:db8::1"]
NAMES = [None, "a.lan.example", "other.example"]
RECIPIENTS = ["u@judge.example", "u@listed.example", "u@LISTED.example", "u@other.example", "u%other.example@listed.example",
              "u%listed.example@other.example", "other.example!u@listed.example"]


def expected(asked, answers):
    verdict = answers[(asked["ip"], asked.get("host"))]
    domain = asked["recipient"].strip("<>").rsplit("@", 1)[1].lower()
    local = asked["recipient"].strip("<>").rsplit("@", 1)[0]
    if verdict["verdict"] == "deny":
        return "554"
    is_routed = "%" in local or "!" in local
    is_ours = domain in ("judge.example", "listed.example")
    if verdict["relay"]:
        return "250"
    # what Postfix makes of a route is its own business; it takes mail for its own domain, and none for others
    return "250" if is_ours and not is_routed else "554"


def main():
    os.makedirs("policy/control")
    with open("policy/rules", "w", encoding="ascii") as file:
        file.write(RULES)
    with open("policy/control/rcpthosts", "w", encoding="ascii") as file:
        file.write("listed.example\n")
    subprocess.run([TOOLS + "/tcprules", "policy/rules.cdb", "policy/rules.tmp"], stdin=open("policy/rules", "rb"), check=True)
    # Postfix works in its queue and its programs run as another account
    where = "/tmp/relayrules-policyd.%d" % os.getpid()
    daemon = subprocess.Popen([TOOLS + "/relayrules-policyd", "-x", "policy/rules.cdb", "--control", "policy/control",
                               "--listen", where, "--mode", "0666"])
    try:
        while not os.path.exists(where):
            assert daemon.poll() is None
            time.sleep(0.05)
        return ask_all(where)
    finally:
        daemon.terminate()
        daemon.wait(20)
        os.remove(where)


def ask_all(where):
    dice = random.Random(1)
    questions = []
    for _ in range(150):
        asked = {"ip": dice.choice(CLIENTS), "recipient": "<%s>" % dice.choice(RECIPIENTS), "sender": "<a@out.example>"}
        name = dice.choice(NAMES)
        if name:
            asked["host"] = name
        questions.append(asked)
    clients = "".join("%s\t%s\n" % (ip, name or "") for ip in CLIENTS for name in NAMES)
    said = subprocess.run([postfix.TOOL, "lookup", "policy/rules.cdb", "-"], input=clients, text=True, capture_output=True, check=True)
    answers = {(each["ip"], each["host"]): each for each in map(json.loads, said.stdout.splitlines())}
    server = postfix.Server(MAIN.replace("@SOCKET@", where))
    try:
        real = [server.ask(asked) for asked in questions]
    finally:
        server.end()
    wrong = [(asked, reply) for asked, reply in zip(questions, real) if not reply.startswith(expected(asked, answers))]
    for asked, reply in wrong[:20]:
        print("%s: %s, not %s" % (json.dumps(asked), reply, expected(asked, answers)))
    kinds = {reply[:3] for reply in real}
    print("%d mails asked, %d differ: %s" % (len(real), len(wrong), kinds))
    return 0 if not wrong and kinds == {"250", "554"} else 1


sys.exit(main())
