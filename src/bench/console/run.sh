#!/usr/bin/env bash
# What open dashboards cost the server, and what the pages weigh. README.md says more.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../../.."
# shellcheck source=deploy/lib.sh
. deploy/lib.sh

need_tools java javac mvn chromium chromedriver
build
mvn -B test -Dtest=ConsoleBench -Dsurefire.failIfNoSpecifiedTests=true "$@" | grep -E '^(server|heap|page|stream|weight|time) |ERROR'
