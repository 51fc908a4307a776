"""Rules that are replaced while connections come in: each answer is wholly that of one file, and of one that was in use meanwhile.

Every file is another generation. It says its number in many variables, at places that shift from file to file, and lets other clients in, relay
or neither, so that an answer that is old, torn or mixed of two files shows.
"""

import itertools
import os
import signal
import subprocess
import sys
import threading

from env_connections import *

SECONDS, LONGEST = 1.5, 60
FEWEST_FILES, FEWEST_ANSWERS = 20, 200
NAMES = [f"V{number}" for number in range(12)]
VERDICTS = ("deny", "relay", "neither")


def verdict(generation, source):
    return VERDICTS[(generation + int(source.rsplit(".", 1)[1])) % 3]


def rules_of(generation):
    marks = "".join(f',{name}="{generation}{"." * (generation * 37 % 97)}"' for name in NAMES)
    lines = {"deny": ":deny\n", "relay": f':allow,RELAYCLIENT=""{marks}\n', "neither": f":allow{marks}\n"}
    return "".join(source + lines[verdict(generation, source)] for source in CLIENTS) + ":deny\n"


class Generations:
    """The writer: replaces rules.cdb until the time is over. In use is any from `sure` to `begun`."""

    def __init__(self, settle=lambda generation: None):
        self.sure = self.begun = 0
        self.settle = settle
        self.failures = []
        self.compile(0)

    def compile(self, generation):
        self.begun = generation
        subprocess.run(["tcprules", "rules.cdb", "rules.tmp"], input=rules_of(generation), text=True, check=True, env=ENVIRONMENT)

    def spoil(self):
        """A text with a mistake replaces nothing, and neither does a compiler that is killed."""
        broken = subprocess.run(["tcprules", "rules.cdb", "rules.tmp"], input=":deny\n:maybe\n", text=True, env=ENVIRONMENT, capture_output=True)
        assert broken.returncode == 100, broken
        killed = subprocess.Popen(["tcprules", "rules.cdb", "rules.tmp"], stdin=subprocess.PIPE, env=ENVIRONMENT)
        killed.stdin.write(b":deny\n" * 1000)
        killed.kill()
        killed.communicate()

    def guarded(self, work):
        try:
            work()
        except BaseException as error:  # in a thread nobody would hear of it
            self.failures.append(error)

    def run(self, client):
        """Calls client(source) for all clients in four threads meanwhile. How many were answered."""
        start = time.monotonic()
        answered = []

        def is_over():
            seconds = time.monotonic() - start
            is_enough = self.sure >= FEWEST_FILES and len(answered) >= FEWEST_ANSWERS
            assert is_enough or seconds < LONGEST, (self.sure, len(answered), "files and answers: too few")
            return bool(self.failures) or is_enough and seconds > SECONDS

        def ask(sources):
            for source in itertools.cycle(sources):
                if is_over():
                    return
                client(source)
                answered.append(source)

        threads = [threading.Thread(target=self.guarded, args=(lambda sources=CLIENTS[first::4]: ask(sources),)) for first in range(4)]
        for thread in threads:
            thread.start()
        while not is_over():
            self.compile(self.begun + 1)
            self.settle(self.begun)
            self.sure = self.begun
            if self.begun % 20 == 0:
                self.spoil()
        for thread in threads:
            thread.join()
        if self.failures:
            raise self.failures[0]
        return len(answered)


def check_environment(data, generations, source):
    if not data:
        assert any(verdict(each, source) == "deny" for each in generations), (source, generations, "turned away")
        return
    seen = variables(data)
    told = {seen[name].rstrip(".") for name in NAMES}
    assert len(told) == 1, (source, "an answer is mixed", seen)
    generation = int(told.pop())
    assert generation in generations, (source, generations, "an answer is of", generation)
    assert all(seen[name] == f'{generation}{"." * (generation * 37 % 97)}' for name in NAMES), (source, seen)
    assert verdict(generation, source) == ("relay" if "RELAYCLIENT" in seen else "neither"), (source, generation, seen)


def connections(what, start):
    generations = Generations()
    with start() as server:

        def client(source):
            sure = generations.sure
            data = call(server.port, source)[0]
            check_environment(data, range(sure, generations.begun + 1), source)

        answered = generations.run(client)
    with open(f"server-{server.port}.log") as log:
        assert "relayrules" not in log.read(), "something was said"
    print(f"{what}: {answered} connections, {generations.begun} files", flush=True)


def ask_policyd(connection, source):
    connection.sendall(f"request=smtpd_access_policy\nprotocol_state=RCPT\nclient_address={source}\nrecipient=u@other.example\n\n".encode())
    answer = b""
    while not answer.endswith(b"\n\n"):
        piece = connection.recv(1000)
        assert piece, "a connection ended without an answer"
        answer += piece
    return {b"action=REJECT": "deny", b"action=OK": "relay", b"action=DUNNO": "neither"}[answer.split()[0]]


def to_policyd():
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(20)
    connection.connect("socket")
    return connection


def policyd():
    """A daemon keeps the file: it is told of a new one, and uses no other once it has answered by that."""
    daemon = None

    def settle(generation):
        daemon.send_signal(signal.SIGHUP)
        with to_policyd() as connection:
            while ask_policyd(connection, CLIENTS[0]) != verdict(generation, CLIENTS[0]):
                time.sleep(0.001)

    generations = Generations(settle)
    kept = {source: None for source in CLIENTS}

    def client(source):
        kept[source] = kept[source] or to_policyd()
        sure = generations.sure
        answer = ask_policyd(kept[source], source)
        allowed = {verdict(each, source) for each in range(sure, generations.begun + 1)}
        assert answer in allowed, (source, answer, allowed)

    with open("policyd.log", "w") as log:
        daemon = subprocess.Popen(["relayrules-policyd", "-x", "rules.cdb", "--listen", "socket"], env=ENVIRONMENT, stderr=log)
    try:
        for _ in range(200):
            if os.path.exists("socket"):
                break
            time.sleep(0.02)
        answered = generations.run(client)
        maps = open(f"/proc/{daemon.pid}/maps").read().count("rules.cdb")
        assert maps == 1, (maps, "files are mapped: old ones must go")
    finally:
        daemon.terminate()
        code = daemon.wait(20)
    for connection in kept.values():
        connection.close()
    assert code == 0, code
    said = open("policyd.log").read()
    assert "cannot" not in said, said
    print(f"relayrules-policyd: {answered} requests, {generations.begun} files")


connections("tcpserver", lambda: tcpserver_alone(["env"], "rules.cdb"))
connections("relayrules-env", lambda: tcpserver(["relayrules-env", "-x", "rules.cdb", "env"]))
policyd()
