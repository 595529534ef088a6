#!/usr/bin/env bash
# Runs a Sidecar against an upstream that is stricter than any real one, and prints figures. README.md says more.
set -euo pipefail
HERE=$(dirname "$(readlink -f "$0")")
cd "$HERE/../../.."
# shellcheck source=deploy/lib.sh
. deploy/lib.sh

usage() {
  cat <<'END'
usage: src/bench/strict-upstream/run.sh [scenario…] [option…]
scenarios: steady (default) kill burst groups workers dead-model one-account
           all        these seven, one after the other
           smoke      the short form, two minutes
           selftest   checks mock and driver without a gateway
           mock       the mock alone, until Ctrl-C
options:   --seconds N --clients N --keys N --rpm N     the scenario's own numbers unless given
           --tokens N --interval MS --workers N         length and pace of answers, answers at once (workers)
           --url http://HOST:PORT --admin-token T [--client-token T]   a gateway that runs already
           --port N                                     of the mock (mock)
           --keep                                       keep the gateway's data and log, and say where
END
}

WORK=
KEEP=no
BENCH_PID=

# Ends what is still there: the bench, and a gateway that a bench which ended early has left behind.
# shellcheck disable=SC2317 # the traps call it
clean_up() {
  local file pid
  trap - EXIT INT TERM
  if [ -n "$BENCH_PID" ] && kill "$BENCH_PID" 2>/dev/null; then
    wait "$BENCH_PID" 2>/dev/null || true
  fi
  for file in "$WORK"/*/gateway.pid; do
    [ -e "$file" ] || continue
    pid=$(<"$file")
    # a process id may have been given to somebody else since
    if grep -zqxF "SIDECAR_DATA_DIR=${file%/*}/data" "/proc/$pid/environ" 2>/dev/null; then
      kill "$pid" 2>/dev/null || true
      for _ in $(seq 100); do
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
      done
      kill -9 "$pid" 2>/dev/null || true
    fi
  done
  if [ "$KEEP" = yes ]; then
    say "kept: $WORK"
  elif [ -n "$WORK" ]; then
    rm -rf "$WORK"
  fi
}

ARGS=()
SCENARIOS=0
while [ "$#" -gt 0 ]; do
  case $1 in
    -h | --help)
      usage
      exit 0
      ;;
    --keep) KEEP=yes ;;
    --*)
      [ "$#" -ge 2 ] || die 2 "$1 needs a value"
      ARGS+=("$1" "$2")
      shift
      ;;
    *)
      ARGS+=("$1")
      SCENARIOS=$((SCENARIOS + 1))
      ;;
  esac
  shift
done
[ "$SCENARIOS" -gt 0 ] || ARGS+=(steady)

need_tools java javac
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
WORK=$(mktemp -d "${TMPDIR:-/tmp}/strict-upstream.XXXXXX")
"$(java_tool javac)" -encoding UTF-8 --release 17 -Xlint:all -Werror -d "$WORK/classes" "$HERE"/*.java

# C1 alone and one collector thread: the cores belong to the gateway.
"$(java_tool java)" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xms64m -Xmx256m -Duser.language=en -Dfile.encoding=UTF-8 \
  -Dstdout.encoding=UTF-8 -cp "$WORK/classes" sidecar.bench.Bench --work "$WORK" "${ARGS[@]}" &
BENCH_PID=$!
STATUS=0
wait "$BENCH_PID" || STATUS=$?
BENCH_PID=
exit "$STATUS"
