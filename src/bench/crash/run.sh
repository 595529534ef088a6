#!/usr/bin/env bash
# Kills a loaded gateway again and again, and looks for what is missing afterwards. README.md says more.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../../.."
# shellcheck source=deploy/lib.sh
. deploy/lib.sh

need_tools java javac mvn
build
mvn -B test -Dtest=CrashBench -Dsurefire.failIfNoSpecifiedTests=true "$@" | grep -E '^(kills|edits|usage|seed) |ERROR'
