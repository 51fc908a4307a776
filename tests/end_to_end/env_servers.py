"""relayrules-env under real servers, from nine addresses: what it hands on is what the original tcprulescheck says of the same rules."""

import os
import socket
import subprocess
import sys

from env_connections import *

compile_rules("rules.cdb", """127.0.0.3:deny
127.0.0.4-6:allow,RELAYCLIENT="",MARK="some"
127.0.0.7:allow,RELAYCLIENT="@gate"
127.0.0.:allow,MARK="net"
127.:deny
""")
ENV = ["relayrules-env", "-x", "rules.cdb"]


def check_client(data, source, client_port, server_port, what):
    wanted = judged("rules.cdb", source)
    if wanted == "deny":
        assert data == b"", (what, source, data)
        return
    seen = variables(data)
    assert seen.get("RELAYCLIENT") == wanted.get("RELAYCLIENT"), (what, source, seen)
    assert seen.get("MARK") == wanted.get("MARK"), (what, source, seen)
    assert seen["PROTO"] == "TCP" and seen["TCPREMOTEIP"] == source, (what, seen)
    assert seen["TCPREMOTEPORT"] == str(client_port), (what, seen)
    assert seen["TCPLOCALIP"] == "127.0.0.1" and seen["TCPLOCALPORT"] == str(server_port), (what, seen)


def real_servers():
    command = [program("relayrules-env"), "-x", os.path.abspath("rules.cdb"), "/usr/bin/env"]
    for start in (tcpserver, tcpsvd, socket_activate):
        with start(command) as server:
            for source in CLIENTS:
                data, client_port = call(server.port, source)
                check_client(data, source, client_port, server.port, start.__name__)


def ipv6_server():
    """Debian's ucspi-tcp-ipv6, which the script unpacked: its own rules, its own spelling, PROTO=TCP6."""
    folder = f"{sys.argv[1]}/usr/bin"
    subprocess.run([f"{folder}/tcprules", "six.cdb", "six.tmp"], input=b'::1:allow,RELAYCLIENT="",MARK="six"\n:deny\n', check=True)
    port = free_port()
    command = ["relayrules-env", "--program", "ucspi-tcp-ipv6", "-x", "six.cdb", "env"]
    with Server([f"{folder}/tcpserver", "-HR", "-l", "0", "::0", str(port), *command], port):
        with socket.create_connection(("::1", port), timeout=20) as connection:
            seen = variables(read_all(connection))
        assert (seen["TCPREMOTEIP"], seen["RELAYCLIENT"], seen["MARK"]) == ("::1", "", "six"), seen
        assert call(port, "127.0.0.5")[0] == b"", "a mapped client is not the one that the rules deny"


def inetd():
    for source in CLIENTS:
        one = Inetd([*ENV, "env"], source)
        code, data, error = one.finish()
        assert error == "" and code == (100 if judged("rules.cdb", source) == "deny" else 0), (source, code, error)
        check_client(data, source, one.client_port, one.port, "inetd")


def old_names_go():
    """What the environment says of another client's name is not believed of the one at descriptor 0."""
    os.environ.pop("TCPREMOTEIP", None)
    names = {"TCPREMOTEHOST": "old.example", "TCPREMOTEINFO": "joe", "TCPLOCALHOST": "old", "TCP6REMOTEHOST": "old6.example"}
    ENVIRONMENT.update(names)
    _, data, _ = Inetd([*ENV, "env"]).finish()
    for name in names:
        assert name not in variables(data), data
        del ENVIRONMENT[name]


def families():
    for listen, source, wanted in (("::", "127.0.0.5", "127.0.0.5"), ("::1", "::1", "::1")):
        one = Inetd([*ENV, "env"], source, listen)
        code, data, error = one.finish()
        seen = variables(data)
        assert code == 0 and error == "", (listen, code, error)
        assert seen["TCPREMOTEIP"] == wanted and seen["PROTO"] == "TCP", seen
        assert seen["TCPLOCALIP"] == ("::1" if ":" in source else "127.0.0.1"), seen
        assert ("RELAYCLIENT" in seen) == (source == "127.0.0.5"), seen
    code, data, _ = Inetd([*ENV, "env"], "127.0.0.3", "::").finish()
    assert (code, data) == (100, b""), "a mapped address evades a deny"


