# shellcheck shell=bash
# stops the server: running requests may finish, then it ends

MARGIN_SECONDS=60 # beyond what running requests get

run_command() {
  local pid grace until
  if ! is_running; then
    say "Sidecar is not running on $DATA"
    return
  fi
  pid=$(cat "$PID_FILE" 2>/dev/null) || die 1 "$PID_FILE is missing; end the process that holds $DATA/sidecar.lock by hand"
  # a restore holds the lock too, and the number of a server that was killed may be somebody else's by now
  [ "/proc/$pid/fd/9" -ef "$DATA/sidecar.lock" ] \
    || die 1 "no server runs: another command (a restore?) works on $DATA, or process $pid is another user's"
  grace=$(setting SIDECAR_SHUTDOWN_GRACE_SECONDS 30)
  until=$((SECONDS + ${grace%%[!0-9]*} + MARGIN_SECONDS))
  kill -TERM "$pid" || die 1 "may not signal process $pid; try as the user who started it"
  say "stopping; running requests may finish (shutdown_grace_seconds)"
  while is_running; do
    [ "$SECONDS" -lt "$until" ] || die 1 "process $pid still runs; what it does is in its log. To end it at once, which loses a second of usage: kill -KILL $pid"
    sleep 0.2
  done
  say "stopped"
}
