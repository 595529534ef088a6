#!/usr/bin/env bash
# Runs everything CI runs. Arguments go to Maven, such as: deploy/test.sh -Dtest=RateLimiterTest -DskipITs
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
# shellcheck source=deploy/lib.sh
. deploy/lib.sh

# the pages are tested in a real browser, the import with a database of V2, the tables with both databases
need_tools java javac mvn chromium chromedriver sqlite3 jq curl initdb
case " $* " in
  *" -DskipITs"* | *" -Dit.test="*) exec mvn -B verify "$@" ;;
esac
# All integration tests together start some eighty servers: with the archive each start takes a third less of the CPU. The rest
# of what verify does, by its name, since verify itself would begin again with the unit tests.
mvn -B package "$@"
deploy/archive.sh
exec mvn -B build-helper:reserve-network-port@free-port failsafe:integration-test failsafe:verify "$@"
