# shellcheck shell=bash
# starts the server in the background and waits until it answers

run_command() {
  local log=$DATA/sidecar.log first=no pid
  if is_running; then die 2 "Sidecar is running already on $DATA"; fi
  need_tools curl
  [ -e "$DATA/sidecar.env" ] || first=yes
  (umask 077 && mkdir -p "$DATA") || die 2 "SIDECAR_DATA_DIR: cannot make $DATA"
  # one log a start; that of the start before is kept
  if [ -s "$log" ]; then mv -f "$log" "$log.1"; fi
  (umask 077 && : >"$log") || die 2 "$log cannot be written"
  SIDECAR_DATA_DIR=$DATA setsid deploy/run.sh </dev/null >>"$log" 2>&1 &
  pid=$!
  say "starting; the log is $log"
  until is_ready "$log"; do
    if ! kill -0 "$pid" 2>/dev/null; then
      tail -n 5 "$log" >&2
      die 1 "the server did not start"
    fi
    sleep 0.5
  done
  say "Sidecar is ready at $ADDRESS"
  if [ "$first" = yes ] && [ -e "$DATA/sidecar.env" ] && [ -z "${SIDECAR_ADMIN_TOKEN:-}" ]; then
    say "admin token (shown only now, kept in $DATA/sidecar.env): $(setting SIDECAR_ADMIN_TOKEN '')"
  fi
}

# Not before run.sh has found the ports free: until then it may be somebody else who answers there.
is_ready() { # LOG
  grep -q 'starting Sidecar at ' "$1" && ask -f -o /dev/null -m 2 "$ADDRESS/health" 2>/dev/null
}
