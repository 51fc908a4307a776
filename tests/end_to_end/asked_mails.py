"""What the tests have in common that ask a real mail server, and relayrules, what becomes of the same mail."""

import ctypes
import json
import signal
import subprocess


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def outcome_of(reply):
    return {"2": "accepted", "4": "deferred", "5": "refused"}[reply[0]]


class Talk:
    """SMTP with a server."""

    def begin(self, connected):
        self.socket = connected
        self.lines = connected.makefile("rb")
        self.read()

    def read(self):
        line = self.lines.readline()
        while line[3:4] == b"-":
            line = self.lines.readline()
        if not line:
            raise RuntimeError("the server ended")
        return line.decode("latin-1").rstrip("\r\n")

    def say(self, text):
        self.socket.sendall(text.encode("latin-1") + b"\r\n")
        return self.read()

    def finish(self):
        self.lines.close()
        self.socket.close()


class Comparison:
    """Counts what was asked, and shows what differs."""

    def __init__(self, tool, program):
        self.command = [tool, "lookup", "--program", program]
        self.asked, self.differ = 0, 0
        self.seen = {"accepted": 0, "deferred": 0, "refused": 0}

    def compare(self, name, folder, mails, real, is_same):
        """True when relayrules decides as the server in `folder` did."""
        answer = subprocess.run([*self.command, folder, "-"], text=True, capture_output=True, check=False,
                                input="".join(json.dumps(mail) + "\n" for mail in mails))
        ours = [json.loads(line) for line in answer.stdout.splitlines()]
        if len(ours) != len(mails):
            raise RuntimeError("%s: %d answers to %d questions: %s" % (name, len(ours), len(mails), answer.stderr))
        before = self.differ
        for mail, said, our in zip(mails, real, ours):
            self.asked += 1
            self.seen[outcome_of(said)] += 1
            if not is_same(mail, said, our):
                self.differ += 1
                print("%s: %s\n  server: %s\n  ours:   %s %s (%s)" % (
                    name, json.dumps(mail), said, our["outcome"], our.get("reply"), our.get("rule")))
        return self.differ == before

    def is_enough(self, count):
        """True when so many were asked, enough of each kind, and none differ."""
        print("%d mails asked, %d differ: %s" % (self.asked, self.differ, self.seen))
        return self.differ == 0 and self.asked == count and min(self.seen.values()) > 100
