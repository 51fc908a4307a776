"""relayrules-env --proxy-protocol: headers good and bad, byte for byte and slowly, and a real haproxy in front of a real tcpserver."""

import errno
import os
import socket
import subprocess
import time

from env_connections import *

PROXY = "127.0.0.8"
compile_rules("rules.cdb", '192.0.2.66:deny\n192.0.2.:allow,RELAYCLIENT="",MARK="lan"\n127.0.0.3:deny\n127.0.0.4-6:allow,RELAYCLIENT=""\n:allow\n')
OPTIONS = ["--proxy-protocol", f"{PROXY},127.0.0.32/28,2001:db8::/32", "--timeout", "1", "-x", "rules.cdb"]
# shows its environment, then whatever is left to read: the client's own bytes
SHOW = ["sh", "-c", "env; echo; echo =; cat"]
MAIL = b"EHLO a\r\nQUIT\r\n"


def ask(payload, source=PROXY):
    """Exit code, environment, the bytes that PROG read, and what was said."""
    code, data, error = Inetd(["relayrules-env", *OPTIONS, *SHOW], source).finish(payload)
    head, _, rest = data.partition(b"\n=\n")
    return code, variables(head), rest, error


def good_headers():
    v1 = "PROXY {} {} {} {} {}\r\n"
    cases = [
        (v1.format("TCP4", "192.0.2.7", "198.51.100.25", 40001, 25).encode(), "192.0.2.7", "40001", "198.51.100.25", "25"),
        (v1.format("TCP6", "2001:DB8:0::7", "2001:db8::19", 1, 65535).encode(), "2001:db8::7", "1", "2001:db8::19", "65535"),
        (v1.format("TCP6", "::ffff:192.0.2.7", "::ffff:198.51.100.25", 0, 25).encode(), "192.0.2.7", "0", "198.51.100.25", "25"),
        (proxy_v2("192.0.2.7", "198.51.100.25", (40001, 25)), "192.0.2.7", "40001", "198.51.100.25", "25"),
        (proxy_v2("2001:db8::7", "2001:db8::19"), "2001:db8::7", "4000", "2001:db8::19", "25"),
        (proxy_v2("::ffff:192.0.2.7", "::ffff:198.51.100.25"), "192.0.2.7", "4000", "198.51.100.25", "25"),
        (proxy_v2("192.0.2.7", "198.51.100.25", fields=b"\x04\0\x03abc"), "192.0.2.7", "4000", "198.51.100.25", "25"),
        (proxy_v2("192.0.2.7", "198.51.100.25", fields=b"\x04" * 65523), "192.0.2.7", "4000", "198.51.100.25", "25"),
    ]
    for header, *wanted in cases:
        code, seen, rest, error = ask(header + MAIL)
        assert (code, error) == (0, ""), (header[:60], code, error)
        assert [seen[name] for name in ("TCPREMOTEIP", "TCPREMOTEPORT", "TCPLOCALIP", "TCPLOCALPORT")] == wanted, (header[:60], seen)
        assert rest == MAIL, (header[:60], "PROG read", rest)
        assert ("RELAYCLIENT" in seen) == (wanted[0] == "192.0.2.7"), seen
    assert ask(v1.format("TCP4", "192.0.2.66", "198.51.100.25", 1, 25).encode())[0] == 100
    assert ask(proxy_v2("::ffff:192.0.2.66", "::1"))[0] == 100, "a mapped address evades a deny"


