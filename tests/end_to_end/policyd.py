"""Asks relayrules-policyd as Postfix does: policyd.py TOOLS"""

import os
import signal
import socket
import subprocess
import sys
import time

TOOLS = sys.argv[1]
RULES = '192.0.2.66:deny\n192.0.2.:allow,RELAYCLIENT=""\n=.lan.example:allow,RELAYCLIENT=""\n:allow\n'


def compile_rules(text):
    subprocess.run([TOOLS + "/tcprules", "rules.cdb", "rules.tmp"], input=text, text=True, check=True)


def start(*options, sock="socket", wrap=()):
    log = open("log", "w")
    process = subprocess.Popen([*wrap, TOOLS + "/relayrules-policyd", "-x", "rules.cdb", *options], stderr=log)
    for _ in range(200):
        try:
            connect(sock).close()
            return process
        except OSError:
            assert process.poll() is None, open("log").read()
            time.sleep(0.05)
    raise AssertionError("it does not listen")


def connect(sock="socket"):
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(30)
    connection.connect(sock)
    return connection


def request(ip, recipient="u@other.example", state="RCPT", **more):
    fields = {"request": "smtpd_access_policy", "protocol_state": state, "client_address": ip, "client_name": "unknown",
              "recipient": recipient, **more}
    return "".join("%s=%s\n" % each for each in fields.items()).encode() + b"\n"


def read(connection, answers=1):
    got = b""
    while got.count(b"\n\n") < answers:
        part = connection.recv(65536)
        if not part:
            break
        got += part
    return got.decode()


def ask(*question, **more):
    connection = connect()
    connection.sendall(request(*question, **more))
    return read(connection)


def is_let_go(data, then_close=False):
    """True where the connection ends without an answer."""
    connection = connect()
    try:
        connection.sendall(data)
        if then_close:
            connection.shutdown(socket.SHUT_WR)
        return connection.recv(100) == b""
    except (BrokenPipeError, ConnectionResetError):
        return True


def await_answer(expected, *question):
    for _ in range(200):
        if ask(*question) == expected:
            return
        time.sleep(0.05)
    raise AssertionError("%s: %s, not %s: %s" % (question, ask(*question), expected, open("log").read()))


def stop(process):
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0, "exit code %s" % process.returncode


compile_rules(RULES)
os.makedirs("control", exist_ok=True)
open("control/rcpthosts", "w").write("ours.example\n")
daemon = start("--listen", "socket", "--control", "control", "--login-relays")
OK, LEAVE = "action=OK\n\n", "action=DUNNO\n\n"

# what it answers
assert ask("192.0.2.7") == OK
assert ask("198.51.100.1") == LEAVE
assert ask("198.51.100.1", "u@ours.example") == OK
assert ask("198.51.100.1", "u%other.example@ours.example") == LEAVE
assert ask("192.0.2.66", "u@ours.example").startswith("action=REJECT ")
assert ask("::ffff:192.0.2.66").startswith("action=REJECT ")
assert ask("198.51.100.1", client_name="a.lan.example") == OK
assert ask("198.51.100.1", client_name="unknown", reverse_client_name="a.lan.example") == LEAVE
assert ask("198.51.100.1", sasl_username="joe") == OK
assert ask("192.0.2.7", "", state="DATA") == LEAVE
assert ask("192.0.2.7", state="CONNECT") == LEAVE
assert ask("unknown").startswith("action=451 ")
assert ask("").startswith("action=451 ")

# several requests in one piece, byte by byte, and half a connection that waits for its answers
connection = connect()
connection.sendall(request("192.0.2.7") + request("198.51.100.1") + request("192.0.2.7"))
connection.shutdown(socket.SHUT_WR)
assert read(connection, 3) == OK + LEAVE + OK
connection = connect()
for byte in request("192.0.2.7"):
    connection.sendall(bytes([byte]))
assert read(connection) == OK

# hostile: no answer, and the connection ends; others are served meanwhile
for bad in (b"garbage\n\n", b"\n", request("192.0.2.7").replace(b"=", b"\0", 1), b"a" * 70000, b"a=" + b"b" * 70000 + b"\n",
            request("192.0.2.7")[:-1] + b"client_address=192.0.2.66\n\n", os.urandom(70000)):
    assert is_let_go(bad), bad[:50]
assert is_let_go(request("192.0.2.7")[:20], then_close=True)

# hundreds at once, each with a request half written
many = [connect() for _ in range(300)]
for number, connection in enumerate(many):
    connection.sendall(request("192.0.2.%d" % (number % 60))[:30])
assert ask("192.0.2.7") == OK
for number, connection in enumerate(many):
    connection.sendall(request("192.0.2.%d" % (number % 60))[30:])
for connection in many:
    assert read(connection) == OK
for connection in many:
    connection.close()
# who does not read is not read from for ever, and keeps nobody waiting
deaf = connect()
deaf.settimeout(2)
try:
    while True:
        deaf.sendall(request("192.0.2.7") * 100)
except (socket.timeout, TimeoutError):
    pass
assert ask("192.0.2.7") == OK
deaf.close()

# new rules are used, a damaged file is not; rules_in_traffic.py replaces them more often
compile_rules(':deny\n')
await_answer("action=REJECT a rule denies this client\n\n", "192.0.2.7")
open("rules.new", "w").write("rubbish")
os.rename("rules.new", "rules.cdb")
time.sleep(2.5)
assert ask("192.0.2.7").startswith("action=REJECT ")
assert open("log").read().count("the old rules stay in use") == 1, open("log").read()
compile_rules(RULES)
await_answer(OK, "192.0.2.7")
# domains are read anew when it is told to
open("control/rcpthosts", "w").write("new.example\n")
assert ask("198.51.100.1", "u@new.example") == LEAVE
daemon.send_signal(signal.SIGHUP)
await_answer(OK, "198.51.100.1", "u@new.example")
await_answer(LEAVE, "198.51.100.1", "u@ours.example")

# a socket that is served is not taken; one that nobody serves is replaced
taken = subprocess.run([TOOLS + "/relayrules-policyd", "-x", "rules.cdb", "--listen", "socket"], capture_output=True, text=True, check=False)
assert taken.returncode == 111 and "another program listens there" in taken.stderr, taken
assert os.stat("socket").st_mode & 0o777 == 0o660
# a request that came in time is answered, and then it ends
late = connect()
late.sendall(request("192.0.2.7")[:10])
time.sleep(0.2)
daemon.send_signal(signal.SIGTERM)
time.sleep(0.2)
late.sendall(request("192.0.2.7")[10:])
assert read(late) == OK
late.close()
assert daemon.wait(20) == 0
daemon = start("--listen", "socket", "--mode", "0600", "--idle", "1", "--connections", "2")
assert os.stat("socket").st_mode & 0o777 == 0o600
silent = connect()
assert silent.recv(10) == b"", "a silent connection was kept"
crowd = [connect() for _ in range(5)]
for connection in crowd:  # all are served in the end: those in front are silent for too long
    connection.sendall(request("192.0.2.7"))
    assert read(connection) == OK
    connection.close()
stop(daemon)
os.remove("socket")

# systemd's way
daemon = start(sock="given", wrap=("systemd-socket-activate", "-l", os.path.abspath("given")))
connection = connect("given")
connection.sendall(request("192.0.2.7"))
assert read(connection) == OK
daemon.terminate()
daemon.wait(20)
print("all answered")
