#!/usr/bin/env bash
# Loses a data directory under load and restores it from a backup made under load. README.md says more.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../../.."
# shellcheck source=deploy/lib.sh
. deploy/lib.sh

need_tools java javac mvn
build
mvn -B test -Dtest=RestoreDrillBench -Dsurefire.failIfNoSpecifiedTests=true "$@" | grep -E '^(load|backup|wrong|restore|outage) |ERROR'