def own_connections():
    """The proxy tests whether we live: it is the client, with no right of anybody else."""
    for header in (b"PROXY UNKNOWN\r\n", b"PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n", proxy_v2("192.0.2.7", "192.0.2.8", command=0x20),
                   proxy_v2("192.0.2.7", "192.0.2.8", family=0), b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0"):
        code, seen, rest, error = ask(header + MAIL)
        assert (code, rest, error) == (0, MAIL, ""), (header, code, rest, error)
        assert seen["TCPREMOTEIP"] == PROXY and "RELAYCLIENT" not in seen, seen


def bad_headers():
    v2 = proxy_v2("192.0.2.7", "198.51.100.25")
    cases = {
        b"EHLO a\r\nMAIL FROM:<>\r\n": "it is none",
        b"\r\n\r\n\0\r\nQUIT\r": "it is none",
        b"proxy TCP4 192.0.2.7 192.0.2.8 1 2\r\n": "it is none",
        b"": "the connection ended before it was whole",
        b"PROXY TCP4 192.0.2.7": "the connection ended before it was whole",
        v2[:20]: "the connection ended before it was whole",
        proxy_v2("192.0.2.7", "192.0.2.8", length=13): "the connection ended before it was whole",
        b"PROXY TCP4 192.0.2.7 192.0.2.8 1 2\n": "its line does not end in CR LF within 107 bytes",
        b"PROXY UNKNOWN " + b"x" * 100 + b"\r\n": "its line does not end in CR LF within 107 bytes",
        b"PROXY TCP4 " + b"1" * 70000: "its line does not end in CR LF within 107 bytes",
        b"PROXY TCP4 2001:db8::7 2001:db8::8 1 2\r\n": "an address is none of the family that it names",
        b"PROXY TCP6 192.0.2.7 192.0.2.8 1 2\r\n": "an address is none of the family that it names",
        b"PROXY TCP4 192.0.2.07 192.0.2.8 1 2\r\n": "an address is none of the family that it names",
        b"PROXY TCP4 192.0.2.7\0 192.0.2.8 1 2\r\n": "an address is none of the family that it names",
        b"PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n": "an address is none of the family that it names",
        b"PROXY TCP4  192.0.2.7 192.0.2.8 1 2\r\n": "an address is none of the family that it names",
        b"PROXY TCP4 192.0.2.7 192.0.2.8 1\r\n": "it is incomplete",
        b"PROXY TCP4 192.0.2.7 192.0.2.8 1 65536\r\n": "a port is no number",
        b"PROXY TCP4 192.0.2.7 192.0.2.8 01 2\r\n": "a port is no number",
        b"PROXY TCP4 192.0.2.7 192.0.2.8 1 2 3\r\n": "a port is no number",
        b"PROXY TCP4 192.0.2.7 192.0.2.8 1 \r\n": "a port is no number",
        b"PROXY UDP4 192.0.2.7 192.0.2.8 1 2\r\n": "its family is none of TCP4, TCP6 and UNKNOWN",
        b"PROXY UNKNOWNS\r\n": "its family is none of TCP4, TCP6 and UNKNOWN",
        proxy_v2("192.0.2.7", "192.0.2.8", family=0x21): "it is too short for the family that it names",
        b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0b" + b"1" * 11: "it is too short for the family that it names",
        b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\0": "it is too short for the family that it names",
        proxy_v2("192.0.2.7", "192.0.2.8", family=0x12): "its family is none of TCP over IPv4 and IPv6",
        proxy_v2("192.0.2.7", "192.0.2.8", family=0x31): "its family is none of TCP over IPv4 and IPv6",
        proxy_v2("192.0.2.7", "192.0.2.8", command=0x11): "its version is not 2",
        proxy_v2("192.0.2.7", "192.0.2.8", command=0x22): "its command is neither LOCAL nor PROXY",
    }
    for payload, reason in cases.items():
        one = Inetd(["relayrules-env", *OPTIONS, *SHOW], PROXY)
        try:
            code, data, error = one.finish(payload)
        except OSError as gone:  # refused and gone before all was sent or read; whichever call comes next is told so, in its own way
            assert gone.errno in (errno.ECONNRESET, errno.EPIPE, errno.ENOTCONN), (payload[:60], gone)
            code, data, error = one.process.wait(20), b"", one.process.stderr.read().decode()
        wanted = f"relayrules-env: cannot tell who is connected: the proxy {PROXY} sent no PROXY header that can be used: {reason}\n"
        assert (code, data, error) == (111, b"", wanted), (payload[:60], code, data, error)


def slow_headers():
    header = b"PROXY TCP4 192.0.2.7 192.0.2.8 1 2\r\n"
    for whole in (header, proxy_v2("192.0.2.7", "192.0.2.8")):
        one = Inetd(["relayrules-env", *OPTIONS, *SHOW], PROXY)
        one.client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in whole:
            one.client.sendall(bytes([byte]))
            time.sleep(0.005)
        code, data, error = one.finish(MAIL)
        assert (code, error) == (0, "") and data.endswith(b"\n=\n" + MAIL), (code, data, error)
        # the time is that of the whole header: a byte now and then does not win more
        one = Inetd(["relayrules-env", *OPTIONS, *SHOW], PROXY)
        start = time.monotonic()
        for byte in whole[:10]:
            try:
                one.client.sendall(bytes([byte]))
            except OSError:
                break
            time.sleep(0.15)
        code = one.process.wait(20)
        assert code == 111 and 0.9 < time.monotonic() - start < 5, (code, time.monotonic() - start)
        assert one.process.stderr.read().decode().endswith(": it did not come in time\n")


def from_others():
    """Who is not named is no proxy: what it sends is its SMTP, and rules are about its own address."""
    header = b"PROXY TCP4 192.0.2.7 192.0.2.8 1 2\r\n"
    code, seen, rest, error = ask(header + MAIL, "127.0.0.9")
    assert (code, rest, error) == (0, header + MAIL, ""), (code, rest, error)
    assert seen["TCPREMOTEIP"] == "127.0.0.9" and "RELAYCLIENT" not in seen, seen
    for source, is_proxy in (("127.0.0.31", False), ("127.0.0.32", True), ("127.0.0.47", True), ("127.0.0.48", False)):
        assert ("RELAYCLIENT" in ask(header, source)[1]) == is_proxy, source
    # no name of the proxy is left to its clients, and behind a pipe it works as well
    names = {"TCPREMOTEIP": PROXY, "TCPREMOTEHOST": "proxy.example", "TCPREMOTEINFO": "p", "TCPLOCALHOST": "mx"}
    done = subprocess.run(["relayrules-env", *OPTIONS, *SHOW], input=header + MAIL, env={**ENVIRONMENT, **names}, capture_output=True, check=True)
    head, _, rest = done.stdout.partition(b"\n=\n")
    assert rest == MAIL and variables(head)["TCPREMOTEIP"] == "192.0.2.7", done
    assert not {"TCPREMOTEHOST", "TCPREMOTEINFO", "TCPLOCALHOST"} & variables(head).keys(), done


def real_haproxy():
    """Real haproxy in front of a real tcpserver, with both versions and its health checks."""
    with tcpserver(["relayrules-env", "--log", *OPTIONS, "env"]) as server:
        for version, check in (("send-proxy", "check-send-proxy"), ("send-proxy-v2", "check-send-proxy"), ("send-proxy-v2-ssl-cn", "")):
            with haproxy(server, f"{version} source {PROXY}{' check inter 200ms ' + check if check else ''}") as front:
                for source in CLIENTS:
                    try:
                        data, client_port = call(front.port, source)
                    except ConnectionResetError:
                        data = b""  # so haproxy ends a connection whose server closed at once
                    seen = variables(data)
                    if judged("rules.cdb", source) == "deny":
                        assert data == b"", (version, source, data)
                        continue
                    assert seen["TCPREMOTEIP"] == source and seen["TCPREMOTEPORT"] == str(client_port), (version, source, seen)
                    assert seen["TCPLOCALIP"] == "127.0.0.1" and seen["TCPLOCALPORT"] == str(front.port), (version, source, seen)
                    assert ("RELAYCLIENT" in seen) == (source in CLIENTS[3:6]), (version, source, seen)
                time.sleep(0.5 if check else 0)
        log = open(f"server-{server.port}.log").read()
        assert f":{PROXY}:" in log, "no health check was seen: " + log
        assert "PROXY header" not in log, log


def nothing_is_left_open():
    """Neither of a header, nor of names that were looked up, nor of syslog does PROG get a descriptor."""
    prog = ["python3", "-c", "import os; print(*(f'{n}:' + os.readlink(f'/proc/self/fd/{n}')[:6] for n in range(64) if os.path.exists(f'/proc/self/fd/{n}')))"]
    for error_is_client in (False, True):
        wanted = Inetd(prog, PROXY, error_is_client=error_is_client).finish()
        assert wanted[1].startswith(b"0:socket 1:socket 2:") and b" 3:" not in wanted[1], wanted
        for more in ([], ["--log", "-v"], ["--resolve", "-v"]):
            one = Inetd(["relayrules-env", *more, *OPTIONS, *prog], PROXY, error_is_client=error_is_client)
            code, data, _ = one.finish(b"PROXY TCP4 127.0.0.5 127.0.0.1 1 2\r\n")
            assert (code, data) == wanted[:2], (more, code, data, wanted)


for test in (nothing_is_left_open, good_headers, own_connections, bad_headers, slow_headers, from_others, real_haproxy):
    print(test.__name__, flush=True)
    test()
