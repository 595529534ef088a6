# shellcheck shell=bash
# starts the server in the background and waits until it answers

run_command() {
  local log=$DATA/sidecar.log pid
  ! is_running || die 2 "Sidecar is running already on $DATA"
  need_tools curl
  (umask 077 && mkdir -p "$DATA" && : >>"$log")
  SIDECAR_DATA_DIR=$DATA setsid deploy/run.sh </dev/null >>"$log" 2>&1 &
  pid=$!
  say "starting; the log is $log"
  while ! curl -sf -o /dev/null -m 2 "$ADDRESS/health"; do
    if ! kill -0 "$pid" 2>/dev/null; then
      tail -n 5 "$log" >&2
      die 1 "the server did not start"
    fi
    sleep 0.5
  done
  say "Sidecar is ready at $ADDRESS"
  grep -F "admin token (shown only now" "$log" | tail -n 1 || true
}
