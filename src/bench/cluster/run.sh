#!/usr/bin/env bash
# Lets nodes that share limits live through many histories of faults, in simulated time. README.md says more.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../../.."
# shellcheck source=deploy/lib.sh
. deploy/lib.sh

USAGE="usage: src/bench/cluster/run.sh [HISTORIES [SEED]]; 10,000 histories, the seed of the first by the clock"
[[ ${1:-10000} =~ ^[0-9]+$ && ${2:-1} =~ ^-?[0-9]+$ && $# -le 2 ]] || die 2 "$USAGE"
need_tools java javac mvn
WORDS="-Dcluster.histories=${1:-10000}${2:+ -Dcluster.seed=$2}"
mvn -B test -Dtest=ClusterSimulationTest -Dsurefire.failIfNoSpecifiedTests=true -Djunit.jupiter.execution.timeout.mode=disabled \
  "-DargLine=$WORDS" | grep -E 'Tests run|ERROR|violations|history of|attempts of|BUILD'
