#!/usr/bin/env bash
# Asks a Sidecar for everything, with and without faults, and fails if it holds more afterwards than before. README.md says more.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../../.."
# shellcheck source=deploy/lib.sh
. deploy/lib.sh

usage() {
  cat <<'END'
usage: src/bench/soak/run.sh [full | short | calls [CALLS PAGES]] [-Dbench.NAME=NUMBER…]
  full   30 minutes of 50 exchanges a second (default)
  short  two minutes of load, for CI
  calls  2,000 calls of every admin path and 500 loads of every page, or so many of each: calls 200 50 for CI
numbers: seconds, warm and settle (seconds of load, of load before, of rest before each measurement), rate (exchanges a second)
END
}

FORM=full
case ${1:-} in
  -h | --help)
    usage
    exit 0
    ;;
  '' | -*) ;;
  *)
    FORM=$1
    shift
    ;;
esac
TEST=traffic
NUMBERS=()
case $FORM in
  full) ;;
  short) NUMBERS=(-Dbench.seconds=60 -Dbench.warm=65) ;;
  calls)
    TEST=calls
    if [[ ${1:-} =~ ^[0-9]+$ && ${2:-} =~ ^[0-9]+$ ]]; then
      NUMBERS=("-Dbench.calls=$1" "-Dbench.pages=$2")
      shift 2
    fi
    ;;
  *)
    usage >&2
    exit 2
    ;;
esac
for number in "$@"; do
  if ! [[ $number =~ ^-Dbench\.[a-z]+=[0-9]+$ ]]; then
    usage >&2
    exit 2
  fi
  NUMBERS+=("$number")
done

need_tools java javac mvn
build
# of several numbers of one name the last one counts
mvn -B test "-Dtest=SoakBench#$TEST" -Dsurefire.failIfNoSpecifiedTests=true "-DargLine=-Xmx512m ${NUMBERS[*]}" \
  | grep --line-buffered -E '^(SOAK|CALLS|FIGURE|PASS|FAIL|THREAD|OURS|HEAP) |ERROR'