def greeting():
    """A client that talks before it is greeted gets the whole line, too, and no reset."""
    for payload in (None, b"EHLO spammer.example\r\n" * 50):
        one = Inetd(["relayrules-env", "--greet-deny", "5.7.1 no mail from your network", "-x", "rules.cdb", "env"], "127.0.0.3",
                    wrapper=("sh", "-c", 'sleep 0.2; exec "$@"', "sh"))
        code, data, error = one.finish(payload)
        assert (code, data, error) == (100, b"554 5.7.1 no mail from your network\r\n", ""), (code, data, error)


def standard_error_is_client():
    """Nothing that is said for the administrator gets into the SMTP session: it goes to syslog."""
    for options, code_wanted in ((["--log", "-v", "-x", "rules.cdb"], 0), (["-x", "missing.cdb"], 111)):
        # sanitizers look for leaks with ptrace, which is strace's here
        leaks = "ASAN_OPTIONS=" + os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
        trace = ("strace", "-o", "trace", "-E", leaks, "-e", "trace=connect,sendto")
        code, data, _ = Inetd(["relayrules-env", *options, "echo", "ran"], error_is_client=True, wrapper=trace).finish()
        assert (code, data) == (code_wanted, b"ran\n" if code_wanted == 0 else b""), (options, code, data)
        assert '"/dev/log"' in open("trace").read(), (options, open("trace").read())


def no_addresses():
    of_unix, other_end = socket.socketpair()
    cases = ((of_unix, "is a socket without IP addresses"), (socket.socket(), "is not connected"),
             (socket.create_server(("127.0.0.1", 0)), "is not connected"))
    for descriptor, reason in cases:
        done = subprocess.run([*ENV, "echo", "ran"], stdin=descriptor, env=ENVIRONMENT, capture_output=True, text=True)
        assert done.returncode == 111 and done.stdout == "", done
        assert done.stderr == f"relayrules-env: cannot tell who is connected: TCPREMOTEIP is not set, and descriptor 0 {reason}\n", done


def hosts_files():
    """hosts.allow as tcp-env's users know it, with a rule for one of the server's addresses."""
    with open("hosts.allow", "w") as allow:
        allow.write("tcp-env: 127.0.0.4, 127.0.0.5 : setenv = RELAYCLIENT\n"
                    "tcp-env@127.0.0.1: 127.0.0.6 : setenv = MARK %d-%a\ntcp-env: 127.0.0.7 : aclexec = /usr/local/bin/ask\n"
                    "tcp-env: 127.0.0.8 : deny\nother: ALL : setenv = RELAYCLIENT\ntcp-env: 127.0.0.9\n")
    with open("hosts.deny", "w") as deny:
        deny.write("tcp-env: ALL\n")
    command = ["relayrules-env", "--log", "--hosts-access", "tcp-env", "--hosts-folder", ".", "env"]
    wanted = {3: "./hosts.deny:1", 4: "./hosts.allow:1", 5: "./hosts.allow:1", 6: "./hosts.allow:2", 8: "./hosts.allow:4", 9: "./hosts.allow:6"}
    for last, place in wanted.items():
        code, data, error = Inetd(command, f"127.0.0.{last}").finish()
        seen = variables(data)
        assert error.endswith(f" relay={'yes' if last in (4, 5) else 'no'} rule={place}\n") and error.count("\n") == 1, error
        assert code == (100 if last in (3, 8) else 0) and (data == b"") == (code == 100), (last, code, data)
        assert seen.get("RELAYCLIENT") == ("" if last in (4, 5) else None), (last, seen)
        assert seen.get("MARK") == ("tcp-env-127.0.0.6" if last == 6 else None), (last, seen)
    code, data, error = Inetd(command, "127.0.0.7").finish()
    assert (code, data) == (111, b"") and "cannot decide by './hosts.allow': " in error and "aclexec" in error, (code, data, error)
    os.rename("hosts.deny", "kept")
    code, data, error = Inetd(command, "127.0.0.3").finish()
    assert code == 0 and error.endswith(" relay=no no-rule\n") and "RELAYCLIENT" not in variables(data), (code, data, error)
    os.mkdir("hosts.deny")
    code, data, error = Inetd(command, "127.0.0.3").finish()
    assert (code, data) == (111, b"") and "cannot decide by" in error, (code, data, error)
    os.rmdir("hosts.deny")


for test in (real_servers, ipv6_server, inetd, old_names_go, families, greeting, standard_error_is_client, no_addresses, hosts_files):
    print(test.__name__, flush=True)
    test()
