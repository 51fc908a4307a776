#!/bin/bash
# .relayrules.toml: thresholds, and that `relayrules compile` listens to it as `relayrules check` does.
source "$SOURCE/tests/end_to_end/begin.bash"

# says CODE TEXT ARGUMENTS...: exit code and both streams of `relayrules ARGUMENTS...`, exactly.
says() {
  local code=$1 text=$2 got=0 said
  shift 2
  said=$(relayrules "$@" 2>&1 < /dev/null) || got=$?
  [ "$said" = "$text" ] || fail "$*: said '$said', not '$text'"
  [ "$got" = "$code" ] || fail "$*: exit code $got instead of $code ($said)"
}

# ---- thresholds: the usual ones, others, others for some files
mkdir lab
cat > hosts.allow << 'END'
tcp-env : 198.41.0.0/255.255.252.0 : setenv = RELAYCLIENT
tcp-env : 198.41.8. : setenv = RELAYCLIENT
tcp-env : [2a01:4f8:7::]/44 : setenv = RELAYCLIENT
END
cp hosts.allow lab/hosts.allow
v4="'198.41.0.0/255.255.252.0' lets 1,024 public addresses relay [wide-relay-net]"
v6="'[2a01:4f8:7::]/44' lets a whole /44 of public IPv6 addresses relay [wide-relay-net]"
says 1 "hosts.allow:1:11: warning: $v4
hosts.allow:3:11: warning: $v6" check --format gcc hosts.allow
cat > .relayrules.toml << 'END'
[thresholds]
wide-relay-net-ipv4 = 22
[[path]]
files = "lab/*"
thresholds = { wide-relay-net-ipv4 = 25, wide-relay-net-ipv6 = 0 }
END
says 1 "hosts.allow:3:11: warning: $v6
lab/hosts.allow:1:11: warning: $v4
lab/hosts.allow:2:11: warning: '198.41.8.' lets 256 public addresses relay [wide-relay-net]" check --format gcc hosts.allow lab
says 1 "hosts.allow:1:11: warning: $v4
hosts.allow:3:11: warning: $v6" check --format gcc --no-config hosts.allow
printf '[thresholds]\nwide-relay-net-ipv4 = 0\nwide-relay-net-ipv6 = 32\n' > .relayrules.toml
says 0 "" check --format gcc hosts.allow
says 0 "" check -q --diff hosts.allow

