#!/usr/bin/env bash
# Lets nodes that share limits live through faults: real processes, or many histories in simulated time. README.md says more.
set -euo pipefail
HERE=$(dirname "$(readlink -f "$0")")
cd "$HERE/../../.."
# shellcheck source=deploy/lib.sh
. deploy/lib.sh
# shellcheck source=src/bench/lib.sh
. src/bench/lib.sh

usage() {
  cat <<'END'
usage: src/bench/cluster/run.sh [histories] [HISTORIES [SEED]]   simulated: 10,000 histories, the seed of the first by the clock
       src/bench/cluster/run.sh scenario… [option…]              real nodes, on a PostgreSQL of their own
scenarios: even one-of-three kill outage long-outage cut-off rolling scale books
           apart      two nodes that do not share: the bench must see it
           alone      one node
           selftest   the bench's own parts, without a node
           all        these, but for alone; with --short the ones that fit
options:   --short                                      100 s instead of 300, 3,000 exchanges instead of 20,000
           --seconds N --clients N --keys N --rpm N     the scenario's own numbers unless given
           --exchanges N                                of books and scale
           --keep                                       keep data and logs, which otherwise only a failure does
END
}

histories() {
  [[ ${1:-10000} =~ ^[0-9]+$ && ${2:-1} =~ ^-?[0-9]+$ && $# -le 2 ]] || die 2 "$(usage)"
  need_tools java javac mvn
  local words="-Dcluster.histories=${1:-10000}${2:+ -Dcluster.seed=$2}"
  mvn -B test -Dtest=ClusterSimulationTest -Dsurefire.failIfNoSpecifiedTests=true -Djunit.jupiter.execution.timeout.mode=disabled \
    "-DargLine=$words" | grep -E 'Tests run|ERROR|violations|history of|attempts of|BUILD'
}

case ${1:-histories} in
  histories) histories "${@:2}" ;;
  [0-9]*) histories "$@" ;;
  *)
    KEEP=failed
    WORDS=()
    for word in "$@"; do
      WORDS+=("$word")
      [ "$word" != --short ] || WORDS+=(yes)
    done
    read_words "${WORDS[@]}"
    [ "$SCENARIOS" -gt 0 ] || ARGS+=(all)
    need_tools initdb
    # C1 alone: the cores belong to the gateways
    run_bench cluster sidecar.bench.ClusterBench "-XX:TieredStopAtLevel=1 -Xmx384m" "$HERE" "$HERE/../strict-upstream" "$HERE/../accounting"
    ;;
esac
