# shellcheck shell=bash
# stops the server: running requests may finish, then it ends

run_command() {
  local pid
  if ! is_running; then
    say "Sidecar is not running on $DATA"
    return
  fi
  pid=$(cat "$PID_FILE" 2>/dev/null) || die 1 "$PID_FILE is missing; end the process that holds $DATA/sidecar.lock by hand"
  kill -TERM "$pid" || die 1 "may not signal process $pid; try as the user who started it"
  say "stopping; running requests may finish (shutdown_grace_seconds)"
  while is_running; do sleep 0.2; done
  say "stopped"
}
