"""What the tests of relayrules-env share: connections on loopback from chosen addresses, and the servers that accept them."""

import os
import re
import socket
import struct
import subprocess
import time

CLIENTS = [f"127.0.0.{i}" for i in range(1, 10)]
# whatever the test itself was started with must not matter; an inherited RELAYCLIENT must not get through
ENVIRONMENT = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "RELAYCLIENT": "inherited"}
if "ASAN_OPTIONS" in os.environ:
    ENVIRONMENT["ASAN_OPTIONS"] = os.environ["ASAN_OPTIONS"]


def program(name):
    """Where a program lies: some servers want its whole path."""
    return next(f"{folder}/{name}" for folder in ENVIRONMENT["PATH"].split(":") if os.access(f"{folder}/{name}", os.X_OK))


def compile_rules(name, text):
    """Compiles with the original tcprules."""
    subprocess.run(["/usr/bin/tcprules", name, name + ".tmp"], input=text.encode(), check=True)


def judged(database, ip):
    """What the original tcprulescheck says: 'deny', or a dictionary of the variables that the rule sets."""
    out = subprocess.run(["/usr/bin/tcprulescheck", database], env={"TCPREMOTEIP": ip}, capture_output=True, check=True).stdout.decode()
    if "deny connection\n" in out:
        return "deny"
    return dict(re.findall(r"^set environment variable ([^=\n]*)=(.*)$", out, re.M))


def read_all(connection):
    """Everything until the other side closes; a reset is an error."""
    data = b""
    while piece := connection.recv(65536):
        data += piece
    return data


def call(port, source):
    """Connects from `source`, and returns the answer and the client's own port."""
    with socket.create_connection(("127.0.0.1", port), timeout=20, source_address=(source, 0)) as connection:
        return read_all(connection), connection.getsockname()[1]


def variables(data):
    """The environment that env(1) printed."""
    return dict(line.split("=", 1) for line in data.decode("latin-1").split("\n") if "=" in line)


class Inetd:
    """One connection handed to a program as inetd does it: descriptors 0 and 1, and 2 unless `keeps_error`."""

    def __init__(self, command, source="127.0.0.5", listen="127.0.0.1", error_is_client=False, wrapper=()):
        family = socket.AF_INET6 if ":" in listen else socket.AF_INET
        self.listener = socket.socket(family, socket.SOCK_STREAM)
        if family == socket.AF_INET6:
            self.listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        self.listener.bind((listen, 0))
        self.listener.listen()
        self.port = self.listener.getsockname()[1]
        client_family = socket.AF_INET6 if ":" in source else socket.AF_INET
        self.client = socket.socket(client_family, socket.SOCK_STREAM)
        self.client.settimeout(20)
        self.client.bind((source, 0))
        self.client.connect(("::1" if client_family == socket.AF_INET6 else "127.0.0.1", self.port))
        self.client_port = self.client.getsockname()[1]
        connection, _ = self.listener.accept()
        self.process = subprocess.Popen(
            [*wrapper, *command], stdin=connection, stdout=connection, env=ENVIRONMENT,
            stderr=connection if error_is_client else subprocess.PIPE)
        connection.close()
        self.listener.close()

    def finish(self, payload=None):
        """Sends, and returns exit code, what the client got, and what was said on standard error."""
        if payload is not None:
            self.client.sendall(payload)
            self.client.shutdown(socket.SHUT_WR)
        got = read_all(self.client)
        self.client.close()
        error = self.process.stderr.read().decode() if self.process.stderr else ""
        return self.process.wait(20), got, error


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port):
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"nothing listens on port {port}")


class Server:
    """A real server; `with` ends it. `command` is what it runs for each connection."""

    def __init__(self, arguments, port):
        self.port = port
        self.log = open(f"server-{port}.log", "wb")
        self.process = subprocess.Popen(arguments, env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)

    def __enter__(self):
        wait_for(self.port)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)
        self.log.close()


def tcpserver(command, options=()):
    port = free_port()
    return Server(["/usr/bin/tcpserver", "-HR", "-l", "0", *options, "127.0.0.1", str(port), *command], port)


def tcpserver_alone(command, rules):
    """tcpserver -x. It would hand an inherited RELAYCLIENT on to all clients, so there is none."""
    inherited = ENVIRONMENT.pop("RELAYCLIENT")
    try:
        return tcpserver(command, ("-x", rules))
    finally:
        ENVIRONMENT["RELAYCLIENT"] = inherited


def tcpsvd(command):
    port = free_port()
    return Server(["tcpsvd", "127.0.0.1", str(port), *command], port)


def socket_activate(command):
    port = free_port()
    passed = [f"--setenv={name}" for name in ENVIRONMENT]
    return Server(["systemd-socket-activate", "--inetd", "--accept", *passed, f"--listen=127.0.0.1:{port}", *command], port)


def inetd(program, lines):
    """openbsd-inetd with these lines of inetd.conf, in which the service is called smtp."""
    port = free_port()
    with open("inetd.conf", "w") as config:
        config.write(re.sub(r"^smtp ", f"127.0.0.1:{port} ", lines, flags=re.M))
    return Server([program, "-d", "inetd.conf"], port)


def xinetd(program, service):
    """xinetd with this service, which is called smtp."""
    port = free_port()
    with open("xinetd.conf", "w") as config:
        config.write(service.replace("service smtp\n{", f"service smtp\n{{\n type = UNLISTED\n port = {port}\n bind = 127.0.0.1"))
    return Server([program, "-dontfork", "-f", "xinetd.conf", "-pidfile", f"{os.getcwd()}/xinetd.pid"], port)


def haproxy(server, options):
    """haproxy in front of another server; `options` say how it speaks to that."""
    port = free_port()
    with open("haproxy.cfg", "w") as config:
        config.write("defaults\n mode tcp\n timeout connect 5s\n timeout client 20s\n timeout server 20s\n"
                     f"listen mx\n bind 127.0.0.1:{port}\n server one 127.0.0.1:{server.port} {options}\n")
    return Server(["haproxy", "-db", "-f", "haproxy.cfg"], port)


def proxy_v2(source, destination, ports=(4000, 25), command=0x21, family=None, fields=b"", length=None):
    """A PROXY header of version 2; what is not given is as it should be."""
    kind = socket.AF_INET6 if ":" in source else socket.AF_INET
    block = socket.inet_pton(kind, source) + socket.inet_pton(kind, destination) + struct.pack("!HH", *ports) + fields
    family = (0x21 if kind == socket.AF_INET6 else 0x11) if family is None else family
    size = len(block) if length is None else length
    return b"\r\n\r\n\0\r\nQUIT\n" + struct.pack("!BBH", command, family, size) + block
