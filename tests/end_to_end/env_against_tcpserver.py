"""Random rules and nine clients: PROG sees under "tcpserver PROG-with-relayrules-env" what it sees under "tcpserver -x"."""

import random
import sys

from env_connections import *

SEED = random.randrange(10**9) if len(sys.argv) < 2 else int(sys.argv[1])
FILES = 30


def random_key(choose):
    last = choose.randrange(1, 10)
    return choose.choice([
        f"127.0.0.{last}", f"127.0.0.{last}", f"127.0.0.{last}-{choose.randrange(1, 12)}", "127.0.0.", "127.0.", "127.", "",
        f"127.0-{choose.randrange(3)}.", "=", "=localhost", f"joe@127.0.0.{last}", f"127.0.0.0{last}", f" 127.0.0.{last}", "127.0.0"])


def random_edit(choose):
    name = choose.choice(["RELAYCLIENT", "RELAYCLIENT", "RBLSMTPD", "MARK", "TCPREMOTEIP", "TCPREMOTEHOST", "PATH2", " BLANK", "a,b"])
    value = choose.choice(["", "", "@gate", "x y", "127.0.0.1", "'", "\xe9", "-" * 300])
    quote = choose.choice([c for c in '"|/' if c not in value])
    return f",{name}={quote}{value}{quote}"


def random_rules(choose):
    lines = []
    for _ in range(choose.randrange(1, 9)):
        verdict = "deny" if choose.random() < 0.3 else "allow"
        lines.append(f"{random_key(choose)}:{verdict}" + "".join(random_edit(choose) for _ in range(choose.randrange(4))))
    return "\n".join(lines) + "\n"


def seen(data):
    """What PROG saw, but for the ports of the connection; a denied client saw nothing."""
    return {name: value for name, value in variables(data).items() if not name.endswith("PORT")}


choose = random.Random(SEED)
del ENVIRONMENT["RELAYCLIENT"]  # tcpserver hands an inherited one on
denied = 0
for number in range(FILES):
    rules = random_rules(choose)
    compile_rules("rules.cdb", rules)
    with tcpserver(["env"], ["-x", "rules.cdb"]) as theirs, tcpserver(["relayrules-env", "-x", "rules.cdb", "env"]) as ours:
        for source in CLIENTS:
            wanted, got = (seen(call(server.port, source)[0]) for server in (theirs, ours))
            denied += not wanted
            assert got == wanted, f"seed {SEED}, rules {number}, client {source}:\n{rules}\ntcpserver: {wanted}\nrelayrules-env: {got}"
assert 0 < denied < FILES * len(CLIENTS), "all clients fared alike"
print(f"{FILES} rule files, {FILES * len(CLIENTS)} clients, {denied} denied")
