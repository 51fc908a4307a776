"""The files of examples/relayrules-env and the ten lines of README, under the real programs, with paths of this folder in them."""

import os
import pwd
import re
import subprocess
import sys

from env_connections import *

SOURCE, REAL = sys.argv[1:]
EXAMPLES = f"{SOURCE}/examples/relayrules-env"
HERE = os.getcwd()
USER = pwd.getpwuid(os.getuid()).pw_name
TOOLS = os.path.dirname(program("relayrules-env"))

os.makedirs("etc/tcprules")
compile_rules("etc/tcprules/tcp.smtp.cdb", '127.0.0.3:deny\n127.0.0.4:allow,RELAYCLIENT=""\n:allow\n')
with open("smtpd", "w") as smtpd:
    smtpd.write('#!/bin/sh\necho "granted${RELAYCLIENT+ relay} $TCPREMOTEIP"\n')
os.chmod("smtpd", 0o755)


def fitted(text, port=0):
    """With the paths, the user and the port of this test."""
    for old, new in (("/var/qmail/bin/qmail-smtpd", f"{HERE}/smtpd"), ("/etc", f"{HERE}/etc"), ("/usr/bin/relayrules-env", f"{TOOLS}/relayrules-env"),
                     ("qmaild", USER)):
        text = text.replace(old, new)
    return re.sub(r" (0\.0\.0\.0|0) 25 ", f" 127.0.0.1 {port} ", text)


def check(port, what):
    wanted = {3: b"", 4: b"granted relay 127.0.0.4\n", 5: b"granted 127.0.0.5\n"}
    for last, answer in wanted.items():
        try:
            got = call(port, f"127.0.0.{last}")[0]
        except ConnectionResetError:
            got = b""
        assert got == answer, (what, last, got)


def example(name):
    with open(f"{EXAMPLES}/{name}") as file:
        return file.read()


def services():
    for name in ("tcpserver", "ipsvd"):
        port = free_port()
        with Server(["sh", "-c", fitted(example(f"{name}/run"), port)], port):
            check(port, name)
    # s6-tcpserver is no part of Debian: its script is only parsed
    subprocess.run(["sh", "-n", f"{EXAMPLES}/s6/run"], check=True)


def super_servers():
    with inetd(f"{REAL}/openbsd-inetd/usr/sbin/inetd", fitted(example("inetd.conf"))) as server:
        check(server.port, "inetd")
    with xinetd(f"{REAL}/xinetd/usr/sbin/xinetd", fitted(example("xinetd.smtp"))) as server:
        check(server.port, "xinetd")


def systemd():
    for name in ("smtp.socket", "smtp@.service"):
        with open(name, "w") as unit:
            unit.write(fitted(example(name)))
    done = subprocess.run(["systemd-analyze", "verify", "./smtp.socket", "./smtp@.service"], capture_output=True, text=True)
    told = [line for line in done.stderr.splitlines() if "smtp" in line]
    assert done.returncode == 0 and not told, done
    # what the service runs, under the program that systemd has for trying such sockets
    command = re.search(r"^ExecStart=(.*)$", fitted(example("smtp@.service")), re.M).group(1)
    with socket_activate(command.split()) as server:
        check(server.port, "systemd")


def readme():
    """Before: inetd, tcpd, tcp-env; the real tcpdmatch tells how clients fare. After: the ten lines, and the line of inetd.conf that they made."""
    os.rename("etc", "of-examples")
    os.mkdir("etc")
    os.makedirs("var/qmail/control")
    for name, text in {
            "etc/inetd.conf": "smtp stream tcp nowait qmaild /usr/sbin/tcpd /var/qmail/bin/tcp-env /var/qmail/bin/qmail-smtpd\n",
            "etc/hosts.allow": "# the office, but not its printer\ntcp-env : 127.0.0.6 : deny\ntcp-env : 127.0.0.4 127.0.0.5 127.0.0.6 : setenv = RELAYCLIENT\n",
            "etc/hosts.deny": "tcp-env : 127.0.0.3 localhost\n", "var/qmail/control/rcpthosts": "example.com\n", "var/qmail/control/me": "mx.example.com\n"}.items():
        with open(name, "w") as file:
            file.write(text)
    before = {}
    for source in CLIENTS:
        client = "localhost" if source == "127.0.0.1" else source  # tcpdmatch does not look for the name of an address
        told = subprocess.run(["tcpdmatch", "-d", "-i", "inetd.conf", "tcp-env", client], cwd="etc", capture_output=True, text=True).stdout
        before[source] = "granted" in told
    with open(f"{SOURCE}/README.md") as file:
        lines = re.search(r"^```sh move\n(.*?)^```", file.read(), re.M | re.S).group(1)
    assert lines.count("\n") == 10, lines
    lines = lines.replace("pkill -HUP inetd", ":").replace("/var/qmail/control", f"{HERE}/var/qmail/control").replace("/etc", f"{HERE}/etc")
    done = subprocess.run(["sh", "-c", "set -x\n" + lines], capture_output=True, text=True)
    assert "the same decision for every client" in done.stdout and "not an open relay" in done.stdout, done
    line = open("etc/inetd.conf").read()
    assert "tcpd " not in line and open("etc/inetd.conf.before").read().count("tcpd") == 1, line
    command = fitted(line.replace(f"{HERE}/etc", "/etc")).split()[6:]
    for source, is_granted in before.items():
        code, data, error = Inetd(command, source).finish()
        relays = source in ("127.0.0.4", "127.0.0.5")
        assert data.decode() == (f"granted{' relay' if relays else ''} {source}\n" if is_granted else ""), (source, data, error)
    assert list(before.values()).count(False) == 3, before
    # what the lines show of a client is what they say
    assert "192.168.1.7: allow" in done.stdout, done


for test in (services, super_servers, systemd, readme):
    print(test.__name__, flush=True)
    test()
