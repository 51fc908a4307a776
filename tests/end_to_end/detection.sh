#!/bin/bash
# What a file is: by its name, by proof in its text, or not at all. Files of other programs are full of "word : something",
# and none of them may be read as hosts.allow, whatever is asked.
source "$SOURCE/tests/end_to_end/begin.bash"

# unknown FILE WHY: no command reads it, and each says the same.
unknown() {
  local file=$1 why="relayrules: cannot tell the format of '$1': $2"
  expect 3 "$why" relayrules check "$file"
  expect 3 "$why" relayrules check --daemon hostlist "$file"
  no_rules "$file" "$2"
}
# no_rules FILE WHY: only check may read it, as the configuration of a server.
no_rules() {
  local file=$1 why="relayrules: cannot tell the format of '$1': $2"
  expect 3 "$why" relayrules audit "$file"
  expect 3 "$why" relayrules audit --daemon hostlist "$file"
  expect 3 "$why" relayrules lookup "$file" --daemon hostlist --ip 192.0.2.1
  expect 3 "$why" relayrules compile "$file" --daemon hostlist -o out.cdb
  [ ! -e out.cdb ] || fail "$file was compiled"
}
# known FORMAT TEXT: what is read from standard input, without a name.
known() {
  [[ $(printf '%b' "$2" | relayrules check -v - 2>&1) == "<standard input>: $1"* ]] || fail "'$2' is not read as $1"
}

nothing="neither its name nor its text tells; name it with --from (cidr_table, *)"
perhaps="its lines could be hosts_access, and nothing in them is proof; name it with --from if it is"

# ---- other mail servers are told apart, and what can be asked there
exim="it is Exim's configuration; relayrules does not read it; 'exim -bh ADDRESS' tries what a client may do"
printf 'domainlist d = a.example : b.example\nhostlist relay_from_hosts = 127.0.0.1 : 0.0.0.0/0\n' > exim4.conf
cp exim4.conf lists
printf 'begin acl\nacl_check:\n  accept hosts = : +relay\n' > acl
for file in exim4.conf lists acl; do unknown $file "$exim"; done
postfix="it is Postfix' configuration; read it with --program postfix: 'relayrules check' finds its mistakes, "
postfix+="'audit' tells who may relay"
printf 'smtpd_banner = $myhostname\nmynetworks = 0.0.0.0/0\n' > settings
no_rules settings "$postfix"
expect 1 "settings: main.cf*[RR401 open-relay]*" relayrules check -v settings
printf '10.0.0.0/8 OK\n0.0.0.0/0 REJECT\n' > clients.cidr
expect 0 "clients.cidr: cidr_table*" relayrules check -v --fail-on error clients.cidr
printf '127.0.0.0/8\n[::1]/128\n' > nets
unknown nets "its lines are networks, as in Postfix' mynetworks; read them with --from mynetworks"
expect 0 "nets: mynetworks" relayrules check -v --from mynetworks nets
printf 'Connect:192.0.2\tRELAY\nFrom:a@b.example\tREJECT\n' > access
printf 'localhost RELAY\n192.168.1 OK\n10 550 no\n' > table
expect 0 "access: sendmail_access*" relayrules check -v access
unknown table "its lines are an access table, as Sendmail, Postfix and Courier have; read Postfix' with *"
printf 'divert(-1)\ninclude(`m4/cf.m4'"'"')\nFEATURE(`access_db'"'"')\n' > sendmail.mc
mv sendmail.mc macros
expect 0 "macros: sendmail.mc" relayrules check -v macros
no_rules macros "it is Sendmail's configuration; name the folder that it lies in: 'relayrules audit /etc/mail --program sendmail'"
printf 'pki x cert: "/etc/ssl/x.pem"\nlisten on all\n' > smtpd.conf
unknown smtpd.conf "it is OpenSMTPD's configuration; *"
printf '{"sshd": "10.0.0.1"}\n' > config.json
unknown config.json "it is JSON; give the rules as plain text"

