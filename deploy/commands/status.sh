# shellcheck shell=bash
# says whether the server runs, where, and how it is

run_command() {
  need_tools curl
  if ! is_running; then
    say "Sidecar is not running on $DATA"
    return 3
  fi
  say "Sidecar is running on $DATA (process $(cat "$PID_FILE" 2>/dev/null || echo '?')) at $ADDRESS"
  curl -sS -m 5 "$ADDRESS/health" || die 1 "it does not answer"
  printf '\n'
  api GET /pools
}
