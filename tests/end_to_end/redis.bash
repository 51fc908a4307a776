# Servers of Redis for a test: source it behind begin.bash. They lie in $room, each in a folder of its name with its socket, and end with the test.
needs redis-cli redis-check-rdb
# the same program under another name: Debian's package redis-server has that name alone, and a service that is started at once
ln -s "$(command -v redis-check-rdb)" redis-server
room=$(mktemp -d /tmp/relayrules.XXXXXX)
chmod 755 "$room"
declare -A pids
end_servers() {
  [ ${#pids[@]} = 0 ] || kill -KILL "${pids[@]}" 2> /dev/null || true
  rm -rf "$room"
}
trap end_servers EXIT

# serve NAME OPTIONS...: starts one, and waits until it answers
serve() {
  local name=$1
  shift
  mkdir -p "$room/$name"
  ./redis-server --port 0 --unixsocket "$room/$name/socket" --unixsocketperm 777 --dir "$room/$name" --save "" "$@" > "$name.log" 2>&1 &
  pids[$name]=$!
  soon "redis-server $name does not answer: see $name.log" is_up "$name"
}
is_up() { redis-cli -s "$room/$1/socket" ping 2> /dev/null | grep -qE 'PONG|NOAUTH|NOPERM|MASTERDOWN'; }

# stop NAME SIGNAL: STOP, CONT or KILL
stop() {
  kill "-$2" "${pids[$1]}"
  [ "$2" = KILL ] || return 0
  wait "${pids[$1]}" 2> /dev/null || true
  unset "pids[$1]"
}

# soon WHAT COMMAND...: the command succeeds within half a minute, or else WHAT is wrong
soon() {
  local what=$1 try
  shift
  for ((try = 0; try < 300; try++)); do
    "$@" && return
    sleep 0.1
  done
  fail "$what"
}