# ---- colons of other files are no proof
printf 'trusted: 10.0.0.0/8\n' > config.yml
printf 'root: admin\npostmaster: root\nsshd: root@example.com\n' > aliases
printf 'mynetworks: 0.0.0.0/0\n' > values.yml
printf 'level: ALL\nlog: UNKNOWN\n' > log.yml
printf 'www : 10.0.0.1 10.0.0.2\n' > upstreams
for file in config.yml aliases values.yml log.yml upstreams; do unknown $file "$perhaps"; done
printf -- '---\nALL: 10.0.0.1\n' > all.yml
printf 'ALL: a.o b.o\n\tcc a.o b.o\na.o: a.c\n\tcc -c a.c\n' > Makefile
for file in all.yml Makefile; do unknown $file "its lines could be hosts_access, *"; done
printf 'hosts:\n  - name: sshd\n    nets: ["10.0.0.0/8"]\n' > play.yml
printf 'root:x:0:0:root:/root:/bin/sh\nsshd:x:100:65534::/run/sshd:/usr/sbin/nologin\n' > accounts
printf '[server]\nhost = a : b\n' > app.ini
printf 'FROM debian:12\nRUN echo "ALL: ALL" > /etc/x\n' > Dockerfile
printf 'server {\n  allow 10.0.0.0/8;\n  proxy_pass http://a:80;\n}\n' > nginx.conf
printf 'root ALL=(ALL:ALL) ALL\n%%sudo ALL=(ALL) NOPASSWD: ALL\n' > sudoers
printf 'Nov 28 01:02:03 mx sshd[1]: refused connect from 192.0.2.1\n' > auth.log
printf 'Allow this first:\nsshd: 10.0.0.1\nand then that.\n' > README
printf -- '-:ALL EXCEPT root:LOCAL\n+:root:10.0.0.0/8\n' > pam
for file in play.yml app.ini Dockerfile nginx.conf sudoers pam; do unknown $file "$nothing"; done
for file in accounts auth.log README; do unknown $file "*name it with --from*"; done

# ---- words of other programs that libwrap has, too
printf 'groups: ALL\nwheel: LOCAL\n' > roles
printf 'step: run : spawn x\n' > steps.yml
printf 'on : push : deny\n' > hooks.yml
printf 'mine: LOCAL\n' > mine
printf 'branches : ALL EXCEPT main\n' > branches.yml
printf 'api : backend.example.com : allow\n' > gateway
printf 'rpc.version: 1.5\nin.timeout: 2.5.1\n' > app.properties
printf 'staff : KNOWN : allow\nothers : UNKNOWN : deny\n' > doors
printf 'root : admin.example.com\n' > virtual
for file in roles steps.yml hooks.yml mine branches.yml gateway app.properties doors virtual; do unknown $file "$perhaps"; done
# ---- and of tcprules
printf '12:deny\n13:allow\n' > codes
printf '2026-11-28:deny\n' > days
printf 'joe@example.com:allow\n' > people
printf 'face::deny\n' > words.cc
printf 'name,access\n1,2:deny\n' > table.csv
tcprules="its lines could be *tcprules, and nothing in them is proof; name it with --from if it is"
for file in codes days people words.cc table.csv; do
  unknown $file "$tcprules"
  cp $file before
  expect 3 "*cannot tell the format of '$file'*" relayrules check --fix $file
  cmp -s before $file || fail "$file was repaired, and is no rule file"
done

# ---- proof
known hosts_access 'ALL: 10.0.0.0/8\n'
known hosts_access 'ALL : ALL\n'
known hosts_access 'sshd: 192.0.2.\n'
known hosts_access 'sshd:all\n'
known hosts_access 'in.telnetd, x: .example.com\n'
known hosts_access 'mine: ALL EXCEPT 10.0.0.1\n'
known hosts_access 'mine: 10.0.0.1 : setenv RELAYCLIENT\n'
known hosts_access 'mine: 10. : spawn /bin/true : allow\n'
known hosts_access 'mine: a b c : deny\nsshd : 10. \\\n  192.168.\n'
known hosts_access 'ALL: [2001:db8::]/32 @trusted\n'
known tcprules '127.:allow,RELAYCLIENT=""\n:deny\n'
known tcprules '# note\n=.example.com:deny\n'
known tcprules 'joe@10.1.2.3:allow\n'
known tcprules-extended '# relayrules: extended\nALL: ALL\n'
[[ $(printf '::1:allow\n:deny\n' | relayrules check -v --program ucspi-tcp-ipv6 - 2>&1) == "<standard input>: tcprules-ipv6"* ]] ||
  fail "the rules of ucspi-tcp-ipv6 are not told"
printf 'policy:deny\n' > words
unknown words "its lines could be hosts_access or tcprules, and nothing in them is proof; name it with --from if it is"
printf 'a.example\nb.example\n' > domains
unknown domains "its lines could be rcpthosts, and nothing in them is proof; name it with --from if it is"

# ---- two names: the text tells, or nobody does
printf '10.:allow\n:deny\n' > hosts.allow.rules
expect 0 "hosts.allow.rules: tcprules" relayrules check -v hosts.allow.rules
printf '# empty\n' > hosts.allow.rules
unknown hosts.allow.rules "it can be each of these: hosts_access, tcprules; name the one with --from"

# ---- in a folder, what is not proved is left alone, and what is proved is read
mkdir folder
cp config.yml Makefile accounts folder
printf 'sshd : 192.0.2.\n' > folder/list
expect 0 "*folder/list: hosts_access*folder/accounts: skipped, no rule file*" relayrules check -v folder
