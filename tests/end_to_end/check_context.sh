#!/bin/bash
# relayrules check and compile with --program, --service and --paranoid: what the user says of the program reaches the checks.
source "$SOURCE/tests/end_to_end/begin.bash"

printf '=mail.example.com:allow,RELAYCLIENT=""\n:allow\n' > name.tcp.smtp
expect 1 "*error: whoever gives his address a name*domain-trust*" relayrules check name.tcp.smtp
expect 1 "*warning: DNS alone says*domain-trust*" relayrules check --paranoid name.tcp.smtp
expect 1 "*was not written*" relayrules compile name.tcp.smtp -o name.cdb
expect 0 "*domain-trust*" relayrules compile --paranoid name.tcp.smtp -o name.cdb
printf '10.:allow,RELAYCLIENT=""\n \n:allow\n' > blank.tcp.smtp
expect 1 "*hangs-old-compiler*" relayrules check --from tcprules --program ucspi-tcp-ipv6 blank.tcp.smtp
expect 1 "*never ends on it*line-without-colon*" relayrules check --program ucspi-tcp-ipv6 blank.tcp.smtp
expect 0 "*private-net-relay*" relayrules check --program tcpserver blank.tcp.smtp
expect 1 "*unauthenticated-submission*" relayrules check --service submission blank.tcp.smtp
expect 1 "*variable-without-reader*" relayrules check --service pop3 blank.tcp.smtp
expect 2 "*--program*" relayrules check --program inetd blank.tcp.smtp
expect 2 "*--service*" relayrules check --service nntp blank.tcp.smtp
