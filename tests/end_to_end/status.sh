#!/bin/bash
# relayrules status: each state of a database with its exit code, in all four forms; the hash is sha256sum's, the verdict audit's.
source "$SOURCE/tests/end_to_end/begin.bash"

printf '127.:allow,RELAYCLIENT=""\n8.8.8.8-15:allow,RELAYCLIENT=""\n:allow\n' > tcp.smtp
relayrules compile -q tcp.smtp -o db.cdb
hash=$(sha256sum < db.cdb | cut -d ' ' -f 1)
source_hash=$(sha256sum < tcp.smtp | cut -d ' ' -f 1)
expect 0 "db.cdb: OK*age     [0-9]* s*not an open relay, public addresses that may relay: 8 IPv4, 0 IPv6*sha256  $hash*source  $source_hash  tcp.smtp" \
  relayrules status db.cdb --source tcp.smtp --max-age 2h
expect 0 "RELAYRULES OK - public addresses that may relay: 8 IPv4, 0 IPv6 | age=[0-9]*s;5400 public_ipv4=8 public_ipv6=0" \
  relayrules status db.cdb --max-age 90m --format nagios
[ "$(relayrules status db.cdb --format nagios | wc -l)" = 1 ] || fail "more than one line for a plugin"

# ---- too old, from the future
touch -d '8 days ago' db.cdb
expect 0 "*OK*" relayrules status db.cdb --max-age 9d
expect 1 "RELAYRULES WARNING - it is 8 days old; public*age=69[0-9]*s;604800 *" relayrules status db.cdb --max-age 7d --format nagios
touch -d '2 days' db.cdb
expect 1 "*WARNING*by its time*" relayrules status db.cdb
touch db.cdb

# ---- not what the source says; a source that nobody can compare with
printf '127.:allow,RELAYCLIENT=""\n:allow\n' > other.tcp.smtp
expect 1 "*WARNING*it is not what its source says: it has records that no rule here gives*" relayrules status db.cdb --source other.tcp.smtp
expect 1 "*WARNING*it cannot be compared with its source: cannot open 'none.tcp.smtp'*" relayrules status db.cdb --source none.tcp.smtp
printf '127.:allov\n' > bad.tcp.smtp
expect 1 "*WARNING*it cannot be compared with its source: 'bad.tcp.smtp' is in error*" relayrules status db.cdb --source bad.tcp.smtp
printf 'tcp-env : 127. : setenv = RELAYCLIENT\n' > hosts.allow
relayrules compile -q hosts.allow --daemon tcp-env -o hosts.cdb
expect 0 "*OK*" relayrules status hosts.cdb --source hosts.allow --daemon tcp-env
printf 'tcp-env : 127. EXCEPT PARANOID : setenv = RELAYCLIENT\n' > hosts.allow
expect 1 "*no database can say its rules: 'relayrules compile' tells why*" relayrules status hosts.cdb --source hosts.allow --daemon tcp-env

# ---- critical: open, missing, damaged, a text; open is what audit calls open, and the worst decides
printf ':allow,RELAYCLIENT=""\n' | relayrules compile -q --no-check - -o open.cdb
expect 1 "*OPEN RELAY*" relayrules audit open.cdb
touch -d '8 days ago' open.cdb
expect 2 "RELAYRULES CRITICAL - open relay: *; it is 8 days old; *" relayrules status open.cdb --max-age 1d --format nagios
expect 2 "RELAYRULES CRITICAL - cannot open 'none.cdb': No such file or directory" relayrules status none.cdb --format nagios
head -c 2100 db.cdb > short.cdb
expect 2 "*CRITICAL*it is no whole CDB*" relayrules status short.cdb
expect 2 "*CRITICAL*it is no whole CDB*" relayrules status tcp.smtp
mkdir folder
expect 2 "*CRITICAL*cannot*folder*" relayrules status folder

# ---- unknown: a wrong command line is no state of the database
for wrong in 90 7w -1h h 99999999999999d; do
  expect 3 "*'$wrong' is no time; write for instance 90m, 2h or 7d*" relayrules status db.cdb "--max-age=$wrong"
done
expect 3 "*" relayrules status
expect 3 "relayrules: cannot write*" bash -c 'relayrules status db.cdb > /dev/full'

# ---- for programs
for database in db.cdb open.cdb none.cdb; do
  relayrules status $database --source tcp.smtp --max-age 1d --format json > $database.json || true
  relayrules status $database --source tcp.smtp --max-age 1d --format prometheus > $database.prom || true
done
HASH=$hash SOURCE_HASH=$source_hash python3 - << 'END' || fail "JSON or Prometheus' text is not as relayrules(1) says"
import json, os, re
wanted = ["status", "problems", "database", "sha256", "age_seconds", "max_age_seconds", "open_relay", "reasons", "public_ipv4",
          "public_ipv6", "sources", "same_as_source", "serial", "not_after", "recorded_sources", "update_failure"]
def metrics(path):
    values, typed = {}, set()
    for line in open(path):
        kind = re.fullmatch(r"# (HELP|TYPE) (relayrules_[a-z0-9_]+) (.+)\n", line)
        if kind:
            if kind[1] == "TYPE":
                assert kind[3] == "gauge" and kind[2] not in typed, line
                typed.add(kind[2])
            continue
        sample = re.fullmatch(r'(relayrules_[a-z0-9_]+)\{database="([^"\\]*)"(,sha256="[0-9a-f]{64}")?\} ([0-9]+)\n', line)
        assert sample and sample[1] in typed, line
        values[sample[1].removeprefix("relayrules_")] = int(sample[4])
    return values
good, open_, none = (json.load(open(name + ".json")) for name in ("db.cdb", "open.cdb", "none.cdb"))
for found in (good, open_, none):
    assert list(found) == wanted, found
assert good["status"] == "OK" and good["problems"] == [] and good["sha256"] == os.environ["HASH"], good
assert good["sources"] == [{"file": "tcp.smtp", "sha256": os.environ["SOURCE_HASH"]}] and good["same_as_source"] is True, good
assert good["public_ipv4"] == "8" and good["public_ipv6"] == "0" and good["max_age_seconds"] == 86400, good
assert open_["status"] == "CRITICAL" and open_["open_relay"] is True and "too-wide" in open_["reasons"], open_
assert open_["same_as_source"] is False and len(open_["problems"]) == 3, open_
assert none["status"] == "CRITICAL" and none["sha256"] is None and none["open_relay"] is None and none["public_ipv4"] is None, none
good, open_, none = (metrics(name + ".prom") for name in ("db.cdb", "open.cdb", "none.cdb"))
assert good.pop("age_seconds") < 3600, good
assert good == {"status": 0, "readable": 1, "open_relay": 0, "public_ipv4_addresses": 8, "public_ipv6_addresses": 0, "info": 1,
                "same_as_source": 1, "update_failed": 0}, good
assert open_["open_relay"] == 1 and open_["status"] == 2 and open_["same_as_source"] == 0, open_
assert none == {"status": 2, "readable": 0, "update_failed": 0}, none
END
echo "all good"
