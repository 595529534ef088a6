#!/usr/bin/env bash
# Times what operators ask of a gateway that has been busy for a year. README.md says more.
set -euo pipefail
HERE=$(dirname "$(readlink -f "$0")")
cd "$HERE/../../.."
# shellcheck source=deploy/lib.sh
. deploy/lib.sh
# shellcheck source=src/bench/lib.sh
. src/bench/lib.sh

usage() {
  cat <<'END'
usage: src/bench/history/run.sh [option…]
options: --rows N     lines in the request log (5000000)
         --calls N    of each query that are timed (5)
         --keep       keep the database and the gateway's log, and say where
END
}

read_words "$@"
[ "$SCENARIOS" -eq 0 ] || die 2 "there is only one thing to measure: leave out ${ARGS[*]}"
run_bench history sidecar.bench.HistoryBench -Xmx768m "$HERE" "$HERE/../strict-upstream"
