#!/usr/bin/env bash
# Runs deploy/test.sh several times at once, each in a clean clone of what is committed, and says which were green. README.md says more.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../../.."
# shellcheck source=deploy/lib.sh
. deploy/lib.sh

RUNS=${1:-3}
[[ $RUNS =~ ^[1-9]$ ]] || die 2 "usage: src/bench/busy/run.sh [RUNS]; from 1 to 9, was '$RUNS'"
need_tools git
WORK=$(mktemp -d "${TMPDIR:-/tmp}/busy.XXXXXX")
PIDS=()

# Each run has a process group of its own, so that what it has started ends with it.
# shellcheck disable=SC2317 # the traps call it
clean_up() {
  local pid
  trap - EXIT INT TERM
  for pid in "${PIDS[@]}"; do kill -- "-$pid" 2>/dev/null || true; done
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Maven's local repository is filled first: several at once would load the same files
mvn -B -q test -Dtest=RateLimiterTest
set -m
for run in $(seq "$RUNS"); do
  git clone -q . "$WORK/$run"
  (cd "$WORK/$run" && exec deploy/test.sh) >"$WORK/$run.log" 2>&1 </dev/null &
  PIDS+=("$!")
done
set +m
say "$RUNS runs of deploy/test.sh on $(git rev-parse --short HEAD), logs in $WORK"

status=0
for run in $(seq "$RUNS"); do
  if wait "${PIDS[run - 1]}"; then
    say "BUSY run $run: green, after $((SECONDS / 60)) minutes"
    rm -rf "${WORK:?}/$run"
  else
    status=1
    say "BUSY run $run: failed, after $((SECONDS / 60)) minutes; $WORK/$run.log, $WORK/$run/target"
    grep -E '^\[ERROR\] .*(FAILURE|ERROR)!' "$WORK/$run.log" || true
  fi
done
PIDS=()
exit "$status"
