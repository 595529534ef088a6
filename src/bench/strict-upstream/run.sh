#!/usr/bin/env bash
# Runs a Sidecar against an upstream that is stricter than any real one, and prints figures. README.md says more.
set -euo pipefail
HERE=$(dirname "$(readlink -f "$0")")
cd "$HERE/../../.."
# shellcheck source=deploy/lib.sh
. deploy/lib.sh
# shellcheck source=src/bench/lib.sh
. src/bench/lib.sh

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

read_words "$@"
[ "$SCENARIOS" -gt 0 ] || ARGS+=(steady)
# C1 alone: the cores belong to the gateway
run_bench strict-upstream sidecar.bench.Bench "-XX:TieredStopAtLevel=1 -Xmx256m" "$HERE"
