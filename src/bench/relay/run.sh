#!/usr/bin/env bash
# What a plain exchange costs, beside nginx as a plain proxy on the same machine in the same minutes. README.md says more.
set -euo pipefail
HERE=$(dirname "$(readlink -f "$0")")
cd "$HERE/../../.."
# shellcheck source=deploy/lib.sh
. deploy/lib.sh
# shellcheck source=src/bench/tools.sh
. src/bench/tools.sh

usage() {
  cat <<'END'
usage: src/bench/relay/run.sh [--warm SECONDS] [--seconds SECONDS] [--rounds N] [--before CHECKOUT]
  --warm     load before the first reading (60)
  --seconds  of a reading (8)
  --rounds   readings of each, one after the other (9)
  --before   another version, in a directory of its own, which is measured in turns with this one
END
}

WARM=60
LONG=8
ROUNDS=9
CONNECTIONS=32
BEFORE=
PIDS=()
declare -A PORTS=() SERVERS=()

# shellcheck disable=SC2317 # the traps call it
clean_up() {
  trap - EXIT INT TERM
  local pid
  for pid in "${PIDS[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait
  rm -rf "$WORK"
}

# start_nginx NAME, what stands in its http block on standard input: leaves the process in STARTED. One process, so that its CPU is all there is.
start_nginx() {
  local place=$WORK/$1 part
  mkdir -p "$place"
  {
    printf '%s\n' "daemon off; master_process off; pid $place/pid; error_log $place/error.log;" "events { worker_connections 1024; }"
    printf '%s\n' "http { access_log off; keepalive_requests 100000000; default_type application/json;"
    for part in client_body proxy fastcgi uwsgi scgi; do printf '%s\n' "${part}_temp_path $place/$part;"; done
    cat
    printf '}\n'
  } >"$place/nginx.conf"
  "$NGINX" -e "$place/error.log" -c "$place/nginx.conf" &
  STARTED=$!
  PIDS+=("$STARTED")
}

# An answer of 0.4 KB.
start_upstream() {
  local answer='{"id":"chatcmpl-0","object":"chat.completion","created":1700000000,"model":"tiny","choices":[{"index":0,"message":{"role":"assistant","content":"'
  answer+=$(printf 'four words of answer %.0s' {1..8})
  answer+='"},"finish_reason":"stop"}],"usage":{"prompt_tokens":120,"completion_tokens":40,"total_tokens":160}}'
  UPSTREAM=$(free_port)
  start_nginx upstream <<END
server { listen 127.0.0.1:$UPSTREAM; location / { return 200 '$answer'; } }
END
  wait_until 60 curl -sf "http://127.0.0.1:$UPSTREAM/"
}

start_proxy() {
  local port
  port=$(free_port)
  start_nginx proxy <<END
upstream it { server 127.0.0.1:$UPSTREAM; keepalive 64; keepalive_requests 100000000; }
server { listen 127.0.0.1:$port; location / { proxy_pass http://it; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; } }
END
  PORTS[nginx]=$port
  SERVERS[nginx]=$STARTED
  write_requests "$WORK/nginx.lua" none
  wait_until 60 curl -sf "http://127.0.0.1:$port/"
}

# start_sidecar NAME CHECKOUT: as shipped, with a client's token and limits, which are above what it can reach; leaves its port and process in
# PORTS and SERVERS, and the requests for it, of 0.7 KB, in a file.
start_sidecar() {
  local client requests=$WORK/$1.lua WORK=$WORK/$1 CHECKOUT=$2
  mkdir "$WORK"
  start_gateway SIDECAR_METRICS_PORT="$(free_port)"
  PORTS[$1]=$SIDECAR
  SERVERS[$1]=$(<"$WORK/data/sidecar.pid")
  admin /backends '{"name":"stub","api_base_url":"http://127.0.0.1:'"$UPSTREAM"'","api_key":"sk-stub-0123456789","rpm_limit":1000000,
    "model_mappings":{"small":{"native_id":"tiny"}}}' >/dev/null
  client=$(admin /clients '{"name":"bench","rpm_limit":1000000,"max_concurrency":1000}' | jq -r .token)
  write_requests "$requests" "$client"
}

write_requests() { # FILE TOKEN
  cat >"$1" <<END
wrk.method = "POST"
wrk.headers["Authorization"] = "Bearer $2"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"model":"small","messages":[{"role":"user","content":"' .. string.rep("words ", 106) .. '"}]}'
END
}

# load NAME SECONDS: prints how many requests were answered with 200.
load() {
  wrk -t1 -c"$CONNECTIONS" -d"$2s" -s "$WORK/$1.lua" "http://127.0.0.1:${PORTS[$1]}/v1/chat/completions" >"$WORK/wrk"
  if grep -q Non-2xx "$WORK/wrk"; then die 1 "not everything was answered: $(<"$WORK/wrk")"; fi
  awk '/requests in/ { print $1 }' "$WORK/wrk"
}

# Hundredths of a second of CPU, user and system.
ticks() { # PID
  awk '{ sub(/.*\) /, ""); print $12 + $13 }' "/proc/$1/stat"
}

# cost NAME: microseconds of CPU a request, and requests a second.
cost() {
  local before answered
  before=$(ticks "${SERVERS[$1]}")
  answered=$(load "$1" "$LONG")
  awk -v t=$(($(ticks "${SERVERS[$1]}") - before)) -v n="$answered" -v s="$LONG" 'BEGIN { printf "%.1f %d\n", t * 10000 / n, n / s }'
}

# The middle one of the numbers on standard input.
median() { sort -g | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }

while [ "$#" -gt 0 ]; do
  case $1 in
    --warm) WARM=$2 ;;
    --seconds) LONG=$2 ;;
    --rounds) ROUNDS=$2 ;;
    --before) BEFORE=$2 ;;
    *)
      usage
      exit 2
      ;;
  esac
  shift 2
done

need_tools java javac mvn curl jq wrk
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
WORK=$(mktemp -d "${TMPDIR:-/tmp}/relay.XXXXXX")
NGINX=$(borrow nginx usr/sbin/nginx)
build
start_upstream
start_proxy
start_sidecar Sidecar "$PWD"
if [ -n "$BEFORE" ]; then start_sidecar before "$BEFORE"; fi
for name in "${!PORTS[@]}"; do
  [ "$name" = nginx ] || say "warm: $(load "$name" "$WARM") requests in $WARM s ($name)"
done
for _ in $(seq "$ROUNDS"); do
  for name in "${!PORTS[@]}"; do
    read -r cpu rate <<<"$(cost "$name")"
    say "$name $cpu us, $rate/s"
    echo "$cpu" >>"$WORK/$name.us"
  done
done
for name in "${!PORTS[@]}"; do
  [ "$name" = nginx ] || awk -v name="$name" -v n="$(median <"$WORK/nginx.us")" -v s="$(median <"$WORK/$name.us")" \
    'BEGIN { printf "median: nginx %.1f us, %s %.0f us of CPU a request: %.1f times\n", n, name, s, s / n }'
done
