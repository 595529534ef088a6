#!/usr/bin/env bash
# Counts what an upstream has served, holds the gateway's books against it, and prints what differs. README.md says more.
set -euo pipefail
HERE=$(dirname "$(readlink -f "$0")")
cd "$HERE/../../.."
# shellcheck source=deploy/lib.sh
. deploy/lib.sh
# shellcheck source=src/bench/lib.sh
. src/bench/lib.sh

usage() {
  cat <<'END'
usage: src/bench/accounting/run.sh [scenario…] [option…]
scenarios: exact (default) stall kill
           all              these three, one after the other
options:   --exchanges N    how many (exact 100000, kill 20000)
           --clients N      at once (exact, kill: 32)
           --rate N         requests a second (stall: 200)
           --seconds N      how long the database stands still (stall: 30)
           --keep           keep data and logs, and say where
END
}

read_words "$@"
[ "$SCENARIOS" -gt 0 ] || ARGS+=(exact)
# C1 alone: the cores belong to the gateway
run_bench accounting sidecar.bench.AccountingBench "-XX:TieredStopAtLevel=1 -Xmx512m" "$HERE" "$HERE/../strict-upstream"
