# shellcheck shell=bash
# says whether the server runs, where, and how it is

run_command() {
  local health pools
  if ! is_running; then
    say "Sidecar is not running on $DATA"
    return 3
  fi
  say "Sidecar is running on $DATA (process $(cat "$PID_FILE" 2>/dev/null || printf '?')) at $ADDRESS"
  need_tools curl
  health=$(ask -m 5 "$ADDRESS/health") || die 1 "it does not answer: it may be starting or stopping (deploy/sidecar logs)"
  words "$health"
  [ -n "$(setting SIDECAR_ADMIN_TOKEN '')" ] || return 0
  pools=$(api GET /pools)
  words "${pools//\},/$'\n'}"
}

# A flat JSON object in words.
words() { # JSON
  sed -e 's/[{}"]//g' -e 's/:/: /g' -e 's/,/, /g' <<<"$1"
}
