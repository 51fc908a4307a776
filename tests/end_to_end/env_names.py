"""relayrules-env --resolve against the real resolver of the C library, which asks a name server of this test.

Runs in a mount namespace of its own: resolv.conf and nsswitch.conf are replaced there.
"""

import os
import socket
import struct
import subprocess
import threading
import time

from env_connections import ENVIRONMENT, compile_rules

# address -> its name by reverse DNS; name -> its addresses
NAMES = {
    "192.0.2.1": "mail.example.org", "192.0.2.2": "mail.example.org", "192.0.2.3": "Big.Example.ORG", "192.0.2.4": "missing.example.org",
    "192.0.2.5": "192.0.2.5", "192.0.2.6": "two.example.org", "192.0.2.7": "slow.example.org", "192.0.2.8": "-x.example.org",
    "192.0.2.9": "a b.example.org", "2001:db8::1": "six.example.org", "192.0.2.11": "a\nRELAYCLIENT=.example.org",
}
ADDRESSES = {
    "mail.example.org": ["192.0.2.1"], "big.example.org": ["192.0.2.3"], "192.0.2.5": ["192.0.2.5"], "two.example.org": ["192.0.2.60", "192.0.2.6"],
    "-x.example.org": ["192.0.2.8"], "a b.example.org": ["192.0.2.9"], "six.example.org": ["2001:db8::2", "2001:db8::1"],
}
A, PTR, AAAA = 1, 12, 28


def encode(name):
    return b"".join(bytes([len(label)]) + label for label in (part.encode("latin-1") for part in name.split("."))) + b"\0"


def decode(data):
    labels, at = [], 12
    while data[at]:
        labels.append(data[at + 1:at + 1 + data[at]].decode("latin-1"))
        at += 1 + data[at]
    return ".".join(labels), at + 1


def reversed_names():
    for address, name in NAMES.items():
        if ":" in address:
            digits = socket.inet_pton(socket.AF_INET6, address).hex()
            yield ".".join(reversed(digits)) + ".ip6.arpa", name
        else:
            yield ".".join(reversed(address.split("."))) + ".in-addr.arpa", name


REVERSED = dict(reversed_names())


def answers(name, kind):
    if kind == PTR and name.lower() in REVERSED:
        return [encode(REVERSED[name.lower()])]
    family = {A: socket.AF_INET, AAAA: socket.AF_INET6}.get(kind)
    found = [address for address in ADDRESSES.get(name.lower(), []) if (":" in address) == (kind == AAAA)]
    return [socket.inet_pton(family, address) for address in found] if family else []


def serve(server):
    while True:
        query, client = server.recvfrom(4096)
        name, end = decode(query)
        kind = struct.unpack("!H", query[end:end + 2])[0]
        if name.lower() == "slow.example.org":
            continue
        records = answers(name, kind)
        known = records or name.lower() in ADDRESSES
        reply = query[:2] + struct.pack("!HHHHH", 0x8580 | (0 if known else 3), 1, len(records), 0, 0) + query[12:end + 4]
        for record in records:
            reply += b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 60, len(record)) + record
        server.sendto(reply, client)


def replace(path, text):
    with open(os.path.basename(path), "w") as file:
        file.write(text)
    subprocess.run(["mount", "--bind", os.path.basename(path), path], check=True)


def resolved(ip, *options, name="claimed.example.org"):
    """TCPREMOTEHOST as PROG sees it, and what was said."""
    done = subprocess.run(["relayrules-env", "--resolve", "-v", *options, "-x", "rules.cdb", "sh", "-c", 'printf %s "${TCPREMOTEHOST-none} $MARK"'],
                          env={**ENVIRONMENT, "TCPREMOTEIP": ip, "TCPREMOTEHOST": name}, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.returncode == 0, done
    return done.stdout, done.stderr


def main():
    replace("/etc/resolv.conf", "nameserver 127.0.0.54\noptions timeout:30 attempts:1\n")
    replace("/etc/nsswitch.conf", "hosts: dns\n")
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.54", 53))
    threading.Thread(target=serve, args=(server,), daemon=True).start()
    compile_rules("rules.cdb", '=mail.example.org:allow,MARK="named"\n=.example.org:allow,MARK="domain"\n:allow\n')

    no_name = "relayrules-env: the client has no confirmed name, so rules for names match nobody: "
    for ip, wanted in {"192.0.2.1": "mail.example.org named", "192.0.2.3": "big.example.org domain", "192.0.2.6": "two.example.org domain",
                       "2001:db8::1": "six.example.org domain", "::ffff:192.0.2.1": "mail.example.org named"}.items():
        assert resolved(ip) == (wanted, ""), (ip, resolved(ip))
    # of names with odd bytes the C library hands out none
    for ip, why in {"192.0.2.2": "its name in the DNS leads to other addresses", "192.0.2.4": "Name or service not known",
                    "192.0.2.5": "its name in the DNS is an address", "192.0.2.8": "", "192.0.2.9": "", "192.0.2.11": "", "192.0.2.10": "Name or service not known"}.items():
        host, said = resolved(ip)
        assert host == "none " and said.startswith(no_name + ip + ": " + why) and said.count("\n") == 1, (ip, host, said)
    start = time.monotonic()
    host, said = resolved("192.0.2.7", "--timeout", "1")
    assert host == "none " and said == no_name + "the resolver did not answer in time\n", (host, said)
    assert 0.9 < time.monotonic() - start < 5, time.monotonic() - start

    # without --resolve a name is the server's business
    done = subprocess.run(["relayrules-env", "-x", "rules.cdb", "printenv", "TCPREMOTEHOST"], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                          env={**ENVIRONMENT, "TCPREMOTEIP": "192.0.2.2", "TCPREMOTEHOST": "mail.example.org"})
    assert done.stdout == "mail.example.org\n", done
    # of a proxy's client the name is looked up, and not the proxy's
    done = subprocess.run(["relayrules-env", "--resolve", "--proxy-protocol", "192.0.2.3", "-x", "rules.cdb", "printenv", "TCPREMOTEHOST"],
                          input="PROXY TCP4 192.0.2.1 192.0.2.99 1 2\r\n", capture_output=True, text=True,
                          env={**ENVIRONMENT, "TCPREMOTEIP": "192.0.2.3", "TCPREMOTEHOST": "big.example.org"})
    assert done.stdout == "mail.example.org\n", done
    # who cannot be asked gives no answer: a copy of the program that stands alone
    os.mkdir("alone")
    subprocess.run(["sh", "-c", 'cp "$(command -v relayrules-env)" alone/'], check=True)
    done = subprocess.run(["alone/relayrules-env", "--resolve", "-x", "rules.cdb", "echo", "ran"], env={**ENVIRONMENT, "TCPREMOTEIP": "192.0.2.1"},
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.returncode == 111 and done.stdout == "", done
    assert done.stderr.endswith("/alone/relayrules-resolve: No such file or directory\n"), done


main()
