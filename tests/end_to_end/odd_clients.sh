#!/bin/bash
# Names and ident answers come from the client and may hold any byte: what such a client gets from the original tcprulescheck, no
# proof of ours may deny.
source "$SOURCE/tests/end_to_end/begin.bash"

# relays HOST INFO ADDRESS: true when the original lets that client relay by rules.cdb.
relays() {
  TCPREMOTEIP=$3 TCPREMOTEHOST=$1 TCPREMOTEINFO=$2 /usr/bin/tcprulescheck rules.cdb | grep -q RELAYCLIENT
}

# ---- each row: the address of a rule that grants relaying, and a client that the original grants it to
while read -r address host info ip; do
  printf '%s:allow,RELAYCLIENT=""\n:allow\n' "$address" > tcp.smtp
  /usr/bin/tcprules rules.cdb tmp < tcp.smtp
  relays "$host" "$info" "$ip" || fail "the original does not let $info at $host ($ip) relay by $address"
  printf 'any no-relay\n' > tcp.smtp.expect
  said=$(relayrules test tcp.smtp.expect 2>&1) && fail "test: nobody relays by $address: $said"
  said=$(relayrules diff tcp.smtp <(printf ':allow\n') --from tcprules 2>&1) && fail "diff sees nothing in $address: $said"
  said=$(relayrules audit tcp.smtp 2>&1) && [[ $said != *"may relay: "* ]] && fail "audit: nobody relays by $address: $said"
  said=$(relayrules minimise tcp.smtp 2>&1) && [[ $said != *RELAYCLIENT* ]] && fail "minimise drops $address: $said"
  relayrules minimise rules.cdb > /dev/null 2>&1 || [ $? != 134 ] || fail "minimise aborts on the key $address"
  said=$(relayrules check tcp.smtp 2>&1) || true
  [[ $said != *"can never match"* ]] || fail "check calls $address dead: $said"
done <<'END'
joe@=a@b a@b joe 9.9.9.9
x@=y@1.2.3.4 q x@=y 1.2.3.4
x@=y@1.2.3.4 y@1.2.3.4 x 9.9.9.9
=@1.2.3.4 q = 1.2.3.4
=@1.2.3.4 @1.2.3.4 q 9.9.9.9
=a@b a@b q 9.9.9.9
a@b@=c@d c@d a@b 9.9.9.9
=.a .a q 9.9.9.9
END

# ---- an IPv4 client in IPv6 clothes is the IPv4 client, however it is spelt: alone, in a list, and for the compiled rules
printf '10.1.2.3:deny\n:allow,RELAYCLIENT=""\n' > tcp.smtp
relayrules compile -q --no-check tcp.smtp -o rules.cdb
for rules in tcp.smtp rules.cdb; do
  for ip in ::ffff:10.1.2.3 ::FFFF:a01:203 0:0:0:0:0:ffff:10.1.2.3; do
    said=$(relayrules lookup $rules --ip "$ip") || fail "lookup $rules --ip $ip: exit code $?"
    [[ $said == "10.1.2.3: deny"* ]] || fail "lookup $rules --ip $ip: $said"
    said=$(relayrules lookup $rules - <<< "$ip") || fail "a list with $ip: exit code $?"
    [[ $said == *'"verdict":"deny"'* ]] || fail "a list with $ip: $said"
  done
done