said=$(relayrules check -v --select RR9 hosts.allow lab 2>&1) || fail "settings that are named: $said"
[[ $said == "hosts.allow: hosts_access, settings of .relayrules.toml
lab/hosts.allow: hosts_access, settings of .relayrules.toml"* ]] || fail "settings that are named: $said"
says 0 "hosts.allow: hosts_access" check -v --no-config --select RR9 --format gcc hosts.allow

# ---- those of others are passed by, in any folder above; what root wrote, or whoever called sudo, is used
if [ "$(id -u)" = 0 ]; then
  mkdir -p shared/mine
  printf ':allow,RELAYCLIENT=""\n' > shared/mine/tcp.smtp
  for folder in shared shared/mine; do
    printf 'ignore = ["RR"]\n' > $folder/.relayrules.toml
    says 0 "" check --format gcc shared/mine/tcp.smtp
    chown 65534 $folder/.relayrules.toml
    refused="relayrules: cannot use '$folder/.relayrules.toml': it belongs to another user, and nobody named it with --config"
    expect 1 "$refused
*this is an open relay*" relayrules check shared/mine/tcp.smtp
    expect 1 "$refused
*this is an open relay*" relayrules compile shared/mine/tcp.smtp -o out.cdb
    says 0 "" check --format gcc --config $folder/.relayrules.toml shared/mine/tcp.smtp
    SUDO_UID=65534 says 0 "" check --format gcc shared/mine/tcp.smtp
    SUDO_UID=65533 expect 1 "$refused*" relayrules check shared/mine/tcp.smtp
    rm $folder/.relayrules.toml
  done
  rm -r shared
else
  echo "NOT TESTED: settings of other users, which only root can make"
fi

# ---- mistakes in them
cat > .relayrules.toml << 'END'
[thresholds]
wide-relay-net-ipv4 = 33
wide-relay-net-ipv6 = "48"
wide-relay-net = 20
END
says 1 ".relayrules.toml:2:23: error: this is no prefix length [bad-setting]
.relayrules.toml:3:23: error: this is no prefix length [bad-setting]
.relayrules.toml:4:1: error: there is no threshold 'wide-relay-net' [bad-setting]" check --format gcc --select RR9 hosts.allow
said=$(relayrules check hosts.allow) || true
[[ $said == *"help: write a number from 0 to 32"* && $said == *"help: write a number from 0 to 128"* &&
  $said == *"help: known are 'wide-relay-net-ipv4', 'wide-relay-net-ipv6'"* ]] || fail "repairs of thresholds: $said"
printf 'thresholds = 24\n' > .relayrules.toml
said=$(relayrules check --select RR9 hosts.allow) || true
[[ $said == *"'thresholds' is a table"*"help: write '[thresholds]'"* ]] || fail "thresholds that are no table: $said"
rm .relayrules.toml

# ---- compile: what check would not say stops nothing, and what it would say stops it
printf ':allow,RELAYCLIENT=""\n' > open.tcp.smtp
printf '10.1:deny\n:allow\n' > dead.tcp.smtp
printf '10.:alow\n:allow\n' > wrong.tcp.smtp
refuses() {
  local pattern=$1 got=0
  shift
  relayrules compile "$@" -o out.cdb 2> said || got=$?
  [ "$got" = 1 ] && [ ! -e out.cdb ] && grep -qF "$pattern" said || fail "compile $*: exit code $got, $(cat said)"
}
compiles() {
  relayrules compile "$@" -o out.cdb 2> said || fail "compile $*: exit code $?, $(cat said)"
  rm out.cdb || fail "compile $* wrote nothing"
}
refuses "this is an open relay" open.tcp.smtp
printf 'ignore = ["open-relay"]\n' > .relayrules.toml
says 0 "" compile open.tcp.smtp -o out.cdb
compiles open.tcp.smtp
refuses "this is an open relay" --no-config open.tcp.smtp
printf '[severity]\nopen-relay = "warning"\n' > .relayrules.toml
compiles open.tcp.smtp
printf '[[path]]\nfiles = "dead.*"\nseverity = { prefix-without-dot = "error" }\n' > .relayrules.toml
refuses "error: '10.1' can never match a client" dead.tcp.smtp
compiles --ignore prefix-without-dot dead.tcp.smtp
compiles --select RR4 dead.tcp.smtp
compiles --no-check dead.tcp.smtp
says 2 "relayrules: there is no check 'open-rely'; did you mean 'open-relay'? ('relayrules checks' lists them)" compile --select open-rely dead.tcp.smtp -o out.cdb
says 3 "relayrules: cannot open 'none.toml': No such file or directory" compile --config none.toml dead.tcp.smtp -o out.cdb

# ---- thresholds too, and of rules from standard input
printf '[thresholds]\nwide-relay-net-ipv4 = 16\n[severity]\nwide-relay-net = "error"\n' > .relayrules.toml
printf '198.41.:allow,RELAYCLIENT=""\n:allow\n' > wide.tcp.smtp
compiles wide.tcp.smtp
refuses "lets 65,536 public addresses relay" --no-config --fail-on warning wide.tcp.smtp
relayrules compile -q --from tcprules - -o out.cdb < wide.tcp.smtp || fail "settings are not for standard input"

# ---- and what cannot be compiled is an error whatever they say
rm out.cdb
printf 'ignore = ["RR1"]\n[severity]\nbad-verdict = "note"\n' > .relayrules.toml
refuses "'alow' is no verdict" wrong.tcp.smtp
grep -q "'bad-verdict' is always an error" said || fail "settings in error: $(cat said)"
printf 'ignroe = []\n' > .relayrules.toml
refuses "there is no setting 'ignroe'" dead.tcp.smtp

