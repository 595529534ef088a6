#!/usr/bin/env bash
# 5,000 exchanges wait for a place: how late do they wake up, and what does each cost? Prints six lines.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../../.."
mvn -B test -Dtest=WaitersBench -Dsurefire.failIfNoSpecifiedTests=true "$@" | grep -E '^(waiters|own needs|lateness|heap) |ERROR'
